"""All lists of the site in one place, each with how many things it has."""

from __future__ import annotations

from projections.ballots import BALLOTS
from projections.bodies import BODIES
from projections.decisions import DECISIONS
from projections.documents import DOCUMENTS
from projections.indicators import INDICATORS
from projections.meetings import MEETINGS
from projections.methods import METHODS
from projections.processes import PROCESSES
from projections.programmes import PROGRAMMES
from projections.surveys import SURVEYS
from projections.views.answer import states
from services.web.page import Page, Seen, Shown, Table

LISTS = {
    "/beslut": DECISIONS,
    "/process": PROCESSES,
    "/omrostningar": BALLOTS,
    "/enkater": SURVEYS,
    "/indikatorer": INDICATORS,
    "/program": PROGRAMMES,
    "/metoder": METHODS,
    "/namnd": BODIES,
    "/sammantrade": MEETINGS,
    "/handlingar": DOCUMENTS,
}
"""The lists that have one line for each row of a read model."""


def show(seen: Seen) -> Shown:
    """Return the lists with their numbers."""
    return {
        "lists": [
            {"path": path, "count": sum(1 for _ in states(seen.rows, model.name))} for path, model in LISTS.items()
        ]
    }


def table(shown: Shown) -> Table:
    """Return a line for each list."""
    return Table(("path", "count"), [(each["path"], each["count"]) for each in shown["lists"]])


PAGE = Page("contents", "/innehall", show, table)
