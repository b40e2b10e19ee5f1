"""Inputs: how a command leads to events.

A command on an input depends on that input, and on its process and matter where they must be open:
to receive, revise and support. What the office does with an input (moderate, merge, restore), and what
an author or a supporter takes back, is possible after the close as well.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from ledger.bodies import BodyRegistered
from ledger.governance import RuleAdopted, RuleRepealed
from ledger.inputs import petition_rules
from ledger.inputs.checks import known, live
from ledger.inputs.events import (
    AuthorKind,
    InputKind,
    InputMerged,
    InputModerated,
    InputReceived,
    InputRestored,
    InputRevised,
    InputWithdrawn,
    Instrument,
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
from ledger.inputs.links import CriticismLinked, InputSplit, LinkCriticism, SplitInput
from ledger.inputs.petitions import (
    CloseSigning,
    ConfirmEligibility,
    DebateRecorded,
    EligibilityConfirmed,
    OpenSigning,
    ReachThreshold,
    RecordDebate,
    RecordSignatureCounts,
    SignaturesCounted,
    SignaturesInvalidated,
    SigningClosed,
    SigningOpened,
    SubmittedToBody,
    SubmitToBody,
    ThresholdReached,
)
from ledger.inputs.rejections import (
    AlreadySupported,
    InitiativeByResidentsOnly,
    InitiativeNeedsAuthor,
    InputAlreadyReceived,
    InputIsWithdrawn,
    InputMergesIntoItself,
    InputsOfTwoProcesses,
    InputUnknown,
    InstrumentDoesNotFit,
    MatterIsClosed,
    MatterUnknown,
    NothingToRestore,
    NotSupported,
    NotTheAuthor,
    PartyOfOfficialsOnly,
    ProcessIsClosed,
    ProcessUnknown,
    RejectionNeedsReason,
    SigningIsNotOpen,
    StanceToNothing,
    VerdictUnchanged,
    VersionUnknown,
)
from ledger.inputs.states import Input, Process, Standing, evolve
from ledger.matters import MatterClosed, MatterOpened, MatterReopened
from ledger.messages import Command, Event, Part, Slice, State
from ledger.processes import ProcessClosed, ProcessOpened

# --- What a command depends on ----------------------------------------------------------------
INPUT_EVENTS = (InputReceived, InputRevised, InputWithdrawn, InputMerged, InputModerated, InputRestored)
SUPPORT_EVENTS = (SupportGiven, SupportWithdrawn)
TERMS = (SigningOpened, SigningClosed)
SIGNING_EVENTS = (*TERMS, SignaturesCounted, ThresholdReached)


def boundary(command: Command) -> tuple[Part, ...]:
    """Return the input and what else the command names."""
    match command:
        case ReceiveInput(input=input, process=process, matter=matter, about=about):
            commented = () if about is None else (Part(f"input:{about}", (InputReceived,)),)
            return (_input(input), *_scope(process, matter), *commented)
        case MergeInput(input=input, into=into):
            return (_input(input), _input(into))
        case SupportInput(input=input, supporter=supporter) | WithdrawSupport(input=input, supporter=supporter):
            return (_input(input, *TERMS), Part(f"input:{input}|supporter:{supporter}", SUPPORT_EVENTS))
        case (
            ReviseInput(input=input)
            | WithdrawInput(input=input)
            | ModerateInput(input=input)
            | RestoreInput(input=input)
        ):
            return (_input(input),)
    return _petition_boundary(command)


def _petition_boundary(command: Command) -> tuple[Part, ...]:
    match command:
        case OpenSigning(input=input) | CloseSigning(input=input):
            return (_input(input, *TERMS),)
        case RecordSignatureCounts(input=input):
            return (_input(input, SigningOpened, SignaturesCounted),)
        case ReachThreshold(input=input, rule=rule):
            law = Part(f"rule:{rule}", (RuleAdopted, RuleRepealed))
            return (_input(input, *SIGNING_EVENTS, *SUPPORT_EVENTS), law)
        case ConfirmEligibility(input=input):
            return (_input(input, EligibilityConfirmed),)
        case SubmitToBody(input=input, body=body):
            return (_input(input, SubmittedToBody), _body(body))
        case RecordDebate(input=input, body=body):
            return (_input(input),) if body is None else (_input(input), _body(body))
        case LinkCriticism(input=input):
            return (_input(input, CriticismLinked),)
        case SplitInput(input=input, parts=parts):
            return (_input(input, InputSplit), *(_input(part) for part in parts))
    return ()


def widen(states: tuple[State, ...], command: Command) -> tuple[Part, ...]:
    """Return the process and matter of a known input, or the matter of a known process."""
    match command, states:
        case ((ReviseInput() | SupportInput()), (Input(process=process, matter=matter), *_)):
            return _scope(process, matter)
        case ReceiveInput(matter=None), (_, Process(matter=str(matter)), *_):
            return _scope(None, matter)
    return ()


def _input(input: str, *more: type[Event]) -> Part:
    return Part(f"input:{input}", (*INPUT_EVENTS, *more))


def _body(body: str) -> Part:
    return Part(f"body:{body}", (BodyRegistered,))


def _scope(process: str | None, matter: str | None) -> tuple[Part, ...]:
    parts: tuple[Part, ...] = ()
    if process is not None:
        parts += (Part(f"process:{process}", (ProcessOpened, ProcessClosed)),)
    if matter is not None:
        parts += (Part(f"matter:{matter}", (MatterOpened, MatterClosed, MatterReopened)),)
    return parts


# --- What follows -----------------------------------------------------------------------------
def decide(states: tuple[State, ...], command: Command, at: datetime) -> Iterator[Event]:
    """Yield the events that follow from `command`, or raise a Rejection."""
    match command:
        case ReceiveInput():
            yield _receive(states, command)
        case ReviseInput():
            yield _revise(states, command)
        case WithdrawInput(input=input, author=author, reason=reason):
            own = live(states[0], input)
            _check_author(own, input, author)
            yield InputWithdrawn(input=input, author=author, process=own.process, matter=own.matter, reason=reason)
        case MergeInput():
            yield _merge(states, command)
        case SupportInput():
            yield _support(states, command, at)
        case WithdrawSupport(input=input, supporter=supporter):
            known(states[0], input)
            if states[1] is None or states[1].input_version is None:
                raise NotSupported(input=input)
            yield SupportWithdrawn(input=input, supporter=supporter)
        case ModerateInput():
            yield _moderate(states[0], command)
        case RestoreInput():
            yield _restore(states[0], command)
        case _:
            yield from petition_rules.decide(states, command, at)


def _receive(states: tuple[State, ...], command: ReceiveInput) -> InputReceived:
    received, *scope = states
    if received is not None:
        raise InputAlreadyReceived(input=command.input)
    matter = command.matter
    if command.process is not None and matter is None and isinstance(scope[0], Process):
        matter = scope[0].matter
    _check_about(command, scope)
    _check_who(command)
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
        instrument=command.instrument,
        party=command.party,
        role=command.role,
        district=command.district,
        theme=command.theme,
        subtheme=command.subtheme,
        about=command.about,
        stance=command.stance,
    )


FITTING = {
    Instrument.RESIDENT_INITIATIVE: {InputKind.INITIATIVE},
    Instrument.POPULAR_INITIATIVE: {InputKind.INITIATIVE},
    Instrument.E_PETITION: {InputKind.PETITION, InputKind.PROPOSAL},
}


def _check_who(command: ReceiveInput) -> None:
    """Pass if who speaks may speak in this form; a resident's party is never kept."""
    if command.author_kind is not AuthorKind.OFFICIAL and (command.party or command.role):
        raise PartyOfOfficialsOnly(author_kind=command.author_kind)
    if command.instrument is None:
        return
    if command.kind not in FITTING[command.instrument]:
        raise InstrumentDoesNotFit(instrument=command.instrument, kind=command.kind)
    if command.instrument is Instrument.RESIDENT_INITIATIVE:
        if command.author_kind is not AuthorKind.RESIDENT:
            raise InitiativeByResidentsOnly(author_kind=command.author_kind)
        if command.author is None:
            raise InitiativeNeedsAuthor


