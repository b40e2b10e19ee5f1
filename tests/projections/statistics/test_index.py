from __future__ import annotations

from math import sqrt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from projections.statistics.index import Answered, Scored, index, item_score, mean, respondent_score, standard_error

FIVE = [
    Answered((8, 7, 6), 1),
    Answered((3, 4, 2), 2),
    Answered((10, 9, 10), 1),
    Answered((5, 5, None), 1.5),
    Answered((None, None, None), 1),
]


def test_an_index_of_five_respondents() -> None:
    found = index(FIVE)
    assert found is not None
    assert found.n == 4
    assert [round(each or 0, 4) for each in (found.value, found.standard_error, found.n_eff)] == [
        49.8316,
        15.6502,
        3.6667,
    ]
    assert round(found.margin or 0, 2) == 30.67
    # Of four respondents the interval is wider than the margin says: t(3) in place of z.
    assert found.interval is not None
    assert round(found.interval.high - found.value, 2) == 49.81


@pytest.mark.parametrize("answer, score", [(1, 0), (10, 100)])
def test_the_scale_goes_from_0_to_100(answer: int, score: float) -> None:
    assert item_score(answer) == score
    with pytest.raises(ValueError, match="no answer"):
        item_score(answer * 11)


@pytest.mark.parametrize("mean_answer, score", [(4.6, 40.0), (5.95, 55.0), (7.75, 75.0)])
def test_the_index_of_a_mean_answer(mean_answer: float, score: float) -> None:
    """Twenty respondents whose answers have that mean."""
    high = round((mean_answer - int(mean_answer)) * 20)
    answers = [int(mean_answer) + 1] * high + [int(mean_answer)] * (20 - high)
    found = index(Answered((answer,)) for answer in answers)
    assert found is not None
    assert found.value == pytest.approx(score)


@pytest.mark.parametrize(
    "items, score",
    [((5, 5, None), 400 / 9), ((5, None, None), None), ((5, None), 400 / 9), ((None,), None), ((), None)],
)
def test_at_least_half_of_the_items_must_be_answered(items: tuple[int | None, ...], score: float | None) -> None:
    assert respondent_score(items) == (None if score is None else pytest.approx(score))


def test_nobody_and_one_respondent() -> None:
    assert index([]) is None
    assert index([Answered((None, None))]) is None
    alone = index([Answered((5, 5))])
    assert alone is not None
    assert (alone.n, alone.standard_error, alone.margin, alone.interval) == (1, None, None, None)


def test_the_error_of_equal_weights_is_that_of_a_simple_mean() -> None:
    scores = [10.0, 20.0, 40.0, 70.0]
    middle = sum(scores) / 4
    simple = sqrt(sum((score - middle) ** 2 for score in scores) / 3 / 4)
    assert standard_error([Scored(score, 2.5) for score in scores]) == pytest.approx(simple)


def test_a_sample_of_much_of_the_population_errs_less() -> None:
    scored = [Scored(score) for score in (10.0, 20.0, 40.0, 70.0)]
    whole = standard_error(scored)
    assert whole is not None
    assert standard_error(scored, {"": 16}) == pytest.approx(whole * sqrt(0.75))
    assert standard_error(scored, {"": 4}) == 0
    # Up to one in twenty it makes no difference worth telling.
    assert standard_error(scored, {"": 80}) == whole


def test_strata_that_are_alike_inside_err_less() -> None:
    values = [(10.0, "a"), (12.0, "a"), (80.0, "b"), (82.0, "b")]
    mixed = standard_error([Scored(score) for score, _ in values])
    apart = standard_error([Scored(score, 1, stratum) for score, stratum in values])
    assert mixed is not None
    assert apart is not None
    # Each stratum: n/(n-1) · Σ(u - ū)² = 2 · 2 · (1/4)² = 1/4.
    assert apart == pytest.approx(sqrt(0.5))
    assert apart < mixed


def test_a_stratum_of_one_is_not_taken_for_certain() -> None:
    scored = [Scored(10, 1, "a"), Scored(12, 1, "a"), Scored(80, 1, "b")]
    error = standard_error(scored)
    assert error is not None
    assert error > (80 - 34) / 3


@given(st.lists(st.tuples(st.floats(0, 100), st.floats(0.1, 10)), min_size=2, max_size=20), st.floats(0.1, 10))
def test_a_common_factor_of_the_weights_changes_nothing(pairs: list[tuple[float, float]], factor: float) -> None:
    once, scaled = mean([Scored(*pair) for pair in pairs]), mean([Scored(s, w * factor) for s, w in pairs])
    assert once is not None
    assert scaled is not None
    assert scaled.value == pytest.approx(once.value)
    assert scaled.standard_error == pytest.approx(once.standard_error, abs=1e-9)
    assert scaled.n_eff == pytest.approx(once.n_eff)
