"""Shares by group, all groupings of a question protected together before anything of them is shown.

Who answered the question is the universe. A cell is hidden where it shows fewer than the least count, where it could
be worked out from what is shown, or where it rests on fewer answers than a share may; hiding more is never unsafe.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import NamedTuple

from ledger.surveys.stated import StatedCell
from projections.statistics import disclosure
from projections.statistics.index import Index, Scored, mean
from projections.statistics.intervals import wilson

NOT_STATED = "not_stated"
YES, NO = "yes", "no"


class Limits(NamedTuple):
    """The least group that is shown, the fewest answers behind a figure, and whether chance is to be told of."""

    min_cell: int
    min_base: int
    intervals: bool


class One(NamedTuple):
    """A respondent to one question: the code of each of its variables, the background, the weight and the stratum.

    A question with one answer is one variable; where several may be ticked each answer is one, yes or no.
    """

    codes: Mapping[str, str]
    background: Mapping[str, str]
    weight: float
    stratum: str


def number(value: float) -> str:
    """Return a number as the record keeps it, with four decimals."""
    return f"{value + 0.0:.4f}"


def group_of(background: Mapping[str, str], name: str) -> str:
    """Return a respondent's group; those of whom it is not known are a group of their own."""
    return background.get(name, NOT_STATED)


class Shares:
    """The shares of one question, protected together: every variable of it, for everybody and by each background variable."""

    def __init__(
        self,
        ones: Sequence[One],
        variables: Mapping[str, Sequence[str]],
        by: Sequence[str],
        limits: Limits,
        populations: Mapping[str, int],
    ) -> None:
        self._ones, self._limits, self._populations = ones, limits, populations
        self._groups = {name: sorted({group_of(each.background, name) for each in ones}) for name in by}
        tables = [self._table(variable, codes, name) for variable, codes in variables.items() for name in (None, *by)]
        self._protected = disclosure.protect(tables, limits.min_cell)

    def _table(self, variable: str, codes: Sequence[str], name: str | None) -> disclosure.Table:
        groups: Sequence[str | None] = (None,) if name is None else self._groups[name]
        counts: dict[tuple[str, ...], int] = {}
        for code in codes:
            for group in groups:
                count = sum(each.codes[variable] == code for each in self._members(name, group))
                counts[(code,) if group is None else (code, group)] = count
        return disclosure.Table(
            (_answer(variable),) if name is None else (_answer(variable), _background(name)), counts
        )

    def _members(self, name: str | None, group: str | None) -> list[One]:
        return [each for each in self._ones if name is None or group_of(each.background, name) == group]

    def cells(self, variable: str, code: str, name: str | None, shown_as: str) -> list[StatedCell]:
        """Return the cells of one code: that of everybody, or one for each group of a background variable."""
        groups: Sequence[str | None] = (None,) if name is None else self._groups[name]
        return [self._cell(variable, code, name, group, shown_as) for group in groups]

    def _cell(self, variable: str, code: str, name: str | None, group: str | None, shown_as: str) -> StatedCell:
        place = set() if name is None or group is None else {(_background(name), group)}
        count = self._protected.cells[frozenset({(_answer(variable), code), *place})]
        base = self._protected.cells[frozenset(place)]
        if count is None or base is None or not disclosure.may_show_mean(base, self._limits.min_base):
            return StatedCell(group=group, answer=shown_as, suppressed=True)
        scored = [
            Scored(float(each.codes[variable] == code), each.weight, each.stratum)
            for each in self._members(name, group)
        ]
        found = mean(scored, self._populations)
        assert found is not None
        plain = StatedCell(
            group=group, answer=shown_as, numerator=count, denominator=base, value=number(found.value), n=base
        )
        return plain.model_copy(update=_chance(found)) if self._limits.intervals else plain


def _chance(found: Index) -> dict[str, str]:
    # Weights may leave a share of all a hair above 1.
    interval = wilson(min(1.0, max(0.0, found.value)), found.n_eff)
    told = {"low": number(interval.low), "high": number(interval.high), "n_eff": number(found.n_eff)}
    return told if found.standard_error is None else told | {"se": number(found.standard_error)}


def _answer(variable: str) -> str:
    return f"answer {variable}"


def _background(name: str) -> str:
    return f"background {name}"
