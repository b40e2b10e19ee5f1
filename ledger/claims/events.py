"""Claims: what documents and speakers assert, with the evidence they give, and references to what the ledger lacks.

    record ──> CLAIMED ──add evidence──> EVIDENCED        a claim is never verified here, only attributed
    assert ──> ASSERTED, UNVERIFIED ──resolve──> RESOLVED  a reference to something not (yet) in the ledger

A claim stands beside the one who made it: a body, a party, an office. That nobody measured it, or
that nobody is named, is itself shown.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from ledger.fields import (
    ApproxNumber,
    Code,
    Edtf,
    Id,
    Label,
    PersonName,
    StatedApproxNumber,
    Text,
)
from ledger.messages import Command, Event, Sealed, Sealing

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
    DOCUMENT = "document"
    ASSIGNMENT = "assignment"
    ROLL_CALL = "roll_call"


def target_tag(kind: str, target: str) -> str:
    """Return the tag under which what a reference meant is found."""
    return f"{kind.replace('_', '-')}:{target}"


class _Piece(BaseModel):
    """A part of a message, frozen like the message."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- What happened ----------------------------------------------------------------------------
class Evidence(_Piece):
    """What a claim is supported with: an id of the ledger, or a name of something outside it."""

    kind: ClaimEvidenceKind
    id: str


class ClaimRecorded(Event, topic="claim-recorded"):
    """Something was claimed; where and by whom, as far as that is stated; of a perceived effect also who perceived it.

    `number` is the number that is claimed, as exactly as it is: "the 50 or so companies" stays about 50.
    """

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
    number: ApproxNumber | None = None

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
        return (self.subject(), target_tag(self.target_kind, self.target))


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
    number: StatedApproxNumber | None = None


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
