"""No page of the story in Swedish shows a code of the record where a reader expects words.

Codes may stand where the page shows the record as it is written: in `code` and `pre`, and between `bdi`, where words are
those of people and of documents.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator
from enum import StrEnum
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

import pytest

from services.bootstrap import SLICES
from services.web.codes import CODES
from tests.services.web.site import Site

PAGES_OF_A_KIND = 2
"""Of each kind of page, in a run that is to be fast."""

SNAKE = re.compile(r"\b[a-z]+(?:_[a-z0-9]+)+\b")
KEBAB = re.compile(r"\b[a-z]+(?:-[a-z]+)+\b")
WORD = re.compile(r"[a-zåäöé]+")
VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
VERBATIM, RECORD = frozenset({"code", "pre"}), frozenset({"code", "pre", "bdi", "q", "blockquote"})

SWEDISH_TOO = frozenset({
    "budget", "delegation", "final", "for", "form", "i", "import", "index", "information", "men", "moderator",
    "organisation", "ort", "panel", "period", "person", "population", "position", "post", "process", "program",
    "register", "reservation", "respondent", "roll", "sex", "svarsandel", "test", "text", "total", "vision",
    "web",
})  # fmt: skip
"""Codes that are Swedish words, too, or names."""


def enums(kind: type[StrEnum]) -> Iterator[type[StrEnum]]:
    for each in kind.__subclasses__():
        yield each
        yield from enums(each)


def codes() -> set[str]:
    """Return every code of the record that is a single English word."""
    ours = [each for each in enums(StrEnum) if each.__module__.startswith("ledger.")]
    found = {str(member) for each in ours for member in each} | {code for each in CODES.values() for code in each}
    assert SLICES and "considered_not_adopted" in found
    return {each for each in found if re.fullmatch("[a-z]{3,}", each)} - SWEDISH_TOO


TOPICS = {event.topic for each in SLICES for event in each.events if "-" in event.topic}


class Text(HTMLParser):
    """The text of a page's main part by whether it is verbatim, and the page's links."""

    def __init__(self) -> None:
        super().__init__()
        self.plain, self.said, self.links = "", "", list[str]()
        self._open = list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag == "a" and given.get("href"):
            self.links.append(given["href"] or "")
        if tag not in VOID:
            self._open.append(tag)
        self._add(" ")

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass
        self._add(" ")

    def handle_data(self, data: str) -> None:
        self._add(data)

    def _add(self, data: str) -> None:
        inside = set(self._open)
        if inside & {"head", "script", "style", "svg", "datalist", "header", "footer"}:
            return
        if not inside & VERBATIM:
            self.said += data
        if not inside & RECORD:
            self.plain += data


def kind_of(path: str) -> str:
    return path.split("/")[1]


def crawled(site: Site, most: int | None) -> Iterator[tuple[str, Text]]:
    """Yield the pages that links lead to from the start page, up to some of each kind."""
    waiting, seen, many = ["/"], {"/"}, defaultdict[str, int](int)
    while waiting:
        path = waiting.pop(0)
        if most is not None and "/" in path[1:] and many[kind_of(path)] >= most:
            continue
        many[kind_of(path)] += 1
        said = site(path)
        assert said.status == 200, path
        page = Text()
        page.feed(said.text)
        yield path, page
        for link in page.links:
            split = urlsplit(urljoin(path, link))
            there = split.path
            if split.netloc or there in seen or there.startswith(("/en", "/static", "/handelse/", "/jamfor")):
                continue
            if "." in there.rsplit("/", 1)[-1] or there == "/checkpoint":
                continue
            seen.add(there)
            waiting.append(there)


def faults(pages: Iterator[tuple[str, Text]]) -> dict[str, set[str]]:
    """Return the codes that pages show outside verbatim places, by page."""
    english, found = codes(), dict[str, set[str]]()
    for path, page in pages:
        wrong = set(SNAKE.findall(page.said))
        wrong |= set(WORD.findall(page.plain)) & english
        wrong |= set(KEBAB.findall(page.plain)) & TOPICS
        if wrong:
            found[path] = wrong
    return found


def test_no_page_in_swedish_shows_a_code(site: Site) -> None:
    assert faults(crawled(site, PAGES_OF_A_KIND)) == {}


@pytest.mark.slow
def test_no_page_at_all_in_swedish_shows_a_code(site: Site) -> None:
    assert faults(crawled(site, None)) == {}


def test_no_event_of_any_type_shows_a_code(site: Site, whole: Any) -> None:
    first = {each.event.topic: each.position for each in reversed(whole)}

    def pages() -> Iterator[tuple[str, Text]]:
        for position in sorted(first.values()):
            page = Text()
            page.feed(site(f"/handelse/{position}").text)
            yield f"/handelse/{position}", page

    assert faults(pages()) == {}
