"""Ballots: what happened, and what may be asked.

    open ──> OPEN ──close──> CLOSED        (opens ≤ server time < closes, where the definition says so)
              │ cast · withdraw
              └ invalidate (also after the close)

A ballot carries its whole definition from the first moment and it never changes. Votes hold a
per-ballot pseudonym, the voter tag, and a choice; nothing in them joins two ballots.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from ledger.fields import Code, Id, Label, Sha256Hex, Text, VoterTag
from ledger.messages import Command, Event, Sealed, Sealing

OPTIONS_MIN = 2
OPTIONS_MAX = 200
INVALIDATED_MAX = 500
PEOPLE_MAX = 10**9
FRACTION_MAX = 10**6


class BallotRule(StrEnum):
    """How votes are given and counted."""

    SUPPORT = "support"
    AGREE_DISAGREE_PASS = "agree_disagree_pass"
    YES_NO_ABSTAIN = "yes_no_abstain"
    APPROVAL = "approval"


class VoteChoice(StrEnum):
    """What a vote says; under approval the vote names options instead."""

    SUPPORT = "support"
    AGREE = "agree"
    DISAGREE = "disagree"
    PASS = "pass"
    YES = "yes"
    NO = "no"
    ABSTAIN = "abstain"


CHOICES: dict[BallotRule, tuple[VoteChoice, ...]] = {
    BallotRule.SUPPORT: (VoteChoice.SUPPORT,),
    BallotRule.AGREE_DISAGREE_PASS: (VoteChoice.AGREE, VoteChoice.DISAGREE, VoteChoice.PASS),
    BallotRule.YES_NO_ABSTAIN: (VoteChoice.YES, VoteChoice.NO, VoteChoice.ABSTAIN),
    BallotRule.APPROVAL: (),
}
"""The choices each rule knows."""

TIE_RULES: dict[BallotRule, str] = {
    BallotRule.SUPPORT: "none",
    BallotRule.AGREE_DISAGREE_PASS: "none",
    BallotRule.YES_NO_ABSTAIN: "not_passed",
    BallotRule.APPROVAL: "published_hash",
}
"""How each rule settles a tie; stated in the definition before the first vote."""


# --- What happened ----------------------------------------------------------------------------
def vote_tag(ballot: str, voter: str, statement: str | None) -> str:
    """Return the tag of one voter's vote: the narrowest thing a vote depends on."""
    if statement is None:
        return f"ballot:{ballot}|voter:{voter}"
    return f"ballot:{ballot}|voter:{voter}|statement:{statement}"


class Option(BaseModel):
    """One option of an approval ballot, as it was offered."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    option: str
    label: str


class BallotOpened(Event, topic="ballot-opened"):
    """A ballot was opened with this definition; `definition` is the SHA-256 of it in hex.

    `tie_rule` is `none`, `not_passed` or `published_hash`. The quorum is the fraction
    quorum_numerator / quorum_denominator of `electorate_size` persons. `opens` and `closes` are
    RFC 3339 UTC instants.
    """

    ballot: str
    question: str
    rule: str
    tie_rule: str
    process: str | None = None
    options: tuple[Option, ...] = ()
    electorate_size: int | None = None
    quorum_numerator: int | None = None
    quorum_denominator: int | None = None
    threshold: int | None = None
    winners: int | None = None
    revote: bool = True
    opens: str | None = None
    closes: str | None = None
    definition: str

    def subject(self) -> str:
        return f"ballot:{self.ballot}"

    def tags(self) -> tuple[str, ...]:
        if self.process is None:
            return (self.subject(),)
        return (self.subject(), f"process:{self.process}")


class VoteCast(Event, topic="vote-cast"):
    """A voter cast a vote, for the first time (`revision` 1) or again.

    `choice` is one of the rule's choices; under approval `choices` names options instead.
    """

    ballot: str
    voter: str
    choice: str | None = None
    choices: tuple[str, ...] | None = None
    statement: str | None = None
    channel: str | None = None
    revision: int

    def subject(self) -> str:
        return "ballot:" + self.ballot

    def tags(self) -> tuple[str, ...]:
        return ("ballot:" + self.ballot, vote_tag(self.ballot, self.voter, self.statement))


class VoteWithdrawn(Event, topic="vote-withdrawn"):
    """A voter took back the live vote, which was the voter's `revision`-th."""

    ballot: str
    voter: str
    statement: str | None = None
    revision: int

    def subject(self) -> str:
        return "ballot:" + self.ballot

    def tags(self) -> tuple[str, ...]:
        return ("ballot:" + self.ballot, vote_tag(self.ballot, self.voter, self.statement))


