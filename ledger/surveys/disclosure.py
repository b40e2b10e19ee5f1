"""Surveys: what a release may not show. The last gate; whoever computes the tables suppresses before.

A figure too small, an interval where nobody was drawn, a second release so like the first that the difference is a
person, and a hidden cell that follows from all that is released: each is refused.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction

from ledger.surveys.commands import PublishResults
from ledger.surveys.events import TableKind
from ledger.surveys.rejections import (
    BaseTooSmall,
    CellNotWhole,
    CellTooSmall,
    FigureAboveAnswers,
    FigureOutsideScale,
    FigureWithoutItsCounts,
    HiddenCellFollows,
    SelfSelectedHasNoInterval,
    SuppressedCellHoldsNumber,
    TableOfTwoThings,
    TooFewChanged,
    TooMuchHidden,
)
from ledger.surveys.solving import (
    ALL_WORDINGS,
    BASE,
    EVERYBODY,
    AnyTable,
    Cell,
    TooManyHidden,
    Topic,
    small_groups,
    told_of,
    topic_of,
)
from ledger.surveys.stated import StatedCell, StatedTable
from ledger.surveys.states import Survey


def check_shape(command: PublishResults) -> None:
    """Raise TableOfTwoThings, SuppressedCellHoldsNumber or CellNotWhole for the first table that contradicts itself."""
    for table in command.tables:
        if table.question is not None and table.index is not None:
            raise TableOfTwoThings(table=table.table)
        for cell in table.cells:
            if cell.suppressed and cell.holds_a_number:
                raise SuppressedCellHoldsNumber(table=table.table)
            if not _is_whole(cell):
                raise CellNotWhole(table=table.table)


def _is_whole(cell: StatedCell) -> bool:
    if (cell.numerator is None) is not (cell.denominator is None) or (cell.low is None) is not (cell.high is None):
        return False
    if cell.numerator is not None and cell.denominator is not None and cell.numerator > cell.denominator:
        return False
    if cell.low is not None and cell.high is not None and Fraction(cell.low) > Fraction(cell.high):
        return False
    return cell.suppressed or cell.holds_a_number or cell.note is not None


def check_scales(survey: Survey, command: PublishResults) -> None:
    """Raise FigureOutsideScale for the first mean, index or share that no answers could give."""
    for table in command.tables:
        least, most = _limits(survey, table)
        for cell in table.cells:
            if cell.value is not None and least is not None and not least <= Fraction(cell.value) <= (most or 0):
                raise FigureOutsideScale(table=table.table, minimum=least, maximum=most)


def _limits(survey: Survey, table: StatedTable) -> tuple[int, int] | tuple[None, None]:
    """Return what a table's figures lie between; None and None where nothing is known."""
    if table.kind is TableKind.SHARE:
        return 0, 1
    if table.kind is TableKind.INDEX:
        return 0, 100
    versions = survey.questions.get(table.question or "", ())
    if table.kind is not TableKind.MEAN or not versions:
        return None, None
    scales = [
        each.scale
        for each in versions
        if table.question_version is None or each.question_version == table.question_version
    ]
    # The options of a scale in words may be counted from 0 or from 1.
    return (
        min(0 if each.minimum is None else each.minimum for each in scales),
        max(len(each.options) if each.maximum is None else each.maximum for each in scales),
    )


def check_received(survey: Survey, command: PublishResults) -> None:
    """Raise FigureAboveAnswers for the first figure of more answers than ever came."""
    for table in command.tables:
        for cell in table.cells:
            if max(cell.count or 0, cell.n or 0, cell.denominator or 0) > survey.answered:
                raise FigureAboveAnswers(table=table.table, answers=survey.answered)


def check_no_interval(command: PublishResults) -> None:
    """Raise SelfSelectedHasNoInterval where a figure claims more than that these persons answered so."""
    for table in command.tables:
        for cell in table.cells:
            if any(each is not None for each in (cell.se, cell.low, cell.high, cell.n_eff)):
                raise SelfSelectedHasNoInterval(survey=command.survey)


