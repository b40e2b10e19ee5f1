"""The few words that the common vocabularies lack, at `/data/ord`: position, office and state of what the record holds."""

from __future__ import annotations

from services.web.open.material import Made, Material
from services.web.open.rdf import JSON_LD, RDF_XML, TURTLE, Graph, Iri, Words

WORDS = {
    "position": ("Place of an event in the record, from 1.", "Händelsens plats i registret, från 1."),
    "leafHash": (
        "Hash of the event's leaf in the signed tree (RFC 6962).",
        "Kontrollsumma för händelsens löv i det signerade trädet (RFC 6962).",
    ),
    "type": ("What kind of event it is.", "Vilket slags händelse det är."),
    "occurred": ("When it happened (EDTF), where that differs.", "När det hände (EDTF), om det skiljer sig."),
    "authorKind": ("In which capacity somebody wrote.", "I vilken egenskap någon skrev."),
    "code": ("What became of an input, by its code.", "Vad som hände med synpunkten, som kod."),
    "state": ("How a promise stands.", "Hur det står till med ett löfte."),
    "withheld": ("Why words are not shown.", "Varför orden inte visas."),
}


def graph_of(material: Material) -> Graph:
    """Return an empty graph that knows these words as `ord:…`."""
    return Graph({"ord": namespace(material)})


def namespace(material: Material) -> str:
    """Return the address that these words begin with."""
    return material.place("data", "ord") + "#"


def words(material: Material) -> Graph:
    """Return the words themselves."""
    graph = graph_of(material)
    for name, (english, swedish) in WORDS.items():
        thing = graph.add(namespace(material) + name, "rdf:Property")
        thing.state("rdfs:label", Words(name)).state("rdfs:comment", Words(english, "en"), Words(swedish, "sv"))
        thing.state("rdfs:isDefinedBy", Iri(material.place("data", "ord")))
    return graph


def in_form(graph: Graph, suffix: str, modified: str | None, name: str) -> Made:
    """Return a graph as the file its suffix names: `.jsonld`, `.ttl` or `.rdf`."""
    match suffix:
        case "jsonld":
            return Made(graph.json_ld(), JSON_LD, modified, f"{name}.jsonld")
        case "ttl":
            return Made(graph.turtle(), TURTLE, modified, f"{name}.ttl")
    return Made(graph.xml(), RDF_XML, modified, f"{name}.rdf")
