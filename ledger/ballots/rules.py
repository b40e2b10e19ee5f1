"""Ballots: how a command leads to events.

A vote depends on three narrow things: the ballot's definition and life, this voter's own earlier
vote, and the statement voted on. No vote ever waits for, or reads, the votes of others; only what
counts them does, once the ballot is closed.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import datetime
from typing import Any

from ledger.ballots.commands import (
    AuditTally,
    CancelBallot,
    CastVote,
    CloseBallot,
    InvalidateVotes,
    OpenBallot,
    PublishTally,
    ResumeBallot,
    SuspendBallot,
    WithdrawVote,
)
from ledger.ballots.counting import result_of
from ledger.ballots.events import (
    BallotCancelled,
    BallotClosed,
    BallotOpened,
    BallotResumed,
    BallotSuspended,
    Budget,
    InvalidVote,
    Option,
    TallyAudited,
    TallyPublished,
    VoteCast,
    VotesInvalidated,
    VoteWithdrawn,
    vote_tag,
)
from ledger.ballots.papers import check_paper
from ledger.ballots.rejections import (
    AlreadyVoted,
    AuditExists,
    BallotAlreadyClosed,
    BallotExists,
    BallotHasEnded,
    BallotHasVotes,
    BallotIsCancelled,
    BallotIsClosed,
    BallotIsSuspended,
    BallotNotSuspended,
    BallotNotYetOpen,
    BallotStillOpen,
    BallotUnknown,
    BatchExists,
    CompletionMissing,
    ElectionsHeldElsewhere,
    NoTallyToAudit,
    NoVoteToWithdraw,
    ProcessUnknown,
    ReferendumsHeldElsewhere,
    StaleDefinition,
    StatementDoesNotFit,
    StatementMissing,
    StatementNotOpen,
    StatementsHaveNoResult,
    StatementUnknown,
    TallyUnchanged,
    VoteNotLive,
)
from ledger.ballots.states import Ballot, Standing, Statement, Vote, evolve
from ledger.ballots.terms import TIE_RULES, BallotPurpose, BallotRule, BudgetCompletion
from ledger.canonical import canonical
from ledger.inputs import InputMerged, InputModerated, InputReceived, InputRestored, InputWithdrawn
from ledger.messages import Command, Event, Part, Slice
from ledger.processes import ProcessOpened

_DEFINITION = (BallotOpened, BallotClosed, BallotSuspended, BallotResumed, BallotCancelled)
_VOTE = (VoteCast, VoteWithdrawn, VotesInvalidated)
_COUNTED = (*_DEFINITION, *_VOTE, TallyPublished)
_STATEMENT = (InputReceived, InputWithdrawn, InputMerged, InputModerated, InputRestored)


def boundary(command: Command) -> tuple[Part, ...]:
    """Return the parts of the record that `command` depends on."""
    match command:
        case CastVote():
            definition = Part("ballot:" + command.ballot, _DEFINITION)
            vote = Part(vote_tag(command.ballot, command.voter, command.statement), _VOTE)
            if command.statement is None:
                return (definition, vote)
            return (definition, vote, Part("input:" + command.statement, _STATEMENT))
        case WithdrawVote():
            vote = Part(vote_tag(command.ballot, command.voter, command.statement), _VOTE)
            return (Part("ballot:" + command.ballot, _DEFINITION), vote)
        case OpenBallot():
            definition = Part("ballot:" + command.ballot, _DEFINITION)
            if command.process is None:
                return (definition,)
            return (definition, Part("process:" + command.process, (ProcessOpened,)))
        case InvalidateVotes():
            return (
                Part("ballot:" + command.ballot, _DEFINITION),
                Part(f"ballot:{command.ballot}|batch:{command.batch}", (VotesInvalidated,)),
                *(Part(vote_tag(command.ballot, vote.voter, vote.statement), _VOTE) for vote in command.votes),
            )
        case CloseBallot() | SuspendBallot() | ResumeBallot():
            return (Part("ballot:" + command.ballot, _DEFINITION),)
        case PublishTally() | CancelBallot():
            return (Part("ballot:" + command.ballot, _COUNTED),)
        case AuditTally():
            return (
                Part("ballot:" + command.ballot, (BallotOpened, TallyPublished)),
                Part(f"ballot:{command.ballot}|audit:{command.audit}", (TallyAudited,)),
            )
    raise TypeError(f"{type(command).__name__} is no command of ballots")


# --- How one leads to the other ---------------------------------------------------------------
def decide(states: tuple[Any, ...], command: Command, at: datetime) -> Iterable[Event]:
    """Return the events that follow from `command` at the server's UTC time `at`, or raise a Rejection."""
    match command:
        case CastVote():
            return (_cast(states, command, at),)
        case WithdrawVote():
            return (_withdraw(states, command, at),)
        case OpenBallot():
            return (_open(states, command),)
        case InvalidateVotes():
            return (_invalidate(states, command),)
        case CloseBallot() | SuspendBallot() | ResumeBallot() | CancelBallot():
            return (_turn(_known(states[0], command.ballot), command),)
        case PublishTally():
            return (_publish(_known(states[0], command.ballot), command.ballot),)
        case AuditTally():
            return (_audit(states, command),)
    raise TypeError(f"{type(command).__name__} is no command of ballots")


