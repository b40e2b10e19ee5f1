"""What an engine may not do for this account: the words name the remedy, and reading goes on where it can."""

import os
import shutil
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from ledger.store import postgres, sqlite
from ledger.store.port import StoreDamaged, StoreUnavailable, StoreUnfit
from ledger.store.postgres import PostgresAppender
from ledger.store.postgres_session import reached, translated
from services.engines import SQLiteEngine
from tests.fix_postgres import PostgresServer
from tests.ledger.store.conftest import Engine, sqlite_engine
from tests.ledger.store.groups import group, new

NOBODY = 65534


# --- PostgreSQL: what the login may do --------------------------------------------------------
@pytest.fixture
def login(postgres: PostgresServer, postgres_url: str) -> Iterator[str]:
    """The name of a login that may do nothing yet."""
    name = "stranger " + postgres_url.partition("///")[2][:12]
    with psycopg.connect(postgres_url, autocommit=True) as owner:
        owner.execute(sql.SQL("CREATE ROLE {} LOGIN").format(sql.Identifier(name)))
        yield name
        owner.execute(sql.SQL("DROP OWNED BY {}").format(sql.Identifier(name)))
        owner.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(name)))


def as_login(url: str, name: str) -> str:
    return url.replace("user=postgres", "user=" + name.replace(" ", "%20"))


async def test_a_login_that_only_reads_is_told_what_writing_needs(on_postgres: Engine, postgres_url: str) -> None:
    on_postgres.ready()
    owner = on_postgres.plain()
    database = sql.Identifier(owner.info.dbname)
    owner.execute(sql.SQL("ALTER DATABASE {} SET default_transaction_read_only = on").format(database))
    reader = postgres.PostgresReader(postgres_url, "test")
    assert reader.head() == 0
    reader.close()
    appender = on_postgres.appender("test")
    with pytest.raises(StoreUnfit, match=r"primary.*default_transaction_read_only off"):
        await appender.append(group(0, new("a")))
    await appender.close()


async def test_a_login_without_the_writers_rights_is_told_the_grant(
    on_postgres: Engine, postgres_url: str, login: str
) -> None:
    on_postgres.ready()
    appender = PostgresAppender(as_login(postgres_url, login), "test")
    with pytest.raises(StoreUnfit, match="GRANT liggare_writer"):
        await appender.append(group(0, new("a")))
    await appender.close()
    with pytest.raises(StoreUnfit, match="GRANT liggare_writer"):
        postgres.PostgresReader(as_login(postgres_url, login), "test")


def test_a_login_that_may_not_make_a_schema_is_told_the_grant(postgres_url: str, login: str) -> None:
    with pytest.raises(StoreUnfit, match=r"GRANT CREATE ON DATABASE.*CREATEROLE") as caught:
        postgres.migrate(as_login(postgres_url, login))
    assert "\n" not in str(caught.value)


# --- PostgreSQL: connections refused for good --------------------------------------------------
def test_an_unknown_database_or_login_is_named_with_its_remedy(postgres: PostgresServer) -> None:
    for refused, words in (
        (postgres.url("nodb"), 'database "nodb" does not exist; create the database'),
        (postgres.url(user="nobody-here"), 'role "nobody-here" does not exist; create the login'),
    ):
        for connect in (postgres_connect, postgres_migrate):
            with pytest.raises(StoreUnfit, match=words):
                connect(refused)


def postgres_connect(url: str) -> None:
    postgres.connect(url).close()


def postgres_migrate(url: str) -> None:
    postgres.migrate(url)


async def test_an_appender_names_the_remedy_for_an_unknown_database(postgres: PostgresServer) -> None:
    with pytest.raises(StoreUnfit, match="create the database"):
        await PostgresAppender(postgres.url("nodb"), "test").append(group(0, new("a")))


def test_a_wrong_password_and_a_login_that_is_not_let_in_are_told() -> None:
    with PostgresServer() as server:
        with psycopg.connect(server.url(), autocommit=True) as owner:
            owner.execute("CREATE ROLE locked LOGIN PASSWORD 'right'")
            owner.execute("CREATE ROLE barred LOGIN")
        rules = server.data / "pg_hba.conf"
        rules.write_text("local all locked scram-sha-256\nlocal all barred reject\n" + rules.read_text())
        server.restart()
        postgres_connect(server.url(user="locked") + "&password=right")
        for url in (
            server.url(user="locked") + "&password=wrong",
            server.url(user="locked"),
            server.url(user="barred"),
        ):
            with pytest.raises(StoreUnfit, match="correct the user and password"):
                postgres_connect(url)


@pytest.mark.parametrize(
    "address",
    [
        "postgresql:///x?colour=red",
        "postgresql://host:port/x",
        "postgresql://[::1/x",
        "postgresql:///x?sslmode=perhaps",
        "host",
    ],
)
def test_an_address_that_cannot_be_read_is_told(address: str) -> None:
    with pytest.raises(StoreUnfit, match="write the address as"):
        postgres.connect(address)


@pytest.mark.parametrize(
    "words",
    [
        "connection refused",
        "connection timeout expired",
        "FATAL:  the database system is starting up",
        "FATAL:  sorry, too many clients already",
        "failed to resolve host 'db'",
    ],
)
def test_a_connection_that_may_come_about_later_is_unavailable(words: str) -> None:
    with pytest.raises(StoreUnavailable), translated(), reached():
        raise psycopg.OperationalError(f"connection failed: {words}")


