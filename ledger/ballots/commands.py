"""Ballots: what may be asked."""

from __future__ import annotations

import re
from datetime import datetime
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from ledger.ballots.terms import (
    BUDGETS,
    FRACTION_MAX,
    INVALIDATED_MAX,
    MONEY_MAX,
    OPTIONED,
    OPTIONS_MAX,
    OPTIONS_MIN,
    PEOPLE_MAX,
    POINTS_MAX,
    BallotPaper,
    BallotPurpose,
    BallotRule,
    BudgetCompletion,
    BudgetSatisfaction,
    VoteChoice,
)
from ledger.fields import Code, Id, Label, Sha256Hex, Text, VoterTag
from ledger.messages import Command

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

Currency = Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]
"""A currency of ISO 4217, such as SEK."""

Points = Annotated[int, Field(ge=1, le=POINTS_MAX)]
"""Points for one option, at least 1."""


class OfferedOption(BaseModel):
    """One option, as it is asked for; it has a cost in minor units (öre) where a budget is shared."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    option: Id
    label: Label
    cost: Annotated[int, Field(ge=1, le=MONEY_MAX)] | None = None


class StatedBudget(BaseModel):
    """A budget to be shared, as it is asked for; amounts in minor units of the currency (öre).

    Under budget_mes `satisfaction` and `completion` are stated too, with add1 also `share_step`.
    """

    model_config = ConfigDict(frozen=True, extra="forbid")

    amount: Annotated[int, Field(ge=1, le=MONEY_MAX)]
    currency: Currency
    paper: BallotPaper
    points_max: Annotated[int, Field(ge=1, le=POINTS_MAX)] | None = None
    satisfaction: BudgetSatisfaction | None = None
    completion: BudgetCompletion | None = None
    share_step: Annotated[int, Field(ge=1, le=MONEY_MAX)] | None = None

    @model_validator(mode="after")
    def _gives_points(self) -> StatedBudget:
        if self.points_max is not None and self.paper is not BallotPaper.POINTS:
            raise ValueError("points_max belongs to a paper of points; leave it out")
        return self


class OpenBallot(Command):
    """Open a ballot. Its definition cannot be changed afterwards.

    `process` is mandatory under agree_disagree_pass: the options are the inputs of that process,
    and they may arrive while voting. `threshold` counts supporters. `winners` is 1 when left out.
    The rules of budgets need `budget` and the cost of every option.
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
    purpose: BallotPurpose | None = None
    eligibility: Label | None = None
    choices_max: Annotated[int, Field(ge=1, le=OPTIONS_MAX)] | None = None
    budget: StatedBudget | None = None

    @model_validator(mode="after")
    def _fits_its_rule(self) -> OpenBallot:
        _check_options(self)
        _check_budget(self)
        _check_quorum(self)
        if self.rule is BallotRule.AGREE_DISAGREE_PASS and self.process is None:
            raise ValueError("process is missing: its inputs are what agree_disagree_pass votes on")
        if self.threshold is not None and self.rule is not BallotRule.SUPPORT:
            raise ValueError("threshold belongs to the rule support; leave it out")
        if self.opens and self.closes and datetime.fromisoformat(self.closes) <= datetime.fromisoformat(self.opens):
            raise ValueError("closes must lie after opens")
        return self


def _check_options(command: OpenBallot) -> None:
    if command.winners is not None and command.rule is not BallotRule.APPROVAL:
        raise ValueError("winners belongs to the rule approval; leave it out")
    if command.rule not in OPTIONED:
        if command.options or command.choices_max is not None:
            raise ValueError("options and choices_max belong to approval, irv and the rules of budgets; leave them out")
        return
    if len(command.options) < OPTIONS_MIN:
        raise ValueError("options must name at least two options to choose between")
    if len({option.option for option in command.options}) < len(command.options):
        raise ValueError("options holds the same id twice")
    if command.rule is BallotRule.APPROVAL and (command.winners or 1) >= len(command.options):
        raise ValueError("winners must be fewer than the options, or there is nothing to choose")
    if command.choices_max is not None and command.choices_max > len(command.options):
        raise ValueError("choices_max is larger than the number of options")


def _check_budget(command: OpenBallot) -> None:
    costs = [option.cost for option in command.options]
    if command.rule not in BUDGETS:
        if command.budget is not None or any(cost is not None for cost in costs):
            raise ValueError("budget and costs belong to the rules of budgets; leave them out")
    elif command.budget is None or None in costs:
        raise ValueError("the rules of budgets need budget, and the cost of every option")
    else:
        _check_shares(command.budget, equal=command.rule is BallotRule.BUDGET_MES)


def _check_shares(budget: StatedBudget, *, equal: bool) -> None:
    if not equal:
        if budget.satisfaction or budget.completion or budget.share_step is not None:
            raise ValueError("satisfaction, completion and share_step belong to the rule budget_mes; leave them out")
        return
    if budget.satisfaction is None:
        raise ValueError("satisfaction is missing: say whether an option is worth its cost or the voter's mark")
    if budget.satisfaction is BudgetSatisfaction.COST and budget.paper is not BallotPaper.APPROVALS:
        raise ValueError("satisfaction by cost belongs to a paper of approvals; choose additive")
    if (budget.share_step is not None) != (budget.completion is BudgetCompletion.ADD1):
        raise ValueError("share_step, by how much each share grows at a time, belongs to add1, and is required there")


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
    points: Annotated[tuple[Points, ...], Field(max_length=OPTIONS_MAX)] | None = None
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


class SuspendBallot(Command):
    """Halt the voting for now; nothing is cast or withdrawn until it is resumed."""

    ballot: Id
    reason_code: Code
    reason: Text | None = None
    authority: Label


class ResumeBallot(Command):
    """Let a halted voting go on."""

    ballot: Id
    authority: Label


class CancelBallot(Command):
    """Call off a ballot in which nobody has voted."""

    ballot: Id
    reason_code: Code
    reason: Text | None = None
    authority: Label


class PublishTally(Command):
    """Publish the result of a closed ballot. The ledger counts; nobody hands it a result."""

    ballot: Id


class AuditTally(Command):
    """Say that the published result was counted again, and whether that count agrees."""

    creates: ClassVar[str | None] = "audit"

    ballot: Id
    audit: Id
    agrees: bool
    auditor: Label
    method: Label | None = None
    remark: Text | None = None
