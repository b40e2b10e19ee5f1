"""Dispositions: what a decision did with each input, what happened and what may be asked.

    record ──> RECORDED ──revise──> revision 2, 3, …
                  │  └──contest (author)──> CONTESTED ──answer──> ANSWERED
                  └── the account of the decision is closed when every input in scope has its line

A disposition is never deleted, only revised. The codes and reasons are a published register.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ledger.fields import Code, Date, Id, Label, Text
from ledger.messages import Command, Event, Sealed, Sealing

CHANGES_MAX = 50
COUNT_MAX = 10**9


class DispositionCode(StrEnum):
    """What became of an input in a decision. *Pending* is the absence of a disposition."""

    ADOPTED = "adopted"
    ADOPTED_PARTLY = "adopted_partly"
    ALREADY_PLANNED = "already_planned"
    CONSIDERED_NOT_ADOPTED = "considered_not_adopted"
    FORWARDED = "forwarded"
    SOLVED_OTHERWISE = "solved_otherwise"
    DEFERRED = "deferred"
    OUT_OF_SCOPE = "out_of_scope"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"
    MODERATED = "moderated"


class ReasonCode(StrEnum):
    """The register of reasons. A reason in use is superseded, never removed.

    `not_stated` says that the source, another system, states what became of an input without a reason.
    """

    LAW = "law"
    MANDATE = "mandate"
    COST = "cost"
    BUDGET_PRIORITY = "budget_priority"
    FEASIBILITY = "feasibility"
    SAFETY = "safety"
    ENVIRONMENT = "environment"
    EQUALITY_OR_RIGHTS_OF_OTHERS = "equality_or_rights_of_others"
    CHILDREN_IMPACT = "children_impact"
    CONTRADICTS_GOAL = "contradicts_goal"
    CONFLICTS_WITH_OTHER_INPUT = "conflicts_with_other_input"
    INSUFFICIENT_SUPPORT = "insufficient_support"
    EVIDENCE_AGAINST = "evidence_against"
    TIMING = "timing"
    DUPLICATE = "duplicate"
    PRIVACY = "privacy"
    UNCLEAR_AFTER_CONTACT = "unclear_after_contact"
    OTHER = "other"
    NOT_STATED = "not_stated"


class ContestOutcome(StrEnum):
    """What an answered contest led to: the disposition was upheld, or it was revised."""

    UPHELD = "upheld"
    REVISED = "revised"


class _Piece(BaseModel):
    """A part of a message, frozen like the message."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- What happened ----------------------------------------------------------------------------
class Change(_Piece):
    """What an input changed: a clause of the decision, a passage of a document, or a commitment."""

    clause: int | None = None
    passage: str | None = None
    commitment: str | None = None


class _Verdict(BaseModel):
    """What a disposition says, the first time and at every revision.

    `input_version` is the version of the input's text that was weighed; it is absent where a line
    follows from the record alone. `changed` names what the input changed. The remaining optional fields each belong to certain
    codes or reasons, see `requirements.py`. `due` is an ISO 8601 date.
    """

    input: str
    input_version: int | None = None
    decision: str
    code: str
    reason_codes: tuple[str, ...] = ()
    text: Annotated[str | Sealed | None, Sealing("P", key="staff:{input}")] = None
    changed: tuple[Change, ...] = ()
    recipient: str | None = None
    due: str | None = None
    trigger: str | None = None
    target: str | None = None
    earlier_decision: str | None = None
    scope_clause: str | None = None
    conflicts_with: str | None = None
    support_rule: str | None = None
    support_count: int | None = None
    by_role: str


def line_tag(decision: str, input: str) -> str:
    """Return the tag of one line of an account: what one decision did with one input."""
    return f"decision:{decision}|input:{input}"


def _line_tags(decision: str, input: str) -> tuple[str, ...]:
    return (f"decision:{decision}", f"input:{input}", line_tag(decision, input))


