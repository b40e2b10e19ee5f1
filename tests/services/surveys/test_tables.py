"""What leaves the opened answers: exact shares, the index of the specification, and nothing that shows a few."""

from __future__ import annotations

from collections.abc import Mapping
from itertools import product
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.messages import Sealed
from ledger.surveys.events import QuestionVersioned, SurveyPlanned, WeightsComputed
from ledger.surveys.pieces import Margin, MarginCell, Scale, ScaleOption, Stratum, Wording
from ledger.surveys.stated import StatedTable
from ledger.surveys.states import Survey
from services.surveys.opened import Respondent, Said, Surveyed
from services.surveys.scores import hidden_groups
from services.surveys.shares import Limits
from services.surveys.tables import items_missing, limits_of, releases, tables_of
from services.surveys.weighting import weighted

WORDS = Sealed(commit="A" * 43, sealing_class="P")
TEN = Scale(kind="number", minimum=1, maximum=10)
YES_NO = Scale(kind="verbal", options=tuple(ScaleOption(code=code, label=code) for code in ("yes", "no")))
TICKS = Scale(kind="choice", options=tuple(ScaleOption(code=code, label=code) for code in ("bus", "park")))
ALL = Limits(1, 1, intervals=True)


def question(name: str, scale: Scale, version: int = 1, **more: Any) -> QuestionVersioned:
    wording = (Wording(language="sv", text=WORDS),)
    return QuestionVersioned(
        survey="s", question=name, question_version=version, wordings=wording, scale=scale, order=1, **more
    )


def surveyed(respondents: list[Respondent], *questions: QuestionVersioned, **more: Any) -> Surveyed:
    by_name: dict[str, tuple[QuestionVersioned, ...]] = {}
    for each in questions:
        by_name[each.question] = (*by_name.get(each.question, ()), each)
    plan = SurveyPlanned(survey="s", title="t", commissioner="ks", population="p", design=more.pop("design", "srs"))
    return Surveyed(Survey(plan, by_name, **more), tuple(respondents), 99)


def one(number: int, said: Mapping[str, Any], **background: str) -> Respondent:
    answers = {
        name: Said(1, number=value) if isinstance(value, int) else Said(1, codes=tuple(value.split(";")))
        for name, value in said.items()
    }
    return Respondent(f"r{number}", answers, background)


def named(tables: list[StatedTable]) -> dict[str, StatedTable]:
    return {table.table: table for table in tables}


def test_the_index_is_that_of_the_specification() -> None:
    answers = [(8, 7, 6), (3, 4, 2), (10, 9, 10), (5, 5, None), (None, None, None)]
    weights = (1, 2, 1, 1.5, 1)
    names = ("a", "b", "c")
    found = [
        one(
            number,
            {name: value for name, value in zip(names, row, strict=True) if value is not None},
            weight=f"w{number}",
        )
        for number, row in enumerate(answers)
    ]
    cells = tuple(MarginCell(code=f"w{number}", count=int(weight * 2)) for number, weight in enumerate(weights))
    recorded = WeightsComputed(
        survey="s", method="raking", margins=(Margin(variable="weight", source="x", cells=cells),)
    )
    items = [question(name, TEN, role="overall") for name in names]
    tables = named(tables_of(surveyed(found, *items, weights=recorded), ALL, ()))
    (cell,) = tables["index-overall"].cells
    assert (cell.value, cell.se, cell.n, cell.n_eff) == ("49.8316", "15.6502", 4, "3.6667")


def test_shares_are_of_those_who_answered_and_each_tick_is_a_share_by_itself() -> None:
    respondents = [one(number, {"q": "yes" if number < 30 else "no", "t": "bus;park" if number < 10 else "park"}) for number in range(40)]  # fmt: skip
    respondents += [one(number, {"q": "yes"}) for number in range(40, 44)]
    tables = named(tables_of(surveyed(respondents, question("q", YES_NO), question("t", TICKS)), ALL, ()))
    assert [(cell.answer, cell.numerator, cell.denominator) for cell in tables["q"].cells] == [
        ("yes", 34, 44),
        ("no", 10, 44),
    ]
    assert [(cell.answer, cell.numerator, cell.denominator) for cell in tables["t"].cells] == [
        ("bus", 10, 40),
        ("park", 40, 40),
    ]
    assert [(each.question, each.eligible, each.missing) for each in items_missing(surveyed(respondents, question("q", YES_NO), question("t", TICKS)))] == [("q", 44, 0), ("t", 44, 4)]  # fmt: skip


