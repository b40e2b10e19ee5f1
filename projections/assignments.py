"""Assignments: who was charged with what, by when, every account of it, and what came back.

    assignments   assignment   the assignment as given, its accounts, due dates, reports and end

Whether it is overdue is no part of the state: that depends on the day it is judged on.
"""

from __future__ import annotations

from typing import Any

from ledger.assignments.events import (
    AssignmentAccountStated,
    AssignmentCancelled,
    AssignmentClosed,
    AssignmentGiven,
    AssignmentProgressReported,
    AssignmentReported,
    DueDateChanged,
    ReportNoted,
)
from ledger.messages import RecordedEvent
from projections.projection import Projection, State
from projections.references import moment, words


def _keys(event: Any) -> tuple[str, ...]:
    return (event.assignment,)


def _assignment(state: State, recorded: RecordedEvent) -> State:
    match recorded.event, state:
        case AssignmentGiven() as given, None:
            return _given(given, recorded)
        case _, dict():
            return state | _changed(state, recorded)
    return state


def _given(given: AssignmentGiven, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "assignment": given.assignment,
        "matter": given.matter,
        "decision": given.decision,
        "clause": given.clause,
        "by_body": given.by_body,
        "to_unit": given.to_unit,
        "text": words(recorded, "/text", given.text),
        "with_groups": list(given.with_groups),
        "report_to": given.report_to,
        "due": given.due,
        "due_meeting": given.due_meeting,
        "expected_effect": words(recorded, "/expected_effect", given.expected_effect),
        "effect_indicator": given.effect_indicator,
        "status": "given",
        "recorded": moment(recorded),
        "accounts": [],
        "due_changes": [],
        "progress": [],
        "reported": None,
        "noted": [],
        "closed": None,
        "cancelled": None,
    }


def _changed(state: dict[str, Any], recorded: RecordedEvent) -> dict[str, Any]:
    """Return what changes in an assignment."""
    at = {"recorded": moment(recorded)}
    match recorded.event:
        case AssignmentAccountStated() as account:
            return {"accounts": [*state["accounts"], _account(account, recorded)]}
        case DueDateChanged(by_decision=by, due=due):
            change = {"by_decision": by, "due": due, "before": state["due"]} | at
            return {"due": due, "due_changes": [*state["due_changes"], change]}
        case AssignmentProgressReported(on=on, document=document, text=text):
            step = {"on": on, "document": document, "text": words(recorded, "/text", text)} | at
            return {"status": "in_progress", "progress": [*state["progress"], step]}
        case AssignmentReported(document=document, on=on):
            return {"status": "reported", "reported": {"document": document, "on": on} | at}
        case ReportNoted(decision=decision):
            return {"status": "noted", "noted": [*state["noted"], {"decision": decision} | at]}
        case AssignmentClosed():
            return {"status": "closed", "closed": at}
        case AssignmentCancelled(reason=reason, by_decision=by):
            why = {"reason": words(recorded, "/reason", reason), "by_decision": by} | at
            return {"status": "cancelled", "cancelled": why}
    return {}


def _account(account: AssignmentAccountStated, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "account": account.account,
        "document": account.document,
        "to_unit": account.to_unit,
        "text": words(recorded, "/text", account.text),
        "text_differs": account.text_differs,
        "said_date": account.said_date,
        "expected_effect": words(recorded, "/expected_effect", account.expected_effect),
        "recorded": moment(recorded),
    }


ASSIGNMENTS = Projection(
    name="assignments",
    version=2,
    types=(
        AssignmentGiven,
        AssignmentAccountStated,
        DueDateChanged,
        AssignmentProgressReported,
        AssignmentReported,
        ReportNoted,
        AssignmentClosed,
        AssignmentCancelled,
    ),
    keys=_keys,
    apply=_assignment,
)
