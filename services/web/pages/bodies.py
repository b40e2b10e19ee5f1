"""All bodies: councils, boards, committees and units, and who stands above whom."""

from __future__ import annotations

from projections.bodies import BODIES
from projections.views import bodies
from projections.views.corrections import with_marks
from services.web.listing import AFTER, following, part, whole
from services.web.names import names
from services.web.page import Page, Seen, Shown, Table

_view = with_marks("body", "bodies", bodies.bodies)


def show(seen: Seen) -> Shown:
    """Return a part of the list."""
    found = _view(seen.rows, part(seen, 200, BODIES))
    return {
        "bodies": found["bodies"],
        "names": names(seen.rows, (("body", each["parent"]) for each in found["bodies"])),
        "next": following(found),
        "definitions": whole(bodies.DEFINITION),
    }


def table(shown: Shown) -> Table:
    """Return a line for each body."""
    members = ("body", "kind", "name", "name_en", "parent", "status")
    return Table(members, [[each[name] for name in members] for each in shown["bodies"]])


PAGE = Page("bodies", "/namnd", show, table, query=(AFTER,), section="bodies")
