"""A meeting: who was there, what was taken up and decided, how it was voted, and its minutes."""

from __future__ import annotations

from projections.views import meetings
from projections.views.corrections import with_corrections
from services.web.listing import whole
from services.web.names import names
from services.web.page import Page, Seen, Shown, Table

_view = with_corrections("meeting", meetings.meeting)


def show(seen: Seen) -> Shown | None:
    """Return the meeting whole, its minutes judged on the day of the page."""
    found = _view(seen.rows, seen.path["meeting"], on=seen.on)
    if found is None:
        return None
    things = [("body", found["meeting"]["body"])]
    things += [("matter", each["matter"]) for each in found["items"]]
    things += [("decision", one["decision"]) for each in found["items"] for one in each["decisions"]]
    return {**found, "names": names(seen.rows, things), "definitions": whole(meetings.DEFINITION)}


def table(shown: Shown) -> Table:
    """Return a line for each item."""
    members = ("paragraph", "title", "matter", "state")
    return Table(
        (*members, "decisions"),
        [
            (*(each[name] for name in members), ";".join(one["decision"] for one in each["decisions"]))
            for each in shown["items"]
        ],
    )


PAGE = Page("meeting", "/sammantrade/{meeting}", show, table, section="meetings")
