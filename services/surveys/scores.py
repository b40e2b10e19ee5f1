"""Means and indices by group, and what goes with a higher overall score.

A mean of few is hidden, and so many others that the hidden ones together are as many as a mean must rest on: else
the mean of everybody would give them away.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ledger.surveys.stated import StatedCell
from projections.statistics.effects import EffectsUnfit, effects, priorities
from projections.statistics.index import Index, Scored, mean
from services.surveys.shares import Limits, group_of, number

ALONE = 1


class Score(NamedTuple):
    """One respondent's score with the background variables, the weight and the stratum."""

    score: float
    background: Mapping[str, str]
    weight: float
    stratum: str


def score_cells(
    scores: Sequence[Score],
    by: Sequence[str],
    limits: Limits,
    populations: Mapping[str, int],
    scale: tuple[float, float],
) -> dict[str, list[StatedCell]]:
    """Return the cells of one mean or index by grouping; "" holds that of everybody. No interval leaves the scale."""
    cells = _cells(scores, by, limits, populations)
    return {name: [_within(each, scale) for each in found] for name, found in cells.items()}


def _within(cell: StatedCell, scale: tuple[float, float]) -> StatedCell:
    """Return a cell whose interval ends where the scale does: no mean lies beyond."""
    if cell.low is None or cell.high is None:
        return cell
    least, most = scale
    ends = {"low": max(float(cell.low), least), "high": min(float(cell.high), most)}
    return cell.model_copy(update={name: number(end) for name, end in ends.items()})


def _cells(
    scores: Sequence[Score], by: Sequence[str], limits: Limits, populations: Mapping[str, int]
) -> dict[str, list[StatedCell]]:
    found = {"": [_cell(None, scores, limits, populations, hidden=len(scores) < limits.min_base)]}
    for name in by:
        groups: dict[str, list[Score]] = defaultdict(list)
        for each in scores:
            groups[group_of(each.background, name)].append(each)
        hidden = hidden_groups({group: len(members) for group, members in groups.items()}, limits.min_base)
        found[name] = [
            _cell(group, groups[group], limits, populations, hidden=group in hidden) for group in sorted(groups)
        ]
    return found


def hidden_groups(sizes: Mapping[str, int], min_base: int) -> frozenset[str]:
    """Return the groups to hide: too small ones, and further ones until neither one nor few are told by the rest."""
    by_size = sorted(sizes, key=lambda group: (sizes[group], group))
    hidden = [group for group in by_size if sizes[group] < min_base]
    for group in by_size[len(hidden) :]:
        if not hidden or (len(hidden) > ALONE and sum(sizes[each] for each in hidden) >= min_base):
            break
        hidden.append(group)
    return frozenset(hidden)


def _cell(
    group: str | None, scores: Sequence[Score], limits: Limits, populations: Mapping[str, int], *, hidden: bool
) -> StatedCell:
    found = None if hidden else mean([Scored(each.score, each.weight, each.stratum) for each in scores], populations)
    if found is None:
        return StatedCell(group=group, suppressed=True)
    plain = StatedCell(group=group, value=number(found.value), n=found.n)
    return plain.model_copy(update=_chance(found)) if limits.intervals else plain


def _chance(found: Index) -> dict[str, str]:
    told = {"n_eff": number(found.n_eff)}
    if found.standard_error is not None and found.interval is not None:
        low, high = found.interval
        told |= {"se": number(found.standard_error), "low": number(low), "high": number(high)}
    return told


class Effects(NamedTuple):
    """The cells of a table of effects, and how it was made."""

    cells: list[StatedCell]
    r_squared: str
    seed: int
    replicates: int


def effect_cells(
    overall: Sequence[float | None],
    factors: Mapping[str, Sequence[float | None]],
    weights: Sequence[float],
    seed: int,
    limits: Limits,
) -> Effects | None:
    """Return the effect of each factor with its quadrant; None where too little is explained or too few answered."""
    try:
        found = effects(overall, factors, weights, seed)
    except EffectsUnfit:
        return None
    if not found.is_shown or found.n < limits.min_base:
        return None
    fields = priorities(found.factors)
    cells = [
        StatedCell(
            factor=each.factor,
            value=number(each.effect),
            low=number(each.interval.low),
            high=number(each.interval.high),
            n=found.n,
            quadrant=str(fields[each.factor]),
        )
        for each in found.factors
    ]
    return Effects(cells, number(found.r_squared), found.seed, found.replicates)
