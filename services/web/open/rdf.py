"""Statements about things (RDF 1.1), and how they are written: Turtle, RDF/XML and JSON-LD with its context inside.

Everything has an address of its own, so there are no blank nodes; the order of writing is that of stating.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, NamedTuple, TypeAlias
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from pydantic_core import to_json

from services.web.open.texts import plain

PREFIXES = {
    "rdf": "http://www.w3.org/1999/02/22-rdf-syntax-ns#",
    "rdfs": "http://www.w3.org/2000/01/rdf-schema#",
    "xsd": "http://www.w3.org/2001/XMLSchema#",
    "dcat": "http://www.w3.org/ns/dcat#",
    "dct": "http://purl.org/dc/terms/",
    "foaf": "http://xmlns.com/foaf/0.1/",
    "prov": "http://www.w3.org/ns/prov#",
    "spdx": "http://spdx.org/rdf/terms#",
}
TURTLE, RDF_XML, JSON_LD = "text/turtle; charset=utf-8", "application/rdf+xml", "application/ld+json"

_NO_IRI = re.compile(r"[\x00-\x20<>\"{}|^`\\\x7f-\x9f\ud800-\udfff]")
_XML = "{http://www.w3.org/XML/1998/namespace}"


class Iri(NamedTuple):
    """The absolute address of a thing."""

    value: str


class Words(NamedTuple):
    """A text; its language as BCP 47, None where that is not known."""

    value: str
    language: str | None = None


class Typed(NamedTuple):
    """A value with its datatype (`xsd:date`)."""

    value: str
    datatype: str


Value: TypeAlias = Iri | Words | Typed


class Graph:
    """Statements, by subject and predicate. Predicates and classes are `prefix:name`; `prefixes` adds to the usual ones."""

    def __init__(self, prefixes: Mapping[str, str] | None = None) -> None:
        self.prefixes = PREFIXES | dict(prefixes or {})
        self._nodes: dict[str, dict[str, list[Value]]] = {}

    def add(self, subject: str, kind: str | None = None) -> Node:
        """Return a thing to state something about, of a class if that is given. Raises ValueError for no address."""
        _checked(subject)
        node = Node(self, self._nodes.setdefault(subject, {}))
        return node if kind is None else node.state("rdf:type", Iri(self.expanded(kind)))

    def expanded(self, name: str) -> str:
        """Return the address behind `prefix:name`."""
        prefix, _, local = name.partition(":")
        return self.prefixes[prefix] + local

    @property
    def nodes(self) -> Mapping[str, Mapping[str, list[Value]]]:
        return self._nodes

    # --- Turtle -----------------------------------------------------------------------------------
    def turtle(self) -> bytes:
        """Return the statements in Turtle (W3C Recommendation 2014)."""
        lines = [f"@prefix {prefix}: <{address}> ." for prefix, address in self.prefixes.items()]
        for subject, stated in self._nodes.items():
            lines.append(f"\n<{subject}>")
            pairs = [f"    {name} {', '.join(map(_turtle, values))}" for name, values in stated.items()]
            lines.append(" ;\n".join(pairs) + " .")
        return ("\n".join(lines) + "\n").encode()

    # --- RDF/XML ----------------------------------------------------------------------------------
    def xml(self) -> bytes:
        """Return the statements in RDF/XML (W3C Recommendation 2014)."""
        for prefix, address in self.prefixes.items():
            register_namespace(prefix, address)
        rdf = self.prefixes["rdf"]
        root = Element(f"{{{rdf}}}RDF")
        for subject, stated in self._nodes.items():
            thing = SubElement(root, f"{{{rdf}}}Description", {f"{{{rdf}}}about": subject})
            for name, values in stated.items():
                prefix, _, local = name.partition(":")
                for value in values:
                    _xml(SubElement(thing, f"{{{self.prefixes[prefix]}}}{local}"), value, self)
        return bytes(tostring(root, encoding="utf-8", xml_declaration=True))

    # --- JSON-LD ----------------------------------------------------------------------------------
    def json_ld(self) -> bytes:
        """Return the statements in JSON-LD 1.1, expanded but for prefixes; nothing has to be fetched to read them."""
        nodes = [
            {
                "@id": subject,
                **{_member(name): [_json(name, value) for value in values] for name, values in stated.items()},
            }
            for subject, stated in self._nodes.items()
        ]
        return to_json({"@context": self.prefixes, "@graph": nodes}, indent=1)


class Node:
    """A thing that something is stated about."""

    def __init__(self, graph: Graph, stated: dict[str, list[Value]]) -> None:
        self._graph, self._stated = graph, stated

    def state(self, predicate: str, *values: Value | None) -> Node:
        """State something once; None is nothing. Raises ValueError where an address is none."""
        for value in values:
            if value is None:
                continue
            if isinstance(value, Iri):
                _checked(value.value)
            known = self._stated.setdefault(predicate, [])
            if value not in known:
                known.append(value)
        return self


def _checked(address: str) -> str:
    if _NO_IRI.search(address) or ":" not in address:
        raise ValueError(f"{address!r} is no address of a thing")
    return address


def _turtle(value: Value) -> str:
    match value:
        case Iri(address):
            return f"<{address}>"
        case Words(text, language):
            return _quoted(text) + (f"@{language}" if language else "")
        case Typed(text, datatype):
            return f"{_quoted(text)}^^{datatype}"


def _quoted(text: str) -> str:
    escaped = plain(text).replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n").replace("\t", "\\t")
    return f'"{escaped}"'


def _xml(element: Element, value: Value, graph: Graph) -> None:
    rdf = graph.prefixes["rdf"]
    match value:
        case Iri(address):
            element.set(f"{{{rdf}}}resource", address)
        case Words(text, language):
            element.text = plain(text)
            if language:
                element.set(f"{_XML}lang", language)
        case Typed(text, datatype):
            element.text = plain(text)
            element.set(f"{{{rdf}}}datatype", graph.expanded(datatype))


def _member(name: str) -> str:
    return "@type" if name == "rdf:type" else name


def _json(name: str, value: Value) -> Any:
    match value:
        case Iri(address):
            return address if name == "rdf:type" else {"@id": address}
        case Words(text, None):
            return {"@value": plain(text)}
        case Words(text, language):
            return {"@value": plain(text), "@language": language}
        case Typed(text, datatype):
            return {"@value": plain(text), "@type": datatype}
