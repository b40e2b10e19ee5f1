"""Connections to PostgreSQL, its errors in the port's words, and the setting up of a database."""

from __future__ import annotations

import os
import re
import socket
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any

import psycopg
from psycopg import errors, sql

from ledger.store.port import ClockBehind, RequestRaced, StoreDamaged, StoreFull, StoreUnavailable, StoreUnfit
from ledger.store.statements import OUTDATED, migrations, newest_migration, statements

SCHEMA = "liggare"
CONNECT_SECONDS = 10
STATEMENT_SECONDS = 30
ANSWER_SECONDS = STATEMENT_SECONDS + 5
"""How long a group waits for the server's word. A statement that takes too long is ended by the server before that."""
MIGRATE_TRIES = 5

SQL = statements("ledger.store", "queries/postgres.sql")


# --- Connections ------------------------------------------------------------------------------
def session(schema: str) -> Sequence[sql.SQL | sql.Composed]:
    """Return the settings every connection of ours starts with."""
    return [
        sql.SQL("SET search_path TO {}").format(sql.Identifier(schema)),
        sql.SQL("SET statement_timeout TO {}").format(sql.Literal(f"{STATEMENT_SECONDS}s")),
        sql.SQL("SET idle_in_transaction_session_timeout TO {}").format(sql.Literal("60s")),
        # The probes are nested index look-ups by construction; a plan made for few rows stays right.
        sql.SQL("SET plan_cache_mode TO force_generic_plan"),
        sql.SQL("SET enable_hashjoin TO off"),
        sql.SQL("SET enable_mergejoin TO off"),
        sql.SQL("SET enable_material TO off"),
        # Where this login may, it goes on with the rights of the writer alone.
        sql.SQL(
            "SELECT set_config('role', rolname, false) FROM pg_roles"
            " WHERE rolname = 'liggare_writer' AND pg_has_role(oid, 'MEMBER')"
        ),
        # Without USAGE the tables would seem not to be there, as if the ledger had yet to be made.
        sql.SQL(
            "DO $$ BEGIN IF EXISTS (SELECT FROM pg_namespace WHERE nspname = {name}"
            " AND NOT has_schema_privilege(oid, 'USAGE')) THEN"
            " RAISE insufficient_privilege USING MESSAGE = 'permission denied for schema ' || {name}; END IF; END $$"
        ).format(name=sql.Literal(schema)),
    ]


def connect(url: str, schema: str = SCHEMA) -> psycopg.Connection[Any]:
    """Return a connection with our settings."""
    with translated():
        with reached():
            connection = psycopg.connect(url, autocommit=True, connect_timeout=CONNECT_SECONDS)
        try:
            for statement in session(schema):
                connection.execute(statement)
        except BaseException:
            connection.close()
            raise
        return connection


_REFUSALS = (
    (
        re.compile(r'database ".*" does not exist'),
        "create the database (`createdb`) or name another one in the address",
    ),
    (
        re.compile(r'role ".*" (does not exist|is not permitted to log in)'),
        "create the login (`CREATE ROLE … LOGIN`) or name another user in the address",
    ),
    (
        re.compile(r"authentication failed|no password supplied|no pg_hba\.conf entry|pg_hba\.conf rejects"),
        "correct the user and password in the address (or PGPASSWORD, ~/.pgpass), or allow the login in pg_hba.conf",
    ),
    (
        re.compile(r"permission denied for database|User does not have CONNECT privilege"),
        "the owner of the database may allow it: `GRANT CONNECT ON DATABASE … TO …`",
    ),
    (
        re.compile(
            r"connection option|connection info string|invalid URI|invalid port number|invalid \w+ value|Servname not"
        ),
        "write the address as postgresql://user@host:port/database",
    ),
)
"""What a server, or libpq, says of a connection that no second try will bring about, and the remedy."""


@contextmanager
def reached() -> Iterator[None]:
    """Raise StoreUnfit for a connection that was refused for good.

    A failed connection has no SQLSTATE (libpq hands out the text alone), so the words decide; a
    server that speaks another language than English is taken to be unavailable.
    """
    try:
        yield
    except psycopg.ProgrammingError as error:
        raise StoreUnfit(f"the address of PostgreSQL cannot be read: {_line(error)}; {_REFUSALS[-1][1]}") from error
    except psycopg.OperationalError as error:
        for said, remedy in _REFUSALS:
            if said.search(str(error)):
                raise StoreUnfit(f"PostgreSQL cannot be used: {_line(error)}; {remedy}") from error
        raise


def _line(error: psycopg.Error) -> str:
    """Return the first line of an error; PostgreSQL's details and hints follow on others."""
    return next(iter(str(error).splitlines()), type(error).__name__).strip()


def hang_up(connection: psycopg.AsyncConnection[Any]) -> None:
    """Shut the socket down under whoever waits on it, who then hears that the connection is lost."""
    if not connection.closed:
        with socket.socket(fileno=os.dup(connection.fileno())) as own, suppress(OSError):
            own.shutdown(socket.SHUT_RDWR)


