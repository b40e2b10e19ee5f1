"""The estimate of Kaplan and Meier, against vectors worked out elsewhere."""

from __future__ import annotations

import warnings
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.stats import CensoredData, ecdf

from projections.measures.survival import survival

REMISSIONS = [
    (6, 1),
    (6, 1),
    (6, 1),
    (6, 0),
    (7, 1),
    (9, 0),
    (10, 1),
    (10, 0),
    (11, 0),
    (13, 1),
    (16, 1),
    (17, 0),
    (19, 0),
]
REMISSIONS += [(20, 0), (22, 1), (23, 1), (25, 0), (32, 0), (32, 0), (34, 0), (35, 0)]
"""Weeks in remission under 6-MP. Source: E. J. Freireich et al., Blood 21 (1963) 699-716."""


def test_the_curve_of_the_remissions_is_the_published_one() -> None:
    curve = survival([(days, bool(ended)) for days, ended in REMISSIONS])
    waiting = dict(zip(curve.days, curve.waiting, strict=True))
    published = {6: 0.857, 7: 0.807, 10: 0.753, 13: 0.690, 16: 0.627, 22: 0.538, 23: 0.448}
    assert {day: round(waiting[day], 3) for day in published} == published
    assert curve.by(0.5) == (13, 23, None)


def test_without_anybody_waiting_the_median_is_that_of_the_numbers() -> None:
    assert survival([(days, True) for days in (1, 2, 3, 4)]).by(0.5)[1] == 2


def test_where_nobody_was_answered_nothing_is_reached() -> None:
    assert survival([(3, False), (9, False)]).by(0.5) == (None, None, None)


def test_what_more_than_half_still_wait_for_has_no_median() -> None:
    assert survival([(1, True), (5, False), (6, False)]).by(0.5)[1] is None


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=40))
def test_the_ends_lie_on_both_sides_of_the_estimate(waits: list[tuple[int, bool]]) -> None:
    curve = survival(waits)
    for low, waiting, high in zip(curve.low, curve.waiting, curve.high, strict=True):
        assert low - 1e-9 <= waiting <= high + 1e-9
    first, at, last = curve.by(0.5)
    assert at is None or (first is not None and first <= at)
    assert last is None or (at is not None and at <= last)


@given(st.lists(st.tuples(st.integers(0, 30), st.booleans()), min_size=1, max_size=20), st.integers(1, 30))
def test_who_has_waited_long_never_makes_the_median_shorter(waits: list[tuple[int, bool]], more: int) -> None:
    longest = max(days for days, _ in waits)
    before, after = survival(waits).by(0.5)[1], survival([*waits, *[(longest, False)] * more]).by(0.5)[1]
    assert after is None or (before is not None and before <= after)


@given(st.lists(st.tuples(st.integers(1, 30), st.booleans()), min_size=1, max_size=40))
@settings(max_examples=60)
def test_it_is_what_scipy_says_where_that_says_anything(waits: list[tuple[int, bool]]) -> None:
    ended = [days for days, is_answered in waits if is_answered]
    if not ended:
        return
    left: Any = ecdf(CensoredData(uncensored=ended, right=[days for days, is_answered in waits if not is_answered])).sf
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        band = left.confidence_interval(method="log-log")
    curve = survival(waits)
    for day, *ours in zip(*curve, strict=True):
        at = list(left.quantiles).index(day)
        theirs = [each.probabilities[at] for each in (left, band.low, band.high)]
        assert ours[0] == pytest.approx(theirs[0], abs=1e-12)
        if ours[0] > 0:
            assert ours[1:] == pytest.approx(theirs[1:], abs=1e-9)


@given(st.lists(st.tuples(st.integers(0, 60), st.booleans()), min_size=2, max_size=60))
def test_it_is_what_lifelines_says(waits: list[tuple[int, bool]]) -> None:
    lifelines = pytest.importorskip("lifelines", reason="the oracle is not installed")
    fitter = lifelines.KaplanMeierFitter().fit([days for days, _ in waits], [ended for _, ended in waits])
    curve = survival(waits)
    for day, waiting in zip(curve.days, curve.waiting, strict=True):
        assert waiting == pytest.approx(fitter.predict(day), abs=1e-9)
