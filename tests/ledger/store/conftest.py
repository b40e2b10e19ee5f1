"""Both engines behind one face, each with an empty database."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any, cast

import psycopg
import pytest
from eventsourcing.dcb.persistence import DCBInfrastructureFactory
from eventsourcing.utils import Environment
from psycopg.conninfo import conninfo_to_dict

from ledger.store import postgres, sqlite
from ledger.store.dcb import Recorder
from ledger.store.port import Appender
from ledger.store.postgres import PostgresWriter
from ledger.store.sqlite import SQLiteWriter

Writer = PostgresWriter | SQLiteWriter


@dataclass
class Engine:
    """One engine and one empty database of it; everything opened here is closed at the end."""

    name: str
    migrate: Callable[[], list[str]]
    create_ledger: Callable[[str], None]
    open_writer: Callable[[str], Writer]
    appender: Callable[[str], Appender]
    owner: Callable[[], Any]
    environment: dict[str, str]
    opened: list[Any] = field(default_factory=list)

    def writer(self, origin: str = "test") -> Writer:
        writer = self.open_writer(origin)
        self.opened.append(writer)
        return writer

    def ready(self, origin: str = "test") -> "Engine":
        self.migrate()
        self.create_ledger(origin)
        return self

    def recorder(self, name: str = "test") -> Recorder:
        factory = DCBInfrastructureFactory.construct(Environment(name, self.environment))
        self.opened.append(factory)
        return cast(Recorder, factory.dcb_recorder())

    def plain(self) -> Any:
        """Return a connection as the database's owner has it, without any setting of ours."""
        connection = self.owner()
        self.opened.append(connection)
        return connection

    def close(self) -> None:
        for each in self.opened:
            each.close()


def sqlite_engine(path: str | Path) -> Engine:
    import sqlite3  # noqa: PLC0415  the tests' own, plain connection

    return Engine(
        "sqlite",
        partial(sqlite.migrate, path),
        partial(sqlite.create_ledger, path),
        partial(sqlite.SQLiteWriter, path),
        partial(sqlite.SQLiteAppender, path),
        partial(sqlite3.connect, path, isolation_level=None),
        {"PERSISTENCE_MODULE": "ledger.store.sqlite", "SQLITE_DBNAME": str(path)},
    )


def postgres_engine(url: str) -> Engine:
    parts = conninfo_to_dict(url)
    return Engine(
        "postgres",
        partial(postgres.migrate, url),
        partial(postgres.create_ledger, url),
        partial(postgres.PostgresWriter, url),
        partial(postgres.PostgresAppender, url),
        partial(psycopg.connect, url, autocommit=True, options="-c search_path=liggare"),
        {
            "PERSISTENCE_MODULE": "ledger.store.postgres",
            "POSTGRES_DBNAME": str(parts["dbname"]),
            "POSTGRES_HOST": str(parts["host"]),
            "POSTGRES_USER": str(parts["user"]),
            "POSTGRES_PASSWORD": "",
        },
    )


def engine_at(name: str, place: str) -> Engine:
    return sqlite_engine(place) if name == "sqlite" else postgres_engine(place)


@pytest.fixture
def on_sqlite(tmp_path: Path) -> Iterator[Engine]:
    made = sqlite_engine(tmp_path / "ledger.sqlite")
    yield made
    made.close()


@pytest.fixture
def on_postgres(postgres_url: str) -> Iterator[Engine]:
    made = postgres_engine(postgres_url)
    yield made
    made.close()


@pytest.fixture(params=["sqlite", "postgres"])
def engine_name(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def place(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """The file or the address of an empty database."""
    return str(tmp_path / "ledger.sqlite" if engine_name == "sqlite" else request.getfixturevalue("postgres_url"))


@pytest.fixture
def engine(engine_name: str, place: str) -> Iterator[Engine]:
    made = engine_at(engine_name, place)
    yield made
    made.close()
