"""Criticism as it is shown: what it is aimed at, and whether anybody answered it."""

from __future__ import annotations

from typing import Any

from projections.decisions import DECISIONS, DISPOSITIONS
from projections.inputs import INPUTS
from projections.petitions import CRITICISM
from projections.projection import Row, Rows
from projections.responses import RESPONSES
from projections.views.answer import (
    FIRST_PAGE,
    Answer,
    Definition,
    Page,
    answer,
    events,
    one_page,
    picked,
    state_of,
    states,
)
from projections.views.inputs import answered_by, disposition
from projections.views.presence import linked

DEFINITION = Definition(
    "criticism",
    1,
    "Every input of the kind criticism, and every other that is linked to what it criticises. Answered by a response "
    "is one with a response of the kind answer or decision notice; answered by a disposition one that a decision "
    "accounted for otherwise than pending. Not answered has neither. What it criticises may not be in the ledger.",
    (CRITICISM, INPUTS, RESPONSES, DECISIONS, DISPOSITIONS),
)

PENDING = "pending"


def criticism(
    rows: Rows,
    page: Page = FIRST_PAGE,
    target_kind: str | None = None,
    target: str | None = None,
    not_answered: bool = False,
) -> Answer:
    """Return a page of criticism: of one thing, of things of one kind, what nobody answered alone, or all."""
    found = (row for row in states(rows, CRITICISM.name, after=page.after) if _aimed(row.state, target_kind, target))
    shown = ((row, _shown(rows, row)) for row in found)
    chosen = (
        row._replace(state=each) for row, each in shown if each is not None and not (not_answered and each["answered"])
    )
    items, token = one_page(rows, chosen, page, lambda row: row.state)
    return answer(rows, DEFINITION, criticism=items, next_page_token=token)


def _aimed(state: dict[str, Any], kind: str | None, target: str | None) -> bool:
    if kind is None and target is None:
        return True
    return any(kind in {None, each["target_kind"]} and target in {None, each["target"]} for each in state["links"])


def _shown(rows: Rows, row: Row) -> Answer | None:
    state = state_of(rows, INPUTS.name, row.key)
    if state is None:
        return None
    dispositions = [disposition(rows, each, state) for each in answered_by(rows, state)]
    settled = [each for each in dispositions if each["code"] != PENDING]
    response = _response(rows, row.key)
    names = ("input", "author_kind", "party", "role", "process", "matter", "status", "received")
    return {
        **picked(state, *names),
        "text": state["versions"][-1]["text"],
        "targets": linked(rows, row.state["links"]),
        "response": response,
        "dispositions": dispositions,
        "answered": response is not None or bool(settled),
        "events": events((), f"input:{row.key}"),
    }


def _response(rows: Rows, input: str) -> Answer | None:
    """Return the first answer in substance."""
    state = state_of(rows, RESPONSES.name, input)
    return None if state is None or state["answer"] is None else state["answer"]
