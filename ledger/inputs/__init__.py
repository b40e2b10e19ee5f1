"""Inputs: what residents, organisations and officials bring in (synpunkter, förslag), by any channel.

`events` says what happened and what may be asked, `rejections` why it may be
rejected, `rules` how one leads to the other.
"""

from ledger.inputs.events import (
    AuthorKind,
    InputKind,
    InputMerged,
    InputModerated,
    InputReceived,
    InputRestored,
    InputRevised,
    InputWithdrawn,
    MergeInput,
    ModerateInput,
    ReceiveInput,
    RestoreInput,
    ReviseInput,
    SupportGiven,
    SupportInput,
    SupportWithdrawn,
    Verdict,
    WithdrawInput,
    WithdrawSupport,
)
from ledger.inputs.rules import SLICE

__all__ = [
    "SLICE",
    "AuthorKind",
    "InputKind",
    "InputMerged",
    "InputModerated",
    "InputReceived",
    "InputRestored",
    "InputRevised",
    "InputWithdrawn",
    "MergeInput",
    "ModerateInput",
    "ReceiveInput",
    "RestoreInput",
    "ReviseInput",
    "SupportGiven",
    "SupportInput",
    "SupportWithdrawn",
    "Verdict",
    "WithdrawInput",
    "WithdrawSupport",
]
