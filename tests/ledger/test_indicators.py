"""Indicators: what may be recorded of them, and what would make a series lie."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import ValidationError

from ledger.ballots import BallotOpened
from ledger.ballots.events import Option
from ledger.bodies import BodyKind, BodyRegistered
from ledger.indicators import (
    SLICE,
    BreakSeries,
    DefineIndicator,
    IndicatorDefined,
    IndicatorDirection,
    IndicatorGroup,
    IndicatorOrigin,
    IndicatorRetired,
    IndicatorRevised,
    IndicatorValueRecorded,
    IndicatorValueRevised,
    InterestBallotLinked,
    Interval,
    LinkInterestBallot,
    RecordValue,
    RetireIndicator,
    ReviseIndicator,
    ReviseValue,
    SeriesBroken,
    SetTarget,
    StatedInterval,
    TargetSet,
    rejections,
)
from ledger.messages import Command, Event, Rejection
from tests.slices import given, rejections_of

UP, SCB = IndicatorDirection.UP, IndicatorOrigin.SCB
DEFINE = DefineIndicator(indicator="nii", title="Nöjd-Inflytande-Index", direction=UP, origin=SCB)
DEFINED = IndicatorDefined(indicator="nii", title="Nöjd-Inflytande-Index", direction=UP, origin=SCB)
BODY = BodyRegistered(body="ks", kind=BodyKind.BOARD, name="Kommunstyrelsen")
BALLOT = BallotOpened(
    ballot="b",
    question="Vad vill du följa?",
    rule="approval",
    tie_rule="published_hash",
    options=(Option(option="a", label="A"), Option(option="c", label="C")),
    definition="0" * 64,
)
RECORD = RecordValue(indicator="nii", period="2015", value="40.5", n=590, origin=SCB)
RECORDED = IndicatorValueRecorded(
    indicator="nii", period="2015", group=IndicatorGroup.TOTAL, value="40.5", n=590, origin=SCB
)
RETIRED = IndicatorRetired(indicator="nii", reason_code="left_by_source")
BROKEN = SeriesBroken(indicator="nii", from_period="2021", reason_code="left_by_source")
AIM = SetTarget(indicator="nii", target="raise", direction=UP)
AIMED = TargetSet(indicator="nii", target="raise", direction=UP)
LINK = LinkInterestBallot(indicator="nii", ballot="b", option="a")
LINKED = InterestBallotLinked(indicator="nii", ballot="b", option="a")


def revise(**changes: Any) -> ReviseValue:
    return ReviseValue(**RECORD.model_dump() | {"reason_code": "corrected"} | changes)


def change(**terms: Any) -> ReviseIndicator:
    return ReviseIndicator(indicator="nii", reason="Ny enkät", **{"comparable": True} | terms)


# --- What is accepted -------------------------------------------------------------------------
@pytest.mark.parametrize(
    "history, command, event",
    [
        ((), DEFINE, DEFINED),
        ((DEFINED,), RECORD, RECORDED),
        ((DEFINED, RECORDED), revise(value="41"), IndicatorValueRevised),
        ((DEFINED, RETIRED), RECORD, RECORDED),
        ((DEFINED,), AIM, AIMED),
        ((DEFINED, AIMED), SetTarget(indicator="nii", target="raise", direction=UP, value="45"), TargetSet),
        ((DEFINED, RETIRED), BreakSeries(indicator="nii", from_period="2021", reason_code="left_by_source"), BROKEN),
        ((DEFINED,), RetireIndicator(indicator="nii", reason_code="left_by_source"), RETIRED),
        ((DEFINED, BALLOT), LINK, LINKED),
        ((DEFINED,), change(title="NII"), IndicatorRevised),
        ((DEFINED,), change(comparable=False, from_period="2021"), IndicatorRevised),
    ],
)
def test_what_happens_to_an_indicator(history: tuple[Event, ...], command: Command, event: Any) -> None:
    (happened,) = given(SLICE, *history).when(command)
    assert isinstance(happened, event) if isinstance(event, type) else happened == event


def test_a_target_without_measure_is_recorded_as_the_source_leaves_it() -> None:
    (target,) = given(SLICE, DEFINED).when(AIM)
    assert isinstance(target, TargetSet)
    assert (target.baseline, target.value, target.by) == (None, None, None)


def test_a_value_depends_on_its_period_and_group_alone() -> None:
    assert [part.tag for part in SLICE.boundary(RECORD)] == ["indicator:nii", "indicator:nii|period:2015|group:total"]
    women = RECORD.model_copy(update={"group": IndicatorGroup.WOMEN})
    assert given(SLICE, DEFINED, RECORDED).when(women)


# --- What is refused --------------------------------------------------------------------------
REFUSED: tuple[tuple[tuple[Event, ...], Command, type[Rejection]], ...] = (
    ((DEFINED,), DEFINE, rejections.IndicatorExists),
    ((), DEFINE.model_copy(update={"body": "ks"}), rejections.BodyUnknown),
    ((DEFINED,), AIM.model_copy(update={"body": "ks"}), rejections.BodyUnknown),
    ((), RECORD, rejections.IndicatorUnknown),
    ((DEFINED,), RECORD.model_copy(update={"period": "2016-06"}), rejections.PeriodInFuture),
    ((DEFINED,), RECORD.model_copy(update={"period": "2017/2018"}), rejections.PeriodInFuture),
    ((), AIM, rejections.IndicatorUnknown),
    ((DEFINED, RETIRED), AIM, rejections.IndicatorIsRetired),
    ((DEFINED, RETIRED), RetireIndicator(indicator="nii", reason_code="again"), rejections.IndicatorIsRetired),
    ((DEFINED,), change(title=DEFINE.title), rejections.RevisionChangesNothing),
    (
        (DEFINED, BROKEN),
        BreakSeries(indicator="nii", from_period="2021", reason_code="x"),
        rejections.SeriesAlreadyBroken,
    ),
    ((DEFINED, BROKEN), change(comparable=False, from_period="2021"), rejections.SeriesAlreadyBroken),
    ((DEFINED, AIMED), AIM, rejections.TargetUnchanged),
    ((DEFINED, RECORDED), RECORD, rejections.ValueExists),
    ((DEFINED,), revise(), rejections.ValueNotRecorded),
    ((DEFINED, RECORDED), revise(), rejections.ValueUnchanged),
    ((DEFINED,), LINK, rejections.InterestBallotUnknown),
    ((DEFINED, BALLOT), LINK.model_copy(update={"option": "x"}), rejections.InterestOptionUnknown),
    ((DEFINED, BALLOT, LINKED), LINK, rejections.InterestBallotAlreadyLinked),
)


@pytest.mark.parametrize("history, command, rejection", REFUSED)
def test_what_would_make_a_series_lie_is_refused(
    history: tuple[Event, ...], command: Command, rejection: type[Rejection]
) -> None:
    with pytest.raises(rejection):
        given(SLICE, *history).when(command)


@pytest.mark.parametrize("period", ["2016-05", "2016", "2016/2020"])
def test_a_period_that_has_begun_has_values(period: str) -> None:
    assert given(SLICE, DEFINED).when(RECORD.model_copy(update={"period": period}))


def test_a_series_breaks_at_no_interval_that_runs_backwards() -> None:
    with pytest.raises(ValidationError, match="runs backwards"):
        BreakSeries(indicator="nii", from_period="2021/2019", reason_code="x")


def test_every_rejection_is_shown() -> None:
    assert rejections_of(rejections) == {kind for _, _, kind in REFUSED}


@pytest.mark.parametrize(
    "fields",
    [
        {"value": None},
        {"value": "4,5"},
        {"value": "1e5"},
        {"period": "15"},
        {"period": "2015-13"},
        {"period": "2015/2012"},
        {"period": "2015-05/2015-04"},
        {"interval": {"low": "41", "high": "42"}},
        {"interval": {"low": "45", "high": "40"}},
        {"value": None, "status": "missing", "interval": {"low": "1", "high": "2"}},
    ],
)
def test_a_value_that_says_two_things_is_no_value(fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        RecordValue(**{"indicator": "nii", "period": "2015", "value": "40.5", "origin": SCB} | fields)


@pytest.mark.parametrize("terms", [{"comparable": False}, {"from_period": "2021"}])
def test_a_revision_says_from_when_values_cannot_be_compared_or_that_they_can(terms: dict[str, Any]) -> None:
    with pytest.raises(ValidationError, match="from_period"):
        change(**terms)


@for_all(st.lists(st.sampled_from(["1", "2", "3", None]), min_size=1, max_size=8))
def test_the_value_that_stands_is_the_last_one_accepted(values: list[str | None]) -> None:
    ledger = given(SLICE, DEFINED)
    standing: list[str | None] = []
    for value in values:
        fields: dict[str, Any] = {"value": value, "status": None if value else "missing", "origin": SCB}
        command: Command = (
            ReviseValue(indicator="nii", period="2015", reason_code="newer", **fields)
            if standing
            else RecordValue(indicator="nii", period="2015", **fields)
        )
        if standing and standing[-1] == value:
            with pytest.raises(rejections.ValueUnchanged):
                ledger.when(command)
            continue
        (event,) = ledger.when(command)
        ledger = ledger.and_then(event)
        standing.append(value)
    assert [each.value for each in ledger.history[1:]] == standing  # type: ignore[attr-defined]


def test_an_interval_is_kept_as_it_was_stated() -> None:
    asked = RECORD.model_copy(update={"interval": StatedInterval(low="38.1", high="42.9")})
    (event,) = given(SLICE, DEFINED).when(asked)
    assert isinstance(event, IndicatorValueRecorded)
    assert event.interval == Interval(low="38.1", high="42.9", level=95)
