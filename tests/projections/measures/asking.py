"""How the tests of measures ask: of a town with some events, as one measure, its figures and cells by name."""

from __future__ import annotations

from typing import Any

from ledger.messages import Event
from projections.measures.catalogue import measure
from projections.measures.scope import WHOLE, Scope
from tests.projections.history import rows_of
from tests.projections.town import TOWN

TODAY = "2016-06-10"

Shown = dict[str, Any]


def asked(name: str, *events: Event, scope: Scope = WHOLE, on: str = TODAY) -> Shown:
    """Return a measure of the town after some events."""
    found = measure(rows_of(*TOWN, *events), name, scope, on=on)
    assert found is not None
    return found


def figures(shown: Shown) -> dict[str, Shown]:
    """Return the figures of the whole, by name."""
    return {each["name"]: each for each in shown["figures"]}


def of(figure: Shown) -> tuple[Any, ...]:
    """Return numerator, denominator and value."""
    return figure["numerator"], figure["denominator"], figure["value"]


def parts(shown: Shown) -> dict[str, int]:
    """Return a distribution, by code."""
    return {each["code"]: each["count"] for each in shown["parts"]}


def cells(shown: Shown, by: str, of: str = "public") -> dict[str, Shown]:
    """Return the cells of a breakdown, by code: their figures by name, and their distribution."""
    found = (each["cells"] for each in shown["strata"] if each["by"] == by and each["of"] == of)
    return {each["key"]: figures(each) | {"parts": parts(each)} for each in next(found, [])}
