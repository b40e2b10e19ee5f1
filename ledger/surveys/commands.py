"""Surveys: what may be asked."""

from __future__ import annotations

from collections.abc import Iterable
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from ledger.fields import Code, Edtf, Id, Label, Language, Sha256Hex, Text, VoterTag
from ledger.messages import Command
from ledger.surveys.events import QuestionRole, RawData, ResultOrigin, SurveyDesign
from ledger.surveys.stated import (
    COUNT_MAX,
    OPTIONS_MAX,
    TABLES_MAX,
    Background,
    Count,
    Decimal,
    GivenAnswer,
    StatedAttritionStep,
    StatedBreak,
    StatedDispositions,
    StatedFrame,
    StatedItemMissing,
    StatedMargin,
    StatedQuestionRef,
    StatedResponse,
    StatedScale,
    StatedStratum,
    StatedStratumCount,
    StatedTable,
    StatedWording,
)

POSITION_MAX = 2**53 - 1
QUESTIONS_MAX = 300


class Split(StrEnum):
    """The half of a split ballot: each respondent is shown one of two wordings, by chance."""

    A = "a"
    B = "b"


# --- Before ------------------------------------------------------------------------------------
class PlanSurvey(Command):
    """Plan a survey, or register one that somebody else carried out."""

    creates: ClassVar[str | None] = "survey"

    survey: Id
    title: Label
    commissioner: Id
    conductor: Label | None = None
    purpose: Text | None = None
    population: Label
    frame: StatedFrame | None = None
    design: SurveyDesign
    strata: Annotated[tuple[StatedStratum, ...], Field(max_length=OPTIONS_MAX)] = ()
    modes: Annotated[tuple[Code, ...], Field(max_length=20)] = ()
    languages: Annotated[tuple[Language, ...], Field(max_length=50)] = ()
    process: Id | None = None
    matter: Id | None = None
    incentive: Label | None = None
    indicators: Annotated[tuple[Id, ...], Field(max_length=50)] = ()

    @model_validator(mode="after")
    def _has_strata_where_it_needs_them(self) -> PlanSurvey:
        _once("strata", (each.stratum for each in self.strata))
        if self.strata and self.design is not SurveyDesign.STRATIFIED:
            raise ValueError("strata belong to the design stratified; leave them out")
        return self


class VersionQuestion(Command):
    """Word a question of a survey, for the first time or anew."""

    survey: Id
    question: Id
    wordings: Annotated[tuple[StatedWording, ...], Field(min_length=1, max_length=20)]
    scale: StatedScale
    order: Annotated[int, Field(ge=1, le=1000)]
    routing: Label | None = None
    changed_from: StatedQuestionRef | None = None
    comparable: bool | None = None
    split: Split | None = None
    role: QuestionRole | None = None
    factor: Code | None = None
    indicator: Id | None = None

    @model_validator(mode="after")
    def _is_one_question(self) -> VersionQuestion:
        _once("wordings", (each.language for each in self.wordings))
        if (self.role is QuestionRole.FACTOR) != (self.factor is not None):
            raise ValueError("an item of a factor names the factor, and nothing else does")
        return self


class DrawSample(Command):
    """Record that a sample was drawn."""

    survey: Id
    size: Annotated[int, Field(ge=1, le=COUNT_MAX)]
    by_stratum: Annotated[tuple[StatedStratumCount, ...], Field(max_length=OPTIONS_MAX)] = ()
    seed_commitment: Sha256Hex | None = None

    @model_validator(mode="after")
    def _adds_up(self) -> DrawSample:
        _once("by_stratum", (each.stratum for each in self.by_stratum))
        if self.by_stratum and sum(each.size for each in self.by_stratum) != self.size:
            raise ValueError("by_stratum must add up to size")
        return self


# --- In the field ------------------------------------------------------------------------------
class SendInvitations(Command):
    """Record that invitations or reminders went out; the first wave opens the fieldwork.

    An open survey invites nobody by name: leave `count` out, and the link is published.
    """

    survey: Id
    count: Annotated[int, Field(ge=1, le=COUNT_MAX)] | None = None
    mode: Code


