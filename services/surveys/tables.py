"""All tables of a release: shares, means, the overall index and its factors, and effects."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

from ledger.surveys.commands import PublishResults
from ledger.surveys.events import QuestionRole, QuestionVersioned, ScaleKind, SurveyDesign, TableKind
from ledger.surveys.pieces import Scale
from ledger.surveys.stated import TABLES_MAX, StatedCell, StatedItemMissing, StatedTable
from ledger.surveys.states import Survey
from projections.statistics.index import HIGHEST, LOWEST, respondent_score
from services.surveys.opened import Respondent, Said, Surveyed
from services.surveys.scores import Score, effect_cells, score_cells
from services.surveys.shares import NO, YES, Limits, One, Shares
from services.surveys.weighting import STRATUM, Weighted, unweighted, weighted

METHOD = "liggare survey tables 3"
OVERALL = "overall"
INDEX = (0.0, 100.0)
"""What an index lies between."""
TWO_WORDINGS = "two wordings: see the split comparison"
"""What stands in place of an index whose questions were not worded alike for everybody."""
RELEASE_BYTES_MAX = 45_000
"""So much JSON of tables fits one entry of 65,535 bytes with all else it holds."""


def weights_of(surveyed: Surveyed) -> Weighted:
    """Return the respondents with the weights the ledger says were computed. Raises MarginsUnfit."""
    recorded = surveyed.survey.weights
    if recorded is None:
        return unweighted(surveyed.respondents)
    return weighted(surveyed.survey, surveyed.respondents, recorded.margins, recorded.trimming)


def tables_of(surveyed: Surveyed, limits: Limits, by: Sequence[str], seed: int = 1) -> list[StatedTable]:
    """Return every table, by the background variables named. Raises MarginsUnfit and TablesUnfit."""
    weighed = weights_of(surveyed)
    populations = _populations(surveyed.survey)
    made = [
        table
        for wording in surveyed.wordings()
        if wording.role != QuestionRole.BACKGROUND
        for table in _of_question(wording, weighed, by, limits, populations)
    ]
    made += _of_indices(surveyed, weighed, by, limits, populations)
    effects = _of_effects(surveyed, weighed, limits, seed) if limits.intervals else None
    return made if effects is None else [*made, effects]


def limits_of(survey: Survey, min_cell: int, min_base: int) -> Limits:
    """Return the limits of a survey's figures; chance is told of where chance drew the sample."""
    drawn = survey.plan.design in {SurveyDesign.SRS, SurveyDesign.STRATIFIED}
    return Limits(min_cell, min_base, intervals=drawn)


def _populations(survey: Survey) -> dict[str, int]:
    strata = {each.stratum: each.size for each in survey.plan.strata if each.size is not None}
    frame = survey.plan.frame
    return strata or ({"": frame.size} if frame is not None and frame.size is not None else {})


# --- One question -----------------------------------------------------------------------------
def _of_question(
    wording: QuestionVersioned, weighed: Weighted, by: Sequence[str], limits: Limits, populations: Mapping[str, int]
) -> Iterator[StatedTable]:
    answered = [
        (respondent, said, weight)
        for respondent, weight in zip(weighed.respondents, weighed.weights, strict=True)
        if (said := respondent.said.get(wording.question)) is not None and said.version == wording.question_version
    ]
    if not answered or wording.scale.kind == ScaleKind.TEXT:
        return
    if wording.scale.kind == ScaleKind.NUMBER:
        scores = [
            Score(float(said.number), each.background, weight, _stratum(each))
            for each, said, weight in answered
            if said.number is not None
        ]
        if scores:
            scale = (float(wording.scale.minimum or 0), float(wording.scale.maximum or 0))
            yield from _tables(wording, TableKind.MEAN, score_cells(scores, by, limits, populations, scale))
        return
    yield from _tables(wording, TableKind.SHARE, _shares(wording.scale, answered, by, limits, populations))


def _shares(
    scale: Scale,
    answered: Sequence[tuple[Respondent, Said, float]],
    by: Sequence[str],
    limits: Limits,
    populations: Mapping[str, int],
) -> dict[str, list[StatedCell]]:
    codes = [option.code for option in scale.options if not option.missing]
    # Where nobody ticked two the answers exclude each other, whatever the form allowed: they and their total are one table.
    several = scale.kind == ScaleKind.CHOICE and any(len(said.codes) > 1 for _, said, _ in answered)
    ones = [
        One(_ticked(codes, said) if several else {"": said.codes[0]}, each.background, weight, _stratum(each))
        for each, said, weight in answered
        if several or (said.codes and said.codes[0] in codes)
    ]
    if not ones:
        return {}
    shares = Shares(ones, dict.fromkeys(codes, (YES, NO)) if several else {"": codes}, by, limits, populations)
    made = {
        name or "": [
            cell
            for code in codes
            for cell in (shares.cells(code, YES, name, code) if several else shares.cells("", code, name, code))
        ]
        for name in (None, *by)
    }
    return beside_a_lone_one(made) if several else made


def beside_a_lone_one(tables: Mapping[str, Sequence[StatedCell]]) -> dict[str, list[StatedCell]]:
    """Return tables of ticks where no hidden one is about what the others leave of their total.

    Where hardly anybody ticked two, the total less the ticks shown is nearly the hidden one. So wherever one alone is
    hidden and the ticks shown do not exceed their total, the next smallest answer is hidden in every table.
    """
    cells = {name: list(each) for name, each in tables.items()}
    while (answer := _to_hide(cells)) is not None:
        cells = {
            name: [
                StatedCell(group=cell.group, answer=answer, suppressed=True) if cell.answer == answer else cell
                for cell in each
            ]
            for name, each in cells.items()
        }
    return cells


