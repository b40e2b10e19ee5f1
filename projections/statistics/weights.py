"""Weights: from the design, then raked to what is known of the population, trimmed where one weighs too much."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from projections.statistics.intervals import design_effect

ITERATIONS_MAX = 50
TOLERANCE = 1e-6
TRIM = 5
TRIM_ROUNDS = 10


class MarginsUnfit(ValueError):
    """The margins and the sample do not fit each other."""


@dataclass(frozen=True, slots=True)
class Raked:
    """Weights in the order of the respondents, and what their making says about them.

    `gap` is the largest relative distance of a weighted margin from the known one; where trimming binds, it
    tells what the trimming cost. `trimmed` is how many weights stand at the cap.
    """

    weights: tuple[float, ...]
    iterations: int
    converged: bool
    gap: float
    trimmed: int
    design_effect: float
    largest: float


def base_weights(strata: Sequence[str], populations: Mapping[str, int]) -> tuple[float, ...]:
    """Return N_h / n_h for every respondent, by stratum. Raises MarginsUnfit for a stratum of unknown size."""
    counts = {stratum: strata.count(stratum) for stratum in set(strata)}
    if unknown := sorted(counts.keys() - populations.keys()):
        raise MarginsUnfit(f"the size of the strata {', '.join(unknown)} is not stated")
    return tuple(populations[stratum] / counts[stratum] for stratum in strata)


def rake(
    base: Sequence[float],
    answers: Mapping[str, Sequence[str]],
    margins: Mapping[str, Mapping[str, float]],
    trim: float | None = TRIM,
) -> Raked:
    """Return weights that reproduce the known margins, as near the base weights as raking gets.

    Each variable in turn scales the weights of each of its categories to the known total, w ← w · T_c / Σ_c w,
    until no margin is further off than 1e-6 of it, at most 50 rounds. Then weights over `trim` times the
    median are cut to that and the rest raked anew, at most ten times. `answers` gives each variable's category
    per respondent, in the order of `base`; `margins` the known total of each category.
    Source: W. E. Deming, F. F. Stephan, Ann. Math. Stat. 11 (1940) 427-444. Raises MarginsUnfit where a category
    is empty on one side alone, or the margins have different totals.
    """
    groups = _groups(len(base), answers, margins)
    weights = np.array(base, dtype=np.float64)
    if weights.size == 0 or not bool(np.all(weights > 0)):
        raise MarginsUnfit("every respondent needs a base weight above 0")
    weights, iterations, gap = _raked(weights, groups)
    cap = np.inf
    for _ in range(TRIM_ROUNDS if trim is not None else 0):
        assert trim is not None
        cap = trim * float(np.median(weights))
        if float(weights.max()) <= cap * (1 + TOLERANCE):
            break
        weights, more, gap = _raked(np.minimum(weights, cap), groups)
        iterations += more
    at_cap = weights >= cap * (1 - TOLERANCE)
    if float(weights.max()) > cap * (1 + TOLERANCE):
        weights = np.minimum(weights, cap)
        gap = _gap(weights, groups)
    final = tuple(float(weight) for weight in weights)
    return Raked(final, iterations, gap <= TOLERANCE, gap, int(at_cap.sum()), design_effect(final), max(final))


Array = NDArray[np.float64]
Group = tuple[NDArray[np.bool_], float]


def _groups(
    n: int, answers: Mapping[str, Sequence[str]], margins: Mapping[str, Mapping[str, float]]
) -> list[list[Group]]:
    """Return for every variable who is in each category and the category's known total."""
    if not margins or answers.keys() != margins.keys():
        raise MarginsUnfit("answers and margins must name the same variables, at least one")
    totals = [sum(margin.values()) for margin in margins.values()]
    if any(abs(total - totals[0]) > TOLERANCE * totals[0] for total in totals):
        raise MarginsUnfit("the margins add up to different populations")
    return [_categories(n, name, answers[name], margin) for name, margin in margins.items()]


def _categories(n: int, name: str, given: Sequence[str], margin: Mapping[str, float]) -> list[Group]:
    if len(given) != n:
        raise MarginsUnfit(f"{name} has {len(given)} answers for {n} respondents")
    column = np.array(given, dtype=object)
    present = {category: total for category, total in margin.items() if total > 0}
    if odd := sorted(set(given) ^ present.keys()):
        raise MarginsUnfit(f"{name}: {', '.join(odd)} is in the sample or in the margin alone; merge it with another")
    return [(np.equal(column, category).astype(np.bool_), float(total)) for category, total in present.items()]


def _raked(weights: Array, groups: list[list[Group]]) -> tuple[Array, int, float]:
    weights = weights.copy()
    gap = _gap(weights, groups)
    for iteration in range(ITERATIONS_MAX):
        if gap <= TOLERANCE:
            return weights, iteration, gap
        for variable in groups:
            for members, total in variable:
                weights[members] *= total / weights[members].sum()
        gap = _gap(weights, groups)
    return weights, ITERATIONS_MAX, gap


def _gap(weights: Array, groups: list[list[Group]]) -> float:
    return max(abs(float(weights[members].sum()) / total - 1) for variable in groups for members, total in variable)
