"""The survey that the tests of the slice are told with: planned, worded, in the field, carded, released."""

from __future__ import annotations

from typing import Any

from ledger.bodies import BodyDissolved, BodyKind, BodyRegistered
from ledger.governance import RuleAdopted
from ledger.messages import Event
from ledger.surveys import SLICE
from ledger.surveys.commands import (
    PlanSurvey,
    PublishCard,
    PublishResults,
    ReceiveAnswer,
    VersionQuestion,
)
from ledger.surveys.events import (
    AnswerReceived,
    CaseDispositionsStated,
    FieldworkClosed,
    InvitationsSent,
    QuestionVersioned,
    ResultsPublished,
    SampleDrawn,
    SurveyPlanned,
    WeightsComputed,
)
from ledger.surveys.pieces import Dispositions
from tests.slices import given

BODY = BodyRegistered(body="ks", kind=BodyKind.BOARD, name="Kommunstyrelsen")
GONE = BodyDissolved(body="ks")
PLAN = PlanSurvey.model_validate(
    {
        "survey": "enkat",
        "title": "Medborgarenkät 2018",
        "commissioner": "ks",
        "conductor": "Statistikbyrån",
        "purpose": "Hur invånarna ser på sitt inflytande.",
        "population": "Invånare 18–84 år",
        "frame": {"source": "Folkbokföringen", "date": "2018-09-01", "size": 70000},
        "design": "stratified",
        "strata": ({"stratum": "norr", "label": "Norra"}, {"stratum": "soder", "label": "Södra"}),
        "modes": ("web", "paper"),
        "languages": ("sv", "en"),
    }
)


def _planned() -> SurveyPlanned:
    (event,) = given(SLICE, BODY).when(PLAN)
    assert isinstance(event, SurveyPlanned)
    return event


PLANNED = _planned()
OPEN_PLANNED = PLANNED.model_copy(update={"design": "open", "strata": ()})
TEN = {
    "kind": "number",
    "minimum": 1,
    "maximum": 10,
    "options": [{"code": "no_opinion", "label": "Vet ej", "missing": True}],
}


def word(question: str = "q1", **more: Any) -> VersionQuestion:
    """Return the command that words a question answered from 1 to 10, or as said."""
    fields: dict[str, Any] = {
        "survey": "enkat",
        "question": question,
        "wordings": [{"language": "sv", "text": "Hur nöjd är du?"}],
        "scale": TEN,
        "order": 1,
    }
    return VersionQuestion.model_validate(fields | more)


def worded(*history: Event, **more: Any) -> QuestionVersioned:
    (event,) = given(SLICE, PLANNED, *history).when(word(**more))
    assert isinstance(event, QuestionVersioned)
    return event


Q1 = worded()
VERBAL = {"kind": "verbal", "options": [{"code": "yes", "label": "Ja"}, {"code": "no", "label": "Nej"}]}
Q2 = worded(question="q2", scale=VERBAL, order=2)
CHOICE = VERBAL | {"kind": "choice", "choices_max": 1}
Q3 = worded(question="q3", scale=CHOICE, order=3)
Q4 = worded(question="q4", scale={"kind": "text"}, order=4)
HALF_A = worded(question="q5", order=5, split="a")
HALF_B = worded(HALF_A, question="q5", order=5, split="b")
ASKED = (PLANNED, Q1, Q2, Q3, Q4, HALF_A, HALF_B)
DRAWN = SampleDrawn(survey="enkat", size=1500)
SENT = InvitationsSent(survey="enkat", wave=1, count=1500, mode="letter")
CLOSED = FieldworkClosed(survey="enkat")
FIELD = (*ASKED, DRAWN, SENT)
DONE = (*FIELD, CLOSED)


def answer(*answers: dict[str, Any], **more: Any) -> ReceiveAnswer:
    fields: dict[str, Any] = {
        "survey": "enkat",
        "respondent": "r1",
        "answers": answers,
        "mode": "web",
        "complete": True,
    }
    return ReceiveAnswer.model_validate(fields | more)


def received(respondent: str = "r1", revision: int = 1) -> AnswerReceived:
    return AnswerReceived(
        survey="enkat", respondent=respondent, revision=revision, answers="{}", mode="web", complete=True
    )


# --- The card ---------------------------------------------------------------------------------
DISPOSED = CaseDispositionsStated(
    survey="enkat",
    dispositions=Dispositions(
        complete=590,
        partial=10,
        refusal=100,
        non_contact=700,
        other=20,
        unknown_household=0,
        unknown_other=60,
        ineligible=20,
    ),
)
WEIGHED = WeightsComputed(survey="enkat", method="raking", deff="1.3")
ANSWERS = tuple(received(f"a{number}") for number in range(600))
READY = (*FIELD, *ANSWERS, CLOSED, DISPOSED, WEIGHED)
CARD: dict[str, Any] = {
    "survey": "enkat",
    "fieldwork": "2018-09/2018-11",
    "item_nonresponse": [{"question": "q1", "eligible": 600, "missing": 12}],
    "no_series_breaks": True,
    "known_limits": "Unga svarar sällan.",
    "raw_data": "kept",
}


def card(**more: Any) -> PublishCard:
    return PublishCard.model_validate(CARD | more)


# --- Releases ---------------------------------------------------------------------------------
CARDED = (*READY, *given(SLICE, *READY).when(card()))
CELLS, BASES = (
    RuleAdopted(rule=rule, value=value, unit="persons", citation="Nämnden", valid_from="2010-01-01")
    for rule, value in (("survey_min_cell", 5), ("survey_min_base", 20))
)
RULED = (CELLS, BASES, *CARDED)
SHARE = {"answer": "yes", "numerator": 236, "denominator": 590, "value": "0.4", "low": "0.3612", "high": "0.4401"}


def publish(*cells: dict[str, Any], release: str = "one", **more: Any) -> PublishResults:
    fields: dict[str, Any] = {
        "survey": "enkat",
        "release": release,
        "snapshot": 600,
        "tables": [{"table": "t1", "kind": "share", "question": "q2", "by": "age", "cells": cells or (SHARE,)}],
    }
    return PublishResults.model_validate(fields | more)


def released(release: str = "one", table: str = "t1", snapshot: int = 600) -> ResultsPublished:
    command = publish(release=release, snapshot=snapshot)
    (event,) = given(SLICE, *RULED).when(command)
    assert isinstance(event, ResultsPublished)
    return event
