"""Decisions: what a body resolved, who dissented, and whether it still stands.

    record ──> RECORDED ──revoke (by another decision)──> REVOKED
                  └── dissents are added to it at any time

A decision names its scope: the processes and matters whose inputs it must account for. The account
itself, one disposition per input, is the slice `dispositions`.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from ledger.decisions.pieces import (
    Accordance,
    BasisDocument,
    ClauseReference,
    Piece,
    Reliance,
    StatedAccordance,
    StatedBasis,
    StatedReference,
    StatedReliance,
)
from ledger.fields import Code, Date, Id, Label, PersonName, Text
from ledger.messages import Command, Event, Sealed, Sealing

CLAUSES_MAX = 100
SCOPE_MAX = 50
REFERENCES_MAX = 50
BASIS_MAX = 100
RELIED_ON_MAX = 50
FLAGS_MAX = 20


class DecisionForce(StrEnum):
    """What weight a decision has: prepared for another body, decided, delegated, or urgent."""

    PREPARATORY = "preparatory"
    DECIDED = "decided"
    DELEGATED = "delegated"
    URGENT = "urgent"


class ClauseVerb(StrEnum):
    """What one clause of a decision (beslutssats) does."""

    NOTE = "note"
    NOTE_TO_MINUTES = "note_to_minutes"
    FORWARD = "forward"
    ASSIGN = "assign"
    APPROVE = "approve"
    REJECT = "reject"
    ADOPT = "adopt"
    JOIN = "join"
    WRITE_OFF = "write_off"
    OTHER = "other"


class DissentKind(StrEnum):
    """The form of a dissent: protokollsanteckning, reservation, särskilt yttrande."""

    NOTE = "note"
    RESERVATION = "reservation"
    SPECIAL_OPINION = "special_opinion"


class DissentStance(StrEnum):
    """Where a dissenter stands towards the decision."""

    AGAINST = "against"
    FOR = "for"
    MIXED = "mixed"
    NOT_PARTICIPATING = "not_participating"


# --- What happened ----------------------------------------------------------------------------
class Delegation(Piece):
    """The clause of a delegation order (delegationsordning) a decision rests on."""

    order: str
    clause: str


class Clause(Piece):
    """One clause of a decision, numbered as in the minutes."""

    number: int
    verb: str
    text: Annotated[str | Sealed, Sealing("P", key="matter:{matter}")]
    refs: tuple[ClauseReference, ...] | None = None


class ScopeItem(Piece):
    """A process, or a matter, whose inputs the decision must account for."""

    process: str | None = None
    matter: str | None = None


class DecisionRecorded(Event, topic="decision-recorded"):
    """A body resolved something in a matter.

    `on_behalf_of` is the body whose delegation order a delegated decision rests on. `differs` are the
    numbers of the clauses that the office says differ from the staff `proposal`, empty when none does.
    """

    decision: str
    matter: str
    body: str
    title: str
    force: str
    paragraph: str | None = None
    meeting_date: str | None = None
    addressed_to: str | None = None
    delegation: Delegation | None = None
    clauses: tuple[Clause, ...]
    scope: tuple[ScopeItem, ...] = ()
    reasons: Annotated[str | Sealed | None, Sealing("P", key="matter:{matter}")] = None
    meeting: str | None = None
    on_behalf_of: str | None = None
    proposal: str | None = None
    accordance: Accordance | None = None
    differs: tuple[int, ...] | None = None
    basis_documents: tuple[BasisDocument, ...] | None = None
    relied_on: tuple[Reliance, ...] | None = None
    matter_flags: tuple[str, ...] | None = None

    def subject(self) -> str:
        return f"decision:{self.decision}"

    def tags(self) -> tuple[str, ...]:
        bodies = (self.body, self.addressed_to, self.on_behalf_of)
        tags = [self.subject(), f"matter:{self.matter}", *(f"body:{body}" for body in bodies if body)]
        tags += [f"process:{item.process}" for item in self.scope if item.process]
        tags += [f"matter:{item.matter}" for item in self.scope if item.matter]
        tags += [f"meeting:{self.meeting}"] * (self.meeting is not None)
        tags += [f"proposal:{self.proposal}"] * (self.proposal is not None)
        tags += [f"{each.kind}:{each.id}" for each in self.relied_on or ()]
        tags += [f"document:{each.document}" for each in self.basis_documents or ()]
        tags += [f"{each.kind}:{each.id}" for clause in self.clauses for each in clause.refs or ()]
        return tuple(dict.fromkeys(tags))


class DissentRecorded(Event, topic="dissent-recorded"):
    """A member or a party had its dissent from a decision recorded.

    `text` is verbatim, slips included; `annotation` is the office's own note on it, kept apart.
    """

    decision: str
    matter: str
    dissent: str
    kind: str
    party: str | None = None
    by_name: Annotated[str | Sealed | None, Sealing("P", key="officer:{dissent}")] = None
    stance: str
    text: Annotated[str | Sealed | None, Sealing("P", key="matter:{matter}")] = None
    by_member: str | None = None
    annotation: Annotated[str | Sealed | None, Sealing("P", key="matter:{matter}")] = None

    def subject(self) -> str:
        return f"decision:{self.decision}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"dissent:{self.dissent}", f"matter:{self.matter}")


class DecisionRevoked(Event, topic="decision-revoked"):
    """A later decision took an earlier one back."""

    decision: str
    matter: str
    by_decision: str

    def subject(self) -> str:
        return f"decision:{self.decision}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"decision:{self.by_decision}", f"matter:{self.matter}")


# --- What may be asked ------------------------------------------------------------------------
ClauseNumber = Annotated[int, Field(ge=1, le=CLAUSES_MAX)]
"""The number of a clause, as in the minutes."""


class StatedDelegation(Piece):
    """The delegation order and its clause, as stated by the office; both are mandatory."""

    order: Label
    clause: Label


class StatedClause(Piece):
    """One clause, as it is asked for."""

    number: ClauseNumber
    verb: ClauseVerb
    text: Text
    refs: Annotated[tuple[StatedReference, ...], Field(max_length=REFERENCES_MAX)] = ()


class StatedScope(Piece):
    """One process, or one matter, that the account must cover."""

    process: Id | None = None
    matter: Id | None = None

    @model_validator(mode="after")
    def _names_one(self) -> StatedScope:
        if (self.process is None) == (self.matter is None):
            raise ValueError("a scope item names either a process or a matter")
        return self


class RecordDecision(Command):
    """Record what a body resolved.

    `addressed_to` is mandatory for a preparatory decision, `delegation` for a delegated one, and
    each belongs to no other force. A delegated decision rests on the delegation order of
    `on_behalf_of`, which is the parent of the deciding body where it is left out. `compared` says
    that the office has compared the decision with the proposal; `differs` then holds the clauses that differ.
    """

    creates: ClassVar[str | None] = "decision"

    decision: Id
    matter: Id
    body: Id
    title: Label
    force: DecisionForce
    paragraph: Label | None = None
    meeting_date: Date | None = None
    addressed_to: Id | None = None
    delegation: StatedDelegation | None = None
    clauses: Annotated[tuple[StatedClause, ...], Field(min_length=1, max_length=CLAUSES_MAX)]
    scope: Annotated[tuple[StatedScope, ...], Field(max_length=SCOPE_MAX)] = ()
    reasons: Text | None = None
    meeting: Id | None = None
    on_behalf_of: Id | None = None
    proposal: Id | None = None
    accordance: StatedAccordance | None = None
    compared: bool = False
    differs: Annotated[tuple[ClauseNumber, ...], Field(max_length=CLAUSES_MAX)] = ()
    basis_documents: Annotated[tuple[StatedBasis, ...], Field(max_length=BASIS_MAX)] = ()
    relied_on: Annotated[tuple[StatedReliance, ...], Field(max_length=RELIED_ON_MAX)] = ()
    matter_flags: Annotated[tuple[Code, ...], Field(max_length=FLAGS_MAX)] = ()

    @model_validator(mode="after")
    def _compares_with_something(self) -> RecordDecision:
        if self.compared and self.proposal is None:
            raise ValueError("compared is stated without a proposal; name the proposal")
        if self.differs and not self.compared:
            raise ValueError("differs names clauses, but compared does not say that the office has compared them")
        return self

    @model_validator(mode="after")
    def _numbers_and_names_once(self) -> RecordDecision:
        if len({clause.number for clause in self.clauses}) < len(self.clauses):
            raise ValueError("clauses holds the same number twice")
        if len(set(self.differs)) < len(self.differs):
            raise ValueError("differs names the same clause twice")
        if len({each.document for each in self.basis_documents}) < len(self.basis_documents):
            raise ValueError("basis_documents names the same document twice")
        if len({(each.kind, each.id) for each in self.relied_on}) < len(self.relied_on):
            raise ValueError("relied_on names the same thing twice")
        if len(set(self.scope)) < len(self.scope):
            raise ValueError("scope names the same process or matter twice")
        return self


class RecordDissent(Command):
    """Record a dissent; a reservation may stand without a text, the other kinds may not."""

    creates: ClassVar[str | None] = "dissent"

    decision: Id
    dissent: Id
    kind: DissentKind
    party: Label | None = None
    by_name: PersonName | None = None
    stance: DissentStance
    text: Text | None = None
    by_member: Id | None = None
    annotation: Text | None = None

    @model_validator(mode="after")
    def _says_who_and_what(self) -> RecordDissent:
        if self.party is None and self.by_name is None:
            raise ValueError("a dissent names a party or a person; give party or by_name")
        if self.text is None and self.kind is not DissentKind.RESERVATION:
            raise ValueError("text is missing: only a reservation may stand without one")
        return self


class RevokeDecision(Command):
    """Record that a later decision takes an earlier one back."""

    decision: Id
    by_decision: Id
