"""What a decision promised, as one list: assignments that it gave and commitments made in it, with how each stands."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from projections.assignments import ASSIGNMENTS
from projections.projection import Rows
from projections.views import assignments, commitments
from projections.views.answer import states
from services.web import naming
from services.web.page import Shown

LATE = frozenset({"late", "broken"})
"""The states of a promise whose day passed before it was kept."""


def of_decision(rows: Rows, decision: str, processes: set[str], on: str) -> list[Shown]:
    """Return the promises of one decision and of the processes it answers for, by the day they are due."""
    return ordered(each for each in every(rows, on) if decision in each["decisions"] or each["process"] in processes)


def of_input(rows: Rows, name: str, decisions: set[str], on: str) -> list[Shown]:
    """Return the promises made to one input or named in what became of it (`direct`), and those of decisions it changed."""
    return ordered(
        each | {"direct": name in each["inputs"]}
        for each in every(rows, on)
        if name in each["inputs"] or not decisions.isdisjoint(each["decisions"])
    )


def passed(rows: Rows, on: str) -> list[Shown]:
    """Return the promises whose day has passed or passed before they were kept: those still open first, oldest first."""
    late = [each for each in every(rows, on) if each["state"] in LATE]
    return sorted(late, key=lambda each: (each["state"] != "broken", each["due"], each["id"]))


def every(rows: Rows, on: str) -> Iterator[Shown]:
    """Yield every promise: `{kind, id, text, due, owner, owner_name, state, days_late, delivered, decisions, process, inputs}`.

    `state` is kept, late (kept after its day), broken (its day has passed), due, open (no day), disputed, unclear, dropped
    or not_made, as the views of assignments and commitments judge it.
    """
    for row in states(rows, ASSIGNMENTS.name):
        yield _assignment(rows, row.state, on)
    for row in commitments.promised(rows):
        yield _commitment(rows, commitments.shown(row.key, row.state, on))


def _assignment(rows: Rows, state: dict[str, Any], on: str) -> Shown:
    judged = assignments.judge(rows, state, on)
    reported = None if judged["reported_on"] is None else state["reported"]
    over = next((end for end in assignments.ENDS if state[end] is not None), None)
    return {
        "kind": "assignment",
        "id": state["assignment"],
        "text": state["text"],
        "due": judged["due"],
        "owner": state["to_unit"],
        "owner_name": naming.body(rows, state["to_unit"]),
        "state": _state(judged, reported is not None, over is not None),
        "days_late": judged["days_late"] or judged["overdue_days"] or None,
        "delivered": None if reported is None else {"on": reported["on"], "recorded": reported["recorded"]},
        "proposed": judged["standing"] == "proposed",
        "decisions": [state["decision"]],
        "process": None,
        "inputs": [],
        "recorded": state["recorded"],
    }


def _state(judged: Shown, reported: bool, over: bool) -> str:
    if reported:
        return "late" if judged["days_late"] else "kept"
    if over:
        return "dropped"
    if judged["overdue_days"]:
        return "broken"
    return "open" if judged["due"] is None else "due"


def _commitment(rows: Rows, shown: Shown) -> Shown:
    delivery = next((each for each in reversed(shown["deliveries"]) if not each["withdrawn"]), None)
    named = shown["dispositions"]
    return {
        "kind": "commitment",
        "id": shown["commitment"],
        "text": shown["text"],
        "due": shown["due"],
        "owner": shown["owner"],
        "owner_name": naming.body(rows, shown["owner"]),
        "state": shown["status"],
        "days_late": shown["days_late"],
        "delivered": None if delivery is None else {"on": delivery["on"], "recorded": delivery["recorded"]},
        "proposed": False,
        "decisions": sorted({each["decision"] for each in named} | ({shown["decision"]} - {None})),
        "process": shown["process"],
        "inputs": sorted({each["input"] for each in named} | ({shown["input"]} - {None})),
        "recorded": shown["made"] or named[0]["recorded"],
    }


def ordered(found: Iterator[Shown]) -> list[Shown]:
    """Return promises by the day they are due, those without a day last."""
    return sorted(found, key=lambda each: (each["due"] is None, each["due"] or "", each["id"]))
