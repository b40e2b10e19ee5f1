"""An index of 0 to 100 from answers on a scale of 1 to 10, with its linearised standard error.

Name it "influence index (NII-style, equal item weights)", not NII: Statistics Sweden's Nöjd-Inflytande-Index
weighted its three questions by partial least squares; here each answered question counts the same.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from math import fsum, sqrt
from typing import NamedTuple

from projections.statistics.intervals import Interval, around, effective_n, z

LOWEST, HIGHEST = 1, 10
FINITE_FROM = 0.05
"""From this sampling fraction on, the finite population correction counts."""

ONE_STRATUM = ""


class Answered(NamedTuple):
    """One respondent: the answers to the items in order, None for no opinion; the weight; the stratum."""

    items: Sequence[int | None]
    weight: float = 1.0
    stratum: str = ONE_STRATUM


class Index(NamedTuple):
    """A weighted mean of scores, of `n` respondents with a score.

    `margin` is z(.95) · SE. `interval` uses t below 30 respondents. Both are None for a single respondent.
    """

    value: float
    n: int
    n_eff: float
    design_effect: float
    standard_error: float | None
    margin: float | None
    interval: Interval | None


def item_score(answer: int) -> float:
    """Return (x - 1) · 100 / 9 for an answer of 1 to 10. Raises ValueError for another."""
    if not LOWEST <= answer <= HIGHEST:
        raise ValueError(f"{answer} is no answer on the scale of 1 to 10")
    return (answer - LOWEST) * 100 / (HIGHEST - LOWEST)


def respondent_score(items: Sequence[int | None]) -> float | None:
    """Return the mean of a respondent's answered items; None where less than half of them are answered."""
    scores = [item_score(answer) for answer in items if answer is not None]
    return fsum(scores) / len(scores) if scores and 2 * len(scores) >= len(items) else None


def index(respondents: Iterable[Answered], populations: Mapping[str, int] | None = None) -> Index | None:
    """Return Σ w s / Σ w over the respondents with a score; None where there are none.

    `populations` tells how many people each stratum holds, for the finite population correction; without it
    there is none.
    """
    scored = [
        Scored(score, each.weight, each.stratum)
        for each in respondents
        if (score := respondent_score(each.items)) is not None
    ]
    return mean(scored, populations)


class Scored(NamedTuple):
    """One respondent's score, weight and stratum."""

    score: float
    weight: float = 1.0
    stratum: str = ONE_STRATUM


def mean(scored: Sequence[Scored], populations: Mapping[str, int] | None = None) -> Index | None:
    """Return the weighted mean of any scores with its error: a factor index, a share (scores 0 and 1), an index."""
    total = fsum(each.weight for each in scored)
    if not total:
        return None
    value = fsum(each.weight * each.score for each in scored) / total
    n, effective = len(scored), effective_n([each.weight for each in scored])
    error = standard_error(scored, populations)
    return Index(
        value=value,
        n=n,
        n_eff=effective,
        design_effect=n / effective,
        standard_error=error,
        margin=None if error is None else z() * error,
        interval=None if error is None else around(value, error, n),
    )


def standard_error(scored: Sequence[Scored], populations: Mapping[str, int] | None = None) -> float | None:
    """Return the linearised standard error of a weighted mean; None for fewer than two respondents.

    With u_i = w_i (s_i - s̄) / Σw, the variance is the sum over strata h of
    (1 - f_h) · n_h / (n_h - 1) · Σ (u_i - ū_h)²; in one stratum that is n/(n-1) · Σ (w_i (s_i - s̄))² / (Σw)².
    f_h = n_h / N_h counts from 5 % on. A stratum with one respondent is taken around 0, not around itself, and so
    adds its square: it cannot tell its own spread. Source: C.-E. Särndal, B. Swensson, J. Wretman, Model Assisted
    Survey Sampling (1992), §5.5-5.7, drawn as if with replacement.
    """
    if len(scored) < 2:  # noqa: PLR2004
        return None
    total = fsum(each.weight for each in scored)
    centre = fsum(each.weight * each.score for each in scored) / total
    strata: dict[str, list[float]] = defaultdict(list)
    for each in scored:
        strata[each.stratum].append(each.weight * (each.score - centre) / total)
    variance = fsum(_of_stratum(terms, (populations or {}).get(name)) for name, terms in strata.items())
    return sqrt(variance)


def _of_stratum(terms: list[float], population: int | None) -> float:
    n = len(terms)
    fraction = n / population if population else 0.0
    correction = max(0.0, 1 - fraction) if fraction > FINITE_FROM else 1.0
    if n == 1:
        return correction * terms[0] ** 2
    middle = fsum(terms) / n
    return correction * n / (n - 1) * fsum((term - middle) ** 2 for term in terms)
