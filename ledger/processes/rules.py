"""Processes: how a command leads to events."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Any

from ledger.edtf import earliest, is_to_come
from ledger.messages import Command, Event, Slice, State
from ledger.processes.commands import (
    ApplyToProcess,
    AttachProcessDocument,
    ChangePhase,
    ChangeScope,
    CloseProcess,
    ConfirmPlace,
    DeclarePromise,
    HoldSession,
    JoinProcess,
    OpenProcess,
    PauseProcess,
    PlanSession,
    PublishLesson,
    ReceiveInvitation,
    ReleaseMember,
    ResumeProcess,
    SeatMember,
)
from ledger.processes.events import (
    InvitationReceived,
    LessonPublished,
    MemberLeft,
    MemberSeated,
    ParticipantJoined,
    ParticipationApplied,
    ParticipationLevel,
    PhaseChanged,
    PlaceConfirmed,
    ProcessClosed,
    ProcessDocumentAttached,
    ProcessOpened,
    ProcessPaused,
    ProcessPhase,
    ProcessResumed,
    PromiseDeclared,
    ScopeChanged,
    SessionGroup,
    SessionHeld,
    SessionPlanned,
)
from ledger.processes.rejections import (
    AnswerDueBeforePromise,
    BodyIsDissolved,
    BodyUnknown,
    DocumentAlreadyAttached,
    GroupNamedTwice,
    LessonAlreadyPublished,
    MatterIsClosed,
    MatterUnknown,
    MemberAlreadySeated,
    MemberNotSeated,
    ParticipantAlreadyJoined,
    PartUnknown,
    PhaseUnchanged,
    ProcessAlreadyOpened,
    ProcessIsClosed,
    ProcessIsNotPaused,
    ProcessIsPaused,
    ProcessUnknown,
    PromiseContradictsItself,
    PromiseLeavesNothingOpen,
    PromiseMissing,
    PromiseUnchanged,
    ScopeUnchanged,
    SessionAlreadyRecorded,
    SessionNotYetHeld,
)
from ledger.processes.states import Body, Matter, Noted, Process, boundary, evolve, terms

STEPS: dict[type[Command], type[InvitationReceived | ParticipationApplied | PlaceConfirmed]] = {
    ReceiveInvitation: InvitationReceived,
    ApplyToProcess: ParticipationApplied,
    ConfirmPlace: PlaceConfirmed,
}
"""The steps on the way into a process of somebody else, in the order in which they usually come."""


# --- How one leads to the other ---------------------------------------------------------------
def decide(states: tuple[State, ...], command: Command, at: datetime) -> Iterator[Event]:
    """Yield the event that follows from `command`, or raise a Rejection."""
    match command:
        case OpenProcess():
            yield _open(states, command)
        case DeclarePromise():
            yield _promise(states, command, at)
        case ChangeScope():
            yield _scope(states, command)
        case ChangePhase():
            yield _phase(states, command)
        case PauseProcess() | ResumeProcess():
            yield _pause(states, command)
        case CloseProcess(process=process, summary=summary):
            _running(states[0], process)
            yield ProcessClosed(process=process, summary=summary)
        case ReceiveInvitation() | ApplyToProcess() | ConfirmPlace():
            yield _step(states, command)
        case JoinProcess():
            yield _join(states, command)
        case SeatMember() | ReleaseMember():
            yield _seat(states, command)
        case AttachProcessDocument():
            yield _attach(states, command)
        case PlanSession():
            yield _plan(states, command)
        case HoldSession():
            yield _hold(states, command, at)
        case PublishLesson():
            yield _lesson(states, command)


def _open(states: tuple[State, ...], command: OpenProcess) -> ProcessOpened:
    process, body, *rest = states
    if process is not None:
        raise ProcessAlreadyOpened(process=command.process)
    _check_body(body, command.owner, command)
    if command.matter is not None:
        _check_matter(rest.pop(0), command.matter)
    for part, known in zip(command.parts, rest, strict=True):
        if known is None:
            raise PartUnknown(part=part)
    return ProcessOpened(**_own(command, *_OPENING), **_optional(command))


_OPENING = ("process", "title", "kind", "owner", "period", "channels", "groups", "matter", "open_ended")


def _own(command: Command, *names: str) -> dict[str, Any]:
    return {name: getattr(command, name) for name in names}


def _optional(command: OpenProcess) -> dict[str, Any]:
    """Return what a process may state beyond its first form; what was not stated is absent from the entry."""
    names = ("period_as_decided", "stage", "programme", "decision", "planned_sessions", "legal_basis")
    facets = tuple(each.kept() for each in command.facets)
    return _own(command, *names, "scope_method", "scope_object") | {
        "methods": command.methods or None,
        "facets": facets or None,
        "parts": command.parts or None,
        "participants": None if command.participants is None else command.participants.kept(),
        "unit_named_later": command.unit_named_later or None,
    }


def _promise(states: tuple[State, ...], command: DeclarePromise, at: datetime) -> PromiseDeclared:
    process = _running(states[0], command.process)
    _check_body(states[1], command.decided_by, command)
    if command.level is not ParticipationLevel.INFORM and not command.can_change:
        raise PromiseLeavesNothingOpen(level=command.level)
    for clause in command.can_change:
        if clause in command.cannot_change:
            raise PromiseContradictsItself(clause=clause)
    # Of a source that is not exact the first day counts; `../2018` has none, and nothing speaks against it.
    declared = at.date() if command.occurred is None else earliest(command.occurred)
    if command.answer_due is not None and declared is not None and command.answer_due < declared.isoformat():
        raise AnswerDueBeforePromise(answer_due=command.answer_due, declared=declared)
    if process.promise == terms(command):
        raise PromiseUnchanged(process=command.process)
    names = ("process", "ladder", "level", "can_change", "cannot_change", "decided_by", "answer_due")
    return PromiseDeclared(**_own(command, *names))


def _scope(states: tuple[State, ...], command: ChangeScope) -> ScopeChanged:
    _running(states[0], command.process)
    single = _own(command, "scope_method", "scope_object", "period", "planned_sessions")
    lists = {name: value or None for name, value in _own(command, "channels", "groups", "methods").items()}
    if not any((single | lists).values()):
        raise ScopeUnchanged
    return ScopeChanged(process=command.process, reason=command.reason, **single, **lists)


def _phase(states: tuple[State, ...], command: ChangePhase) -> PhaseChanged:
    process = _running(states[0], command.process)
    if process.paused:
        raise ProcessIsPaused(process=command.process)
    if command.phase is ProcessPhase.COLLECTING and process.level in {None, ParticipationLevel.INFORM}:
        raise PromiseMissing(process=command.process)
    if process.phase == (command.phase, command.until):
        raise PhaseUnchanged(process=command.process, phase=command.phase)
    return PhaseChanged(process=command.process, phase=command.phase, until=command.until)


def _pause(states: tuple[State, ...], command: PauseProcess | ResumeProcess) -> Event:
    process = _running(states[0], command.process)
    if isinstance(command, PauseProcess):
        if process.paused:
            raise ProcessIsPaused(process=command.process)
        return ProcessPaused(process=command.process, reason=command.reason)
    if not process.paused:
        raise ProcessIsNotPaused(process=command.process)
    return ProcessResumed(process=command.process)


def _step(states: tuple[State, ...], command: ReceiveInvitation | ApplyToProcess | ConfirmPlace) -> Event:
    _running(states[0], command.process)
    _check_body(states[1], command.organisation, command)
    return STEPS[type(command)](**_own(command, "process", "organisation", "document"))


def _join(states: tuple[State, ...], command: JoinProcess) -> ParticipantJoined:
    _running(states[0], command.process)
    _check_body(states[1], command.body, command)
    if states[2] is not None:
        raise ParticipantAlreadyJoined(process=command.process, body=command.body)
    return ParticipantJoined(**_own(command, "process", "body", "role", "duty"))


def _seat(states: tuple[State, ...], command: SeatMember | ReleaseMember) -> Event:
    seat: Noted | None = states[1]
    is_seated = seat is not None and not seat.left
    if isinstance(command, ReleaseMember):
        _existing(states[0], command.process)
        if not is_seated:
            raise MemberNotSeated(process=command.process, member=command.member)
        return MemberLeft(process=command.process, member=command.member)
    _running(states[0], command.process)
    if is_seated:
        raise MemberAlreadySeated(process=command.process, member=command.member)
    return MemberSeated(process=command.process, member=command.member, name=command.name)


def _attach(states: tuple[State, ...], command: AttachProcessDocument) -> ProcessDocumentAttached:
    # Reports and analyses are often written after the close.
    if command.document in _existing(states[0], command.process).documents:
        raise DocumentAlreadyAttached(process=command.process, document=command.document)
    return ProcessDocumentAttached(**_own(command, "process", "document", "purpose"))


def _plan(states: tuple[State, ...], command: PlanSession) -> SessionPlanned:
    _running(states[0], command.process)
    if states[1] is not None:
        raise SessionAlreadyRecorded(process=command.process, session=command.session)
    return SessionPlanned(**_own(command, "process", "session", "number", "title", "date", "place"))


def _hold(states: tuple[State, ...], command: HoldSession, at: datetime) -> SessionHeld:
    # What was held stays held: notes often arrive after the process was closed.
    process = _existing(states[0], command.process)
    session: Noted | None = states[1]
    if session is not None and session.held:
        raise SessionAlreadyRecorded(process=command.process, session=command.session)
    if is_to_come(command.date, at):
        raise SessionNotYetHeld(date=command.date)
    groups: dict[str, SessionGroup] = {}
    for each in command.groups:
        if each.group in groups:
            raise GroupNamedTwice(group=each.group)
        groups[each.group] = SessionGroup(group=each.group, count=each.count)
    names = ("process", "session", "number", "date", "place", "shown_indicators", "notes_document")
    # Without another word the session itself is what occurred, on its day.
    when = command.occurred or command.date
    return SessionHeld(matter=process.matter, groups=tuple(groups.values()), occurred=when, **_own(command, *names))


def _lesson(states: tuple[State, ...], command: PublishLesson) -> LessonPublished:
    _existing(states[0], command.process)
    if states[1] is not None:
        raise LessonAlreadyPublished(process=command.process, lesson=command.lesson)
    return LessonPublished(**_own(command, "process", "lesson", "method", "text"))


# --- What must be there -----------------------------------------------------------------------
def _existing(state: Process | None, process: str) -> Process:
    if state is None:
        raise ProcessUnknown(process=process)
    return state


def _running(state: Process | None, process: str) -> Process:
    if _existing(state, process).closed:
        raise ProcessIsClosed(process=process)
    return _existing(state, process)


def _check_body(state: Body | None, body: str, command: Command) -> None:
    if state is None:
        raise BodyUnknown(body=body)
    # What a body did may be recorded after it is gone, if it says when it was.
    if state.dissolved and command.occurred is None:
        raise BodyIsDissolved(body=body)


def _check_matter(state: Matter | None, matter: str) -> None:
    if state is None:
        raise MatterUnknown(matter=matter)
    if state.closed:
        raise MatterIsClosed(matter=matter)


SLICE = Slice(
    name="processes",
    commands=(
        OpenProcess,
        DeclarePromise,
        ChangeScope,
        ChangePhase,
        PauseProcess,
        ResumeProcess,
        CloseProcess,
        ReceiveInvitation,
        ApplyToProcess,
        ConfirmPlace,
        JoinProcess,
        SeatMember,
        ReleaseMember,
        AttachProcessDocument,
        PlanSession,
        HoldSession,
        PublishLesson,
    ),
    events=(
        ProcessOpened,
        PromiseDeclared,
        ScopeChanged,
        PhaseChanged,
        ProcessPaused,
        ProcessResumed,
        ProcessClosed,
        InvitationReceived,
        ParticipationApplied,
        PlaceConfirmed,
        ParticipantJoined,
        MemberSeated,
        MemberLeft,
        ProcessDocumentAttached,
        SessionPlanned,
        SessionHeld,
        LessonPublished,
    ),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
)