# --- Damage -----------------------------------------------------------------------------------
@pytest.mark.parametrize("code", ["XX001", "XX002"])
def test_damage_in_postgres_is_told_apart(on_postgres: Engine, code: str) -> None:
    connection = on_postgres.plain()
    with pytest.raises(StoreDamaged), translated():
        connection.execute(f"DO $$ BEGIN RAISE EXCEPTION 'no' USING ERRCODE = '{code}'; END $$")


def test_damage_in_sqlite_is_told_apart(on_sqlite: Engine, tmp_path: Path) -> None:
    writer = on_sqlite.ready().writer()
    writer.append(group(0, *[new("a", f"x{n}") for n in range(2_000)]))
    writer.close()
    path = tmp_path / "ledger.sqlite"
    with path.open("r+b") as file:
        file.seek(5 * 4096)
        file.write(b"\xff" * (path.stat().st_size - 6 * 4096))
    with pytest.raises(StoreDamaged):
        on_sqlite.writer().entries(0)


# --- SQLite: a file that may not be written ----------------------------------------------------
@pytest.fixture
def folder() -> Iterator[Path]:
    """A folder every account can reach."""
    made = Path(tempfile.mkdtemp(prefix="lgr-"))
    made.chmod(0o755)
    yield made
    made.chmod(0o755)
    shutil.rmtree(made)


@contextmanager
def powerless(folder: Path) -> Iterator[None]:
    """Be an account that may read everything in the folder and write nothing."""
    for each in folder.iterdir():
        each.chmod(0o444)
    folder.chmod(0o555)
    root = os.geteuid() == 0
    if root:
        os.seteuid(NOBODY)
    try:
        yield
    finally:
        if root:
            os.seteuid(0)
        folder.chmod(0o755)


def filled(path: Path) -> None:
    engine = sqlite_engine(path).ready()
    engine.writer().append(group(0, new("a", "x"), new("b", "x")))
    engine.close()


def test_a_file_that_may_not_be_written_can_be_read(folder: Path) -> None:
    path = folder / "ledger ?#.sqlite"
    filled(path)
    with powerless(folder):
        engine = SQLiteEngine(path, "test")
        with closing(engine.reader()) as reader:
            assert reader.head() == 2
            assert reader.positions(["x"], 0, 9) == [1, 2]
        with engine.rows() as rows:
            assert rows.position == 0
        assert engine.check(production=True) == ["this account may not write the ledger's file; it can only be read"]
    assert [each.name for each in folder.iterdir()] == [path.name]


async def test_writing_a_file_that_may_not_be_written_names_the_remedy(folder: Path) -> None:
    path = folder / "ledger.sqlite"
    filled(path)
    with powerless(folder):
        appender = sqlite.SQLiteAppender(path, "test")
        with pytest.raises(StoreUnfit, match="right to write both the file and its folder"):
            await appender.append(group(2, new("a")))
        await appender.close()
        with pytest.raises(StoreUnfit, match="right to write both the file and its folder"):
            SQLiteEngine(path, "test").appender()
        with pytest.raises(StoreUnfit, match="right to write both the file and its folder"):
            sqlite.migrate(path)
    await SQLiteEngine(path, "test").appender().close()


def test_a_file_beside_a_live_writer_shows_what_lies_in_the_log(folder: Path) -> None:
    path = folder / "ledger.sqlite"
    engine = sqlite_engine(path).ready()
    engine.writer().append(group(0, new("a", "x")))
    with powerless(folder), closing(sqlite.SQLiteReader(path, "test")) as reader:
        assert reader.head() == 1
    engine.close()


def test_events_left_in_a_log_that_cannot_be_read_are_never_passed_over(folder: Path) -> None:
    path, copy = folder / "ledger.sqlite", folder / "copy"
    engine = sqlite_engine(path).ready()
    engine.writer().append(group(0, new("a", "x")))
    copy.mkdir()
    for name in ("ledger.sqlite", "ledger.sqlite-wal"):
        shutil.copy(folder / name, copy / name)
    engine.close()
    with powerless(copy), pytest.raises(StoreUnfit, match=r"ledger\.sqlite-wal; copy both files"):
        sqlite.SQLiteReader(copy / "ledger.sqlite", "test")


def test_an_empty_log_without_its_index_is_no_hindrance(folder: Path) -> None:
    path = folder / "ledger.sqlite"
    filled(path)
    path.with_name("ledger.sqlite-wal").touch()
    with powerless(folder), closing(sqlite.SQLiteReader(path, "test")) as reader:
        assert reader.head() == 2


def test_a_file_that_is_no_database_is_refused_here_too(folder: Path) -> None:
    path = folder / "letter.sqlite"
    path.write_text("Dear Sir or Madam, " * 100)
    with powerless(folder), pytest.raises(StoreUnfit, match="not an SQLite database"):
        sqlite.SQLiteReader(path, "test")


def test_a_file_that_may_be_written_is_still_opened_for_writing(folder: Path) -> None:
    path = folder / "ledger.sqlite"
    filled(path)
    with closing(sqlite.connect(path)) as connection:
        assert connection.execute("PRAGMA query_only").fetchone() == (0,)
        assert isinstance(connection, sqlite3.Connection)
        assert sqlite.check_durability(connection, production=False) == []
