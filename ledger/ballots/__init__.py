"""Ballots: definitions that never change, votes under a pseudonym, and the close that fixes the set.

`events` says what happened and what may be asked, `rules` how one leads to the other.
"""

from ledger.ballots.events import (
    BallotClosed,
    BallotOpened,
    BallotRule,
    CastVote,
    CloseBallot,
    InvalidateVotes,
    OpenBallot,
    VoteCast,
    VoteChoice,
    VotesInvalidated,
    VoteWithdrawn,
    WithdrawVote,
)
from ledger.ballots.rules import SLICE

__all__ = [
    "SLICE",
    "BallotClosed",
    "BallotOpened",
    "BallotRule",
    "CastVote",
    "CloseBallot",
    "InvalidateVotes",
    "OpenBallot",
    "VoteCast",
    "VoteChoice",
    "VoteWithdrawn",
    "VotesInvalidated",
    "WithdrawVote",
]
