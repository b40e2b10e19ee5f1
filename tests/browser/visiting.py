"""Where a hostile reader goes: every address that links lead to, and every parameter and part of one with a vector in it."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter, deque
from collections.abc import Iterable, Iterator, Sequence
from html import unescape
from urllib.parse import parse_qsl, quote, urldefrag, urljoin, urlsplit
from xml.etree.ElementTree import ParseError, fromstring

from services.web.formulas import inert
from services.web.open.alternates import alternates
from services.web.page import Page
from services.web.pages import PAGES
from services.web.responses import SECURITY
from tests.adversary.markup import Vector, packed, written
from tests.browser.crawl import name_of
from tests.services.web.site import Said, Site
from tests.services.web.test_directions import is_balanced

PARAMETER_CHARACTERS, PART_CHARACTERS = 900, 700
PARAMETERS_MAX = 2
_HREF = re.compile(r'<a\b[^>]*\bhref="([^"]+)"')
_PLACE = re.compile(r"\{[a-z_:]+\}")
_BY_NAME = {page.name: page for page in PAGES}
_XHTML = "{http://www.w3.org/1999/xhtml}"


# --- What is there ----------------------------------------------------------------------------------
def addresses(site: Site, per_page: int) -> Iterator[str]:
    """Yield the Swedish addresses that links lead to from the start page, but for those of single events.

    Each page of every thing once; of one page with the same parameters so many, and of those at most two together.
    """
    waiting, seen, counted = deque(["/"]), {"/"}, Counter[tuple[str, ...]]()
    while waiting:
        path = waiting.popleft()
        parted = urlsplit(path)
        name = name_of(parted.path)
        if name is None or name == "event" or parted.path.startswith("/en/"):
            continue
        kind = (name, *sorted(dict(parse_qsl(parted.query))))
        counted[kind] += 1
        if parted.query and (counted[kind] > per_page or len(kind) > PARAMETERS_MAX + 1):
            continue
        yield path
        said = site(path)
        for link in _HREF.findall(said.text) if said.status == 200 else ():
            whole, _ = urldefrag(urljoin(site.url + path, unescape(link)))
            local = whole.removeprefix(site.url)
            if local.startswith("/") and local not in seen:
                seen.add(local)
                waiting.append(local)


# --- What is asked ----------------------------------------------------------------------------------
def asked_with_vectors(vectors: Sequence[Vector]) -> Iterator[str]:
    """Yield addresses with vectors in every parameter and every part of every page, and each vector looked up."""
    for each in vectors:
        text = quote(each.text, safe="")
        yield f"/sok?q={text}"
        yield f"/en/sok?q={text}&slag={text}"
        yield f"/forslag/{text}"
        yield f"/en/amne/{text}"
        yield f"/handelser?tagg=theme:{text}"
    for group in packed(vectors, PARAMETER_CHARACTERS, apart=False):
        text = quote(written(group), safe="")
        for page in PAGES:
            path = _PLACE.sub("1", page.path)
            yield from (f"{path}?{name}={text}" for name in page.query)
        yield from (f"{path}?{name}={text}" for path in ("/", "/en/forslag") for name in ("at", "asof", text))
        yield f"/{text}"
        yield f"/jamfor?sida=/forslag/{text}"
        yield f"/jamfor?sida=/sok?q={text}&fran=1"
    for group in packed(vectors, PART_CHARACTERS, apart=False):
        text = quote(written(group), safe="")
        for page in PAGES:
            if "{" in page.path:
                yield _PLACE.sub(lambda _: text, page.path)  # noqa: B023  used at once


# --- Other forms ------------------------------------------------------------------------------------
def forms(path: str) -> Iterator[str]:
    """Yield the addresses of the other forms of a page."""
    parted = urlsplit(path)
    page: Page = _BY_NAME[str(name_of(parted.path))]
    place = parted.path + ("index" if parted.path.endswith("/") else "")
    query = f"?{parted.query}" if parted.query else ""
    suffixes = [".json", *((".csv",) if page.table is not None else ())]
    yield from (f"{place}{suffix}{query}" for suffix in suffixes)
    yield from (f"{place}{each.suffix}" for each in alternates(page.path))


def twins(site: Site, path: str) -> list[str]:
    """Return what is wrong with the other forms of a page, and its feeds and files."""
    return [f"{form}: {fault}" for form in forms(path) for fault in _faults(site(form), urlsplit(form).path)]


def _faults(said: Said, path: str) -> Iterator[str]:
    kind = said.headers.get("content-type", "")
    if said.status >= 500:
        yield f"answered {said.status}"
    missing = [name for name in SECURITY if name.lower() not in said.headers]
    if missing or "html" in kind:
        yield f"is {kind} without {missing}"
    if said.status != 200:
        return
    if path.endswith(".csv"):
        yield from (f"holds the formula {cell!r}" for cell in _formulas(said.text))
    elif path.endswith(".atom"):
        yield from _feed_faults(said.body)
    elif path.endswith((".json", ".jsonld")):
        json.loads(said.body)
    elif path.endswith(".ics"):
        yield from _calendar_faults(said.text)


def _formulas(text: str) -> Iterable[str]:
    return [cell for row in csv.reader(io.StringIO(text, newline="")) for cell in row if inert(cell) != cell]


def _feed_faults(octets: bytes) -> Iterator[str]:
    try:
        root = fromstring(octets)
    except ParseError as error:
        yield f"is no XML: {error}"
        return
    for each in root.iter():
        if each.tag.startswith(_XHTML) or each.get("type") in {"html", "xhtml"}:
            yield f"holds markup: {each.tag}"
        if not is_balanced(each.text or ""):
            yield f"turns what follows: {each.text!r}"


def _calendar_faults(text: str) -> Iterator[str]:
    parts = re.findall(r"(?m)^BEGIN:(\S+)", text.replace("\r\n ", ""))
    if set(parts) - {"VCALENDAR", "VEVENT"}:
        yield f"holds the parts {set(parts)}"
    for line in text.replace("\r\n ", "").split("\r\n"):
        if not is_balanced(line):
            yield f"turns what follows: {line!r}"
