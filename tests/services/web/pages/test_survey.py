"""The pages of surveys: the card first, what is missing drawn as part of the whole, and figures with their bounds."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.inputs.links import CriticismLinked, CriticismTarget
from ledger.messages import Event
from ledger.surveys.events import ResultRetracted
from ledger.surveys.pieces import Cell, Table
from services.web.page import Shown
from services.web.pages import survey, survey_compare, surveys
from tests.projections.survey_events import SHARE, WARNING, carded, mean, planned, question, released
from tests.projections.town import SEALED, TOWN, received
from tests.services.web.pages.seen import HOSTILE, drawn, shown

PATH = {"survey": "s1"}
WHOLE: tuple[Event, ...] = (*TOWN, WARNING, planned(), question(), carded(), released())


def seen(*events: Event) -> Shown:
    data = shown(survey.PAGE, events, PATH)
    assert data is not None
    return data


def test_the_page_opens_with_who_was_asked_reached_and_answered() -> None:
    data = seen(*WHOLE)
    assert data["people"] == {"asked": 1480, "reached": 720, "answered": 600}
    read = drawn(survey.PAGE, data)
    assert read.lead == "1,480 people were asked. 720 were reached. 600 answered. 880 did not answer."
    assert "600 of 1,480 answered" in read.pictures
    assert "below the limit" in read.text
    assert "880" in drawn(survey.PAGE, data, "sv").lead


def test_a_figure_stands_with_its_interval_and_what_it_may_be_had_all_answered() -> None:
    data = seen(*WHOLE)
    text = drawn(survey.PAGE, data).text.replace("\xa0", " ")
    assert "40 % 36–44 %" in text
    assert "16–76 %" in text
    (row,) = survey.table(data).rows
    assert dict(zip(survey.table(data).header, row, strict=True))["value"] == SHARE.value


def test_without_a_card_no_figure_is_shown() -> None:
    data = seen(*TOWN, planned(), question(), released())
    assert data["results"] == []
    read = drawn(survey.PAGE, data)
    assert "There is no card, so no figure is shown." in read.text
    assert "Nobody states how many were asked." in read.lead


def test_a_hidden_cell_holds_no_number_and_says_why() -> None:
    table = Table(
        table="t1", kind="share", question="q1", by="age", cells=(SHARE, Cell(group="young", suppressed=True))
    )
    data = seen(*TOWN, planned(), question(), carded(), released("s1", "r1", table))
    assert "hidden: too few answered" in drawn(survey.PAGE, data).text
    assert [row[-3:] for row in survey.table(data).rows] == [("false", "0.1595", "0.7608"), ("true", None, None)]
    whole = Table(table="t1", kind="share", question="q1", by="age", cells=(Cell(group="young", suppressed=True),))
    assert (
        "All figures are hidden"
        in drawn(survey.PAGE, seen(*TOWN, planned(), question(), carded(), released("s1", "r1", whole))).text
    )


def test_what_was_taken_back_is_no_longer_a_result() -> None:
    back = ResultRetracted(survey="s1", release="r1", reason_code="wrong", reason=SEALED)
    data = seen(*WHOLE, back)
    assert data["results"] == []
    assert "taken back" in drawn(survey.PAGE, data).text


def test_an_objection_stands_beside_the_survey_word_by_word() -> None:
    criticised = CriticismLinked(input="i1", target_kind=CriticismTarget.SURVEY, target="s1")
    read = drawn(survey.PAGE, seen(*WHOLE, received("i1"), criticised))
    assert "Objections to the survey the words" in read.text
    assert "/en/forslag/i1" in read.links


# --- Comparing ----------------------------------------------------------------------------------
def waves(one: Table, other: Table) -> list[Event]:
    follows: dict[str, Any] = {"changed_from": {"survey": "s1", "question": "q1", "question_version": 1}}
    return [
        *TOWN,
        *(planned("s1"), question("s1"), carded("s1"), released("s1", "r1", one)),
        *(planned("s2"), question("s2", comparable=True, **follows), carded("s2"), released("s2", "r2", other)),
    ]


@pytest.mark.parametrize(
    ("value", "se", "sentence"),
    [
        ("6.0", "0.1", "Yes. The figures differ more than chance explains."),
        ("5.1", "0.1", "Nobody can tell. The difference may be chance."),
        ("6.0", None, "Nobody can tell. They cannot be compared: the uncertainty is not known."),
    ],
)
def test_two_waves_differ_or_nobody_can_tell(value: str, se: str | None, sentence: str) -> None:
    events = waves(mean("5.0", "0.1", 1), mean(value, se, 1))
    data = shown(survey_compare.PAGE, events, {"survey": "s2"}, med="s1", fraga="q1")
    assert data is not None
    assert drawn(survey_compare.PAGE, data).lead == sentence
    assert survey_compare.table(data).rows[0][:2] == ("later_figure", "s2")


@pytest.mark.parametrize(
    "query", [{}, {"fraga": "nope"}, {"med": "nope", "fraga": "q1"}, {"fraga": "q1", "index": "i"}]
)
def test_whatever_is_asked_a_comparison_answers(query: dict[str, str]) -> None:
    data = shown(survey_compare.PAGE, WHOLE, PATH, **query)
    assert data is not None
    assert data["compared"] is None
    assert drawn(survey_compare.PAGE, data, "sv").lead


# --- All of them, and none ------------------------------------------------------------------------
@pytest.mark.parametrize("language", ["sv", "en"])
def test_lists_and_an_empty_ledger(language: str) -> None:
    empty, full = shown(surveys.PAGE, ()), shown(surveys.PAGE, WHOLE)
    assert empty is not None
    assert full is not None
    assert surveys.table(empty).rows == []
    assert surveys.table(full).rows[0][-3:] == (1480, 720, 600)
    for data in (empty, full):
        drawn(surveys.PAGE, data, language)
    assert shown(survey.PAGE, (), PATH) is None
    assert shown(survey_compare.PAGE, (), PATH) is None


def test_hostile_words_are_words() -> None:
    events = (*TOWN, planned(title=HOSTILE, population=HOSTILE), carded(population=HOSTILE))
    for page in (survey.PAGE, surveys.PAGE, survey_compare.PAGE):
        data = shown(page, events, PATH)
        assert data is not None
        assert HOSTILE in drawn(page, data).text
