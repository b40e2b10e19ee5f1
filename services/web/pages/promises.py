"""Promises: commitments and assignments with their day and owner, and how each stands."""

from __future__ import annotations

import re
from collections import Counter
from typing import Any

from projections.bodies import BODIES
from projections.references import day_of_moment
from projections.views import assignments, commitments
from projections.views.answer import Page as Part
from projections.views.answer import state_of
from projections.views.assignments import assignment as one_assignment
from services.web.codes import CODES
from services.web.listing import whole
from services.web.names import names
from services.web.open.whole import every
from services.web.page import Page, Seen, Shown, Table
from services.web.wrong import Wrong

STATUS, BODY, YEAR = "lage", "organ", "ar"
ORDER = ("overdue", "broken", "disputed", "due", "open", "unclear", "reported_late", "late", "reported", "kept")
"""How a promise stands, those whose day has passed first; every other status comes after."""

_YEAR = re.compile(r"[0-9]{4}")

PASSED, DONE = ("broken", "overdue"), ("kept", "late", "reported", "reported_late")
"""What has passed its day undone, and what is stated as done."""


def show(seen: Seen) -> Shown:
    """Return all promises, or those of one body or of some states, by how they stand on the day of the page."""
    body, status = seen.query.get(BODY) or None, seen.query.get(STATUS) or None
    if status is not None and not set(status.split(",")) <= set(CODES["commitment_status"]):
        raise Wrong(STATUS, "is no state of a promise; choose one from the list")
    year = seen.query.get(YEAR) or None
    if year is not None and not _YEAR.fullmatch(year):
        raise Wrong(YEAR, "is no year; choose one from the list")
    found = promised(seen, body, status, year)
    if body is not None and not found["all"] and state_of(seen.rows, BODIES.name, body) is None:
        raise Wrong(BODY, "is no body of the ledger at this moment; choose one from the list of bodies")
    return found


def promised(seen: Seen, body: str | None, wanted: str | None, year: str | None = None) -> Shown:
    """Return the promises of one body or all, in some states or all, made in one year or any, and how they stand."""
    every_year = [*_commitments(seen, body), *_assignments(seen, body)]
    years = Counter(each["year"] for each in every_year)
    made = [each for each in every_year if year in {None, each["year"]}]
    counts = Counter(each["status"] for each in made)
    listed = [each for each in made if wanted is None or each["status"] in wanted.split(",")]
    listed.sort(key=lambda each: (_place(each["status"]), each["due"] or "9999", each["id"]))
    things = [("body", each["owner"]) for each in made] + [("decision", each["decision"]) for each in made]
    things += [("matter", each["matter"]) for each in made] + [("process", each["process"]) for each in made]
    found = commitments.commitments(seen.rows, Part(1), owner=body, on=seen.on)
    return {
        "on": seen.on,
        "promises": listed,
        "all": len(made),
        "passed": sum(counts[each] for each in PASSED),
        "done": sum(counts[each] for each in DONE),
        "made": found["made"],
        "counts": [{"status": status, "count": counts[status]} for status in sorted(counts, key=_place)],
        "years": [{"year": each, "count": count} for each, count in sorted(years.items())],
        "asked": {"status": wanted, "body": body, "year": year},
        "names": names(seen.rows, things),
        "definitions": whole(commitments.DEFINITION, assignments.DEFINITION),
    }


def _place(status: str) -> int:
    return ORDER.index(status) if status in ORDER else len(ORDER)


def _commitments(seen: Seen, body: str | None) -> list[Shown]:
    found = every(lambda part: commitments.commitments(seen.rows, part, owner=body, on=seen.on), "commitments")
    return [_commitment(each) for each in found]


def _commitment(each: dict[str, Any]) -> Shown:
    return {
        "id": each["commitment"],
        "kind": "commitment",
        "text": each["text"],
        "owner": each["owner"],
        "due": each["due"],
        "status": each["status"],
        "year": each["year"] or "",
        "days_late": each["days_late"],
        "delivered_on": each["delivered_on"],
        "evidenced": each["evidenced"],
        "decision": each["decision"],
        "matter": None,
        "process": each["process"],
        "recorded": each["made"],
    }


def _assignments(seen: Seen, body: str | None) -> list[Shown]:
    listed = every(lambda part: assignments.assignments(seen.rows, part, unit=body, on=seen.on), "assignments")
    return [_assignment(seen, each) for each in listed]


def _assignment(seen: Seen, each: dict[str, Any]) -> Shown:
    whole_one = one_assignment(seen.rows, each["assignment"], on=seen.on)
    assert whole_one is not None, "the list knows it"
    judged = each["judged"]
    return {
        "id": each["assignment"],
        "kind": "assignment",
        "text": whole_one["assignment"]["text"],
        "owner": each["to_unit"],
        "due": judged["due"],
        "status": assignment_status(each["status"], judged),
        "year": day_of_moment(each["recorded"])[:4],
        "days_late": judged["days_late"] or judged["overdue_days"] or None,
        "delivered_on": judged["reported_on"],
        "evidenced": judged["reported_on"] is not None,
        "decision": each["decision"],
        "matter": each["matter"],
        "process": None,
        "recorded": each["recorded"],
    }


def assignment_status(status: str, judged: dict[str, Any]) -> str:
    """Return how an assignment stands, in the words of commitments where they mean the same."""
    if judged["reported_on"] is not None:
        return "reported_late" if judged["days_late"] else "reported"
    if judged["overdue_days"]:
        return "overdue"
    if status in assignments.ENDS:
        return "over"
    return "open" if judged["due"] is None else "due"


def table(shown: Shown) -> Table:
    """Return a line for each promise."""
    members = ("id", "kind", "owner", "due", "status", "days_late", "delivered_on", "decision", "process")
    lines = [
        (*(each[name] for name in members), (each["text"] or {}).get("text"), (each["recorded"] or {}).get("position"))
        for each in shown["promises"]
    ]
    return Table((*members, "text", "position"), lines)


PAGE = Page("promises", "/loften", show, table, query=(STATUS, BODY, YEAR), section="promises")