BUS_SCHOOL_PARK = Scale(
    kind="choice", options=tuple(ScaleOption(code=code, label=code) for code in ("bus", "school", "park"))
)


@pytest.mark.parametrize("ticked", ["park", "bus;park"])
def test_a_choice_tells_no_hidden_tick_by_the_total_whatever_the_form_allowed(ticked: str) -> None:
    """Three young persons want a park: total less the ticks shown must not be those three, nor nearly."""
    said = ["bus"] * 30 + ["school"] * 40 + ["park"] * 2 + [ticked]
    respondents = [one(number, {"q": each}, age="young") for number, each in enumerate(said)]
    respondents += [one(number + 100, {"q": ("bus", "school", "park")[number % 3]}, age="old") for number in range(90)]
    known = surveyed(respondents, question("q", BUS_SCHOOL_PARK))
    tables = named(tables_of(known, Limits(5, 20, intervals=False), ("age",)))
    young = {cell.answer: cell for cell in tables["q-by-age"].cells if cell.group == "young"}
    assert young["park"].suppressed
    assert sum(cell.suppressed for cell in young.values()) >= 2


def test_two_wordings_are_two_tables() -> None:
    respondents = [
        Respondent(f"r{number}", {"q": Said(1 + number % 2, number=5 + number % 2)}, {}) for number in range(40)
    ]
    halves = (question("q", TEN, 1, split="a"), question("q", TEN, 2, split="b"))
    tables = named(tables_of(surveyed(respondents, *halves), ALL, ()))
    assert [(tables[name].question_version, tables[name].cells[0].value) for name in ("q", "q-v2")] == [
        (1, "5.0000"),
        (2, "6.0000"),
    ]


def test_no_index_pools_two_wordings() -> None:
    halves = [
        Respondent(f"r{number}", {"q1": Said(1, number=5), "q2": Said(number % 2 + 1, number=7)}, {"sex": "w"})
        for number in range(40)
    ]
    plain, first = question("q1", TEN, role="overall"), question("q2", TEN, role="overall", split="a")
    second = question("q2", TEN, 2, role="overall", split="b")
    tables = named(tables_of(surveyed(halves, plain, first, second), ALL, ["sex"]))
    (cell,) = tables["index-overall"].cells
    assert (cell.value, cell.n, cell.note) == (None, None, "two wordings: see the split comparison")
    assert "index-overall-by-sex" not in tables
    assert (tables["q2"].cells[0].n, tables["q2-v2"].cells[0].n) == (20, 20)
    assert tables_of(surveyed([], plain, first, second), ALL, []) == []


def test_no_interval_leaves_the_scale() -> None:
    low, high = (
        [one(number, {"q1": said if number else other}) for number in range(3)] for said, other in ((1, 4), (10, 7))
    )
    for answers, name, end in ((high, "high", 10), (low, "low", 1)):
        (cell,) = named(tables_of(surveyed(answers, question("q1", TEN)), ALL, []))["q1"].cells
        assert float(getattr(cell, name)) == end
    (index,) = named(tables_of(surveyed(low, question("q1", TEN, role="overall")), ALL, []))["index-overall"].cells
    assert float(index.low or -1) == 0


def test_an_open_survey_gets_no_interval() -> None:
    respondents = [one(number, {"q": 5}) for number in range(40)]
    known = surveyed(respondents, question("q", TEN), design="open")
    (table,) = tables_of(known, limits_of(known.survey, 5, 20), ())
    assert (table.cells[0].value, table.cells[0].low, table.cells[0].n_eff) == ("5.0000", None, None)


