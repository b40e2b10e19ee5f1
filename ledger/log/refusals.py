"""Why a publisher will not sign: each names what it found, and what an operator can do about it.

    PublishingRefused (a ProofError: place, reason)
    ├── RolledBack          the database lacks events that were signed for
    ├── HistoryRewritten    the events are other ones than those that were signed for
    └── KeyRefused          the key or what is kept beside it belongs to another log

None passes by itself. A log that has signed two histories cannot be mended, only replaced by a new one,
so a publisher stops before it does.
"""

from __future__ import annotations

from ledger.log.errors import ProofError


class PublishingRefused(ProofError):
    """Signing now could contradict what was signed before; an operator must look first."""


class RolledBack(PublishingRefused):
    """The database holds fewer events than were signed for, as after restoring an old copy."""

    def __init__(self, found: int, signed: int) -> None:
        super().__init__(
            f"database of {found} events",
            f"a checkpoint over {signed} was signed; restore the {signed - found} missing events from a replica, "
            "the write-ahead archive or an export, or begin a new ledger under another origin",
        )
        self.found, self.signed = found, signed


class HistoryRewritten(PublishingRefused):
    """The record, its tiles or a kept checkpoint do not fit what was signed."""

    def __init__(self, place: str, reason: str) -> None:
        super().__init__(place, f"{reason}; run `liggare verify`, which names the place, and restore it from a replica")


class KeyRefused(PublishingRefused):
    """The folder of keys does not belong to this log; give this ledger a folder of its own, or its old one back."""
