"""Decisions: what happens to one afterwards, and where parties stand outside the ledger's own dissents.

RECORDED ──report (delegated, urgent)──> told to the body on whose behalf it was made
   ├──lodge──> APPEALED ──decide──> upheld | ANNULLED | too late
   ├──declare final──> FINAL (laga kraft)
   └──execute: at any time, a decision may be carried out before it is final (KL 13:14)
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from ledger.decisions.events import DissentStance
from ledger.fields import Date, Id, Label, PersonName, Text
from ledger.messages import Command, Event, Sealed, Sealing


class AppealOutcome(StrEnum):
    """What the court did with an appeal: dismissed it, annulled the decision, or found it too late."""

    DISMISSED = "dismissed"
    ANNULLED = "annulled"
    REJECTED_LATE = "rejected_late"


class StandpointKind(StrEnum):
    """What sort of standpoint a source tells of: one that lasts, or a vote at an earlier time."""

    STANDING = "standing"
    EARLIER_VOTE = "earlier_vote"


def _tags(*named: tuple[str, str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{kind}:{name}" for kind, name in named if name is not None))


# --- What happened ----------------------------------------------------------------------------
class DelegatedDecisionReported(Event, topic="delegated-decision-reported"):
    """A delegated or urgent decision was reported (anmäldes) to the body on whose behalf it was made."""

    decision: str
    matter: str
    to_body: str
    on: str
    meeting: str | None = None

    def subject(self) -> str:
        return f"decision:{self.decision}"

    def tags(self) -> tuple[str, ...]:
        return _tags(
            ("decision", self.decision), ("matter", self.matter), ("body", self.to_body), ("meeting", self.meeting)
        )


class AppealLodged(Event, topic="appeal-lodged"):
    """A decision was appealed (laglighetsprövning). Who appealed never stands in the clear."""

    decision: str
    matter: str
    appeal: str
    on: str
    court: str
    ref: str | None = None
    appellant: Annotated[str | Sealed | None, Sealing("S", key="appeal:{appeal}")] = None

    def subject(self) -> str:
        return f"decision:{self.decision}"

    def tags(self) -> tuple[str, ...]:
        return _tags(("decision", self.decision), ("appeal", self.appeal), ("matter", self.matter))


class AppealDecided(Event, topic="appeal-decided"):
    """A court decided an appeal."""

    decision: str
    matter: str
    appeal: str
    outcome: AppealOutcome
    on: str
    ref: str | None = None

    def subject(self) -> str:
        return f"decision:{self.decision}"

    def tags(self) -> tuple[str, ...]:
        return _tags(("decision", self.decision), ("appeal", self.appeal), ("matter", self.matter))


class BecameFinal(Event, topic="became-final"):
    """A decision became final (vann laga kraft): it can no longer be appealed."""

    decision: str
    matter: str
    on: str

    def subject(self) -> str:
        return f"decision:{self.decision}"

    def tags(self) -> tuple[str, ...]:
        return _tags(("decision", self.decision), ("matter", self.matter))


class DecisionExecuted(Event, topic="decision-executed"):
    """A decision was carried out (verkställdes), as a document may show."""

    decision: str
    matter: str
    on: str
    document: str | None = None

    def subject(self) -> str:
        return f"decision:{self.decision}"

    def tags(self) -> tuple[str, ...]:
        return _tags(("decision", self.decision), ("matter", self.matter), ("document", self.document))


class StandpointRecorded(Event, topic="standpoint-recorded"):
    """A source tells where a party stands, or how it voted where the ledger holds no vote: asserted, unverified.

    `decision` is the decision in whose minutes it is told; `body` the body where the vote is said to have been.
    """

    standpoint: str
    matter: str
    party: str
    kind: StandpointKind
    stance: str
    body: str | None = None
    decision: str | None = None
    text: Annotated[str | Sealed | None, Sealing("P", key="matter:{matter}")] = None

    def subject(self) -> str:
        return f"standpoint:{self.standpoint}"

    def tags(self) -> tuple[str, ...]:
        return _tags(
            ("standpoint", self.standpoint),
            ("matter", self.matter),
            ("decision", self.decision),
            ("body", self.body),
        )


class StandpointVerified(Event, topic="standpoint-verified"):
    """A decision that came into the ledger bears out what was asserted of a party's standpoint."""

    standpoint: str
    matter: str
    by_decision: str

    def subject(self) -> str:
        return f"standpoint:{self.standpoint}"

    def tags(self) -> tuple[str, ...]:
        return _tags(("standpoint", self.standpoint), ("matter", self.matter), ("decision", self.by_decision))


# --- What may be asked ------------------------------------------------------------------------
class ReportDelegatedDecision(Command):
    """Record that a delegated or urgent decision was reported to the body on whose behalf it was made."""

    decision: Id
    to_body: Id
    on: Date
    meeting: Id | None = None


class LodgeAppeal(Command):
    """Record that a decision was appealed; `ref` is the court's number of the case."""

    creates: ClassVar[str | None] = "appeal"

    decision: Id
    appeal: Id
    on: Date
    court: Label
    ref: Label | None = None
    appellant: PersonName | None = None


class DecideAppeal(Command):
    """Record what a court did with an appeal."""

    decision: Id
    appeal: Id
    outcome: AppealOutcome
    on: Date
    ref: Label | None = None


class DeclareFinal(Command):
    """Record that a decision became final on a day."""

    decision: Id
    on: Date


class ExecuteDecision(Command):
    """Record that a decision was carried out on a day."""

    decision: Id
    on: Date
    document: Id | None = None


class RecordStandpoint(Command):
    """Record what a source tells of a party's standpoint outside the dissents of the ledger."""

    creates: ClassVar[str | None] = "standpoint"

    standpoint: Id
    matter: Id
    party: Label
    kind: StandpointKind
    stance: DissentStance
    body: Id | None = None
    decision: Id | None = None
    text: Text | None = None


class VerifyStandpoint(Command):
    """Record that a decision in the ledger bears out an asserted standpoint."""

    standpoint: Id
    by_decision: Id
