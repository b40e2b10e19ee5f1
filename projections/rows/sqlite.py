"""Read models in SQLite. Whoever writes holds the one write lock of the file, so pages are short."""

from __future__ import annotations

import fcntl
import json
import sqlite3
from collections.abc import Collection, Iterable, Sequence
from io import FileIO
from pathlib import Path
from typing import Any

from ledger.store.sqlite_session import connect, ledger_number, transaction, translated
from ledger.store.statements import statements
from projections.projection import Projection
from projections.rows.port import Change, Held, Status, Superseded
from projections.rows.stored import StoredRows

SQL = statements("projections.rows", "queries/sqlite.sql")
DROP_ROWS = 20_000


class SQLiteRows(StoredRows):
    """The rows of a ledger at a moment. Takes the connection for as long as it is open."""

    def __init__(
        self, connection: sqlite3.Connection, ledger: int, projections: Iterable[Projection], at: int | None = None
    ) -> None:
        self._connection, self._ledger = connection, ledger
        super().__init__(projections, at)

    def _begin(self) -> Sequence[tuple[str, int, int, bool]]:
        with translated():
            self._connection.execute("BEGIN")
        # The first read fixes the moment.
        return [(name, generation, position, bool(halted)) for name, generation, position, halted in self._all("live")]

    def _all(self, statement: str, **arguments: Any) -> list[tuple[Any, ...]]:
        arguments["ledger"] = self._ledger
        with translated():
            return self._connection.execute(SQL[statement], arguments).fetchall()

    def close(self) -> None:
        if self._connection.in_transaction:
            with translated():
                self._connection.execute("ROLLBACK")


class SQLiteRowsWriter:
    """The writing half: one connection for pages, one for look-ups meanwhile, and lock files beside the database."""

    def __init__(self, path: str | Path, origin: str) -> None:
        self._path = Path(path)
        self._locks: dict[str, FileIO] = {}
        self._reading = connect(path)
        try:
            self._writing = connect(path)
            # Read models can be rebuilt; the record's own commits flush what came before them.
            self._writing.execute("PRAGMA synchronous = NORMAL")
            self._ledger = ledger_number(self._reading, origin)
        except BaseException:
            self.close()
            raise

    def status(self) -> list[Status]:
        return [
            Status(name, version, generation, position, bool(live), error)
            for name, version, generation, position, live, error in self._all("status")
        ]

    def begin(self, name: str, version: int, *, live: bool) -> int:
        ((generation,),) = self._all("begin", name=name, version=version, live=int(live))
        return int(generation)

    def open_rows(self, name: str, generation: int, keys: Collection[str]) -> dict[str, Held]:
        return _held(self._all("open_rows", name=name, generation=generation, keys=json.dumps(list(keys))))

    def all_open_rows(self, name: str, generation: int, limit: int) -> dict[str, Held] | None:
        rows = self._all("all_open_rows", name=name, generation=generation, limit=limit + 1)
        return None if len(rows) > limit else _held(rows)

    def write(self, changes: Sequence[Change]) -> None:
        with translated(), transaction(self._writing):
            for change in changes:
                self._move(change)
                self._write(change)

    def swap(self, name: str, generation: int) -> bool:
        with translated(), transaction(self._reading):
            rows = self._all("lock_generations", name=name, generation=generation)
            if generation not in {row[0] for row in rows}:
                raise Superseded(name)
            furthest = max(position for _, position, _ in rows)
            if any(number == generation and position < furthest for number, position, _ in rows):
                return False
            self._all("set_live", name=name, generation=generation)
            return True

    def drop(self, name: str, generation: int) -> None:
        arguments = {"ledger": self._ledger, "name": name, "generation": generation}
        if any((row.name, row.generation, row.live) == (name, generation, True) for row in self.status()):
            return
        with translated():
            # Piece by piece, so that an append never waits long; what a crash leaves behind still has its line.
            while self._reading.execute(SQL["drop_rows"], arguments | {"limit": DROP_ROWS}).rowcount >= DROP_ROWS:
                pass
            with transaction(self._reading):
                self._reading.execute(SQL["drop_rows"], arguments | {"limit": -1})
                self._reading.execute(SQL["drop_figures"], arguments)
                self._reading.execute(SQL["drop_generation"], arguments)

    def lock(self, purpose: str) -> bool:
        if purpose in self._locks:
            return True
        path = self._path.with_name(f"{self._path.name}.{self._ledger}.{purpose}.lock")
        # flock belongs to the open file, so two of us in one process exclude each other, too.
        file = FileIO(path, "a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._locks[purpose] = file
        return True

    def unlock(self, purpose: str) -> None:
        if file := self._locks.pop(purpose, None):
            file.close()

    def close(self) -> None:
        for file in self._locks.values():
            file.close()
        self._locks.clear()
        for name in ("_reading", "_writing"):
            if connection := self.__dict__.get(name):
                connection.close()

    # --- One page ---
    def _move(self, change: Change) -> None:
        """Move the position first: it shows that nobody else moved it."""
        moved = self._writing.execute(
            SQL["move"],
            {
                "ledger": self._ledger,
                "name": change.name,
                "generation": change.generation,
                "after": change.after,
                "upto": change.upto,
                "error": change.error,
            },
        )
        if moved.rowcount != 1:
            raise Superseded(change.name)

    def _write(self, change: Change) -> None:
        whose = (self._ledger, change.name, change.generation)
        self._writing.executemany(
            SQL["close_row"], ((until, *whose, key, position) for key, position, until in change.closings)
        )
        # In the order of the table, whose neighbours then share pages.
        self._writing.executemany(SQL["add_row"], [(*whose, *row) for row in sorted(change.rows)])
        self._writing.executemany(
            SQL["add_figure"], ((*whose, figure, number) for figure, number in change.figures.items())
        )

    def _all(self, statement: str, **arguments: Any) -> list[tuple[Any, ...]]:
        arguments["ledger"] = self._ledger
        with translated():
            return self._reading.execute(SQL[statement], arguments).fetchall()


def _held(rows: Iterable[tuple[str, int, bytes | None]]) -> dict[str, Held]:
    return {key: (position, state) for key, position, state in rows}
