"""Words in PostgreSQL: by their Swedish stem, and by their beginning as written."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from ledger.store.postgres_session import connect, ledger_number, translated
from ledger.store.statements import statements
from services.search.port import Asked, Hit, Indexed

SQL = statements("services.search", "queries/postgres.sql")


class PostgresWords:
    """The index of one ledger. Belongs to one thread."""

    def __init__(self, url: str, origin: str) -> None:
        self._connection = connect(url)
        self._ledger = ledger_number(self._connection, origin)

    def position(self) -> int:
        with translated():
            row = self._connection.execute(SQL["position"], {"ledger": self._ledger}).fetchone()
        return 0 if row is None else int(row[0])

    def add(self, found: Sequence[Indexed], after: int, position: int) -> bool:
        ledger = {"ledger": self._ledger}
        with translated(), self._connection.transaction():
            self._connection.execute(SQL["start"], ledger)
            moved = self._connection.execute(SQL["move"], ledger | {"after": after, "position": position})
            if moved.rowcount:
                with self._connection.cursor() as cursor:
                    cursor.executemany(SQL["add"], [ledger | text._asdict() for text in found])
            return bool(moved.rowcount)

    def forget(self, keys: Collection[str]) -> None:
        with translated():
            self._connection.execute(SQL["forget"], {"ledger": self._ledger, "keys": list(keys)})

    def find(self, asked: Asked, limit: int, skip: int) -> list[Hit]:
        with translated():
            rows = self._connection.execute(
                SQL["find"],
                {
                    "ledger": self._ledger,
                    "prefixes": " & ".join(f"'{word}':*" for word in asked.words),
                    "words": " ".join(asked.words),
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
