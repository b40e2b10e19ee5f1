"""Inputs: how a command leads to events.

A command on an input depends on that input, and on its process and matter where they must be open:
to receive, revise and support. What the office does with an input (moderate, merge, restore), and what
an author or a supporter takes back, is possible after the close as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from ledger.inputs.events import (
    InputMerged,
    InputModerated,
    InputReceived,
    InputRestored,
    InputRevised,
    InputWithdrawn,
    MergeInput,
    ModerateInput,
    ReceiveInput,
    RestoreInput,
    ReviseInput,
    SupportGiven,
    SupportInput,
    SupportWithdrawn,
    Verdict,
    WithdrawInput,
    WithdrawSupport,
)
from ledger.inputs.rejections import (
    AlreadySupported,
    InputAlreadyReceived,
    InputIsMerged,
    InputIsRejected,
    InputIsWithdrawn,
    InputMergesIntoItself,
    InputsOfTwoProcesses,
    InputUnknown,
    MatterIsClosed,
    MatterUnknown,
    NothingToRestore,
    NotSupported,
    NotTheAuthor,
    ProcessIsClosed,
    ProcessUnknown,
    RejectionNeedsReason,
    VerdictUnchanged,
    VersionUnknown,
)
from ledger.matters import MatterClosed, MatterOpened, MatterReopened
from ledger.messages import Command, Event, Part, Slice, State
from ledger.processes import ProcessClosed, ProcessOpened


# --- What is remembered -----------------------------------------------------------------------
class Standing(StrEnum):
    """Where an input stands in its life; received and accepted ones are live."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Input:
    """What deciding needs to know of an input; `latest` is the number of its latest version."""

    author: str
    process: str | None
    matter: str | None
    latest: int = 1
    standing: Standing = Standing.RECEIVED
    into: str | None = None


@dataclass(frozen=True, slots=True)
class Support:
    """One supporter's support of one input: the version supported, None once withdrawn."""

    input_version: int | None


@dataclass(frozen=True, slots=True)
class Process:
    """What an input needs to know of its process."""

    matter: str | None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Matter:
    """What an input needs to know of its matter."""

    closed: bool = False


def evolve(state: State, event: Event) -> State:
    """Return the input, support, process or matter after `event`."""
    match event, state:
        case InputReceived(), None:
            return Input(event.author, event.process, event.matter)
        case InputRevised(input_version=latest), Input():
            # An acceptance was of the words as they read then; new words are moderated anew.
            return replace(state, latest=latest, standing=Standing.RECEIVED)
        case InputWithdrawn(), Input():
            return replace(state, standing=Standing.WITHDRAWN)
        case InputMerged(into=into), Input():
            return replace(state, standing=Standing.MERGED, into=into)
        case InputModerated(verdict=verdict), Input():
            return replace(state, standing=Standing(verdict.value))
        case InputRestored(), Input():
            return replace(state, standing=Standing.RECEIVED, into=None)
        case SupportGiven(input_version=input_version), None | Support():
            return Support(input_version)
        case SupportWithdrawn(), Support():
            return Support(None)
    return _evolve_scope(state, event)


def _evolve_scope(state: State, event: Event) -> State:
    match event, state:
        case ProcessOpened(matter=matter), None:
            return Process(matter)
        case ProcessClosed(), Process():
            return replace(state, closed=True)
        case MatterOpened(), None:
            return Matter()
        case MatterClosed(), Matter():
            return Matter(closed=True)
        case MatterReopened(), Matter():
            return Matter()
    return state


# --- What a command depends on ----------------------------------------------------------------
INPUT_EVENTS = (InputReceived, InputRevised, InputWithdrawn, InputMerged, InputModerated, InputRestored)


def boundary(command: Command) -> tuple[Part, ...]:
    """Return the input and what else the command names."""
    match command:
        case ReceiveInput(input=input, process=process, matter=matter):
            return (_input(input), *_scope(process, matter))
        case MergeInput(input=input, into=into):
            return (_input(input), _input(into))
        case SupportInput(input=input, supporter=supporter) | WithdrawSupport(input=input, supporter=supporter):
            return (_input(input), Part(f"input:{input}|supporter:{supporter}", (SupportGiven, SupportWithdrawn)))
        case (
            ReviseInput(input=input)
            | WithdrawInput(input=input)
            | ModerateInput(input=input)
            | RestoreInput(input=input)
        ):
            return (_input(input),)
    return ()


def widen(states: tuple[State, ...], command: Command) -> tuple[Part, ...]:
    """Return the process and matter of a known input, or the matter of a known process."""
    match command, states:
        case ((ReviseInput() | SupportInput()), (Input(process=process, matter=matter), *_)):
            return _scope(process, matter)
        case ReceiveInput(matter=None), (_, Process(matter=str(matter))):
            return _scope(None, matter)
    return ()


def _input(input: str) -> Part:
    return Part(f"input:{input}", INPUT_EVENTS)


def _scope(process: str | None, matter: str | None) -> tuple[Part, ...]:
    parts: tuple[Part, ...] = ()
    if process is not None:
        parts += (Part(f"process:{process}", (ProcessOpened, ProcessClosed)),)
    if matter is not None:
        parts += (Part(f"matter:{matter}", (MatterOpened, MatterClosed, MatterReopened)),)
    return parts


