"""Commitments: how a command leads to events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from ledger.bodies import BodyRegistered
from ledger.commitments.events import (
    AnswerDispute,
    CommitmentDelivered,
    CommitmentDropped,
    CommitmentMade,
    CommitmentProgressed,
    DeliverCommitment,
    DeliveryDisputed,
    DeliveryEvidence,
    DisputeAnswered,
    DisputeDelivery,
    DisputeOutcome,
    DropCommitment,
    MakeCommitment,
    ReportCommitmentProgress,
)
from ledger.commitments.rejections import (
    CommitmentAlreadyMade,
    CommitmentIsDelivered,
    CommitmentIsDropped,
    CommitmentOwnerUnknown,
    CommitmentSourceUnknown,
    CommitmentUnknown,
    DeliveryInFuture,
    DisputeIsOpen,
    NoDisputeToAnswer,
    NothingDelivered,
)
from ledger.decisions.events import DecisionRecorded
from ledger.edtf import is_to_come
from ledger.inputs.events import InputReceived
from ledger.messages import Command, Event, Part, Slice, State
from ledger.processes.events import ProcessOpened


@dataclass(frozen=True, slots=True)
class Commitment:
    """What deciding needs to know of a commitment."""

    delivered: bool = False
    disputed: bool = False
    dropped: bool = False


class Known(NamedTuple):
    """Something that exists, and nothing more is asked of it."""


_COMMITMENT = (CommitmentMade, CommitmentDelivered, DeliveryDisputed, DisputeAnswered, CommitmentDropped)
_SOURCES: dict[str, type[Event]] = {"decision": DecisionRecorded, "process": ProcessOpened, "input": InputReceived}


def boundary(command: Command) -> tuple[Part, ...]:
    """Return the commitment and, for a new one, its owner and what it follows from."""
    match command:
        case MakeCommitment(commitment=commitment, owner=owner):
            sources = (Part(f"{kind}:{name}", (_SOURCES[kind],)) for kind, name in _named(command))
            return (_commitment(commitment), Part(f"body:{owner}", (BodyRegistered,)), *sources)
        case DropCommitment(commitment=commitment, by_decision=str(decision)):
            return (_commitment(commitment), Part(f"decision:{decision}", (DecisionRecorded,)))
        case (
            ReportCommitmentProgress(commitment=commitment)
            | DeliverCommitment(commitment=commitment)
            | DisputeDelivery(commitment=commitment)
            | AnswerDispute(commitment=commitment)
            | DropCommitment(commitment=commitment)
        ):
            return (_commitment(commitment),)
    return ()


def _commitment(commitment: str) -> Part:
    return Part(f"commitment:{commitment}", _COMMITMENT)


def _named(command: MakeCommitment) -> list[tuple[str, str]]:
    named = {"decision": command.decision, "process": command.process, "input": command.input}
    return [(kind, name) for kind, name in named.items() if name is not None]


def evolve(state: State, event: Event) -> State:
    """Return the commitment, or what it names, after `event`."""
    match event, state:
        case CommitmentMade(), None:
            return Commitment()
        case CommitmentDelivered(), Commitment():
            return replace(state, delivered=True)
        case DeliveryDisputed(), Commitment():
            return replace(state, disputed=True)
        case DisputeAnswered(outcome=outcome), Commitment():
            return replace(state, disputed=False, delivered=outcome == DisputeOutcome.UPHELD)
        case CommitmentDropped(), Commitment():
            return replace(state, dropped=True)
        case ((BodyRegistered() | DecisionRecorded() | ProcessOpened() | InputReceived()), None):
            return Known()
    return state


def decide(states: tuple[State, ...], command: Command, at: datetime) -> Iterator[Event]:
    """Yield the event that follows from `command`, or raise a Rejection."""
    match command:
        case MakeCommitment():
            yield _make(states, command)
        case ReportCommitmentProgress(commitment=commitment, text=text):
            _pending(states[0], commitment)
            yield CommitmentProgressed(commitment=commitment, text=text)
        case DeliverCommitment():
            yield _deliver(states, command, at)
        case DisputeDelivery():
            yield _dispute(states, command)
        case AnswerDispute(commitment=commitment, outcome=outcome, text=text):
            if not _existing(states[0], commitment).disputed:
                raise NoDisputeToAnswer(commitment=commitment)
            yield DisputeAnswered(commitment=commitment, outcome=outcome, text=text)
        case DropCommitment(commitment=commitment, reason=reason, by_decision=decision):
            _pending(states[0], commitment)
            if decision is not None and states[1] is None:
                raise CommitmentSourceUnknown(kind="decision", id=decision)
            yield CommitmentDropped(commitment=commitment, reason=reason, by_decision=decision)


def _make(states: tuple[State, ...], command: MakeCommitment) -> CommitmentMade:
    commitment, owner, *sources = states
    if commitment is not None:
        raise CommitmentAlreadyMade(commitment=command.commitment)
    if owner is None:
        raise CommitmentOwnerUnknown(body=command.owner)
    for (kind, name), known in zip(_named(command), sources, strict=True):
        if known is None:
            raise CommitmentSourceUnknown(kind=kind, id=name)
    return CommitmentMade(
        commitment=command.commitment,
        owner=command.owner,
        text=command.text,
        due=command.due,
        decision=command.decision,
        process=command.process,
        input=command.input,
    )


def _deliver(states: tuple[State, ...], command: DeliverCommitment, at: datetime) -> CommitmentDelivered:
    _pending(states[0], command.commitment)
    if is_to_come(command.on, at):
        raise DeliveryInFuture(on=command.on)
    return CommitmentDelivered(
        commitment=command.commitment,
        # Without another word the delivery itself is what occurred, on its day.
        occurred=command.occurred or command.on,
        on=command.on,
        evidence=tuple(DeliveryEvidence(kind=each.kind, id=each.id) for each in command.evidence),
        text=command.text,
    )


def _dispute(states: tuple[State, ...], command: DisputeDelivery) -> DeliveryDisputed:
    commitment = _existing(states[0], command.commitment)
    if not commitment.delivered:
        raise NothingDelivered(commitment=command.commitment)
    if commitment.disputed:
        raise DisputeIsOpen(commitment=command.commitment)
    return DeliveryDisputed(
        commitment=command.commitment,
        author=command.author,
        author_kind=command.author_kind,
        text=command.text,
    )


def _existing(state: Commitment | None, commitment: str) -> Commitment:
    if state is None:
        raise CommitmentUnknown(commitment=commitment)
    return state


def _pending(state: Commitment | None, commitment: str) -> None:
    """Refuse what only a commitment that is still to be delivered can take."""
    known = _existing(state, commitment)
    if known.dropped:
        raise CommitmentIsDropped(commitment=commitment)
    if known.delivered:
        raise CommitmentIsDelivered(commitment=commitment)


SLICE = Slice(
    name="commitments",
    commands=(
        MakeCommitment,
        ReportCommitmentProgress,
        DeliverCommitment,
        DisputeDelivery,
        AnswerDispute,
        DropCommitment,
    ),
    events=(
        CommitmentMade,
        CommitmentProgressed,
        CommitmentDelivered,
        DeliveryDisputed,
        DisputeAnswered,
        CommitmentDropped,
    ),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
)
