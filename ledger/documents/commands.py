"""Documents and staff proposals: what may be asked."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, model_validator

from ledger.documents.events import (
    ConsequenceKind,
    DocumentDirection,
    DocumentKind,
    DocumentStatus,
    EvidenceKind,
    ForwardPurpose,
    MarkedPart,
    ProposedVerb,
    SectionKind,
)
from ledger.fields import Code, Edtf, Id, Label, Language, Numbers, PersonName, Sha256Hex, StatedNumber, Text
from ledger.messages import Command

BODIES_MAX = 100
SIGNATORIES_MAX = 20
SECTIONS_MAX = 50
CLAUSES_MAX = 100
CONSEQUENCES_MAX = 20
EVIDENCE_MAX = 100
INTEGER_MAX = 2**53 - 1

MediaType = Annotated[str, StringConstraints(pattern=r"^[a-z]+/[a-z0-9][a-z0-9.+-]{0,99}$")]
"""An IANA media type, such as application/pdf."""
Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
Bodies = Annotated[tuple[Id, ...], Field(max_length=BODIES_MAX)]
"""Ids of bodies."""


class _Piece(BaseModel):
    """A part of a command, frozen like the command."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- Documents --------------------------------------------------------------------------------
class StatedSignatory(_Piece):
    """One who signed, as stated; what the document does not say is left out, never guessed."""

    subject: Id
    name: PersonName | None = None
    role: Label | None = None
    unit: Id | None = None
    title_line: Label | None = None


class StatedSection(_Piece):
    """One section and where it stands, such as "lines 20-31"."""

    heading: SectionKind
    anchor: Label


class RegisterDocument(Command):
    """Register a document that was received or drawn up, within a matter or before there is one."""

    creates: ClassVar[str | None] = "document"

    document: Id
    title: Label
    language: Language = "sv"
    kind: DocumentKind
    status: DocumentStatus
    direction: DocumentDirection = DocumentDirection.INTERNAL
    matter: Id | None = None
    document_date: Edtf | None = None
    sender_body: Id | None = None
    recipient_bodies: Bodies = ()
    sender: Text | None = None
    recipient: Text | None = None
    sha256: Sha256Hex | None = None
    media_type: MediaType | None = None
    parent: Id | None = None
    attachment_number: Annotated[int, Field(ge=1, le=10_000)] | None = None
    numbers: Numbers = ()
    signed_by: Annotated[tuple[StatedSignatory, ...], Field(max_length=SIGNATORIES_MAX)] = ()
    sections: Annotated[tuple[StatedSection, ...], Field(max_length=SECTIONS_MAX)] = ()
    process: Id | None = None

    @model_validator(mode="after")
    def _names_each_once(self) -> RegisterDocument:
        if self.attachment_number is not None and self.parent is None:
            raise ValueError("attachment_number is stated without parent: say what it is attached to")
        if len({each.subject for each in self.signed_by}) < len(self.signed_by):
            raise ValueError("signed_by names the same subject twice")
        return self


class PlaceDocument(Command):
    """Place a registered document in a matter."""

    document: Id
    matter: Id


class AddDocumentNumber(Command):
    """Add an external number to a document."""

    document: Id
    number: StatedNumber


class QuotePassage(Command):
    """Keep a passage of a document word for word, with its place."""

    creates: ClassVar[str | None] = "quote"

    quote: Id
    document: Id
    from_anchor: Label
    to_anchor: Label | None = None
    text: Text


class ForwardDocument(Command):
    """Record that a document was handed on to bodies, or to addressees a source names as a group."""

    creates: ClassVar[str | None] = "forward"

    forward: Id
    document: Id
    to_bodies: Bodies = ()
    addressees: Label | None = None
    purpose: ForwardPurpose
    by_decision: Id | None = None

    @model_validator(mode="after")
    def _names_somebody_once(self) -> ForwardDocument:
        if not self.to_bodies and self.addressees is None:
            raise ValueError("to_bodies and addressees are both empty: say to whom it was handed on")
        if len(set(self.to_bodies)) < len(self.to_bodies):
            raise ValueError("to_bodies names the same body twice")
        return self


class AcknowledgeForward(Command):
    """Record that a body has got what was handed on to it."""

    document: Id
    forward: Id
    body: Id


class MarkSecret(Command):
    """Mark a document, or a part of it, as possibly secret, with the provision and who marks it."""

    creates: ClassVar[str | None] = "mark"

    mark: Id
    document: Id
    part: MarkedPart = MarkedPart.WHOLE
    provision: Label
    by_role: Label


class LiftSecrecy(Command):
    """Take a secrecy mark away."""

    document: Id
    mark: Id
    by_role: Label


# --- What is shown ----------------------------------------------------------------------------
class _Shown(Command):
    """What is to be shown no longer, or again: a document, or the words of the event at a position."""

    document: Id | None = None
    position: Annotated[int, Field(ge=1, le=INTEGER_MAX)] | None = None
    by_role: Label

    @model_validator(mode="after")
    def _names_one(self) -> _Shown:
        if (self.document is None) == (self.position is None):
            raise ValueError("name either a document or a position")
        return self

    @property
    def target(self) -> str:
        """The tag of what is meant."""
        return f"position:{self.position}" if self.document is None else f"document:{self.document}"


class Unpublish(_Shown):
    """Take a document, or the words of one event, off what is shown."""

    reason_code: Code
    reason: Text | None = None


class Republish(_Shown):
    """Show again what was taken off."""


# --- Staff proposals --------------------------------------------------------------------------
class StatedProposedClause(_Piece):
    """One proposed clause, as stated."""

    number: Annotated[int, Field(ge=1, le=CLAUSES_MAX)]
    verb: ProposedVerb
    text: Text


class StatedConsequence(_Piece):
    """One consequence, as stated; an amount is in öre (hundredths of the currency), 0 is an amount."""

    kind: ConsequenceKind
    text: Text | None = None
    amount: Annotated[int, Field(ge=-INTEGER_MAX, le=INTEGER_MAX)] | None = None
    currency: Currency | None = None
    none_reason: Label | None = None


class StatedEvidence(_Piece):
    """Something relied on, as stated."""

    kind: EvidenceKind
    id: Id


class SubmitStaffProposal(Command):
    """Submit a proposal for a decision, or the next version of one."""

    creates: ClassVar[str | None] = "proposal"

    proposal: Id
    document: Id
    matter: Id
    to_body: Id
    by_unit: Id
    proposal_version: Annotated[int, Field(ge=1, le=10_000)] = 1
    clauses: Annotated[tuple[StatedProposedClause, ...], Field(min_length=1, max_length=CLAUSES_MAX)]
    consequences: Annotated[tuple[StatedConsequence, ...], Field(max_length=CONSEQUENCES_MAX)] = ()
    relied_on: Annotated[tuple[StatedEvidence, ...], Field(max_length=EVIDENCE_MAX)] = ()
    assessment: Text | None = None

    @model_validator(mode="after")
    def _numbers_and_names_once(self) -> SubmitStaffProposal:
        if len({clause.number for clause in self.clauses}) < len(self.clauses):
            raise ValueError("clauses holds the same number twice")
        if len(set(self.relied_on)) < len(self.relied_on):
            raise ValueError("relied_on names the same thing twice")
        return self
