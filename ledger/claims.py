"""Claims: what documents and speakers assert, with the evidence they give, and references to what the ledger lacks.

    record ──> CLAIMED ──add evidence──> EVIDENCED        a claim is never verified here, only attributed
    assert ──> ASSERTED, UNVERIFIED ──resolve──> RESOLVED  a reference to something not (yet) in the ledger

A claim stands beside the one who made it: a body, a party, an office. That nobody measured it, or
that nobody is named, is itself shown.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from ledger.ballots import BallotOpened
from ledger.decisions import DecisionRecorded
from ledger.fields import Code, Edtf, Id, Label, PersonName, Text
from ledger.inputs import InputReceived
from ledger.matters import MatterOpened
from ledger.messages import Command, Event, Part, Rejection, Sealed, Sealing, Slice, State, Status

EVIDENCE_MAX = 20


class ClaimKind(StrEnum):
    """What sort of claim it is."""

    EFFECT = "effect"
    FACT = "fact"
    INTENTION = "intention"
    POSITION = "position"


class ClaimEvidenceKind(StrEnum):
    """What a claim is supported with; `external` names something outside the ledger."""

    SURVEY = "survey"
    INDICATOR = "indicator"
    DOCUMENT = "document"
    INPUT = "input"
    PROCESS = "process"
    BALLOT = "ballot"
    DECISION = "decision"
    EXTERNAL = "external"


class ReferredThing(StrEnum):
    """What a reference says there is."""

    VOTE = "vote"
    DECISION = "decision"
    DOCUMENT = "document"
    ASSIGNMENT = "assignment"


class SaidIn(StrEnum):
    """Where a reference is made."""

    DOCUMENT = "document"
    DISSENT = "dissent"
    CLAIM = "claim"
    INPUT = "input"


class ReferenceTarget(StrEnum):
    """What a reference can turn out to mean."""

    DECISION = "decision"
    BALLOT = "ballot"
    MATTER = "matter"
    INPUT = "input"


class _Piece(BaseModel):
    """A part of a message, frozen like the message."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- What happened ----------------------------------------------------------------------------
class Evidence(_Piece):
    """What a claim is supported with: an id of the ledger, or a name of something outside it."""

    kind: ClaimEvidenceKind
    id: str


class ClaimRecorded(Event, topic="claim-recorded"):
    """Something was claimed; where and by whom, as far as that is stated; of a perceived effect also who perceived it."""

    claim: str
    kind: ClaimKind
    text: Annotated[str | Sealed, Sealing("P", key="claim:{claim}")]
    by_body: str | None = None
    by_party: str | None = None
    by_role: str | None = None
    by_name: Annotated[str | Sealed | None, Sealing("P", key="officer:{claim}")] = None
    document: str | None = None
    decision: str | None = None
    process: str | None = None
    matter: str | None = None
    programme: str | None = None
    evidence: tuple[Evidence, ...] = ()
    beneficiary: str | None = None
    perceived_by: str | None = None

    def subject(self) -> str:
        return f"claim:{self.claim}"

    def tags(self) -> tuple[str, ...]:
        about = (
            ("document", self.document),
            ("decision", self.decision),
            ("process", self.process),
            ("matter", self.matter),
            ("programme", self.programme),
        )
        return (self.subject(), *(f"{kind}:{each}" for kind, each in about if each is not None))


class ClaimEvidenced(Event, topic="claim-evidenced"):
    """Evidence was added to a claim."""

    claim: str
    evidence: tuple[Evidence, ...]

    def subject(self) -> str:
        return f"claim:{self.claim}"


class ReferenceAsserted(Event, topic="reference-asserted"):
    """Somebody referred to something that is not in the ledger; it stands asserted and unverified."""

    reference: str
    kind: ReferredThing
    what: Annotated[str | Sealed, Sealing("P", key="reference:{reference}")]
    said_in_kind: SaidIn
    said_in: str
    said_date: str | None = None

    def subject(self) -> str:
        return f"reference:{self.reference}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"{self.said_in_kind}:{self.said_in}")


class ReferenceResolved(Event, topic="reference-resolved"):
    """What a reference meant was found in the ledger."""

    reference: str
    target_kind: ReferenceTarget
    target: str
    by_role: str

    def subject(self) -> str:
        return f"reference:{self.reference}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"{self.target_kind}:{self.target}")


# --- What may be asked ------------------------------------------------------------------------
class StatedClaimEvidence(_Piece):
    """Evidence as it is stated, with its limits."""

    kind: ClaimEvidenceKind
    id: Label

    def kept(self) -> Evidence:
        """Return the evidence as the record keeps it."""
        return Evidence(kind=self.kind, id=self.id)


