"""A body: what became of the inputs to it, its decisions, answer times, promises, and who holds office."""

from __future__ import annotations

from projections.decisions import DECISIONS
from projections.measures.catalogue import measures
from projections.measures.scope import Scope
from projections.views import bodies, decisions
from projections.views.answer import picked, states
from projections.views.corrections import with_corrections
from services.web.influence import of_place
from services.web.listing import whole
from services.web.names import names
from services.web.page import Page, Seen, Shown, Table
from services.web.pages import promises
from services.web.pages.answer_times import MEASURED, waits

DECISIONS_SHOWN = 100

_view = with_corrections("body", bodies.body)


def show(seen: Seen) -> Shown | None:
    """Return the body with its account, on the day of the page."""
    body = seen.path["body"]
    found = _view(seen.rows, body, on=seen.on)
    if found is None:
        return None
    decided = _decisions(seen, body)
    promised = promises.promised(seen, body, None)
    things = [("body", each) for each in (*found["above"], *found["units"], found["body"]["parent"])]
    return {
        **found,
        "influence": of_place(seen.rows, Scope(body=body), seen.on),
        "measures": measures(seen.rows, MEASURED, Scope(body=body), on=seen.on),
        "waits": waits(seen.rows, [body], seen.on),
        "decisions": decided[:DECISIONS_SHOWN],
        "decisions_all": len(decided),
        "promises": promised["promises"],
        "names": promised["names"] | names(seen.rows, [*things, ("body", body)]),
        "definitions": [*whole(bodies.DEFINITION), *promised["definitions"]],
    }


def _decisions(seen: Seen, body: str) -> list[Shown]:
    """Return the decisions of a body, the latest first."""
    own = (row.state for row in states(seen.rows, DECISIONS.name) if row.state["body"] == body)
    found = [picked(each, *decisions.SUMMARY) for each in own]
    return sorted(found, key=lambda each: (each["meeting_date"] or "", each["recorded"]["position"]), reverse=True)


def table(shown: Shown) -> Table:
    """Return a line for each decision."""
    members = ("decision", "title", "matter", "force", "paragraph", "meeting_date", "status")
    return Table(members, [[each[name] for name in members] for each in shown["decisions"]])


PAGE = Page("body", "/namnd/{body}", show, table, section="bodies")
