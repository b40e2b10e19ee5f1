"""Ballots: definitions that never change, votes under a pseudonym, and the close that fixes the set.

`terms` are the words a definition is written in, `events` says what happened, `commands` what may be
asked, `states` what a decision rests on, `rules` how one leads to the other, `papers` what a vote may
say, and `counting` how votes become a published result.
"""

from ledger.ballots.commands import (
    AuditTally,
    CancelBallot,
    CastVote,
    CloseBallot,
    InvalidateVotes,
    NamedVote,
    OfferedOption,
    OpenBallot,
    PublishTally,
    ResumeBallot,
    StatedBudget,
    SuspendBallot,
    WithdrawVote,
)
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
from ledger.ballots.rules import SLICE
from ledger.ballots.terms import (
    BallotPaper,
    BallotPurpose,
    BallotRule,
    BudgetCompletion,
    BudgetSatisfaction,
    VoteChoice,
)

__all__ = [
    "SLICE",
    "AuditTally",
    "BallotCancelled",
    "BallotClosed",
    "BallotOpened",
    "BallotPaper",
    "BallotPurpose",
    "BallotResumed",
    "BallotRule",
    "BallotSuspended",
    "BudgetCompletion",
    "BudgetSatisfaction",
    "CancelBallot",
    "CastVote",
    "CloseBallot",
    "InvalidateVotes",
    "NamedVote",
    "OfferedOption",
    "OpenBallot",
    "PublishTally",
    "ResumeBallot",
    "StatedBudget",
    "SuspendBallot",
    "TallyAudited",
    "TallyPublished",
    "VoteCast",
    "VoteChoice",
    "VoteWithdrawn",
    "VotesInvalidated",
    "WithdrawVote",
]
