"""Erasures as anyone may see them, and a participant as they and the office may: what was asked, and what came of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ledger.participants.events import ErasureRequested, KeyDestroyed
from projections.decisions import DISPOSITIONS
from projections.inputs import INPUTS
from projections.participants import ERASURES, HOLDS, PARTICIPANTS
from projections.petitions import AUTHORS
from projections.projection import Rows
from projections.responses import RESPONSES
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
from projections.views.inputs import answered_by

DEFINITION = Definition(
    "erasures",
    1,
    "Every request for erasure with its outcome, its legal basis and the keys that were destroyed for it; requests "
    "are counted by outcome and basis, undecided ones too, and keys when their destruction is recorded. "
    "basis_unsupported flags an erasure that rests on a withdrawn consent of which the ledger knows nothing. "
    "An erasure takes words away and changes no count, tally, disposition or proof. may_quote names every answer and "
    "every wording of a disposition about the inputs of those it names: they are the office's words, stay, and may "
    "repeat what is erased; somebody must look.",
    (ERASURES, PARTICIPANTS, HOLDS, AUTHORS, INPUTS, RESPONSES, DISPOSITIONS),
)


def erasures(rows: Rows, page: Page = FIRST_PAGE, status: str | None = None) -> Answer:
    """Return the counts by outcome and basis, and a page of requests in the order of their ids."""
    found = (row for row in states(rows, ERASURES.name, after=page.after) if status in {None, row.state["status"]})
    names = ("request", "scope", "status", "requested", "decided", "begun", "destroyed", "basis_unsupported")
    items, token = one_page(rows, found, page, lambda row: picked(_shown(rows, row.state), *names))
    counts = rows.figures(ERASURES.name)
    return answer(
        rows,
        DEFINITION,
        requests=figure(_sum(counts, "outcome|"), (ErasureRequested,)),
        by_outcome=_by_outcome(counts),
        requests_carried_out=figure(counts.get("requests|destroyed", 0), (KeyDestroyed,)),
        keys_destroyed=figure(counts.get("keys|destroyed", 0), (KeyDestroyed,)),
        erasures=items,
        next_page_token=token,
    )


def _sum(counts: dict[str, int], prefix: str) -> int:
    return sum(number for name, number in counts.items() if name.startswith(prefix))


def _by_outcome(counts: dict[str, int]) -> list[Answer]:
    parts = ((name.split("|"), number) for name, number in sorted(counts.items()) if name.startswith("outcome|"))
    return [{"outcome": outcome, "basis": basis, "count": number} for (_, outcome, basis), number in parts]


def erasure(rows: Rows, request: str) -> Answer | None:
    """Return one request for erasure, the holds that stand in its way, and what may repeat the words."""
    state = state_of(rows, ERASURES.name, request)
    if state is None:
        return None
    return answer(
        rows,
        DEFINITION,
        erasure=_shown(rows, state),
        holds=_holds(rows, state["participant"]),
        may_quote=may_quote(rows, state),
    )


def may_quote(rows: Rows, state: dict[str, Any]) -> list[Answer]:
    """Return where the office answered the inputs a request is about, in the order of the inputs and the record."""
    authors = dict.fromkeys(state["authors"] or [state["participant"]])
    inputs = (row.key.partition("|")[2] for author in authors for row in states(rows, AUTHORS.name, f"{author}|"))
    return [
        {"input": each, "kind": kind, "id": name, "position": position}
        for each in sorted(inputs)
        for position, kind, name in sorted(_about(rows, each))
    ]


def _about(rows: Rows, input: str) -> Iterator[tuple[int, str, str]]:
    """Yield the position, the kind and the id of everything the office wrote to or about an input."""
    known = state_of(rows, RESPONSES.name, input)
    for response in () if known is None else known["responses"]:
        for each in (response, *response["corrections"]):
            yield each["recorded"]["position"], "response", response["response"]
    of_input = state_of(rows, INPUTS.name, input)
    for decision in () if of_input is None else answered_by(rows, of_input):
        line = state_of(rows, DISPOSITIONS.name, f"{decision}|{input}")
        if line is None:
            continue
        answers = (each["answer"] for each in line["contests"] if each["answer"] is not None)
        for each in (*line["revisions"], *answers):
            yield each["recorded"]["position"], "disposition", decision


def _shown(rows: Rows, state: dict[str, Any]) -> Answer:
    decided = state["decided"]
    unsupported = False
    if decided is not None and decided["basis"] == "consent_withdrawn":
        known = state_of(rows, PARTICIPANTS.name, state["participant"])
        unsupported = not any(each["withdrawn"] is not None for each in known["consents"])
    return state | {"basis_unsupported": unsupported}


def _holds(rows: Rows, participant: str) -> list[Answer]:
    """Return the holds of a participant; those of matters stand with the matters."""
    known = state_of(rows, PARTICIPANTS.name, participant)
    ids = [] if known is None else known["holds"]
    return [hold for each in ids if (hold := state_of(rows, HOLDS.name, each)) is not None]


def participant(rows: Rows, participant: str) -> Answer | None:
    """Return what the ledger knows of a participant's consents, requests, restrictions and holds."""
    state = state_of(rows, PARTICIPANTS.name, participant)
    if state is None:
        return None
    asked = [state_of(rows, ERASURES.name, each) for each in state["erasures"]]
    return answer(
        rows,
        DEFINITION,
        participant=state
        | {
            "holds": _holds(rows, participant),
            "erasures": [_shown(rows, each) for each in asked if each is not None],
            "is_restricted": any(each["lifted"] is None for each in state["restrictions"]),
        },
    )
