"""Surveys: what happened.

    planned ──> fielding ──> closed ──> weighted ──> carded ──> published ──> retracted
    planned ─────────────────────────────────────> carded      (a survey of somebody else, imported)

Answers are private: one sealed text of class S per respondent, under a key of that respondent. What is public of
them are the tables of a release, carried whole in `ResultsPublished`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from ledger.messages import Event, Sealed, Sealing
from ledger.surveys.pieces import (
    AttritionStep,
    BreakNoted,
    Dispositions,
    Frame,
    ItemMissing,
    Margin,
    QuestionRef,
    Scale,
    StatedRate,
    Stratum,
    StratumCount,
    Table,
    Wording,
)


class SurveyDesign(StrEnum):
    """How those who are asked are chosen: at random, at random within strata, everybody, or whoever wants to."""

    SRS = "srs"
    STRATIFIED = "stratified"
    CENSUS = "census"
    OPEN = "open"


class ScaleKind(StrEnum):
    """How a question is answered."""

    NUMBER = "number"
    VERBAL = "verbal"
    CHOICE = "choice"
    TEXT = "text"


class QuestionRole(StrEnum):
    """What a question is for: the overall score, an item of a factor, a background variable."""

    OVERALL = "overall"
    FACTOR = "factor"
    BACKGROUND = "background"


class TableKind(StrEnum):
    """What the figures of a table are."""

    COUNT = "count"
    SHARE = "share"
    MEAN = "mean"
    INDEX = "index"
    EFFECT = "effect"


class ResultOrigin(StrEnum):
    """Whether results were computed from the answers in this ledger, or stated elsewhere and brought over."""

    OWN = "own"
    IMPORT = "import"


class RawData(StrEnum):
    """What became of the answers themselves."""

    KEPT = "kept"
    ARCHIVED = "archived"
    DESTROYED = "destroyed"
    NOT_HELD = "not_held"


def respondent_tag(survey: str, respondent: str) -> str:
    """Return the tag of one respondent's answer: the narrowest thing it depends on."""
    return f"survey:{survey}|respondent:{respondent}"


def question_tag(survey: str, question: str) -> str:
    """Return the tag of one question of a survey."""
    return f"survey:{survey}|question:{question}"


def release_tag(survey: str, release: str) -> str:
    """Return the tag of one release of a survey's results."""
    return f"survey:{survey}|release:{release}"


# --- Before ------------------------------------------------------------------------------------
class SurveyPlanned(Event, topic="survey-planned"):
    """A body commissioned a survey. `conductor` is who carries it out, by name; `indicators` what it measures for."""

    survey: str
    title: str
    commissioner: str
    conductor: str | None = None
    purpose: Annotated[str | Sealed | None, Sealing("P", key="survey:{survey}")] = None
    population: str
    frame: Frame | None = None
    design: str
    strata: tuple[Stratum, ...] = ()
    modes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    process: str | None = None
    matter: str | None = None
    incentive: str | None = None
    indicators: tuple[str, ...] = ()

    def subject(self) -> str:
        return f"survey:{self.survey}"

    def tags(self) -> tuple[str, ...]:
        places = (("process", self.process), ("matter", self.matter))
        return (
            self.subject(),
            f"body:{self.commissioner}",
            *(f"{name}:{place}" for name, place in places if place is not None),
            *(f"indicator:{each}" for each in self.indicators),
        )


class QuestionVersioned(Event, topic="question-versioned"):
    """A question was worded: exact text, scale, order. `question_version` counts from 1 within the survey.

    `changed_from` is the wording it follows, `comparable` whether the office holds answers to both comparable. `split`
    names the half (A or B) of a split ballot. `factor` is the factor index it is an item of.
    """

    survey: str
    question: str
    question_version: int
    wordings: tuple[Wording, ...]
    scale: Scale
    order: int
    routing: str | None = None
    changed_from: QuestionRef | None = None
    comparable: bool | None = None
    split: str | None = None
    role: str | None = None
    factor: str | None = None
    indicator: str | None = None

    def subject(self) -> str:
        return f"survey:{self.survey}"

    def tags(self) -> tuple[str, ...]:
        own = (self.subject(), question_tag(self.survey, self.question))
        return own if self.indicator is None else (*own, f"indicator:{self.indicator}")


class SampleDrawn(Event, topic="sample-drawn"):
    """A sample was drawn. `seed_commitment` is the SHA-256 of the seed, so that the draw can be shown not to be chosen."""

    survey: str
    size: int
    by_stratum: tuple[StratumCount, ...] = ()
    seed_commitment: str | None = None

    def subject(self) -> str:
        return f"survey:{self.survey}"


