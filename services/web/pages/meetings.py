"""All meetings: what was taken up at each, and how its minutes fared."""

from __future__ import annotations

from projections.meetings import MEETINGS
from projections.views import meetings
from projections.views.corrections import with_marks
from services.web.listing import AFTER, following, part, whole
from services.web.names import names
from services.web.page import Page, Seen, Shown, Table

_view = with_marks("meeting", "meetings", meetings.meetings)


def show(seen: Seen) -> Shown:
    """Return a part of the list, judged on the day of the page."""
    found = _view(seen.rows, part(seen, of=MEETINGS), on=seen.on)
    return {
        "on": seen.on,
        "meetings": found["meetings"],
        "names": names(seen.rows, (("body", each["body"]) for each in found["meetings"])),
        "next": following(found),
        "definitions": whole(meetings.DEFINITION),
    }


def table(shown: Shown) -> Table:
    """Return a line for each meeting."""
    members = ("meeting", "body", "date", "title", "first_paragraph", "last_paragraph", "minutes_state")
    return Table(members, [[each[name] for name in members] for each in shown["meetings"]])


PAGE = Page("meetings", "/sammantrade", show, table, query=(AFTER,), section="meetings")
