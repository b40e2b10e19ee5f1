"""Delegated decisions: by which clause each was made, whether it was in force, and whether the body was told."""

from __future__ import annotations

from typing import Any

from projections.views import delegations
from services.web.listing import AFTER, following, part, whole
from services.web.names import names
from services.web.page import Page, Seen, Shown, Table


def show(seen: Seen) -> Shown:
    """Return a part of the list, judged on the day of the page."""
    found = delegations.delegated(seen.rows, page=part(seen), on=seen.on)
    listed = found["delegations"]
    things = [("body", each[name]) for each in listed for name in ("body", "on_behalf_of")]
    things += [("body", report["to_body"]) for each in listed for report in each["reports"]]
    things += [("decision", each["decision"]) for each in listed]
    return {
        "on": seen.on,
        "delegations": listed,
        "uncovered": sum("clause_not_in_force" in each["flags"] for each in listed),
        "unreported": sum(not each["reported"] for each in listed),
        "names": names(seen.rows, things),
        "next": following(found),
        "definitions": whole(delegations.DEFINITION),
    }


def table(shown: Shown) -> Table:
    """Return a line for each delegated or urgent decision."""
    members = ("decision", "body", "on_behalf_of", "force", "day", "reported")
    lines = [
        (*(each[name] for name in members), *_clause(each), _first_report(each), " ".join(each["flags"]))
        for each in shown["delegations"]
    ]
    return Table((*members, "order", "clause", "in_force_since", "reported_on", "flags"), lines)


def _clause(each: dict[str, Any]) -> tuple[str | None, str | None, str | None]:
    stated, clause = each["delegation"], each["clause"]
    if stated is None:
        return None, None, None
    return stated["order"], stated["clause"], None if clause is None else clause["valid_from"]


def _first_report(each: dict[str, Any]) -> str | None:
    return min((report["on"] for report in each["reports"]), default=None)


PAGE = Page("delegations", "/delegation", show, table, query=(AFTER,), section="decisions")
