"""`liggare verify` of a database: what is whole passes, and any damage is found and named."""

import json
import random
import re
import shutil
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from eventsourcing.dcb.api import DCBEvent

from ledger.canonical import canonical
from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.errors import OriginRefused, SignatureMissing
from ledger.log.note import SigningKey
from ledger.log.refusals import RolledBack
from services.audit.database import NotComparable, verify
from services.audit.report import Report
from services.keys import make_keys
from services.settings import settings
from tests.ledger.log.published import flipped, leaf
from tests.services.audit.town import BODIES, INPUTS, Town, copy_of, made

EVENTS = BODIES + INPUTS


def worst(report: Report) -> tuple[int, int | None, str]:
    finding = report.worst
    assert finding is not None, report.verdict
    return report.exit_code, finding.position, str(finding)


# --- What is whole ----------------------------------------------------------------------------
def test_a_whole_record_is_verified_and_the_report_says_what_was_not_checked(town: Town) -> None:
    report = town.verify()
    assert (report.exit_code, report.findings) == (0, [])
    assert report.lines()[0].startswith(f"VERIFIED kommun.example/liggare: {EVENTS} events, signed up to {EVENTS}")
    assert report.counts["events"] == report.counts["requests"] == EVENTS
    assert report.counts["commitments opened"] == report.counts["sealed fields"] == INPUTS
    assert report.counts["checkpoints"] >= 1 and report.counts["read models"] > 5
    assert report.lines()[-4] == "Not checked:" and len(report.not_checked) == 3
    told = json.loads(json.dumps(report.to_json()))
    assert told["verified"] is True and told["exit_code"] == 0 and told["root"] == report.root
    assert set(told["digests"]) == set(report.digests) and len(report.digests) > 5


def test_an_audit_does_not_stand_still_while_the_record_grows(town: Town) -> None:
    grown: list[int] = []

    def grow(position: int, head: int) -> None:
        if not grown:
            grown.append(town.record(2_000))

    report = verify(town.settings, progress=grow)
    assert grown == [2 * EVENTS]
    assert (report.exit_code, report.size) == (0, EVENTS), report.lines()
    assert town.verify().size == 2 * EVENTS


def test_events_of_a_library_application_are_audited_too(town: Town) -> None:
    name = "enrolment"
    recorder = town.database.recorder(name)
    recorder.append([DCBEvent(type="mod:Joined", data=bytes([n]), tags=[f"student {n}", "course,1"]) for n in range(9)])
    recorder.append([DCBEvent(type="mod:Left", data=b"\xff", tags=[])])
    theirs = Town(
        settings(town.settings.store, name, str(town.settings.keys / name), environment={}), town.name, town.database
    )
    make_keys(theirs.settings)
    theirs.publish()
    report = theirs.verify()
    assert report.exit_code == 0, report.lines()
    assert (report.counts["events"], report.counts["requests"]) == (10, 2)


def test_an_unsigned_record_is_incomplete_and_an_empty_one_is_fine(tmp_path: Path) -> None:
    town = made("sqlite", str(tmp_path / "ledger.sqlite"), tmp_path / "keys")
    assert town.verify().exit_code == 0
    town.record(0)
    for table in ("checkpoint", "tile"):
        town.tamper(f"DELETE FROM {table}")
    (town.settings.keys / "log.checkpoint").unlink()
    assert worst(town.verify())[::2] == (6, "checkpoints: nothing has been signed yet; `liggare serve` publishes")


# --- Damage, on both engines ------------------------------------------------------------------
def _entry(town: Town, change: Callable[[bytes], bytes]) -> str:
    entry = bytes(town.one("SELECT entry FROM event WHERE position = 18"))
    return f"UPDATE event SET entry = {town.bytes(change(entry))} WHERE position = 18"


