"""Ballots: what a decision rests on, and how events change it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Any, NamedTuple, TypeAlias

from ledger.ballots.events import (
    BallotCancelled,
    BallotClosed,
    BallotOpened,
    BallotResumed,
    BallotSuspended,
    TallyAudited,
    TallyPublished,
    VoteCast,
    VotesInvalidated,
    VoteWithdrawn,
)
from ledger.ballots.terms import CHOICES, BallotRule
from ledger.inputs import InputMerged, InputModerated, InputReceived, InputRestored, InputWithdrawn
from ledger.messages import Event
from ledger.processes import ProcessOpened


class Standing(StrEnum):
    """How a voter's latest vote, or a statement, stands."""

    LIVE = "live"
    WITHDRAWN = "withdrawn"
    INVALIDATED = "invalidated"
    MERGED = "merged"
    REJECTED = "rejected"


Chain: TypeAlias = "tuple[Event, Chain] | None"


@dataclass(frozen=True, slots=True)
class Ballot:
    """A ballot's definition as far as votes depend on it, and how it stands.

    `votes` is what happened to votes, the latest first, as a chain of (event, earlier): only the
    commands that count or cancel read it. `published` is the latest result.
    """

    terms: BallotOpened
    choices: frozenset[str]
    options: frozenset[str]
    opens: datetime | None
    closes: datetime | None
    closed: bool = False
    suspended: bool = False
    cancelled: bool = False
    votes: Chain = None
    published: TallyPublished | None = None


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


def evolve(state: Any, event: Event) -> Any:
    """Return the state of one part after `event`. Never raises: what happened, happened."""
    # A voter's own part, by far the most common, is told apart before any pattern is tried.
    if type(event) is VoteCast:
        return _ballot_with(state, event) if type(state) is Ballot else Vote(event.revision, Standing.LIVE)
    match event, state:
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
        case ((VoteWithdrawn() | VotesInvalidated()), Ballot()):
            return _ballot_with(state, event)
        case TallyAudited(), None:
            return Known()
        case _, Ballot():
            return _lived(state, event)
        case ProcessOpened(), None:
            return Known()
        case _, Statement():
            return state._replace(standing=_standing(state.standing, event))
    return state


def _ballot_with(ballot: Ballot, event: Event) -> Ballot:
    return replace(ballot, votes=(event, ballot.votes))


def _lived(ballot: Ballot, event: Event) -> Ballot:
    """Return the ballot after a turn of its life."""
    match event:
        case BallotClosed():
            return replace(ballot, closed=True)
        case BallotSuspended():
            return replace(ballot, suspended=True)
        case BallotResumed():
            return replace(ballot, suspended=False)
        case BallotCancelled():
            return replace(ballot, cancelled=True)
        case TallyPublished():
            return replace(ballot, published=event)
    return ballot


def _opened(event: BallotOpened) -> Ballot:
    choices = CHOICES[BallotRule(event.rule)] if event.rule in CHOICES else ()
    return Ballot(
        terms=event,
        choices=frozenset(choices),
        options=frozenset(option.option for option in event.options),
        opens=_instant(event.opens),
        closes=_instant(event.closes),
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
