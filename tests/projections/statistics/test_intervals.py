from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.statistics.intervals import around, design_effect, effective_n, manski, quantile, t, wilson, z

SHARES = st.fractions(0, 1, max_denominator=1000)


def test_quantiles() -> None:
    assert round(z(), 4) == 1.96
    assert round(z(0.9), 4) == 1.6449
    assert round(t(3), 4) == 3.1824
    assert quantile(29) == pytest.approx(t(28))
    assert quantile(30) == z()


@pytest.mark.parametrize("count, n, low, high", [(236, 590, 0.3612, 0.4401), (0, 12, 0, 0.2425), (12, 12, 0.7575, 1)])
def test_wilsons_interval(count: int, n: int, low: float, high: float) -> None:
    assert [round(end, 4) for end in wilson(count / n, n)] == [low, high]


@pytest.mark.parametrize("share, n", [(0.5, 0), (-0.1, 10), (1.1, 10)])
def test_there_is_no_interval_of_nobody_or_of_what_is_no_share(share: float, n: float) -> None:
    with pytest.raises(ValueError, match="between 0 and 1"):
        wilson(share, n)


@given(st.floats(0, 1), st.floats(0.5, 10_000), st.floats(1.01, 10))
def test_wilsons_interval_holds_the_share_and_widens_with_fewer(share: float, n: float, times: float) -> None:
    narrow, wide = wilson(share, n * times), wilson(share, n)
    assert 0 <= wide.low <= share + 1e-12
    assert share - 1e-12 <= wide.high <= 1
    assert wide.high - wide.low > narrow.high - narrow.low


def test_unequal_weights_count_as_fewer_respondents() -> None:
    weights = [1, 2, 1, 1.5]
    assert round(effective_n(weights), 4) == 3.6667
    assert round(design_effect(weights), 4) == 1.0909
    assert design_effect([3, 3, 3]) == 1
    assert (effective_n([]), design_effect([])) == (0, 1)


def test_s0_31_what_a_response_of_40_percent_guarantees() -> None:
    assert manski(Fraction(3, 5), Fraction(2, 5)) == (Fraction(24, 100), Fraction(84, 100))
    assert manski(Fraction(3, 5), Fraction(1)) == (Fraction(3, 5), Fraction(3, 5))
    with pytest.raises(ValueError, match="between 0 and 1"):
        manski(Fraction(3, 2), Fraction(1))


@given(SHARES, SHARES, SHARES)
def test_the_bounds_hold_whatever_the_others_would_have_said(
    share: Fraction, response: Fraction, others: Fraction
) -> None:
    low, high = manski(share, response)
    assert low <= share * response + others * (1 - response) <= high


def test_few_respondents_widen_an_interval_by_students_t() -> None:
    assert [round(end, 2) for end in around(50, 10, 4)] == [18.18, 81.82]
    assert [round(end, 2) for end in around(50, 10, 400)] == [30.4, 69.6]
