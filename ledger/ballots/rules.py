"""Ballots: how a command leads to events.

A vote depends on three narrow things: the ballot's definition and close, this voter's own earlier
vote, and the statement voted on. No vote ever waits for, or reads, the votes of others.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple

from ledger.ballots.events import (
    CHOICES,
    TIE_RULES,
    BallotClosed,
    BallotOpened,
    BallotRule,
    CastVote,
    CloseBallot,
    InvalidateVotes,
    InvalidVote,
    OpenBallot,
    Option,
    VoteCast,
    VotesInvalidated,
    VoteWithdrawn,
    WithdrawVote,
    vote_tag,
)
from ledger.ballots.rejections import (
    AlreadyVoted,
    BallotAlreadyClosed,
    BallotExists,
    BallotHasEnded,
    BallotIsClosed,
    BallotNotFound,
    BallotNotYetOpen,
    BatchExists,
    ChoiceDoesNotFit,
    ChoicesDoNotFit,
    NoVoteToWithdraw,
    ProcessNotFound,
    StaleDefinition,
    StatementDoesNotFit,
    StatementMissing,
    StatementNotOpen,
    UnknownOption,
    UnknownStatement,
    VoteNotLive,
)
from ledger.canonical import canonical
from ledger.inputs import InputMerged, InputModerated, InputReceived, InputRestored, InputWithdrawn
from ledger.messages import Command, Event, Part, Slice
from ledger.processes import ProcessOpened


# --- What a decision rests on -----------------------------------------------------------------
class Standing(StrEnum):
    """How a voter's latest vote, or a statement, stands."""

    LIVE = "live"
    WITHDRAWN = "withdrawn"
    INVALIDATED = "invalidated"
    MERGED = "merged"
    REJECTED = "rejected"


@dataclass(frozen=True, slots=True)
class Ballot:
    """A ballot's definition as far as votes depend on it."""

    rule: str
    choices: frozenset[str]
    options: frozenset[str]
    process: str | None
    revote: bool
    opens: datetime | None
    closes: datetime | None
    definition: str
    closed: bool = False


class Vote(NamedTuple):
    """A voter's latest vote: how many times it was cast, and whether it counts."""

    revision: int
    standing: Standing


class Statement(NamedTuple):
    """An input that may be voted on."""

    process: str | None
    standing: Standing


class Known(NamedTuple):
    """Something that exists, and nothing more is asked of it."""


_DEFINITION = (BallotOpened, BallotClosed)
_VOTE = (VoteCast, VoteWithdrawn, VotesInvalidated)
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
        case CloseBallot():
            return (Part("ballot:" + command.ballot, _DEFINITION),)
    raise TypeError(f"{type(command).__name__} is no command of ballots")


def evolve(state: Any, event: Event) -> Any:
    """Return the state of one part after `event`. Never raises: what happened, happened."""
    match event, state:
        case VoteCast(), _:
            return Vote(event.revision, Standing.LIVE)
        case BallotOpened(), None:
            return _opened(event)
        case InputReceived(), None:
            return Statement(event.process, Standing.LIVE)
        case VoteWithdrawn(), Vote():
            return state._replace(standing=Standing.WITHDRAWN)
        case VotesInvalidated(), Vote():
            return state._replace(standing=Standing.INVALIDATED)
        case VotesInvalidated(), None:
            return Known()
        case BallotClosed(), Ballot():
            return replace(state, closed=True)
        case ProcessOpened(), None:
            return Known()
        case _, Statement():
            return state._replace(standing=_standing(state.standing, event))
    return state


def _opened(event: BallotOpened) -> Ballot:
    choices = CHOICES[BallotRule(event.rule)] if event.rule in CHOICES else ()
    return Ballot(
        rule=event.rule,
        choices=frozenset(choices),
        options=frozenset(option.option for option in event.options),
        process=event.process,
        revote=event.revote,
        opens=_instant(event.opens),
        closes=_instant(event.closes),
        definition=event.definition,
    )