class DispositionRecorded(_Verdict, Event, topic="disposition-recorded"):
    """A decision accounted for an input.

    `by_role` is `ledger` where closing the account wrote the line: the input had been withdrawn,
    merged or rejected, and the record says so already.
    """

    def subject(self) -> str:
        return f"decision:{self.decision}"

    def tags(self) -> tuple[str, ...]:
        return _line_tags(self.decision, self.input)


class DispositionRevised(_Verdict, Event, topic="disposition-revised"):
    """A disposition was stated anew, whole; `revision` counts from 2, the first stays readable."""

    why: Annotated[str | Sealed, Sealing("P", key="staff:{input}")]
    revision: int

    def subject(self) -> str:
        return f"decision:{self.decision}"

    def tags(self) -> tuple[str, ...]:
        return _line_tags(self.decision, self.input)


class DispositionContested(Event, topic="disposition-contested"):
    """The author of an input contested its disposition, which then stood at `revision`."""

    input: str
    decision: str
    author: str
    text: Annotated[str | Sealed, Sealing("P", key="author:{author}")]
    revision: int

    def subject(self) -> str:
        return f"decision:{self.decision}"

    def tags(self) -> tuple[str, ...]:
        return _line_tags(self.decision, self.input)


class ContestAnswered(Event, topic="contest-answered"):
    """The author's contest was answered; `revision` is where the disposition stands now."""

    input: str
    decision: str
    outcome: str
    text: Annotated[str | Sealed, Sealing("P", key="staff:{input}")]
    revision: int

    def subject(self) -> str:
        return f"decision:{self.decision}"

    def tags(self) -> tuple[str, ...]:
        return _line_tags(self.decision, self.input)


class AccountClosed(Event, topic="account-closed"):
    """Every one of the `inputs` in a decision's scope has its disposition."""

    decision: str
    matter: str
    inputs: int

    def subject(self) -> str:
        return f"decision:{self.decision}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"matter:{self.matter}")


# --- What may be asked ------------------------------------------------------------------------
class StatedChange(_Piece):
    """One thing an input changed, as it is stated: exactly one of the three."""

    clause: Annotated[int, Field(ge=1)] | None = None
    passage: Label | None = None
    commitment: Label | None = None

    @model_validator(mode="after")
    def _names_one(self) -> StatedChange:
        if sum(each is not None for each in (self.clause, self.passage, self.commitment)) != 1:
            raise ValueError("a change names a clause, a passage or a commitment: exactly one")
        return self


class StatedVerdict(BaseModel):
    """What an office states about one input. What each code needs stands in `requirements.py`."""

    input: Id
    input_version: Annotated[int, Field(ge=1, le=COUNT_MAX)]
    decision: Id
    code: DispositionCode
    reason_codes: Annotated[tuple[ReasonCode, ...], Field(max_length=len(ReasonCode))] = ()
    text: Text | None = None
    changed: Annotated[tuple[StatedChange, ...], Field(max_length=CHANGES_MAX)] = ()
    recipient: Id | None = None
    due: Date | None = None
    trigger: Label | None = None
    target: Id | None = None
    earlier_decision: Id | None = None
    scope_clause: Label | None = None
    conflicts_with: Id | None = None
    support_rule: Label | None = None
    support_count: Annotated[int, Field(ge=0, le=COUNT_MAX)] | None = None
    by_role: Code


class RecordDisposition(StatedVerdict, Command):
    """Record what a decision did with an input; each input has one line in each decision."""


class ReviseDisposition(StatedVerdict, Command):
    """State a disposition anew, whole, and say why; the earlier wording stays readable."""

    why: Text


class ContestDisposition(Command):
    """Contest a disposition, as the author of the input."""

    input: Id
    decision: Id
    author: Id
    text: Text


class AnswerContest(Command):
    """Answer a contest. An outcome of `revised` needs the revision to have been recorded."""

    input: Id
    decision: Id
    outcome: ContestOutcome
    text: Text


class CloseAccount(Command):
    """Close the account of a decision: every input in scope has its disposition."""

    decision: Id
