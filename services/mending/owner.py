"""Writing where the product never writes: as the owner, the triggers put aside for one transaction and back before it ends.

    lock the head ──> triggers aside ──> what is to be put right ──> read back ──> triggers on ──> commit

On PostgreSQL this takes a login that is a member of `liggare_owner`, or the owner of the tables; the server's own login
should not be one. A crash leaves everything as it was: triggers and rows change together or not at all.
"""

from __future__ import annotations

import re
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from typing import Any, Protocol
from uuid import UUID

import psycopg
from psycopg import sql

from ledger.store import postgres_session, sqlite_session
from ledger.store.port import StoreUnfit
from ledger.store.statements import migrations
from services.mending.reading import POSTGRES, SQLITE
from services.settings import Settings

GUARDED = ("event", "event_tag", "request", "checkpoint")
OWNER = "liggare_owner"
MEND_SECONDS = 600


class NotOwner(StoreUnfit):
    """The login may not put the triggers aside."""

    def __init__(self) -> None:
        super().__init__(
            f"this login does not own the record's tables; a repair takes one that does: GRANT {OWNER} TO it, repair, "
            f"and REVOKE {OWNER} FROM it again"
        )


class Owner(Protocol):
    """A transaction as the owner of the record."""

    def run(self, statement: str, **arguments: Any) -> list[tuple[Any, ...]]:
        """Run one of our statements by its name; return its rows, if it has any."""

    def uuid(self, octets: bytes) -> Any:
        """Return an id as the engine takes it."""


@contextmanager
def owner(settings: Settings) -> Iterator[Owner]:
    """Open a transaction as the owner; commit at the end, or undo everything. Raises NotOwner or another StoreError."""
    path = settings.sqlite_path
    if path is not None:
        with (
            sqlite_session.translated(),
            closing(sqlite_session.connect(path)) as connection,
            sqlite_session.transaction(connection),
        ):
            yield from _on_sqlite(connection, sqlite_session.ledger_number(connection, settings.ledger))
        return
    with postgres_session.translated(), closing(postgres_session.connect(settings.store)) as session:
        number = postgres_session.ledger_number(session, settings.ledger)
        _become_owner(session)
        with session.transaction():
            yield from _on_postgres(session, number)


def guards(engine: str) -> dict[str, str]:
    """Return the triggers of an engine's schema: the statements that make them, by name."""
    found: dict[str, str] = {}
    for _, _, script in migrations(engine):
        for start in re.finditer(r"(?m)^CREATE TRIGGER (\w+)", script):
            end = script.index("END;" if engine == "sqlite" else ";", start.start())
            found[start[1]] = script[start.start() : end + (3 if engine == "sqlite" else 0)]
    return found


# --- SQLite -----------------------------------------------------------------------------------
class _SQLiteOwner:
    def __init__(self, connection: sqlite3.Connection, ledger: int) -> None:
        self._connection, self._ledger = connection, ledger

    def run(self, statement: str, **arguments: Any) -> list[tuple[Any, ...]]:
        return self._connection.execute(SQLITE[statement], arguments | {"ledger": self._ledger}).fetchall()

    def uuid(self, octets: bytes) -> Any:
        return octets


def _on_sqlite(connection: sqlite3.Connection, ledger: int) -> Iterator[Owner]:
    wanted = guards("sqlite")
    for name, table in connection.execute("SELECT name, tbl_name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        if name in wanted and table in GUARDED:
            connection.execute(f"DROP TRIGGER {name}")
    yield _SQLiteOwner(connection, ledger)
    there = {name for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'")}
    for name, statement in wanted.items():
        if name not in there:
            connection.execute(statement)


# --- PostgreSQL -------------------------------------------------------------------------------
class _PostgresOwner:
    def __init__(self, connection: psycopg.Connection[Any], ledger: int) -> None:
        self._connection, self._ledger = connection, ledger

    def run(self, statement: str, **arguments: Any) -> list[tuple[Any, ...]]:
        cursor = self._connection.execute(POSTGRES[statement], arguments | {"ledger": self._ledger}, binary=True)
        return cursor.fetchall() if cursor.description else []

    def uuid(self, octets: bytes) -> Any:
        return UUID(bytes=octets)


def _become_owner(connection: psycopg.Connection[Any]) -> None:
    connection.execute("RESET ROLE")
    connection.execute(
        "SELECT set_config('role', rolname, false) FROM pg_roles WHERE rolname = %s AND pg_has_role(oid, 'MEMBER')",
        (OWNER,),
    )
    row = connection.execute(
        "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class"
        " WHERE relname = 'event' AND relnamespace = current_schema()::regnamespace"
    ).fetchone()
    if row is None or not row[0]:
        raise NotOwner


def _on_postgres(connection: psycopg.Connection[Any], ledger: int) -> Iterator[Owner]:
    session = _PostgresOwner(connection, ledger)
    connection.execute(sql.SQL("SET LOCAL statement_timeout TO {}").format(sql.Literal(f"{MEND_SECONDS}s")))
    session.run("lock")
    wanted = guards("postgres")
    there = _triggers(connection)
    for name, table in there.items():
        if name in wanted and table in GUARDED:
            connection.execute(_alter(table, "DISABLE TRIGGER", name))
    yield session
    for name, statement in wanted.items():
        if name not in there:
            connection.execute(statement.encode())
    for name, table in _triggers(connection).items():
        if name in wanted:
            connection.execute(_alter(table, "ENABLE ALWAYS TRIGGER", name))


def _triggers(connection: psycopg.Connection[Any]) -> dict[str, str]:
    rows = connection.execute(
        "SELECT tgname::text, relname::text FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
        " WHERE relnamespace = current_schema()::regnamespace AND NOT tgisinternal"
    )
    return dict(rows.fetchall())


def _alter(table: str, how: str, trigger: str) -> sql.Composed:
    return sql.SQL("ALTER TABLE {} {} {}").format(sql.Identifier(table), sql.SQL(how), sql.Identifier(trigger))
