from __future__ import annotations

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.statistics.rates import (
    ObjectNonResponse,
    Outcomes,
    bortfall,
    e,
    is_low,
    objektsbortfall,
    partial_non_response,
    rr1,
    rr2,
    rr3,
    rr4,
    rr5,
    rr6,
    svarsandel,
)

SURVEY = Outcomes(
    complete=590,
    partial=10,
    refusal=100,
    non_contact=700,
    other=20,
    unknown_household=0,
    unknown_other=60,
    ineligible=20,
)
CASES = st.builds(Outcomes, *(st.integers(0, 3000) for _ in Outcomes._fields))


def rounded(rate: Fraction | None) -> float:
    assert rate is not None
    return round(float(rate), 4)


def test_s0_31_the_response_rates_of_a_survey_of_1500() -> None:
    assert SURVEY.sample == 1500
    assert [rounded(rate(SURVEY)) for rate in (rr1, rr2, rr3, rr5, e)] == [0.3986, 0.4054, 0.3989, 0.4155, 0.9861]
    assert rr4(SURVEY) == Fraction(600) / (1420 + Fraction(1420, 1440) * 60)
    assert rr6(SURVEY) == Fraction(600, 1420)


def test_e_may_be_estimated_in_another_way() -> None:
    assert rr3(SURVEY, Fraction(1)) == rr1(SURVEY)
    assert rr4(SURVEY, Fraction(0)) == rr6(SURVEY)


def test_the_svarsandel_that_trosa_published() -> None:
    trosa = Outcomes(complete=656, non_contact=340, ineligible=4)
    assert rounded(svarsandel(trosa)) == 0.6586
    assert bortfall(trosa) == 1 - Fraction(656, 996)


def test_the_causes_of_non_response_add_up_as_counts_though_not_as_rounded_percentages() -> None:
    """Statistics Sweden's party poll of May 2018 published 23.2 + 3.4 + 21.6 = 48.2 beside a total of 48.3."""
    poll = Outcomes(complete=4632, non_contact=2077, other=305, refusal=1937)
    assert poll.sample == 8951
    assert round(float(svarsandel(poll) or 0) * 100, 1) == 51.7
    causes = objektsbortfall(poll)
    assert causes == ObjectNonResponse(not_reached=2077, refused=1937, unable=305, unknown=0)
    assert sum(causes) == 8951 - 4632
    percentages = [round(each * 100 / 8951, 1) for each in causes]
    assert round(sum(percentages), 1) == 48.2
    assert round(float(bortfall(poll) or 0) * 100, 1) == 48.3


def test_partial_non_response_counts_only_those_who_were_asked() -> None:
    assert partial_non_response(asked=600, answered=570) == Fraction(1, 20)
    assert partial_non_response(0, 0) is None


def test_a_rate_is_low_under_the_percentage_of_the_body() -> None:
    assert is_low(Fraction(499, 1000), 50)
    assert not is_low(Fraction(1, 2), 50)
    assert is_low(None, 50) is None


@pytest.mark.parametrize("rate", [rr1, rr2, rr3, rr4, rr5, rr6, e, svarsandel, bortfall])
def test_where_nobody_was_drawn_there_is_no_rate(rate: object) -> None:
    assert callable(rate)
    assert rate(Outcomes(0)) is None


@given(CASES)
def test_the_rates_lie_in_the_order_of_their_bases(cases: Outcomes) -> None:
    if cases.eligible:
        assert 0 <= (rr1(cases) or 0) <= (rr3(cases) or 0) <= (rr5(cases) or 0) <= 1
        assert 0 <= (rr2(cases) or 0) <= (rr4(cases) or 0) <= (rr6(cases) or 0) <= 1
        assert rr2(cases) == svarsandel(cases)
    assert sum(objektsbortfall(cases)) == cases.sample - cases.ineligible - cases.answered
