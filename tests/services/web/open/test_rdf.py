"""What is stated comes out the same in Turtle, RDF/XML and JSON-LD, whatever words it holds."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from rdflib import Graph as Others
from rdflib import Literal, URIRef
from rdflib.compare import to_isomorphic

from services.web.open.rdf import PREFIXES, Graph, Iri, Typed, Words
from services.web.open.texts import plain

WORDS = st.text(st.characters(), max_size=60) | st.sampled_from(
    ['"""', "\\", '\\"', "'", "@en", "^^", "]]>", "\x00", "\ud800", "\r\n\t", "\u2028", "<x>", "\\u0041"]
)
LANGUAGES = st.sampled_from([None, "sv", "en"])
THING = "https://a.example/thing"


def read(graph: Graph) -> list[Others]:
    return [
        Others().parse(data=graph.turtle(), format="turtle"),
        Others().parse(data=graph.xml(), format="xml"),
        Others().parse(data=graph.json_ld(), format="json-ld"),
    ]


@settings(max_examples=30)
@given(st.lists(st.tuples(WORDS, LANGUAGES), max_size=4))
def test_words_come_out_as_they_went_in(stated: list[tuple[str, str | None]]) -> None:
    graph = Graph({"ord": "https://a.example/ord#"})
    node = graph.add(THING, "dcat:Dataset").state("dct:source", Iri("https://b.example/?a=b&c=%20"))
    for text, language in stated:
        node.state("dct:title", Words(text, language))
    node.state("dct:issued", Typed("2016-05-01", "xsd:date"))
    found = read(graph)
    wanted = {Literal(plain(text), lang=language) for text, language in stated}
    for each in found:
        assert set(each.objects(URIRef(THING), URIRef(PREFIXES["dct"] + "title"))) == wanted
    assert to_isomorphic(found[0]) == to_isomorphic(found[1]) == to_isomorphic(found[2])


@pytest.mark.parametrize(
    "address",
    ["https://a.example/<x>", "https://a.example/a b", "no-address", 'https://a.example/"', "https://a.example/\n"],
)
def test_what_is_no_address_is_refused(address: str) -> None:
    with pytest.raises(ValueError, match="no address"):
        Graph().add(address)
    with pytest.raises(ValueError, match="no address"):
        Graph().add(THING).state("dct:source", Iri(address))
