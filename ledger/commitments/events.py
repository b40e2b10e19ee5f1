"""Commitments (åtaganden): what a body said it would do, and whether it did: what happened, and what may be asked.

    make ──> MADE ──deliver──> DELIVERED ──dispute──> DISPUTED ──answer──> DELIVERED, or MADE again
              ├─ progress reported
              └──drop──> DROPPED

A disposition that changed something names the commitment by its id. Whether a commitment is kept, late or
broken follows from its dates, never from anybody's word, and is judged on a day by the views.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar, Literal

from pydantic import BaseModel, ConfigDict, Field

from ledger.fields import Date, Edtf, Id, Text
from ledger.messages import Command, Event, Sealed, Sealing


class DisputantKind(StrEnum):
    """In what capacity somebody says that a commitment was not delivered; never who."""

    RESIDENT = "resident"
    ORGANISATION = "organisation"
    OFFICIAL = "official"


class DisputeOutcome(StrEnum):
    """What an answered dispute led to: the delivery stands, or the commitment is to be delivered again."""

    UPHELD = "upheld"
    REOPENED = "reopened"


class _Piece(BaseModel):
    """A part of a message, frozen like the message."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- What happened ----------------------------------------------------------------------------
class _OfCommitment(BaseModel):
    """What every event of a commitment names."""

    commitment: str

    def subject(self) -> str:
        """Return the main tag, the commitment."""
        return f"commitment:{self.commitment}"


class CommitmentMade(_OfCommitment, Event, topic="commitment-made"):
    """A body said that it will do something, by a day or without one, and on whose account."""

    owner: str
    text: Annotated[str | Sealed, Sealing("P", key="commitment:{commitment}")]
    due: str | None = None
    decision: str | None = None
    process: str | None = None
    input: str | None = None

    def tags(self) -> tuple[str, ...]:
        named = {"decision": self.decision, "process": self.process, "input": self.input}
        places = (f"{kind}:{name}" for kind, name in named.items() if name is not None)
        return (self.subject(), f"body:{self.owner}", *places)


class CommitmentProgressed(_OfCommitment, Event, topic="commitment-progressed"):
    """The owner said how far it has come."""

    text: Annotated[str | Sealed, Sealing("P", key="commitment:{commitment}")]


class DeliveryEvidence(_Piece):
    """What shows that something was delivered, by its id in this ledger."""

    kind: str
    id: str


class CommitmentDelivered(_OfCommitment, Event, topic="commitment-delivered"):
    """The owner said that it is done, since the day `on` (EDTF), and showed by what; without evidence it is a claim."""

    on: str
    evidence: tuple[DeliveryEvidence, ...] = ()
    text: Annotated[str | Sealed | None, Sealing("P", key="commitment:{commitment}")] = None

    def tags(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys((self.subject(), *(f"{each.kind}:{each.id}" for each in self.evidence))))


class DeliveryDisputed(_OfCommitment, Event, topic="delivery-disputed"):
    """Somebody said that what was called delivered is not."""

    author: str
    author_kind: str
    text: Annotated[str | Sealed, Sealing("P", key="author:{author}")]


class DisputeAnswered(_OfCommitment, Event, topic="dispute-answered"):
    """The owner answered: the delivery stands, or the commitment is taken up again."""

    outcome: str
    text: Annotated[str | Sealed, Sealing("P", key="commitment:{commitment}")]


class CommitmentDropped(_OfCommitment, Event, topic="commitment-dropped"):
    """The owner will not do it, for a reason; `by_decision` is the decision that said so, where there is one."""

    reason: Annotated[str | Sealed, Sealing("P", key="commitment:{commitment}")]
    by_decision: str | None = None

    def tags(self) -> tuple[str, ...]:
        decision = () if self.by_decision is None else (f"decision:{self.by_decision}",)
        return (self.subject(), *decision)


# --- What may be asked ------------------------------------------------------------------------
class StatedDeliveryEvidence(_Piece):
    """A document, decision, process or indicator, by its id in this ledger."""

    kind: Literal["document", "decision", "process", "indicator"]
    id: Id


class MakeCommitment(Command):
    """Say what a body will do, by when, and which decision, process or input it follows from."""

    creates: ClassVar[str | None] = "commitment"

    commitment: Id
    owner: Id
    text: Text
    due: Date | None = None
    decision: Id | None = None
    process: Id | None = None
    input: Id | None = None


class ReportCommitmentProgress(Command):
    """Say how far a commitment has come."""

    commitment: Id
    text: Text


class DeliverCommitment(Command):
    """Say that a commitment is done, since when, and what shows it."""

    commitment: Id
    on: Edtf
    evidence: Annotated[tuple[StatedDeliveryEvidence, ...], Field(max_length=20)] = ()
    text: Text | None = None


class DisputeDelivery(Command):
    """Say that what was called delivered is not."""

    commitment: Id
    author: Id
    author_kind: DisputantKind
    text: Text


class AnswerDispute(Command):
    """Answer a dispute: uphold the delivery or take the commitment up again."""

    commitment: Id
    outcome: DisputeOutcome
    text: Text


class DropCommitment(Command):
    """Say that a commitment will not be kept, and why."""

    commitment: Id
    reason: Text
    by_decision: Id | None = None