def _check_about(command: ReceiveInput, scope: list[State]) -> None:
    """Pass if what is commented on was received, whatever became of it; take its state out of `scope`."""
    if command.about is None:
        if command.stance is not None:
            raise StanceToNothing(stance=command.stance)
        return
    # It stands behind the process and the matter the command names, before a matter that comes with the process.
    commented = scope.pop(sum(place is not None for place in (command.process, command.matter)))
    if commented is None or command.about == command.input:
        raise InputUnknown(input=command.about)


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
    own = live(received, command.input)
    _check_author(own, command.input, command.author)
    _check_open(scope, own.process, own.matter)
    return InputRevised(input=command.input, author=command.author, input_version=own.latest + 1, text=command.text)


def _merge(states: tuple[State, ...], command: MergeInput) -> InputMerged:
    merging, into = live(states[0], command.input), live(states[1], command.into)
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


def _support(states: tuple[State, ...], command: SupportInput, at: datetime) -> SupportGiven:
    received, support, *scope = states
    signed = live(received, command.input)
    if support is not None and support.input_version is not None:
        raise AlreadySupported(input=command.input, input_version=support.input_version)
    input_version = command.input_version or signed.latest
    if input_version > signed.latest:
        raise VersionUnknown(input=command.input, input_version=input_version, latest=signed.latest)
    # A list on paper may come in after the last day: when it was signed is what counts then.
    if signed.signing is not None and command.occurred is None and not signed.signing.takes_at(at):
        raise SigningIsNotOpen(input=command.input)
    _check_open(scope, signed.process, signed.matter)
    return SupportGiven(input=command.input, supporter=command.supporter, input_version=input_version)


