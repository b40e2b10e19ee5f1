"""A database that lacks what was signed: nothing is recorded in it, whatever is asked, on both engines."""

from __future__ import annotations

from contextlib import closing
from pathlib import Path

import pytest

from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.note import SigningKey
from tests.fix_liggare import Liggare
from tests.ledger.log.published import disarm
from tests.ledger.store.conftest import engine_at, engine_name, place
from tests.services.cli.test_import import VOTES, export

__all__ = ["engine_name", "place"]

BODY = '{{"body": "b-{0}", "kind": "board", "name": "Nämnd {0}"}}'
RESTORED = (
    "DELETE FROM event WHERE position > 2",
    "DELETE FROM event_tag WHERE position > 2",
    "DELETE FROM request WHERE first_position > 2",
    "DELETE FROM checkpoint WHERE size > 2",
    "UPDATE tile SET hashes = substr(hashes, 1, 64)",
    "UPDATE head SET next = 3",
)


@pytest.fixture
def liggare(engine_name: str, place: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Liggare:
    store = f"sqlite:///{place}" if engine_name == "sqlite" else place
    made = Liggare(store, tmp_path / "keys", capfdbinary)
    made("init")
    for number in range(4):
        made("do", "register-body", "--json", BODY.format(number))
    return made


def change(engine_name: str, place: str, *statements: str) -> None:
    with closing(engine_at(engine_name, place).owner()) as connection:
        disarm(connection, engine_name)
        for statement in statements:
            connection.execute(statement)


@pytest.fixture
def behind(liggare: Liggare, engine_name: str, place: str) -> Liggare:
    """A copy from when there were two of the four events."""
    change(engine_name, place, *RESTORED)
    return liggare


@pytest.mark.parametrize("verb", ["do", "import", "serve", "demo"])
def test_nothing_is_recorded_in_a_restored_copy(behind: Liggare, verb: str, tmp_path: Path) -> None:
    arguments = {
        "do": ("do", "register-body", "--json", BODY.format("new")),
        "import": ("import", "polis", export(tmp_path / "talk", VOTES)),
        "serve": ("serve", "--address", "127.0.0.1:0", "--no-web"),
        "demo": ("demo", "--once"),
    }[verb]
    ran = behind(*arguments, code=4)
    (sentence,) = [line for line in ran.err.splitlines() if line.startswith("liggare: ")]
    assert "database of 2 events: a checkpoint over 4 was signed; restore the 2 missing events" in sentence
    assert ran.out == ""
    status = behind("status", "--json").json
    assert (status["head"], status["checkpoint"]["size"]) == (2, 2)


def test_events_other_than_those_signed_are_refused(liggare: Liggare, engine_name: str, place: str) -> None:
    change(engine_name, place, "UPDATE event SET leaf = entry WHERE position = 3", "DELETE FROM tile")
    assert "liggare verify" in liggare("do", "register-body", "--json", BODY.format("new"), code=4).err
    assert liggare("status", "--json").json["head"] == 4


def test_the_doctor_and_the_verifier_say_so_too(behind: Liggare) -> None:
    (finding,) = [each for each in behind("doctor", "--json", code=4).json["findings"] if each["check"] == "continuity"]
    assert (finding["grade"], finding["found"]) == (
        "problem",
        "database of 2 events: a checkpoint over 4 was signed",
    )
    assert finding["remedy"].startswith("restore the 2 missing events")
    behind("verify", code=4)


def test_a_lost_checkpoint_is_a_warning_until_the_next_one(liggare: Liggare) -> None:
    kept = liggare.keys / "log.checkpoint"
    kept.unlink()
    findings = liggare("doctor", "--json").json["findings"]
    (finding,) = [each for each in findings if each["check"] == "continuity"]
    assert finding["grade"] == "warning" and "verify --since" in finding["remedy"]
    liggare("do", "register-body", "--json", BODY.format("new"))
    assert kept.is_file()
    assert "continuity: holds what was signed, up to 5" in liggare("doctor").out


def test_a_first_start_is_fine(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> None:
    fresh = Liggare(f"sqlite:///{tmp_path}/fresh.db", tmp_path / "fresh-keys", capfdbinary)
    fresh("init")
    assert "continuity: nothing has been signed yet" in fresh("doctor").out
    fresh("do", "register-body", "--json", BODY.format("new"))


def test_keys_of_another_log_stop_the_start_and_are_no_fork(liggare: Liggare) -> None:
    for name in ("log.key", "log.vkey", "log.checkpoint"):
        (liggare.keys / name).unlink()
    (liggare.keys / "log.key").write_text(SigningKey.generate("test/l").format())
    (liggare.keys / "log.key").chmod(0o400)
    assert "put the old log.key back" in liggare("do", "register-body", "--json", BODY.format("new"), code=1).err
    assert liggare("status", "--json").json["head"] == 4
    assert "put the old log.key back" in liggare("doctor", code=1).out


@pytest.mark.parametrize("what", ["no checkpoint at all", "of another ledger", "by another key"])
def test_a_wrong_older_checkpoint_is_wrong_usage(liggare: Liggare, what: str, tmp_path: Path) -> None:
    key = SigningKey.parse((liggare.keys / "log.key").read_text().strip())
    since = tmp_path / "since"
    since.write_bytes(
        {
            "no checkpoint at all": b"\xff not a note",
            "of another ledger": sign_checkpoint(Checkpoint("other/one", 1, bytes(32)), key),
            "by another key": sign_checkpoint(Checkpoint("test/l", 1, bytes(32)), SigningKey.generate("test/l")),
        }[what]
    )
    ran = liggare("verify", "--since", str(since), code=2)
    assert f"{since}: it is no checkpoint of test/l by the key in log.vkey" in ran.err
    assert ran.out == "" and len(ran.err.splitlines()) == 1