class RecordClaim(Command):
    """Record what a document or a speaker claims, as theirs."""

    creates: ClassVar[str | None] = "claim"

    claim: Id
    kind: ClaimKind
    text: Text
    by_body: Id | None = None
    by_party: Label | None = None
    by_role: Label | None = None
    by_name: PersonName | None = None
    document: Id | None = None
    decision: Id | None = None
    process: Id | None = None
    matter: Id | None = None
    programme: Id | None = None
    evidence: Annotated[tuple[StatedClaimEvidence, ...], Field(max_length=EVIDENCE_MAX)] = ()
    beneficiary: Label | None = None
    perceived_by: Label | None = None


class AddEvidence(Command):
    """Add evidence to a claim."""

    claim: Id
    evidence: Annotated[tuple[StatedClaimEvidence, ...], Field(min_length=1, max_length=EVIDENCE_MAX)]


class AssertReference(Command):
    """Record that something is referred to which the ledger does not have."""

    creates: ClassVar[str | None] = "reference"

    reference: Id
    kind: ReferredThing
    what: Text
    said_in_kind: SaidIn
    said_in: Id
    said_date: Edtf | None = None


class ResolveReference(Command):
    """Say what in the ledger a reference meant."""

    reference: Id
    target_kind: ReferenceTarget
    target: Id
    by_role: Code


# --- Why it may be rejected -------------------------------------------------------------------
class ClaimAlreadyRecorded(Rejection):
    """A claim with the id {claim} exists already; choose another id."""

    sv = "Ett påstående med id {claim} finns redan; välj ett annat id."
    status = Status.ALREADY_EXISTS


class ClaimUnknown(Rejection):
    """There is no claim with the id {claim} in this ledger; record it first."""

    sv = "Det finns inget påstående med id {claim} i den här liggaren; registrera det först."
    status = Status.NOT_FOUND


class EvidenceAlreadyGiven(Rejection):
    """The claim {claim} is supported with the {kind} {id} already; state it once."""

    sv = "Påståendet {claim} har redan {kind} {id} som stöd; ange det en gång."
    status = Status.ALREADY_EXISTS


class ReferenceAlreadyAsserted(Rejection):
    """A reference with the id {reference} exists already; choose another id."""

    sv = "En hänvisning med id {reference} finns redan; välj ett annat id."
    status = Status.ALREADY_EXISTS


class ReferenceUnknown(Rejection):
    """There is no reference with the id {reference} in this ledger; record it first."""

    sv = "Det finns ingen hänvisning med id {reference} i den här liggaren; registrera den först."
    status = Status.NOT_FOUND


class ReferenceAlreadyResolved(Rejection):
    """The reference {reference} was resolved already; if it was resolved wrongly, record a correction."""

    sv = "Hänvisningen {reference} är redan utredd; om det blev fel, registrera en rättelse."


class TargetUnknown(Rejection):
    """There is no {target_kind} with the id {target} in this ledger; a reference is resolved by what is there."""

    sv = "Det finns inget av slaget {target_kind} med id {target} i den här liggaren; en hänvisning reds ut med det som finns."
    status = Status.NOT_FOUND


# --- How one leads to the other ---------------------------------------------------------------
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
            return (_reference(reference), Part(f"{kind}:{target}", (CREATED[kind],)))
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
        case ((DecisionRecorded() | BallotOpened() | MatterOpened() | InputReceived()), None):
            return Known()
    return state


def decide(states: tuple[State, ...], command: Command, at: datetime) -> Iterator[Event]:
    """Yield the event that follows from `command`, or raise a Rejection. No rule here asks the time."""
    match command:
        case RecordClaim(claim=claim):
            if states[0] is not None:
                raise ClaimAlreadyRecorded(claim=claim)
            yield ClaimRecorded(**_own(command) | {"evidence": _evidence(command, frozenset())})
        case AddEvidence(claim=claim):
            if states[0] is None:
                raise ClaimUnknown(claim=claim)
            yield ClaimEvidenced(claim=claim, evidence=_evidence(command, states[0].evidence))
        case AssertReference(reference=reference):
            if states[0] is not None:
                raise ReferenceAlreadyAsserted(reference=reference)
            yield ReferenceAsserted(**_own(command))
        case ResolveReference():
            yield _resolve(states, command)


def _own(command: Command) -> dict[str, Any]:
    """Return the command's own fields, for an event that has the same."""
    return {name: value for name, value in command if name not in Command.model_fields}


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
    return ReferenceResolved(**_own(command))


SLICE = Slice(
    name="claims",
    commands=(RecordClaim, AddEvidence, AssertReference, ResolveReference),
    events=(ClaimRecorded, ClaimEvidenced, ReferenceAsserted, ReferenceResolved),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
)