def _known(ballot: Ballot | None, id: str) -> Ballot:
    if ballot is None:
        raise BallotUnknown(ballot=id)
    return ballot


def _taking_votes(ballot: Ballot | None, id: str, at: datetime) -> Ballot:
    """Return the ballot if it takes votes at `at`: from `opens` on, before `closes`, and not closed."""
    if ballot is None:
        raise BallotUnknown(ballot=id)
    if ballot.cancelled:
        raise BallotIsCancelled(ballot=id)
    if ballot.closed:
        raise BallotIsClosed(ballot=id)
    if ballot.suspended:
        raise BallotIsSuspended(ballot=id)
    if ballot.opens is not None and at < ballot.opens:
        raise BallotNotYetOpen(ballot=id, opens=_shown(ballot.opens))
    if ballot.closes is not None and at >= ballot.closes:
        raise BallotHasEnded(ballot=id, closes=_shown(ballot.closes))
    return ballot


def _shown(instant: datetime) -> str:
    return instant.strftime("%Y-%m-%d %H:%M:%S UTC")


def _cast(states: tuple[Any, ...], command: CastVote, at: datetime) -> VoteCast:
    ballot = _taking_votes(states[0], command.ballot, at)
    vote = states[1] if isinstance(states[1], Vote) else None
    if command.definition is not None and command.definition != ballot.terms.definition:
        raise StaleDefinition(ballot=command.ballot)
    check_paper(ballot, command)
    _check_statement(ballot, command, states)
    # A withdrawal without revote is final, or withdrawing and casting again would be a revote.
    if vote is not None and not ballot.terms.revote and vote.standing is not Standing.INVALIDATED:
        raise AlreadyVoted(ballot=command.ballot)
    return VoteCast(
        ballot=command.ballot,
        voter=command.voter,
        choice=command.choice,
        choices=command.choices,
        points=command.points,
        statement=command.statement,
        channel=command.channel,
        revision=1 if vote is None else vote.revision + 1,
    )


def _check_statement(ballot: Ballot, command: CastVote, states: tuple[Any, ...]) -> None:
    if ballot.terms.rule != BallotRule.AGREE_DISAGREE_PASS:
        if command.statement is not None:
            raise StatementDoesNotFit(ballot=command.ballot)
        return
    if command.statement is None:
        raise StatementMissing(ballot=command.ballot)
    statement: Statement | None = states[2]
    if statement is None or statement.process != ballot.terms.process:
        raise StatementUnknown(ballot=command.ballot, statement=command.statement)
    if statement.standing is not Standing.LIVE:
        raise StatementNotOpen(statement=command.statement, standing=statement.standing.value)


def _withdraw(states: tuple[Any, ...], command: WithdrawVote, at: datetime) -> VoteWithdrawn:
    _taking_votes(states[0], command.ballot, at)
    vote = states[1]
    if not isinstance(vote, Vote) or vote.standing is not Standing.LIVE:
        raise NoVoteToWithdraw(ballot=command.ballot)
    return VoteWithdrawn(
        ballot=command.ballot, voter=command.voter, statement=command.statement, revision=vote.revision
    )


def _open(states: tuple[Any, ...], command: OpenBallot) -> BallotOpened:
    if states[0] is not None:
        raise BallotExists(ballot=command.ballot)
    if command.process is not None and states[1] is None:
        raise ProcessUnknown(process=command.process)
    _check_lawful(command)
    terms = command.own()
    terms["options"] = tuple(Option(option=each.option, label=each.label, cost=each.cost) for each in command.options)
    terms["budget"] = None if command.budget is None else Budget(**command.budget.model_dump())
    if command.rule is BallotRule.APPROVAL:
        terms["winners"] = command.winners or 1
    opened = BallotOpened(**terms, tie_rule=TIE_RULES[command.rule], definition="")
    return opened.model_copy(update={"definition": definition_of(opened)})


