"""How long something takes when not all have come to the end of it: the estimate of Kaplan and Meier.

Sources: E. L. Kaplan, P. Meier, J. Am. Stat. Assoc. 53 (1958) 457-481; bands of log(-log S) by M. Greenwood's variance;
interval of a quantile by inverting the bands, R. Brookmeyer, J. Crowley, Biometrics 38 (1982) 29-41.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from typing import Any, NamedTuple

from projections.measures.measure import FEW, NOT_REACHED, NOTHING, Figure, Span
from projections.statistics.intervals import LEVEL
from projections.views.answer import Answer

ROUNDING = 1e-12
"""A product of shares that is one half on paper may miss it by a hair."""


class Survival(NamedTuple):
    """The share that is still waiting after each day on which somebody was answered, and the ends of its 95 % band.

    Where a band is not known (before the first answer, after the last of all) its end is that of the share.
    """

    days: Sequence[int]
    waiting: Sequence[float]
    low: Sequence[float]
    high: Sequence[float]

    def by(self, share: float) -> tuple[int | None, int | None, int | None]:
        """Return the first day by which a share was answered, between the ends of its interval; None where none was."""
        return tuple(self._first(curve, 1 - share) for curve in (self.low, self.waiting, self.high))  # type: ignore[return-value]

    def _first(self, curve: Sequence[float], left: float) -> int | None:
        return next((day for day, value in zip(self.days, curve, strict=True) if value <= left + ROUNDING), None)


def survival(waits: Sequence[tuple[int, bool]]) -> Survival:
    """Return the curve of waits in days, each with whether it ended in an answer (else it is censored)."""
    import numpy as np  # noqa: PLC0415  whoever asks for no time needs neither, and scipy takes its time to load
    from scipy.stats import CensoredData, ecdf  # noqa: PLC0415

    ended = [days for days, is_answered in waits if is_answered]
    if not ended:
        return Survival((), (), (), ())
    left = ecdf(CensoredData(uncensored=ended, right=[days for days, is_answered in waits if not is_answered])).sf
    with np.errstate(all="ignore"):
        band: Any = left.confidence_interval(confidence_level=LEVEL, method="log-log")
    shares = np.asarray(left.probabilities)
    # Before the first answer and after the last of all there is no band: there the curve itself is all that is known.
    ends = [np.asarray(each.probabilities) for each in (band.low, band.high)]
    low, high = (np.where(np.isnan(each), shares, each) for each in ends)
    days = [int(day) for day in left.quantiles]
    return Survival(
        days, [float(each) for each in shares], [float(each) for each in low], [float(each) for each in high]
    )


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
