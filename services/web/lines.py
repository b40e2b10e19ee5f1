"""A page as lines, as one reads it: each under its heading, a cell with its column's name, a fact with its term; an item
of a list is one line, whatever is in it.

What is no statement of the page is left out: ways to other pages, forms, downloads, pictures (their tables say the same).
"""

from __future__ import annotations

from html.parser import HTMLParser
from typing import NamedTuple

VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})
LEFT_OUT = frozenset({"nav", "form", "svg", "script", "style", "template", "datalist", "colgroup"})
LEFT_OUT_CLASSES = frozenset({"noprint", "printonly", "verify", "crumbs", "legend", "legendline", "proof"})
TITLE = "h1"
"""The key of the line that heads the page."""

HEADINGS = (TITLE, "h2", "h3", "h4")
BLOCKS = frozenset(
    {"p", "li", "dt", "dd", "caption", "figcaption", "summary", "blockquote", "pre", "tr", "th", "td", "div", "section"}
    | {"article", "aside", "ul", "ol", "dl", "table", "figure", "details", "br", *HEADINGS}
)
"""Elements that begin and end a line of their own."""

_BEFORE_WORD = ' \n\t\u00a0(#/”"-–'
"""After which a word follows without a blank."""


class Line(NamedTuple):
    """One line. `section` is the heading it stands under, `anchor` that heading's id, `key` what a fact, row or item is of."""

    section: str
    anchor: str
    key: str
    text: str


def lines_of(html: str) -> list[Line]:
    """Return the lines of a page, within its `<main>`."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.lines


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[Line] = []
        self._open: list[tuple[str, bool]] = []
        self._out = 0
        self._text: list[str] = []
        self._headings: dict[str, tuple[str, str]] = {}
        self._heading_id = ""
        self._term = ""
        self._head: list[str] = []
        self._row: list[str] | None = None
        self._item: list[str] = []
        self._item_key = ""

    # --- Elements ---------------------------------------------------------------------------------
    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        if tag in BLOCKS:
            self._flush()
        if tag in VOID:
            return
        inside = tag == "main" or any(name == "main" for name, _ in self._open)
        hidden = inside and _is_left_out(tag, given)
        self._open.append((tag, hidden))
        self._out += hidden
        if tag in HEADINGS:
            self._heading_id = given.get("id") or ""
        elif tag == "table":
            self._head = []
        elif tag == "tr":
            self._row = []

    def handle_endtag(self, tag: str) -> None:
        if tag in VOID or not any(name == tag for name, _ in self._open):
            return
        self._end(tag)
        while self._open:
            name, hidden = self._open.pop()
            self._out -= hidden
            if name == tag:
                break

    def handle_data(self, data: str) -> None:
        if not self._out and any(name == "main" for name, _ in self._open):
            self._text.append(data)

    # --- Lines ------------------------------------------------------------------------------------
    def _end(self, tag: str) -> None:
        if tag in HEADINGS:
            self._begin_section(tag, self._taken())
        elif tag == "dt":
            self._term = self._taken()
        elif tag in {"td", "th"} and self._row is not None:
            self._row.append(self._taken())
        elif tag == "tr":
            self._end_row()
        elif tag == "li":
            self._flush()
            if self._items() == 1:
                self._end_item()
        elif tag in BLOCKS:
            self._flush()
            self._term = "" if tag in {"dd", "dl"} else self._term

    def _begin_section(self, level: str, text: str) -> None:
        if not text:
            return
        if self._items():
            self._item_key = self._item_key or text
            self._item.append(text)
            return
        at = HEADINGS.index(level)
        self._headings = {name: found for name, found in self._headings.items() if HEADINGS.index(name) < at}
        if level == TITLE:
            self._add(text, TITLE)
        self._headings[level] = text, self._heading_id

    def _end_row(self) -> None:
        cells, self._row = self._row or [], None
        if any(name == "thead" for name, _ in self._open):
            self._head = cells
            return
        named = self._head if len(self._head) == len(cells) else [""] * len(cells)
        said = [
            f"{name}: {cell}" if name and at else cell for at, (name, cell) in enumerate(zip(named, cells, strict=True))
        ]
        said = [cell for cell, own in zip(said, cells, strict=True) if own]
        if said:
            self._add(" · ".join(said), cells[0])

    def _items(self) -> int:
        return sum(name == "li" for name, _ in self._open)

    def _end_item(self) -> None:
        said, key = " · ".join(self._item), self._item_key
        self._item, self._item_key = [], ""
        if said:
            self._emit(said, key)

    def _flush(self) -> None:
        if self._row is not None:
            # Blocks within a cell are one cell.
            self._text.append(" ")
            return
        text = self._taken()
        if text:
            self._add(f"{self._term}: {text}" if self._term else text, self._term)

    def _taken(self) -> str:
        text = ""
        for piece in self._text:
            # What stands apart on the page, without a blank in between, is apart here, too.
            text += f" {piece}" if text and text[-1] not in _BEFORE_WORD and piece[:1].isalnum() else piece
        self._text = []
        return " ".join(text.split())

    def _add(self, text: str, key: str) -> None:
        if self._items():
            self._item.append(text)
            return
        self._emit(text, key)

    def _emit(self, text: str, key: str) -> None:
        under = [found for level, found in self._headings.items() if level != TITLE]
        anchor = next((named for _, named in reversed(under) if named), "")
        self.lines.append(Line(" › ".join(name for name, _ in under), anchor, key, text))


def _is_left_out(tag: str, given: dict[str, str | None]) -> bool:
    classes = set((given.get("class") or "").split())
    says_nothing = given.get("aria-hidden") == "true" or ("vh" in classes and tag == "span")
    return tag in LEFT_OUT or bool(classes & LEFT_OUT_CLASSES) or says_nothing
