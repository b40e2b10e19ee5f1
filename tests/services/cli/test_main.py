from __future__ import annotations

import os
import resource
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest

from ledger.clock import ClockJumped
from ledger.log.errors import MalformedKey
from ledger.log.refusals import HistoryRewritten, KeyRefused, PublishingRefused, RolledBack
from ledger.store.port import StoreFull, StoreUnavailable
from ledger.vault.errors import KeyStoreBroken
from projections.catalogue import PROJECTIONS
from projections.rebuild import Busy
from projections.rows.port import NotReached
from services.audit.database import NotComparable
from services.cli.exits import Exit, explained
from services.cli.main import hoisted
from services.imports.tables import ImportBroken
from tests.fix_liggare import ROOT, Liggare, spawn

HELP_SECONDS_MAX = 0.3
BODY = '{"body": "ks", "kind": "board", "name": "Kommunstyrelsen"}'


# --- Options ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("given", "expected"),
    [
        (["show", "x", "--store", "s"], ["--store", "s", "show", "x"]),
        (["--keys=k", "log", "--ledger", "l", "--json"], ["--keys=k", "--ledger", "l", "log", "--json"]),
        (["do", "--", "--store", "s"], ["do", "--", "--store", "s"]),
        (["show", "--store"], ["--store", "show"]),
    ],
)
def test_shared_options_may_stand_anywhere(given: list[str], expected: list[str]) -> None:
    assert hoisted(given) == expected


