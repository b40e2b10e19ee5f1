"""Lists in pages: `?efter=KEY` goes on where a page of the list ended."""

from __future__ import annotations

import re
from typing import Any

from projections.projection import Projection
from projections.views.answer import Definition, Page, read_page_token, state_of
from services.web.page import Seen
from services.web.wrong import Wrong

AFTER = "efter"
LINES = 50
_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9|:#/._~-]{0,299}")


def part(seen: Seen, lines: int = LINES, of: Projection | None = None, prefix: str = "") -> Page:
    """Return which part of a list is asked for, of the rows of a read model under a prefix. Raises Wrong.

    The key of a line that the list does not have is none: it could have come from no page of the list.
    """
    key = seen.query.get(AFTER, "")
    if key and not _KEY.fullmatch(key):
        raise astray()
    if key and of is not None and (not key.startswith(prefix) or state_of(seen.rows, of.name, key) is None):
        raise astray()
    return Page(lines, key)


def astray() -> Wrong:
    """Return what is said of a key that no page of the list gave."""
    return Wrong(AFTER, "is no place in this list; begin with its first page and follow the links from there")


def following(answer: dict[str, Any]) -> str | None:
    """Return the key that the next part of a view's list goes on after, None at its end."""
    token = answer["next_page_token"]
    return read_page_token(token)[1] if token else None


def whole(*definitions: Definition) -> list[dict[str, Any]]:
    """Return definitions with their words, hash and read models, as pages show them."""
    return [each.whole() for each in definitions]
