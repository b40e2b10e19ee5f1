"""Dispositions: what a decision did with each input, and whether its account is complete.

`events` says what happened and what may be asked, `requirements` what each code must show,
`rules` how one leads to the other.
"""

from ledger.dispositions.events import (
    AccountClosed,
    AnswerContest,
    Change,
    CloseAccount,
    ContestAnswered,
    ContestDisposition,
    ContestOutcome,
    DispositionCode,
    DispositionContested,
    DispositionRecorded,
    DispositionRevised,
    ReasonCode,
    RecordDisposition,
    ReviseDisposition,
)
from ledger.dispositions.rules import SLICE

__all__ = [
    "SLICE",
    "AccountClosed",
    "AnswerContest",
    "Change",
    "CloseAccount",
    "ContestAnswered",
    "ContestDisposition",
    "ContestOutcome",
    "DispositionCode",
    "DispositionContested",
    "DispositionRecorded",
    "DispositionRevised",
    "ReasonCode",
    "RecordDisposition",
    "ReviseDisposition",
]
