"""Assignments as they are shown: overdue or late on a day, every account of them, who took part and who did not."""

from __future__ import annotations

from datetime import date
from typing import Any

from ledger.edtf import bounds
from projections.assignments import ASSIGNMENTS
from projections.decisions import DECISIONS
from projections.documents import DOCUMENTS
from projections.matters import MATTERS
from projections.meetings import MEETINGS
from projections.processes import HEARD
from projections.projection import Row, Rows
from projections.views.answer import FIRST_PAGE, Answer, Definition, Page, answer, one_page, picked, state_of, states
from projections.views.deadlines import days_between
from projections.views.groups import evidenced, nobody
from projections.views.standing import addressee_outcome

DEFINITION = Definition(
    "assignments",
    2,
    "An assignment is overdue on a day after its due date on which it is neither reported nor over; the due date is "
    "the latest one set, or the day of the meeting it is due at. Days late are counted from the due date to the report. "
    "Its accounts are the decision's own and those of other documents; they conflict where unit or text differ, or "
    "where the date a document gives cannot be the day of the decision. A group that was to take part is evidenced "
    "by a session, in a process of the matter, in which it took part; without one there is none recorded. An "
    "assignment of a preparatory decision is proposed until the addressed body has decided. An expected effect, of the "
    "decision or of another account, is unmeasured where the assignment names no indicator for it.",
    (ASSIGNMENTS, DECISIONS, MATTERS, MEETINGS, HEARD, DOCUMENTS),
)

ENDS = ("closed", "cancelled")
SUMMARY = ("assignment", "matter", "decision", "clause", "by_body", "to_unit", "report_to", "status", "recorded")


def assignment(rows: Rows, assignment: str, *, on: str) -> Answer | None:
    """Return an assignment with everything that is known and judged of it on a day."""
    state = state_of(rows, ASSIGNMENTS.name, assignment)
    if state is None:
        return None
    judged = judge(rows, state, on)
    told = accounts(rows, state)
    return answer(
        rows,
        DEFINITION,
        on=on,
        assignment={name: value for name, value in state.items() if name not in {"accounts", "due"}},
        judged=judged,
        accounts=told,
        conflicts=conflicts(told),
        groups=groups(rows, state),
    )


def assignments(
    rows: Rows,
    page: Page = FIRST_PAGE,
    unit: str | None = None,
    matter: str | None = None,
    overdue: bool = False,
    *,
    on: str,
) -> Answer:
    """Return a page of assignments in the order of their ids: of one unit, of one matter, overdue on the day, or all."""
    found = (
        row
        for row in states(rows, ASSIGNMENTS.name, after=page.after)
        if (unit is None or row.state["to_unit"] == unit)
        and (matter is None or row.state["matter"] == matter)
        and (not overdue or judge(rows, row.state, on)["overdue_days"] > 0)
    )

    def shown(row: Row) -> Answer:
        told = accounts(rows, row.state)
        judged = {"judged": judge(rows, row.state, on), "accounts": len(told), "conflicts": conflicts(told)}
        missing = [each["group"] for each in groups(rows, row.state) if not each["evidenced"]]
        return picked(row.state, *SUMMARY) | judged | {"groups_missing": missing}

    items, token = one_page(rows, found, page, shown)
    return answer(rows, DEFINITION, on=on, assignments=items, next_page_token=token)


# --- By when ------------------------------------------------------------------------------------
def judge(rows: Rows, state: dict[str, Any], on: str) -> Answer:
    """Return how an assignment stands on a day: due, overdue, reported, late, and what is to be noticed."""
    due = due_day(rows, state)
    reported = _reported(state, on)
    over = next((end for end in ENDS if state[end] is not None), None)
    pending = due is not None and reported is None and over is None
    overdue_days = max(0, days_between(due, on)) if pending and due is not None else 0
    late = None if due is None or reported is None else max(0, days_between(due, reported))
    first = state["due_changes"][0]["before"] if state["due_changes"] else due
    return {
        "standing": _standing(rows, state),
        "due": due,
        "first_due": first,
        "overdue_days": overdue_days,
        "reported_on": reported,
        "days_late": late,
        "unreported_end": over is not None and state["reported"] is None,
        "effect_unmeasured": state["effect_indicator"] is None and _expects(state),
    }


def _expects(state: dict[str, Any]) -> bool:
    return any(each["expected_effect"] is not None for each in (state, *state["accounts"]))


def due_day(rows: Rows, state: dict[str, Any]) -> str | None:
    """Return the day an assignment is due: the latest one set, else that of the meeting it is due at."""
    due: str | None = state["due"]
    if due is not None or state["due_meeting"] is None:
        return due
    meeting = state_of(rows, MEETINGS.name, state["due_meeting"])
    return None if meeting is None else str(meeting["date"])


def _reported(state: dict[str, Any], on: str) -> str | None:
    reported = state["reported"]
    return None if reported is None or reported["on"] > on else str(reported["on"])


def _standing(rows: Rows, state: dict[str, Any]) -> str:
    """Return given, or proposed where no decision of the addressed body is in the ledger."""
    decision = state_of(rows, DECISIONS.name, state["decision"])
    outcome = None if decision is None else addressee_outcome(rows, decision)
    return "given" if outcome is None or outcome["decisions"] else "proposed"


# --- How it is told -----------------------------------------------------------------------------
def accounts(rows: Rows, state: dict[str, Any]) -> list[Answer]:
    """Return every account of an assignment, the decision's own first, each with what differs from that."""
    decision = state_of(rows, DECISIONS.name, state["decision"])
    day = None if decision is None else decision["meeting_date"]
    basis = [] if decision is None else [each["document"] for each in decision["basis_documents"]]
    own = {
        "account": None,
        "document": None,
        "to_unit": state["to_unit"],
        "text": state["text"],
        "said_date": day,
        "expected_effect": state["expected_effect"],
        "unit_differs": False,
        "text_differs": False,
        "date_differs": False,
        "date_is_of": [],
        "recorded": state["recorded"],
    }
    return [own, *(_account(rows, state, each, day, basis) for each in state["accounts"])]


def _account(rows: Rows, state: dict[str, Any], account: dict[str, Any], day: str | None, basis: list[str]) -> Answer:
    said = account["said_date"]
    return account | {
        "unit_differs": account["to_unit"] not in {None, state["to_unit"]},
        "text_differs": bool(account["text_differs"]),
        "date_differs": said is not None and day is not None and not _may_be(said, day),
        "date_is_of": [] if said is None else [each for each in basis if _dated(rows, each) == said],
    }


def _may_be(said: str, day: str) -> bool:
    """Tell whether a day lies within a date as it was said (EDTF)."""
    first, last = bounds(said)
    exact = date.fromisoformat(day)
    return (first is None or first <= exact) and (last is None or exact <= last)


def _dated(rows: Rows, document: str) -> str | None:
    state = state_of(rows, DOCUMENTS.name, document)
    return None if state is None else state["document_date"]


def conflicts(told: list[Answer]) -> list[str]:
    """Return in what the accounts of an assignment differ: unit, text, date."""
    return [what for what in ("unit", "text", "date") if any(each[f"{what}_differs"] for each in told)]


# --- With whom ----------------------------------------------------------------------------------
def groups(rows: Rows, state: dict[str, Any]) -> list[Answer]:
    """Return each group that was to take part, with the sessions in the matter's processes that are evidence of it."""
    heard = evidenced(rows, f"matter:{state['matter']}")
    return [
        {"group": group, "evidenced": group in heard, **(heard.get(group) or nobody(group))}
        for group in state["with_groups"]
    ]
