"""The four outcomes a glance can hold: changed the decision, weighed in, declined with reasons, got no answer.

What its author took back, or a moderator rejected, met no outcome: it is counted apart.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from services.web.charts.bar import Part

OUTCOMES = {
    "adopted": "changed",
    "adopted_partly": "changed",
    "considered_not_adopted": "declined",
    "out_of_scope": "declined",
    "pending": "unanswered",
}
"""The outcome by the code of a disposition; every other code was weighed in."""

KINDS = ("changed", "weighed", "declined", "unanswered")
APART = ("withdrawn", "moderated")
"""Codes that follow from what happened to the input itself."""

OFFICIAL = "official"


def outcome(code: str) -> str | None:
    """Return the outcome of a code; None for what met none."""
    return None if code in APART else OUTCOMES.get(code, "weighed")


def outcomes(profile: Iterable[dict[str, Any]], *, official: bool = False) -> dict[str, int]:
    """Return how many of the residents' and organisations' inputs met each outcome, or of the official ones alone."""
    counts = dict.fromkeys(KINDS, 0)
    for line in profile:
        met = outcome(line["code"])
        if met is not None and (line["author_kind"] == OFFICIAL) is official:
            counts[met] += line["count"]
    return counts


def set_aside(profile: Iterable[dict[str, Any]]) -> dict[str, int]:
    """Return how many inputs of residents and organisations were taken back or rejected by a moderator."""
    counts = dict.fromkeys(APART, 0)
    for line in profile:
        if line["code"] in counts and line["author_kind"] != OFFICIAL:
            counts[line["code"]] += line["count"]
    return counts


def parts(counts: dict[str, int], names: dict[str, str]) -> list[Part]:
    """Return the outcomes as the parts of a bar, by their names in the reader's language."""
    return [Part(kind, names[kind], counts[kind]) for kind in KINDS]
