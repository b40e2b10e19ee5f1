"""The Atom Syndication Format (RFC 4287) and tag URIs (RFC 4151), written with the standard library alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from urllib.parse import quote
from xml.etree.ElementTree import Element, SubElement, register_namespace, tostring

from services.web.directions import settled
from services.web.open.texts import plain

ATOM = "http://www.w3.org/2005/Atom"
MEDIA_TYPE = "application/atom+xml"
_XML_LANG = "{http://www.w3.org/XML/1998/namespace}lang"

register_namespace("", ATOM)


class FeedEntry(NamedTuple):
    """One event of a feed; `updated` is RFC 3339, `text` any words, `kind` a short code to filter by."""

    id: str
    title: str
    updated: str
    page: str
    event: str | None
    kind: str
    text: str


class Feed(NamedTuple):
    """A feed, newest entry first; `updated` is RFC 3339."""

    id: str
    title: str
    subtitle: str
    language: str
    author: str
    address: str
    page: str
    updated: str
    rights: str
    entries: Sequence[FeedEntry]


def tag_uri(origin: str, day: str, path: str) -> str:
    """Return the tag URI of something below a ledger's origin: `tag:nacka.se,2026-11-21:inflytande/handelse/64`.

    `day` is an ISO day on which the ledger had that name, so that nobody who has it later can make the same URI.
    """
    host, _, place = origin.partition("/")
    specific = "/".join(part for part in (place, path) if part)
    return f"tag:{host},{day}:{quote(specific, safe='/-._~')}"


def written(feed: Feed) -> bytes:
    """Return a feed as XML in UTF-8; characters that XML refuses are replaced."""
    root = Element(_name("feed"), {_XML_LANG: feed.language})
    _text(root, "id", feed.id)
    _text(root, "title", feed.title)
    _text(root, "subtitle", feed.subtitle)
    _text(root, "updated", feed.updated)
    _text(SubElement(root, _name("author")), "name", feed.author)
    _text(root, "rights", feed.rights)
    _link(root, "self", feed.address, MEDIA_TYPE)
    _link(root, "alternate", feed.page, "text/html")
    for entry in feed.entries:
        _entry(SubElement(root, _name("entry")), entry)
    return bytes(tostring(root, encoding="utf-8", xml_declaration=True))


def _entry(element: Element, entry: FeedEntry) -> None:
    _text(element, "id", entry.id)
    _text(element, "title", entry.title)
    _text(element, "updated", entry.updated)
    _text(element, "published", entry.updated)
    SubElement(element, _name("category"), {"term": entry.kind})
    _link(element, "alternate", entry.page, "text/html")
    if entry.event is not None:
        _link(element, "related", entry.event, "text/html")
    content = SubElement(element, _name("content"), {"type": "text"})
    content.text = settled(plain(entry.text))


def _text(parent: Element, name: str, text: str) -> None:
    SubElement(parent, _name(name)).text = settled(plain(text))


def _link(parent: Element, relation: str, address: str, media_type: str) -> None:
    SubElement(parent, _name("link"), {"rel": relation, "type": media_type, "href": plain(address)})


def _name(name: str) -> str:
    return f"{{{ATOM}}}{name}"
