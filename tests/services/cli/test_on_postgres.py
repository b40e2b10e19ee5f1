from __future__ import annotations

import subprocess
from pathlib import Path

import psycopg
import pytest

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
