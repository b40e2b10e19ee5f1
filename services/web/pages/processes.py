"""All processes: dialogues, panels, trials, networks; who runs them and which are open now."""

from __future__ import annotations

from projections.processes import PROCESSES
from projections.views import processes
from projections.views.answer import FIRST_PAGE
from projections.views.corrections import with_marks
from services.web.listing import AFTER, following, part, whole
from services.web.names import names
from services.web.page import Page, Seen, Shown, Table

_view = with_marks("process", "processes", processes.processes)


def show(seen: Seen) -> Shown:
    """Return a part of the list, and what can be influenced on the day of the page."""
    found = _view(seen.rows, part(seen, of=PROCESSES))
    open_now = processes.open_processes(seen.rows, FIRST_PAGE, on=seen.on)["open_processes"]
    return {
        "on": seen.on,
        "processes": found["processes"],
        "open": open_now,
        "names": names(seen.rows, (("body", each["owner"]) for each in [*found["processes"], *open_now])),
        "next": following(found),
        "definitions": whole(processes.DEFINITION),
    }


def table(shown: Shown) -> Table:
    """Return a line for each process."""
    members = ("process", "title", "kind", "owner", "period", "matter", "status", "stage")
    return Table(members, [[each[name] for name in members] for each in shown["processes"]])


PAGE = Page("processes", "/process", show, table, query=(AFTER,), section="processes")
