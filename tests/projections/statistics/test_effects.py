from __future__ import annotations

import pytest

from projections.statistics.effects import Effect, Effects, EffectsUnfit, Priority, effects, priorities
from projections.statistics.intervals import Interval

N = 120
FIRST = [float(i * 37 % 101) for i in range(N)]
SECOND = [float(i * 53 % 97) for i in range(N)]
NOISE = [float(i * 29 % 13 - 6) for i in range(N)]
EXACT = [10 + 0.6 * a + 0.2 * b for a, b in zip(FIRST, SECOND, strict=True)]
NOISY = [value + noise for value, noise in zip(EXACT, NOISE, strict=True)]
FACTORS = {"information": FIRST, "contact": SECOND}


def test_effects_are_found_where_the_relation_is_exact() -> None:
    found = effects(EXACT, FACTORS, [1 + i % 3 for i in range(N)], seed=7, replicates=20)
    assert [round(each.effect, 6) for each in found.factors] == [3, 1]
    assert [round(end, 6) for end in found.factors[0].interval] == [3, 3]
    assert round(found.r_squared, 6) == 1
    assert found.is_shown


def test_the_interval_is_made_anew_from_the_seed() -> None:
    found = effects(NOISY, FACTORS, [1.0] * N, seed=2018)
    assert found == effects(NOISY, FACTORS, [1.0] * N, seed=2018)
    other = effects(NOISY, FACTORS, [1.0] * N, seed=2019)
    assert other.factors[0].interval != found.factors[0].interval
    assert other.factors[0].beta == found.factors[0].beta
    information = found.factors[0]
    assert information.interval.low < information.effect < information.interval.high
    assert information.interval.high - information.interval.low < 0.5
    assert (found.seed, found.replicates, found.n) == (2018, 500, N)


def test_respondents_without_a_score_are_left_out_and_weights_count() -> None:
    overall: list[float | None] = [*EXACT, None, 1000.0]
    factors = {name: [*values, 5.0, None] for name, values in FACTORS.items()}
    found = effects(overall, factors, [1.0] * (N + 2), seed=1, replicates=5)
    assert found.n == N
    weighted = effects([*NOISY, 500.0], {"information": [*FIRST, 50.0]}, [*[1.0] * N, 0.0], seed=1, replicates=5)
    assert weighted.n == N
    assert weighted.factors[0].mean_index == pytest.approx(sum(FIRST) / N)


@pytest.mark.parametrize("n, r_squared, is_shown", [(100, 0.3, True), (99, 0.9, False), (500, 0.29, False)])
def test_a_weak_fit_or_one_of_few_shows_no_effect(n: int, r_squared: float, is_shown: bool) -> None:
    assert Effects(n, r_squared, (), 1, 500).is_shown is is_shown


@pytest.mark.parametrize(
    "overall, factors, why",
    [
        ([1.0, 2.0], {"a": [1.0, 2.0]}, "too few"),
        ([1.0, 2.0, 3.0], {}, "too few"),
        ([1.0, 2.0, 3.0, 4.0], {"a": [5.0] * 4}, "combination"),
        ([1.0, 2.0, 3.0, 4.0], {"a": [1.0, 2.0, 4.0, 5.0], "b": [2.0, 4.0, 8.0, 10.0]}, "combination"),
    ],
)
def test_what_cannot_be_told_apart_is_refused(overall: list[float], factors: dict[str, list[float]], why: str) -> None:
    with pytest.raises(EffectsUnfit, match=why):
        effects(overall, factors, [1.0] * len(overall), seed=1)


def test_the_fields_of_the_priority_matrix() -> None:
    def factor(name: str, index: float, effect: float) -> Effect:
        return Effect(name, index, effect / 5, effect, Interval(effect, effect))

    found = priorities(
        [factor("low high", 30, 3), factor("high high", 70, 3), factor("high low", 70, 1), factor("low low", 30, 1)]
    )
    assert found == {
        "low high": Priority.PRIORITISE,
        "high high": Priority.IMPROVE_IF_POSSIBLE,
        "high low": Priority.KEEP,
        "low low": Priority.LOWER_PRIORITY,
    }
    assert priorities([]) == {}
    # At the mean counts as high, so a single factor is to be improved if possible.
    assert priorities([factor("only", 50, 2)]) == {"only": Priority.IMPROVE_IF_POSSIBLE}
