"""Matters as they are shown: the dossier, how many inputs, what answers for them."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ledger.inputs.events import InputReceived
from projections.decisions import DECISIONS
from projections.documents import DOCUMENTS, FILED, PROPOSALS
from projections.inputs import SCOPE
from projections.matters import MATTER_NUMBERS, MATTERS
from projections.programmes import PROGRAMME_LINKS, PROGRAMMES
from projections.projection import Row, Rows
from projections.references import number_stem
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
from projections.views.dossier import dossier

DEFINITION = Definition(
    "matters",
    3,
    "A matter with its life in the order of the record. The inputs are all that were received in it, "
    "by capacity of the author and by status: live, rejected, withdrawn, merged; none is left out. The dossier of a "
    "matter holds its documents as a tree, and their life in its timeline. Its age runs from the day it was opened to "
    "the day it was closed, else to the day judged on; where the opening is known to the month or year only, it is "
    "given at least and at most. A number is found with or without Dnr before it and an act number after it.",
    (
        *(MATTERS, MATTER_NUMBERS, SCOPE, DECISIONS),
        *(DOCUMENTS, FILED, PROPOSALS, PROGRAMMES, PROGRAMME_LINKS),
    ),
)


def matter(rows: Rows, matter: str, on: str | None = None) -> Answer | None:
    """Return the dossier of a matter, its age on a day, and the number of its inputs."""
    state = state_of(rows, MATTERS.name, matter)
    if state is None:
        return None
    return answer(rows, DEFINITION, **dossier(rows, state, on), **inputs_of(rows, f"matter:{matter}"))


def inputs_of(rows: Rows, place: str) -> dict[str, Any]:
    """Return `inputs`, the figure of all, and `inputs_by_status`, its parts."""
    parts: list[Answer] = []
    for name, number in sorted(rows.figures(SCOPE.name, f"{place}|").items()):
        author_kind, status, *by_kind = name.split("|")[1:]
        if by_kind:
            continue
        parts.append({"author_kind": author_kind, "status": status, "count": number})
    total = sum(int(part["count"]) for part in parts)
    return {"inputs": figure(total, (InputReceived,), place), "inputs_by_status": parts}


def matters(rows: Rows, page: Page = FIRST_PAGE, number: str | None = None) -> Answer:
    """Return a page of matters, all or those that bear a number, in the order of their ids."""
    names = ("matter", "title", "language", "kind", "body", "numbers", "status", "opened")
    found = states(rows, MATTERS.name, after=page.after) if number is None else _bearing(rows, number, page.after)
    items, token = one_page(rows, found, page, lambda row: picked(row.state, *names))
    return answer(rows, DEFINITION, matters=items, next_page_token=token)


def _bearing(rows: Rows, number: str, after: str) -> Iterator[Row]:
    """Yield the matters that bear a number or an act of it; an act number alone does not tell matters apart."""
    for row in states(rows, MATTER_NUMBERS.name, f"{number_stem(number)}|", after):
        state = state_of(rows, MATTERS.name, row.state)
        if state is not None:
            yield Row(row.key, row.position, state)