def _entry_and_leaf(town: Town) -> str:
    entry = bytes(town.one("SELECT entry FROM event WHERE position = 18")).replace(b"Enhet 17", b"Enhet 71")
    return f"UPDATE event SET entry = {town.bytes(entry)}, leaf = {town.bytes(leaf(entry))} WHERE position = 18"


def _loose_form(town: Town) -> str:
    entry = bytes(town.one("SELECT entry FROM event WHERE position = 18")).replace(b'{"actor":', b'{ "actor":')
    return f"UPDATE event SET entry = {town.bytes(entry)}, leaf = {town.bytes(leaf(entry))} WHERE position = 18"


def _flip(table: str, column: str, where: str) -> Callable[[Town], str]:
    def statement(town: Town) -> str:
        octets = bytes(town.one(f"SELECT {column} FROM {table} WHERE {where}"))
        return f"UPDATE {table} SET {column} = {town.bytes(flipped(octets, 7))} WHERE {where}"

    return statement


DAMAGE: dict[str, tuple[Callable[[Town], str], int, int | None, str]] = {
    "an entry": (
        lambda town: _entry(town, lambda entry: entry.replace(b"Enhet 17", b"Enhet 71")),
        3,
        18,
        "position 18: the entry does not have the leaf hash kept for it",
    ),
    "a leaf": (_flip("event", "leaf", "position = 18"), 3, 18, "position 18: the entry does not have the leaf hash"),
    "an entry with its leaf": (
        _entry_and_leaf,
        3,
        18,
        "tile/0/000 (position 18): hash 17 is not what the entries give",
    ),
    "an entry's form": (_loose_form, 3, 18, "position 18: the entry is not in canonical form"),
    "an id": (_flip("event", "leaf", "position = 340"), 3, 340, "position 340"),
    "a type": (
        lambda _: "UPDATE event SET type = 'body-renamed.v1' WHERE position = 18",
        3,
        18,
        "position 18: the entry's type",
    ),
    "a gap": (lambda _: "DELETE FROM event WHERE position = 18", 3, 18, "position 18: missing"),
    "the end": (lambda _: "DELETE FROM event WHERE position > 338", 3, 339, "positions 339 to 340: missing"),
    "a tile": (_flip("tile", "hashes", "level = 0 AND number = 1"), 3, 257, "tile/0/001"),
    "an upper tile": (_flip("tile", "hashes", "level = 1 AND number = 0"), 3, 1, "tile/1/000"),
    "a lost tile": (lambda _: "DELETE FROM tile WHERE level = 0 AND number = 0", 3, 1, "tile/0/000"),
    "a tile too many": (
        lambda town: f"INSERT INTO tile SELECT ledger_id, 2, 0, {town.bytes(bytes(32))} FROM ledger",
        3,
        None,
        "tiles of level 2: there is more",
    ),
    "a root": (
        _flip("checkpoint", "root", "size = 340"),
        3,
        None,
        "checkpoint of size 340: its row and its signed note differ",
    ),
    "a size": (lambda _: "UPDATE checkpoint SET size = 339", 3, None, "checkpoint of size 339: its row"),
    "a note": (
        lambda _: "UPDATE checkpoint SET note = replace(note, '340', '341')",
        3,
        None,
        "checkpoint of size 340: signature by kommun.example/liggare",
    ),
    "a tag": (
        lambda _: "DELETE FROM event_tag WHERE position = 18",
        3,
        18,
        "tag index, position 18: the tag with hash",
    ),
    "a tag's topic": (
        lambda _: "UPDATE event_tag SET topic = 'body-renamed' WHERE position = 18",
        3,
        18,
        "tag index, position 18",
    ),
    "a tag's place": (
        lambda _: "UPDATE event_tag SET position = 19 WHERE position = 18",
        3,
        18,
        "tag index, position 18",
    ),
    "a request": (
        lambda _: "DELETE FROM request WHERE first_position = 18",
        3,
        18,
        "requests, position 18: no request accounts",
    ),
    "a request's place": (
        lambda _: "UPDATE request SET first_position = 19 WHERE first_position = 18",
        3,
        18,
        "requests, position 18: no request accounts",
    ),
    "a request's length": (
        lambda _: "UPDATE request SET events = 2 WHERE first_position = 18",
        3,
        19,
        "requests, position 19: a request gives",
    ),
    "the head": (
        lambda _: "UPDATE head SET next = 340",
        3,
        340,
        "head: the head says 339 events, and there is one at position 340",
    ),
    "sealed words": (_flip("sealed", "ciphertext", "position = 301"), 3, 301, "position 301"),
    "a sealed field's key": (
        lambda _: "UPDATE sealed SET key = 'author:other|P' WHERE position = 301",
        3,
        301,
        "position 301, field /text",
    ),
    "withheld words": (
        lambda _: "DELETE FROM sealed WHERE position = 301",
        6,
        301,
        "position 301, field /text: withheld",
    ),
    "words too many": (
        lambda _: "UPDATE sealed SET position = 18 WHERE position = 301",
        3,
        18,
        "position 18, field /text: there is a ciphertext",
    ),
    "a read model": (
        lambda town: f"UPDATE view_row SET state = {town.bytes(canonical({'name': 'x'}))} WHERE key = 'body-17'",
        5,
        None,
        "read model bodies at position 340: the row 'body-17'",
    ),
}


