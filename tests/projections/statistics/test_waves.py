from __future__ import annotations

import pytest

from projections.statistics.waves import (
    Difference,
    Estimate,
    NotComparable,
    Share,
    between_waves,
    share_difference,
    split_ballot,
)


def test_two_waves_of_the_same_measure_are_compared() -> None:
    found = between_waves(Estimate(42, 1.2), Estimate(38, 1.6), comparable=True)
    assert isinstance(found, Difference)
    assert (found.value, found.standard_error, found.z) == (4, 2, 2)
    assert round(found.p, 4) == 0.0455
    assert [round(end, 2) for end in found.interval] == [0.08, 7.92]
    assert found.is_beyond_chance
    noise = between_waves(Estimate(41, 1.2), Estimate(38, 1.6), comparable=True)
    assert isinstance(noise, Difference)
    assert not noise.is_beyond_chance


@pytest.mark.parametrize(
    "later, comparable, broken, why",
    [
        (Estimate(42, 1.2), False, False, "wording_changed"),
        (Estimate(42, 1.2), True, True, "series_broken"),
        (Estimate(42, None), True, False, "no_standard_error"),
    ],
)
def test_what_is_not_the_same_measure_is_not_compared(
    later: Estimate, comparable: bool, broken: bool, why: str
) -> None:
    assert between_waves(later, Estimate(38, 1.6), comparable=comparable, broken=broken) == NotComparable(why)  # type: ignore[arg-type]


def test_s0_32_two_wordings_put_to_random_halves_show_what_the_wording_does() -> None:
    found = split_ballot(Estimate(61, 1.5), Estimate(54, 2.0))
    assert isinstance(found, Difference)
    assert (found.value, found.standard_error) == (7, 2.5)
    assert found.is_beyond_chance
    assert split_ballot(Estimate(61, None), Estimate(54, 2.0)) == NotComparable("no_standard_error")


def test_results_without_any_spread_differ_for_certain_or_not_at_all() -> None:
    same, apart = split_ballot(Estimate(50, 0), Estimate(50, 0)), split_ballot(Estimate(51, 0), Estimate(50, 0))
    assert isinstance(same, Difference)
    assert isinstance(apart, Difference)
    assert (same.p, apart.p) == (1, 0)


def test_newcombes_interval_of_two_shares() -> None:
    """R. G. Newcombe (1998), table II, method 10."""
    assert [round(end, 4) for end in share_difference(Share(56 / 70, 70), Share(48 / 80, 80))] == [0.0524, 0.3339]
    assert [round(end, 4) for end in share_difference(Share(0, 10), Share(0, 20))] == [-0.1611, 0.2775]
