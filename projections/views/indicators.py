"""Indicators as they are shown: series split where they cannot be compared, targets with what they leave open.

The ranking of what residents want to follow, each with how many said so, stands beside them.
"""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import Any

from ledger.ballots.events import VoteCast, VotesInvalidated, VoteWithdrawn
from ledger.edtf import earliest, latest
from ledger.indicators.events import IndicatorValueRecorded, IndicatorValueRevised
from projections.ballots import BALLOTS, VOTES
from projections.indicators import INDICATOR_LINKS, INDICATOR_VALUES, INDICATORS
from projections.projection import Rows
from projections.surveys import SURVEYS
from projections.views.answer import (
    FIRST_PAGE,
    Answer,
    Definition,
    Page,
    answer,
    figure,
    one_page,
    picked,
    state_of,
    states,
)

DEFINITION = Definition(
    "indicators",
    1,
    "A series holds the values of one group, in the order of their periods, and begins anew at every period from which "
    "values cannot be compared with those before: breaks, and revisions that are not comparable. A value that is "
    "missing is listed with the status its source gives. The change is the latest value less the one before it in the "
    "same series: beyond_interval when the intervals of the two do not meet, within_interval when they do, no_interval "
    "where one of them has none, not_comparable where the value before lies in another series. A target is without "
    "measure when it states no baseline, no value or no date; open names which. It is reached when the latest value of "
    "everybody is at or beyond its value in its direction; not judged where no value is stated. Interest counts the "
    "current votes that name the option a ballot has for the indicator, of the current votes in the ballot; equal "
    "counts have the same rank.",
    (INDICATORS, INDICATOR_VALUES, INDICATOR_LINKS, BALLOTS, VOTES, SURVEYS),
)

ATTRIBUTION = {"kolada": "Källa: Kolada", "scb": "Källa: SCB"}
"""How sources ask to be named."""

VALUE_EVENTS = (IndicatorValueRecorded, IndicatorValueRevised)
OPEN_MEMBERS = ("baseline", "value", "by")


def indicator(rows: Rows, indicator: str, on: str) -> Answer | None:
    """Return an indicator with its series, change, targets, ballots about it, and what else names it."""
    state = state_of(rows, INDICATORS.name, indicator)
    if state is None:
        return None
    series = _series(rows, state)
    newest = _latest(series)
    figures = rows.figures(INDICATOR_VALUES.name, f"{indicator}|")
    tag = f"indicator:{indicator}"
    return answer(
        rows,
        DEFINITION,
        indicator=_shown(state),
        attribution=ATTRIBUTION.get(state["origin"], ""),
        series=series,
        latest=newest,
        change=_change(series),
        targets=[_target(each, state, newest, on) for each in state["targets"]],
        interest=[line for each in state["interest"] if (line := _interest(rows, each))],
        links=_links(rows, indicator),
        values=figure(figures.get(f"{indicator}|values", 0), VALUE_EVENTS, tag),
        missing=figure(figures.get(f"{indicator}|missing", 0), VALUE_EVENTS, tag),
        revisions=figure(figures.get(f"{indicator}|revisions", 0), (IndicatorValueRevised,), tag),
    )


def _shown(state: dict[str, Any]) -> Answer:
    return {name: value for name, value in state.items() if name not in {"targets", "interest"}}


# --- Series -----------------------------------------------------------------------------------
def _series(rows: Rows, state: dict[str, Any]) -> list[Answer]:
    """Return one series for each group and each stretch of comparable periods, in the order of both."""
    starts = sorted({each["from_period"] for each in state["breaks"]}, key=_start)
    by_stretch: defaultdict[tuple[str, int], list[Answer]] = defaultdict(list)
    for row in states(rows, INDICATOR_VALUES.name, f"{state['indicator']}|"):
        stretch = sum(_start(row.state["period"]) >= _start(start) for start in starts)
        by_stretch[row.state["group"], stretch].append(_value(row.state, state))
    return [
        {
            "group": group,
            "from_period": starts[stretch - 1] if stretch else None,
            "values": sorted(values, key=lambda each: (_start(each["period"]), each["period"])),
        }
        for (group, stretch), values in sorted(by_stretch.items())
    ]


def _start(period: str) -> str:
    """Return the first day of a period; a period that an older rule may have let through sorts as it is written."""
    try:
        first = earliest(period)
    except ValueError:
        return period
    return "" if first is None else first.isoformat()


def _value(value: dict[str, Any], state: dict[str, Any]) -> Answer:
    """Return the version that stands, and the earlier ones."""
    *earlier, standing = value["versions"]
    retired = state["retired"]
    return {
        "period": value["period"],
        **standing,
        "missing": standing["value"] is None,
        "attribution": ATTRIBUTION.get(standing["origin"], ""),
        "after_retirement": bool(retired) and standing["recorded"]["position"] > retired["recorded"]["position"],
        "earlier": earlier,
    }


def _latest(series: list[Answer]) -> Answer | None:
    """Return the latest value of everybody that is not missing."""
    known = [value for each in series if each["group"] == "total" for value in each["values"] if not value["missing"]]
    return picked(known[-1], "period", "value", "n", "interval", "origin", "recorded") if known else None


def _change(series: list[Answer]) -> Answer | None:
    """Return how the latest value of everybody differs from the one before, and whether that means anything."""
    known = [
        (place, value)
        for place, each in enumerate(series)
        if each["group"] == "total"
        for value in each["values"]
        if not value["missing"]
    ]
    if len(known) < 2:  # noqa: PLR2004  a change is between two
        return None
    (stretch, before), (newer, after) = known[-2:]
    ends = {"from_period": before["period"], "to_period": after["period"]}
    if stretch != newer:
        return ends | {"difference": None, "judged": "not_comparable"}
    difference = Decimal(after["value"]) - Decimal(before["value"])
    return ends | {"difference": format(difference, "f"), "judged": _judged(before["interval"], after["interval"])}


