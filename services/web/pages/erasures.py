"""Erasures: how many, on which grounds and where in the record; never whose words they were."""

from __future__ import annotations

from typing import Any

from projections.participants import ERASURES
from projections.views import participants
from services.web.listing import AFTER, following, part
from services.web.page import Page, Seen, Shown, Table

LINES = 100
STEPS = ("requested", "decided", "begun", "destroyed")


def show(seen: Seen) -> Shown:
    """Return the counts by outcome and basis, and where each request was recorded, decided and carried out."""
    page = part(seen, LINES, ERASURES)
    found = participants.erasures(seen.rows, page)
    return found | {"erasures": [_without_whom(each) for each in found["erasures"]], "following": following(found)}


def _without_whom(erasure: dict[str, Any]) -> dict[str, Any]:
    """Return the steps of a request by position and day, and how many keys were destroyed; no key names a person here."""
    steps = {step: erasure[step] and _moment(erasure[step]) for step in STEPS}
    decided, destroyed = erasure["decided"], erasure["destroyed"]
    return {
        "status": erasure["status"],
        "outcome": decided and decided["outcome"],
        "basis": decided and decided["basis"],
        "refusal_ground": decided and decided["refusal_ground"],
        "reasons": decided and decided["reasons"],
        "keys": len(destroyed["keys"]) if destroyed else 0,
        **steps,
    }


def _moment(step: dict[str, Any]) -> dict[str, Any]:
    return {name: step[name] for name in ("position", "occurred", "time")}


def table(shown: Shown) -> Table:
    """Return the requests, a line each."""
    header = ("status", "outcome", "basis", "keys", *STEPS)
    lines = [
        (*(each[name] for name in header[:4]), *(each[step] and each[step]["position"] for step in STEPS))
        for each in shown["erasures"]
    ]
    return Table(header, lines)


PAGE = Page("erasures", "/raderingar", show, table, query=(AFTER,), section="audit")