def _instant(value: str | None) -> datetime | None:
    """Return the instant; None for none, and for what an older rule may have let through."""
    try:
        instant = datetime.fromisoformat(value) if value else None
    except ValueError:
        return None
    return instant if instant and instant.tzinfo else None


def _standing(standing: Standing, event: Event) -> Standing:
    """Return how a statement stands after `event`; what its author withdrew stays withdrawn."""
    if standing is Standing.WITHDRAWN:
        return standing
    match event:
        case InputWithdrawn():
            return Standing.WITHDRAWN
        case InputMerged():
            return Standing.MERGED
        case InputModerated(verdict="rejected"):
            return Standing.REJECTED
        case InputModerated(verdict="accepted") if standing is Standing.REJECTED:
            return Standing.LIVE
        case InputRestored():
            return Standing.LIVE
    return standing


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
        case CloseBallot():
            ballot = _known(states[0], command.ballot)
            if ballot.closed:
                raise BallotAlreadyClosed(ballot=command.ballot)
            return (BallotClosed(ballot=command.ballot),)
    raise TypeError(f"{type(command).__name__} is no command of ballots")


def _known(ballot: Ballot | None, id: str) -> Ballot:
    if ballot is None:
        raise BallotNotFound(ballot=id)
    return ballot


def _taking_votes(ballot: Ballot | None, id: str, at: datetime) -> Ballot:
    """Return the ballot if it takes votes at `at`: from `opens` on, before `closes`, and not closed."""
    if ballot is None:
        raise BallotNotFound(ballot=id)
    if ballot.closed:
        raise BallotIsClosed(ballot=id)
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
    if command.definition is not None and command.definition != ballot.definition:
        raise StaleDefinition(ballot=command.ballot)
    _check_choice(ballot, command)
    _check_statement(ballot, command, states)
    # A withdrawal without revote is final, or withdrawing and casting again would be a revote.
    if vote is not None and not ballot.revote and vote.standing is not Standing.INVALIDATED:
        raise AlreadyVoted(ballot=command.ballot)
    return VoteCast(
        ballot=command.ballot,
        voter=command.voter,
        choice=command.choice,
        choices=command.choices,
        statement=command.statement,
        channel=command.channel,
        revision=1 if vote is None else vote.revision + 1,
    )


def _check_choice(ballot: Ballot, command: CastVote) -> None:
    if ballot.rule == BallotRule.APPROVAL:
        options = command.choices
        if command.choice is not None or not options or len(set(options)) < len(options):
            raise ChoicesDoNotFit(ballot=command.ballot)
        for option in options:
            if option not in ballot.options:
                raise UnknownOption(ballot=command.ballot, option=option)
    elif command.choice not in ballot.choices or command.choices is not None:
        raise ChoiceDoesNotFit(ballot=command.ballot, choices=", ".join(sorted(ballot.choices)))


def _check_statement(ballot: Ballot, command: CastVote, states: tuple[Any, ...]) -> None:
    if ballot.rule != BallotRule.AGREE_DISAGREE_PASS:
        if command.statement is not None:
            raise StatementDoesNotFit(ballot=command.ballot)
        return
    if command.statement is None:
        raise StatementMissing(ballot=command.ballot)
    statement: Statement | None = states[2]
    if statement is None or statement.process != ballot.process:
        raise UnknownStatement(ballot=command.ballot, statement=command.statement)
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
        raise ProcessNotFound(process=command.process)
    terms = {name: getattr(command, name) for name in OpenBallot.model_fields if name not in Command.model_fields}
    terms["options"] = tuple(Option(option=each.option, label=each.label) for each in command.options)
    if command.rule is BallotRule.APPROVAL:
        terms["winners"] = command.winners or 1
    opened = BallotOpened(**terms, tie_rule=TIE_RULES[command.rule], definition="")
    return opened.model_copy(update={"definition": definition_of(opened)})


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


SLICE = Slice(
    name="ballots",
    commands=(OpenBallot, CastVote, WithdrawVote, InvalidateVotes, CloseBallot),
    events=(BallotOpened, VoteCast, VoteWithdrawn, VotesInvalidated, BallotClosed),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
)
