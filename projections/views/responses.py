"""Answer times as they are shown: due, answered, overdue, by body, office and month; and who waits longest.

Every input with a due day stays in the denominator, answered or not. No mean is given: a mean of the
answered ones alone would look the better the fewer were answered. A body that answers itself is counted apart.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterable
from typing import Any

from ledger.inputs.events import AuthorKind
from ledger.responses import ResponseDue, ResponseGiven
from projections.matters import MATTERS
from projections.processes import PROCESSES
from projections.projection import Rows, once
from projections.responses import RESPONSES, standing
from projections.views.answer import Answer, Definition, answer, figure, state_of, states
from projections.views.deadlines import days_between

DEFINITION = Definition(
    "answer times",
    2,
    "Due is every input of residents and organisations for which a day to answer by is stated; the latest statement "
    "holds. Inputs of officials are counted apart, by the same rules. An answer is the first "
    "response of the kind answer or decision notice; a receipt or a clarification is none. On time and late are "
    "answered on or before, or after, the due day. Overdue is unanswered with a due day before the day asked for, "
    "waiting is unanswered with a later one, withdrawn is taken back by its author unanswered. "
    "due = on time + late + overdue + waiting + withdrawn. The body is the owner of the input's process, else of its "
    "matter; the office is the one that gave the answer; the month is the one in which the input was received.",
    (RESPONSES, PROCESSES, MATTERS),
)

STANDINGS = ("on_time", "late", "overdue", "waiting", "withdrawn")
OLDEST = 20


def answer_times(rows: Rows, on: str) -> Answer:
    """Return the answer times judged on a day (ISO 8601, `2015-06-01`).

    Every group has due and its five parts; `oldest` are the inputs unanswered for longest, at most 20.
    """
    return once(rows, f"answer times {on}", lambda: _answer_times(rows, on))


def _answer_times(rows: Rows, on: str) -> Answer:
    official = _none()
    bodies: dict[tuple[str, str], dict[str, int]] = {}
    offices: dict[tuple[str, str], dict[str, int]] = {}
    waiting: list[tuple[str, str, dict[str, Any]]] = []
    owners: dict[tuple[str | None, str | None], str] = {}
    for row in states(rows, RESPONSES.name):
        state = row.state
        if state["due"] is None:
            continue
        stands = standing_on(state, on)
        if state["author_kind"] == AuthorKind.OFFICIAL:
            _add(official, stands)
            continue
        place = (state["process"], state["matter"])
        if place not in owners:
            owners[place] = _owner(rows, *place)
        month = _received(state)[:7]
        _add(bodies.setdefault((owners[place], month), _none()), stands)
        if state["answer"] is not None:
            _add(offices.setdefault((state["answer"]["by_office"], month), _none()), stands)
        elif stands != "withdrawn":
            waiting.append((_received(state), row.key, state))
    totals = _sum(bodies.values())
    return answer(
        rows,
        DEFINITION,
        on=on,
        due=figure(totals["due"], (ResponseDue,)),
        answered=figure(totals["on_time"] + totals["late"], (ResponseGiven,)),
        **{name: totals[name] for name in STANDINGS},
        by_body=[{"body": body, "month": month, **counts} for (body, month), counts in sorted(bodies.items())],
        by_office=[{"office": office, "month": month, **counts} for (office, month), counts in sorted(offices.items())],
        oldest=[_waiting(key, state, on) for _, key, state in heapq.nsmallest(OLDEST, waiting, lambda each: each[:2])],
        official=official,
    )


def _owner(rows: Rows, process: str | None, matter: str | None) -> str:
    """Return the body that owns the process, else the one that has the matter; empty where neither is known."""
    owner = None if process is None else state_of(rows, PROCESSES.name, process)
    if owner is not None:
        return str(owner["owner"])
    dossier = None if matter is None else state_of(rows, MATTERS.name, matter)
    return "" if dossier is None else str(dossier["body"])


def standing_on(state: dict[str, Any], on: str) -> str:
    """Return which of `STANDINGS` an input with a due day has on a day."""
    stands = standing(state)
    if stands != "open":
        return stands
    return "overdue" if state["due"]["by"] < on else "waiting"


def _received(state: dict[str, Any]) -> str:
    """Return the day an input was received; an input the ledger never saw arrive counts from its due date's record."""
    received = state["received"]
    return str(received["day"]) if received is not None else str(state["due"]["recorded"]["time"][:10])


def _none() -> dict[str, int]:
    return dict.fromkeys(("due", *STANDINGS), 0)


def _add(counts: dict[str, int], stands: str) -> None:
    counts["due"] += 1
    counts[stands] += 1


def _sum(groups: Iterable[dict[str, int]]) -> dict[str, int]:
    totals = _none()
    for counts in groups:
        for name, number in counts.items():
            totals[name] += number
    return totals


def _waiting(input: str, state: dict[str, Any], on: str) -> Answer:
    received = _received(state)
    return {
        "input": input,
        "author_kind": state["author_kind"],
        "received": received,
        "due": state["due"]["by"],
        "days_waited": max(0, days_between(received, on)),
    }
