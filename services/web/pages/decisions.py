"""The list of decisions, newest first, each with what became of what people said."""

from __future__ import annotations

import re

from ledger.decisions.events import DecisionRecorded
from projections.bodies import BODIES
from projections.decisions import DECISIONS
from projections.projection import Rows
from projections.references import day_of_moment
from projections.views import decisions
from projections.views.answer import answer, figure, picked, state_of, states
from services.web import naming, promises
from services.web.outcomes import OFFICIAL, outcomes
from services.web.page import Page, Seen, Shown, Table
from services.web.wrong import NotThere, Wrong

ITEMS = 20
_PAGE = re.compile(r"[1-9][0-9]{0,5}")


def show(seen: Seen) -> Shown:
    """Return a page of decisions, of one body (`namnd`) or all, and how many there are."""
    rows, body = seen.rows, seen.query.get("namnd", "")
    every = [row.state for row in states(rows, DECISIONS.name)]
    if body and state_of(rows, BODIES.name, body) is None and body not in {each["body"] for each in every}:
        raise Wrong("namnd", "is no body of the ledger at this moment; choose one from the list of bodies")
    found = [each for each in every if body in {"", each["body"]}]
    found.sort(key=lambda each: (each["meeting_date"] or day_of_moment(each["recorded"]), each["recorded"]["position"]))
    found.reverse()
    pages = max(1, -(-len(found) // ITEMS))
    number = page_number(seen.query.get("sida", ""), pages)
    return answer(
        rows,
        decisions.DEFINITION,
        on=seen.on,
        total=figure(len(every), (DecisionRecorded,)),
        found=len(found),
        body=body or None,
        bodies={each: naming.body(rows, each) for each in sorted({each["body"] for each in every})},
        page=number,
        pages=pages,
        decisions=[listed(rows, each["decision"], seen.on) for each in found[(number - 1) * ITEMS : number * ITEMS]],
    )


def page_number(text: str, pages: int) -> int:
    """Return which of the pages of a list was asked for, the first where none was. Raises Wrong and NotThere."""
    if not text:
        return 1
    if not _PAGE.fullmatch(text):
        raise Wrong("sida", "is no page of a list; write a whole number from 1, such as 2")
    if int(text) > pages:
        raise NotThere("This list ends before that page. Begin with its first page.")
    return int(text)


def listed(rows: Rows, name: str, on: str) -> Shown:
    """Return a decision as lists show it: what it is called, how it stands, its outcomes, its latest promise past its day."""
    found = decisions.decision(rows, name, on=on)
    state = state_of(rows, DECISIONS.name, name)
    assert found is not None, "it was just listed"
    processes = {each["process"] for each in state["scope"]} - {None}
    met = outcomes(found["profile"])
    late = [each for each in promises.of_decision(rows, name, processes, on) if each["state"] in promises.LATE]
    return picked(state, "decision", "title", "paragraph", "force", "meeting_date", "recorded", "body") | {
        "body_name": naming.body(rows, state["body"]),
        "standing": found["standing"]["state"],
        "appeal_until": found["standing"]["appeal_clock"]["until"],
        "inputs": sum(met.values()),
        "outcomes": met,
        "official": sum(each["count"] for each in found["profile"] if each["author_kind"] == OFFICIAL),
        "late": picked(late[0], "state", "days_late") if late else None,
    }


def table(shown: Shown) -> Table:
    """Return the decisions with how many inputs met each outcome."""
    names = ("decision", "title", "body", "paragraph", "meeting_date", "force", "standing")
    return Table(
        (*names, "changed", "weighed", "declined", "unanswered", "official"),
        [
            (*(each[name] for name in names), *each["outcomes"].values(), each["official"])
            for each in shown["decisions"]
        ],
    )


PAGE = Page("decisions", "/beslut", show, table, ("namnd", "sida"), section="decisions")
