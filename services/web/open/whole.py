"""Whole lists: a view asked page after page at one moment, without holding more than a page."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from projections.views.answer import PAGE_SIZE_MAX, Page, read_page_token


def every(view: Callable[[Page], dict[str, Any] | None], items: str) -> Iterator[dict[str, Any]]:
    """Yield the items of all pages of a list."""
    after = ""
    while True:
        answer = view(Page(PAGE_SIZE_MAX, after))
        if answer is None:
            return
        yield from answer[items]
        if not answer["next_page_token"]:
            return
        _, after = read_page_token(answer["next_page_token"])
