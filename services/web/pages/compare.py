"""What has changed on a page between two events of the record."""

from __future__ import annotations

import re
from collections.abc import Iterator
from difflib import SequenceMatcher
from typing import Any
from urllib.parse import parse_qsl, urlsplit

from pydantic_core import to_json

from services.audit.difference import ABSENT, Change, difference, pointer
from services.web.moments import NOW, Moment
from services.web.page import Page, Seen, Shown, Table
from services.web.wrong import Wrong

CHANGES_MAX = 500
CHARACTERS_MAX = 4_000
"""Of a value as it is shown; the page itself has the whole."""

WORDS_MAX = 1_000
"""Of a text in which every word is compared; of a longer one it is only said that it changed."""

TOKENS = "_token"
_SPACES = re.compile(r"(\s+)")


def show(seen: Seen) -> Shown:
    """Return what differs between a page as it was known at one event and at another."""
    path, first, last = seen.query.get("sida", ""), seen.query.get("fran", ""), seen.query.get("till", "")
    asked = {"page": path, "from": first, "to": last}
    if not path:
        return asked | {"before": False, "after": False, "changes": [], "more": 0}
    parted = urlsplit(path)
    if parted.scheme or parted.netloc or not parted.path.startswith("/"):
        raise Wrong("sida", "is no page of this ledger; write the path of one, such as /beslut")
    query = dict(parse_qsl(parted.query))
    before = seen.other(parted.path, query, _moment("fran", first))
    after = seen.other(parted.path, query, _moment("till", last) if last else NOW)
    changes = [each for each in difference(before or {}, after or {}) if not _is_token(each)]
    told = [_told(each) for each in changes[:CHANGES_MAX]]
    return asked | {
        "before": before is not None,
        "after": after is not None,
        "changes": told,
        "more": len(changes) - len(told),
    }


def table(shown: Shown) -> Table:
    """Return the changes: what, how, and what it said before and after."""
    header = ("name", "kind", "before", "after")
    return Table(header, [tuple(each[name] for name in header) for each in shown["changes"]])


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
    text = value if isinstance(value, str) else to_json(value).decode()
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