@pytest.mark.parametrize("what", DAMAGE)
def test_damage_is_found_and_named(town: Town, what: str) -> None:
    statement, code, position, said = DAMAGE[what]
    assert town.tamper(statement(town)) >= 1
    report = town.verify()
    found = worst(report)
    assert (found[0], found[1]) == (code, position), report.lines()
    assert said in found[2]
    assert said in report.lines()[0]
    assert report.to_json()["verified"] is False


# --- Any byte ---------------------------------------------------------------------------------
COLUMNS = {
    "event": (("position",), ("id", "type", "entry", "leaf")),
    "tile": (("level", "number"), ("hashes",)),
    "checkpoint": (("size",), ("root", "note")),
    "event_tag": (("tag", "position", "topic"), ("tag", "topic", "runs")),
    "request": (("id",), ("id",)),
    "sealed": (("position", "pointer"), ("pointer", "key", "nonce", "ciphertext")),
}


@pytest.mark.parametrize("table", COLUMNS)
def test_any_changed_byte_is_found(table: str, untouched: Town, tmp_path: Path) -> None:
    town = copy_of(untouched, tmp_path)
    assert town.verify().exit_code == 0
    chance = random.Random(table)
    keys, columns = COLUMNS[table]
    where = " AND ".join(f"{key} = ?" for key in keys)
    with closing(town.database.owner()) as connection:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")
        for column in columns:
            rows = connection.execute(
                f"SELECT {', '.join(keys)}, {column} FROM {table} WHERE {column} IS NOT NULL"
            ).fetchall()
            for *key, value in chance.sample(rows, min(6, len(rows))):
                octets = value.encode() if isinstance(value, str) else value
                changed = flipped(octets, chance.randrange(len(octets)))
                became = changed.decode(errors="replace") if isinstance(value, str) else changed
                connection.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (became, *key))
                report = town.verify()
                assert report.exit_code == 3, (column, key, report.lines())
                after = [became if name == column else part for name, part in zip(keys, key, strict=True)]
                connection.execute(f"UPDATE {table} SET {column} = ? WHERE {where}", (value, *after))
    assert town.verify().exit_code == 0


