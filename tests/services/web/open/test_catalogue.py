"""The catalogue as a harvester reads it: what DCAT-AP asks for, and nothing made up."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest
from rdflib import DCAT, DCTERMS, FOAF, RDF, Graph, Literal, Namespace, URIRef
from rdflib.compare import to_isomorphic

from services.web.open.columns import FORMS
from services.web.open.tables import TABLES
from tests.services.web.open.town import served, town
from tests.services.web.site import Site

SPDX = Namespace("http://spdx.org/rdf/terms#")
READ_AS = {"rdf": "xml", "ttl": "turtle", "jsonld": "json-ld"}
MEDIA = {"rdf": "application/rdf+xml", "ttl": "text/turtle; charset=utf-8", "jsonld": "application/ld+json"}


def read(site: Site, suffix: str, name: str = "catalog") -> Graph:
    said = site(f"/data/{name}.{suffix}")
    assert said.status == 200, said.text
    assert said.headers["content-type"] == MEDIA[suffix]
    return Graph().parse(data=said.body, format=READ_AS[suffix])


@pytest.mark.parametrize("name", ["catalog", "ord"])
def test_all_forms_say_the_same(site: Site, name: str) -> None:
    found = [to_isomorphic(read(site, suffix, name)) for suffix in READ_AS]
    assert found[0] == found[1] == found[2]
    assert len(found[0]) > 20


def test_the_catalogue_has_what_the_profile_makes_mandatory(site: Site) -> None:
    graph = read(site, "ttl")
    (catalogue,) = graph.subjects(RDF.type, DCAT.Catalog)
    for wanted in (DCTERMS.title, DCTERMS.description, DCTERMS.publisher, DCAT.dataset):
        assert (catalogue, wanted, None) in graph
    datasets = set(graph.objects(catalogue, DCAT.dataset))
    assert datasets == set(graph.subjects(RDF.type, DCAT.Dataset))
    assert len(datasets) == len(TABLES) + 3
    for dataset in datasets:
        titles = {title.language for title in graph.objects(dataset, DCTERMS.title) if isinstance(title, Literal)}
        assert titles == {"sv", "en"}
        for wanted in (DCTERMS.description, DCTERMS.publisher, DCTERMS.accrualPeriodicity, DCTERMS.temporal):
            assert (dataset, wanted, None) in graph
        for form in graph.objects(dataset, DCAT.distribution):
            assert (form, RDF.type, DCAT.Distribution) in graph
            assert (form, DCAT.accessURL, None) in graph
            assert (form, DCAT.mediaType, None) in graph
            assert (form, DCTERMS.license, None) not in graph


def test_every_distribution_is_there_with_its_media_type(site: Site) -> None:
    graph = read(site, "ttl")
    for form in graph.subjects(RDF.type, DCAT.Distribution):
        (address,), (media,) = graph.objects(form, DCAT.downloadURL), graph.objects(form, DCAT.mediaType)
        said = site(str(address).removeprefix(site.url), "HEAD")
        assert said.status == 200, address
        assert said.headers["content-type"].partition(";")[0] == str(media).partition("media-types/")[2]
    assert set(FORMS) == {"csv", "json", "parquet"}


def test_the_only_council_publishes(site: Site) -> None:
    graph = read(site, "ttl")
    (publisher,) = set(graph.objects(None, DCTERMS.publisher))
    assert str(publisher) == f"{site.url}/namnd/fullmaktige"
    assert set(graph.objects(publisher, FOAF.name)) == {
        Literal("Fullmäktige", lang="sv"),
        Literal("Council", lang="en"),
    }


def test_a_file_that_was_made_is_described_to_the_byte(chosen_site: Site) -> None:
    site = chosen_site
    octets = site("/data/handelser.parquet").body
    graph = read(site, "rdf")
    (form,) = graph.subjects(DCAT.downloadURL, URIRef(f"{site.url}/data/handelser.parquet"))
    assert [str(size) for size in graph.objects(form, DCAT.byteSize)] == [str(len(octets))]
    (checksum,) = graph.objects(form, SPDX.checksum)
    assert [str(each).lower() for each in graph.objects(checksum, SPDX.checksumValue)] == [sha256(octets).hexdigest()]
    (other,) = graph.subjects(DCAT.downloadURL, URIRef(f"{site.url}/data/handelser.jsonl.gz"))
    assert (other, DCAT.byteSize, None) not in graph


def test_no_licence_is_said_and_a_set_one_is_named(site: Site, tmp_path: Path) -> None:
    labels = {
        str(each) for each in read(site, "ttl").objects(None, URIRef("http://www.w3.org/2000/01/rdf-schema#label"))
    }
    assert labels == {"No licence is set for these data.", "Ingen licens är angiven för dessa data."}
    licence, address = "https://creativecommons.org/publicdomain/zero/1.0/", "https://data.example/x"
    chosen = town(tmp_path, LIGGARE_LICENCE=licence, LIGGARE_ADDRESS=address, LIGGARE_PUBLISHER="park")
    with served(chosen) as other:
        graph = read(other, "ttl")
        assert f'<{licence}>; rel="license"' in other("/flode.atom").headers["link"]
    (catalogue,) = graph.subjects(RDF.type, DCAT.Catalog)
    assert str(catalogue) == f"{address}/data/catalog"
    assert set(graph.objects(None, DCTERMS.license)) == {URIRef(licence)}
    assert set(graph.objects(None, DCTERMS.publisher)) == {URIRef(f"{address}/namnd/park")}


def test_an_empty_ledger_has_a_catalogue(empty: Site) -> None:
    assert (None, RDF.type, DCAT.Catalog) in read(empty, "jsonld")