class ReceiveAnswer(Command):
    """Record what a respondent answered, for the first time or again."""

    survey: Id
    respondent: VoterTag
    answers: Annotated[tuple[GivenAnswer, ...], Field(min_length=1, max_length=QUESTIONS_MAX)]
    background: Annotated[tuple[Background, ...], Field(max_length=50)] = ()
    mode: Code
    complete: bool

    @model_validator(mode="after")
    def _answers_each_once(self) -> ReceiveAnswer:
        _once("answers", (each.question for each in self.answers))
        _once("background", (each.variable for each in self.background))
        return self


class WithdrawAnswer(Command):
    """Take back a respondent's answer, also after the close."""

    survey: Id
    respondent: VoterTag


class StateDispositions(Command):
    """State what became of the cases of the sample, so far as known."""

    survey: Id
    dispositions: StatedDispositions = StatedDispositions()
    attrition: Annotated[tuple[StatedAttritionStep, ...], Field(max_length=20)] = ()

    @model_validator(mode="after")
    def _says_something(self) -> StateDispositions:
        if not self.attrition and self.dispositions == StatedDispositions():
            raise ValueError("dispositions is empty; state at least one number")
        counts = [step.count for step in self.attrition]
        if counts != sorted(counts, reverse=True):
            raise ValueError("attrition must go down: each step leaves no more than the one before")
        return self


class CloseFieldwork(Command):
    """Close the fieldwork; no more answers are taken."""

    survey: Id


# --- Results -----------------------------------------------------------------------------------
class ComputeWeights(Command):
    """Record that the answers were weighted, and to what."""

    survey: Id
    method: Code
    margins: Annotated[tuple[StatedMargin, ...], Field(max_length=20)] = ()
    trimming: Decimal | None = None
    deff: Decimal | None = None
    largest: Decimal | None = None
    n: Count | None = None

    @model_validator(mode="after")
    def _margins_once(self) -> ComputeWeights:
        _once("margins", (each.variable for each in self.margins))
        for margin in self.margins:
            _once("cells", (cell.code for cell in margin.cells))
        return self


class PublishCard(Command):
    """Publish a survey's card. What the ledger knows already (plan, sample, dispositions, weights) is taken from there.

    Everything else is stated here, and what is not known is named in `missing`, so that readers see it is missing.
    """

    survey: Id
    stated_response: StatedResponse | None = None
    earlier_response: StatedResponse | None = None
    fieldwork: Edtf | None = None
    reminders: Annotated[int, Field(ge=0, le=100)] | None = None
    item_nonresponse: Annotated[tuple[StatedItemMissing, ...], Field(max_length=QUESTIONS_MAX)] | None = None
    weights: Label | None = None
    no_series_breaks: bool = False
    series_breaks: Annotated[tuple[StatedBreak, ...], Field(max_length=QUESTIONS_MAX)] | None = None
    known_limits: Text | None = None
    raw_data: RawData | None = None
    missing: Annotated[tuple[Code, ...], Field(max_length=50)] = ()

    @model_validator(mode="after")
    def _says_nothing_twice(self) -> PublishCard:
        _once("item_nonresponse", (each.question for each in self.item_nonresponse or ()))
        _once("missing", self.missing)
        if self.no_series_breaks and self.series_breaks:
            raise ValueError("series_breaks names breaks while no_series_breaks says there are none")
        return self


class PublishResults(Command):
    """Publish a release of tables, made of the answers up to the position `snapshot`."""

    survey: Id
    release: Id
    snapshot: Annotated[int, Field(ge=0, le=POSITION_MAX)] = 0
    origin: ResultOrigin = ResultOrigin.OWN
    method: Label | None = None
    tables: Annotated[tuple[StatedTable, ...], Field(min_length=1, max_length=TABLES_MAX)]

    @model_validator(mode="after")
    def _tables_once(self) -> PublishResults:
        _once("tables", (each.table for each in self.tables))
        if self.origin is ResultOrigin.OWN and not self.snapshot:
            raise ValueError("snapshot is missing: say up to which position answers were counted")
        return self


class RetractResults(Command):
    """Take a release back, with a reason."""

    survey: Id
    release: Id
    reason_code: Code
    reason: Text | None = None


def _once(field: str, names: Iterable[str]) -> None:
    listed = list(names)
    if len(set(listed)) < len(listed):
        raise ValueError(f"{field} names the same thing twice")
