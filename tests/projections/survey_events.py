"""The survey that tests of its views are told with, and its response message checked on the way."""

from __future__ import annotations

from typing import Any

from google.protobuf.json_format import ParseDict

from ledger.governance import RuleAdopted
from ledger.messages import Event
from ledger.surveys.events import (
    AnswerReceived,
    AnswerWithdrawn,
    CaseDispositionsStated,
    FieldworkClosed,
    InvitationsSent,
    QuestionVersioned,
    ResultsPublished,
    SampleDrawn,
    SurveyCardPublished,
    SurveyPlanned,
    WeightsComputed,
)
from ledger.surveys.pieces import (
    Cell,
    Dispositions,
    Scale,
    Table,
    Wording,
)
from participation.transparency.v1 import surveys_pb2
from projections.rows.memory import MemoryRows
from projections.views import surveys
from projections.views.answer import Answer
from tests.projections.town import SEALED, TOWN

TODAY = "2016-06-01"
SCALE = Scale(kind="number", minimum=1, maximum=10)
COUNTED = Dispositions(
    complete=590,
    partial=10,
    refusal=100,
    non_contact=700,
    other=20,
    unknown_household=0,
    unknown_other=60,
    ineligible=20,
)
SHARE = Cell(answer="yes", numerator=236, denominator=590, value="0.4", low="0.3612", high="0.4401", n=590)
WARNING = RuleAdopted(
    rule="response_warning_percent", value=50, unit="percent", citation="Riktlinjer", valid_from="2010-01-01"
)


def planned(survey: str = "s1", **more: Any) -> SurveyPlanned:
    fields: dict[str, Any] = {"title": "Enkät", "commissioner": "ks", "population": "18–84 år", "design": "srs"} | more
    return SurveyPlanned(survey=survey, **fields)


def question(survey: str = "s1", version: int = 1, **more: Any) -> QuestionVersioned:
    return QuestionVersioned(
        survey=survey,
        question=more.pop("question", "q1"),
        question_version=version,
        wordings=(Wording(language="sv", text=SEALED),),
        scale=SCALE,
        order=1,
        **more,
    )


def carded(survey: str = "s1", card: int = 1, **more: Any) -> SurveyCardPublished:
    fields: dict[str, Any] = {
        "commissioner": "ks",
        "population": "18–84 år",
        "design": "srs",
        "sample_size": 1500,
        "dispositions": COUNTED,
        "modes": ("web",),
        "missing": ("frame",),
    } | more
    return SurveyCardPublished(survey=survey, card=card, **fields)


def released(survey: str = "s1", release: str = "r1", *tables: Table, **more: Any) -> ResultsPublished:
    shown = tables or (Table(table="t1", kind="share", question="q1", by="age", cells=(SHARE,)),)
    return ResultsPublished(survey=survey, release=release, snapshot=9, card=1, origin="own", tables=shown, **more)


def mean(value: str, se: str | None, version: int | None = None, index: str | None = None) -> Table:
    about = {"index": index} if index else {"question": "q1", "question_version": version}
    name = f"t{version or ''}"
    return Table(table=name, kind="index" if index else "mean", cells=(Cell(value=value, se=se, n=590),), **about)


def shown(rows: MemoryRows, survey: str = "s1", on: str = TODAY) -> Answer:
    view = surveys.survey(rows, survey, on=on)
    assert view is not None
    ParseDict(view, surveys_pb2.GetSurveyResponse())
    return view


HELD: tuple[Event, ...] = (
    *TOWN,
    planned(purpose=SEALED, process="p1", indicators=("nii",)),
    question(),
    SampleDrawn(survey="s1", size=1500),
    InvitationsSent(survey="s1", wave=1, count=1500, mode="letter"),
    AnswerReceived(survey="s1", respondent="r1", revision=1, answers=SEALED, mode="web", complete=True),
    AnswerReceived(survey="s1", respondent="r2", revision=1, answers=SEALED, mode="paper", complete=False),
    AnswerReceived(survey="s1", respondent="r3", revision=1, answers=SEALED, mode="web", complete=True),
    AnswerWithdrawn(survey="s1", respondent="r3", revision=1),
    FieldworkClosed(survey="s1"),
    CaseDispositionsStated(survey="s1", dispositions=COUNTED),
    WeightsComputed(survey="s1", method="raking", deff="1.3"),
)