# --- In the field ------------------------------------------------------------------------------
class InvitationsSent(Event, topic="invitations-sent"):
    """Invitations went out, or reminders where `wave` is 2 or more; an open survey has no `count`."""

    survey: str
    wave: int
    count: int | None = None
    mode: str

    def subject(self) -> str:
        return f"survey:{self.survey}"


class AnswerReceived(Event, topic="answer-received"):
    """A respondent answered, for the first time (`revision` 1) or again; the last answer counts.

    `respondent` is a pseudonym of this survey alone. `answers` is one text, RFC 8785 JSON:
    {"answers": [{"question", "question_version", "number" | "codes" | "text"}], "background": [{"variable", "code"}]}.
    """

    survey: str
    respondent: str
    revision: int
    answers: Annotated[str | Sealed, Sealing("S", key="respondent:{survey}|{respondent}")]
    mode: str
    complete: bool

    def subject(self) -> str:
        return f"survey:{self.survey}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), respondent_tag(self.survey, self.respondent))


class AnswerWithdrawn(Event, topic="answer-withdrawn"):
    """A respondent took the answer back, also after the close; the next release is without it."""

    survey: str
    respondent: str
    revision: int

    def subject(self) -> str:
        return f"survey:{self.survey}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), respondent_tag(self.survey, self.respondent))


class CaseDispositionsStated(Event, topic="case-dispositions-stated"):
    """What became of the cases of the sample, so far as known; the latest statement holds."""

    survey: str
    dispositions: Dispositions
    attrition: tuple[AttritionStep, ...] = ()

    def subject(self) -> str:
        return f"survey:{self.survey}"


class FieldworkClosed(Event, topic="fieldwork-closed"):
    """No more answers are taken."""

    survey: str

    def subject(self) -> str:
        return f"survey:{self.survey}"


# --- Results -----------------------------------------------------------------------------------
class WeightsComputed(Event, topic="weights-computed"):
    """Answers were weighted to known margins; the margins stand here, so that who may open the answers can do it again.

    `trimming` is the largest weight allowed, in medians; `deff` the design effect, `largest` the largest weight, in means.
    """

    survey: str
    method: str
    margins: tuple[Margin, ...] = ()
    trimming: str | None = None
    deff: str | None = None
    largest: str | None = None
    n: int | None = None

    def subject(self) -> str:
        return f"survey:{self.survey}"


class SurveyCardPublished(Event, topic="survey-card-published"):
    """Everything one must know to judge the survey's figures. What is not known is named in `missing`."""

    survey: str
    card: int
    commissioner: str
    conductor: str | None = None
    population: str
    frame: Frame | None = None
    design: str
    sample_size: int | None = None
    dispositions: Dispositions
    attrition: tuple[AttritionStep, ...] = ()
    stated_response: StatedRate | None = None
    earlier_response: StatedRate | None = None
    fieldwork: str | None = None
    modes: tuple[str, ...] = ()
    languages: tuple[str, ...] = ()
    reminders: int | None = None
    wordings: tuple[QuestionRef, ...] = ()
    weights: str | None = None
    deff: str | None = None
    item_nonresponse: tuple[ItemMissing, ...] | None = None
    series_breaks: tuple[BreakNoted, ...] | None = None
    known_limits: Annotated[str | Sealed | None, Sealing("P", key="survey:{survey}")] = None
    raw_data: str | None = None
    missing: tuple[str, ...] = ()

    def subject(self) -> str:
        return f"survey:{self.survey}"


class ResultsPublished(Event, topic="results-published"):
    """A release of tables, made of the answers up to the position `snapshot`, to be read with the card named.

    `method` names the version of the computation; `min_cell` and `min_base` are the rules of disclosure it kept to.
    """

    survey: str
    release: str
    snapshot: int
    card: int
    origin: str
    method: str | None = None
    min_cell: int | None = None
    min_base: int | None = None
    tables: tuple[Table, ...]

    def subject(self) -> str:
        return f"survey:{self.survey}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), release_tag(self.survey, self.release))


class ResultRetracted(Event, topic="result-retracted"):
    """A release was taken back; it stays in the record and is shown as retracted."""

    survey: str
    release: str
    reason_code: str
    reason: Annotated[str | Sealed | None, Sealing("P", key="survey:{survey}")] = None

    def subject(self) -> str:
        return f"survey:{self.survey}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), release_tag(self.survey, self.release))
