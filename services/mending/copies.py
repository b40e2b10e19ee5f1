"""Where a damaged entry may be taken from: a replica's database, or a bundle. Nothing of a copy is believed."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

from pydantic_core import from_json

from ledger.log.checkpoint import read_unverified
from ledger.log.tiles import WIDTH
from ledger.store.port import SealedRow
from services.audit.bundled import entries_in
from services.audit.offline.archive import Zip
from services.audit.offline.layout import CHECKPOINT, CHECKPOINTS
from services.audit.offline.sources import Folder, Source
from services.audit.reading import RequestRow
from services.engines import engine
from services.mending.reading import Readable
from services.settings import Settings

STORES = ("postgresql://", "postgres://", "sqlite:///")
NOTE_BYTES_MAX = 1 << 20


class CopyRequest(NamedTuple):
    """A request as a replica has it, with the keyed hash of its content."""

    row: RequestRow
    content: bytes


class Copy(ABC):
    """One copy of the ledger. Its calls raise StoreError, OSError or ProofError."""

    name: str
    """What the record will say the entry was taken from."""

    @abstractmethod
    def entry(self, position: int) -> bytes | None:
        """Return the bytes the copy has at a position."""

    @abstractmethod
    def note(self, size: int) -> bytes | None:
        """Return the signed note the copy has for a size."""

    @abstractmethod
    def requests(self, position: int) -> list[CopyRequest]:
        """Return the requests the copy has for an event."""

    @abstractmethod
    def sealed(self, position: int) -> list[SealedRow]:
        """Return the ciphertexts the copy has for an event."""

    @abstractmethod
    def close(self) -> None: ...


class Replica(Copy):
    """Another database with the same ledger."""

    def __init__(self, settings: Settings, store: str) -> None:
        self._reader = engine(replace(settings, store=store)).reader()
        self._readable = Readable(self._reader)
        self.name = "replica"

    def entry(self, position: int) -> bytes | None:
        found = self._reader.at([position])
        return found[0].entry if found else None

    def note(self, size: int) -> bytes | None:
        kept = self._reader.checkpoint_covering(size)
        return kept.note.encode() if kept is not None and kept.size == size else None

    def requests(self, position: int) -> list[CopyRequest]:
        return [
            CopyRequest(RequestRow(bytes(name), first, events), bytes(content))
            for name, first, events, content in self._readable.requests_at(position)
        ]

    def sealed(self, position: int) -> list[SealedRow]:
        return self._reader.sealed([position])

    def close(self) -> None:
        self._reader.close()


class Bundle(Copy):
    """A bundle, in a folder or a zip archive."""

    def __init__(self, path: Path) -> None:
        self._source: Source = Folder(path) if path.is_dir() else Zip(path)
        self._size = read_unverified(self._source.read(CHECKPOINT, NOTE_BYTES_MAX)).size
        self._held: tuple[int, list[bytes]] | None = None
        self.name = f"bundle of size {self._size}"

    def entry(self, position: int) -> bytes | None:
        if not 0 < position <= self._size:
            return None
        number, offset = divmod(position - 1, WIDTH)
        if self._held is None or self._held[0] != number:
            self._held = number, entries_in(self._source, number, self._size)
        return self._held[1][offset]

    def note(self, size: int) -> bytes | None:
        for line in self._source.lines(CHECKPOINTS, NOTE_BYTES_MAX):
            try:
                kept = from_json(line)
                if kept["size"] == size:
                    return str(kept["note"]).encode()
            except (ValueError, KeyError, TypeError):
                continue
        return None

    def requests(self, position: int) -> list[CopyRequest]:  # noqa: ARG002  a bundle has none
        return []

    def sealed(self, position: int) -> list[SealedRow]:  # noqa: ARG002  a bundle has none
        return []

    def close(self) -> None:
        self._source.close()


def opened(settings: Settings, named: str) -> Copy:
    """Open a copy by what it is called: an address of a store, or the path of a bundle."""
    return Replica(settings, named) if named.startswith(STORES) else Bundle(Path(named))