def _moderate(state: Input | None, command: ModerateInput) -> InputModerated:
    judged = known(state, command.input)
    if judged.standing == command.verdict.value:
        raise VerdictUnchanged(input=command.input, verdict=command.verdict)
    live(judged, command.input)
    if command.verdict is Verdict.REJECTED and command.reason_code is None:
        raise RejectionNeedsReason(input=command.input)
    return InputModerated(
        input=command.input,
        author=judged.author,
        process=judged.process,
        matter=judged.matter,
        verdict=command.verdict,
        reason_code=command.reason_code,
        reason=command.reason,
        by_role=command.by_role,
    )


def _restore(state: Input | None, command: RestoreInput) -> InputRestored:
    judged = known(state, command.input)
    if judged.standing is Standing.WITHDRAWN:
        raise InputIsWithdrawn(input=command.input)
    if judged.standing not in {Standing.REJECTED, Standing.MERGED}:
        raise NothingToRestore(input=command.input)
    return InputRestored(
        input=command.input,
        author=judged.author,
        process=judged.process,
        matter=judged.matter,
        reason_code=command.reason_code,
        reason=command.reason,
        by_role=command.by_role,
    )


def _check_author(own: Input, input: str, author: str) -> None:
    if own.author != author:
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
        OpenSigning,
        CloseSigning,
        RecordSignatureCounts,
        ReachThreshold,
        ConfirmEligibility,
        SubmitToBody,
        RecordDebate,
        LinkCriticism,
        SplitInput,
    ),
    events=(
        *INPUT_EVENTS,
        *SUPPORT_EVENTS,
        *SIGNING_EVENTS,
        SignaturesInvalidated,
        EligibilityConfirmed,
        SubmittedToBody,
        DebateRecorded,
        CriticismLinked,
        InputSplit,
    ),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
    widen=widen,
)