def _check_lawful(command: OpenBallot) -> None:
    if command.purpose is BallotPurpose.ELECTION:
        raise ElectionsHeldElsewhere
    if command.purpose is BallotPurpose.BINDING_REFERENDUM:
        raise ReferendumsHeldElsewhere
    completion = None if command.budget is None else command.budget.completion
    if command.rule is BallotRule.BUDGET_MES and completion in {None, BudgetCompletion.NONE}:
        raise CompletionMissing


def definition_of(opened: BallotOpened) -> str:
    """Return the SHA-256, in hex, of the canonical JSON (RFC 8785) of a ballot's terms.

    The terms are the event's own members, without `definition`, `occurred` and `source`, so anyone
    who holds the entry can compute it again.
    """
    terms = opened.model_dump(mode="json", exclude_none=True, exclude={"definition", "occurred", "source"})
    return hashlib.sha256(canonical(terms)).hexdigest()


def _invalidate(states: tuple[Any, ...], command: InvalidateVotes) -> VotesInvalidated:
    _known(states[0], command.ballot)
    if states[1] is not None:
        raise BatchExists(ballot=command.ballot, batch=command.batch)
    struck = []
    for named, vote in zip(command.votes, states[2:], strict=True):
        if not isinstance(vote, Vote) or vote.standing is not Standing.LIVE:
            raise VoteNotLive(ballot=command.ballot, voter=named.voter)
        struck.append(InvalidVote(voter=named.voter, statement=named.statement, revision=vote.revision))
    return VotesInvalidated(
        ballot=command.ballot,
        batch=command.batch,
        rule=command.rule,
        reason_code=command.reason_code,
        reason=command.reason,
        authority=command.authority,
        count=len(struck),
        votes=tuple(struck),
    )


def _turn(ballot: Ballot, command: CloseBallot | SuspendBallot | ResumeBallot | CancelBallot) -> Event:
    """Return the turn that the ballot's life takes."""
    ballot_id = command.ballot
    if ballot.cancelled:
        raise BallotIsCancelled(ballot=ballot_id)
    if ballot.closed:
        raise BallotAlreadyClosed(ballot=ballot_id)
    match command:
        case SuspendBallot():
            if ballot.suspended:
                raise BallotIsSuspended(ballot=ballot_id)
            return BallotSuspended(
                ballot=ballot_id, reason_code=command.reason_code, reason=command.reason, authority=command.authority
            )
        case ResumeBallot():
            if not ballot.suspended:
                raise BallotNotSuspended(ballot=ballot_id)
            return BallotResumed(ballot=ballot_id, authority=command.authority)
        case CancelBallot():
            if ballot.votes is not None:
                raise BallotHasVotes(ballot=ballot_id)
            return BallotCancelled(
                ballot=ballot_id, reason_code=command.reason_code, reason=command.reason, authority=command.authority
            )
    return BallotClosed(ballot=ballot_id)


def _publish(ballot: Ballot, id: str) -> TallyPublished:
    if not ballot.closed:
        raise BallotStillOpen(ballot=id)
    if ballot.terms.rule == BallotRule.AGREE_DISAGREE_PASS:
        raise StatementsHaveNoResult(ballot=id)
    before = ballot.published
    result = result_of(ballot.terms, ballot.votes, edition=1 if before is None else before.edition + 1)
    if before is not None and before.votes_digest == result.votes_digest:
        raise TallyUnchanged(ballot=id, edition=before.edition)
    return result


def _audit(states: tuple[Any, ...], command: AuditTally) -> TallyAudited:
    ballot, audit = _known(states[0], command.ballot), states[1]
    if ballot.published is None:
        raise NoTallyToAudit(ballot=command.ballot)
    if audit is not None:
        raise AuditExists(ballot=command.ballot, audit=command.audit)
    return TallyAudited(
        ballot=command.ballot,
        edition=ballot.published.edition,
        audit=command.audit,
        agrees=command.agrees,
        auditor=command.auditor,
        method=command.method,
        remark=command.remark,
    )


SLICE = Slice(
    name="ballots",
    commands=(
        OpenBallot,
        CastVote,
        WithdrawVote,
        InvalidateVotes,
        CloseBallot,
        SuspendBallot,
        ResumeBallot,
        CancelBallot,
        PublishTally,
        AuditTally,
    ),
    events=(
        BallotOpened,
        VoteCast,
        VoteWithdrawn,
        VotesInvalidated,
        BallotClosed,
        BallotSuspended,
        BallotResumed,
        BallotCancelled,
        TallyPublished,
        TallyAudited,
    ),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
)