def test_effects_name_the_field_of_each_factor() -> None:
    respondents = [
        one(number, {"o": 1 + (number * 7 + number // 3) % 10, "f": 1 + (number * 7 + number // 3) % 10, "g": 1 + (number * 3) % 7})
        for number in range(150)
    ]  # fmt: skip
    items = (
        question("o", TEN, role="overall"),
        question("f", TEN, role="factor", factor="trust"),
        question("g", TEN, role="factor", factor="contact"),
    )
    table = named(tables_of(surveyed(respondents, *items), Limits(5, 20, intervals=True), (), seed=7))["effects"]
    found = {cell.factor: (cell.value, cell.quadrant) for cell in table.cells}
    # The overall score is the factor trust itself: it rises by 5 when that does.
    assert found["trust"][0] == "5.0000"
    assert found["trust"][1] in {"prioritera", "forbattra_om_mojligt"}
    assert (table.seed, table.replicates, table.r_squared) == (7, 500, "1.0000")


def test_strata_are_weighed_up_to_their_size() -> None:
    plan = SurveyPlanned(
        survey="s",
        title="t",
        commissioner="ks",
        population="p",
        design="stratified",
        strata=(Stratum(stratum="a", label="A", size=300), Stratum(stratum="b", label="B", size=100)),
    )
    respondents = [one(number, {"q": 5}, stratum="a" if number < 10 else "b") for number in range(20)]
    found = weighted(Survey(plan), respondents, (), None)
    assert (found.weights[0], found.weights[-1], found.left_out) == (30.0, 10.0, 0)
    assert found.deff == pytest.approx(1.25)


def test_large_releases_are_split_so_that_each_fits_an_entry() -> None:
    respondents = [
        one(number, {f"q{item}": "yes" for item in range(120)}, age=f"a{number % 4}") for number in range(200)
    ]
    questions = [question(f"q{item}", YES_NO) for item in range(120)]
    tables = tables_of(surveyed(respondents, *questions), Limits(5, 20, intervals=True), ("age",))
    made = releases("s", "one", 99, tables)
    assert [each.release for each in made[:2]] == ["one", "one-2"]
    assert sum(len(each.tables) for each in made) == len(tables) == 240
    assert all(len(each.model_dump_json(exclude_none=True)) < 60_000 for each in made)


# --- Nobody is shown --------------------------------------------------------------------------
@given(sizes=st.dictionaries(st.sampled_from("abcdef"), st.integers(1, 60), min_size=1))
def test_hidden_means_are_neither_one_group_nor_few_persons(sizes: dict[str, int]) -> None:
    hidden = hidden_groups(sizes, 20)
    assert all(sizes[group] >= 20 for group in sizes.keys() - hidden)
    if hidden and hidden != sizes.keys():
        assert len(hidden) >= 2
        assert sum(sizes[group] for group in hidden) >= 20


PLACES = tuple(product(("yes", "no"), ("x", "y", "z")))
POSSIBLE = tuple(product(range(6), repeat=len(PLACES)))
"""Every table a reader may think of, up to one more than any count that is drawn below, and one beside it."""


@settings(max_examples=25, deadline=None)
@given(counts=st.tuples(*(st.integers(0, 4) for _ in PLACES)).filter(any))
def test_no_small_count_follows_from_what_is_released(counts: tuple[int, ...]) -> None:
    respondents = [
        one(number, {"q": answer}, area=area)
        for (answer, area), count in zip(PLACES, counts, strict=True)
        for number in range(count)
    ]
    tables = named(tables_of(surveyed(respondents, question("q", YES_NO)), Limits(3, 1, intervals=False), ("area",)))
    known = _known(tables)
    possible = [found for found in POSSIBLE if all(sum(found[n] for n in places) == value for places, value in known)]
    assert counts in possible
    for place, count in enumerate(counts):
        if 0 < count < 3:
            assert len({found[place] for found in possible}) > 1, (PLACES[place], known)


def _known(tables: Mapping[str, StatedTable]) -> list[tuple[tuple[int, ...], int]]:
    """Return what the tables tell: sums of cells, by their places, and the value of each."""
    told: list[tuple[tuple[int, ...], int]] = []
    for cell in (*tables["q"].cells, *tables["q-by-area"].cells):
        if cell.numerator is not None and cell.denominator is not None:
            group = [n for n, (_, area) in enumerate(PLACES) if cell.group in {None, area}]
            told.append((tuple(n for n in group if PLACES[n][0] == cell.answer), cell.numerator))
            told.append((tuple(group), cell.denominator))
    return told
