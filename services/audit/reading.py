"""Everything the record's tables hold, in pages: what an audit sees and nothing else needs."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any, NamedTuple, cast
from uuid import UUID

from ledger.store import postgres_session, sqlite_session
from ledger.store.port import Checkpoint, SealedRow
from ledger.store.postgres import PostgresReader
from ledger.store.sqlite import SQLiteReader
from ledger.store.statements import statements

POSTGRES = statements("services.audit", "queries/postgres.sql")
SQLITE = statements("services.audit", "queries/sqlite.sql")
PAGE_ROWS = 5_000


class EventRow(NamedTuple):
    """One row of the record; `id` is 16 bytes, `leaf` 32."""

    position: int
    id: bytes
    type: str
    entry: bytes
    leaf: bytes


class TagRow(NamedTuple):
    """One row of the tag index: the last position covered, and the runs of all (`ledger.store.port`)."""

    tag: bytes
    position: int
    topic: str
    runs: bytes | None


class RequestRow(NamedTuple):
    """One accepted request; `id` is 16 bytes."""

    id: bytes
    first: int
    events: int


class Record:
    """One ledger's tables, over the connection of a reader, which stays the caller's to close."""

    def __init__(self, reader: PostgresReader | SQLiteReader) -> None:
        self.reader = reader
        if isinstance(reader, SQLiteReader):
            # A flipped bit may leave a text that is none; it is to be found, not to stop the audit.
            reader.connection.text_factory = lambda octets: octets.decode(errors="replace")

    def last_event(self) -> int:
        """Return the highest position of any event, whatever the head says."""
        ((last,),) = self._all("last_event")
        return last or 0

    def events(self, upto: int) -> Iterator[list[EventRow]]:
        """Yield all events up to a position, a page at a time."""
        after = 0
        while rows := self._all("events", after=after, upto=upto, limit=PAGE_ROWS):
            yield [EventRow(*row) for row in rows]
            after = rows[-1][0]

    def stretch(self, after: int, upto: int) -> list[EventRow]:
        """Return the events in (after, upto]."""
        return [EventRow(*row) for row in self._all("events", after=after, upto=upto, limit=upto - after)]

    def tags(self) -> Iterator[TagRow]:
        """Yield the whole tag index."""
        last = TagRow(b"", 0, "", None)
        while rows := self._all("tags", tag=last.tag, position=last.position, topic=last.topic, limit=PAGE_ROWS):
            yield from map(TagRow._make, rows)
            last = TagRow(*rows[-1])

    def requests(self) -> Iterator[RequestRow]:
        """Yield all accepted requests."""
        after = bytes(16)
        first = True
        while rows := self._requests(after, first):
            yield from map(RequestRow._make, rows)
            after, first = rows[-1][0], False

    def checkpoints(self, upto: int) -> Iterator[Checkpoint]:
        """Yield all checkpoints up to a size, by size."""
        after = -1
        while rows := self._all("checkpoints", after=after, limit=PAGE_ROWS):
            for row in rows:
                if row[0] > upto:
                    return
                yield Checkpoint(*row)
            after = rows[-1][0]

    def tile_totals(self) -> tuple[int, dict[int, tuple[int, int]]]:
        """Return the published size and, for each level at that moment, how many tiles and bytes there are."""
        rows = self._all("tile_totals")
        return (rows[0][0] or 0) if rows else 0, {level: (tiles, octets) for _, level, tiles, octets in rows}

    def sealed(self, after: int, upto: int) -> list[SealedRow]:
        """Return the ciphertexts of the fields of the events in (after, upto]."""
        return [SealedRow(*row) for row in self._all("sealed", after=after, upto=upto)]

    def sealed_beyond(self) -> tuple[int, str] | None:
        """Return position and pointer of a ciphertext that belongs to no possible event, if there is one."""
        rows = self._all("sealed_beyond")
        return cast(tuple[int, str], rows[0]) if rows else None

    def _requests(self, after: bytes, first: bool) -> list[tuple[Any, ...]]:
        key = after if isinstance(self.reader, SQLiteReader) else UUID(bytes=after)
        return self._all("requests", after=key, all=first, limit=PAGE_ROWS)

    def _all(self, statement: str, **arguments: Any) -> list[tuple[Any, ...]]:
        return rows_of(self.reader, SQLITE, POSTGRES, statement, arguments)


def rows_of(
    reader: PostgresReader | SQLiteReader,
    sqlite: Mapping[str, str],
    postgres: Mapping[str, str],
    statement: str,
    arguments: dict[str, Any],
) -> list[tuple[Any, ...]]:
    """Return the rows of a named statement about the reader's ledger, in its engine's SQL. Raises StoreError."""
    arguments["ledger"] = reader.ledger
    if isinstance(reader, SQLiteReader):
        with sqlite_session.translated():
            return reader.connection.execute(sqlite[statement], arguments).fetchall()
    with postgres_session.translated():
        return reader.connection.execute(postgres[statement], arguments, prepare=True, binary=True).fetchall()
