"""Weights from what the ledger holds: strata of the plan, margins of the population."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from ledger.surveys.states import Survey
from projections.statistics.weights import TRIM, base_weights, rake
from services.surveys.opened import Respondent

STRATUM = "stratum"
"""The background variable that names a respondent's stratum."""


class MarginCell(Protocol):
    """How many of the population have a code."""

    @property
    def code(self) -> str: ...
    @property
    def count(self) -> int: ...


class Margin(Protocol):
    """The known distribution of one background variable."""

    @property
    def variable(self) -> str: ...
    @property
    def cells(self) -> Sequence[MarginCell]: ...


class Weighted(NamedTuple):
    """Respondents with their weights, in the same order; those whose margins are not known are left out.

    `largest` is the largest weight in means; `left_out` how many had no code for some margin.
    """

    respondents: tuple[Respondent, ...]
    weights: tuple[float, ...]
    deff: float
    largest: float
    left_out: int


def unweighted(respondents: Sequence[Respondent]) -> Weighted:
    """Return everybody with the same weight."""
    return Weighted(tuple(respondents), (1.0,) * len(respondents), 1.0, 1.0, 0)


def weighted(
    survey: Survey, respondents: Sequence[Respondent], margins: Sequence[Margin], trimming: str | None
) -> Weighted:
    """Return weights that reproduce the margins. Raises MarginsUnfit where sample and margins do not fit each other."""
    variables = [margin.variable for margin in margins]
    needed = {*variables, *((STRATUM,) if survey.plan.strata else ())}
    known = [each for each in respondents if needed <= each.background.keys()]
    base = _base(survey, known)
    if not margins:
        return _made(known, base, len(respondents) - len(known))
    answers = {name: [each.background[name] for each in known] for name in variables}
    totals = {margin.variable: {cell.code: float(cell.count) for cell in margin.cells} for margin in margins}
    raked = rake(base, answers, totals, TRIM if trimming is None else float(trimming))
    return _made(known, raked.weights, len(respondents) - len(known), raked.design_effect)


def _base(survey: Survey, respondents: Sequence[Respondent]) -> tuple[float, ...]:
    populations = {each.stratum: each.size for each in survey.plan.strata if each.size is not None}
    if not populations:
        return (1.0,) * len(respondents)
    return base_weights([each.background[STRATUM] for each in respondents], populations)


def _made(
    respondents: Sequence[Respondent], weights: Sequence[float], left_out: int, deff: float | None = None
) -> Weighted:
    mean = sum(weights) / len(weights) if weights else 1.0
    squares = sum(each * each for each in weights)
    effect = len(weights) * squares / sum(weights) ** 2 if weights else 1.0
    largest = max(weights, default=1.0) / mean
    return Weighted(tuple(respondents), tuple(weights), effect if deff is None else deff, largest, left_out)