def _to_hide(tables: Mapping[str, Sequence[StatedCell]]) -> str | None:
    """Return the smallest shown answer of the first group that hides one alone; None where no group does."""
    for cells in tables.values():
        for group in dict.fromkeys(cell.group for cell in cells):
            shown = [cell for cell in cells if cell.group == group and not cell.suppressed]
            hidden = sum(cell.group == group and cell.suppressed for cell in cells)
            if hidden == 1 and shown and sum(cell.numerator or 0 for cell in shown) <= (shown[0].denominator or 0):
                return min(shown, key=lambda cell: (cell.numerator or 0, cell.answer or "")).answer
    return None


def _ticked(codes: Iterable[str], said: Said) -> dict[str, str]:
    """Return of each answer whether it was ticked: where several may be, each is a question by itself."""
    return {code: YES if code in said.codes else NO for code in codes}


def _stratum(respondent: Respondent) -> str:
    return respondent.background.get(STRATUM, "")


def _tables(
    wording: QuestionVersioned, kind: TableKind, by_group: Mapping[str, list[StatedCell]]
) -> Iterator[StatedTable]:
    version = wording.question_version
    name = wording.question if version == 1 else f"{wording.question}-v{version}"
    for group, cells in by_group.items():
        yield StatedTable(
            table=_id(name, group),
            kind=kind,
            question=wording.question,
            question_version=version,
            by=group or None,
            cells=tuple(cells),
        )


def _id(name: str, group: str) -> str:
    return f"{name}-by-{group}".replace("_", "-")[:64] if group else name[:64]


# --- Indices and effects ----------------------------------------------------------------------
def _items(surveyed: Surveyed) -> dict[str, list[str]]:
    """Return the questions of each index: overall, and one for each factor; scales of 1 to 10 alone."""
    found: dict[str, list[str]] = {}
    for wording in surveyed.wordings():
        index = wording.factor or (OVERALL if wording.role == QuestionRole.OVERALL else None)
        if index is not None and (wording.scale.minimum, wording.scale.maximum) == (LOWEST, HIGHEST):
            found.setdefault(index, [])
            if wording.question not in found[index]:
                found[index].append(wording.question)
    return found


def _two_wordings(surveyed: Surveyed, items: Sequence[str]) -> bool:
    """Tell whether a question of an index was split: its halves answered two questions, and no mean is of both."""
    return any(wording.split is not None for item in items for wording in surveyed.survey.questions[item])


def _scored(items: Sequence[str], weighed: Weighted) -> list[float | None]:
    numbers = [
        [None if (said := each.said.get(item)) is None else said.number for item in items]
        for each in weighed.respondents
    ]
    return [respondent_score(each) for each in numbers]


def _of_indices(
    surveyed: Surveyed, weighed: Weighted, by: Sequence[str], limits: Limits, populations: Mapping[str, int]
) -> Iterator[StatedTable]:
    for index, items in _items(surveyed).items():
        scores = [
            Score(score, each.background, weight, _stratum(each))
            for each, weight, score in zip(weighed.respondents, weighed.weights, _scored(items, weighed), strict=True)
            if score is not None
        ]
        if not scores:
            continue
        name = f"index-{index}".replace("_", "-")
        if _two_wordings(surveyed, items):
            why = (StatedCell(note=TWO_WORDINGS),)
            yield StatedTable(table=_id(name, ""), kind=TableKind.INDEX, index=index, cells=why)
            continue
        for group, cells in score_cells(scores, by, limits, populations, INDEX).items():
            table = _id(name, group)
            yield StatedTable(table=table, kind=TableKind.INDEX, index=index, by=group or None, cells=tuple(cells))


def _of_effects(surveyed: Surveyed, weighed: Weighted, limits: Limits, seed: int) -> StatedTable | None:
    items = {index: each for index, each in _items(surveyed).items() if not _two_wordings(surveyed, each)}
    overall = items.pop(OVERALL, None)
    if overall is None or not items:
        return None
    factors = {name: _scored(questions, weighed) for name, questions in items.items()}
    found = effect_cells(_scored(overall, weighed), factors, weighed.weights, seed, limits)
    if found is None:
        return None
    return StatedTable(
        table="effects",
        kind=TableKind.EFFECT,
        index=OVERALL,
        cells=tuple(found.cells),
        r_squared=found.r_squared,
        seed=found.seed,
        replicates=found.replicates,
    )


# --- What goes with them ----------------------------------------------------------------------
def items_missing(surveyed: Surveyed) -> tuple[StatedItemMissing, ...]:
    """Return for each question how many of the respondents left it out."""
    asked = len(surveyed.respondents)
    questions = dict.fromkeys(each.question for each in surveyed.wordings())
    return tuple(
        StatedItemMissing(
            question=question,
            eligible=asked,
            missing=sum(question not in each.said for each in surveyed.respondents),
        )
        for question in questions
    )


def releases(survey: str, release: str, snapshot: int, tables: Sequence[StatedTable]) -> list[PublishResults]:
    """Return the releases that hold all tables, as few as fit: the first has the id given, the others a number after it."""
    pages: list[list[StatedTable]] = [[]]
    size = 0
    for table in tables:
        length = len(table.model_dump_json(exclude_none=True))
        if pages[-1] and (size + length > RELEASE_BYTES_MAX or len(pages[-1]) == TABLES_MAX):
            pages.append([])
            size = 0
        pages[-1].append(table)
        size += length
    return [
        PublishResults(
            survey=survey,
            release=release if number == 1 else f"{release}-{number}",
            snapshot=snapshot,
            method=METHOD,
            tables=tuple(page),
        )
        for number, page in enumerate(pages, 1)
    ]
