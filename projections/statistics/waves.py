"""Whether two results differ: between waves of a survey, and between two wordings put to random halves."""

from __future__ import annotations

from math import hypot, sqrt
from statistics import NormalDist
from typing import Literal, NamedTuple

from projections.statistics.intervals import LEVEL, Interval, wilson, z

WhyNot = Literal["wording_changed", "series_broken", "no_standard_error"]


class Estimate(NamedTuple):
    """A result with its standard error, None where it has none (a self-selected sample, an imported figure)."""

    value: float
    standard_error: float | None


class Difference(NamedTuple):
    """Later minus earlier, the standard error of that, z, the two-sided p, and the 95 % interval."""

    value: float
    standard_error: float
    z: float
    p: float
    interval: Interval

    @property
    def is_beyond_chance(self) -> bool:
        """Tell whether the interval leaves 0 out."""
        return not self.interval.low <= 0 <= self.interval.high


class NotComparable(NamedTuple):
    """The two are not the same measure, so no difference is told; why."""

    why: WhyNot


def between_waves(
    later: Estimate, earlier: Estimate, *, comparable: bool, broken: bool = False
) -> Difference | NotComparable:
    """Return how two waves of the same measure differ, or why they cannot be compared.

    z = (a - b) / √(SE_a² + SE_b²) for independent samples. `comparable` tells that the wording is the same or was
    declared comparable; `broken` that the series was broken between the waves.
    """
    if broken:
        return NotComparable("series_broken")
    if not comparable:
        return NotComparable("wording_changed")
    if later.standard_error is None or earlier.standard_error is None:
        return NotComparable("no_standard_error")
    return _difference(later.value - earlier.value, hypot(later.standard_error, earlier.standard_error))


def split_ballot(one: Estimate, other: Estimate) -> Difference | NotComparable:
    """Return how much a wording moves a mean: one minus other, of two wordings put to random halves of a sample.

    The wordings differ on purpose, and chance alone decided who got which; so the difference is the effect of
    the wording, within its interval.
    """
    if one.standard_error is None or other.standard_error is None:
        return NotComparable("no_standard_error")
    return _difference(one.value - other.value, hypot(one.standard_error, other.standard_error))


def _difference(value: float, error: float) -> Difference:
    score = value / error if error else 0.0 if value == 0 else float("inf") * value
    half = z() * error
    chance = 2 * (1 - NormalDist().cdf(abs(score)))
    return Difference(value, error, score, chance, Interval(value - half, value + half))


class Share(NamedTuple):
    """A share and the number of respondents behind it; n_eff where the answers are weighted."""

    value: float
    n: float


def share_difference(one: Share, other: Share, level: float = LEVEL) -> Interval:
    """Return the interval of one share minus another, of independent samples.

    With Wilson's intervals (l, u) of each: [d - √((p₁-l₁)² + (u₂-p₂)²), d + √((u₁-p₁)² + (p₂-l₂)²)].
    Source: R. G. Newcombe, Statistics in Medicine 17 (1998) 873-890, method 10.
    """
    first, second = wilson(one.value, one.n, level), wilson(other.value, other.n, level)
    difference = one.value - other.value
    below = sqrt((one.value - first.low) ** 2 + (second.high - other.value) ** 2)
    above = sqrt((first.high - one.value) ** 2 + (other.value - second.low) ** 2)
    return Interval(difference - below, difference + above)
