"""Surveys: what deciding needs to know, and how it follows from what happened."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from ledger.bodies import BodyDissolved, BodyRegistered
from ledger.governance import RuleAdopted, RuleRepealed
from ledger.matters import MatterOpened
from ledger.messages import Event, RecordedEvent
from ledger.processes import ProcessOpened
from ledger.surveys.events import (
    AnswerReceived,
    AnswerWithdrawn,
    CaseDispositionsStated,
    FieldworkClosed,
    InvitationsSent,
    QuestionVersioned,
    ResultRetracted,
    ResultsPublished,
    SampleDrawn,
    SurveyCardPublished,
    SurveyPlanned,
    WeightsComputed,
)
from ledger.surveys.pieces import Table


class Known(NamedTuple):
    """Something that exists, and nothing more is asked of it."""


class Body(NamedTuple):
    """What a survey needs to know of the body that commissions it."""

    dissolved: bool


class Answer(NamedTuple):
    """A respondent's latest answer."""

    revision: int
    live: bool


class Adopted(NamedTuple):
    """A value of a rule, from a day on; `ends` is the last day, where one was stated or the rule was repealed."""

    body: str | None
    value: int | None
    begins: str
    ends: str | None

    def holds(self, day: str) -> bool:
        return self.ends is None or day <= self.ends


class Rule(NamedTuple):
    """All adoptions of one rule, of everybody and of each body apart."""

    adopted: tuple[Adopted, ...] = ()

    def value_on(self, day: str, body: str) -> int | None:
        """Return the value that holds on a day: the body's own before that of everybody."""
        own = self._of(body, day)
        return self._of(None, day) if own is None else own

    def _of(self, body: str | None, day: str) -> int | None:
        # What begins last holds: it ended what held before.
        begun = [each for each in self.adopted if each.body == body and each.begins <= day]
        last = max(begun, key=lambda each: each.begins, default=None)
        return last.value if last is not None and last.holds(day) else None


class Release(NamedTuple):
    """A release: its tables, and how many changes of answers came before it."""

    tables: tuple[Table, ...]
    changes: int
    retracted: bool = False


@dataclass(frozen=True, slots=True)
class Survey:
    """A survey so far. `changes` are the respondents whose answers changed after the first release, in order.

    `given` is how many answers a question got, by the card; `answered` how many respondents ever answered;
    `last` where its latest event lies that had a position when it was read.
    """

    plan: SurveyPlanned
    questions: Mapping[str, tuple[QuestionVersioned, ...]] = field(default_factory=dict)
    sample: SampleDrawn | None = None
    waves: int = 0
    stated: CaseDispositionsStated | None = None
    closed: bool = False
    weights: WeightsComputed | None = None
    card: int = 0
    card_holds: bool = False
    releases: Mapping[str, Release] = field(default_factory=dict)
    changes: tuple[str, ...] = ()
    snapshot: int = 0
    given: Mapping[str, int] = field(default_factory=dict)
    answered: int = 0
    last: int = 0


def evolve_recorded(state: Any, recorded: RecordedEvent) -> Any:
    """Return the state of one part after a recorded event."""
    after = evolve(state, recorded.event)
    return replace(after, last=recorded.position) if isinstance(after, Survey) else after


def evolve(state: Any, event: Event) -> Any:
    """Return the state of one part after `event`. Never raises: what happened, happened."""
    match event, state:
        case AnswerReceived(revision=1), Survey():
            return _changed(replace(state, answered=state.answered + 1), event.respondent)
        case ((AnswerReceived() | AnswerWithdrawn()), Survey()):
            return _changed(state, event.respondent)
        case AnswerReceived(revision=revision), (None | Answer()):
            return Answer(revision, live=True)
        case AnswerWithdrawn(), Answer():
            return state._replace(live=False)
        case SurveyPlanned(), None:
            return Survey(event)
        case _, Survey():
            return _survey(state, event)
        case ((RuleAdopted() | RuleRepealed()), (None | Rule())):
            return _ruled(state or Rule(), event)
        case BodyRegistered(), None:
            return Body(dissolved=False)
        case BodyDissolved(), Body():
            return Body(dissolved=True)
        case ((ProcessOpened() | MatterOpened()), None):
            return Known()
    return state


def _ruled(state: Rule, event: RuleAdopted | RuleRepealed) -> Rule:
    if isinstance(event, RuleAdopted):
        return Rule((*state.adopted, Adopted(event.body, event.value, event.valid_from, event.valid_to)))
    ended = [
        each._replace(ends=_day_before(event.on))
        if (each.body, each.begins) == (event.body, event.valid_from)
        else each
        for each in state.adopted
    ]
    # What was repealed before it held for a day never held.
    return Rule(tuple(each for each in ended if each.ends is None or each.ends >= each.begins))


def _day_before(day: str) -> str:
    first = date.min.isoformat()
    return first if day <= first else (date.fromisoformat(day) - timedelta(days=1)).isoformat()


def _changed(state: Survey, respondent: str) -> Survey:
    """Remember who changed, once there is a release to be compared with."""
    return replace(state, changes=(*state.changes, respondent)) if state.releases else state


def _survey(state: Survey, event: Event) -> Survey:
    match event:
        case QuestionVersioned(question=question):
            versions = (*state.questions.get(question, ()), event)
            return replace(state, questions={**state.questions, question: versions}, card_holds=False)
        case SampleDrawn():
            return replace(state, sample=event, card_holds=False)
        case InvitationsSent():
            return replace(state, waves=state.waves + 1, card_holds=False)
        case CaseDispositionsStated():
            return replace(state, stated=event, card_holds=False)
        case FieldworkClosed():
            return replace(state, closed=True)
        case WeightsComputed():
            return replace(state, weights=event, card_holds=False)
        case SurveyCardPublished(card=card, item_nonresponse=items):
            given = {each.question: each.eligible - each.missing for each in items or ()}
            return replace(state, card=card, card_holds=True, given=given)
        case ResultsPublished(release=release, tables=tables, snapshot=snapshot):
            made = Release(tables, len(state.changes))
            return replace(state, releases={**state.releases, release: made}, snapshot=max(state.snapshot, snapshot))
        case ResultRetracted(release=release) if release in state.releases:
            retracted = state.releases[release]._replace(retracted=True)
            return replace(state, releases={**state.releases, release: retracted})
    return state
