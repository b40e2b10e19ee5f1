"""Networks: one process in several ledgers, side by side.

Each body keeps its own ledger; a network has none. This reads several and owns nothing: every figure
says from which ledger and up to which position it holds, so that each can be checked where it lies.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping
from typing import Any

from projections.commitments import COMMITMENTS
from projections.indicators import INDICATORS
from projections.inputs import SCOPE
from projections.processes import PROCESSES
from projections.projection import Rows
from projections.views import commitments, decisions, indicators, processes
from projections.views.answer import Answer, Definition, picked, state_of, states

DEFINITION = Definition(
    "network",
    1,
    "One process in several ledgers, found in each by its id, else by its title where just one process has it. Each "
    "ledger's figures are those of its own views at the position named. Inputs counts what was received in the process, "
    "by status. Coverage adds up, over the decisions that answer for the process, the inputs that have an account of "
    "what became of them. Commitments counts those made in the process or by such a decision, by how they stand on the "
    "day. Indicators are matched by the number their source gives them, else by their id; a value is set beside others "
    "only as the latest of its ledger, with its period and unit, and comparable says whether both are the same in all.",
    (PROCESSES, SCOPE, COMMITMENTS, INDICATORS),
)


def compare(ledgers: Mapping[str, Rows], process: str, *, on: str) -> Answer:
    """Return how one process went in each of several ledgers, by origin, judged on an ISO day."""
    found = {origin: _process_in(rows, process) for origin, rows in sorted(ledgers.items())}
    parts = [_ledger(origin, ledgers[origin], state, on) for origin, state in found.items()]
    return {
        "definition": DEFINITION.whole(),
        "process": process,
        "on": on,
        "ledgers": parts,
        "found_in": sum(state is not None for state in found.values()),
        "indicators": _indicators(ledgers, found, on),
    }


def _process_in(rows: Rows, process: str) -> dict[str, Any] | None:
    """Return the process of that id, else the one process of that title."""
    state: dict[str, Any] | None = state_of(rows, PROCESSES.name, process)
    if state is not None:
        return state
    named = [row.state for row in states(rows, PROCESSES.name) if row.state["title"] == process]
    return named[0] if len(named) == 1 else None


# --- One ledger -------------------------------------------------------------------------------
def _ledger(origin: str, rows: Rows, state: dict[str, Any] | None, on: str) -> Answer:
    known = {"ledger": origin, "position": rows.position, "found": state is not None}
    shown = None if state is None else processes.process(rows, state["process"], on=on)
    if state is None or shown is None:
        return known
    course = shown["course"]
    return known | {
        **picked(state, "process", "title", "kind", "owner", "period", "status", "opened", "closed"),
        "sessions_planned": course["sessions_planned"],
        "sessions_held": course["sessions_held"],
        "lessons": len(state["lessons"]),
        "promised": state["promises"][-1]["level"] if state["promises"] else None,
        "inputs": _inputs(rows, state["process"]),
        "coverage": _coverage(rows, state["in_scope_of"], on),
        "commitments": _commitments(rows, state, on),
    }


def _inputs(rows: Rows, process: str) -> Answer:
    by_status = Counter(row.state["status"] for row in states(rows, SCOPE.name, f"process:{process}|"))
    counted = [{"status": status, "count": number} for status, number in sorted(by_status.items())]
    return {"count": sum(by_status.values()), "by_status": counted}


def _coverage(rows: Rows, named: list[str], on: str) -> Answer:
    """Return how many of the inputs in scope of the decisions have an account, residents' and all."""
    parts = [
        line
        for each in named
        if (shown := decisions.decision(rows, each, on=on)) is not None
        for line in shown["coverage"]
    ]
    return {"decisions": named, "residents": _share(parts, {"resident"}), "all": _share(parts, None)}


def _share(parts: list[Answer], kinds: set[str] | None) -> Answer:
    own = [each for each in parts if kinds is None or each["author_kind"] in kinds]
    return {
        "numerator": sum(each["numerator"] for each in own),
        "denominator": sum(each["denominator"] for each in own),
    }


def _commitments(rows: Rows, state: dict[str, Any], on: str) -> Answer:
    answering = set(state["in_scope_of"])
    made = [
        row.state
        for row in states(rows, COMMITMENTS.name)
        if row.state["made"] is not None
        and (row.state["process"] == state["process"] or row.state["decision"] in answering)
    ]
    by_status = Counter(commitments.judged(each, on)["status"] for each in made)
    counted = [{"status": status, "count": number} for status, number in sorted(by_status.items())]
    return {"count": len(made), "by_status": counted}


# --- Indicators side by side ----------------------------------------------------------------------
def _indicators(ledgers: Mapping[str, Rows], found: Mapping[str, dict[str, Any] | None], on: str) -> list[Answer]:
    """Return the indicators that two ledgers have, or that were shown in the process, with their latest values."""
    by_key: defaultdict[tuple[str, str], dict[str, dict[str, Any]]] = defaultdict(dict)
    for origin, rows in sorted(ledgers.items()):
        for row in states(rows, INDICATORS.name):
            for key in _keys_of(row.state):
                by_key[key].setdefault(origin, row.state)
    shown = {origin: _shown_in(state) for origin, state in found.items()}
    lines = []
    for key, held in sorted(by_key.items()):
        if len(held) > 1 or any(state["indicator"] in shown[origin] for origin, state in held.items()):
            lines.append(_line(key, {origin: (ledgers[origin], state) for origin, state in held.items()}, on))
    return lines


def _keys_of(state: dict[str, Any]) -> Iterator[tuple[str, str]]:
    """Yield what an indicator is known by everywhere: its numbers, or its id where it has none."""
    if not state["numbers"]:
        yield "id", state["indicator"]
    for number in state["numbers"]:
        yield number["scheme"], number["value"]


def _shown_in(state: dict[str, Any] | None) -> set[str]:
    sessions = [] if state is None else state["sessions"]
    return {indicator for session in sessions for indicator in session["shown_indicators"]}


def _line(key: tuple[str, str], held: dict[str, tuple[Rows, dict[str, Any]]], on: str) -> Answer:
    values = [_value(origin, rows, state, on) for origin, (rows, state) in held.items()]
    stated = [each for each in values if each["latest"] is not None]
    periods = {each["latest"]["period"] for each in stated}
    units = {each["unit"] for each in stated}
    return {
        "scheme": key[0],
        "number": key[1],
        "values": values,
        "comparable": len(stated) > 1 and len(periods) == 1 and len(units) == 1,
    }


def _value(origin: str, rows: Rows, state: dict[str, Any], on: str) -> Answer:
    shown = indicators.indicator(rows, state["indicator"], on)
    latest = None if shown is None else shown["latest"]
    named = picked(state, "indicator", "title", "unit", "direction", "affects_children")
    attribution = "" if shown is None else shown["attribution"]
    return {"ledger": origin, "position": rows.position, **named, "attribution": attribution, "latest": latest}
