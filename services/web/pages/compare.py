"""What has changed on a page between two events of the record."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from difflib import SequenceMatcher
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pydantic_core import to_json

from services.audit.difference import ABSENT, Change, difference, pointer
from services.web.compared import Told, differing
from services.web.lines import TITLE
from services.web.moments import NOW, Moment
from services.web.page import Looked, Page, Seen, Shown, Table
from services.web.wrong import Wrong

CHANGES_MAX = 500
LINES_MAX = 500
CHARACTERS_MAX = 4_000
"""Of a value as it is shown; the page itself has the whole."""

WORDS_MAX = 1_000
"""Of a text in which every word is compared; of a longer one it is only said that it changed."""

TOKENS = "_token"
_SPACES = re.compile(r"(\s+)")


def show(seen: Seen) -> Shown:
    """Return what differs between a page as it was known at one event and at another: as it reads, and as data."""
    page, first, last = seen.query.get("sida", ""), seen.query.get("fran", ""), seen.query.get("till", "")
    # Two slashes begin the address of another host.
    if page and (not page.startswith("/") or page.startswith("//")):
        raise Wrong("sida", "is no page of this ledger; write the path of one, such as /beslut")
    parted = urlsplit(page)
    path, query = _in_no_language(parted.path), _without_moment(parse_qsl(parted.query))
    asked = {"page": page, "path": path, "query": query, "from": first, "to": last}
    before = seen.other(path, query, _moment("fran", first)) if page else None
    after = seen.other(path, query, _moment("till", last) if last else NOW) if page else None
    both = before is not None and after is not None
    told = differing(before.lines, after.lines) if before is not None and after is not None else []
    changes = [each for each in _changes(before, after) if not _is_token(each)]
    data = [_told(each) for each in changes[:CHANGES_MAX]]
    return asked | {
        "before": before is not None,
        "after": after is not None,
        "title": _title(after) or _title(before),
        "sections": _sections(told[:LINES_MAX]) if both else [],
        "lines": len(told),
        "more_lines": max(0, len(told) - LINES_MAX),
        "changes": data,
        "more": len(changes) - len(data),
    }


def table(shown: Shown) -> Table:
    """Return what reads otherwise: under which heading, how, and what it said before and after."""
    header = ("kind", "before", "after")
    return Table(
        ("section", *header),
        [
            (section["heading"], *(each[name] for name in header))
            for section in shown["sections"]
            for each in section["lines"]
        ],
    )


# --- As it reads --------------------------------------------------------------------------------
def _sections(told: Sequence[Told]) -> list[dict[str, Any]]:
    """Return the differences by the heading they stand under, in the order of the page."""
    found: dict[str, dict[str, Any]] = {}
    for each in told:
        line = each.line
        section = found.setdefault(line.section, {"heading": line.section, "anchor": line.anchor, "lines": []})
        section["lines"].append(_line(each))
    return list(found.values())


def _line(told: Told) -> dict[str, Any]:
    before = None if told.before is None else _cut(told.before.text)
    after = None if told.after is None else _cut(told.after.text)
    kind = "added" if before is None else "removed" if after is None else "changed"
    marks = list(marked(before, after)) if before is not None and after is not None else []
    return {"kind": kind, "before": before, "after": after, "marks": marks}


def _title(looked: Looked | None) -> str | None:
    """Return what a page is headed by."""
    return None if looked is None else next((line.text for line in looked.lines if line.key == TITLE), None)


def _in_no_language(path: str) -> str:
    """Return the path of a page without its language: what is compared reads in the language of the comparison."""
    return path.removeprefix("/en") or "/" if path == "/en" or path.startswith("/en/") else path


def _without_moment(query: list[tuple[str, str]]) -> dict[str, str]:
    return {name: value for name, value in query if name not in {"at", "asof"}}


# --- As data ------------------------------------------------------------------------------------
def _changes(before: Looked | None, after: Looked | None) -> list[Change]:
    return difference({} if before is None else before.shown, {} if after is None else after.shown)


def _moment(parameter: str, text: str) -> Moment:
    try:
        return Moment.asked(text, None) if text else Moment(position=1)
    except Wrong as wrong:
        raise Wrong(parameter, wrong.sentence) from wrong


def _is_token(change: Change) -> bool:
    """Tell whether only the way to the next page differs."""
    return bool(change.path) and str(change.path[-1]).endswith(TOKENS)


def _told(change: Change) -> dict[str, Any]:
    before, after = _text(change.before), _text(change.after)
    kind = "changed"
    if change.moved_to is not None:
        kind = "moved"
    elif change.before is ABSENT:
        kind = "added"
    elif change.after is ABSENT:
        kind = "removed"
    return {
        "name": "".join(change.named) or "/",
        "path": pointer(change.path),
        "kind": kind,
        "before": before,
        "after": after,
        "marks": list(marked(before, after)) if before is not None and after is not None else [],
    }


def _text(value: Any) -> str | None:
    """Return a value as one reads it: words as they are, a figure as its number, anything else as JSON."""
    if value is ABSENT:
        return None
    if isinstance(value, dict):
        for name in ("text", "value", "withheld"):
            if name in value and not isinstance(value[name], dict | list):
                return _text(f"[{value[name]}]" if name == "withheld" else value[name])
    return _cut(value if isinstance(value, str) else to_json(value).decode())


def _cut(text: str) -> str:
    return text if len(text) <= CHARACTERS_MAX else f"{text[:CHARACTERS_MAX]}…"


def marked(before: str, after: str) -> Iterator[dict[str, str]]:
    """Yield the pieces of two texts in order, each `same`, `gone` or `new`; a word is the least that changes."""
    old, new = _SPACES.split(before), _SPACES.split(after)
    if max(len(old), len(new)) > 2 * WORDS_MAX:
        yield {"kind": "gone", "text": before}
        yield {"kind": "new", "text": after}
        return
    for what, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what == "equal":
            yield {"kind": "same", "text": "".join(old[start:end])}
            continue
        if start < end:
            yield {"kind": "gone", "text": "".join(old[start:end])}
        if first < last:
            yield {"kind": "new", "text": "".join(new[first:last])}


PAGE = Page("compare", "/jamfor", show, table, query=("sida", "fran", "till"), looks_back=True)