@contextmanager
def translated(*, raced: bool = True) -> Iterator[None]:
    """Turn psycopg's errors into the port's; anything unexpected stays what it is: a bug.

    A unique violation means that another writer was first, unless `raced` is false.
    """
    try:
        yield
    except errors.UniqueViolation as error:
        if not raced:
            raise
        raise RequestRaced(str(error)) from error
    except (errors.DiskFull, errors.OutOfMemory) as error:
        raise StoreFull(f"PostgreSQL has no space left: {error}") from error
    except (errors.UndefinedTable, errors.UndefinedFunction, errors.InvalidSchemaName) as error:
        raise StoreUnfit("this database holds no ledger yet; run `liggare init`") from error
    except errors.ReadOnlySqlTransaction as error:
        raise StoreUnfit(
            "PostgreSQL takes no writes here: name the primary in the address, not a standby,"
            " and turn default_transaction_read_only off for this login and database"
        ) from error
    except errors.InsufficientPrivilege as error:
        raise StoreUnfit(
            f"this login may not use the ledger ({_line(error)}); the owner may allow it: `GRANT liggare_writer TO …`"
        ) from error
    except (errors.DataCorrupted, errors.IndexCorrupted) as error:
        raise StoreDamaged(f"PostgreSQL reports damaged data; restore from a replica: {error}") from error
    except psycopg.DatabaseError as error:
        if error.sqlstate == "LG001":
            raise ClockBehind(str(error).splitlines()[0]) from error
        if error.sqlstate == "LG004":
            raise StoreUnfit("this database holds no such ledger; run `liggare init`") from error
        if error.sqlstate is None or error.sqlstate[:2] in {"08", "57", "53", "55", "58", "40"}:
            raise StoreUnavailable(f"PostgreSQL does not answer: {error}".strip()) from error
        raise


# --- Setting up -------------------------------------------------------------------------------
def migrate(url: str, schema: str = SCHEMA) -> list[str]:
    """Bring the schema up to date and return the names of the migrations that were applied."""
    for left in reversed(range(MIGRATE_TRIES)):
        try:
            with translated(raced=False), _permitted():
                return _migrate(url, schema)
        except (errors.UniqueViolation, errors.DuplicateObject, errors.InternalError_):
            # Roles belong to the whole cluster: another database of it makes them at this moment.
            if not left:
                raise
            time.sleep(0.1)
    return []


@contextmanager
def _permitted() -> Iterator[None]:
    """Raise StoreUnfit where this login may not set a database up."""
    try:
        yield
    except errors.InsufficientPrivilege as error:
        raise StoreUnfit(
            f"this login may not set the database up ({_line(error)}); run `liggare init` as the owner of the database"
            " with the right to make roles, or let an administrator run `GRANT CREATE ON DATABASE … TO …` and"
            " `ALTER ROLE … CREATEROLE`"
        ) from error


def _migrate(url: str, schema: str) -> list[str]:
    applied = []
    with reached():
        opened = psycopg.connect(url, connect_timeout=CONNECT_SECONDS)
    with opened as connection:
        # Two processes may start on an empty database at once.
        connection.execute("SELECT pg_advisory_xact_lock(hashtext('liggare migrate'))")
        connection.execute(sql.SQL("CREATE SCHEMA IF NOT EXISTS {}").format(sql.Identifier(schema)))
        connection.execute(sql.SQL("SET search_path TO {}").format(sql.Identifier(schema)))
        connection.execute("CREATE TABLE IF NOT EXISTS migration (number int4 PRIMARY KEY, name text NOT NULL)")
        known = {number for (number,) in connection.execute("SELECT number FROM migration")}
        for number, name, script in migrations("postgres"):
            if number not in known:
                connection.execute(script)
                connection.execute("INSERT INTO migration VALUES (%s, %s)", (number, name))
                applied.append(name)
    return applied


def create_ledger(url: str, origin: str, schema: str = SCHEMA) -> None:
    """Make a ledger with this origin, unless there is one."""
    with connect(url, schema) as connection, translated():
        connection.execute(SQL["create_ledger"], {"origin": origin})
        connection.execute(SQL["create_head"], {"origin": origin})


def check_durability(connection: psycopg.Connection[Any], *, production: bool) -> list[str]:
    """Return warnings; raise StoreUnfit where an acknowledged event could be lost."""
    for setting in ("fsync", "full_page_writes", "synchronous_commit"):
        value = _setting(connection, setting)
        if value == "off":
            raise StoreUnfit(f"PostgreSQL runs with {setting} = off and could lose events; set it to on")
    if _setting(connection, "data_checksums") == "on":
        return []
    message = "PostgreSQL runs without data checksums; damaged pages would go unnoticed (pg_checksums --enable)"
    if production:
        raise StoreUnfit(message)
    return [message]


def _setting(connection: psycopg.Connection[Any], name: str) -> str:
    row = connection.execute("SELECT current_setting(%s)", (name,)).fetchone()
    return str(row[0]) if row else ""


def _check_migrated(connection: psycopg.Connection[Any]) -> None:
    """Raise StoreUnfit where the schema is older than this program; a login that may not ask finds out by itself."""
    try:
        with translated():
            row = connection.execute("SELECT max(number) FROM migration").fetchone()
    except StoreUnfit as refused:
        if isinstance(refused.__cause__, errors.InsufficientPrivilege):
            return
        raise
    if row is not None and row[0] is not None and row[0] < newest_migration("postgres"):
        raise StoreUnfit(OUTDATED)


def ledger_number(connection: psycopg.Connection[Any], origin: str) -> int:
    """Return the ledger's number; raise StoreUnfit when there is no such ledger."""
    with translated():
        row = connection.execute(SQL["ledger_id"], {"origin": origin}).fetchone()
    _check_migrated(connection)
    if row is None:
        raise StoreUnfit(f"this database holds no ledger {origin}; run `liggare init --ledger {origin}`")
    return int(row[0])
