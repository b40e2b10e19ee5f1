"""What became of the inputs of one place, for pages that open with the same sentence and bar."""

from __future__ import annotations

from collections import Counter

from projections.measures.catalogue import measure
from projections.measures.population import Asked, Voice
from projections.measures.scope import WHOLE, Scope
from projections.projection import Rows
from services.web.outcomes import outcomes
from services.web.page import Shown


def of_place(rows: Rows, scope: Scope, on: str) -> Shown:
    """Return the four outcomes of the inputs of residents and organisations in a place, and how many officials made.

    `place` is what the list of inputs shows exactly those by.
    """
    asked = Asked(rows, scope, on)
    kind, name = scope.place or ("", "")
    found = measure(rows, "coverage", scope, on=on)
    assert found is not None, "the page knows the place"
    coverage = found["figures"][0]
    return _told(asked.public, len(asked.official), coverage, f"{kind}:{name}")


def of_inputs(rows: Rows, inputs: set[str], on: str, place: str) -> Shown:
    """Return the same of some inputs, wherever they were received."""
    asked = Asked(rows, WHOLE, on)
    public = [each for each in asked.public if each.input in inputs]
    return _told(public, sum(each.input in inputs for each in asked.official), None, place)


def _told(public: list[Voice], official: int, coverage: Shown | None, place: str) -> Shown:
    counts = outcomes(_profile(public))
    return {
        "inputs": sum(counts.values()),
        "outcomes": counts,
        "coverage": coverage,
        "official": official,
        "place": place,
    }


def _profile(voices: list[Voice]) -> list[Shown]:
    counts = Counter((each.author_kind, each.code) for each in voices)
    return [{"author_kind": kind, "code": code, "count": number} for (kind, code), number in counts.items()]
