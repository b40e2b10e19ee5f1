"""Connections to SQLite, its errors in the port's words, and the setting up of a database file."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from os import fspath
from pathlib import Path
from urllib.parse import quote

from ledger.store.port import RequestRaced, StoreDamaged, StoreFull, StoreUnavailable, StoreUnfit
from ledger.store.statements import OUTDATED, migrations, newest_migration, statements

BUSY_SECONDS = 10
CACHE_KIB = 65_536
CHECKPOINT_PAGES = 4_000
SYNCHRONOUS_FULL = 2

SQL = statements("ledger.store", "queries/sqlite.sql")

# SQLite's primary result codes (https://sqlite.org/rescode.html).
_PERM, _BUSY, _LOCKED, _NOMEM, _READONLY, _IOERR, _CORRUPT, _FULL, _CANTOPEN, _PROTOCOL, _NOTADB = (
    3, 5, 6, 7, 8, 10, 11, 13, 14, 15, 26,
)  # fmt: skip
_UNAVAILABLE = {_BUSY, _LOCKED, _NOMEM, _IOERR, _CANTOPEN, _PROTOCOL}


_UNWRITABLE = (
    "SQLite may not write the file; give this account the right to write both the file and its folder,"
    " on a medium that is not mounted read-only"
)


# --- Connections ------------------------------------------------------------------------------
def connect(path: str | Path, *, create: bool = False) -> sqlite3.Connection:
    """Return a connection with our settings, usable from any thread that holds it alone.

    Where this account may not write the file it can still read it: such a connection refuses every write.
    Raises StoreUnfit when there is no such file, unless it is to be made.
    """
    if create and not Path(path).resolve().parent.is_dir():
        raise StoreUnfit(f"there is no folder for {path}; make it first")
    if not create and not Path(path).is_file():
        raise StoreUnfit(f"there is no database at {path}; run `liggare init`")
    with translated():
        if not create and not _writable(Path(path)):
            return _read_only(Path(path))
        connection = _open(path, "mode=rwc" if create else "mode=rw")
        try:
            # FULL: every commit is flushed. recursive_triggers: REPLACE asks the triggers, too.
            for setting in (
                f"synchronous = {SYNCHRONOUS_FULL}",
                "recursive_triggers = ON",
                f"cache_size = -{CACHE_KIB}",
                f"wal_autocheckpoint = {CHECKPOINT_PAGES}",
            ):
                connection.execute(f"PRAGMA {setting}")
            _write_ahead(connection)
        except BaseException:
            connection.close()
            raise
        return connection


def _open(path: str | Path, how: str) -> sqlite3.Connection:
    return sqlite3.connect(
        f"file:{quote(fspath(path))}?{how}",
        uri=True,
        isolation_level=None,
        check_same_thread=False,
        timeout=BUSY_SECONDS,
    )


def _writable(path: Path) -> bool:
    """Tell whether this account may write the file, and its write-ahead log beside it."""
    return _may_write(path) and (_may_write(path.resolve().parent) or _wal(path).exists())


def check_writable(path: str | Path) -> None:
    """Raise StoreUnfit where this account may not write the file; `connect` would open it for reading alone."""
    if Path(path).is_file() and not _writable(Path(path)):
        raise StoreUnfit(f"{_UNWRITABLE}: {path}")


def _may_write(path: Path) -> bool:
    return os.access(path, os.W_OK, effective_ids=os.access in os.supports_effective_ids)


def _wal(path: Path) -> Path:
    resolved = path.resolve()
    return resolved.with_name(f"{resolved.name}-wal")


def _read_only(path: Path) -> sqlite3.Connection:
    """Return a connection that reads a file this account may not write.

    Beside a write-ahead log SQLite needs its index (`-shm`), which only a writer makes. Without a
    log, or with an empty one, nobody is writing and the file holds everything: it is read as it lies
    (`immutable`, https://sqlite.org/uri.html), so that nothing is left in the folder either.
    """
    wal = _wal(path)
    ways = ["mode=ro"] if wal.exists() else []
    if not wal.exists() or not wal.stat().st_size:
        ways.append("mode=ro&immutable=1")
    for way in ways:
        connection = _open(path, way)
        try:
            connection.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
            connection.execute("PRAGMA query_only = ON")
            connection.execute("SELECT 1 FROM sqlite_master LIMIT 1").fetchone()
        except sqlite3.DatabaseError as error:
            connection.close()
            if error.sqlite_errorcode & 0xFF not in {_CANTOPEN, _READONLY, _PERM}:
                raise
        else:
            return connection
    raise StoreUnfit(
        f"{path} cannot be read: this account may not write there, and the latest events lie in {wal.name};"
        " copy both files to a folder that can be written and name the copy, or let this account read the file"
        " and write its folder"
    )


def _write_ahead(connection: sqlite3.Connection) -> None:
    """Keep a write-ahead log. SQLite does not wait for its turn here, so several starts at once would fail."""
    deadline = time.monotonic() + BUSY_SECONDS
    while True:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != _BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.02)
        else:
            return


@contextmanager
def transaction(connection: sqlite3.Connection) -> Iterator[None]:
    """Hold the write lock of the whole file; commit at the end, or undo everything."""
    connection.execute("BEGIN IMMEDIATE")
    try:
        yield
        connection.execute("COMMIT")
    except BaseException:
        # After a full disk or a failed read SQLite may have undone everything already.
        if connection.in_transaction:
            with suppress(sqlite3.OperationalError):
                connection.execute("ROLLBACK")
        raise


@contextmanager
def translated() -> Iterator[None]:
    """Turn sqlite3's errors into the port's; anything unexpected stays what it is: a bug."""
    try:
        yield
    except sqlite3.IntegrityError as error:
        if "request is recorded already" in str(error) or "checkpoint" in str(error):
            raise RequestRaced(str(error)) from error
        raise
    except sqlite3.DatabaseError as error:
        code = getattr(error, "sqlite_errorcode", 0) & 0xFF
        if code == _FULL:
            raise StoreFull(f"SQLite has no space left: {error}") from error
        if code in _UNAVAILABLE:
            raise StoreUnavailable(f"SQLite does not answer: {error}") from error
        if code == _NOTADB:
            raise StoreUnfit("this file is not an SQLite database; name another one") from error
        if code == _CORRUPT:
            raise StoreDamaged(f"SQLite reports damaged data; restore from a copy: {error}") from error
        if code in {_READONLY, _PERM}:
            raise StoreUnfit(f"{_UNWRITABLE}: {error}") from error
        if "no such table" in str(error):
            raise StoreUnfit("this database holds no ledger yet; run `liggare init`") from error
        raise


# --- Setting up -------------------------------------------------------------------------------
def migrate(path: str | Path) -> list[str]:
    """Bring the schema up to date and return the names of the migrations that were applied."""
    applied = []
    with closing(connect(path, create=True)) as connection, translated(), transaction(connection):
        connection.execute("CREATE TABLE IF NOT EXISTS migration (number INTEGER PRIMARY KEY, name TEXT NOT NULL)")
        known = {number for (number,) in connection.execute("SELECT number FROM migration")}
        for number, name, script in migrations("sqlite"):
            if number not in known:
                for statement in _single(script):
                    connection.execute(statement)
                connection.execute("INSERT INTO migration VALUES (?, ?)", (number, name))
                applied.append(name)
    return applied


def _single(script: str) -> Iterator[str]:
    """Yield the statements of a script one by one; `executescript` would commit in between."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            yield statement
            statement = ""


def create_ledger(path: str | Path, origin: str) -> None:
    """Make a ledger with this origin, unless there is one."""
    with closing(connect(path)) as connection, translated(), transaction(connection):
        connection.execute(SQL["create_ledger"], {"origin": origin})
        connection.execute(SQL["create_head"], {"origin": origin})


def check_durability(connection: sqlite3.Connection, *, production: bool) -> list[str]:
    """Return warnings; raise StoreUnfit where an acknowledged event could be lost."""
    (query_only,) = connection.execute("PRAGMA query_only").fetchone()
    if query_only:
        return ["this account may not write the ledger's file; it can only be read"]
    (mode,) = connection.execute("PRAGMA journal_mode").fetchone()
    if mode != "wal":
        raise StoreUnfit(f"SQLite runs with journal_mode = {mode}; the file system must allow a write-ahead log")
    (synchronous,) = connection.execute("PRAGMA synchronous").fetchone()
    if synchronous < SYNCHRONOUS_FULL:
        raise StoreUnfit("SQLite runs with synchronous below FULL and could lose events; set it to FULL")
    message = "SQLite serves one machine; a production ledger belongs in PostgreSQL, which replicates"
    return [message] if production else []


def ledger_number(connection: sqlite3.Connection, origin: str) -> int:
    """Return the ledger's number; raise StoreUnfit when there is no such ledger."""
    with translated():
        row = connection.execute(SQL["ledger_id"], {"origin": origin}).fetchone()
        (migrated,) = connection.execute("SELECT max(number) FROM migration").fetchone()
    if migrated is not None and migrated < newest_migration("sqlite"):
        raise StoreUnfit(OUTDATED)
    if row is None:
        raise StoreUnfit(f"this database holds no ledger {origin}; run `liggare init --ledger {origin}`")
    return int(row[0])


# --- Waking up --------------------------------------------------------------------------------
class Signal:
    """Tells the threads of this process that something was recorded in a file."""

    def __init__(self) -> None:
        self._changed = threading.Condition()
        self._count = 0

    def count(self) -> int:
        """Return a number to wait from. Take it before looking at the record."""
        return self._count

    def send(self) -> None:
        with self._changed:
            self._count += 1
            self._changed.notify_all()

    def wait(self, seen: int, timeout: float) -> None:
        """Return when something was recorded since `seen` was taken, or after `timeout` seconds."""
        with self._changed:
            self._changed.wait_for(lambda: self._count != seen, timeout)


_signals: dict[Path, Signal] = {}


def signal_of(path: str | Path) -> Signal:
    """Return the one signal of a file in this process."""
    return _signals.setdefault(Path(path).resolve(), Signal())
