"""Delegated and urgent decisions as they are shown: the clause in force that day, and the report to the body."""

from __future__ import annotations

from typing import Any

from projections.bodies import DELEGATION_ORDERS
from projections.decisions import DECISIONS
from projections.governance import RULES
from projections.meetings import MEETING_DAYS, MEETINGS
from projections.projection import Row, Rows
from projections.references import day_of_moment
from projections.views.answer import FIRST_PAGE, Answer, Definition, Page, answer, one_page, picked, states
from projections.views.rules import rule_on

DEFINITION = Definition(
    "delegations",
    1,
    "Every delegated or urgent decision, with the clause of the delegation order that was in force on its day, and its "
    "reports to the body on whose behalf it was made. An order without a known first day counts as in force and is "
    "flagged. A decision counts as unreported where its clause asks for a report, or does not say, and none is recorded "
    "by the day judged on; an urgent decision is to be reported at the next meeting of the body (KL 6:39-40) and counts "
    "as reported late after that. Flags name what the law of the day does not let be delegated: of the matter, and of the clause.",
    (DECISIONS, DELEGATION_ORDERS, RULES, MEETINGS, MEETING_DAYS),
)

FORCES = ("delegated", "urgent")
NAMES = ("decision", "matter", "body", "on_behalf_of", "title", "force", "paragraph", "meeting_date", "delegation")


def delegated(
    rows: Rows, page: Page = FIRST_PAGE, body: str | None = None, flagged: bool = False, *, on: str
) -> Answer:
    """Return a page of delegated and urgent decisions, on behalf of one body or all, the flagged ones or all."""
    found = (
        row
        for row in states(rows, DECISIONS.name, after=page.after)
        if row.state["force"] in FORCES
        and (body is None or _owner(row.state) == body)
        and (not flagged or judged(rows, row.state, on)["flags"])
    )

    def shown(row: Row) -> Answer:
        names = (*NAMES, "matter_flags", "reports", "recorded")
        return picked(row.state, *names) | judged(rows, row.state, on)

    items, token = one_page(rows, found, page, shown)
    return answer(rows, DEFINITION, on=on, delegations=items, next_page_token=token)


def _owner(decision: dict[str, Any]) -> str:
    """Return the body on whose behalf a decision was made: for an urgent one that of the decision itself."""
    return str(decision["on_behalf_of"] or decision["body"])


def judged(rows: Rows, decision: dict[str, Any], on: str) -> Answer:
    """Return how a delegated or urgent decision stands on an ISO day: its clause, its reports, and `flags`."""
    made = _day(decision)
    clause = _clause(rows, decision, made) if decision["delegation"] is not None else None
    rule = rule_on(rows, "not_delegable", made)
    touched = dict.fromkeys((*decision["matter_flags"], *(clause["flags"] if clause is not None else ())))
    barred = [flag for flag in touched if rule is not None and flag in rule["codes"]]
    meeting = _next_meeting(rows, _owner(decision), made)
    reports = [each for each in decision["reports"] if each["on"] <= on]
    known = {
        "clause": clause,
        "barred_flags": barred,
        "barred_by": rule["citation"] if rule is not None and barred else None,
        "next_meeting": meeting,
    }
    flags = [*_clause_flags(decision, clause, barred), *_report_flags(decision, clause, reports, meeting, on)]
    return known | {"day": made, "reported": bool(reports), "flags": flags}


def _day(decision: dict[str, Any]) -> str:
    return str(decision["meeting_date"] or day_of_moment(decision["recorded"]))


# --- The clause -----------------------------------------------------------------------------------
def _clause(rows: Rows, decision: dict[str, Any], made: str) -> Answer | None:
    """Return the clause as it was in force on the day of a decision; None where the ledger has none."""
    stated = decision["delegation"]
    versions = [row.state for row in states(rows, DELEGATION_ORDERS.name, f"{_owner(decision)}|{stated['order']}|")]
    begun = [each for each in versions if (each["valid_from"] or "") <= made]
    if not begun:
        return None
    order = max(begun, key=lambda each: (each["valid_from"] or "", each["order_version"]))
    found = next((each for each in order["clauses"] if each["number"] == stated["clause"]), None)
    if found is None:
        return None
    return {**found, "order_version": order["order_version"], "valid_from": order["valid_from"]}


def _clause_flags(decision: dict[str, Any], clause: Answer | None, barred: list[str]) -> list[str]:
    flags = []
    if decision["delegation"] is not None:
        if clause is None:
            flags.append("clause_not_in_force")
        elif clause["valid_from"] is None:
            flags.append("in_force_since_unknown")
    return [*flags, "not_delegable"] if barred else flags


# --- The report -----------------------------------------------------------------------------------
def _report_flags(
    decision: dict[str, Any], clause: Answer | None, reports: list[Answer], meeting: Answer | None, on: str
) -> list[str]:
    asked = clause is None or clause["reporting"] == "report"
    if not reports:
        overdue = decision["force"] == "urgent" and meeting is not None and meeting["date"] <= on
        return ["unreported"] * asked + ["report_overdue"] * overdue
    first = min(each["on"] for each in reports)
    late = decision["force"] == "urgent" and meeting is not None and first > meeting["date"]
    return ["reported_late"] * late


def _next_meeting(rows: Rows, body: str, made: str) -> Answer | None:
    """Return the next meeting of a body after a day, as far as the ledger knows one."""
    for row in rows.scan(MEETING_DAYS.name, f"{body}|", f"{body}|{made}|\U0010ffff"):
        if row.state is not None:
            _, held, meeting = row.key.split("|")
            return {"meeting": meeting, "date": held}
    return None
