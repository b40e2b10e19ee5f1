"""Pages as somebody sees them: made from bare events, written in both languages, and read back by meaning."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from itertools import pairwise
from typing import Any

from ledger.messages import Event
from projections.rows.memory import MemoryRows
from services.web.moments import NOW
from services.web.page import Page, Seen, Shown
from services.web.rendering import Links, render
from tests.projections.history import rows_of

ORIGIN, ON = "example.se/test", "2016-06-01"
HOSTILE = '<script>alert("1")</script> =2+2 \u202etxet'
VOID = {"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"}


def words(answer: Any, text: str = "the words") -> Any:
    """Give every reference of an answer a text, as opening them does."""
    if isinstance(answer, dict):
        if answer.keys() == {"position", "pointer"}:
            return answer | {"text": text}
        return {name: words(value, text) for name, value in answer.items()}
    return [words(value, text) for value in answer] if isinstance(answer, list | tuple) else answer


def shown(
    page: Page, rows: MemoryRows | Iterable[Event], path: Mapping[str, str] | None = None, **query: str
) -> Shown | None:
    """Return what a page shows on 1 June 2016."""
    if not isinstance(rows, MemoryRows):
        rows = rows_of(*rows)
    seen = Seen(ORIGIN, rows, None, NOW, ON, dict(path or {}), query)  # type: ignore[arg-type]
    found = page.show(seen)
    return None if found is None else words(found)


def drawn(page: Page, data: Shown, language: str = "en", **query: str) -> Read:
    """Return a page's HTML in a language, read."""
    text = render(
        f"{page.name}.html",
        language,
        Links("", language),
        page=page,
        data=data,
        head=data.get("position", 1) or 1,
        on=ON,
        here=page.path.replace("{", "").replace("}", ""),
        query=query,
        origin=ORIGIN,
    )
    return Read.of(text)


@dataclass
class Read:
    """A page as a reader meets it: its text, headings, links, tables and pictures."""

    html: str
    text: str = ""
    headings: list[tuple[int, str]] = field(default_factory=list)
    links: list[str] = field(default_factory=list)
    lead: str = ""
    ids: list[str] = field(default_factory=list)
    pictures: list[str] = field(default_factory=list)
    tags: list[tuple[str, dict[str, str | None]]] = field(default_factory=list)

    @classmethod
    def of(cls, html: str) -> Read:
        reader = _Reader(cls(html))
        reader.feed(html)
        reader.close()
        assert not reader.open, f"left open: {reader.open}"
        read = reader.read
        read.text = " ".join("".join(reader.texts).split())
        read.lead = " ".join(read.lead.split())
        assert_sound(read)
        return read


class _Reader(HTMLParser):
    def __init__(self, read: Read) -> None:
        super().__init__()
        self.read, self.open, self.texts = read, list[tuple[str, dict[str, str | None]]](), list[str]()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = dict(attrs)
        self.read.tags.append((tag, given))
        if given.get("id"):
            self.read.ids.append(given["id"] or "")
        if tag == "a":
            self.read.links.append(given.get("href") or "")
        if tag in {"h1", "h2", "h3", "h4"}:
            self.read.headings.append((int(tag[1]), ""))
        if tag not in VOID:
            self.open.append((tag, given))

    def handle_endtag(self, tag: str) -> None:
        assert self.open, f"</{tag}> closes nothing"
        opened, _ = self.open.pop()
        assert opened == tag, f"</{tag}> closes <{opened}>"
        if tag not in {"a", "b", "bdi", "code", "i", "span", "text", "tspan"}:
            self.texts.append(" ")

    def handle_data(self, data: str) -> None:
        inside = [tag for tag, _ in self.open]
        if "style" in inside or "script" in inside:
            return
        self.texts.append(data)
        if "svg" in inside and inside[-1] == "title":
            self.read.pictures.append(data)
        level = next((tag for tag in reversed(inside) if tag in {"h1", "h2", "h3", "h4"}), None)
        if level is not None:
            self.read.headings[-1] = (self.read.headings[-1][0], self.read.headings[-1][1] + data)
        if any(given.get("class") == "lead" for _, given in self.open):
            self.read.lead += data


def assert_sound(read: Read) -> None:
    """Hold a page to what every page keeps: one h1, headings in order, no style, each id once, tables with a caption."""
    levels = [level for level, _ in read.headings]
    assert levels.count(1) == 1, levels
    assert all(after <= before + 1 for before, after in pairwise(levels)), levels
    assert len(read.ids) == len(set(read.ids)), read.ids
    assert not [tag for tag, given in read.tags if "style" in given or any(name.startswith("on") for name in given)]
    scripts = [given.get("src") or "" for tag, given in read.tags if tag == "script"]
    assert all(source.startswith("/static/") and source.endswith("/verify.js") for source in scripts), scripts
    tables = sum(tag == "table" for tag, _ in read.tags)
    assert sum(tag == "caption" for tag, _ in read.tags) == tables
    assert all("scope" in given for tag, given in read.tags if tag == "th")
