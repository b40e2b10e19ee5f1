"""About the ledger: what is in it, from which sources, and above all what is not."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import Any

from ledger.documents.events import DocumentRegistered
from projections.bodies import BODIES
from projections.documents import DOCUMENTS
from projections.methods import CHANNELS
from projections.projection import Rows
from projections.views import gaps
from projections.views.answer import Page as Part
from projections.views.answer import figure, states
from projections.views.documents import without_withheld
from services.filters import Filter
from services.web.page import Page, Seen, Shown, Table

SOURCES_MAX = 200
MISSING = (
    "outcome_not_in_ledger",
    "proposal_undecided",
    "document_not_in_ledger",
    "dangling_reference",
    "reference_not_in_ledger",
)
"""The rules that find what the record speaks of and does not hold."""


def show(seen: Seen) -> Shown:
    """Return the sources, the channels, and what is known to lack."""
    rows = seen.rows
    documents = [row.state for row in islice(states(rows, DOCUMENTS.name), SOURCES_MAX + 1)]
    found = gaps.gaps(rows, Part(1), on=seen.on)
    counts = Counter({each["rule"]: each["count"] for each in found["rules"]})
    return {
        "origin": seen.origin,
        "events": _events(seen),
        "bodies": sum(1 for _ in states(rows, BODIES.name)),
        "documents": figure(sum(1 for _ in states(rows, DOCUMENTS.name)), (DocumentRegistered,)),
        "sources": [_source(each) for each in documents[:SOURCES_MAX]],
        "sources_complete": len(documents) <= SOURCES_MAX,
        "channels": _channels(rows),
        "missing": [
            {"rule": each["rule"], "text": each["text"], "count": each["count"]}
            for each in found["rules"]
            if each["rule"] in MISSING
        ],
        "missing_in_all": sum(counts[rule] for rule in MISSING),
        "gaps": sum(counts.values()),
    }


def _events(seen: Seen) -> int:
    """Return how many events the page knows; the last position tells, but where only what had happened by a day counts."""
    last = int(seen.rows.position)
    if seen.moment.day is None:
        return last
    wanted, after, found = Filter(by=seen.moment.day), 0, 0
    while after < last:
        page = wanted.page(seen.reader, after, last)
        found, after = found + len(page.events), page.reached
    return found


def _source(state: dict[str, Any]) -> dict[str, Any]:
    shown = without_withheld(state)
    return {name: shown[name] for name in ("document", "title", "kind", "sha256", "recorded")}


def _channels(rows: Rows) -> list[dict[str, Any]]:
    return [
        {name: row.state[name] for name in ("channel", "name_sv", "name_en")} for row in states(rows, CHANNELS.name)
    ]


def table(shown: Shown) -> Table:
    """Return the sources, a line each."""
    names = ("document", "kind", "sha256")
    return Table(names, [[each[name] for name in names] for each in shown["sources"]])


PAGE = Page("about", "/om", show, table)
