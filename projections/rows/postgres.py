"""Read models in PostgreSQL."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from struct import Struct
from typing import Any

import psycopg

from ledger.store.postgres_session import SCHEMA, connect, ledger_number, translated
from ledger.store.statements import statements
from projections.projection import Projection
from projections.rows.port import Change, Held, Status, Superseded
from projections.rows.stored import StoredRows

SQL = statements("projections.rows", "queries/postgres.sql")
COPY_BYTES = 1 << 20

# The binary format of COPY: https://www.postgresql.org/docs/15/sql-copy.html#id-1.9.3.55.9.4
_COPY_START = b"PGCOPY\n\xff\r\n\0" + bytes(8)
_COPY_END = b"\xff\xff"
_SHORT, _LONG = Struct(">h").pack, Struct(">i").pack
_OPEN, _CLOSED = Struct(">iqii").pack, Struct(">iqiqi").pack
_NULL = -1


class PostgresRows(StoredRows):
    """The rows of a ledger at a moment. Takes the connection for as long as it is open."""

    def __init__(
        self,
        connection: psycopg.Connection[Any],
        ledger: int,
        projections: Iterable[Projection],
        at: int | None = None,
    ) -> None:
        self._connection, self._ledger = connection, ledger
        super().__init__(projections, at)

    def _begin(self) -> Sequence[tuple[str, int, int, bool]]:
        with translated():
            self._connection.execute("BEGIN ISOLATION LEVEL REPEATABLE READ, READ ONLY")
        return self._all("live")

    def _all(self, statement: str, **arguments: Any) -> list[tuple[Any, ...]]:
        arguments["ledger"] = self._ledger
        with translated():
            cursor = self._connection.execute(SQL[statement], arguments, prepare=True, binary=True)
            return cursor.fetchall()

    def close(self) -> None:
        with translated():
            self._connection.execute("ROLLBACK")


class PostgresRowsWriter:
    """The writing half: one connection for pages, one for look-ups and locks meanwhile."""

    def __init__(self, url: str, origin: str, schema: str = SCHEMA) -> None:
        self._reading = connect(url, schema)
        try:
            self._writing = connect(url, schema)
            self._ledger = ledger_number(self._reading, origin)
            # Dropping a generation of a nation's votes takes its time.
            self._reading.execute("SET statement_timeout TO 0")
        except BaseException:
            self.close()
            raise

    def status(self) -> list[Status]:
        with translated():
            return [Status(*row) for row in self._run(self._reading, "status").fetchall()]

    def begin(self, name: str, version: int, *, live: bool) -> int:
        with translated():
            (row,) = self._run(self._reading, "begin", name=name, version=version, live=live).fetchall()
            return int(row[0])

    def open_rows(self, name: str, generation: int, keys: Collection[str]) -> dict[str, Held]:
        with translated():
            rows = self._run(self._reading, "open_rows", name=name, generation=generation, keys=list(keys))
            return _held(rows.fetchall())

    def all_open_rows(self, name: str, generation: int, limit: int) -> dict[str, Held] | None:
        with translated():
            rows = self._run(self._reading, "all_open_rows", name=name, generation=generation, limit=limit + 1)
            held = rows.fetchall()
        return None if len(held) > limit else _held(held)

    def write(self, changes: Sequence[Change]) -> None:
        with translated(), self._writing.transaction():
            for change in changes:
                self._move(change)
            self._copy(changes)
            for change in changes:
                self._close_rows(change)
                self._add_figures(change)

    def swap(self, name: str, generation: int) -> bool:
        with translated(), self._reading.transaction():
            rows = self._run(self._reading, "lock_generations", name=name, generation=generation).fetchall()
            if generation not in {row[0] for row in rows}:
                raise Superseded(name)
            furthest = max(position for _, position, _ in rows)
            if any(number == generation and position < furthest for number, position, _ in rows):
                return False
            self._run(self._reading, "set_live", name=name, generation=generation)
            return True

    def drop(self, name: str, generation: int) -> None:
        with translated(), self._reading.transaction():
            if self._run(self._reading, "drop_generation", name=name, generation=generation).rowcount:
                self._run(self._reading, "drop_rows", name=name, generation=generation)
                self._run(self._reading, "drop_figures", name=name, generation=generation)

    def lock(self, purpose: str) -> bool:
        with translated():
            (row,) = self._run(self._reading, "try_lock", purpose=purpose).fetchall()
            return bool(row[0])

    def unlock(self, purpose: str) -> None:
        with translated():
            self._run(self._reading, "unlock", purpose=purpose)

    def close(self) -> None:
        for name in ("_reading", "_writing"):
            if connection := self.__dict__.get(name):
                connection.close()

    # --- One page ---
    def _move(self, change: Change) -> None:
        """Move the position first: it locks the generation, and shows that nobody else moved it."""
        moved = self._run(
            self._writing,
            "move",
            name=change.name,
            generation=change.generation,
            after=change.after,
            upto=change.upto,
            error=change.error,
        )
        if moved.rowcount != 1:
            raise Superseded(change.name)

    def _copy(self, changes: Sequence[Change]) -> None:
        if not any(change.rows for change in changes):
            return
        with self._writing.cursor() as cursor, cursor.copy(SQL["copy_rows"]) as copy:
            for piece in copy_pieces(self._ledger, changes):
                copy.write(piece)

    def _close_rows(self, change: Change) -> None:
        if not change.closings:
            return
        keys, positions, untils = zip(*change.closings, strict=True)
        arguments = {"keys": list(keys), "positions": list(positions), "untils": list(untils)}
        self._run(self._writing, "close_rows", name=change.name, generation=change.generation, **arguments)

    def _add_figures(self, change: Change) -> None:
        if not change.figures:
            return
        arguments = {"figures": list(change.figures), "numbers": list(change.figures.values())}
        self._run(self._writing, "add_figures", name=change.name, generation=change.generation, **arguments)

    def _run(
        self, connection: psycopg.Connection[Any], statement: str, **arguments: Any
    ) -> psycopg.Cursor[tuple[Any, ...]]:
        arguments["ledger"] = self._ledger
        return connection.execute(SQL[statement], arguments, prepare=True, binary=True)


def _held(rows: Iterable[tuple[str, int, bytes | None]]) -> dict[str, Held]:
    return {key: (position, state) for key, position, state in rows}


def copy_pieces(ledger: int, changes: Iterable[Change]) -> Iterator[bytes]:
    """Yield the new rows in COPY's binary format, in pieces of about 1 MiB of states."""
    pieces, size = [_COPY_START], 0
    for change in changes:
        name = change.name.encode()
        prefix = b"".join((
            _SHORT(7), _LONG(4), _LONG(ledger), _LONG(len(name)), name, _LONG(4), _LONG(change.generation),
        ))  # fmt: skip
        # In the order of the index, whose neighbours then share pages.
        for key, position, until, state in sorted(change.rows):
            text = key.encode()
            length = _NULL if state is None else len(state)
            place = _OPEN(8, position, _NULL, length) if until is None else _CLOSED(8, position, 8, until, length)
            pieces += (prefix, _LONG(len(text)), text, place, state or b"")
            size += length
            if size > COPY_BYTES:
                yield b"".join(pieces)
                pieces, size = [], 0
    pieces.append(_COPY_END)
    yield b"".join(pieces)
