"""Gaps: what the record itself shows to be missing, late or contradictory, by published rules."""

from __future__ import annotations

import re

from projections.views import gaps
from services.web.facts import fact
from services.web.listing import AFTER, astray, following, part
from services.web.page import Page, Seen, Shown, Table
from services.web.subjects import subject
from services.web.wrong import Wrong

LINES = 100
_KEY = re.compile(r"[0-9]{3}\|[0-9]{9}")
"""How the view names a line of its list: gaps have no names of their own."""

RULES = {rule.name for rule in gaps.RULES}


def show(seen: Seen) -> Shown:
    """Return how many gaps each rule finds, and a page of them, of one rule or all."""
    rule = seen.query.get("regel", "")
    if rule and rule not in RULES:
        raise Wrong("regel", "is no rule for gaps; choose one from the list")
    page = part(seen, LINES)
    if page.after and not _KEY.fullmatch(page.after):
        raise astray()
    found = gaps.gaps(seen.rows, page, rule, on=seen.on)
    total = sum(each["count"] for each in found["rules"])
    listed = [
        each
        | {
            "thing": subject(seen.rows, each["subject"]),
            "facts": [fact(seen.rows, told["name"], told["value"]) for told in each["facts"]],
        }
        for each in found["gaps"]
    ]
    return found | {"gaps": listed, "rule": rule, "total": total, "following": following(found)}


def table(shown: Shown) -> Table:
    """Return the gaps, a line each."""
    return Table(
        ("rule", "subject", "facts", "positions"),
        [
            (
                each["rule"],
                each["subject"],
                "; ".join(f"{fact['name']}={fact['value']}" for fact in each["facts"]),
                " ".join(map(str, each["positions"])),
            )
            for each in shown["gaps"]
        ],
    )


PAGE = Page("gaps", "/brister", show, table, query=("regel", AFTER), section="audit")
