from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from projections.statistics.weights import MarginsUnfit, base_weights, rake

SEX = ("K", "K", "M", "M", "M", "M")
AGE = ("18-39", "40-", "18-39", "40-", "40-", "40-")
POPULATION = {"sex": {"K": 500.0, "M": 500.0}, "age": {"18-39": 400.0, "40-": 600.0}}


def of(weights: Sequence[float], answers: Sequence[str]) -> dict[str, float]:
    return {
        each: sum(weight for weight, answer in zip(weights, answers, strict=True) if answer == each)
        for each in sorted(set(answers))
    }


def test_base_weights_are_the_inverse_of_the_chance_to_be_drawn() -> None:
    assert base_weights(["a", "a", "b"], {"a": 100, "b": 30}) == (50, 50, 30)
    with pytest.raises(MarginsUnfit, match="c is not stated"):
        base_weights(["c"], {"a": 100})


def test_raking_reproduces_every_margin() -> None:
    raked = rake([1] * 6, {"sex": SEX, "age": AGE}, POPULATION, trim=None)
    assert raked.converged
    assert 1 < raked.iterations <= 50
    assert of(raked.weights, SEX) == pytest.approx(POPULATION["sex"])
    assert of(raked.weights, AGE) == pytest.approx(POPULATION["age"])
    assert raked.design_effect > 1
    assert raked.largest == max(raked.weights)


def test_a_sample_like_the_population_keeps_equal_weights() -> None:
    raked = rake([1] * 4, {"sex": ("K", "K", "M", "M")}, {"sex": {"K": 50, "M": 50}})
    assert raked.weights == pytest.approx((25, 25, 25, 25))
    assert raked.design_effect == pytest.approx(1)
    assert raked.trimmed == 0


def test_a_weight_over_five_times_the_median_is_trimmed_and_the_cost_told() -> None:
    answers = ["K"] * 9 + ["M"]
    raked = rake([1] * 10, {"sex": answers}, {"sex": {"K": 50, "M": 50}})
    assert raked.largest == pytest.approx(5 * 50 / 9)
    assert raked.trimmed == 1
    assert not raked.converged
    assert raked.gap == pytest.approx(1 - 5 / 9)
    untrimmed = rake([1] * 10, {"sex": answers}, {"sex": {"K": 50, "M": 50}}, trim=None)
    assert untrimmed.largest == pytest.approx(50)
    assert untrimmed.trimmed == 0


@pytest.mark.parametrize(
    "answers, margins, why",
    [
        ({"sex": ("K", "M")}, {"sex": {"K": 50.0}}, "M is in"),
        ({"sex": ("K", "K")}, {"sex": {"K": 50.0, "M": 50.0}}, "M is in"),
        ({"sex": ("K",)}, {"sex": {"K": 50.0}}, "1 answers for 2"),
        ({"sex": ("K", "M")}, {}, "at least one"),
        (
            {"sex": ("K", "M"), "age": ("y", "o")},
            {"sex": {"K": 50.0, "M": 50.0}, "age": {"y": 1.0, "o": 2.0}},
            "different populations",
        ),
    ],
)
def test_margins_that_do_not_fit_the_sample_are_told(
    answers: Mapping[str, Sequence[str]], margins: Mapping[str, Mapping[str, float]], why: str
) -> None:
    with pytest.raises(MarginsUnfit, match=why):
        rake([1, 1], answers, margins)


def test_a_weight_of_nothing_cannot_be_raked() -> None:
    with pytest.raises(MarginsUnfit, match="above 0"):
        rake([1, 0], {"sex": ("K", "M")}, {"sex": {"K": 1.0, "M": 1.0}})


@settings(max_examples=50)
@given(st.lists(st.tuples(st.sampled_from("KM"), st.sampled_from("abc"), st.floats(0.5, 2)), min_size=1, max_size=30))
def test_margins_taken_from_some_weights_are_reached_from_equal_ones(people: list[tuple[str, str, float]]) -> None:
    sex, area, true = zip(*people, strict=True)
    margins = {"sex": of(true, sex), "area": of(true, area)}
    raked = rake([1] * len(people), {"sex": sex, "area": area}, margins, trim=None)
    # The margins fit some table with these very cells, so raking gets there, be it slowly.
    assert raked.gap < 0.01
    assert sum(raked.weights) == pytest.approx(sum(true), rel=0.01)