def test_the_environment_stands_in_for_options(
    nothing_yet: Liggare, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("LIGGARE_STORE", f"sqlite:///{tmp_path}/from-environment.db")
    monkeypatch.setenv("LIGGARE_KEYS", str(tmp_path / "environment-keys"))
    monkeypatch.setenv("LIGGARE_LEDGER", "from/environment")

    class Bare(Liggare):
        @property
        def options(self) -> list[str]:
            return []

    bare = Bare("", tmp_path, nothing_yet._capture)
    assert bare("init", "--json").json["ledger"] == "from/environment"
    assert (tmp_path / "from-environment.db").is_file() and (tmp_path / "environment-keys" / "kek").is_file()
    bare("status", "--ledger", "another/one", code=1)


def test_help_comes_at_once() -> None:
    seconds = []  # of the processor: how long others have it is no matter
    for _ in range(5):
        before = resource.getrusage(resource.RUSAGE_CHILDREN)
        with spawn(["--help"]) as process:
            out, _ = process.communicate()
        after = resource.getrusage(resource.RUSAGE_CHILDREN)
        seconds.append(after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime)
        assert process.returncode == 0 and b"verify" in out and b"9 needs" in out
    assert min(seconds) < HELP_SECONDS_MAX


@pytest.mark.parametrize("arguments", [("fly",), ("show",), ("show", "ballot", "--at", "x"), ("log", "--colour")])
def test_wrong_usage_exits_with_2(arguments: tuple[str, ...], liggare: Liggare) -> None:
    assert liggare(*arguments, code=2).out == ""


# --- A closed pipe ----------------------------------------------------------------------------
def test_a_reader_who_has_seen_enough_is_no_error(liggare: Liggare) -> None:
    liggare("do", "register-body", "--json", BODY)
    for arguments in (("log",), ("show", "bodies", "--json"), ("do", "--schema")):
        read, write = os.pipe()
        os.close(read)
        with liggare.spawn(*arguments, stdout=write) as process:
            os.close(write)
            _, err = process.communicate()
        assert (process.returncode, err) == (0, b"")


def test_commands_are_carried_out_though_nobody_hears_the_receipts(liggare: Liggare) -> None:
    read, write = os.pipe()
    os.close(read)
    with liggare.spawn("do", "register-body", "--json", BODY, stdout=write) as process:
        os.close(write)
        process.communicate()
    assert process.returncode == 0
    assert liggare("status", "--json").json["head"] == 1


def test_closed_streams_are_no_error_and_no_place_for_a_database(liggare: Liggare) -> None:
    for arguments in (("do", "register-body", "--json", BODY), ("show", "bodies"), ("status",), ("log",)):
        run = [sys.executable, "-m", "services.cli.main", *liggare.options, *arguments]
        closing_all = ["/bin/sh", "-c", 'exec "$@" <&- >&-', "sh", *run]
        path = os.pathsep.join([str(ROOT), str(ROOT / "generated")])
        ran = subprocess.run(closing_all, env=os.environ | {"PYTHONPATH": path}, stderr=subprocess.PIPE, check=False)
        assert (ran.returncode, ran.stderr) == (0, b"")
    assert liggare("status", "--json").json["head"] == 1


def test_a_file_that_is_no_checkpoint_is_wrong_usage(liggare: Liggare) -> None:
    for path in ("/etc/passwd", sys.executable):
        ran = liggare("verify", "--since", path, code=2)
        assert path in ran.err and ran.out == ""


def test_the_status_names_only_the_read_models_that_are_not_at_the_head(liggare: Liggare) -> None:
    liggare("do", "register-body", "--json", BODY)
    names = [each["read_model"] for each in liggare("status", "--json").json["read_models"]]
    assert sorted(names) == sorted(each.name for each in PROJECTIONS)
    lines = liggare("status").out.splitlines()
    assert lines[0] == "ledger:     test/l" and "head:       1" in lines
    assert lines[-1] == f"up to date: {len(names)} read models at position 1"
    with closing(sqlite3.connect(liggare.store.removeprefix("sqlite:///"))) as database, database:
        database.execute("UPDATE projection SET position = 0 WHERE name = 'bodies'")
        database.execute("UPDATE projection SET position = 0, error = 'no such\nkey' WHERE name = 'votes'")
        database.execute("UPDATE projection SET position = 9 WHERE name = 'inputs'")
    lines = liggare("status").out.splitlines()
    assert f"up to date: {len(names) - 3} read models at position 1" in lines
    assert [line.split(maxsplit=3) for line in lines[lines.index("") + 2 :]] == [
        ["bodies", "0", "1", "behind"],
        ["inputs", "9", "0", "beyond the head"],
        ["votes", "0", "1", "halted: no such key"],
    ]


# --- What may be wrong with a store -----------------------------------------------------------
EVERYTHING = (
    ("status",),
    ("log",),
    ("show", "bodies"),
    ("do", "register-body", "--json", BODY),
    ("verify",),
    ("rebuild",),
    ("rebuild", "--check"),
    ("doctor",),
)


def one_sentence(liggare: Liggare, *arguments: str) -> str:
    ran = liggare(*arguments, code=None)
    assert ran.code in {1, 3, 7}, ran
    assert "should not happen" not in ran.err, ran
    if arguments[0] == "doctor":
        assert "problem" in ran.out
        return ran.out
    assert len(ran.err.splitlines()) == 1, ran
    return ran.err


@pytest.mark.parametrize("arguments", EVERYTHING)
def test_without_a_database_the_remedy_is_init(arguments: tuple[str, ...], nothing_yet: Liggare) -> None:
    assert "liggare init" in one_sentence(nothing_yet, *arguments)


@pytest.mark.parametrize("arguments", EVERYTHING)
def test_another_ledger_than_the_one_in_the_store(arguments: tuple[str, ...], liggare: Liggare) -> None:
    liggare.ledger = "another/one"
    assert "holds no ledger another/one" in one_sentence(liggare, *arguments)


@pytest.mark.parametrize("arguments", EVERYTHING)
def test_a_file_that_is_no_database(arguments: tuple[str, ...], liggare: Liggare, tmp_path: Path) -> None:
    for path in tmp_path.glob("l.db*"):
        path.unlink()
    (tmp_path / "l.db").write_bytes(b"not a database, " * 400)
    assert "not an SQLite database" in one_sentence(liggare, *arguments)


@pytest.mark.parametrize("arguments", EVERYTHING)
def test_a_database_that_was_cut_off(arguments: tuple[str, ...], liggare: Liggare, tmp_path: Path) -> None:
    liggare("do", "register-body", "--json", BODY)
    with closing(sqlite3.connect(tmp_path / "l.db")) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    content = (tmp_path / "l.db").read_bytes()
    (tmp_path / "l.db").write_bytes(content[: len(content) // 2])
    ran = liggare(*arguments, code=None)
    assert ran.code in {0, 1, 3}
    assert "should not happen" not in ran.err, ran


@pytest.mark.parametrize("arguments", [("do", "register-body", "--json", BODY), ("show", "bodies"), ("doctor",)])
def test_keys_that_others_can_read(arguments: tuple[str, ...], liggare: Liggare) -> None:
    (liggare.keys / "kek").chmod(0o644)
    assert "chmod" in one_sentence(liggare, *arguments)


@pytest.mark.parametrize("arguments", [("do", "register-body", "--json", BODY), ("show", "bodies"), ("doctor",)])
def test_keys_of_another_ledger(arguments: tuple[str, ...], liggare: Liggare) -> None:
    liggare("do", "register-body", "--json", BODY)
    (liggare.keys / "kek").unlink()
    one_sentence(liggare, *arguments)


def test_a_locked_database_is_busy(liggare: Liggare, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("ledger.store.sqlite_session.BUSY_SECONDS", 0.1)
    monkeypatch.setattr("services.imports.loading.PAUSE_SECONDS", 0.001)
    with closing(sqlite3.connect(tmp_path / "l.db", isolation_level=None)) as connection:
        connection.execute("BEGIN EXCLUSIVE")
        ran = liggare("do", "register-body", "--json", BODY, code=7)
    assert len(ran.err.splitlines()) == 1


@pytest.mark.parametrize(
    "store", ["postgresql://nobody@127.0.0.1:1/nothing", "mysql://x", "sqlite:///", "sqlite:////nowhere/at/all/l.db"]
)
def test_a_store_that_cannot_be_reached(store: str, nothing_yet: Liggare) -> None:
    nothing_yet.store = store
    for arguments in (("status",), ("init",), ("do", "register-body", "--json", BODY)):
        ran = nothing_yet(*arguments, code=None)
        assert ran.code in {1, 2} and len(ran.err.splitlines()) == 1, ran
        assert "should not happen" not in ran.err, ran


def test_interrupting_a_follower_is_no_traceback(liggare: Liggare) -> None:
    with liggare.spawn("log", "--follow", "--json", stdout=subprocess.PIPE) as process:
        assert process.stdout is not None
        liggare("do", "register-body", "--json", BODY)
        assert b'{"position":1,"entry":{' in process.stdout.readline()
        process.send_signal(2)
        _, err = process.communicate(timeout=60)
    assert process.returncode == 130 and b"Traceback" not in err


# --- Exit codes -------------------------------------------------------------------------------
@pytest.mark.parametrize(
    ("error", "code"),
    [
        (StoreFull("SQLite has no space left"), Exit.COULD_NOT_RUN),
        (StoreUnavailable("SQLite does not answer: database is locked"), Exit.BUSY),
        (StoreUnavailable("PostgreSQL does not answer"), Exit.COULD_NOT_RUN),
        (Busy("another process is rebuilding"), Exit.BUSY),
        (NotReached(7, 5), Exit.BUSY),
        (RolledBack(7, 5), Exit.FORK),
        (HistoryRewritten("tile", "differs"), Exit.FORK),
        (PublishingRefused("log", "an operator must look"), Exit.FORK),
        (NotComparable("older", "no checkpoint"), Exit.USAGE),
        (KeyRefused("log.key", "it signs for another"), Exit.COULD_NOT_RUN),
        (MalformedKey("log.vkey", "no key"), Exit.INTEGRITY),
        (ClockJumped("the clock jumped"), Exit.COULD_NOT_RUN),
        (KeyStoreBroken("keys.db is damaged"), Exit.COULD_NOT_RUN),
        (ImportBroken("votes.csv is empty"), Exit.USAGE),
        (OSError(28, "No space left on device", "keys.db"), Exit.COULD_NOT_RUN),
    ],
)
def test_every_expected_error_has_its_code_and_one_sentence(error: Exception, code: Exit) -> None:
    failure = explained(error)
    assert failure is not None and failure.code is code
    assert str(failure) and "\n" not in str(failure)


def test_the_unexpected_is_said_to_be_so(liggare: Liggare, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object, **__: object) -> None:
        raise TypeError("a bug")

    monkeypatch.setattr("services.cli.looking.standing", fail)
    assert "this should not happen, please report it: TypeError: a bug" in liggare("status", code=1).err