NOT_TEXT = "CAST(x'ff' AS TEXT)"
ODD = {
    "type": f"UPDATE event SET type = {NOT_TEXT} WHERE position = 18",
    "entry": "UPDATE event SET entry = 'text' WHERE position = 18",
    "id": "UPDATE event SET id = x'00' WHERE position = 18",
    "note": f"UPDATE checkpoint SET note = {NOT_TEXT}",
    "topic": f"UPDATE event_tag SET topic = {NOT_TEXT} WHERE position = 18",
    "runs": "UPDATE event_tag SET runs = x'0000' WHERE position = 18",
    "endless runs": "UPDATE event_tag SET runs = x'00000001ffffffff' WHERE position = 18",
    "hashes": f"UPDATE tile SET hashes = {NOT_TEXT}",
    "request": "UPDATE request SET id = x'00' WHERE first_position = 18",
    "pointer": f"UPDATE sealed SET pointer = {NOT_TEXT} WHERE position = 301",
    "nonce": "UPDATE sealed SET nonce = 'text' WHERE position = 301",
}


@pytest.mark.parametrize("what", ODD)
def test_values_that_a_column_should_not_hold_are_found_too(what: str, untouched: Town, tmp_path: Path) -> None:
    town = copy_of(untouched, tmp_path)
    assert town.tamper(ODD[what]) >= 1
    report = town.verify()
    assert report.exit_code == 3, report.lines()


# --- Other histories --------------------------------------------------------------------------
def _checkpoint(town: Town, path: Path) -> Path:
    path.write_text(town.one("SELECT note FROM checkpoint ORDER BY size DESC LIMIT 1"))
    return path


def test_growth_since_an_older_checkpoint_is_verified(town: Town, tmp_path: Path) -> None:
    older = _checkpoint(town, tmp_path / "older")
    town.record(1_000)
    assert town.verify(since=older).exit_code == 0


def test_a_rewritten_history_signed_with_the_true_key_is_caught_by_an_older_checkpoint(
    engine_name: str, town: Town, tmp_path: Path, request: pytest.FixtureRequest
) -> None:
    older = _checkpoint(town, tmp_path / "older")
    forged_keys = tmp_path / "forged keys"
    shutil.copytree(town.settings.keys, forged_keys)
    (forged_keys / "log.checkpoint").unlink()
    elsewhere = str(tmp_path / "forged.sqlite")
    if engine_name == "postgres":
        elsewhere = request.getfixturevalue("postgres_database")()
    forged = made(engine_name, elsewhere, forged_keys)
    forged.record(5_000)
    assert forged.verify().exit_code == 0
    code, position, said = worst(forged.verify(since=older))
    assert (code, position) == (4, 1)
    assert said.startswith(
        f"checkpoint in {older}: the entries at positions 1 to 340 do not give the root that was signed"
    )


def test_a_restored_copy_is_a_fork_and_is_not_published(untouched: Town, tmp_path: Path) -> None:
    town = copy_of(untouched, tmp_path)
    path = town.settings.sqlite_path
    assert path is not None
    old = tmp_path / "backup"
    with closing(town.database.owner()) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(path, old)
    town.record(9_000)
    with closing(town.database.owner()) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(old, path)
    code, _, said = worst(town.verify())
    assert code == 4
    assert f"signed over {3 * EVENTS} events, and the record has {2 * EVENTS}" in said
    with pytest.raises(RolledBack):
        town.publish()


def test_an_older_checkpoint_of_another_log_or_key_is_not_compared(town: Town, tmp_path: Path) -> None:
    older = tmp_path / "older"
    head = Checkpoint("kommun.example/liggare", 1, bytes(32))
    older.write_bytes(sign_checkpoint(head, SigningKey.generate("kommun.example/liggare")))
    with pytest.raises(NotComparable, match=re.escape(str(older))) as caught:
        town.verify(since=older)
    assert isinstance(caught.value.__cause__, SignatureMissing)
    key = SigningKey.parse((town.settings.keys / "log.key").read_text().strip())
    older.write_bytes(sign_checkpoint(Checkpoint("other.example", 1, bytes(32)), key))
    with pytest.raises(NotComparable) as caught:
        town.verify(since=older)
    assert isinstance(caught.value.__cause__, OriginRefused)
