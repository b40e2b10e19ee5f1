"""Words in SQLite's FTS5: whole words and their beginnings; it knows no Swedish endings."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from pathlib import Path

from ledger.store.sqlite_session import connect, ledger_number, translated
from ledger.store.statements import statements
from services.search.port import Asked, Hit, Indexed

SQL = statements("services.search", "queries/sqlite.sql")


class SQLiteWords:
    """The index of one ledger. Belongs to one thread."""

    def __init__(self, path: str | Path, origin: str) -> None:
        self._connection = connect(path)
        with translated():
            # What is deleted is overwritten: the index is where erased words would live on.
            self._connection.execute("PRAGMA secure_delete = ON")
        self._ledger = ledger_number(self._connection, origin)

    def position(self) -> int:
        with translated():
            row = self._connection.execute(SQL["position"], {"ledger": self._ledger}).fetchone()
        return 0 if row is None else int(row[0])

    def add(self, found: Sequence[Indexed], after: int, position: int) -> bool:
        ledger = {"ledger": self._ledger}
        with translated():
            self._connection.execute("BEGIN IMMEDIATE")
            try:
                self._connection.execute(SQL["start"], ledger)
                moved = self._connection.execute(SQL["move"], ledger | {"after": after, "position": position})
                if moved.rowcount:
                    self._connection.executemany(SQL["add"], [ledger | text._asdict() for text in found])
                self._connection.execute("COMMIT")
            except BaseException:
                self._connection.execute("ROLLBACK")
                raise
        return bool(moved.rowcount)

    def forget(self, keys: Collection[str]) -> None:
        with translated():
            self._connection.executemany(SQL["forget"], [{"ledger": self._ledger, "key": key} for key in keys])
            self._connection.execute(SQL["merge"])

    def find(self, asked: Asked, limit: int, skip: int) -> list[Hit]:
        with translated():
            rows = self._connection.execute(
                SQL["find"],
                {
                    "words": " ".join(f'"{word}"*' for word in asked.words),
                    "ledger": self._ledger,
                    "position": asked.position,
                    "day": asked.day,
                    "subject": f"{asked.kind}:%" if asked.kind else "%",
                    "limit": limit,
                    "skip": skip,
                },
            ).fetchall()
        return [
            Hit(position, pointer, subject, topic, day, bool(sealed))
            for position, pointer, subject, topic, day, sealed in rows
        ]

    def close(self) -> None:
        self._connection.close()
