"""How far chance reaches around a share or a mean, and how little a low response guarantees."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from math import fsum, sqrt
from statistics import NormalDist
from typing import NamedTuple

LEVEL = 0.95
SMALL_N = 30
"""Below this many respondents the quantile is that of Student's t, which says more honestly how little is known."""


class Interval(NamedTuple):
    """From where to where; both ends belong to it."""

    low: float
    high: float


# --- Quantiles --------------------------------------------------------------------------------
def z(level: float = LEVEL) -> float:
    """Return the two-sided quantile of the normal distribution: 1.95996 for 95 %."""
    return NormalDist().inv_cdf((1 + level) / 2)


def t(degrees: int, level: float = LEVEL) -> float:
    """Return the two-sided quantile of Student's t: 3.18245 for 3 degrees of freedom and 95 %."""
    from scipy.special import stdtrit  # noqa: PLC0415  small samples are rare, and scipy takes its time to load

    return float(stdtrit(degrees, (1 + level) / 2))


def quantile(n: int, level: float = LEVEL) -> float:
    """Return the quantile for a mean of `n` respondents: t with n - 1 degrees of freedom below SMALL_N, else z."""
    return t(n - 1, level) if n < SMALL_N else z(level)


# --- What weights cost ------------------------------------------------------------------------
def effective_n(weights: Sequence[float]) -> float:
    """Return Kish's effective sample size, n_eff = (Σw)² / Σw²; 0 where there are no weights.

    Source: L. Kish, Survey Sampling (1965), §11.7.
    """
    squares = fsum(weight * weight for weight in weights)
    return fsum(weights) ** 2 / squares if squares else 0.0


def design_effect(weights: Sequence[float]) -> float:
    """Return deff = n / n_eff, by how much unequal weights widen a variance; 1 where all are alike or none are given."""
    effective = effective_n(weights)
    return len(weights) / effective if effective else 1.0


# --- Shares -----------------------------------------------------------------------------------
def wilson(share: float, n: float, level: float = LEVEL) -> Interval:
    """Return Wilson's score interval for a share of `n` respondents; give n_eff where the answers are weighted.

    Centre (p + z²/2n) / (1 + z²/n), half width z √(p(1-p)/n + z²/4n²) / (1 + z²/n).
    Source: E. B. Wilson, J. Am. Stat. Assoc. 22 (1927) 209-212. Raises ValueError unless n > 0 and 0 ≤ p ≤ 1.
    """
    if n <= 0 or not 0 <= share <= 1:
        raise ValueError("a share of at least one respondent lies between 0 and 1")
    quantile = z(level)
    widened = 1 + quantile**2 / n
    centre = (share + quantile**2 / (2 * n)) / widened
    half = quantile * sqrt(share * (1 - share) / n + quantile**2 / (4 * n * n)) / widened
    # At the ends the formula gives the ends; rounding would miss them by a hair.
    return Interval(0.0 if share == 0 else max(0.0, centre - half), 1.0 if share == 1 else min(1.0, centre + half))


def around(value: float, standard_error: float, n: int, level: float = LEVEL) -> Interval:
    """Return value ± quantile · SE for a mean or an index of `n` respondents."""
    half = quantile(n, level) * standard_error
    return Interval(value - half, value + half)


# --- What those who did not answer could have said --------------------------------------------
def manski(share: Fraction, response: Fraction) -> tuple[Fraction, Fraction]:
    """Return the bounds of a share in the whole sample, whatever those who did not answer would have said.

    [p r, p r + 1 - r], where p is the share among those who answered and r the response rate. It assumes
    nothing, so it shows how little a low response guarantees. Source: C. F. Manski, Partial Identification of
    Probability Distributions (2003), §1.2. Raises ValueError unless both lie between 0 and 1.
    """
    if not (0 <= share <= 1 and 0 <= response <= 1):
        raise ValueError("a share and a response rate lie between 0 and 1")
    return share * response, share * response + 1 - response
