"""Surveys: how a command leads to events.

Receiving an answer depends on what the survey asks and on this respondent's own earlier answer, never on others'.
A release alone reads every answer of its survey: nothing less tells how many changed since the last one. That is
once for each release, after the fieldwork, when answers can only be withdrawn.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, TypeVar

from ledger.bodies import BodyDissolved, BodyRegistered
from ledger.governance import RuleAdopted, RuleRepealed
from ledger.matters import MatterOpened
from ledger.messages import Command, Event, Part, Slice
from ledger.processes import ProcessOpened
from ledger.surveys.answers import answers_text
from ledger.surveys.card import card_of
from ledger.surveys.commands import (
    CloseFieldwork,
    ComputeWeights,
    DrawSample,
    PlanSurvey,
    PublishCard,
    PublishResults,
    ReceiveAnswer,
    RetractResults,
    SendInvitations,
    StateDispositions,
    VersionQuestion,
    WithdrawAnswer,
)
from ledger.surveys.disclosure import (
    check_cells,
    check_changes,
    check_followed,
    check_no_interval,
    check_received,
    check_scales,
    check_shape,
)
from ledger.surveys.events import (
    AnswerReceived,
    AnswerWithdrawn,
    CaseDispositionsStated,
    FieldworkClosed,
    InvitationsSent,
    QuestionVersioned,
    ResultOrigin,
    ResultRetracted,
    ResultsPublished,
    SampleDrawn,
    SurveyCardPublished,
    SurveyDesign,
    SurveyPlanned,
    WeightsComputed,
    respondent_tag,
)
from ledger.surveys.rejections import (
    BodyIsDissolved,
    BodyUnknown,
    CardMissing,
    CardOutdated,
    DisclosureRuleMissing,
    DisclosureRuleTooLow,
    FieldworkIsClosed,
    FieldworkNotOpen,
    FieldworkStillOpen,
    InvitationsNeedACount,
    MatterUnknown,
    NoAnswerToWithdraw,
    OpenSurveyHasNoSample,
    ProcessUnknown,
    QuestionUnknown,
    ReleaseAlreadyPublished,
    ReleaseAlreadyRetracted,
    ReleaseUnknown,
    SampleAboveFrame,
    SampleAlreadyDrawn,
    SelfSelectedIsNotWeighted,
    SnapshotAhead,
    SnapshotGoesBack,
    StratumUnknown,
    SurveyAlreadyPlanned,
    SurveyUnknown,
)
from ledger.surveys.states import Answer, Body, Rule, Survey, evolve, evolve_recorded

MIN_CELL, MIN_BASE = "survey_min_cell", "survey_min_base"
"""The rules of disclosure: the smallest group shown, and the fewest answers behind a share, mean or index."""
MIN_CELL_FLOOR = 3
"""No body may adopt less: in a group of two, each knows of the other. The usual number is 5."""

_PLANNED = (SurveyPlanned,)
_ASKED = (SurveyPlanned, QuestionVersioned, InvitationsSent, FieldworkClosed)
_ALL = (
    *_ASKED,
    SampleDrawn,
    CaseDispositionsStated,
    WeightsComputed,
    SurveyCardPublished,
    ResultsPublished,
    ResultRetracted,
)
_ANSWERS = (AnswerReceived, AnswerWithdrawn)
_RULE = (RuleAdopted, RuleRepealed)

E = TypeVar("E", bound=Event)


def boundary(command: Command) -> tuple[Part, ...]:
    """Return the parts of the record that `command` depends on."""
    survey = f"survey:{getattr(command, 'survey', '')}"
    match command:
        case PlanSurvey(commissioner=body, process=process, matter=matter):
            places = ((f"process:{process}", ProcessOpened, process), (f"matter:{matter}", MatterOpened, matter))
            return (
                Part(survey, _PLANNED),
                Part(f"body:{body}", (BodyRegistered, BodyDissolved)),
                *(Part(tag, (kind,)) for tag, kind, place in places if place is not None),
            )
        case ReceiveAnswer(respondent=respondent) | WithdrawAnswer(respondent=respondent):
            return (Part(survey, _ASKED), Part(respondent_tag(command.survey, respondent), _ANSWERS))
        case PublishResults():
            return (
                Part(survey, (*_ALL, *_ANSWERS)),
                *(Part(f"rule:{rule}", _RULE) for rule in (MIN_CELL, MIN_BASE)),
            )
    return (Part(survey, _ALL),)


# --- How one leads to the other ---------------------------------------------------------------
def decide(states: tuple[Any, ...], command: Command, at: datetime) -> Iterable[Event]:
    """Return the events that follow from `command` at the server's UTC time `at`, or raise a Rejection."""
    if isinstance(command, PlanSurvey):
        return (_plan(states, command),)
    survey = _known(states[0], command)
    match command:
        case VersionQuestion():
            return (_version(survey, command),)
        case DrawSample():
            return (_draw(survey, command),)
        case SendInvitations():
            return (_invite(survey, command),)
        case ReceiveAnswer():
            return (_receive(survey, states[1], command),)
        case WithdrawAnswer():
            return (_withdraw(states[1], command),)
        case StateDispositions():
            return (_kept(CaseDispositionsStated, command),)
        case CloseFieldwork():
            _fielding(survey, command.survey)
            return (FieldworkClosed(survey=command.survey),)
        case ComputeWeights():
            return (_weigh(survey, command),)
        case PublishCard():
            _not_fielding(survey, command.survey)
            return (card_of(survey, command),)
        case PublishResults():
            return (_publish(survey, states[1:], command, at),)
        case RetractResults():
            return (_retract(survey, command),)
    raise TypeError(f"{type(command).__name__} is no command of surveys")


