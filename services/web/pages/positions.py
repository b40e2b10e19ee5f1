"""Standpoints: who dissented from what, in which words, and what sources say of earlier votes."""

from __future__ import annotations

from projections.views import positions
from services.web.listing import AFTER, following, part, whole
from services.web.names import names
from services.web.page import Page, Seen, Shown, Table


def show(seen: Seen) -> Shown:
    """Return a part of the list: dissents that stand in the minutes, and standpoints that somebody tells of."""
    found = positions.positions(seen.rows, part(seen))
    listed = found["positions"]
    things = [(kind, each[kind]) for each in listed for kind in ("decision", "matter")]
    return {
        "positions": listed,
        "dissents": sum(each["basis"] == "dissent" for each in listed),
        "unverified": sum(each["status"] == "unverified" for each in listed),
        "parties": sorted({each["party"] for each in listed if each["party"]}),
        "names": names(seen.rows, things),
        "next": following(found),
        "definitions": whole(positions.DEFINITION),
    }


def table(shown: Shown) -> Table:
    """Return a line for each standpoint."""
    members = ("id", "basis", "party", "kind", "stance", "decision", "matter", "status")
    return Table(
        (*members, "text", "position"),
        [
            (*(each[name] for name in members), (each["text"] or {}).get("text"), each["recorded"]["position"])
            for each in shown["positions"]
        ],
    )


PAGE = Page("positions", "/standpunkter", show, table, query=(AFTER,), section="decisions")
