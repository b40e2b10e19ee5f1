"""All programmes and the goals in force: what the body says it aims at, and what nobody measures."""

from __future__ import annotations

from projections.programmes import PROGRAMMES
from projections.views import programmes
from projections.views.corrections import with_marks
from services.web.listing import AFTER, following, part, whole
from services.web.page import Page, Seen, Shown, Table

_view = with_marks("programme", "programmes", programmes.programmes)


def show(seen: Seen) -> Shown:
    """Return a part of the list, and the goals in force on the day of the page."""
    found = _view(seen.rows, part(seen, of=PROGRAMMES))
    goals = programmes.goals(seen.rows, seen.on)
    return {
        "on": seen.on,
        "programmes": found["programmes"],
        "goals": goals["goals"],
        "changes": goals["changes"],
        "titles": {each["programme"]: each["title"] for each in found["programmes"]},
        "next": following(found),
        "definitions": whole(programmes.DEFINITION),
    }


def table(shown: Shown) -> Table:
    """Return a line for each programme."""
    members = ("programme", "programme_version", "title", "period", "status", "replaces")
    return Table(members, [[each[name] for name in members] for each in shown["programmes"]])


PAGE = Page("programmes", "/program", show, table, query=(AFTER,), section="programmes")
