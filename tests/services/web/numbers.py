"""Every number that a page's HTML shows, with its place: the words around it, and the link it stands in.

    numbers(html)   the numbers of the main content, in the order in which they stand
    dates(html)     the days it names
    values(json)    what may stand on the page, by its JSON twin: numbers as they are, and shares as percentages

What names something is no number: words from people, codes, references of events, links' addresses, and names. Nor is a
day, which is a category of its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal, InvalidOperation
from html.parser import HTMLParser
from typing import Any

VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr", "path", "rect", "line"}
NAMING = {"bdi", "code", "time", "del", "ins", "blockquote", "option", "label", "svg", "h1", "title", "script"}
"""Elements that hold names, words and days; a picture's numbers stand again in the table below it."""

NAMING_CLASSES = {"ev", "crumbs", "ticks", "eyebrow", "printonly", "hint", "past", "counted", "noprint", "vh"}
MONTHS = {
    name: number
    for names in (
        "januari februari mars april maj juni juli augusti september oktober november december",
        "January February March April May June July August September October November December",
    )
    for number, name in enumerate(names.split(), 1)
}
_MONTH = "|".join(sorted({*MONTHS, *(name.capitalize() for name in MONTHS)}, key=len, reverse=True))
_DAY = re.compile(rf"(?:(\d{{1,2}}) )?\b({_MONTH}) (\d{{4}})(?: \d\d[.:]\d\d)?")
_YEARS = re.compile(r"\b\d{4}–\d{4}\b")
_PATHS = re.compile(r"[“”][^”]*”|› \d+|wave is \d|(?:[Vv]ersion|WCAG|EN|V)[ \u00a0]?\d[\d. ]*\d?")
"""What a source is quoted with, places inside an event, and the names of versions and standards."""

_RANGES = re.compile(rf"\b\d{{1,2}}(?: (?:{_MONTH}))?–(?=\d{{1,2}} (?:{_MONTH}) \d{{4}})")
_ISO = re.compile(r"\b\d{4}-\d{2}(?:-\d{2})?(?:[T ]\d{2}[\d:.]*Z?)?\b")
_NAMES = re.compile(
    r"(?:art\.|[Aa]rticle) \d+|§+ ?\d+(?:[–-]\d+)?|#\d+|SHA-256|\b[A-Za-z]+-?\d+\b|\b\d+:\d+\b|\b\d+ [a-z]?kap\."
    r"|[\w./-]*[a-zåäö][\w.]*[-/]\d[\w./-]*|\b\d{4}/\d+\b"
)
"""Articles and chapters of law, paragraphs, references of events, numbers of matters, ids."""

_NUMBER = re.compile(r"(?<![\w.,/:-])[-\N{MINUS SIGN}]?\d+(?:[\u00a0\u202f,.]\d+)*(?:[\u00a0 ]?%)?(?![\w/:]|-\d)")


@dataclass(frozen=True)
class Number:
    """A number as it is read: its value (a percentage of a hundred), where it stands, and the link it is in."""

    text: str
    value: Decimal
    is_percent: bool
    place: str
    link: str | None
    around: str
    in_lead: bool
    """Whether it stands in the opening sentence."""

    is_count: bool
    """Whether it is the first number of its text: what a link with it is about."""

    def __str__(self) -> str:
        return f"{self.text!r} in <{self.place}> {self.around!r} → {self.link}"


@dataclass(frozen=True)
class Piece:
    """A run of text between two tags."""

    text: str
    path: tuple[tuple[str, dict[str, str | None]], ...]

    @property
    def link(self) -> str | None:
        return next((given.get("href") for tag, given in reversed(self.path) if tag == "a"), None)

    def is_in(self, name: str) -> bool:
        """Tell whether it stands in an element of a class."""
        return any(name in (given.get("class") or "").split() for _, given in self.path)

    @property
    def is_naming(self) -> bool:
        return any(
            tag in NAMING or NAMING_CLASSES & set((given.get("class") or "").split()) for tag, given in self.path
        )


class _Main(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, dict[str, str | None]]] = []
        self.pieces: list[Piece] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        if tag not in VOID:
            self.open.append((tag, dict(attrs)))

    def handle_startendtag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """A tag that closes itself holds nothing."""

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            while self.open.pop()[0] != tag:
                pass

    def handle_data(self, data: str) -> None:
        if any(tag == "main" for tag, _ in self.open) and data.strip():
            self.pieces.append(Piece(data, tuple(self.open)))


def pieces(html: str) -> list[Piece]:
    """Return the texts of the main content with the elements they stand in."""
    parser = _Main()
    parser.feed(html)
    parser.close()
    return parser.pieces


def numbers(html: str, language: str = "sv") -> Iterator[Number]:
    """Yield the numbers of a page's main content."""
    for piece in pieces(html):
        if piece.is_naming:
            continue
        bare = _YEARS.sub(
            _blank,
            _PATHS.sub(_blank, _NAMES.sub(_blank, _ISO.sub(_blank, _DAY.sub(_blank, _RANGES.sub(_blank, piece.text))))),
        )
        for found in _NUMBER.finditer(bare):
            text = found.group()
            value = number(text.rstrip("%").rstrip("\u00a0 "), language)
            if value is not None:
                place = ">".join(tag for tag, _ in piece.path[-3:])
                around = " ".join(piece.text[max(0, found.start() - 40) : found.end() + 40].split())
                yield Number(
                    *(text, value, text.endswith("%"), place, piece.link, around),
                    in_lead=piece.is_in("lead"),
                    is_count=not bare[: found.start()].strip("( "),
                )


def _blank(found: re.Match[str]) -> str:
    return "~" * len(found.group())


def number(text: str, language: str) -> Decimal | None:
    """Return what a number says as it is written in a language."""
    group, point = ("\u00a0\u202f", ",") if language == "sv" else (",", ".")
    plain = "".join("." if each == point else each for each in text if each not in group)
    try:
        return Decimal(plain.replace("\N{MINUS SIGN}", "-"))
    except InvalidOperation:
        return None


def dates(html: str) -> set[str]:
    """Return the days and months that a page names in words, as ISO has them."""
    found: set[str] = set()
    for piece in pieces(html):
        if any(tag in {"bdi", "blockquote", "h1"} for tag, _ in piece.path):
            continue
        for day, month, year in _DAY.findall(piece.text):
            text = f"{year}-{MONTHS[month.lower() if month.lower() in MONTHS else month.capitalize()]:02}"
            found.add(f"{text}-{int(day):02}" if day else text)
    return found


ROUNDINGS = (ROUND_HALF_EVEN, ROUND_HALF_UP)


# --- The JSON twin ------------------------------------------------------------------------------
def leaves(value: Any) -> Iterator[Any]:
    """Yield everything an answer states: numbers, texts, and how many items its lists have."""
    if isinstance(value, dict):
        for member in value.values():
            yield from leaves(member)
    elif isinstance(value, list):
        yield len(value)
        for member in value:
            yield from leaves(member)
    elif value is not None and not isinstance(value, bool):
        yield value


def values(shown: Any) -> set[Decimal]:
    """Return every number that an answer states, decimal texts among them."""
    found: set[Decimal] = set()
    for leaf in leaves(shown):
        for part in str(leaf).split("/"):
            # An uncertain year (`2016~`) is told with words around it.
            try:
                value = Decimal(part.rstrip("?~%"))
            except InvalidOperation:
                continue
            found.add(value)
            if "." in part and value.is_finite():
                found |= {value.quantize(Decimal(1).scaleb(-places), how) for places in range(4) for how in ROUNDINGS}
    return found
