"""Processes: what deciding rests on, and which part of the record each command depends on."""

from __future__ import annotations

from dataclasses import dataclass, replace

from ledger.bodies import BodyDissolved, BodyRegistered
from ledger.matters import MatterClosed, MatterOpened, MatterReopened
from ledger.messages import Command, Event, Part, State
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
    LessonPublished,
    MemberLeft,
    MemberSeated,
    ParticipantJoined,
    ParticipationLevel,
    PhaseChanged,
    ProcessClosed,
    ProcessDocumentAttached,
    ProcessOpened,
    ProcessPaused,
    ProcessResumed,
    PromiseDeclared,
    SessionHeld,
    SessionPlanned,
    lesson_tag,
    member_tag,
    participant_tag,
    session_tag,
)


@dataclass(frozen=True, slots=True)
class Process:
    """What deciding needs to know of a process; `promise` is the latest declaration."""

    matter: str | None = None
    closed: bool = False
    paused: bool = False
    promise: tuple[object, ...] | None = None
    level: ParticipationLevel | None = None
    phase: tuple[str, str | None] | None = None
    documents: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class Body:
    """What a process needs to know of the body that owns it or decides."""

    dissolved: bool = False


@dataclass(frozen=True, slots=True)
class Matter:
    """What a process needs to know of its matter."""

    closed: bool = False


@dataclass(frozen=True, slots=True)
class Noted:
    """A session, a lesson, a participant or a seat: that it is recorded, whether it was held, whether it was left."""

    held: bool = False
    left: bool = False


def boundary(command: Command) -> tuple[Part, ...]:
    """Return the process and what else the command names: a body, a matter, a session, a lesson."""
    match command:
        case OpenProcess():
            return _opening(command)
        case DeclarePromise(process=process, decided_by=body):
            return (_process(process), _body(body))
        case ReceiveInvitation() | ApplyToProcess() | ConfirmPlace():
            return (_process(command.process), _body(command.organisation))
        case JoinProcess(process=process, body=body):
            return (_process(process), _body(body), Part(participant_tag(process, body), (ParticipantJoined,)))
        case SeatMember() | ReleaseMember():
            seat = Part(member_tag(command.process, command.member), (MemberSeated, MemberLeft))
            return (_process(command.process), seat)
        case AttachProcessDocument(process=process):
            return (Part(f"process:{process}", (*_PROCESS, ProcessDocumentAttached)),)
        case PlanSession() | HoldSession():
            session = Part(session_tag(command.process, command.session), (SessionPlanned, SessionHeld))
            return (_process(command.process), session)
        case PublishLesson(process=process, lesson=lesson):
            return (_process(process), Part(lesson_tag(process, lesson), (LessonPublished,)))
        case ChangeScope() | ChangePhase() | PauseProcess() | ResumeProcess() | CloseProcess():
            return (_process(command.process),)
    return ()


def _opening(command: OpenProcess) -> tuple[Part, ...]:
    matter = () if command.matter is None else (Part(f"matter:{command.matter}", _MATTER),)
    parts = (Part(f"process:{part}", (ProcessOpened,)) for part in command.parts)
    return (_process(command.process), _body(command.owner), *matter, *parts)


_MATTER = (MatterOpened, MatterClosed, MatterReopened)
_PROCESS = (ProcessOpened, PromiseDeclared, PhaseChanged, ProcessPaused, ProcessResumed, ProcessClosed)


def _process(process: str) -> Part:
    return Part(f"process:{process}", _PROCESS)


def _body(body: str) -> Part:
    return Part(f"body:{body}", (BodyRegistered, BodyDissolved))


def evolve(state: State, event: Event) -> State:
    """Return the process, body, matter or other thing after `event`."""
    match event, state:
        case ProcessOpened(matter=matter), None:
            return Process(matter=matter)
        case _, Process():
            return _changed(state, event)
        case BodyRegistered(), None:
            return Body()
        case BodyDissolved(), Body():
            return Body(dissolved=True)
        case MatterOpened(), None:
            return Matter()
        case MatterClosed(), Matter():
            return Matter(closed=True)
        case MatterReopened(), Matter():
            return Matter()
        case ((SessionPlanned() | LessonPublished() | ParticipantJoined()), None):
            return Noted()
        case MemberSeated(), (Noted() | None):
            return Noted()
        case MemberLeft(), Noted():
            return Noted(left=True)
        case SessionHeld(), (Noted() | None):
            return Noted(held=True)
    return state


def _changed(process: Process, event: Event) -> Process:
    match event:
        case PromiseDeclared(level=level):
            return replace(process, promise=terms(event), level=level)
        case PhaseChanged(phase=phase, until=until):
            return replace(process, phase=(phase, until))
        case ProcessDocumentAttached(document=document):
            return replace(process, documents=process.documents | {document})
        case ProcessPaused():
            return replace(process, paused=True)
        case ProcessResumed():
            return replace(process, paused=False)
        case ProcessClosed():
            return replace(process, closed=True)
    return process


def terms(promise: PromiseDeclared | DeclarePromise) -> tuple[object, ...]:
    """Return all that a promise says, to compare it with another one."""
    return (
        promise.ladder,
        promise.level,
        promise.can_change,
        promise.cannot_change,
        promise.decided_by,
        promise.answer_due,
    )
