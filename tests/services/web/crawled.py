"""Everything of a site that a reader or a program can get to from its start page, and what each link answers."""

from __future__ import annotations

import json
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from html import unescape
from typing import Any
from urllib.parse import quote, urldefrag, urlencode, urljoin, urlsplit

from services.web.pages import PAGES
from tests.services.web.site import Said, Site

_ADDRESSES = re.compile(r'\b(?:href|src|action|data-events)="([^"]*)"')
_IN_XML = re.compile(r'<(?:link|id|a)\b[^>]*\bhref="([^"]*)"')
_PARAMETER = re.compile(r"\\\{[a-z_]+\\\}")


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(_PARAMETER.sub("[^/?]+", re.escape(path)) + r"(\?.*)?")


PATTERNS = {page.name: _pattern(page.path) for page in PAGES if page.path != "/"}
NO_ADDRESS = {"pointer", "path", "text", "was", "becomes"}
"""Members of answers that hold a JSON Pointer, a value or words, which may look like an address."""


def kind_of(address: str) -> str:
    """Return which page an address is of, in which language and form; a file by its folder and suffix."""
    path = urlsplit(address).path
    language = "en " if path == "/en" or path.startswith("/en/") else ""
    path = path[len("/en") :] or "/" if language else path
    stem, dot, suffix = path.partition(".")
    form = dot + suffix if suffix in {"json", "csv"} else ""
    place = stem if form else path or "/"
    if place in {"", "/", "/index"}:
        return f"{language}start{form}"
    fitting = (name for name, each in PATTERNS.items() if each.fullmatch(place) and (form or "." not in place))
    name = next(fitting, None) or "/".join((path.split("/")[1], suffix))
    return f"{language}{name}{form}"


def in_html(text: str) -> Iterator[str]:
    """Yield every address in a page."""
    yield from map(unescape, _ADDRESSES.findall(text))


def in_json(value: Any, name: str = "") -> Iterator[str]:
    """Yield the texts of an answer that are addresses of our pages."""
    if isinstance(value, dict):
        for member, each in value.items():
            if member not in NO_ADDRESS:
                yield from in_json(each, member)
    elif isinstance(value, list):
        for each in value:
            yield from in_json(each, name)
    elif isinstance(value, str) and value.startswith("/"):
        place = value.removeprefix("/en")
        if name in {"forms", "catalogue"} or any(each.fullmatch(place) for each in PATTERNS.values()):
            yield quote(value, safe="/?=&:%,+-._~")


def addresses(said: Said) -> Iterable[str]:
    """Return the addresses in an answer of whatever type."""
    kind = said.headers.get("content-type", "").partition(";")[0]
    if kind == "text/html":
        return in_html(said.text)
    if kind == "application/json":
        return in_json(json.loads(said.body))
    if kind == "application/atom+xml":
        return map(unescape, _IN_XML.findall(said.text))
    return ()


@dataclass
class Crawl:
    """Follows links from `starts`; of each kind of address `most` are read for further links, the others only asked for,
    at most `asks` of a kind, all of them where that is None.

    `answers` says what every address answered, `came_from` where it was found first.
    """

    site: Site
    most: int
    starts: tuple[str, ...] = ("/", "/en/")
    moments: tuple[str, ...] = ()
    asks: int | None = None
    answers: dict[str, Said] = field(default_factory=dict)
    came_from: dict[str, str] = field(default_factory=dict)
    read: Counter[str] = field(default_factory=Counter)
    asked: Counter[str] = field(default_factory=Counter)

    def run(self) -> Crawl:
        waiting = deque(self.starts)
        while waiting:
            address = waiting.popleft()
            kind = kind_of(address)
            if address in self.answers or (self.asks is not None and self.asked[kind] >= self.asks):
                continue
            self.asked[kind] += 1
            said = self.answers[address] = self._follow(address)
            if self.read[kind] >= self.most:
                continue
            self.read[kind] += 1
            for found in self._own(address, addresses(said)):
                if found not in self.came_from:
                    self.came_from[found] = address
                    waiting.append(found)
        return self

    def dead(self) -> dict[str, str]:
        """Return what leads nowhere, and where that is linked."""
        return {
            address: f"{said.status} in {self.came_from.get(address)}"
            for address, said in self.answers.items()
            if said.status != 200
        }

    def _follow(self, address: str) -> Said:
        said = self.site(address)
        if said.status in {303, 308}:
            self.came_from.setdefault(said.headers["location"], address)
            return self.site(said.headers["location"])
        return said

    def _own(self, page: str, found: Iterable[str]) -> Iterator[str]:
        base = f"{self.site.url}{page}"
        for each in found:
            whole = urldefrag(urljoin(base, each)).url
            if whole.startswith(f"{self.site.url}/"):
                address = whole.removeprefix(self.site.url)
                yield address
                yield from (self._at(address, moment) for moment in self.moments)

    @staticmethod
    def _at(address: str, moment: str) -> str:
        parted = urlsplit(address)
        kept = [each for each in parted.query.split("&") if each and not each.startswith(("at=", "asof="))]
        return parted.path + "?" + "&".join([*kept, urlencode({"at": moment})])
