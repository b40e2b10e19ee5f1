"""Reading a record that may be damaged: whatever can be read is, and what cannot is named."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from typing import Any, NamedTuple, TypeVar

from ledger.log.merkle import HASH_SIZE
from ledger.store.port import StoreDamaged
from ledger.store.statements import statements
from services.audit.reading import EventRow, Record, rows_of
from services.engines import LedgerReader

UNREADABLE_MAX = 1_000
"""Stretches that cannot be read and are looked at more closely; beyond that they are told whole."""

POSTGRES = statements("services.mending", "queries/postgres.sql")
SQLITE = statements("services.mending", "queries/sqlite.sql")

T = TypeVar("T")


class Stretch(NamedTuple):
    """The events in (after, upto] that can be read, and the positions (first, last) that cannot."""

    rows: list[EventRow]
    unreadable: list[tuple[int, int]]


class Readable:
    """A record, over a reader that stays the caller's to close."""

    def __init__(self, reader: LedgerReader) -> None:
        self.reader, self.record = reader, Record(reader)
        self._left = UNREADABLE_MAX

    def stretch(self, after: int, upto: int) -> Stretch:
        """Return what can be read of (after, upto]; where the engine finds damage, it is narrowed down."""
        try:
            return Stretch(self.record.stretch(after, upto), [])
        except StoreDamaged:
            if upto - after == 1 or self._left <= 0:
                return Stretch([], [(after + 1, upto)])
        self._left -= 1
        middle = (after + upto) // 2
        one, other = self.stretch(after, middle), self.stretch(middle, upto)
        return Stretch(one.rows + other.rows, _joined(one.unreadable + other.unreadable))

    def tiles(self, level: int, numbers: Sequence[int]) -> dict[int, bytes]:
        """Return tiles by their numbers; what cannot be read is left out, as if it were not there."""
        try:
            return self.reader.tiles(level, numbers)
        except StoreDamaged:
            if len(numbers) == 1:
                return {}
        middle = len(numbers) // 2
        return self.tiles(level, numbers[:middle]) | self.tiles(level, numbers[middle:])

    def tile_widths(self) -> list[tuple[int, int, int]]:
        """Return level, number and length in bytes of every tile."""
        return self._all("tile_widths")

    def guards(self) -> set[str]:
        """Return the names of the triggers that keep the record append-only, where they are on."""
        return {name for (name,) in self._all("guards")}

    def search_places(self) -> list[tuple[int, str]]:
        """Return position and pointer of every text in the search index."""
        return self._all("search_places")

    def requests_at(self, position: int) -> list[tuple[bytes, int, int, bytes]]:
        """Return id, first position, length and content hash of the requests that cover a position."""
        return self._all("requests_at", position=position)

    def _all(self, statement: str, **arguments: Any) -> list[Any]:
        return rows_of(self.reader, SQLITE, POSTGRES, statement, arguments)


def _joined(stretches: list[tuple[int, int]]) -> list[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for first, last in stretches:
        if joined and joined[-1][1] == first - 1:
            joined[-1] = joined[-1][0], last
        else:
            joined.append((first, last))
    return joined


def read_or(read: Callable[[], Iterator[T]], damaged: Callable[[str], None]) -> Iterator[T]:
    """Yield what can be read; tell of the engine's damage, and end there."""
    try:
        yield from read()
    except StoreDamaged as error:
        damaged(" ".join(str(error).split()))


def whole_hashes(found: bytes, count: int) -> bytes:
    """Return just `count` hashes of a tile, with zeros for those that are not there."""
    wanted = count * HASH_SIZE
    return found[:wanted][: len(found) // HASH_SIZE * HASH_SIZE].ljust(wanted, b"\0")
