"""Traces as somebody else's tool follows them: from an input to what it changed, each step by its event."""

from __future__ import annotations

import gzip
from hashlib import sha256

import pytest
from pydantic_core import from_json
from rdflib import PROV, RDF, Graph, URIRef

from tests.services.web.open.town import HOSTILE
from tests.services.web.site import Site


def read(site: Site, path: str) -> Graph:
    said = site(path)
    assert said.status == 200, said.text
    assert said.headers["content-type"] == "application/ld+json"
    context = from_json(said.body)["@context"]
    assert isinstance(context, dict) and all(isinstance(address, str) for address in context.values())
    return Graph().parse(data=said.body, format="json-ld")


@pytest.mark.parametrize("path", ["/beslut/park-1.jsonld", "/forslag/nf-1.jsonld"])
def test_an_input_is_followed_to_what_it_changed_and_its_delivery(site: Site, path: str) -> None:
    graph = read(site, path)
    said = URIRef(f"{site.url}/forslag/nf-1")
    (disposition,) = [
        each for each in graph.subjects(PROV.wasDerivedFrom, said) if str(each).endswith("#stallningstagande")
    ]
    changed = set(graph.subjects(PROV.wasDerivedFrom, disposition))
    assert changed == {URIRef(f"{site.url}/beslut/park-1#sats-1"), URIRef(f"{site.url}/loften#tio")}
    (delivery,) = graph.subjects(PROV.wasDerivedFrom, URIRef(f"{site.url}/loften#tio"))
    assert str(delivery).endswith("#leverans")
    for each in changed:
        (how,) = graph.objects(each, PROV.qualifiedDerivation)
        assert (how, PROV.entity, said) in graph
        assert (how, PROV.hadActivity, next(graph.objects(disposition, PROV.wasGeneratedBy))) in graph
    (act,) = graph.objects(disposition, PROV.wasGeneratedBy)
    (heard,) = graph.objects(said, PROV.wasGeneratedBy)
    assert (act, PROV.wasInformedBy, heard) in graph
    words = {str(each) for each in graph.objects(None, URIRef("http://purl.org/dc/terms/description"))}
    assert f"Därför {HOSTILE}" in words


def test_agents_are_offices(site: Site) -> None:
    graph = read(site, "/beslut/park-1.jsonld")
    agents = set(graph.objects(None, PROV.agent))
    assert agents == {URIRef(f"{site.url}/namnd/park")}
    assert set(graph.subjects(RDF.type, PROV.Agent)) == agents
    assert all((each, RDF.type, PROV.Organization) in graph for each in agents)
    for association in graph.objects(None, PROV.qualifiedAssociation):
        assert (association, PROV.hadRole, None) in graph


def test_an_event_says_its_position_and_the_hash_that_is_proven(site: Site) -> None:
    graph = read(site, "/handelse/4.jsonld")
    event = URIRef(f"{site.url}/handelse/4")
    (leaf,) = [str(each) for name, each in graph.predicate_objects(event) if str(name).endswith("#leafHash")]
    (position,) = [each.toPython() for name, each in graph.predicate_objects(event) if str(name).endswith("#position")]  # type: ignore[attr-defined]
    assert position == 4
    (entry,) = [line for number, line in enumerate(_entries(site), 1) if number == 4]
    assert leaf.lower() == sha256(b"\0" + entry).hexdigest()


def _entries(site: Site) -> list[bytes]:
    return gzip.decompress(site("/data/handelser.jsonl.gz").body).splitlines()


@pytest.mark.parametrize(
    "path",
    [
        "/handelse/0.jsonld",
        "/handelse/99999.jsonld",
        "/handelse/1e3.jsonld",
        "/handelse/" + "9" * 40 + ".jsonld",
        "/beslut/x.jsonld",
    ],
)
def test_what_is_not_there_has_no_trace(site: Site, path: str) -> None:
    assert site(path).status == 404


def test_a_trace_of_the_past_knows_no_more(site: Site) -> None:
    now, then = read(site, "/forslag/nf-1.jsonld"), read(site, "/forslag/nf-1.jsonld?at=5")
    assert len(then) < len(now)
    assert not list(then.subjects(PROV.wasDerivedFrom, None))
