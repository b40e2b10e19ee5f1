"""Gaps in what was asked for and promised: late, unclear or unkept."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ledger.edtf import earliest, latest
from projections.assignments import ASSIGNMENTS
from projections.commitments import COMMITMENTS
from projections.inputs import SCOPE
from projections.processes import PROCESSES
from projections.projection import Rows
from projections.views.answer import states
from projections.views.assignments import accounts, judge
from projections.views.commitments import judged, promised
from projections.views.gaps.gap import Gap, Rule, position
from projections.views.scope import PENDING, account_of, line


def _assignments(rows: Rows) -> Iterator[tuple[str, dict[str, Any]]]:
    return ((f"assignment:{row.key}", row.state) for row in states(rows, ASSIGNMENTS.name))


def _overdue(rows: Rows, on: str) -> Iterator[Gap]:
    for subject, assignment in _assignments(rows):
        standing = judge(rows, assignment, on)
        if standing["overdue_days"] > 0:
            facts = {"due": standing["due"], "days_overdue": str(standing["overdue_days"])}
            yield Gap(subject, facts, (position(assignment),))


def _reported_late(rows: Rows, on: str) -> Iterator[Gap]:
    for subject, assignment in _assignments(rows):
        standing = judge(rows, assignment, on)
        if standing["days_late"]:
            facts = {name: str(standing[name]) for name in ("due", "reported_on", "days_late")}
            yield Gap(subject, facts, (position(assignment), position(assignment["reported"])))


def _accounts_differ(rows: Rows, on: str) -> Iterator[Gap]:
    for subject, assignment in _assignments(rows):
        own, *others = accounts(rows, assignment)
        for account in others:
            facts: dict[str, str] = {}
            if account["unit_differs"]:
                facts |= {"assignee": own["to_unit"], "assignee_by_account": account["to_unit"]}
            if account["date_differs"]:
                facts |= {"date": own["said_date"], "date_by_account": account["said_date"]}
            if account["text_differs"]:
                facts |= {"text": "differs"}
            if facts:
                positions = (position(assignment), position(account))
                yield Gap(subject, {"account": account["account"]} | facts, positions)


def _unmeasured_effect(rows: Rows, on: str) -> Iterator[Gap]:
    for subject, assignment in _assignments(rows):
        if judge(rows, assignment, on)["effect_unmeasured"]:
            yield Gap(subject, {"expected_effect": "no measure"}, (position(assignment),))


def _unkept(rows: Rows, on: str) -> Iterator[Gap]:
    for row in promised(rows):
        standing = judged(row.state, on)
        if standing["status"] in {"broken", "late", "not_made", "disputed"}:
            made = row.state["made"]
            late = {} if standing["days_late"] is None else {"days_late": str(standing["days_late"])}
            positions = () if made is None else (int(made["position"]),)
            yield Gap(f"commitment:{row.key}", {"status": standing["status"]} | late, positions)


def _delivered_before_made(rows: Rows, on: str) -> Iterator[Gap]:
    for row in states(rows, COMMITMENTS.name):
        made = row.state["made"]
        first = None if made is None else earliest(made["occurred"] or made["time"][:10])
        for each in row.state["deliveries"]:
            last = latest(each["on"])
            if first is not None and last is not None and last < first:
                facts = {"made_on": first.isoformat(), "delivered_on": each["on"]}
                yield Gap(f"commitment:{row.key}", facts, (int(made["position"]), position(each)))


def _sessions_missing(rows: Rows, on: str) -> Iterator[Gap]:
    for row in states(rows, PROCESSES.name):
        process = row.state
        planned, held = process["planned_sessions"], sum(each["held"] is not None for each in process["sessions"])
        if planned is not None and held < planned and _is_over(process, on):
            facts = {"planned": str(planned), "held": str(held)}
            yield Gap(f"process:{row.key}", facts, (int(process["opened"]["position"]),))


def _no_lessons(rows: Rows, on: str) -> Iterator[Gap]:
    for row in states(rows, PROCESSES.name):
        if row.state["kind"] in {"network", "trial"} and not row.state["lessons"] and _is_over(row.state, on):
            yield Gap(f"process:{row.key}", {"lessons": "none recorded"}, (int(row.state["opened"]["position"]),))


def _is_over(process: dict[str, Any], on: str) -> bool:
    if process["closed"] is not None:
        return True
    last = None if process["period"] is None else latest(process["period"])
    return last is not None and last.isoformat() < on


def _promise_unanswered(rows: Rows, on: str) -> Iterator[Gap]:
    for row in states(rows, PROCESSES.name):
        promise = row.state["promises"][-1] if row.state["promises"] else None
        if promise is None or promise["answer_due"] is None or promise["answer_due"] >= on:
            continue
        waiting = sum(
            _is_pending(rows, row.state, scoped) for scoped in states(rows, SCOPE.name, f"process:{row.key}|")
        )
        if waiting:
            facts = {"answer_due": promise["answer_due"], "inputs_without_disposition": str(waiting)}
            yield Gap(f"process:{row.key}", facts, (position(promise),))


def _is_pending(rows: Rows, process: dict[str, Any], scoped: Any) -> bool:
    decisions = process["in_scope_of"] or [""]
    return all(line(rows, account_of(rows, decision), scoped)["code"] == PENDING for decision in decisions)


RULES = (
    Rule(
        "assignment_overdue", "The day by which an assignment was to be reported has passed without a report.", _overdue
    ),
    Rule("assignment_reported_late", "An assignment was reported after the day it was due.", _reported_late),
    Rule(
        "accounts_differ",
        "A later document gives another account of an assignment: another unit, another date or other words.",
        _accounts_differ,
    ),
    Rule("effect_without_measure", "An assignment was to have an effect, and nothing measures it.", _unmeasured_effect),
    Rule(
        "commitment_unkept",
        "A commitment is past its day, was delivered late, is disputed, or is named and was never made.",
        _unkept,
    ),
    Rule(
        "delivered_before_made",
        "A commitment is said to have been delivered before the day it was made.",
        _delivered_before_made,
    ),
    Rule("sessions_missing", "A process ended with fewer sessions held than were planned.", _sessions_missing),
    Rule("no_lessons", "A network or a trial ended and published no lesson.", _no_lessons),
    Rule(
        "promise_without_answer",
        "The day by which a process promised an answer has passed, and inputs have no disposition.",
        _promise_unanswered,
    ),
)
