"""What a decision answers for, and what became of each input: the one function behind trace and coverage."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

from projections.decisions import DECISIONS, DISPOSITIONS
from projections.inputs import INPUTS, SCOPE
from projections.projection import Row, Rows, State, once
from projections.views.answer import Answer, picked, state_of, states

PENDING, MERGED = "pending", "merged"
FROM_RECORD = {"withdrawn": "withdrawn", "rejected": "moderated"}
"""Codes that follow from an input's status alone, before the account repeats them."""


def fixed_at(decision: dict[str, Any]) -> int | None:
    """Return the position at which the close of the account fixed the scope; None while it is open."""
    closed = decision["account_closed"]
    return None if closed is None else int(closed["position"])


def places_of(decision: dict[str, Any]) -> list[str]:
    """Return the processes and matters whose inputs a decision answers for, as `process:p`, `matter:m`."""
    return [
        f"process:{item['process']}" if item["process"] is not None else f"matter:{item['matter']}"
        for item in decision["scope"]
    ]


def in_scope(rows: Rows, decision: dict[str, Any], after: str = "") -> Iterator[Row]:
    """Yield the rows of `scope` a decision answers for, each input once, in order of place and input.

    Inputs received after the close of the account are not in its scope. `after` is the key of a
    row to go on after.
    """
    places, fixed = places_of(decision), fixed_at(decision)
    started = not after
    for number, place in enumerate(places):
        prefix = f"{place}|"
        if not started and not after.startswith(prefix):
            continue
        for row in states(rows, SCOPE.name, prefix, "" if started else after):
            if fixed is not None and row.state["received"] > fixed:
                continue
            if not _stands_in(rows, places[:number], row.key.removeprefix(prefix)):
                yield row
        started = True


def _stands_in(rows: Rows, places: list[str], source: str) -> bool:
    """Tell whether an input was listed under one of some places already."""
    return any(rows.get(SCOPE.name, f"{place}|{source}") is not None for place in places)


Account = Callable[[str], State]
"""Gives the state of an input's disposition in one decision, None where it has none."""


def account_of(rows: Rows, decision: str) -> Account:
    """Return the account of a decision, read line by line: for a page of it."""
    return lambda source: state_of(rows, DISPOSITIONS.name, f"{decision}|{source}")


def whole_account_of(rows: Rows, decision: str) -> Account:
    """Return the account of a decision, read at once: for figures over all of it."""
    prefix = f"{decision}|"
    return {row.key.removeprefix(prefix): row.state for row in states(rows, DISPOSITIONS.name, prefix)}.get


def accounted(rows: Rows, decision: str) -> list[tuple[Row, Answer]]:
    """Return every row of `scope` a decision answers for, with its line: for figures over all of its account."""
    return once(rows, f"account of {decision}", lambda: _accounted(rows, decision))


def _accounted(rows: Rows, decision: str) -> list[tuple[Row, Answer]]:
    state = state_of(rows, DECISIONS.name, decision)
    account = whole_account_of(rows, decision)
    return [] if state is None else [(scoped, line(rows, account, scoped)) for scoped in in_scope(rows, state)]


def line(rows: Rows, account: Account, scoped: Row) -> Answer:
    """Return what became of one input in a decision.

    `basis` says how it is known: `recorded` (its own disposition), `inherited` (that of `of_input`,
    which it was merged into), `status` (withdrawn or moderated, by the input's own record) or `none`
    (pending).
    """
    source = scoped.key.partition("|")[2]
    own = account(source)
    facts = {"input": source, **picked(scoped.state, "external_id", "author_kind", "kind", "status", "received")}
    stated = own["revisions"][-1]["target"] if own is not None and own["code"] == MERGED else None
    target = merged_into(rows, scoped.state["merged_into"] or stated, source)
    if own is not None and (target is None or own["code"] != MERGED):
        return facts | _stated(own, "recorded") | {"of_input": None}
    if target is None:
        return facts | _unstated(FROM_RECORD.get(scoped.state["status"], PENDING), None)
    inherited = account(target)
    if inherited is not None:
        return facts | _stated(inherited, "inherited") | {"of_input": target}
    return facts | _unstated(_code_by_status(rows, target), target)


def merged_into(rows: Rows, target: str | None, source: str) -> str | None:
    """Return the input that stands at the end of a chain of merges; None when nothing was merged."""
    passed = {source}
    last = None
    while target is not None and target not in passed:
        passed.add(target)
        last = target
        state = state_of(rows, INPUTS.name, target)
        target = None if state is None else state["merged_into"]
    return last


def _code_by_status(rows: Rows, input: str) -> str:
    state = state_of(rows, INPUTS.name, input)
    return PENDING if state is None else FROM_RECORD.get(state["status"], PENDING)


def _stated(disposition: dict[str, Any], basis: str) -> Answer:
    wording = disposition["revisions"][-1]
    return {
        "code": disposition["code"],
        "basis": basis,
        "disposition": wording,
        "contests": len(disposition["contests"]),
        "contests_open": sum(contest["answer"] is None for contest in disposition["contests"]),
    }


def _unstated(code: str, of_input: str | None) -> Answer:
    basis = "none" if code == PENDING else "status"
    return {
        "code": code,
        "basis": basis,
        "disposition": None,
        "contests": 0,
        "contests_open": 0,
        "of_input": of_input,
    }
