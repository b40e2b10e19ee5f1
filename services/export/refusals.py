"""Why an export does not go on: each says where, why, and what to do.

ExportRefused
├── NothingToExport    no checkpoint has been published yet
├── SizeNotKept        no checkpoint of the size that was asked for; names the nearest
├── OutputUnfit        what is at the place is no bundle, or one of another ledger or of a later size
└── ExportBusy         another process is writing there
RecordDamaged          the record does not give what was signed (a ProofError: exit code 3)
HistoryDiffers         the bundle at the place has another history than the record (a Fork: exit code 4)
"""

from __future__ import annotations

from pathlib import Path

from ledger.log.errors import Fork, ProofError


class ExportRefused(Exception):
    """Nothing was exported; what lay at the place is as it was."""


class NothingToExport(ExportRefused):
    """There is no checkpoint yet, so nothing that could be verified."""

    def __init__(self, origin: str) -> None:
        super().__init__(f"{origin} has no published checkpoint yet; `liggare serve` publishes one within a second")


class SizeNotKept(ExportRefused):
    """No checkpoint of this size was ever signed, so a bundle of it could not be verified."""

    def __init__(self, asked: int, below: int | None, above: int | None) -> None:
        self.asked, self.below, self.above = asked, below, above
        nearest = " and ".join(f"{size:,}" for size in (below, above) if size is not None)
        super().__init__(f"no checkpoint of size {asked:,} was signed; the nearest sizes to export are {nearest}")


class OutputUnfit(ExportRefused):
    """The place cannot become, or does not hold, a bundle of this ledger."""

    def __init__(self, place: Path, reason: str) -> None:
        super().__init__(f"{place}: {reason}")


class ExportBusy(ExportRefused):
    """Another process is exporting to the same place."""

    def __init__(self, place: Path) -> None:
        super().__init__(f"{place}: another process is exporting here; wait for it to end")


class RecordDamaged(ProofError):
    """The record does not give what was signed; `liggare verify` tells all there is to tell."""


class HistoryDiffers(Fork):
    """What was exported before is signed by this log, and the record now has another history."""
