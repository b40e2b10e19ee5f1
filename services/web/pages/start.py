"""The start page: search, four figures, the latest decisions, how long residents wait, an index, promises past their day."""

from __future__ import annotations

from collections import Counter
from itertools import islice
from typing import Any

from ledger.decisions.events import DecisionRecorded
from ledger.edtf import earliest
from ledger.inputs.events import InputReceived
from projections.decisions import DECISIONS, DISPOSITIONS
from projections.indicators import INDICATORS
from projections.inputs import INPUTS
from projections.matters import MATTERS
from projections.measures.catalogue import measures
from projections.measures.measure import LEAST
from projections.measures.scope import WHOLE
from projections.projection import Row, Rows, once
from projections.references import day_of_moment
from projections.views import indicators, responses
from projections.views.answer import answer, figure, picked, states
from projections.views.influence import DEFINITION
from services.web import naming, promises
from services.web.judged import counted, outcomes_of
from services.web.page import Page, Seen, Shown, Table
from services.web.pages.answer_times import waits
from services.web.pages.decisions import listed

LATEST, LATE = 5, 8
FIRST_INDICATOR = "nii"
"""The index that is shown first, where it has values: Nöjd-Inflytande-Index."""

POINTS_MIN = 2
STANDS = ("on_time", "late", "overdue", "waiting", "withdrawn")
MEASURED = ("coverage", "on_time_rate")


def show(seen: Seen) -> Shown:
    """Return what the whole ledger says at a glance, each number with its events."""
    rows, on = seen.rows, seen.on
    found = sorted(states(rows, DECISIONS.name), key=_day, reverse=True)
    times = responses.answer_times(rows, on)
    bodies = sorted({each["body"] for each in times["by_body"] if each["body"]})
    late = promises.passed(rows, on)
    return answer(
        rows,
        DEFINITION,
        on=on,
        inputs=_inputs(rows),
        measures=_measures(rows, on),
        decisions=[listed(rows, row.key, on) for row in found[:LATEST]],
        decided=figure(len(found), (DecisionRecorded,)),
        due=times["due"],
        stand={name: times[name] for name in STANDS},
        waits=waits(rows, bodies, on),
        names={each: naming.body(rows, each) for each in bodies},
        index=_index(rows, on),
        promises={
            "late": late[:LATE],
            "open": _count(late, "broken"),
            # That an assignment was reported says not that what it promised was done.
            "kept_late": _count(late, "late", "commitment"),
            "reported_late": _count(late, "late", "assignment"),
        },
        examples=_examples(rows),
    )


def _measures(rows: Rows, on: str) -> Shown:
    """Return the headline of each measure with its definition; their own pages have the rest."""
    found = measures(rows, MEASURED, WHOLE, on=on) or {}
    return {name: picked(each, "definition") | {"figures": each["figures"][:1]} for name, each in found.items()}


def _day(row: Row) -> tuple[str, int]:
    return row.state["meeting_date"] or day_of_moment(row.state["recorded"]), row.state["recorded"]["position"]


def _inputs(rows: Rows) -> Shown:
    """Return how many inputs of residents and organisations are owed an outcome, how many changed a decision, and the rest."""
    outcomes = outcomes_of(rows)
    kinds = Counter(counted(rows, outcomes).values())
    return {
        "public": figure(kinds["owed"], (InputReceived,)),
        "changed": sum(each == "changed" for each in outcomes.values()),
        "official": kinds["official"],
        "other": kinds["other"],
        "least": LEAST,
    }


def _count(late: list[Shown], state: str, kind: str = "") -> int:
    return sum(each["state"] == state and kind in {"", each["kind"]} for each in late)


# --- The index ----------------------------------------------------------------------------------
def _index(rows: Rows, on: str) -> Shown | None:
    """Return the series of an indicator for everybody: the index of influence, else the first that has values."""
    names = [row.key for row in states(rows, INDICATORS.name)]
    for name in sorted(names, key=lambda each: (each != FIRST_INDICATOR, each)):
        found = indicators.indicator(rows, name, on)
        points = [] if found is None else _points(found)
        if found is not None and len(points) >= POINTS_MIN:
            return {
                **picked(found["indicator"], "indicator", "title", "unit"),
                "attribution": found["attribution"],
                "points": points,
                "events": found["values"]["events"],
            }
    return None


def _points(found: Shown) -> list[Shown]:
    return [
        _point(value, place)
        for place, series in enumerate(each for each in found["series"] if each["group"] == "total")
        for value in series["values"]
        if not value["missing"]
    ]


def _point(value: dict[str, Any], place: int) -> Shown:
    ends = value["interval"] or {"low": None, "high": None}
    first = earliest(value["period"])
    period = value["period"] if first is None else str(first.year)
    return {"period": period, "value": value["value"], "low": ends["low"], "high": ends["high"], "series": place} | {
        "recorded": value["recorded"]
    }


def _examples(rows: Rows) -> list[str]:
    """Return what one may search for: a reference of an input and the number of a matter, as far as there are any."""
    return once(rows, "examples", lambda: _found_examples(rows))


def _found_examples(rows: Rows) -> list[str]:
    given = (row.state["external_id"] for row in states(rows, INPUTS.name))
    numbers = (number["value"] for row in states(rows, MATTERS.name) for number in row.state["numbers"])
    answered = (row.key.partition("|")[2] for row in islice(states(rows, DISPOSITIONS.name), 1))
    found = (
        next(
            (each for each in given if each and not each.isdecimal() and len(each.split()) == 1), next(answered, None)
        ),
        next(numbers, None),
    )
    return [each for each in found if each]


def table(shown: Shown) -> Table:
    """Return the latest decisions with what became of their inputs."""
    names = ("decision", "title", "paragraph", "meeting_date")
    return Table(
        (*names, "changed", "weighed", "declined", "unanswered"),
        [(*(each[name] for name in names), *each["outcomes"].values()) for each in shown["decisions"]],
    )


PAGE = Page("start", "/", show, table, pictures=True)
