"""All indicators: what is followed, by whom, where it stands, and what residents said they want to follow."""

from __future__ import annotations

from projections.indicators import INDICATORS
from projections.views import indicators
from projections.views.corrections import with_marks
from services.web.listing import AFTER, following, part, whole
from services.web.names import names
from services.web.page import Page, Seen, Shown, Table

_view = with_marks("indicator", "indicators", indicators.indicators)


def show(seen: Seen) -> Shown:
    """Return a part of the list, and the ballots in which residents ranked indicators."""
    found = _view(seen.rows, part(seen, of=INDICATORS))
    return {
        "indicators": found["indicators"],
        "interest": found["interest"],
        "names": names(seen.rows, (("ballot", each["ballot"]) for each in found["interest"])),
        "next": following(found),
        "definitions": whole(indicators.DEFINITION),
    }


def table(shown: Shown) -> Table:
    """Return a line for each indicator with its latest value."""
    members = ("indicator", "title", "unit", "direction", "origin", "status", "targets", "targets_without_measure")
    latest = ("period", "value", "n")
    return Table(
        (*members, *latest),
        [
            (*(each[name] for name in members), *((each["latest"] or {}).get(name) for name in latest))
            for each in shown["indicators"]
        ],
    )


PAGE = Page("indicators", "/indikatorer", show, table, query=(AFTER,), section="indicators")
