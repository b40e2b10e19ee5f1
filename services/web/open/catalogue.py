"""The catalogue of the open data: DCAT-AP 3 (after DCAT-AP-SE 3), as RDF/XML, Turtle and JSON-LD.

What nobody stated is left out or said to be unknown: no licence, contact or size is made up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import NamedTuple

from projections.views import bodies
from services.audit.offline.layout import chunks_of
from services.web.open import chunks, columns
from services.web.open.chunks import Chunk
from services.web.open.licence import rights
from services.web.open.material import Made, Material
from services.web.open.rdf import Graph, Iri, Node, Typed, Words
from services.web.open.tables import TABLES
from services.web.open.vocabulary import in_form

_AUTHORITY = "http://publications.europa.eu/resource/authority"
_MEDIA = "https://www.iana.org/assignments/media-types"
_CONTINUOUS = f"{_AUTHORITY}/frequency/UPDATE_CONT"
_PUBLIC = f"{_AUTHORITY}/access-right/PUBLIC"
_GOVERNMENT = f"{_AUTHORITY}/data-theme/GOVE"
_LANGUAGES = {"sv": f"{_AUTHORITY}/language/SWE", "en": f"{_AUTHORITY}/language/ENG"}
_FILE_TYPES = {
    "csv": "CSV",
    "json": "JSON",
    "parquet": "PARQUET",
    "jsonl.gz": "GZIP",
    "atom": "ATOM",
    "ics": "ICS",
}
_CHECKPOINT = "https://c2sp.org/tlog-tiles"


Known = Callable[[int, str], Chunk | None]
"""Tells of the file of a chunk, by its number and form; None where it was not made yet."""


class Distribution(NamedTuple):
    """A form in which a dataset can be had; `file` where its bytes are known."""

    address: str
    form: str
    media_type: str
    file: Chunk | None = None


class Dataset(NamedTuple):
    """A dataset: name, title and description in English and Swedish, and its forms."""

    name: str
    title: tuple[str, str]
    says: tuple[str, str]
    forms: tuple[Distribution, ...]


def catalogue(suffix: str, known: Known, material: Material) -> Made:
    """Return the catalogue in the form that a suffix names; `known` tells of files of entries that were made."""
    return in_form(graph(material, known), suffix, material.time(material.position), "catalog")


def graph(material: Material, known: Known) -> Graph:
    """Return the catalogue as statements."""
    found = Graph()
    address = material.place("data", "catalog")
    whole = found.add(address, "dcat:Catalog")
    whole.state(
        "dct:title", Words(f"Open data of {material.origin}", "en"), Words(f"Öppna data från {material.origin}", "sv")
    )
    whole.state(
        "dct:description",
        Words("What people said to a public body, what became of it, and the proof of both.", "en"),
        Words("Vad människor har sagt till det offentliga, vad det blev av det, och beviset för båda.", "sv"),
    )
    publisher = Iri(_publisher(material, found))
    whole.state("dct:publisher", publisher).state("foaf:homepage", Iri(f"{material.address}/data"))
    whole.state("dct:language", *(Iri(each) for each in _LANGUAGES.values()))
    whole.state("dcat:themeTaxonomy", Iri(f"{_AUTHORITY}/data-theme"))
    _licence(material, found, whole)
    first, last = material.time(1), material.time(material.position)
    whole.state("dct:issued", _instant(first)).state("dct:modified", _instant(last))
    for dataset in datasets(material, known):
        node = _dataset(material, found, dataset)
        node.state("dct:publisher", publisher)
        _temporal(found, node, material.place("data", "mangd", dataset.name), first, last)
        whole.state("dcat:dataset", Iri(material.place("data", "mangd", dataset.name)))
    return found


def datasets(material: Material, known: Known) -> Iterator[Dataset]:
    """Yield what there is to have."""
    yield Dataset(
        "register",
        ("The whole record, signed", "Hela registret, signerat"),
        (
            "Every event in order with its hash tree and its signed head (C2SP tlog-tiles); anybody can verify it.",
            "Alla händelser i ordning med hashträd och signerat huvud (C2SP tlog-tiles); vem som helst kan kontrollera.",
        ),
        (Distribution(material.place("checkpoint"), "", "text/plain"),) if material.checkpoint is not None else (),
    )
    yield Dataset(
        "handelser",
        ("All events", "Alla händelser"),
        (
            "Each event as it was recorded, with its position and the hash of its leaf. Words of people are commitments.",
            "Varje händelse som den registrerades, med plats och kontrollsumma. Människors ord är åtaganden.",
        ),
        tuple(_of_entries(material, known)),
    )
    for table in TABLES.values():
        yield Dataset(
            table.name,
            table.title,
            (
                f"{table.title[0]}: all of them, as the pages show them.",
                f"{table.title[1]}: alla, så som sidorna visar dem.",
            ),
            tuple(
                Distribution(f"{material.place('data', table.name)}.{form}", form, media.partition(";")[0])
                for form, media in columns.FORMS.items()
            ),
        )
    yield Dataset(
        "flode",
        ("What is new, and days of promises", "Nyheter och löftenas dagar"),
        ("A feed of what is new, and a calendar of promises.", "Ett flöde med nyheter, och en kalender med löften."),
        (
            Distribution(f"{material.place('flode')}.atom", "atom", "application/atom+xml"),
            Distribution(f"{material.place('loften')}.ics", "ics", "text/calendar"),
        ),
    )


def _of_entries(material: Material, known: Known) -> Iterator[Distribution]:
    """Yield the files of entries, one by one where there are many; none while nothing is signed."""
    numbers = chunks_of(material.signed)
    for form, media in chunks.FORMS.items() if numbers else ():
        if len(numbers) == 1:
            yield Distribution(f"{material.place('data', 'handelser')}.{form}", form, media, known(0, form))
            continue
        for number in numbers:
            address = f"{material.place('data', f'handelser-{number:06}')}.{form}"
            yield Distribution(address, form, media, known(number, form))


def _dataset(material: Material, found: Graph, dataset: Dataset) -> Node:
    address = material.place("data", "mangd", dataset.name)
    node = found.add(address, "dcat:Dataset")
    _bilingual(node, "dct:title", dataset.title)
    _bilingual(node, "dct:description", dataset.says)
    node.state("dct:identifier", Words(address)).state("dct:accrualPeriodicity", Iri(_CONTINUOUS))
    node.state("dct:accessRights", Iri(_PUBLIC)).state("dcat:theme", Iri(_GOVERNMENT))
    node.state("dcat:landingPage", Iri(f"{material.address}/data"))
    for number, form in enumerate(dataset.forms, 1):
        place = f"{address}#form-{number}"
        node.state("dcat:distribution", Iri(place))
        part = found.add(place, "dcat:Distribution")
        part.state("dct:title", Words(f"{dataset.title[0]} ({form.form or 'checkpoint'})", "en"))
        part.state("dcat:accessURL", Iri(form.address)).state("dcat:downloadURL", Iri(form.address))
        part.state("dcat:mediaType", Iri(f"{_MEDIA}/{form.media_type}"))
        if form.form in _FILE_TYPES:
            part.state("dct:format", Iri(f"{_AUTHORITY}/file-type/{_FILE_TYPES[form.form]}"))
        else:
            part.state("dct:conformsTo", Iri(_CHECKPOINT))
        if form.file is not None:
            part.state("dcat:byteSize", Typed(str(form.file.size), "xsd:nonNegativeInteger"))
            part.state("spdx:checksum", Iri(f"{place}-sha256"))
            checksum = found.add(f"{place}-sha256", "spdx:Checksum")
            checksum.state("spdx:algorithm", Iri(found.expanded("spdx:checksumAlgorithm_sha256")))
            checksum.state("spdx:checksumValue", Typed(form.file.sha256, "xsd:hexBinary"))
        _licence(material, found, part)
    return node


def _bilingual(node: Node, predicate: str, text: tuple[str, str]) -> None:
    node.state(predicate, Words(text[0], "en"), Words(text[1], "sv"))


def _licence(material: Material, found: Graph, node: Node) -> None:
    """State the licence that was set; where none is, say so in words."""
    if material.settings.licence is not None:
        node.state("dct:license", Iri(material.settings.licence))
        return
    address = f"{material.place('data', 'catalog')}#villkor"
    node.state("dct:rights", Iri(address))
    said = found.add(address, "dct:RightsStatement")
    said.state("rdfs:label", *(Words(rights(material.settings, each), each) for each in ("en", "sv")))


def _temporal(found: Graph, node: Node, address: str, first: str | None, last: str | None) -> None:
    if first is None or last is None:
        return
    period = f"{address}#tid"
    node.state("dct:issued", _instant(first)).state("dct:modified", _instant(last))
    node.state("dct:temporal", Iri(period))
    found.add(period, "dct:PeriodOfTime").state("dcat:startDate", _instant(first)).state("dcat:endDate", _instant(last))


def _instant(time: str | None) -> Typed | None:
    return None if time is None else Typed(time, "xsd:dateTime")


def _publisher(material: Material, found: Graph) -> str:
    """State who publishes: the body that was set, else the only council there is, else whoever has the ledger's name."""
    known = {each["body"]: each for each in bodies.bodies(material.rows)["bodies"]}
    councils = [each for each in known.values() if each["kind"] == "council" and each["status"] == "standing"]
    body = known.get(material.settings.publisher or "") or (councils[0] if len(councils) == 1 else None)
    address = material.place("namnd", body["body"]) if body is not None else f"{material.address}/om#utgivare"
    node = found.add(address, "foaf:Agent")
    if body is None:
        node.state("foaf:name", Words(material.origin))
        return address
    node.state("foaf:name", Words(body["name"], "sv"), Words(body["name_en"], "en") if body["name_en"] else None)
    return address
