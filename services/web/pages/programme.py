"""A programme: its goals and what became of them, the years nobody followed up, and what nobody measures."""

from __future__ import annotations

from projections.views import programmes
from projections.views.corrections import with_corrections
from services.web.listing import whole
from services.web.names import names
from services.web.page import Page, Seen, Shown, Table

_view = with_corrections("programme", programmes.programme)


def show(seen: Seen) -> Shown | None:
    """Return the programme, judged on the day of the page."""
    found = _view(seen.rows, seen.path["programme"], on=seen.on)
    if found is None:
        return None
    own = found["programme"]
    things = [("body", own["body"]), ("matter", own["matter"]), ("document", own["document"])]
    for link in own["links"]:
        things += [(kind, link[kind]) for kind in ("matter", "process", "indicator")]
    things += [("document", each["document"]) for each in (*own["follow_ups"], *own["reports"])]
    things += [("programme", each["new_programme"]) for each in own["lineage"]]
    return {
        **found,
        "names": names(seen.rows, things),
        "definitions": whole(programmes.DEFINITION),
    }


def table(shown: Shown) -> Table:
    """Return a line for each goal, value and purpose."""
    members = ("element", "kind", "title", "fate", "unmeasured")
    lines = shown["programme"]["elements"]
    return Table(
        members, [[str(v).lower() if isinstance(v := each[name], bool) else v for name in members] for each in lines]
    )


PAGE = Page("programme", "/program/{programme}", show, table, section="programmes")
