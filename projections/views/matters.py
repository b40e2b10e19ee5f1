"""Matters as they are shown: the dossier, how many inputs, what answers for them."""

from __future__ import annotations

from typing import Any

from ledger.inputs.events import InputReceived
from projections.inputs import SCOPE
from projections.matters import MATTERS
from projections.projection import Rows
from projections.views.answer import (
    FIRST_PAGE,
    Answer,
    Definition,
    Page,
    answer,
    figure,
    one_page,
    picked,
    state_of,
    states,
)

DEFINITION = Definition(
    "matters",
    2,
    "A matter with its life in the order of the record. The inputs are all that were received in it, "
    "by capacity of the author and by status: live, rejected, withdrawn, merged; none is left out.",
    (MATTERS, SCOPE),
)


def matter(rows: Rows, matter: str) -> Answer | None:
    """Return the dossier of a matter and the number of its inputs."""
    state = state_of(rows, MATTERS.name, matter)
    if state is None:
        return None
    return answer(rows, DEFINITION, matter=state, **inputs_of(rows, f"matter:{matter}"))


def inputs_of(rows: Rows, place: str) -> dict[str, Any]:
    """Return `inputs`, the figure of all, and `inputs_by_status`, its parts."""
    parts: list[Answer] = []
    for name, number in sorted(rows.figures(SCOPE.name, f"{place}|").items()):
        _, author_kind, status = name.split("|")
        parts.append({"author_kind": author_kind, "status": status, "count": number})
    total = sum(int(part["count"]) for part in parts)
    return {"inputs": figure(total, (InputReceived,), place), "inputs_by_status": parts}


def matters(rows: Rows, page: Page = FIRST_PAGE) -> Answer:
    """Return a page of matters, in the order of their ids."""
    names = ("matter", "title", "language", "kind", "body", "numbers", "status", "opened")
    found = states(rows, MATTERS.name, after=page.after)
    items, token = one_page(rows, found, page, lambda row: picked(row.state, *names))
    return answer(rows, DEFINITION, matters=items, next_page_token=token)
