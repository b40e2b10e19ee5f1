"""Claims and references: how a command leads to events."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from ledger.assignments.events import AssignmentGiven
from ledger.ballots import BallotOpened
from ledger.claims.events import (
    AddEvidence,
    AssertReference,
    ClaimEvidenced,
    ClaimRecorded,
    Evidence,
    RecordClaim,
    ReferenceAsserted,
    ReferenceResolved,
    ReferenceTarget,
    ResolveReference,
    target_tag,
)
from ledger.claims.rejections import (
    ClaimAlreadyRecorded,
    ClaimUnknown,
    EvidenceAlreadyGiven,
    ReferenceAlreadyAsserted,
    ReferenceAlreadyResolved,
    ReferenceUnknown,
    TargetUnknown,
)
from ledger.decisions import DecisionRecorded
from ledger.documents.events import DocumentRegistered
from ledger.inputs import InputReceived
from ledger.matters import MatterOpened
from ledger.meetings import RollCallHeld
from ledger.messages import Command, Event, Part, Slice, State


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim with its evidence, as far as deciding needs it."""

    evidence: frozenset[Evidence] = frozenset()


@dataclass(frozen=True, slots=True)
class Reference:
    """A reference, and whether what it means was found."""

    resolved: bool = False


@dataclass(frozen=True, slots=True)
class Known:
    """Something that is in the ledger."""


CREATED: dict[str, type[Event]] = {
    ReferenceTarget.DECISION: DecisionRecorded,
    ReferenceTarget.BALLOT: BallotOpened,
    ReferenceTarget.MATTER: MatterOpened,
    ReferenceTarget.INPUT: InputReceived,
    ReferenceTarget.DOCUMENT: DocumentRegistered,
    ReferenceTarget.ASSIGNMENT: AssignmentGiven,
    ReferenceTarget.ROLL_CALL: RollCallHeld,
}
"""The event by which each kind of target comes into the ledger."""


def boundary(command: Command) -> tuple[Part, ...]:
    """Return the claim or the reference, and what a reference is resolved by."""
    match command:
        case RecordClaim(claim=claim) | AddEvidence(claim=claim):
            return (Part(f"claim:{claim}", (ClaimRecorded, ClaimEvidenced)),)
        case AssertReference(reference=reference):
            return (_reference(reference),)
        case ResolveReference(reference=reference, target_kind=kind, target=target):
            return (_reference(reference), Part(target_tag(kind, target), (CREATED[kind],)))
    return ()


def _reference(reference: str) -> Part:
    return Part(f"reference:{reference}", (ReferenceAsserted, ReferenceResolved))


def evolve(state: State, event: Event) -> State:
    """Return the claim, the reference or the thing known after `event`."""
    match event, state:
        case ClaimRecorded(), None:
            return Claim(frozenset(event.evidence))
        case ClaimEvidenced(), Claim():
            return replace(state, evidence=state.evidence | frozenset(event.evidence))
        case ReferenceAsserted(), None:
            return Reference()
        case ReferenceResolved(), Reference():
            return Reference(resolved=True)
        case _, None if isinstance(event, tuple(CREATED.values())):
            return Known()
    return state


def decide(states: tuple[State, ...], command: Command, at: datetime) -> Iterator[Event]:
    """Yield the event that follows from `command`, or raise a Rejection. No rule here asks the time."""
    match command:
        case RecordClaim(claim=claim):
            if states[0] is not None:
                raise ClaimAlreadyRecorded(claim=claim)
            number = None if command.number is None else command.number.kept()
            yield ClaimRecorded(**command.own() | {"evidence": _evidence(command, frozenset()), "number": number})
        case AddEvidence(claim=claim):
            if states[0] is None:
                raise ClaimUnknown(claim=claim)
            yield ClaimEvidenced(claim=claim, evidence=_evidence(command, states[0].evidence))
        case AssertReference(reference=reference):
            if states[0] is not None:
                raise ReferenceAlreadyAsserted(reference=reference)
            yield ReferenceAsserted(**command.own())
        case ResolveReference():
            yield _resolve(states, command)


def _evidence(command: RecordClaim | AddEvidence, given: frozenset[Evidence]) -> tuple[Evidence, ...]:
    kept: list[Evidence] = []
    for each in command.evidence:
        evidence = each.kept()
        if evidence in given or evidence in kept:
            raise EvidenceAlreadyGiven(claim=command.claim, kind=each.kind, id=each.id)
        kept.append(evidence)
    return tuple(kept)


def _resolve(states: tuple[State, ...], command: ResolveReference) -> ReferenceResolved:
    reference, target = states
    if reference is None:
        raise ReferenceUnknown(reference=command.reference)
    if reference.resolved:
        raise ReferenceAlreadyResolved(reference=command.reference)
    if target is None:
        raise TargetUnknown(target_kind=command.target_kind, target=command.target)
    return ReferenceResolved(**command.own())


SLICE = Slice(
    name="claims",
    commands=(RecordClaim, AddEvidence, AssertReference, ResolveReference),
    events=(ClaimRecorded, ClaimEvidenced, ReferenceAsserted, ReferenceResolved),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
)
