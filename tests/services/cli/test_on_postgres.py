from __future__ import annotations

import asyncio
import subprocess
import time
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from uuid import uuid4

import psycopg
import pytest
from psycopg.errors import InsufficientPrivilege

from ledger.bodies import BodyKind, RegisterBody
from ledger.messages import Receipt, Submission
from services.bootstrap import Running, running
from services.settings import settings
from tests.fix_liggare import Liggare
from tests.fix_postgres import PostgresServer

BODY = '{"body": "ks", "kind": "board", "name": "Kommunstyrelsen"}'


@pytest.fixture
def liggare(postgres_url: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Liggare:
    made = Liggare(postgres_url, tmp_path / "keys", capfdbinary)
    made("init")
    return made


def test_every_command_does_its_work(liggare: Liggare) -> None:
    liggare("do", "register-body", "--json", BODY)
    assert liggare("show", "bodies", "--json").json["bodies"][0]["name"] == "Kommunstyrelsen"
    assert liggare("show", "body", "ks", "--at", "1", "--json").json["position"] == 1
    assert liggare("log", "--json").lines[0]["position"] == 1
    status = liggare("status", "--json").json
    assert (status["head"], status["checkpoint"]["size"]) == (1, 1)
    assert liggare("verify").out.startswith("VERIFIED")
    liggare("rebuild")
    assert liggare("rebuild", "--check", "--json").json["equal"]
    liggare("init")


def test_the_demonstration_with_filler_loads_once(liggare: Liggare) -> None:
    first = liggare("demo", "--once", "--with-illustrative", "--json").json
    assert liggare("demo", "--once", "--with-illustrative", "--json").json == first
    assert liggare("status", "--json").json["head"] == first["conversation"]["position"]
    assert [each["status"] for each in liggare("show", "erasures", "--json").json["erasures"]] == [
        "destroyed",
        "refused",
    ]
    assert liggare("verify").out.startswith("VERIFIED")


def test_the_doctor_looks_at_roles_positions_and_durability(liggare: Liggare, postgres_url: str) -> None:
    liggare("do", "register-body", "--json", BODY)
    findings = liggare("doctor", "--json").json["findings"]
    graded = {(each["check"], each["grade"]) for each in findings}
    assert {("positions", "fine"), ("keys", "fine"), ("clock", "fine"), ("checkpoint", "fine")} <= graded
    assert any(each["check"] == "roles" and "superuser" in each["found"] for each in findings)
    assert all(each["remedy"] for each in findings if each["grade"] != "fine")
    with psycopg.connect(postgres_url) as connection:
        connection.execute("GRANT UPDATE ON liggare.event TO liggare_writer")
    ran = liggare("doctor", code=1)
    assert "REVOKE UPDATE, DELETE, TRUNCATE ON event FROM liggare_writer" in ran.out


# --- Logins -----------------------------------------------------------------------------------
@pytest.fixture
def login(liggare: Liggare, postgres_url: str) -> Iterator[str]:
    """A login of its own without any right; logins belong to the whole server."""
    name = f"login_{uuid4().hex}"
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        connection.execute(f"CREATE ROLE {name} LOGIN")
        yield name
        connection.execute(f"DROP ROLE {name}")


def granted(liggare: Liggare, postgres_url: str, login: str, role: str) -> Liggare:
    with psycopg.connect(postgres_url) as connection:
        connection.execute(f"GRANT {role} TO {login}")
    return Liggare(postgres_url.replace("user=postgres", f"user={login}"), liggare.keys, liggare._capture)


def roles(liggare: Liggare) -> list[dict[str, str]]:
    return [each for each in liggare("doctor", "--json").json["findings"] if each["check"] == "roles"]


def test_a_login_that_may_only_write_is_all_that_is_needed(liggare: Liggare, postgres_url: str, login: str) -> None:
    served = granted(liggare, postgres_url, login, "liggare_writer")
    served("do", "register-body", "--json", BODY)
    asyncio.run(_served(served))
    assert served("status", "--json").json["checkpoint"]["size"] == 2
    assert [body["body"] for body in served("show", "bodies", "--json").json["bodies"]] == ["kf", "ks"]
    served("rebuild")
    assert served("verify").out.startswith("VERIFIED")
    assert roles(served) == [
        {"check": "roles", "grade": "fine", "found": "the writer may append and nothing else", "remedy": ""}
    ]
    with psycopg.connect(served.store, autocommit=True) as connection:
        for statement in (
            "ALTER TABLE liggare.event DISABLE TRIGGER ALL",
            "DROP TRIGGER event_append_only ON liggare.event",
            "DELETE FROM liggare.event",
            "INSERT INTO liggare.event SELECT * FROM liggare.event",
            "SET ROLE liggare_owner",
        ):
            with pytest.raises(InsufficientPrivilege):
                connection.execute(statement)


async def _served(liggare: Liggare) -> None:
    """Run all that `serve` runs but the wire, until read models and checkpoint are up."""
    command = RegisterBody(body="kf", kind=BodyKind.COUNCIL, name="Kommunfullmäktige")
    async with running(settings(liggare.store, liggare.ledger, str(liggare.keys))) as ledger:
        (outcome,) = await ledger.submit([Submission(command, uuid4(), "channel:test")])
        assert isinstance(outcome, Receipt)
        await ledger.projected(outcome.first)
        await asyncio.to_thread(_until_signed, ledger, outcome.first)
        assert not ledger.problems


def _until_signed(ledger: Running, position: int) -> None:
    with closing(ledger.reader()) as reader:
        while not ledger.problems and reader.checkpoint_covering(position) is None:
            time.sleep(0.05)


@pytest.mark.parametrize(("role", "word"), [("liggare_owner", "is a member of liggare_owner"), ("", "is a superuser")])
def test_a_login_that_could_drop_the_triggers_is_warned_of(
    role: str, word: str, liggare: Liggare, postgres_url: str, login: str
) -> None:
    more = granted(liggare, postgres_url, login, f"liggare_writer, {role}") if role else liggare
    warning, fine = roles(more)
    assert (warning["grade"], fine["grade"]) == ("warning", "fine")
    assert word in warning["found"] and "could drop the triggers" in warning["found"]
    assert "GRANT liggare_writer TO it and nothing else" in warning["remedy"]


def test_a_follower_hears_of_what_is_recorded(liggare: Liggare) -> None:
    with liggare.spawn("log", "--follow", stderr=subprocess.DEVNULL) as process:
        assert process.stdout is not None
        liggare("do", "register-body", "--json", BODY)
        assert b"body-registered.v1" in process.stdout.readline()
        process.send_signal(2)
        assert process.wait(60) == 130


@pytest.mark.parametrize("arguments", [("status",), ("show", "bodies"), ("do", "register-body", "--json", BODY)])
def test_an_empty_database_holds_no_ledger(
    arguments: tuple[str, ...], postgres_url: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    ran = Liggare(postgres_url, tmp_path / "keys", capfdbinary)(*arguments, code=1)
    assert "liggare init" in ran.err


def test_a_server_that_is_down_is_one_sentence_and_nothing_is_lost(
    tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    with PostgresServer() as server:
        liggare = Liggare(server.url(server.create_database()), tmp_path / "keys", capfdbinary)
        liggare("init")
        liggare("do", "register-body", "--json", BODY)
        server.kill9()
        for arguments in (
            ("status",),
            ("show", "bodies"),
            ("do", "register-body", "--json", BODY),
            ("verify",),
            ("log",),
        ):
            ran = liggare(*arguments, code=1)
            assert "PostgreSQL does not answer" in ran.err and len(ran.err.splitlines()) == 1
        assert any(each["grade"] == "problem" for each in liggare("doctor", "--json", code=1).json["findings"])
        server.restart()
        assert liggare("status", "--json").json["head"] == 1


def test_a_store_that_could_lose_events_is_read_but_not_written(liggare: Liggare, postgres_url: str) -> None:
    liggare("do", "register-body", "--json", BODY)
    with psycopg.connect(postgres_url, autocommit=True) as connection:
        name = connection.info.dbname
        connection.execute(f'ALTER DATABASE "{name}" SET synchronous_commit TO off')
    refused = liggare("do", "dissolve-body", "--json", '{"body": "ks"}', code=1)
    assert "synchronous_commit" in refused.err
    assert liggare("show", "bodies", "--json").json["bodies"][0]["name"] == "Kommunstyrelsen"
    assert liggare("status", "--json").json["head"] == 1
