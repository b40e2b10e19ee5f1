"""The four outcomes a glance can hold: changed the decision, weighed in, declined with reasons, got no answer."""

from __future__ import annotations

from typing import Any

from services.web.charts.bar import Part

OUTCOMES = {
    "adopted": "changed",
    "adopted_partly": "changed",
    "considered_not_adopted": "declined",
    "out_of_scope": "declined",
    "pending": "unanswered",
}
"""The four outcomes a glance can hold, by the code of a disposition; every other code was weighed in."""

KINDS = ("changed", "weighed", "declined", "unanswered")


def outcomes(profile: list[dict[str, Any]]) -> dict[str, int]:
    """Return how many of the residents' and organisations' inputs met each outcome; official ones are counted apart."""
    counts = dict.fromkeys(KINDS, 0)
    for line in profile:
        if line["author_kind"] != "official":
            counts[OUTCOMES.get(line["code"], "weighed")] += line["count"]
    return counts


def parts(counts: dict[str, int], names: dict[str, str]) -> list[Part]:
    """Return the outcomes as the parts of a bar, by their names in the reader's language."""
    return [Part(kind, names[kind], counts[kind]) for kind in KINDS]