class InvalidVote(BaseModel):
    """One vote struck by an invalidation, and which of the voter's casts it was."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    voter: str
    statement: str | None = None
    revision: int


class VotesInvalidated(Event, topic="votes-invalidated"):
    """An authority struck `count` votes, each named, under a stated rule."""

    ballot: str
    batch: str
    rule: str
    reason_code: str
    reason: Annotated[str | Sealed | None, Sealing("P", key="ballot:{ballot}")] = None
    authority: str
    count: int
    votes: tuple[InvalidVote, ...]

    def subject(self) -> str:
        return f"ballot:{self.ballot}"

    def tags(self) -> tuple[str, ...]:
        struck = (vote_tag(self.ballot, vote.voter, vote.statement) for vote in self.votes)
        return (self.subject(), f"ballot:{self.ballot}|batch:{self.batch}", *struck)


class BallotClosed(Event, topic="ballot-closed"):
    """A ballot was closed; the set of votes is fixed, but for later invalidations."""

    ballot: str

    def subject(self) -> str:
        return f"ballot:{self.ballot}"


# --- What may be asked ------------------------------------------------------------------------
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?Z")


def check_instant(value: str) -> str:
    """Return an RFC 3339 instant in UTC unchanged; raise ValueError for anything else."""
    if not _INSTANT.fullmatch(value):
        raise ValueError("is not an instant in UTC; write it as 2026-03-01T08:00:00Z")
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value} is not an instant of the calendar") from None
    return value


Instant = Annotated[str, AfterValidator(check_instant)]


class OfferedOption(BaseModel):
    """One option of an approval ballot, as it is asked for."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    option: Id
    label: Label


class OpenBallot(Command):
    """Open a ballot. Its definition cannot be changed afterwards.

    `process` is mandatory under agree_disagree_pass: the options are the inputs of that process,
    and they may arrive while voting. `threshold` counts supporters. `winners` is 1 when left out.
    """

    creates: ClassVar[str | None] = "ballot"

    ballot: Id
    question: Label
    rule: BallotRule
    process: Id | None = None
    options: Annotated[tuple[OfferedOption, ...], Field(max_length=OPTIONS_MAX)] = ()
    electorate_size: Annotated[int, Field(ge=1, le=PEOPLE_MAX)] | None = None
    quorum_numerator: Annotated[int, Field(ge=1, le=FRACTION_MAX)] | None = None
    quorum_denominator: Annotated[int, Field(ge=1, le=FRACTION_MAX)] | None = None
    threshold: Annotated[int, Field(ge=1, le=PEOPLE_MAX)] | None = None
    winners: Annotated[int, Field(ge=1, le=OPTIONS_MAX)] | None = None
    revote: bool = True
    opens: Instant | None = None
    closes: Instant | None = None

    @model_validator(mode="after")
    def _fits_its_rule(self) -> OpenBallot:
        _check_options(self)
        _check_quorum(self)
        if self.rule is BallotRule.AGREE_DISAGREE_PASS and self.process is None:
            raise ValueError("process is missing: its inputs are what agree_disagree_pass votes on")
        if self.threshold is not None and self.rule is not BallotRule.SUPPORT:
            raise ValueError("threshold belongs to the rule support; leave it out")
        if self.opens and self.closes and datetime.fromisoformat(self.closes) <= datetime.fromisoformat(self.opens):
            raise ValueError("closes must lie after opens")
        return self


def _check_options(command: OpenBallot) -> None:
    if command.rule is not BallotRule.APPROVAL:
        if command.options or command.winners is not None:
            raise ValueError("options and winners belong to the rule approval; leave them out")
        return
    if len(command.options) < OPTIONS_MIN:
        raise ValueError("options must name at least two options to choose between")
    if len({option.option for option in command.options}) < len(command.options):
        raise ValueError("options holds the same id twice")
    if (command.winners or 1) >= len(command.options):
        raise ValueError("winners must be fewer than the options, or there is nothing to choose")


def _check_quorum(command: OpenBallot) -> None:
    numerator, denominator = command.quorum_numerator, command.quorum_denominator
    if numerator is None and denominator is None:
        return
    if numerator is None or denominator is None:
        raise ValueError("a quorum is a fraction: give quorum_numerator and quorum_denominator")
    if command.rule is not BallotRule.YES_NO_ABSTAIN:
        raise ValueError("a quorum belongs to the rule yes_no_abstain; leave it out")
    if command.electorate_size is None:
        raise ValueError("electorate_size is missing: the quorum is a share of it")
    if numerator > denominator:
        raise ValueError("a quorum cannot be larger than the whole electorate")


class CastVote(Command):
    """Cast a vote, or change it while the ballot is open.

    `definition`, when given, must be the ballot's own: the voter saw what the ballot says.
    """

    ballot: Id
    voter: VoterTag
    choice: VoteChoice | None = None
    choices: Annotated[tuple[Id, ...], Field(max_length=OPTIONS_MAX)] | None = None
    statement: Id | None = None
    definition: Sha256Hex | None = None
    channel: Code | None = None


class WithdrawVote(Command):
    """Take back a vote while the ballot is open; where revote is off, this is final."""

    ballot: Id
    voter: VoterTag
    statement: Id | None = None


class NamedVote(BaseModel):
    """One vote named by its voter tag, and its statement where the ballot has statements."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    voter: VoterTag
    statement: Id | None = None


class InvalidateVotes(Command):
    """Strike 1 to 500 live votes under a stated rule, while the ballot is open or after."""

    creates: ClassVar[str | None] = "batch"

    ballot: Id
    batch: Id
    rule: Label
    reason_code: Code
    reason: Text | None = None
    authority: Label
    votes: Annotated[tuple[NamedVote, ...], Field(min_length=1, max_length=INVALIDATED_MAX)]

    @model_validator(mode="after")
    def _names_each_vote_once(self) -> InvalidateVotes:
        if len({(vote.voter, vote.statement) for vote in self.votes}) < len(self.votes):
            raise ValueError("votes names the same vote twice")
        return self


class CloseBallot(Command):
    """Close a ballot; nothing may be cast or withdrawn afterwards."""

    ballot: Id
