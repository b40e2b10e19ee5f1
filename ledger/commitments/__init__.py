"""Commitments (åtaganden): what a body said it would do, and whether it did.

`events` says what happened and what may be asked, `rules` how one leads to the other.
"""

from ledger.commitments.events import (
    AnswerDispute,
    CommitmentDelivered,
    CommitmentDropped,
    CommitmentMade,
    CommitmentProgressed,
    DeliverCommitment,
    DeliveryDisputed,
    DeliveryEvidence,
    DisputantKind,
    DisputeAnswered,
    DisputeDelivery,
    DisputeOutcome,
    DropCommitment,
    MakeCommitment,
    ReportCommitmentProgress,
    StatedDeliveryEvidence,
)
from ledger.commitments.rules import SLICE

__all__ = [
    "SLICE",
    "AnswerDispute",
    "CommitmentDelivered",
    "CommitmentDropped",
    "CommitmentMade",
    "CommitmentProgressed",
    "DeliverCommitment",
    "DeliveryDisputed",
    "DeliveryEvidence",
    "DisputantKind",
    "DisputeAnswered",
    "DisputeDelivery",
    "DisputeOutcome",
    "DropCommitment",
    "MakeCommitment",
    "ReportCommitmentProgress",
    "StatedDeliveryEvidence",
]
