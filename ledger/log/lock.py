"""One publisher per ledger: locks that end with their process, however it ends.

PostgreSQL frees an advisory lock when the connection closes, the kernel an `flock` when the file does. The lock in
the folder of keys also keeps two databases (one of them a copy) from being published under one key.
"""

from __future__ import annotations

import fcntl
from io import FileIO
from pathlib import Path
from typing import Any, Protocol

import psycopg

from ledger.log.folder import LOCK, LogFolder
from ledger.store.postgres import PostgresReader
from ledger.store.postgres_session import translated
from ledger.store.sqlite import SQLiteReader


class Lock(Protocol):
    """Something only one process holds at a time."""

    def acquire(self) -> bool:
        """Take the lock, or tell that somebody else has it; never waits. Taking it again changes nothing."""

    def held(self) -> bool:
        """Tell whether it is still ours; a lost connection loses it."""

    def release(self) -> None: ...


class FileLock:
    """An `flock` on a file, which also excludes another lock of the same process."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._file: FileIO | None = None

    def acquire(self) -> bool:
        if self._file is not None:
            return True
        file = FileIO(self._path, "a")
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.close()
            return False
        self._file = file
        return True

    def held(self) -> bool:
        return self._file is not None

    def release(self) -> None:
        if self._file is not None:
            self._file.close()
            self._file = None


class PostgresLock:
    """An advisory lock on the very connection that publishes, so that neither outlives the other."""

    def __init__(self, reader: PostgresReader) -> None:
        self._reader = reader
        self._connection: psycopg.Connection[Any] | None = None

    def acquire(self) -> bool:
        if self.held():
            return True
        with translated():
            connection = self._reader.connection
            if self._call(connection, "pg_try_advisory_lock"):
                self._connection = connection
        return self._connection is not None

    def held(self) -> bool:
        # The reader renews a lost connection; the new one does not have the lock.
        if self._connection is not None and self._connection.closed:
            self._connection = None
        return self._connection is not None

    def release(self) -> None:
        if self._connection is not None and self.held():
            with translated():
                self._call(self._connection, "pg_advisory_unlock")
        self._connection = None

    def _call(self, connection: psycopg.Connection[Any], function: str) -> bool:
        statement = f"SELECT {function}(hashtext('liggare publisher ' || current_schema()), %s::int4)"
        row = connection.execute(statement, (self._reader.ledger,)).fetchone()
        return bool(row and row[0])


class AllOf:
    """Several locks as one, taken in order."""

    def __init__(self, *locks: Lock) -> None:
        self._locks = locks

    def acquire(self) -> bool:
        if all(lock.acquire() for lock in self._locks):
            return True
        self.release()
        return False

    def held(self) -> bool:
        return all(lock.held() for lock in self._locks)

    def release(self) -> None:
        for lock in self._locks:
            lock.release()


def publishing_lock(store: PostgresReader | SQLiteReader, folder: LogFolder) -> Lock:
    """Return the lock of a ledger's one publisher, free yet: on its database and on its folder of keys."""
    database: Lock
    if isinstance(store, SQLiteReader):
        ((_, _, path),) = store.connection.execute("PRAGMA database_list").fetchall()
        file = Path(path)
        database = FileLock(file.with_name(f"{file.name}.{store.ledger}.publisher.lock"))
    else:
        database = PostgresLock(store)
    return AllOf(database, FileLock(folder.path / LOCK))
