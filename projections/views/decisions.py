"""Decisions as they are shown: what was resolved, how much of the input is accounted for, and each line of it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import Any

from ledger.dispositions.events import (
    ContestAnswered,
    DispositionContested,
    DispositionRecorded,
    DispositionRevised,
)
from ledger.inputs.events import AuthorKind, InputReceived
from projections.decisions import DECISIONS, DISPOSITIONS
from projections.documents import DOCUMENTS, PROPOSALS
from projections.governance import RULES
from projections.inputs import INPUTS, SCOPE
from projections.matters import MATTERS
from projections.meetings import ITEM_DECISIONS, MEETING_DAYS, MEETINGS
from projections.projection import Row, Rows
from projections.surveys import SURVEYS
from projections.views.answer import (
    FIRST_PAGE,
    Answer,
    Definition,
    Page,
    answer,
    events,
    figure,
    one_page,
    picked,
    state_of,
    states,
)
from projections.views.basis import basis, relied_on
from projections.views.scope import MERGED, PENDING, account_of, accounted, in_scope, line, places_of
from projections.views.standing import dissents, standing

DEFINITION = Definition(
    "decisions",
    2,
    "Coverage is, for each capacity of author apart, the number of inputs in the decision's scope that have a final "
    "disposition (numerator) and the number of all inputs in scope, those merged into another left out "
    "(denominator). Pending inputs stay in the denominator; inputs received after the "
    "account was closed are not in scope. An input that was withdrawn by its author or rejected by "
    "a moderator counts as accounted for by that record. A merged input has a line of its own in the trace and "
    "inherits the disposition of the input it was merged into. The profile counts every code, pending included. "
    "The basis is shown as it was known at the decision. Decision and proposal are compared by the numbers and verbs of "
    "their clauses; their words are sealed, so that these agree is stated by the office or by the minutes, and known_by "
    "says which. A survey counts as known by its card only if that was published before the decision; its response is "
    "the svarsandel of the survey's own view. A decision that is not preparatory "
    "becomes final by rule on the day after the appeal time: as many days as the rule appeal_days of the day of the "
    "announcement says, counted from that day, the last one moved past Saturdays, Sundays, Swedish holidays and the "
    "three eves. The announcement is the first that was left up through that time; where each came down before, the "
    "time does not run out. Nor does a decision become final by rule where it was appealed in time and the court did "
    "not find otherwise: then its finality must be recorded. Flagged is a decision whose paragraph its meeting did not "
    "take up, one that shares its paragraph, and one declared final before the appeal time had run out.",
    (
        *(DECISIONS, DISPOSITIONS, SCOPE, INPUTS, DOCUMENTS, PROPOSALS, SURVEYS, MATTERS),
        *(MEETINGS, MEETING_DAYS, ITEM_DECISIONS, RULES),
    ),
)

APART = frozenset(
    {
        *("meeting", "on_behalf_of", "matter_flags", "proposal", "accordance", "differs", "basis_documents"),
        *("relied_on", "reports", "appeals", "final", "executed"),
    }
)
"""Members of a decision's state that are shown in its basis and its standing."""

ACCOUNT = (DispositionRecorded, DispositionRevised)


def decision(rows: Rows, decision: str, *, on: str) -> Answer | None:
    """Return a decision, what it rests on, how it stands on a day, and how much of its input is accounted for."""
    state = state_of(rows, DECISIONS.name, decision)
    if state is None:
        return None
    places = places_of(state)
    lines = [each for _, each in accounted(rows, decision)]
    return answer(
        rows,
        DEFINITION,
        decision={name: value for name, value in state.items() if name not in APART}
        | {"dissents": dissents(rows, state)},
        basis=basis(rows, state, on),
        standing=standing(rows, state, on),
        coverage=_coverage(lines),
        profile=_profile(lines),
        account_events=events(ACCOUNT, f"decision:{decision}"),
        scope_events=[events((InputReceived,), place) for place in places],
        **_contests(rows, decision),
    )


def _coverage(lines: list[Answer]) -> list[Answer]:
    """Return the coverage for every capacity of author, residents first, also where there are none."""
    counted = [each for each in lines if each["status"] != MERGED]
    return [
        {
            "author_kind": str(kind),
            "numerator": sum(each["author_kind"] == kind and each["code"] != PENDING for each in counted),
            "denominator": sum(each["author_kind"] == kind for each in counted),
            "merged": sum(each["author_kind"] == kind and each["status"] == MERGED for each in lines),
        }
        for kind in AuthorKind
    ]


def _profile(lines: Iterable[Answer]) -> list[Answer]:
    """Return how many unmerged inputs have each code, by capacity of author."""
    counts = Counter((each["author_kind"], each["code"]) for each in lines if each["status"] != MERGED)
    return [
        {"author_kind": author_kind, "code": code, "count": count}
        for (author_kind, code), count in sorted(counts.items())
    ]


def _contests(rows: Rows, decision: str) -> dict[str, Any]:
    counts = rows.figures(DISPOSITIONS.name, f"{decision}|contests|")
    unanswered, answered = (counts.get(f"{decision}|contests|{each}", 0) for each in ("open", "answered"))
    tag = f"decision:{decision}"
    return {
        "contests": figure(unanswered + answered, (DispositionContested,), tag),
        "contests_answered": figure(answered, (ContestAnswered,), tag),
    }


def trace(rows: Rows, decision: str, page: Page = FIRST_PAGE) -> Answer | None:
    """Return a page of a decision's account: each input in scope once, with its disposition or pending."""
    state = state_of(rows, DECISIONS.name, decision)
    if state is None:
        return None
    found = in_scope(rows, state, page.after)
    account = account_of(rows, decision)
    items, token = one_page(rows, found, page, lambda scoped: line(rows, account, scoped))
    return answer(rows, DEFINITION, lines=items, next_page_token=token)


def decisions(
    rows: Rows, page: Page = FIRST_PAGE, matter: str | None = None, low_response: bool = False, *, on: str
) -> Answer:
    """Return a page of decisions, of one matter or all, in the order of their ids.

    With `low_response` only those that rely on a survey whose response lies under the warning in force.
    """

    def shown(row: Row) -> Answer:
        return picked(row.state, *SUMMARY) | {"surveys": _surveys(rows, row.state, on)}

    found = (
        row
        for row in states(rows, DECISIONS.name, after=page.after)
        if (matter is None or row.state["matter"] == matter)
        and (not low_response or any(each["survey"]["under_warning"] for each in _surveys(rows, row.state, on)))
    )
    items, token = one_page(rows, found, page, shown)
    return answer(rows, DEFINITION, decisions=items, next_page_token=token)


SUMMARY = ("decision", "matter", "body", "title", "force", "paragraph", "meeting_date", "status", "recorded")


def _surveys(rows: Rows, decision: dict[str, Any], on: str) -> list[Answer]:
    return [each for each in relied_on(rows, decision, on) if each["kind"] == "survey"]
