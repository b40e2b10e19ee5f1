"""An engine that cannot do what it is asked says so in the port's words, and loses nothing."""

import sqlite3
from pathlib import Path

import psycopg
import pytest
from eventsourcing.dcb.api import DCBEvent
from eventsourcing.persistence import OperationalError
from eventsourcing.persistence import ProgrammingError as MisusedError

from ledger.store import postgres, sqlite, sqlite_session
from ledger.store.port import ClockBehind, RequestRaced, StoreError, StoreFull, StoreUnavailable, StoreUnfit
from ledger.store.postgres_session import translated
from ledger.store.sqlite import SQLiteWriter
from tests.fix_postgres import PostgresServer
from tests.ledger.store.conftest import Engine, sqlite_engine
from tests.ledger.store.groups import group, new


# --- SQLite -----------------------------------------------------------------------------------
def test_a_full_sqlite_file_writes_nothing_of_the_group(on_sqlite: Engine) -> None:
    writer = on_sqlite.ready().writer()
    assert isinstance(writer, SQLiteWriter)
    writer.append(group(0, new("a", "x")))
    (pages,) = writer.connection.execute("PRAGMA page_count").fetchone()
    writer.connection.execute(f"PRAGMA max_page_count = {pages}")
    many = [new("a", f"x{n}") for n in range(2_000)]
    with pytest.raises(StoreFull):
        writer.append(group(1, *many))
    assert (writer.head(), writer.positions(["x0"], 0, 9)) == (1, [])
    writer.connection.execute("PRAGMA max_page_count = 1000000")
    assert writer.append(group(1, *many)) == 2


async def test_a_locked_sqlite_file_is_unavailable_until_it_is_let_go(
    on_sqlite: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite_session, "BUSY_SECONDS", 0.2)
    other = on_sqlite.ready().plain()
    appender = on_sqlite.appender("test")
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable):
        await appender.append(group(0, new("a")))
    other.execute("ROLLBACK")
    assert await appender.append(group(0, new("a"))) == 1
    await appender.close()


def test_a_file_that_is_no_database_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "letter.sqlite"
    path.write_text("Dear Sir or Madam, " * 100)
    with pytest.raises(StoreUnfit, match="not an SQLite database"):
        sqlite.migrate(path)
    with pytest.raises(StoreUnfit, match="not an SQLite database"):
        sqlite.SQLiteReader(path, "test")


def test_a_damaged_file_is_refused(on_sqlite: Engine, tmp_path: Path) -> None:
    writer = on_sqlite.ready().writer()
    writer.append(group(0, *[new("a", f"x{n}") for n in range(2_000)]))
    writer.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    writer.close()
    path = tmp_path / "ledger.sqlite"
    with path.open("r+b") as file:
        file.seek(5 * 4096)
        file.write(b"\xff" * (path.stat().st_size - 6 * 4096))
    with pytest.raises(StoreUnfit, match="damaged"):
        on_sqlite.writer().entries(0)


def test_a_folder_or_file_that_is_missing_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreUnfit, match="no folder"):
        sqlite.migrate(tmp_path / "none" / "ledger.sqlite")
    with pytest.raises(StoreUnfit, match=r"none\.sqlite"):
        sqlite.SQLiteReader(tmp_path / "none.sqlite", "test")


def test_a_file_that_may_not_be_written_is_unfit(on_sqlite: Engine) -> None:
    writer = on_sqlite.ready().writer()
    writer.connection.execute("PRAGMA query_only = ON")
    with pytest.raises(StoreUnfit, match="may not write"):
        writer.append(group(0, new("a")))


def test_a_file_name_may_hold_anything(tmp_path: Path) -> None:
    engine = sqlite_engine(tmp_path / "ä %3f ?mode=ro#.sqlite").ready()
    assert engine.writer().append(group(0, new("a"))) == 1
    engine.close()
    assert [path.name for path in tmp_path.iterdir()] == ["ä %3f ?mode=ro#.sqlite"]


