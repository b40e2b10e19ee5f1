"""Positions as they are shown: where each party stood, in which decision, and where its words lie."""

from __future__ import annotations

from projections.decisions import DECISIONS, POSITIONS
from projections.projection import Row, Rows
from projections.views.answer import FIRST_PAGE, Answer, Definition, Page, answer, one_page, picked, state_of, states

DEFINITION = Definition(
    "positions",
    1,
    "Every dissent of the ledger, and every standpoint a source tells of. A standpoint is asserted until a decision in "
    "the ledger bears it out. Parties are named as they were written; blocs and majorities are statements, not facts, "
    "and are not derived.",
    (POSITIONS, DECISIONS),
)


def positions(
    rows: Rows,
    page: Page = FIRST_PAGE,
    party: str | None = None,
    matter: str | None = None,
    decision: str | None = None,
) -> Answer:
    """Return a page of positions, of one party, in one matter, towards one decision, or all."""
    asked = {"party": party, "matter": matter, "decision": decision}
    wanted = {name: value for name, value in asked.items() if value is not None}
    found = (
        row
        for row in states(rows, POSITIONS.name, after=page.after)
        if all(row.state[name] == value for name, value in wanted.items())
    )
    items, token = one_page(rows, found, page, lambda row: _shown(rows, row))
    return answer(rows, DEFINITION, positions=items, next_page_token=token)


def _shown(rows: Rows, row: Row) -> Answer:
    decision = None if row.state["decision"] is None else state_of(rows, DECISIONS.name, row.state["decision"])
    names = ("title", "body", "paragraph", "meeting_date")
    about = dict.fromkeys(names) if decision is None else picked(decision, *names)
    status = "recorded" if row.state["basis"] == "dissent" else "verified" if row.state["verified"] else "unverified"
    return {**row.state, "status": status, "towards": about}
