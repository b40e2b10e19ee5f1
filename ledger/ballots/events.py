"""Ballots: what happened.

    open ──> OPEN ──close──> CLOSED ──publish──> TALLIED ──audit──> AUDITED, or DISPUTED
              │ cast · withdraw     (opens ≤ server time < closes, where the definition says so)
              ├ suspend · resume    (in between no vote is cast or withdrawn)
              ├ cancel              (only while nobody has voted)
              └ invalidate          (also after the close; the tally is then published anew)

A ballot carries its whole definition from the first moment and it never changes. Votes hold a
per-ballot pseudonym, the voter tag, and a choice; nothing in them joins two ballots.
"""

from __future__ import annotations

from typing import Annotated

from pydantic import BaseModel, ConfigDict

from ledger.messages import Event, Sealed, Sealing


def vote_tag(ballot: str, voter: str, statement: str | None) -> str:
    """Return the tag of one voter's vote: the narrowest thing a vote depends on."""
    if statement is None:
        return f"ballot:{ballot}|voter:{voter}"
    return f"ballot:{ballot}|voter:{voter}|statement:{statement}"


class Option(BaseModel):
    """One option, as it was offered. `cost` is in minor units of the budget's currency (öre)."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    option: str
    label: str
    cost: int | None = None


class Budget(BaseModel):
    """A budget to be shared, and how: amounts in minor units of the currency (öre).

    `paper` is `approvals`, `points` or `ranking`; `points_max` limits the points of one paper in all.
    Under budget_mes `satisfaction` is `cost` or `additive` and `completion` `utilitarian` or `add1`,
    with `share_step` as what each share grows by at a time.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: int
    currency: str
    paper: str
    points_max: int | None = None
    satisfaction: str | None = None
    completion: str | None = None
    share_step: int | None = None


class BallotOpened(Event, topic="ballot-opened"):
    """A ballot was opened with this definition; `definition` is the SHA-256 of it in hex.

    `tie_rule` is `none`, `not_passed`, `published_hash` or `earlier_rounds_then_hash`. The quorum is
    the fraction quorum_numerator / quorum_denominator of `electorate_size` persons. `opens` and
    `closes` are RFC 3339 UTC instants. `choices_max` limits the options on one paper.
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
    purpose: str | None = None
    eligibility: str | None = None
    choices_max: int | None = None
    budget: Budget | None = None
    definition: str

    def subject(self) -> str:
        return f"ballot:{self.ballot}"

    def tags(self) -> tuple[str, ...]:
        if self.process is None:
            return (self.subject(),)
        return (self.subject(), f"process:{self.process}")


class VoteCast(Event, topic="vote-cast"):
    """A voter cast a vote, for the first time (`revision` 1) or again.

    `choice` is one of the rule's choices; where there are options `choices` names some of them
    instead, in order of preference where the paper ranks, with `points` to each where it gives points.
    """

    ballot: str
    voter: str
    choice: str | None = None
    choices: tuple[str, ...] | None = None
    points: tuple[int, ...] | None = None
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


class BallotSuspended(Event, topic="ballot-suspended"):
    """An authority halted the voting for now."""

    ballot: str
    reason_code: str
    reason: Annotated[str | Sealed | None, Sealing("P", key="ballot:{ballot}")] = None
    authority: str

    def subject(self) -> str:
        return f"ballot:{self.ballot}"


class BallotResumed(Event, topic="ballot-resumed"):
    """A halted voting went on."""

    ballot: str
    authority: str

    def subject(self) -> str:
        return f"ballot:{self.ballot}"


class BallotCancelled(Event, topic="ballot-cancelled"):
    """A ballot in which nobody had voted was called off."""

    ballot: str
    reason_code: str
    reason: Annotated[str | Sealed | None, Sealing("P", key="ballot:{ballot}")] = None
    authority: str

    def subject(self) -> str:
        return f"ballot:{self.ballot}"


# --- The result -------------------------------------------------------------------------------
class TallyLine(BaseModel):
    """What one choice or option got.

    `votes` are current votes for it: first choices under irv, points where papers give points or
    rank. `won` tells whether it won or is bought. Under irv `out` is the round in which it fell, `final` its votes in
    the last round, which decided.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    option: str
    votes: int
    won: bool | None = None
    out: int | None = None
    final: int | None = None


class TallyPublished(Event, topic="tally-published"):
    """The result of a closed ballot, of exactly the votes recorded before this event.

    `algorithm` and `algorithm_version` name the rule as it was computed, `edition` counts the
    publications of this ballot. `votes_digest` is the SHA-256 in hex of the current votes. `passed`
    belongs to rules that decide a question. `share` is what each voter could spend, a fraction
    (`100` or `1001/3`) of minor units; `spent` and `left` are minor units.
    """

    ballot: str
    edition: int
    algorithm: str
    algorithm_version: int
    definition: str
    votes_cast: int
    current_votes: int
    votes_digest: str
    passed: bool | None = None
    winners: tuple[str, ...] | None = None
    lines: tuple[TallyLine, ...]
    exhausted: int | None = None
    share: str | None = None
    spent: int | None = None
    left: int | None = None

    def subject(self) -> str:
        return f"ballot:{self.ballot}"


class TallyAudited(Event, topic="tally-audited"):
    """Somebody counted the votes of a published result again, and says whether it agrees."""

    ballot: str
    edition: int
    audit: str
    agrees: bool
    auditor: str
    method: str | None = None
    remark: Annotated[str | Sealed | None, Sealing("P", key="ballot:{ballot}")] = None

    def subject(self) -> str:
        return f"ballot:{self.ballot}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"ballot:{self.ballot}|audit:{self.audit}")