# --- What follows -----------------------------------------------------------------------------
def decide(states: tuple[State, ...], command: Command, at: datetime) -> Iterator[Event]:
    """Yield the event that follows from `command`, or raise a Rejection."""
    match command:
        case ReceiveInput():
            yield _receive(states, command)
        case ReviseInput():
            yield _revise(states, command)
        case WithdrawInput(input=input, author=author, reason=reason):
            known = _live(states[0], input)
            _check_author(known, input, author)
            yield InputWithdrawn(input=input, author=author, process=known.process, matter=known.matter, reason=reason)
        case MergeInput():
            yield _merge(states, command)
        case SupportInput():
            yield _support(states, command)
        case WithdrawSupport(input=input, supporter=supporter):
            _known(states[0], input)
            if states[1] is None or states[1].input_version is None:
                raise NotSupported(input=input)
            yield SupportWithdrawn(input=input, supporter=supporter)
        case ModerateInput():
            yield _moderate(states[0], command)
        case RestoreInput():
            yield _restore(states[0], command)


def _receive(states: tuple[State, ...], command: ReceiveInput) -> InputReceived:
    received, *scope = states
    if received is not None:
        raise InputAlreadyReceived(input=command.input)
    matter = command.matter
    if command.process is not None and matter is None and isinstance(scope[0], Process):
        matter = scope[0].matter
    _check_open(scope, command.process, matter)
    return InputReceived(
        input=command.input,
        kind=command.kind,
        channel=command.channel,
        process=command.process,
        matter=matter,
        author=command.author or command.input,
        author_kind=command.author_kind,
        text=command.text,
        language=command.language,
        area=command.area,
        age_band=command.age_band,
        group=command.group,
    )


def _check_open(scope: list[State], process: str | None, matter: str | None) -> None:
    """Pass if process and matter, where there is one, exist and are open; `scope` holds their states in that order."""
    if process is not None:
        state, *scope = scope
        if state is None:
            raise ProcessUnknown(process=process)
        if state.closed:
            raise ProcessIsClosed(process=process)
    if matter is not None:
        state, *scope = scope
        if state is None:
            raise MatterUnknown(matter=matter)
        if state.closed:
            raise MatterIsClosed(matter=matter)


def _revise(states: tuple[State, ...], command: ReviseInput) -> InputRevised:
    received, *scope = states
    known = _live(received, command.input)
    _check_author(known, command.input, command.author)
    _check_open(scope, known.process, known.matter)
    return InputRevised(input=command.input, author=command.author, input_version=known.latest + 1, text=command.text)


def _merge(states: tuple[State, ...], command: MergeInput) -> InputMerged:
    merging, into = _live(states[0], command.input), _live(states[1], command.into)
    if command.input == command.into:
        raise InputMergesIntoItself(input=command.input)
    if merging.process != into.process:
        raise InputsOfTwoProcesses(input=command.input, into=command.into)
    return InputMerged(
        input=command.input,
        into=command.into,
        process=merging.process,
        matter=merging.matter,
        reason_code=command.reason_code,
    )


def _support(states: tuple[State, ...], command: SupportInput) -> SupportGiven:
    received, support, *scope = states
    known = _live(received, command.input)
    if support is not None and support.input_version is not None:
        raise AlreadySupported(input=command.input, input_version=support.input_version)
    input_version = command.input_version or known.latest
    if input_version > known.latest:
        raise VersionUnknown(input=command.input, input_version=input_version, latest=known.latest)
    _check_open(scope, known.process, known.matter)
    return SupportGiven(input=command.input, supporter=command.supporter, input_version=input_version)


def _moderate(state: Input | None, command: ModerateInput) -> InputModerated:
    known = _known(state, command.input)
    if known.standing == command.verdict.value:
        raise VerdictUnchanged(input=command.input, verdict=command.verdict)
    _live(known, command.input)
    if command.verdict is Verdict.REJECTED and command.reason_code is None:
        raise RejectionNeedsReason(input=command.input)
    return InputModerated(
        input=command.input,
        author=known.author,
        process=known.process,
        matter=known.matter,
        verdict=command.verdict,
        reason_code=command.reason_code,
        reason=command.reason,
        by_role=command.by_role,
    )


def _restore(state: Input | None, command: RestoreInput) -> InputRestored:
    known = _known(state, command.input)
    if known.standing is Standing.WITHDRAWN:
        raise InputIsWithdrawn(input=command.input)
    if known.standing not in {Standing.REJECTED, Standing.MERGED}:
        raise NothingToRestore(input=command.input)
    return InputRestored(
        input=command.input,
        author=known.author,
        process=known.process,
        matter=known.matter,
        reason_code=command.reason_code,
        reason=command.reason,
        by_role=command.by_role,
    )


def _known(state: Input | None, input: str) -> Input:
    if state is None:
        raise InputUnknown(input=input)
    return state


def _live(state: Input | None, input: str) -> Input:
    """Return the input if it is neither withdrawn nor rejected nor merged."""
    known = _known(state, input)
    match known.standing:
        case Standing.WITHDRAWN:
            raise InputIsWithdrawn(input=input)
        case Standing.REJECTED:
            raise InputIsRejected(input=input)
        case Standing.MERGED:
            raise InputIsMerged(input=input, into=known.into)
    return known


def _check_author(known: Input, input: str, author: str) -> None:
    if known.author != author:
        raise NotTheAuthor(input=input)


SLICE = Slice(
    name="inputs",
    commands=(
        ReceiveInput,
        ReviseInput,
        WithdrawInput,
        MergeInput,
        SupportInput,
        WithdrawSupport,
        ModerateInput,
        RestoreInput,
    ),
    events=(*INPUT_EVENTS, SupportGiven, SupportWithdrawn),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
    widen=widen,
)