def _kept(kind: type[E], command: Command, **more: Any) -> E:
    """Return the event of a class that says what the command says."""
    stated = command.model_dump(mode="json", exclude={"occurred", "source"}, exclude_none=True)
    return kind.model_validate(stated | more)


def _known(survey: Survey | None, command: Any) -> Survey:
    if not isinstance(survey, Survey):
        raise SurveyUnknown(survey=command.survey)
    return survey


def _fielding(survey: Survey, id: str) -> None:
    if survey.closed:
        raise FieldworkIsClosed(survey=id)
    if not survey.waves:
        raise FieldworkNotOpen(survey=id)


def _not_fielding(survey: Survey, id: str) -> None:
    """Refuse while answers come in; a survey of somebody else never was in the field here."""
    if survey.waves and not survey.closed:
        raise FieldworkStillOpen(survey=id)


def _plan(states: tuple[Any, ...], command: PlanSurvey) -> SurveyPlanned:
    planned, body, *places = states
    if planned is not None:
        raise SurveyAlreadyPlanned(survey=command.survey)
    if not isinstance(body, Body):
        raise BodyUnknown(body=command.commissioner)
    # What a body commissioned may be recorded after it is gone, if it says when it was.
    if body.dissolved and command.occurred is None:
        raise BodyIsDissolved(body=command.commissioner)
    waiting = iter(places)
    if command.process is not None and next(waiting) is None:
        raise ProcessUnknown(process=command.process)
    if command.matter is not None and next(waiting) is None:
        raise MatterUnknown(matter=command.matter)
    return _kept(SurveyPlanned, command)


def _version(survey: Survey, command: VersionQuestion) -> QuestionVersioned:
    if survey.closed:
        raise FieldworkIsClosed(survey=command.survey)
    versions = survey.questions.get(command.question, ())
    return _kept(QuestionVersioned, command, question_version=len(versions) + 1)


def _draw(survey: Survey, command: DrawSample) -> SampleDrawn:
    if survey.plan.design == SurveyDesign.OPEN:
        raise OpenSurveyHasNoSample(survey=command.survey)
    if survey.sample is not None:
        raise SampleAlreadyDrawn(survey=command.survey)
    planned = {each.stratum for each in survey.plan.strata}
    for each in command.by_stratum:
        if each.stratum not in planned:
            raise StratumUnknown(survey=command.survey, stratum=each.stratum)
    _check_frame(survey, command)
    return _kept(SampleDrawn, command)


def _check_frame(survey: Survey, command: DrawSample) -> None:
    """Refuse to draw more than there are, of the frame or of a stratum."""
    frame = survey.plan.frame
    holds = {each.stratum: each.size for each in survey.plan.strata}
    drawn = [(command.size, None if frame is None else frame.size)]
    drawn += [(each.size, holds.get(each.stratum)) for each in command.by_stratum]
    for size, most in drawn:
        if most is not None and size > most:
            raise SampleAboveFrame(survey=command.survey, size=size, frame=most)


def _invite(survey: Survey, command: SendInvitations) -> InvitationsSent:
    if survey.closed:
        raise FieldworkIsClosed(survey=command.survey)
    is_open = survey.plan.design == SurveyDesign.OPEN
    if is_open and command.count is not None:
        raise OpenSurveyHasNoSample(survey=command.survey)
    if not is_open and command.count is None:
        raise InvitationsNeedACount(survey=command.survey)
    return _kept(InvitationsSent, command, wave=survey.waves + 1)


