"""What goes with a higher overall score, and what to attend to first: association, not cause."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from projections.statistics.intervals import Interval

STEP = 5
"""The effect is told for a factor that rises by this many index units."""

REPLICATES = 500
R_SQUARED_MIN = 0.3
N_MIN = 100

Array = NDArray[np.float64]


class Effect(NamedTuple):
    """One factor: its weighted mean index, its coefficient, 5 times that, and the 95 % bootstrap interval of the latter."""

    factor: str
    mean_index: float
    beta: float
    effect: float
    interval: Interval


@dataclass(frozen=True, slots=True)
class Effects:
    """A fit. `is_shown` is False where it explains too little or rests on too few: then show no effect at all.

    `seed` and `replicates` make the intervals anew, to the last digit.
    """

    n: int
    r_squared: float
    factors: tuple[Effect, ...]
    seed: int
    replicates: int

    @property
    def is_shown(self) -> bool:
        """Tell whether R² is .3 or more and n 100 or more."""
        return self.r_squared >= R_SQUARED_MIN and self.n >= N_MIN


class EffectsUnfit(ValueError):
    """The scores cannot be told apart into effects of the factors."""


def effects(
    overall: Sequence[float | None],
    factors: Mapping[str, Sequence[float | None]],
    weights: Sequence[float],
    seed: int,
    replicates: int = REPLICATES,
) -> Effects:
    """Return the effects of factor indices on the overall score, by weighted least squares with an intercept.

    Minimises Σ w (y - a - Σ β x)²; effect = 5 · β; R² = 1 - Σ w (y - ŷ)² / Σ w (y - ȳ)². Respondents who lack the
    overall score or any factor are left out. The interval holds the middle 95 % of β over bootstrap samples of
    whole respondents (B. Efron, R. J. Tibshirani, An Introduction to the Bootstrap, 1993, ch. 9, 13), drawn by
    the raw output of PCG64(seed), which numpy keeps the same for ever. Shapes: all sequences have one item per
    respondent. Raises EffectsUnfit where fewer respondents remain than factors need, or a factor is a
    combination of others.
    """
    names, columns = list(factors), list(factors.values())
    rows = [
        (score, weight, *values)
        for score, weight, *values in zip(overall, weights, *columns, strict=True)
        if score is not None and weight > 0 and None not in values
    ]
    if not names or len(rows) < len(names) + 2:
        raise EffectsUnfit(f"{len(rows)} whole answers are too few for {len(names)} factors")
    whole: Array = np.array(rows, dtype=np.float64)
    y, w, x = whole[:, 0], whole[:, 1], whole[:, 2:]
    fitted = _fit(y, w, x)
    if fitted is None:
        raise EffectsUnfit("a factor is the same for all, or a combination of others; leave it out")
    beta, r_squared = fitted
    low, high = _bootstrap(y, w, x, seed, replicates)
    means = np.average(x, axis=0, weights=w)
    found = tuple(
        Effect(name, float(means[i]), float(beta[i]), STEP * float(beta[i]), Interval(STEP * low[i], STEP * high[i]))
        for i, name in enumerate(names)
    )
    return Effects(len(rows), r_squared, found, seed, replicates)


def _fit(y: Array, w: Array, x: Array) -> tuple[Array, float] | None:
    """Return the coefficients without the intercept, and R²; None where they are not determined."""
    root = np.sqrt(w)
    design = np.column_stack([np.ones(len(y)), x])
    solved, _, rank, _ = np.linalg.lstsq(design * root[:, None], y * root, rcond=None)
    spread = float(np.sum(w * (y - np.average(y, weights=w)) ** 2))
    if rank < design.shape[1]:
        return None
    left = float(np.sum(w * (y - design @ solved) ** 2))
    return solved[1:], 1 - left / spread if spread else 0.0


def _bootstrap(y: Array, w: Array, x: Array, seed: int, replicates: int) -> tuple[list[float], list[float]]:
    """Return the 2.5 % and 97.5 % points of each coefficient; samples that determine none are drawn over."""
    source = np.random.PCG64(seed)
    n, found = len(y), []
    for _ in range(4 * replicates):
        # The remainder favours the first rows by less than one in 2⁵⁰.
        drawn = (source.random_raw(n) % n).astype(np.intp)
        fitted = _fit(y[drawn], w[drawn], x[drawn])
        if fitted is not None:
            found.append(fitted[0])
        if len(found) == replicates:
            break
    if not found:
        raise EffectsUnfit("no bootstrap sample tells the factors apart")
    low, high = np.quantile(np.array(found), [0.025, 0.975], axis=0)
    return [float(each) for each in low], [float(each) for each in high]


# --- The priority matrix ----------------------------------------------------------------------
class Priority(StrEnum):
    """The four fields of Statistics Sweden's matrix."""

    PRIORITISE = "prioritera"
    IMPROVE_IF_POSSIBLE = "forbattra_om_mojligt"
    KEEP = "bevara"
    LOWER_PRIORITY = "lagre_prioritet"


def priorities(effects: Sequence[Effect]) -> dict[str, Priority]:
    """Return the field of each factor: its index against the mean of all indices, its effect likewise.

    Low index and high effect: prioritera. High and high: förbättra om möjligt. High index and low effect: bevara.
    Low and low: lägre prioritet. A factor at the mean counts as high. Source: the drawing in "SCB:s analysmodell
    med Nöjd-Medborgar-Index …", Sölvesborgs kommun, autumn 2005 (docplayer.se/25639151), where the grade rises
    upwards and the effect to the right: above, bevara and förbättra om möjligt; below, lägre prioritet and
    prioritera.
    """
    if not effects:
        return {}
    mean_index = sum(each.mean_index for each in effects) / len(effects)
    mean_effect = sum(each.effect for each in effects) / len(effects)
    fields = {
        (False, True): Priority.PRIORITISE,
        (True, True): Priority.IMPROVE_IF_POSSIBLE,
        (True, False): Priority.KEEP,
        (False, False): Priority.LOWER_PRIORITY,
    }
    return {each.factor: fields[each.mean_index >= mean_index, each.effect >= mean_effect] for each in effects}
