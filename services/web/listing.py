"""Lists in pages: `?efter=KEY` goes on where a page of the list ended."""

from __future__ import annotations

from typing import Any

from projections.views.answer import Definition, Page, read_page_token
from services.web.page import Seen

AFTER = "efter"
LINES = 50


def part(seen: Seen, lines: int = LINES) -> Page:
    """Return which part of a list is asked for."""
    return Page(lines, seen.query.get(AFTER, ""))


def following(answer: dict[str, Any]) -> str | None:
    """Return the key that the next part of a view's list goes on after, None at its end."""
    token = answer["next_page_token"]
    return read_page_token(token)[1] if token else None


def whole(*definitions: Definition) -> list[dict[str, Any]]:
    """Return definitions with their words, hash and read models, as pages show them."""
    return [each.whole() for each in definitions]