def _receive(survey: Survey, answer: Answer | None, command: ReceiveAnswer) -> AnswerReceived:
    _fielding(survey, command.survey)
    return AnswerReceived(
        survey=command.survey,
        respondent=command.respondent,
        revision=1 if answer is None else answer.revision + 1,
        answers=answers_text(survey.questions, command),
        mode=command.mode,
        complete=command.complete,
    )


def _withdraw(answer: Answer | None, command: WithdrawAnswer) -> AnswerWithdrawn:
    if answer is None or not answer.live:
        raise NoAnswerToWithdraw(survey=command.survey)
    return AnswerWithdrawn(survey=command.survey, respondent=command.respondent, revision=answer.revision)


def _weigh(survey: Survey, command: ComputeWeights) -> WeightsComputed:
    if survey.plan.design == SurveyDesign.OPEN:
        raise SelfSelectedIsNotWeighted(survey=command.survey)
    _fieldwork_done(survey, command.survey)
    return _kept(WeightsComputed, command)


def _fieldwork_done(survey: Survey, id: str) -> None:
    if not survey.waves:
        raise FieldworkNotOpen(survey=id)
    _not_fielding(survey, id)


# --- Releases ---------------------------------------------------------------------------------
def _publish(survey: Survey, rules: tuple[Any, ...], command: PublishResults, at: datetime) -> ResultsPublished:
    if command.release in survey.releases:
        raise ReleaseAlreadyPublished(survey=command.survey, release=command.release)
    if not survey.card:
        raise CardMissing(survey=command.survey)
    check_shape(command)
    if survey.plan.design == SurveyDesign.OPEN:
        check_no_interval(command)
    if command.origin is ResultOrigin.OWN:
        _check_own(survey, command)
    elif not survey.answered:
        return _kept(ResultsPublished, command, card=survey.card)
    # Figures brought over are of the answers that lie here, where any do: they show the same persons.
    min_cell, min_base = (
        _value(rule, name, survey, at) for rule, name in zip(rules, (MIN_CELL, MIN_BASE), strict=True)
    )
    if min_cell < MIN_CELL_FLOOR:
        raise DisclosureRuleTooLow(rule=MIN_CELL, value=min_cell, floor=MIN_CELL_FLOOR)
    check_cells(command, min_cell, min_base)
    check_changes(survey, command, min_cell)
    check_followed(survey, command, min_cell)
    return _kept(ResultsPublished, command, card=survey.card, min_cell=min_cell, min_base=min_base)


def _check_own(survey: Survey, command: PublishResults) -> None:
    """Raise a Rejection where figures computed here cannot be of the answers that lie here."""
    _fieldwork_done(survey, command.survey)
    if not survey.card_holds:
        raise CardOutdated(survey=command.survey)
    if command.snapshot < survey.snapshot:
        raise SnapshotGoesBack(survey=command.survey, snapshot=command.snapshot)
    if command.snapshot > survey.last:
        raise SnapshotAhead(survey=command.survey, snapshot=command.snapshot, last=survey.last)
    _check_questions(survey, command)
    check_scales(survey, command)
    check_received(survey, command)


def _check_questions(survey: Survey, command: PublishResults) -> None:
    for table in command.tables:
        versions = survey.questions.get(table.question or "", ())
        known = {each.question_version for each in versions} | ({None} if versions else set())
        if table.question is not None and table.question_version not in known:
            raise QuestionUnknown(survey=command.survey, question=table.question)


def _value(rule: Rule | None, name: str, survey: Survey, at: datetime) -> int:
    value = None if rule is None else rule.value_on(at.date().isoformat(), survey.plan.commissioner)
    if value is None:
        raise DisclosureRuleMissing(rule=name)
    return value


def _retract(survey: Survey, command: RetractResults) -> ResultRetracted:
    release = survey.releases.get(command.release)
    if release is None:
        raise ReleaseUnknown(survey=command.survey, release=command.release)
    if release.retracted:
        raise ReleaseAlreadyRetracted(survey=command.survey, release=command.release)
    return _kept(ResultRetracted, command)


SLICE = Slice(
    name="surveys",
    commands=(
        PlanSurvey,
        VersionQuestion,
        DrawSample,
        SendInvitations,
        ReceiveAnswer,
        WithdrawAnswer,
        StateDispositions,
        CloseFieldwork,
        ComputeWeights,
        PublishCard,
        PublishResults,
        RetractResults,
    ),
    events=(
        SurveyPlanned,
        QuestionVersioned,
        SampleDrawn,
        InvitationsSent,
        AnswerReceived,
        AnswerWithdrawn,
        CaseDispositionsStated,
        FieldworkClosed,
        WeightsComputed,
        SurveyCardPublished,
        ResultsPublished,
        ResultRetracted,
    ),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
    evolve_recorded=evolve_recorded,
)
