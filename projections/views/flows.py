"""From channel to outcome: how many inputs of a decision's scope came by which channel, about what, and met what.

The counts are those of the decision's profile, told apart further; they sum to the same.
"""

from __future__ import annotations

from collections import Counter
from typing import Any

from projections.decisions import DECISIONS
from projections.projection import Rows
from projections.views.answer import Answer, picked, state_of
from projections.views.scope import MERGED, accounted

ATTRIBUTES = ("channel", "theme", "kind", "author_kind")


def flow(rows: Rows, decision: str) -> list[Answer] | None:
    """Return the streams of a decision, largest first: `{channel, theme, kind, author_kind, code, count}`.

    Inputs merged into another are left out, as in the profile. None where there is no such decision.
    """
    state = state_of(rows, DECISIONS.name, decision)
    if state is None:
        return None
    counts: Counter[tuple[Any, ...]] = Counter()
    for scoped, traced in accounted(rows, decision):
        if traced["status"] != MERGED:
            counts[(*picked(scoped.state, *ATTRIBUTES).values(), traced["code"])] += 1
    ordered = sorted(counts.items(), key=lambda found: (-found[1], *map(str, found[0])))
    return [dict(zip((*ATTRIBUTES, "code"), stream, strict=True)) | {"count": number} for stream, number in ordered]


def received_between(rows: Rows, decision: str) -> Answer | None:
    """Return when the inputs of a decision's scope came: how many, the first and last day and position; None of nothing."""
    found = [row.state for row, _ in accounted(rows, decision)]
    if not found:
        return None
    days, positions = [each["day"] for each in found], [each["received"] for each in found]
    return {
        "count": len(found),
        "first_day": min(days),
        "last_day": max(days),
        "first": min(positions),
        "last": max(positions),
    }
