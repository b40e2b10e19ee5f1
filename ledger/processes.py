"""Processes: how residents take part (medborgardialog, panel, samråd), and what they are promised.

    open ──> OPEN ──close──> CLOSED
              └─promise─┘

The promise says how far influence reaches (a level of a ladder), what can change and what cannot,
who decides and when an answer is due. It may be declared anew while the process is open: every
declaration stays in the record, so that a promise that shrank is seen to have shrunk.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field

from ledger.bodies import BodyDissolved, BodyRegistered
from ledger.fields import Code, Date, Edtf, Id, Label, Text
from ledger.matters import MatterClosed, MatterOpened, MatterReopened
from ledger.messages import Command, Event, Part, Rejection, Sealed, Sealing, Slice, State, Status

Codes = Annotated[tuple[Code, ...], Field(max_length=50)]
# 20 of 300 characters each, twice: what can and what cannot change fit one entry of 65,535 bytes together.
Clauses = Annotated[tuple[Label, ...], Field(max_length=20)]


# --- What happened ----------------------------------------------------------------------------
class ProcessKind(StrEnum):
    """What sort of process it is."""

    DIALOGUE = "dialogue"
    PANEL = "panel"
    TRIAL = "trial"
    NETWORK = "network"
    CONSULTATION = "consultation"
    BUDGET = "budget"
    QUALITY_WORK = "quality_work"


class ParticipationLevel(StrEnum):
    """How far influence reaches, by the IAP2 spectrum of public participation."""

    INFORM = "inform"
    CONSULT = "consult"
    INVOLVE = "involve"
    COLLABORATE = "collaborate"
    EMPOWER = "empower"


class ProcessOpened(Event, topic="process-opened"):
    """A body opened a process. `period` is EDTF; `open_ended` says that no end is planned."""

    process: str
    title: str
    kind: ProcessKind
    owner: str
    period: str | None = None
    channels: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    matter: str | None = None
    open_ended: bool = False

    def subject(self) -> str:
        return f"process:{self.process}"

    def tags(self) -> tuple[str, ...]:
        owner = f"body:{self.owner}"
        return (self.subject(), owner) if self.matter is None else (self.subject(), owner, f"matter:{self.matter}")


class PromiseDeclared(Event, topic="promise-declared"):
    """The owner said what taking part can lead to; the latest declaration holds."""

    process: str
    ladder: str
    level: ParticipationLevel
    can_change: tuple[str, ...] = ()
    cannot_change: tuple[str, ...] = ()
    decided_by: str
    answer_due: str | None = None

    def subject(self) -> str:
        return f"process:{self.process}"


class ProcessClosed(Event, topic="process-closed"):
    """A process takes in nothing more."""

    process: str
    summary: Annotated[str | Sealed | None, Sealing("P", key="process:{process}")] = None

    def subject(self) -> str:
        return f"process:{self.process}"


# --- What may be asked ------------------------------------------------------------------------
class OpenProcess(Command):
    """Open a process, of its own or within a matter."""

    creates: ClassVar[str | None] = "process"

    process: Id
    title: Label
    kind: ProcessKind
    owner: Id
    period: Edtf | None = None
    channels: Codes = ()
    groups: Codes = ()
    matter: Id | None = None
    open_ended: bool = False


class DeclarePromise(Command):
    """Say what taking part in a process can lead to."""

    process: Id
    ladder: Code = "iap2"
    level: ParticipationLevel
    can_change: Clauses = ()
    cannot_change: Clauses = ()
    decided_by: Id
    answer_due: Date | None = None


class CloseProcess(Command):
    """Close a process."""

    process: Id
    summary: Text | None = None


# --- Why it may be rejected -------------------------------------------------------------------
class ProcessAlreadyOpened(Rejection):
    """A process with the id {process} exists already; choose another id."""

    sv = "En process med id {process} finns redan; välj ett annat id."
    status = Status.ALREADY_EXISTS


class ProcessUnknown(Rejection):
    """There is no process with the id {process} in this ledger; open it first."""

    sv = "Det finns ingen process med id {process} i den här liggaren; öppna den först."
    status = Status.NOT_FOUND


class ProcessIsClosed(Rejection):
    """The process {process} is closed and takes in nothing more."""

    sv = "Processen {process} är avslutad och tar inte emot något mer."


class BodyUnknown(Rejection):
    """There is no body with the id {body} in this ledger; register it first."""

    sv = "Det finns inget organ med id {body} i den här liggaren; registrera det först."
    status = Status.NOT_FOUND


class BodyIsDissolved(Rejection):
    """The body {body} is dissolved; to record something from before, state when it occurred."""

    sv = "Organet {body} är upplöst; ange när det skedde om du registrerar något från tidigare."


class MatterUnknown(Rejection):
    """There is no matter with the id {matter} in this ledger; open it first."""

    sv = "Det finns inget ärende med id {matter} i den här liggaren; öppna det först."
    status = Status.NOT_FOUND


class MatterIsClosed(Rejection):
    """The matter {matter} is closed and takes in nothing more; it can be reopened."""

    sv = "Ärendet {matter} är avslutat och tar inte emot något mer; det kan återupptas."


class PromiseLeavesNothingOpen(Rejection):
    """To promise more than information (level {level}), say what can change."""

    sv = "För att lova mer än information (nivå {level}), ange vad som kan ändras."
    status = Status.INVALID_ARGUMENT


class PromiseContradictsItself(Rejection):
    """The promise says of the same thing that it can change and that it cannot: {clause}."""

    sv = "Löftet säger om samma sak att den kan ändras och att den inte kan ändras: {clause}."
    status = Status.INVALID_ARGUMENT


class PromiseUnchanged(Rejection):
    """The process {process} has exactly this promise already; nothing would change."""

    sv = "Processen {process} har redan exakt detta löfte; inget skulle ändras."


# --- How one leads to the other ---------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Process:
    """What deciding needs to know of a process; `promise` is the latest declaration."""

    closed: bool = False
    promise: tuple[object, ...] | None = None


@dataclass(frozen=True, slots=True)
class Body:
    """What a process needs to know of the body that owns it or decides."""

    dissolved: bool = False


@dataclass(frozen=True, slots=True)
class Matter:
    """What a process needs to know of its matter."""

    closed: bool = False


def boundary(command: Command) -> tuple[Part, ...]:
    """Return the process and what else the command names: a body, a matter."""
    match command:
        case OpenProcess(process=process, owner=owner, matter=None):
            return (_process(process), _body(owner))
        case OpenProcess(process=process, owner=owner, matter=str(matter)):
            closing = Part(f"matter:{matter}", (MatterOpened, MatterClosed, MatterReopened))
            return (_process(process), _body(owner), closing)
        case DeclarePromise(process=process, decided_by=body):
            return (_process(process), _body(body))
        case CloseProcess(process=process):
            return (_process(process),)
    return ()


def _process(process: str) -> Part:
    return Part(f"process:{process}", (ProcessOpened, PromiseDeclared, ProcessClosed))


def _body(body: str) -> Part:
    return Part(f"body:{body}", (BodyRegistered, BodyDissolved))


def evolve(state: State, event: Event) -> State:
    """Return the process, body or matter after `event`."""
    match event, state:
        case ProcessOpened(), None:
            return Process()
        case PromiseDeclared(), Process():
            return replace(state, promise=_terms(event))
        case ProcessClosed(), Process():
            return replace(state, closed=True)
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
    return state


def _terms(promise: PromiseDeclared | DeclarePromise) -> tuple[object, ...]:
    return (
        promise.ladder,
        promise.level,
        promise.can_change,
        promise.cannot_change,
        promise.decided_by,
        promise.answer_due,
    )


def decide(states: tuple[State, ...], command: Command, at: datetime) -> Iterator[Event]:
    """Yield the event that follows from `command`, or raise a Rejection."""
    match command:
        case OpenProcess():
            yield _open(states, command)
        case DeclarePromise():
            yield _promise(states, command)
        case CloseProcess(process=process, summary=summary):
            _open_process(states[0], process)
            yield ProcessClosed(process=process, summary=summary)


def _open(states: tuple[State, ...], command: OpenProcess) -> ProcessOpened:
    process, body, *rest = states
    if process is not None:
        raise ProcessAlreadyOpened(process=command.process)
    _check_body(body, command.owner, command)
    if command.matter is not None:
        _check_matter(rest[0], command.matter)
    return ProcessOpened(
        process=command.process,
        title=command.title,
        kind=command.kind,
        owner=command.owner,
        period=command.period,
        channels=command.channels,
        groups=command.groups,
        matter=command.matter,
        open_ended=command.open_ended,
    )


def _promise(states: tuple[State, ...], command: DeclarePromise) -> PromiseDeclared:
    process = _open_process(states[0], command.process)
    _check_body(states[1], command.decided_by, command)
    if command.level is not ParticipationLevel.INFORM and not command.can_change:
        raise PromiseLeavesNothingOpen(level=command.level)
    for clause in command.can_change:
        if clause in command.cannot_change:
            raise PromiseContradictsItself(clause=clause)
    if process.promise == _terms(command):
        raise PromiseUnchanged(process=command.process)
    return PromiseDeclared(
        process=command.process,
        ladder=command.ladder,
        level=command.level,
        can_change=command.can_change,
        cannot_change=command.cannot_change,
        decided_by=command.decided_by,
        answer_due=command.answer_due,
    )


def _open_process(state: Process | None, process: str) -> Process:
    if state is None:
        raise ProcessUnknown(process=process)
    if state.closed:
        raise ProcessIsClosed(process=process)
    return state


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
    commands=(OpenProcess, DeclarePromise, CloseProcess),
    events=(ProcessOpened, PromiseDeclared, ProcessClosed),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
)