@pytest.mark.parametrize("setting", ["synchronous = NORMAL", "journal_mode = DELETE"])
def test_sqlite_that_could_lose_events_is_refused(on_sqlite: Engine, setting: str) -> None:
    connection = on_sqlite.ready().writer().connection
    assert isinstance(connection, sqlite3.Connection)
    assert sqlite.check_durability(connection, production=False) == []
    assert len(sqlite.check_durability(connection, production=True)) == 1
    connection.execute(f"PRAGMA {setting}")
    with pytest.raises(StoreUnfit, match=setting.partition(" ")[0]):
        sqlite.check_durability(connection, production=False)


def test_a_mistake_of_ours_in_sqlite_stays_what_it_is(on_sqlite: Engine) -> None:
    with pytest.raises(sqlite3.OperationalError, match="syntax"), sqlite_session.translated():
        on_sqlite.plain().execute("SELEKT")


# --- PostgreSQL -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("code", "error"),
    [
        ("53100", StoreFull),
        ("53200", StoreFull),
        ("53300", StoreUnavailable),
        ("57014", StoreUnavailable),
        ("57P01", StoreUnavailable),
        ("40P01", StoreUnavailable),
        ("55P03", StoreUnavailable),
        ("58030", StoreUnavailable),
        ("42P01", StoreUnfit),
        ("3F000", StoreUnfit),
        ("XX001", StoreUnfit),
        ("23505", RequestRaced),
        ("LG001", ClockBehind),
        ("LG004", StoreUnfit),
    ],
)
def test_sqlstates_become_errors_of_the_port(on_postgres: Engine, code: str, error: type[StoreError]) -> None:
    connection = on_postgres.plain()
    with pytest.raises(error), translated():
        connection.execute(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$")


async def test_an_appender_and_a_reader_renew_a_lost_connection(on_postgres: Engine) -> None:
    reader = on_postgres.ready().writer()
    appender = on_postgres.appender("test")
    await appender.append(group(0, new("a")))
    _cut_off_everybody(on_postgres)
    with pytest.raises(StoreUnavailable):
        await appender.append(group(1, new("a")))
    with pytest.raises(StoreUnavailable):
        reader.head()
    assert await appender.append(group(1, new("a"))) == 2
    assert reader.wait(1, 1) == 2
    await appender.close()


def test_a_server_that_is_gone_is_unavailable(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        postgres.migrate(f"postgresql:///x?host={tmp_path}&user=x")


def test_postgres_that_could_lose_events_is_refused(on_postgres: Engine) -> None:
    connection = on_postgres.ready().writer().connection
    assert isinstance(connection, psycopg.Connection)
    assert postgres.check_durability(connection, production=True) == []
    connection.execute("SET synchronous_commit = off")
    with pytest.raises(StoreUnfit, match="synchronous_commit"):
        postgres.check_durability(connection, production=False)


# --- The library's words ----------------------------------------------------------------------
def test_an_application_hears_of_a_lost_database_and_goes_on_when_it_is_back(on_postgres: Engine) -> None:
    recorder = on_postgres.recorder()
    event = DCBEvent("a", b"", ["x"])
    recorder.append([event])
    _cut_off_everybody(on_postgres)
    with pytest.raises(OperationalError):
        recorder.append([event])
    assert recorder.append([event]) == 2


def test_a_subscription_ends_with_the_loss_of_its_database(on_postgres: Engine) -> None:
    with on_postgres.recorder().subscribe() as subscription:
        _cut_off_everybody(on_postgres)
        with pytest.raises(OperationalError):
            next(subscription)


def test_an_application_without_tables_is_told_so(engine: Engine) -> None:
    engine.environment["CREATE_TABLE"] = "no"
    with pytest.raises(MisusedError, match="init"):
        list(engine.recorder().read())


def _cut_off_everybody(engine: Engine) -> None:
    engine.plain().execute(
        "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
        " WHERE datname = current_database() AND pid <> pg_backend_pid()"
    )


def test_appends_go_on_after_the_server_was_killed() -> None:
    with PostgresServer() as server:
        url = server.url()
        postgres.migrate(url)
        postgres.create_ledger(url, "test")
        writer = postgres.PostgresWriter(url, "test")
        assert writer.append(group(0, new("a", "x"))) == 1
        server.kill9()
        with pytest.raises(StoreUnavailable):
            writer.append(group(1, new("a", "x")))
        server.start()
        assert writer.append(group(1, new("a", "x"))) == 2
        assert writer.positions(["x"], 0, 9) == [1, 2]
        writer.close()