def _judged(before: Answer | None, after: Answer | None) -> str:
    if before is None or after is None:
        return "no_interval"
    apart = Decimal(before["high"]) < Decimal(after["low"]) or Decimal(after["high"]) < Decimal(before["low"])
    return "beyond_interval" if apart else "within_interval"


# --- Targets ----------------------------------------------------------------------------------
def _target(target: dict[str, Any], state: dict[str, Any], newest: Answer | None, on: str) -> Answer:
    left_open = [name for name in OPEN_MEMBERS if target[name] is None]
    return {
        **target,
        "open": left_open,
        "without_measure": bool(left_open),
        "reached": _reached(target, newest),
        "due_passed": _passed(target["by"], on),
        # A series that broke after the aim was set cannot tell whether it was reached.
        "broken_since": [
            each["from_period"]
            for each in state["breaks"]
            if each["recorded"]["position"] > target["recorded"]["position"]
        ],
    }


def _reached(target: dict[str, Any], newest: Answer | None) -> bool | None:
    if newest is None or target["value"] is None or target["direction"] == "none":
        return None
    value, aim = Decimal(newest["value"]), Decimal(target["value"])
    return value >= aim if target["direction"] == "up" else value <= aim


def _passed(by: str | None, on: str) -> bool | None:
    if by is None:
        return None
    try:
        last = latest(by)
    except ValueError:
        return None
    return None if last is None else last.isoformat() < on


# --- What residents want to follow --------------------------------------------------------------
def _interest(rows: Rows, link: dict[str, Any], counted: Counted | None = None) -> Answer | None:
    """Return how an indicator stands in one ballot about it; None where the ballot is unknown at this moment."""
    ballot = state_of(rows, BALLOTS.name, link["ballot"])
    if ballot is None:
        return None
    votes, voters = counted or _votes(rows, link["ballot"])
    own = votes.get(link["option"], 0)
    offered = [each["option"] for each in ballot["options"]]
    return {
        "ballot": link["ballot"],
        "question": ballot["question"],
        "status": ballot["status"],
        "option": link["option"],
        "votes": figure(own, (VoteCast, VoteWithdrawn, VotesInvalidated), f"ballot:{link['ballot']}"),
        "of_votes": voters,
        "rank": 1 + sum(votes.get(option, 0) > own for option in offered),
        "options": len(offered),
        "recorded": link["recorded"],
    }


Counted = tuple[dict[str, int], int]
"""Current votes by option, and how many current votes there are."""


def _votes(rows: Rows, ballot: str) -> Counted:
    """Return current votes by option, and how many current votes there are."""
    votes: dict[str, int] = {}
    current = 0
    for name, number in rows.figures(VOTES.name, f"{ballot}|").items():
        _, kind, *rest = name.split("|")
        if kind == "current":
            votes[rest[-1]] = votes.get(rest[-1], 0) + number
        elif kind == "hour":
            current += number if rest[-1] == "cast" else -number
    return votes, current


def _ranking(rows: Rows) -> list[Answer]:
    """Return every ballot about indicators, with the indicators in the order of interest."""
    lines: defaultdict[str, list[Answer]] = defaultdict(list)
    counted: dict[str, Counted] = {}
    for row in states(rows, INDICATORS.name):
        for link in row.state["interest"]:
            if link["ballot"] not in counted:
                counted[link["ballot"]] = _votes(rows, link["ballot"])
            line = _interest(rows, link, counted[link["ballot"]])
            if line is not None:
                lines[link["ballot"]].append(line | picked(row.state, "indicator", "title"))
    return [
        {
            **picked(found[0], "ballot", "question", "status", "of_votes"),
            "lines": [
                picked(each, "rank", "indicator", "title", "option", "votes")
                for each in sorted(found, key=lambda line: (line["rank"], line["indicator"]))
            ],
        }
        for _, found in sorted(lines.items())
    ]


# --- Links and lists ----------------------------------------------------------------------------
def _links(rows: Rows, indicator: str) -> list[Answer]:
    """Return the surveys, questions, sessions and programmes that name an indicator; a survey with its title."""
    return [
        row.state | {"title": _title(rows, row.state)} for row in states(rows, INDICATOR_LINKS.name, f"{indicator}|")
    ]


def _title(rows: Rows, link: dict[str, Any]) -> str | None:
    if link["kind"] not in {"survey", "question"}:
        return None
    survey = state_of(rows, SURVEYS.name, link["id"])
    return None if survey is None else survey["title"]


def indicators(rows: Rows, page: Page = FIRST_PAGE, origin: str | None = None, quality: str | None = None) -> Answer:
    """Return a page of indicators in the order of their ids, and what residents want to follow."""
    found = (
        row
        for row in states(rows, INDICATORS.name, after=page.after)
        if (origin is None or row.state["origin"] == origin) and (quality is None or row.state["quality"] == quality)
    )
    items, token = one_page(rows, found, page, lambda row: _summary(rows, row.state))
    return answer(rows, DEFINITION, indicators=items, interest=_ranking(rows), next_page_token=token)


def _summary(rows: Rows, state: dict[str, Any]) -> Answer:
    names = ("indicator", "title", "unit", "direction", "origin", "quality", "status", "affects_children", "recorded")
    open_targets = sum(any(each[name] is None for name in OPEN_MEMBERS) for each in state["targets"])
    return {
        **picked(state, *names),
        "attribution": ATTRIBUTION.get(state["origin"], ""),
        "latest": _latest(_series(rows, state)),
        "targets": len(state["targets"]),
        "targets_without_measure": open_targets,
        "breaks": len(state["breaks"]),
    }
