"""The two engines under one name: what the composition root asks of PostgreSQL and of SQLite."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol, TypeAlias

from ledger.store import postgres_session, sqlite_session
from ledger.store.port import Appender, StoreUnfit
from ledger.store.postgres import PostgresAppender, PostgresReader
from ledger.store.sqlite import SQLiteAppender, SQLiteReader
from projections.catalogue import PROJECTIONS
from projections.rows.port import RowsWriter
from projections.rows.postgres import PostgresRows, PostgresRowsWriter
from projections.rows.sqlite import SQLiteRows, SQLiteRowsWriter
from projections.rows.stored import StoredRows
from services.search.port import WordIndex
from services.search.postgres import PostgresWords
from services.search.sqlite import SQLiteWords
from services.settings import Settings

LedgerReader: TypeAlias = PostgresReader | SQLiteReader
"""Reads the record, and keeps its tiles and checkpoints."""


class Engine(Protocol):
    """One ledger in one store. Every call that opens something gives the caller a connection of its own."""

    def prepare(self) -> list[str]:
        """Make or update the schema and the ledger; return the names of the migrations applied."""
        ...

    def check(self, *, production: bool) -> list[str]:
        """Return warnings about durability; raise StoreUnfit where an acknowledged event could be lost."""
        ...

    @property
    def lanes(self) -> int:
        """How many groups one process may have under way at once; see ledger.store.committer.Lanes."""
        ...

    def appender(self) -> Appender: ...

    def reader(self) -> LedgerReader: ...

    def rows_writer(self) -> RowsWriter: ...

    def words(self) -> WordIndex:
        """Open the index of words to search."""
        ...

    def rows_connection(self) -> RowsConnection:
        """Connect to the read models, for many looks one after the other."""
        ...

    @contextmanager
    def rows(self, at: int | None = None) -> Iterator[StoredRows]:
        """Open the read models as of a position, or as they are now."""
        ...


class RowsConnection(Protocol):
    """A connection to the read models of one ledger; belongs to one thread."""

    def rows(self, at: int | None = None) -> StoredRows:
        """Begin to read as of a position, or as it is now, until that is closed. Raises NotReached and StoreError."""
        ...

    def close(self) -> None: ...


class _PostgresRowsConnection:
    def __init__(self, url: str, origin: str) -> None:
        self._connection = postgres_session.connect(url)
        try:
            self._ledger = postgres_session.ledger_number(self._connection, origin)
        except BaseException:
            self.close()
            raise

    def rows(self, at: int | None = None) -> StoredRows:
        return PostgresRows(self._connection, self._ledger, PROJECTIONS, at)

    def close(self) -> None:
        self._connection.close()


class _SQLiteRowsConnection:
    def __init__(self, path: Path, origin: str) -> None:
        self._connection = sqlite_session.connect(path)
        try:
            self._ledger = sqlite_session.ledger_number(self._connection, origin)
        except BaseException:
            self.close()
            raise

    def rows(self, at: int | None = None) -> StoredRows:
        return SQLiteRows(self._connection, self._ledger, PROJECTIONS, at)

    def close(self) -> None:
        self._connection.close()


@dataclass(frozen=True, slots=True)
class PostgresEngine:
    """A ledger in PostgreSQL, by connection address."""

    url: str
    origin: str
    # One for single callers, two for streams.
    lanes: int = 3

    def prepare(self) -> list[str]:
        applied = postgres_session.migrate(self.url)
        postgres_session.create_ledger(self.url, self.origin)
        return applied

    def check(self, *, production: bool) -> list[str]:
        with closing(postgres_session.connect(self.url)) as connection:
            return postgres_session.check_durability(connection, production=production)

    def appender(self) -> Appender:
        return PostgresAppender(self.url, self.origin)

    def reader(self) -> LedgerReader:
        return PostgresReader(self.url, self.origin)

    def rows_writer(self) -> RowsWriter:
        return PostgresRowsWriter(self.url, self.origin)

    def words(self) -> WordIndex:
        return PostgresWords(self.url, self.origin)

    def rows_connection(self) -> RowsConnection:
        return _PostgresRowsConnection(self.url, self.origin)

    @contextmanager
    def rows(self, at: int | None = None) -> Iterator[StoredRows]:
        with closing(self.rows_connection()) as connection, connection.rows(at) as rows:
            yield rows


@dataclass(frozen=True, slots=True)
class SQLiteEngine:
    """A ledger in one SQLite file."""

    path: Path
    origin: str
    # SQLite has one writer at a time; a second lane would only wait for the lock.
    lanes: int = 1

    def prepare(self) -> list[str]:
        if not self.path.absolute().parent.is_dir():
            raise StoreUnfit(f"there is no folder {self.path.absolute().parent}; make it or name another file")
        applied = sqlite_session.migrate(self.path)
        sqlite_session.create_ledger(self.path, self.origin)
        return applied

    def check(self, *, production: bool) -> list[str]:
        with closing(sqlite_session.connect(self.path)) as connection:
            return sqlite_session.check_durability(connection, production=production)

    def appender(self) -> Appender:
        # Told before anything starts, since the appender opens the file with the first group only.
        sqlite_session.check_writable(self.path)
        return SQLiteAppender(self.path, self.origin)

    def reader(self) -> LedgerReader:
        return SQLiteReader(self.path, self.origin)

    def rows_writer(self) -> RowsWriter:
        return SQLiteRowsWriter(self.path, self.origin)

    def words(self) -> WordIndex:
        return SQLiteWords(self.path, self.origin)

    def rows_connection(self) -> RowsConnection:
        return _SQLiteRowsConnection(self.path, self.origin)

    @contextmanager
    def rows(self, at: int | None = None) -> Iterator[StoredRows]:
        with closing(self.rows_connection()) as connection, connection.rows(at) as rows:
            yield rows


def engine(settings: Settings) -> Engine:
    """Return the engine that the settings name."""
    path = settings.sqlite_path
    if path is not None:
        return SQLiteEngine(path, settings.ledger)
    return PostgresEngine(settings.store, settings.ledger)
