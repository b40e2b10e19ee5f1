"""Surveys: what follows from released tables. Counts are whole, every total is the sum of its parts, and nobody is told by either.

The counts shown are put into the sums a reader knows, and whatever those pin down is worked out exactly. Nothing is
asked of the answers: what the tables do not say, they do not give away.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from fractions import Fraction
from typing import NamedTuple

from ledger.surveys.events import QuestionVersioned, ScaleKind, TableKind
from ledger.surveys.pieces import Table
from ledger.surveys.stated import StatedTable

AnyTable = Table | StatedTable
Topic = tuple[str | None, str | None]
"""What tables must share to be put together: the question, the index."""

HIDDEN_MAX = 2_000
"""So many hidden cells of one question are worked out; more would hold up everybody else."""

EVERYBODY = ("", "")
ALL_WORDINGS = 0
BASE, MEAN_BASE, REST = "*", "*mean", "*rest"
ONE = 1


class Cell(NamedTuple):
    """A count: of a group of a background variable, or of everybody, those shown a wording who gave an answer, or all."""

    wording: int
    place: tuple[str, str]
    answer: str


class Sum(NamedTuple):
    """A total and the parts a reader adds up to it."""

    total: Cell
    parts: tuple[Cell, ...]


class TooManyHidden(Exception):
    """More cells of a question are hidden than can be worked out."""


@dataclass
class Told:
    """What the tables about one thing say: the counts shown, the groups and the answers that are named."""

    wordings: tuple[int, ...] = (ALL_WORDINGS,)
    counts: dict[Cell, int] = field(default_factory=dict)
    groups: dict[str, dict[str, None]] = field(default_factory=dict)
    answers: dict[str, None] = field(default_factory=dict)
    bases: dict[str, None] = field(default_factory=dict)


def topic_of(table: AnyTable) -> Topic:
    """Return what a table is about."""
    return (table.question, table.index)


def told_of(tables: Iterable[AnyTable], versions: Sequence[QuestionVersioned]) -> Told:
    """Return what tables about the same thing tell together; of two numbers for one count the later one."""
    several = len(versions) > ONE
    told = Told((ALL_WORDINGS, *(each.question_version for each in versions)) if several else (ALL_WORDINGS,))
    for table in tables:
        wording = (table.question_version or ALL_WORDINGS) if several else ALL_WORDINGS
        base = BASE if table.kind in {TableKind.COUNT, TableKind.SHARE} else MEAN_BASE
        told.bases[base] = None
        for cell in table.cells:
            place = EVERYBODY if cell.group is None or table.by is None else (table.by, cell.group)
            if place != EVERYBODY:
                told.groups.setdefault(place[0], {})[place[1]] = None
            if cell.answer is not None:
                told.answers[cell.answer] = None
            told.counts |= {
                Cell(wording, place, answer): count
                for answer, count in (
                    (base, cell.n),
                    (base, cell.denominator),
                    (cell.answer or BASE, cell.count),
                    (cell.answer, cell.numerator),
                )
                if answer is not None and count is not None
            }
    return told


def small_groups(told: Told, versions: Sequence[QuestionVersioned], min_cell: int) -> frozenset[Cell]:
    """Return the counts below `min_cell` that follow from what is told. Raises TooManyHidden.

    Whoever reads the tables may take the groups and answers named for all there are, or may not: both are tried.
    """
    options = _exclusive_options(told, versions)
    found: set[Cell] = set()
    for has_rest in (False, True):
        sums = list(_sums(told, options, has_rest=has_rest))
        counts = told.counts | worked_out(told.counts, sums)
        found |= {cell for cell, count in counts.items() if 0 < count < min_cell and cell not in told.counts}
        for total, parts in sums:
            if total in counts:
                found |= {part for part in parts if part in counts and 0 < counts[total] - counts[part] < min_cell}
    return frozenset(found)


def _exclusive_options(told: Told, versions: Sequence[QuestionVersioned]) -> tuple[str, ...]:
    """Return all answers where nobody gives two of them, as far as can be known; none where somebody does."""
    if not versions or not told.answers:
        return ()
    scales = [version.scale for version in versions]
    options = (option.code for scale in scales for option in scale.options if not option.missing)
    several = any(scale.kind == ScaleKind.CHOICE and scale.choices_max != ONE for scale in scales)
    return () if several and _overlap(told) else tuple(dict.fromkeys((*told.answers, *options)))


def _overlap(told: Told) -> bool:
    """Tell whether more answers are shown somewhere than there are who answered: then somebody gave two."""
    for wording, place in {(cell.wording, cell.place) for cell in told.counts}:
        shown = sum(told.counts.get(Cell(wording, place, answer), 0) for answer in told.answers)
        if shown > told.counts.get(Cell(wording, place, BASE), shown):
            return True
    return False


def _sums(told: Told, options: Sequence[str], *, has_rest: bool) -> Iterator[Sum]:
    answers = tuple(dict.fromkeys((*options, *told.answers, *told.bases)))
    places = [EVERYBODY, *((by, group) for by, groups in told.groups.items() for group in groups)]
    rest = (REST,) if has_rest else ()
    for wording in told.wordings:
        for by, groups in told.groups.items():
            for answer in answers:
                parts = tuple(Cell(wording, (by, group), answer) for group in (*groups, *rest))
                yield Sum(Cell(wording, EVERYBODY, answer), parts)
        for place in places if options else ():
            yield Sum(Cell(wording, place, BASE), tuple(Cell(wording, place, answer) for answer in (*options, *rest)))
    for place in places if len(told.wordings) > ONE else ():
        for answer in answers:
            parts = tuple(Cell(wording, place, answer) for wording in told.wordings[1:])
            yield Sum(Cell(ALL_WORDINGS, place, answer), parts)


# --- The sums worked out ----------------------------------------------------------------------


def worked_out(known: Mapping[Cell, int], sums: Iterable[Sum]) -> dict[Cell, Fraction]:
    """Return every unknown count that the sums pin down, exactly. Raises TooManyHidden.

    By linear algebra, and because counts are not negative: where some add up to nothing, each of them is nothing.
    A sum that contradicts what is known says nothing.
    """
    rows = [row for each in sums if (row := _row(known, each))[0]]
    if len({cell for row, _ in rows for cell in row}) > HIDDEN_MAX:
        raise TooManyHidden
    found: dict[Cell, Fraction] = {}
    while new := {cell: count for cell, count in _pinned(rows).items() if cell not in found}:
        found |= new
        rows = [_put(row, right, new) for row, right in rows]
    return found


def _row(known: Mapping[Cell, int], each: Sum) -> tuple[dict[Cell, Fraction], Fraction]:
    row: dict[Cell, Fraction] = {}
    right = Fraction(0)
    for cell, sign in ((each.total, -1), *((part, 1) for part in each.parts)):
        if cell in known:
            right -= sign * known[cell]
        else:
            row[cell] = Fraction(sign)
    return row, right


def _put(
    row: dict[Cell, Fraction], right: Fraction, found: Mapping[Cell, Fraction]
) -> tuple[dict[Cell, Fraction], Fraction]:
    """Return a row with the counts found put into it."""
    right -= sum((factor * found[cell] for cell, factor in row.items() if cell in found), Fraction(0))
    return {cell: factor for cell, factor in row.items() if cell not in found}, right


def _pinned(rows: Iterable[tuple[dict[Cell, Fraction], Fraction]]) -> dict[Cell, Fraction]:
    found: dict[Cell, Fraction] = {}
    for row, right in _reduced(rows):
        if len(row) == ONE:
            ((cell, factor),) = row.items()
            found[cell] = right / factor
        elif right == 0 and len({factor > 0 for factor in row.values()}) == ONE:
            found |= dict.fromkeys(row, Fraction(0))
    return found


def _reduced(rows: Iterable[tuple[dict[Cell, Fraction], Fraction]]) -> list[tuple[dict[Cell, Fraction], Fraction]]:
    """Return the rows in reduced echelon form (Gauss and Jordan), without those that say nothing."""
    reduced: dict[Cell, tuple[dict[Cell, Fraction], Fraction]] = {}
    for given in rows:
        row, right = given
        for cell in [cell for cell in row if cell in reduced]:
            row, right = _less(row, right, row[cell], *reduced[cell])
        if not row:
            continue
        lead = next(iter(row))
        scaled = {cell: each / row[lead] for cell, each in row.items()}
        its = right / row[lead]
        reduced = {
            cell: _less(*other, other[0][lead], scaled, its) if lead in other[0] else other
            for cell, other in reduced.items()
        } | {lead: (scaled, its)}
    return list(reduced.values())


def _less(
    row: dict[Cell, Fraction], right: Fraction, factor: Fraction, other: dict[Cell, Fraction], its: Fraction
) -> tuple[dict[Cell, Fraction], Fraction]:
    """Return a row less another one times a factor."""
    made = dict(row)
    for cell, each in other.items():
        made[cell] = made.get(cell, Fraction(0)) - factor * each
    return {cell: each for cell, each in made.items() if each}, right - factor * its