def check_cells(command: PublishResults, min_cell: int, min_base: int) -> None:
    """Raise CellTooSmall, BaseTooSmall or FigureWithoutItsCounts for the first figure that shows too few."""
    for table in command.tables:
        for cell in table.cells:
            if not cell.suppressed:
                _check_cell(table, cell, min_cell, min_base)


def _check_cell(table: StatedTable, cell: StatedCell, min_cell: int, min_base: int) -> None:
    _check_counts(table, cell)
    base = cell.denominator if cell.denominator is not None else cell.n
    for shown in _groups(cell):
        # A zero says of everybody in the group that they did not; so the group must be large enough itself.
        if 0 < shown < min_cell or (shown == 0 and (base or 0) < min_cell):
            raise CellTooSmall(table=table.table, min_cell=min_cell)
    judged = cell.numerator is not None or cell.value is not None
    if judged and (base or 0) < min_base:
        raise BaseTooSmall(table=table.table, min_base=min_base)


def _check_counts(table: StatedTable, cell: StatedCell) -> None:
    of_share = table.kind is TableKind.SHARE and cell.value is not None and cell.numerator is None
    of_value = cell.value is not None and cell.n is None and cell.denominator is None
    if of_share or of_value:
        raise FigureWithoutItsCounts(table=table.table)


def _groups(cell: StatedCell) -> list[int]:
    """Return the sizes of all groups a cell shows, those it leaves over among them."""
    groups = [cell.count, cell.n]
    if cell.numerator is not None and cell.denominator is not None:
        groups += [cell.numerator, cell.denominator - cell.numerator, cell.denominator]
    return [group for group in groups if group is not None]


def check_changes(survey: Survey, command: PublishResults, min_cell: int) -> None:
    """Raise TooFewChanged unless enough respondents changed since each table was released last.

    The same figures again are refused as well, unless the earlier release was retracted: then nobody is shown. A table
    of another name about the same question shows the difference too, so only where nobody changed may it follow.
    """
    for table in command.tables:
        for earlier in survey.releases.values():
            changed = len(set(survey.changes[earlier.changes :]))
            if 0 < changed < min_cell and any(topic_of(each) == topic_of(table) for each in earlier.tables):
                raise TooFewChanged(table=table.table, min_cell=min_cell)
        same = [each for each in survey.releases.values() if any(table.table == its.table for its in each.tables)]
        if same and not same[-1].retracted and not set(survey.changes[same[-1].changes :]):
            raise TooFewChanged(table=table.table, min_cell=min_cell)


def check_followed(survey: Survey, command: PublishResults, min_cell: int) -> None:
    """Raise HiddenCellFollows where a small group follows from the tables, by themselves or with what is released.

    What followed before, from releases of the same answers, is told already and does not count.
    """
    before = [
        table for each in survey.releases.values() if each.changes == len(survey.changes) for table in each.tables
    ]
    for topic in dict.fromkeys(topic_of(table) for table in command.tables):
        now = [table for table in command.tables if topic_of(table) == topic]
        earlier = [table for table in before if topic_of(table) == topic]
        try:
            found = _small(survey, topic, now, min_cell)
            if earlier and not found:
                found = _small(survey, topic, [*earlier, *now], min_cell) - _small(survey, topic, earlier, min_cell)
        except TooManyHidden:
            raise TooMuchHidden(table=now[0].table) from None
        if found:
            raise HiddenCellFollows(table=now[0].table, min_cell=min_cell)


def _small(survey: Survey, topic: Topic, tables: Sequence[AnyTable], min_cell: int) -> frozenset[Cell]:
    question = topic[0] or ""
    versions = survey.questions.get(question, ())
    told = told_of(tables, versions)
    may_be_missing = any(option.missing for version in versions for option in version.scale.options)
    if question in survey.given and told.answers and not may_be_missing:
        # Everybody can read on the card how many answered.
        told.counts.setdefault(Cell(ALL_WORDINGS, EVERYBODY, BASE), survey.given[question])
    return small_groups(told, versions, min_cell)
