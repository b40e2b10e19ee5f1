"""Reading the record in PostgreSQL, and keeping what the publisher makes of it."""

from __future__ import annotations

import time
from collections.abc import Collection, Sequence
from typing import Any
from uuid import UUID

import psycopg

from ledger.clock import rfc3339
from ledger.store.port import (
    PAGE_EVENTS,
    Checkpoint,
    Cosignature,
    KnownRequest,
    Recorded,
    SealedRow,
    StoredTile,
    covered,
    joined,
    tag_hash,
)
from ledger.store.postgres_session import SCHEMA, SQL, connect, ledger_number, translated


class PostgresReader:
    """The reading half on one connection; not shared between threads."""

    def __init__(self, url: str, origin: str, schema: str = SCHEMA) -> None:
        self._url, self._schema = url, schema
        self._connection = connect(url, schema)
        self._listening = False
        try:
            self.ledger = ledger_number(self._connection, origin)
        except BaseException:
            self._connection.close()
            raise

    def head(self) -> int:
        row = self._one("head")
        return int(row[0]) if row else 0

    def entries(self, after: int, limit: int = PAGE_EVENTS, types: Collection[str] = ()) -> list[Recorded]:
        if types:
            return page(self._one("entries_of_types", after=after, limit=limit, types=list(types)))
        return page(self._one("entries", after=after, limit=limit))

    def leaves(self, after: int, limit: int) -> list[bytes]:
        row = self._one("leaves", after=after, limit=limit)
        return list(row[0] or ()) if row else []

    def positions(self, tags: Collection[str], after: int, upto: int, topics: Collection[str] = ()) -> list[int]:
        found: set[int] | None = None
        for tag in tags:
            rows = self._all("tag_rows", tag=tag_hash(tag), after=after, topics=joined(tuple(topics)))
            places = {at for last, runs in rows for at in covered(last, runs) if after < at <= upto}
            found = places if found is None else found & places
            if not found:
                return []
        return sorted(found or ())

    def at(self, positions: Sequence[int]) -> list[Recorded]:
        return page(self._one("entries_at", positions=list(positions)))

    def request(self, request_id: UUID) -> KnownRequest | None:
        row = self._one("request", id=request_id)
        if row is None:
            return None
        first, count, content, leaves, recorded_at = row
        return KnownRequest(first, count, content, leaves, rfc3339(recorded_at))

    def sealed(self, positions: Collection[int]) -> list[SealedRow]:
        return [SealedRow(*row) for row in self._all("sealed", positions=list(positions))]

    def delete_sealed(self, keys: Collection[str]) -> None:
        """Take away the ciphertexts under destroyed keys; VACUUM gives their place free later."""
        with translated():
            self._run("delete_sealed", keys=list(keys))

    def wait(self, after: int, timeout: float) -> int:
        """NOTIFY wakes this up; the caller's timeout is the safety net of a poll."""
        with translated():
            connection = self.connection
            if not self._listening:
                connection.execute("LISTEN liggare")
                self._listening = True
            deadline = time.monotonic() + timeout
            while (head := self.head()) <= after and (left := deadline - time.monotonic()) > 0:
                # Any notification will do: the head is asked again in any case.
                for _ in connection.notifies(timeout=left, stop_after=1):
                    pass
            return head

    def close(self) -> None:
        self._connection.close()

    @property
    def connection(self) -> psycopg.Connection[Any]:
        """The connection, renewed after a loss."""
        if self._connection.closed:
            self._connection = connect(self._url, self._schema)
            self._listening = False
        return self._connection

    # --- What the publisher keeps ---
    def last_checkpoint(self) -> Checkpoint | None:
        row = self._one("last_checkpoint")
        return Checkpoint(*row) if row else None

    def checkpoint_covering(self, size: int) -> Checkpoint | None:
        row = self._one("checkpoint_covering", size=size)
        return Checkpoint(*row) if row else None

    def checkpoints(self, after: int, limit: int) -> list[Checkpoint]:
        return [Checkpoint(*row) for row in self._all("checkpoints", after=after, limit=limit)]

    def cosignatures(self, size: int) -> list[Cosignature]:
        return [Cosignature(*row) for row in self._all("cosignatures", size=size)]

    def cosignatures_between(self, low: int, high: int) -> list[Cosignature]:
        return [Cosignature(*row) for row in self._all("cosignatures_between", low=low, high=high)]

    def last_cosigned(self, limit: int) -> list[int]:
        return [size for (size,) in self._all("last_cosigned", limit=limit)]

    def cosigned_from(self, size: int, limit: int) -> list[int]:
        return [found for (found,) in self._all("cosigned_from", size=size, limit=limit)]

    def add_cosignatures(self, cosignatures: Sequence[Cosignature]) -> None:
        with translated(), self.connection.transaction():
            for each in cosignatures:
                self._run("add_cosignature", **each._asdict())
                self._run("renew_cosignature", **each._asdict())

    def tiles(self, level: int, numbers: Collection[int]) -> dict[int, bytes]:
        return dict(self._all("tiles", level=level, numbers=list(numbers)))

    def put_tiles(self, tiles: Sequence[StoredTile]) -> None:
        with translated(), self.connection.transaction():
            for tile in tiles:
                self._run("put_tile", **tile._asdict())

    def add_checkpoint(self, checkpoint: Checkpoint, signed_at: str, tiles: Sequence[StoredTile] = ()) -> None:
        with translated(), self.connection.transaction():
            for tile in tiles:
                self._run("put_tile", **tile._asdict())
            self._run("add_checkpoint", **checkpoint._asdict(), signed_at=signed_at)

    def _one(self, statement: str, **arguments: Any) -> tuple[Any, ...] | None:
        with translated():
            row: tuple[Any, ...] | None = self._run(statement, **arguments).fetchone()
            return row

    def _all(self, statement: str, **arguments: Any) -> list[tuple[Any, ...]]:
        with translated():
            return self._run(statement, **arguments).fetchall()

    def _run(self, statement: str, **arguments: Any) -> psycopg.Cursor[Any]:
        arguments["ledger"] = self.ledger
        return self.connection.execute(SQL[statement], arguments, prepare=True, binary=True)


def page(row: tuple[list[int] | None, list[bytes] | None] | None) -> list[Recorded]:
    """Return the recorded entries of a page fetched as two arrays."""
    if row is None or row[0] is None or row[1] is None:
        return []
    return list(map(Recorded, row[0], row[1]))
