"""A ledger made by an older version: every command says how it is brought up to date, and `init` does."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.store import postgres_session, sqlite_session, statements
from tests.fix_liggare import Liggare
from tests.ledger.store.conftest import engine_name, place

__all__ = ["engine_name", "place"]

COMMANDS = [
    ("status",),
    ("log",),
    ("doctor",),
    ("verify",),
    ("fsck",),
    ("repair", "--yes"),
    ("replay", "bodies"),
    ("rebuild",),
    ("rebuild", "--check"),
    ("show", "bodies"),
    ("search", "park"),
    ("export", "--out", "bundle"),
    ("rotate-key",),
    ("adopt-rules", "sweden"),
    ("do", "register-body", "--json", '{"body": "b", "kind": "board", "name": "B"}'),
    ("serve", "--address", "127.0.0.1:0", "--no-web"),
]


@pytest.fixture
def older(
    engine_name: str,
    place: str,
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> Liggare:
    """A ledger whose database lacks the newest migration."""
    made = Liggare(f"sqlite:///{place}" if engine_name == "sqlite" else place, tmp_path / "keys", capfdbinary)
    with monkeypatch.context() as then:
        for session in (sqlite_session, postgres_session):
            then.setattr(session, "migrations", lambda name: statements.migrations(name)[:-1])
            then.setattr(session, "newest_migration", lambda _name: 0)
        made("init")
    return made


def test_every_command_says_what_brings_the_database_up_to_date(older: Liggare) -> None:
    for command in COMMANDS:
        ran = older(*command, code=None)
        assert ran.code in {1, 9}, (command, ran)
        assert "run `liggare init` to bring it up to date" in ran.err + ran.out, (command, ran)
    older("init")
    assert older("log").out == ""
    assert "Traceback" not in older("doctor", code=None).err
