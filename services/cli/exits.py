"""Exit codes, frozen, and the one sentence a failure is answered with."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from enum import IntEnum


class Exit(IntEnum):
    """What the exit code of `liggare` means. The numbers never change."""

    FINE = 0
    COULD_NOT_RUN = 1
    USAGE = 2
    INTEGRITY = 3
    FORK = 4
    VIEW_DIFFERS = 5
    INCOMPLETE = 6
    BUSY = 7
    NOT_FOUND = 8
    NEEDS_CONFIRMATION = 9


class Failure(Exception):
    """A command ends here: its exit code, and the sentence that says why and what to do."""

    def __init__(self, code: Exit, sentence: str) -> None:
        self.code = code
        super().__init__(sentence)


class PipeClosed(Exception):
    """Whoever read our output has seen enough."""


def explained(error: BaseException) -> Failure | None:
    """Return the failure an error amounts to; None for what nobody expected."""
    if isinstance(error, Failure):
        return error
    for code, names in _KNOWN:
        if any(isinstance(error, kind) for kind in _loaded(names)):
            sentence = _sentence(error)
            return Failure(Exit.BUSY if _is_lock(error) else code, sentence)
    if isinstance(error, OSError):
        return Failure(Exit.COULD_NOT_RUN, _os_sentence(error))
    return None


def _loaded(names: Iterable[str]) -> Iterable[type[BaseException]]:
    """Yield those of the classes whose modules are in use; what was never imported was never raised."""
    for name in names:
        module, _, kind = name.rpartition(".")
        if module in sys.modules:
            yield getattr(sys.modules[module], kind)


_KNOWN: tuple[tuple[Exit, tuple[str, ...]], ...] = (
    (Exit.COULD_NOT_RUN, ("ledger.log.refusals.KeyRefused",)),
    (Exit.NEEDS_CONFIRMATION, ("ledger.vault.errors.KeysLost",)),
    (Exit.NOT_FOUND, ("services.export.refusals.NothingToExport", "services.export.refusals.SizeNotKept")),
    (Exit.BUSY, ("services.export.refusals.ExportBusy",)),
    (
        Exit.FORK,
        (
            "ledger.log.errors.Fork",
            "ledger.log.refusals.PublishingRefused",
            "projections.rebuild.RecordBehind",
        ),
    ),
    (
        Exit.USAGE,
        (
            "services.audit.database.NotComparable",
            "services.audit.offline.main.WrongUse",
            "services.settings.SettingsError",
            "services.witness.policies.PolicyUnusable",
            "services.imports.tables.ImportBroken",
        ),
    ),
    (
        Exit.COULD_NOT_RUN,
        ("services.audit.offline.sources.SourceError", "services.audit.processes.ProcessEnded"),
    ),
    (Exit.INTEGRITY, ("ledger.log.errors.ProofError", "ledger.store.port.StoreDamaged")),
    (
        Exit.BUSY,
        (
            "ledger.store.committer.Overloaded",
            "projections.rebuild.Busy",
            "projections.rows.port.NotReached",
        ),
    ),
    (
        Exit.COULD_NOT_RUN,
        (
            "ledger.store.port.StoreError",
            "ledger.store.committer.Stopped",
            "ledger.clock.ClockJumped",
            "ledger.vault.errors.KeyStoreError",
            "ledger.vault.errors.SecretExposed",
            "ledger.vault.errors.SecretMalformed",
            "ledger.vault.errors.KeyDestroyed",
            "services.imports.loading.Interrupted",
            "ledger.entries.UnreadableEntry",
            "services.export.refusals.ExportRefused",
        ),
    ),
)
"""What each kind of error exits with; the first that fits counts."""


def _is_lock(error: BaseException) -> bool:
    """Tell whether another process holds what we need; SQLite says so in words alone."""
    return type(error).__name__ == "StoreUnavailable" and "locked" in str(error)


_REMEDIES = {
    "StoreUnavailable": "check that it runs and can be reached, then try again",
    "KekMismatch": "name the folder of this ledger's keys with --keys, or restore it from its backup",
    "KekMissing": "name the folder of this ledger's keys with --keys, or restore it from its backup",
}
"""What to do about errors whose own words do not say it."""


def _sentence(error: BaseException) -> str:
    """Return one line, with a remedy; drivers like to add hints of several lines."""
    sentence = " ".join(str(error).split()) or type(error).__name__
    remedy = _REMEDIES.get(type(error).__name__)
    return f"{sentence}; {remedy}" if remedy else sentence


def _os_sentence(error: OSError) -> str:
    where = f"{error.filename}: " if error.filename else ""
    return f"{where}{error.strerror or error}; check that it exists, has space and may be used by this account"
