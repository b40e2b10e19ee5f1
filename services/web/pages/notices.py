"""The notice board: whether minutes were approved, announced and left up as long as the rules of their day ask."""

from __future__ import annotations

from typing import Any

from projections.views import notices
from services.web.listing import AFTER, following, part, whole
from services.web.names import names
from services.web.page import Page, Seen, Shown, Table

STEPS = ("adjustment", "announcement", "left_up")


def show(seen: Seen) -> Shown:
    """Return a part of the list, judged on the day of the page, and how many have something that does not fit."""
    found = notices.notices(seen.rows, part(seen), on=seen.on)
    return {
        "on": seen.on,
        "notices": found["notices"],
        "flagged": sum(each["minutes"]["flagged"] for each in found["notices"]),
        "names": names(seen.rows, (("body", each["body"]) for each in found["notices"])),
        "next": following(found),
        "definitions": whole(notices.DEFINITION),
    }


def table(shown: Shown) -> Table:
    """Return a line for each meeting: the days each step took, what it may take, and how it stands."""
    header = (
        "meeting",
        "body",
        "date",
        *(f"{step}_{what}" for step in STEPS for what in ("days", "allowed", "status")),
    )
    lines = [
        (each["meeting"], each["body"], each["date"], *(cell for step in STEPS for cell in _cells(each, step)))
        for each in shown["notices"]
    ]
    return Table(header, lines)


def _cells(each: dict[str, Any], step: str) -> tuple[int | None, int | None, str]:
    told = each["minutes"][step]
    days = told["days_up" if step == "left_up" else "days"]
    return days, None if told["rule"] is None else told["rule"]["value"], told["status"]


PAGE = Page("notices", "/anslagstavla", show, table, query=(AFTER,), section="meetings")
