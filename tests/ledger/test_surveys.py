"""Surveys up to the close: who is asked what, and what they answer."""

from __future__ import annotations

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from pydantic_core import from_json

from ledger.sealing import words_of
from ledger.surveys import SLICE, rejections
from ledger.surveys.commands import (
    DrawSample,
    SendInvitations,
    WithdrawAnswer,
)
from ledger.surveys.events import (
    AnswerReceived,
    AnswerWithdrawn,
    InvitationsSent,
    SampleDrawn,
)
from ledger.surveys.pieces import Frame, QuestionRef, StratumCount
from ledger.surveys.stated import StatedStratumCount
from tests.ledger.survey_history import (
    BODY,
    CLOSED,
    DONE,
    FIELD,
    GONE,
    OPEN_PLANNED,
    PLAN,
    PLANNED,
    Q1,
    answer,
    received,
    worded,
)
from tests.slices import given


# --- Planning ---------------------------------------------------------------------------------
def test_a_survey_is_planned_with_whom_it_speaks_about_and_how_they_are_chosen() -> None:
    assert PLANNED.frame == Frame(source="Folkbokföringen", date="2018-09-01", size=70000)
    assert (PLANNED.design, PLANNED.modes, PLANNED.tags()) == (
        "stratified",
        ("web", "paper"),
        ("survey:enkat", "body:ks"),
    )
    assert [(each.pointer, each.key) for each in words_of(PLANNED)] == [("/purpose", "survey:enkat|P")]


def test_s0_32_the_exact_wording_is_kept_with_its_scale_order_and_version() -> None:
    event = worded(
        Q1, changed_from={"survey": "enkat", "question": "q1", "question_version": 1}, comparable=False, order=7
    )
    assert (event.question_version, event.comparable, event.order) == (2, False, 7)
    assert event.changed_from == QuestionRef(survey="enkat", question="q1", question_version=1)
    assert [(each.pointer, each.key, each.value) for each in words_of(event)] == [
        ("/wordings/0/text", "survey:enkat|P", "Hur nöjd är du?")
    ]
    assert [(option.code, option.missing) for option in event.scale.options] == [("no_opinion", True)]


def test_a_dissolved_body_may_be_shown_to_have_commissioned_a_survey_once() -> None:
    (event,) = given(SLICE, BODY, GONE).when(PLAN.model_copy(update={"occurred": "2014"}))
    assert event.occurred == "2014"


def test_a_sample_is_drawn_by_stratum() -> None:
    command = DrawSample(
        survey="enkat",
        size=30,
        by_stratum=(StatedStratumCount(stratum="norr", size=10), StatedStratumCount(stratum="soder", size=20)),
    )
    assert given(SLICE, PLANNED).when(command) == (
        SampleDrawn(
            survey="enkat",
            size=30,
            by_stratum=(StratumCount(stratum="norr", size=10), StratumCount(stratum="soder", size=20)),
        ),
    )


def test_reminders_are_counted_as_waves_and_an_open_survey_publishes_its_link() -> None:
    invite = SendInvitations(survey="enkat", count=900, mode="sms")
    assert given(SLICE, *FIELD).when(invite) == (InvitationsSent(survey="enkat", wave=2, count=900, mode="sms"),)
    link = SendInvitations(survey="enkat", mode="link")
    assert given(SLICE, OPEN_PLANNED).when(link) == (InvitationsSent(survey="enkat", wave=1, mode="link"),)


# --- Answers ----------------------------------------------------------------------------------
def test_all_answers_of_a_respondent_are_one_private_text_under_a_key_of_that_respondent() -> None:
    command = answer(
        {"question": "q1", "number": 7},
        {"question": "q2", "codes": ["yes"]},
        {"question": "q4", "text": "Mer bussar"},
        {"question": "q5", "question_version": 2, "codes": ["no_opinion"]},
        background=[{"variable": "age", "code": "age_30_49"}],
    )
    (event,) = given(SLICE, *FIELD).when(command)
    assert isinstance(event, AnswerReceived)
    (words,) = words_of(event)
    assert (words.pointer, words.sealing_class, words.key) == ("/answers", "S", "respondent:enkat|r1|S")
    assert from_json(words.value) == {
        "answers": [
            {"question": "q1", "question_version": 1, "number": 7},
            {"question": "q2", "question_version": 1, "codes": ["yes"]},
            {"question": "q4", "question_version": 1, "text": "Mer bussar"},
            {"question": "q5", "question_version": 2, "codes": ["no_opinion"]},
        ],
        "background": [{"variable": "age", "code": "age_30_49"}],
    }
    assert event.tags() == ("survey:enkat", "survey:enkat|respondent:r1")


def test_a_respondent_may_answer_again_and_take_the_answer_back_also_after_the_close() -> None:
    (again,) = given(SLICE, *FIELD, received()).when(answer({"question": "q1", "number": 3}))
    assert isinstance(again, AnswerReceived)
    assert again.revision == 2
    back = WithdrawAnswer(survey="enkat", respondent="r1")
    assert given(SLICE, *DONE[:-1], received(), CLOSED).when(back) == (
        AnswerWithdrawn(survey="enkat", respondent="r1", revision=1),
    )


@drawn(number=st.integers(-1000, 1000))
def test_a_number_is_taken_exactly_within_its_scale(number: int) -> None:
    asked = given(SLICE, *FIELD)
    if 1 <= number <= 10:
        assert len(asked.when(answer({"question": "q1", "number": number}))) == 1
    else:
        with pytest.raises(rejections.AnswerDoesNotFit):
            asked.when(answer({"question": "q1", "number": number}))
