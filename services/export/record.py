"""What an export reads of a ledger: one published size, and the entries, checkpoints and keys up to it.

The record only grows, so everything up to a published size is one consistent moment, however much is recorded meanwhile.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import NamedTuple

from ledger.log.checkpoint import Checkpoint
from ledger.log.errors import HashMissing, ProofError
from ledger.log.folder import PUBLIC, LogFolder
from ledger.log.merkle import HASH_SIZE, Frontier, leaf_hashes
from ledger.log.note import VerifierKey
from ledger.log.published import cosigned, cosigned_all
from ledger.log.publisher import load_edge
from ledger.log.refusals import KeyRefused
from ledger.log.tiles import WIDTH
from ledger.log.verify import verify_checkpoint
from ledger.log.vkeys import AnyKey
from ledger.store.port import Checkpoint as Kept
from services.audit.reading import Record
from services.engines import LedgerReader
from services.export.refusals import NothingToExport, RecordDamaged, SizeNotKept

PAGE_CHECKPOINTS = 256
PAGE_ENTRIES = 8 * WIDTH
"""Entries read at once: whole entry bundles, and at 65,535 bytes each no more than 128 MiB."""


class Head(NamedTuple):
    """A kept checkpoint, verified: what it says, and the note that says it."""

    signed: Checkpoint
    note: bytes


class Page(NamedTuple):
    """Consecutive entries from the position `first` on, with their leaf hashes (32 bytes each)."""

    first: int
    entries: Sequence[bytes]
    leaves: Sequence[bytes]


class Source:
    """One ledger to export, over a connection that stays the caller's to close.

    Raises KeyRefused where the log's public key is not in the folder of keys.
    """

    def __init__(self, reader: LedgerReader, folder: LogFolder) -> None:
        self.reader, self.origin = reader, folder.origin
        self._record = Record(reader)
        key = folder.verifier()
        if key is None:
            place = str(folder.path / PUBLIC)
            raise KeyRefused(
                place, "it is missing, and without it no bundle can be verified; name its folder with --keys"
            )
        self.key: VerifierKey = key
        self.keys: tuple[AnyKey, ...] = folder.verifiers()

    def head(self, size: int | None = None) -> Head:
        """Return the newest published checkpoint, or the one of `size`; raise NothingToExport or SizeNotKept."""
        newest = self.reader.last_checkpoint()
        if newest is None or not newest.size:
            raise NothingToExport(self.origin)
        if size is None or size == newest.size:
            return self._verified(newest, cosigned(self.reader, newest))
        covering = self.reader.checkpoint_covering(size)
        if covering is not None and covering.size == size and size:
            return self._verified(covering, cosigned(self.reader, covering))
        below = max((kept.size for kept in self._record.checkpoints(size) if kept.size), default=None)
        raise SizeNotKept(size, below, None if covering is None else covering.size or newest.size)

    def root(self, size: int) -> bytes:
        """Return the root of the record at a published size: from the stored tiles, or the leaves where those fail."""
        try:
            return load_edge(self.reader, size).frontier.root()
        except HashMissing:
            frontier = Frontier()
            for after in range(0, size, PAGE_ENTRIES):
                frontier = frontier.extend(self.reader.leaves(after, min(PAGE_ENTRIES, size - after)))
            return frontier.root()

    def heads(self, size: int) -> Iterator[Head]:
        """Yield every checkpoint kept up to a size, oldest first; raise RecordDamaged for one that does not verify."""
        after = -1
        while page := self.reader.checkpoints(after, PAGE_CHECKPOINTS):
            # With each witness's earliest line: later exports have the same one.
            for kept, note in cosigned_all(self.reader, page, first=True):
                if kept.size > size:
                    return
                yield self._verified(kept, note)
            after = page[-1].size

    def pages(self, size: int) -> Iterator[Page]:
        """Yield all entries up to a size; raise RecordDamaged at the first that is missing or has another leaf hash."""
        for after in range(0, size, PAGE_ENTRIES):
            wanted = min(PAGE_ENTRIES, size - after)
            found = self.reader.entries(after, wanted)
            for position, recorded in enumerate(found, after + 1):
                if recorded.position != position:
                    raise RecordDamaged(f"position {position}", "the event is missing")
            if len(found) < wanted:
                raise RecordDamaged(f"position {after + len(found) + 1}", "the event is missing")
            entries = [recorded.entry for recorded in found]
            leaves = leaf_hashes(entries)
            kept = self.reader.leaves(after, wanted)
            if kept != leaves:
                at = next((at for at, (one, other) in enumerate(zip(leaves, kept, strict=False)) if one != other), 0)
                reason = "the entry does not have the leaf hash kept for it"
                raise RecordDamaged(f"position {after + at + 1}", reason)
            yield Page(after + 1, entries, leaves)

    def tile(self, number: int) -> bytes:
        """Return the leaf hashes of one full or partial tile of level 0 as stored; empty where it is missing."""
        return self.reader.tiles(0, [number]).get(number, b"")

    def _verified(self, kept: Kept, note: bytes) -> Head:
        """Return a checkpoint as `note`, what was signed with its witnesses' lines, once it verifies."""
        place = f"checkpoint of size {kept.size}"
        try:
            signed = verify_checkpoint(kept.note.encode(), self.origin, self.keys)
        except ProofError as error:
            raise RecordDamaged(place, f"it cannot be exported: {error}") from error
        if (signed.size, signed.root) != (kept.size, kept.root):
            raise RecordDamaged(place, "its row and its signed note differ")
        return Head(signed, note)


def first_difference(stored: bytes, leaves: Sequence[bytes]) -> int | None:
    """Return which of a tile's leaves is not the stored one, counting from 0; None where all that is stored fits."""
    for at, leaf in enumerate(leaves):
        found = stored[at * HASH_SIZE : (at + 1) * HASH_SIZE]
        if found and found != leaf:
            return at
    return None
