"""What became of inputs over all decisions: the population that the pages count, and the outcome of each."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from projections.catalogue import ORIGINS
from projections.decisions import DECISIONS
from projections.inputs import INPUTS
from projections.origins import ILLUSTRATIVE
from projections.projection import Rows, once
from projections.responses import RESPONSES
from projections.views.answer import state_of, states
from projections.views.scope import accounted
from services.web.outcomes import OFFICIAL, outcome

STRENGTH = ("changed", "weighed", "declined", "unanswered")
"""Of the outcomes in several decisions the first of these counts."""


def outcomes_of(rows: Rows) -> dict[str, str]:
    """Return the outcome of every input of residents and organisations that some decision answers for."""
    return once(rows, "outcomes", lambda: _outcomes_of(rows))


def _outcomes_of(rows: Rows) -> dict[str, str]:
    found: dict[str, str] = {}
    for row in states(rows, DECISIONS.name):
        for scoped, traced in accounted(rows, row.key):
            name = scoped.key.partition("|")[2]
            met = outcome(traced["code"])
            if met is None or traced["author_kind"] == OFFICIAL or traced["status"] == "merged":
                continue
            if name not in found or STRENGTH.index(met) < STRENGTH.index(found[name]):
                found[name] = met
    return found


def awaited(rows: Rows) -> dict[str, dict[str, Any]]:
    """Return the inputs that have a day to be answered by, each with what was answered (a state of `responses`)."""
    return once(
        rows,
        "awaited",
        lambda: {row.key: row.state for row in states(rows, RESPONSES.name) if row.state["due"] is not None},
    )


def counted(rows: Rows, outcomes: Mapping[str, str]) -> dict[str, str]:
    """Return of every input how it is counted: `owed`, `official`, or `other` where nobody owes it anything.

    Owed is what residents and organisations left and a decision answers for, or that has a day to be answered by.
    """
    return once(rows, "counted", lambda: _counted(rows, outcomes))


def _counted(rows: Rows, outcomes: Mapping[str, str]) -> dict[str, str]:
    due = awaited(rows)
    found: dict[str, str] = {}
    for row in states(rows, INPUTS.name):
        if row.state["author_kind"] == OFFICIAL:
            found[row.key] = "official"
        else:
            waits = row.key in due and row.state["status"] != "merged"
            found[row.key] = "owed" if waits or row.key in outcomes else "other"
    return found


def made_up(rows: Rows) -> int:
    """Return how many events are made up: whoever shows anything of such a ledger says so on every page."""
    found: int = (state_of(rows, ORIGINS.name, ILLUSTRATIVE) or {"events": 0})["events"]
    return found
