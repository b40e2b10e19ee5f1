"""How long something takes when not all have come to the end of it: the estimate of Kaplan and Meier.

Sources: E. L. Kaplan, P. Meier, J. Am. Stat. Assoc. 53 (1958) 457-481; bands of log(-log S) by M. Greenwood's variance,
J. D. Kalbfleisch, R. L. Prentice, The Statistical Analysis of Failure Time Data (1980), §1.3; interval of a quantile by
inverting the bands, R. Brookmeyer, J. Crowley, Biometrics 38 (1982) 29-41. Written out here, since SciPy's own bands warn
where they are not defined, and warnings cannot be held back in one thread alone; tests compare the two.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from functools import partial
from math import exp, log, sqrt
from typing import NamedTuple

from projections.measures.measure import FEW, NOT_REACHED, NOTHING, Figure, Span
from projections.statistics.intervals import z
from projections.views.answer import Answer

ROUNDING = 1e-12
"""A product of shares that is one half on paper may miss it by a hair."""


class Survival(NamedTuple):
    """The share that is still waiting after each day on which somebody was answered, and the ends of its 95 % band.

    Once nobody waits the band is not defined: its lower end is 0 then, and its upper end stays where it was.
    """

    days: list[int]
    waiting: list[float]
    low: list[float]
    high: list[float]

    def by(self, share: float) -> tuple[int | None, int | None, int | None]:
        """Return the first day by which a share was answered, between the ends of its interval; None where none was."""
        low, at, high = (self._first(curve, 1 - share) for curve in (self.low, self.waiting, self.high))
        return low, at, high

    def _first(self, curve: Sequence[float], left: float) -> int | None:
        return next((day for day, value in zip(self.days, curve, strict=True) if value <= left + ROUNDING), None)


def survival(waits: Sequence[tuple[int, bool]]) -> Survival:
    """Return the curve of waits in days, each with whether it ended in an answer (else it is censored).

    S is the product over the days of 1 - d / n, with d answered on the day of the n who still waited when it began;
    the band is S ** exp(± z √(Σ d / (n (n - d))) / log S).
    """
    ended = Counter(days for days, is_answered in waits if is_answered)
    gone = Counter(days for days, _ in waits)
    curve = Survival(sorted(ended), [], [], [])
    share, variance, high, at_risk = 1.0, 0.0, 1.0, len(waits)
    for day in sorted(gone):
        answered, at_risk = ended[day], at_risk - gone[day]
        if not answered:
            continue
        # Whoever left on the day itself still waited when it began.
        waited = at_risk + gone[day]
        share *= (waited - answered) / waited
        low = 0.0
        if waited > answered:
            variance += answered / (waited * (waited - answered))
            reach = z() * sqrt(variance) / -log(share)
            low, high = share ** exp(reach), share ** exp(-reach)
        for ends, value in ((curve.waiting, share), (curve.low, low), (curve.high, high)):
            ends.append(value)
    return curve


def quantile_of(
    name: str, share: float, curve: Survival | None, counts: tuple[int, int], queries: Sequence[Answer]
) -> Figure:
    """Return by which day a share had come to the end; `counts` are how many did, and of how many."""
    ended, n = counts
    bare = partial(Figure, name, n, numerator=ended, denominator=n, unit="days", events=queries)
    if curve is None:
        return bare(hidden=FEW if n else NOTHING)
    low, at, high = curve.by(share)
    ends = [None if each is None else str(each) for each in (low, high)]
    span = Span("kaplan_meier_log_log", ends[0], ends[1])
    return bare(value=None if at is None else str(at), span=span, hidden=NOT_REACHED if at is None else "")
