"""`liggare replay`: what the record alone says of any moment, the same as the read models show, and what differs."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from services.audit.bundled import Bundled
from services.audit.difference import ABSENT, Change, applied
from services.audit.offline.bundle import Wanted
from services.audit.offline.sources import Folder, Unreadable
from services.cli.kinds import SHOWN
from services.cli.showing import MANY, ONE
from tests.fix_liggare import Liggare
from tests.ledger.store.conftest import engine_name, place
from tests.services.cli.test_show import OPENING, received, record

__all__ = ["engine_name", "place"]

REJECTED = {"command": "moderate-input", "input": "i2", "verdict": "rejected", "reason_code": "abuse", "by_role": "m"}


@pytest.fixture
def told(engine_name: str, place: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Liggare:
    store = f"sqlite:///{place}" if engine_name == "sqlite" else place
    made = Liggare(store, tmp_path / "keys", capfdbinary)
    made("init")
    record(made, *OPENING, received("i1", "En cykelbana", occurred="2015-05-01"), received("i2", "Något fult"))
    record(made, received("i3", "En bänk"), REJECTED)
    return made


def step(text: str) -> str | int:
    return int(text) if text.isdecimal() else text.replace("~1", "/").replace("~0", "~")


def changes(answer: Any) -> list[Change]:
    """Return the changes that JSON tells of, as anybody could read them."""
    found = []
    for each in answer["changes"]:
        path = tuple(step(part) for part in each["path"].split("/")[1:])
        to = int(each["moved_to"].rpartition("/")[2]) if "moved_to" in each else None
        found.append(Change(path, each.get("before", ABSENT), each.get("after", ABSENT), to))
    return found


# --- A view -----------------------------------------------------------------------------------
@pytest.mark.parametrize("moment", [(), ("--at", "4"), ("--at", "6"), ("--asof", "2015-06-01")])
def test_a_view_from_the_record_is_what_the_read_models_show(told: Liggare, moment: tuple[str, ...]) -> None:
    for arguments in (("input", "i1"), ("inputs",), ("matter", "m"), ("process", "p"), ("responses",)):
        shown = told("show", *arguments, *moment, "--json", code=None)
        replayed = told("replay", *arguments, *moment, "--json", code=None)
        assert replayed.code == shown.code
        assert shown.code or replayed.json == shown.json
    assert "En cykelbana" in told("replay", "input", "i1").out


def test_every_list_can_be_replayed(told: Liggare) -> None:
    for kind in MANY:
        assert told("replay", kind, "--json").json == told("show", kind, "--json").json, kind
    assert set(SHOWN) >= set(ONE)


def test_the_read_models_of_the_store_are_not_looked_at(told: Liggare, engine_name: str, place: str) -> None:
    if engine_name != "sqlite":
        pytest.skip("one engine shows it")
    before = told("replay", "input", "i2", "--json").json
    with closing(sqlite3.connect(place)) as connection, connection:
        connection.execute("DELETE FROM view_row")
        connection.execute("UPDATE projection SET position = 0")
    assert told("replay", "input", "i2", "--json").json == before
    with closing(sqlite3.connect(place)) as connection:
        assert connection.execute("SELECT count(*) FROM view_row").fetchone() == (0,)


def test_words_hidden_now_stay_hidden_in_the_past(told: Liggare) -> None:
    answer = told("replay", "input", "i2", "--at", "5", "--json").json
    assert answer["input"]["versions"][-1]["text"]["withheld"] == "hidden"
    assert "fult" not in told("replay", "input", "i2", "--at", "5", "--against", "now").out


# --- A difference -----------------------------------------------------------------------------
def test_the_difference_of_two_moments_leads_from_the_one_to_the_other(told: Liggare) -> None:
    answer = told("replay", "inputs", "--at", "5", "--against", "now", "--json").json
    assert (answer["from"], answer["to"]) == (5, 7)
    before = told("replay", "inputs", "--at", "5", "--json").json
    after = told("replay", "inputs", "--json").json
    assert applied(before, changes(answer)) | {"position": 7} == after
    assert sum(answer["counts"].values()) == len(answer["changes"])


def test_the_difference_is_readable(told: Liggare) -> None:
    lines = told("replay", "input", "i2", "--at", "5", "--against", "7").out.splitlines()
    assert lines[0].startswith("input i2: position 5 -> now (position 7): ")
    assert any(line.startswith("~ /") and "null ->" in line for line in lines) or any(
        "rejected" in line for line in lines
    )
    assert told("replay", "input", "i1", "--at", "6", "--against", "now").out.splitlines() == [
        "input i1: position 6 -> now (position 7): no difference"
    ]


def test_what_was_not_there_yet_is_added_whole(told: Liggare) -> None:
    answer = told("replay", "input", "i3", "--at", "5", "--against", "now", "--json").json
    assert [(each["path"], "after" in each, "before" in each) for each in answer["changes"]] == [("", True, False)]


def test_days_and_positions_compare(told: Liggare) -> None:
    answer = told("replay", "inputs", "--asof", "2015-06-01", "--against", "now", "--json").json
    assert (answer["from"], answer["to"]) == ("2015-06-01", 7)
    assert answer["counts"]["added"] >= 1


def test_without_a_kind_the_read_models_are_compared(told: Liggare) -> None:
    answer = told("replay", "--at", "5", "--json").json
    assert answer["events"] == {"input-moderated.v1": 1, "input-received.v1": 1}
    names = {each["name"] for each in answer["read_models"]}
    assert "inputs" in names and "bodies" not in names
    assert all(each["before"] != each["after"] for each in answer["read_models"])
    assert told("replay").out == "read models: now (position 7) -> now (position 7): 0 differ\nevents in between: 0\n"
    lines = told("replay", "--at", "0").out.splitlines()
    assert lines[0].startswith("read models: position 0 -> now (position 7): ")
    assert "events in between: 7" in lines


# --- What cannot be asked ---------------------------------------------------------------------
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("input", "i1", "--at", "8"), 8, "the record has 7 events; there is no position 8 yet"),
        (("input", "i1", "--against", "99"), 8, "no position 99"),
        (("--at", "99"), 8, "no position 99"),
        (("input", "nobody"), 8, "there is no input 'nobody'"),
        (("input", "nobody", "--against", "now"), 8, "there is no input 'nobody'"),
        (("fruit",), 2, "nothing of the kind 'fruit'"),
        (("decision", "--at", "1", "--asof", "2015-01-01"), 2, "choose one of --at"),
        (("input", "i1", "--asof", "yesterday"), 2, "--asof 'yesterday' is not a day"),
        (("input", "i1", "--against", "2015-13-01"), 2, "--against '2015-13-01' is no moment"),
        (("trace",), 2, "say which trace"),
        (("event", "1"), 2, "an event is the same at any time"),
    ],
)
def test_what_cannot_be_asked_is_said(told: Liggare, arguments: tuple[str, ...], code: int, said: str) -> None:
    assert said in told("replay", *arguments, code=code).err


# --- From a bundle, without a database ----------------------------------------------------------
@pytest.fixture
def bundle(told: Liggare, tmp_path: Path) -> Path:
    record(told, received("i4", "Mitt namn är Åsa", author="a-1"))
    told("export", "--out", str(tmp_path / "bundle"))
    return tmp_path / "bundle"


def outsider(tmp_path: Path, told: Liggare) -> Liggare:
    """`liggare` of somebody who has nothing but the bundle."""
    return Liggare(f"sqlite:///{tmp_path}/nothing.db", tmp_path / "nothing", told._capture, "not/here")


def test_a_bundle_gives_every_view_that_the_database_gives(told: Liggare, bundle: Path, tmp_path: Path) -> None:
    stranger = outsider(tmp_path, told)
    given = ("--from", str(bundle), "--vkey", str(bundle / "log.vkey"))
    for arguments in (
        *((kind,) for kind in MANY),
        *(("input", each) for each in ("i1", "i2", "i4")),
        ("input", "i1", "--at", "5"),
        ("inputs", "--asof", "2015-06-01"),
        ("inputs", "--at", "4", "--against", "now"),
        (),
    ):
        mine = told("replay", *arguments, "--json", code=None)
        theirs = stranger("replay", *arguments, *given, "--json", code=None)
        assert (theirs.code, theirs.out) == (mine.code, mine.out), arguments
    ran = stranger("replay", "input", "i1", *given)
    assert "En cykelbana" in ran.out and ran.err.startswith("VERIFIED")
    assert "withheld: hidden" in stranger("replay", "input", "i2", *given).out
    assert not (tmp_path / "nothing.db").exists() and not (tmp_path / "nothing").exists()


def test_a_zip_is_a_bundle_and_without_a_key_from_elsewhere_that_is_said(told: Liggare, tmp_path: Path) -> None:
    told("export", "--out", str(tmp_path / "bundle.zip"))
    ran = outsider(tmp_path, told)("replay", "input", "i1", "--from", str(tmp_path / "bundle.zip"))
    assert "En cykelbana" in ran.out and "The key came with the bundle" in ran.err


def test_a_bundle_that_is_not_what_was_signed_is_not_replayed(told: Liggare, bundle: Path, tmp_path: Path) -> None:
    stranger = outsider(tmp_path, told)
    (file,) = [path for path in (bundle / "tile/entries").rglob("*") if path.is_file()]
    file.write_bytes(file.read_bytes().replace(b'"process":"p"', b'"process":"q"'))
    ran = stranger("replay", "inputs", "--from", str(bundle), code=3)
    assert ran.out == "" and "INTEGRITY" in ran.err and "liggare verify" in ran.err
    assert stranger("replay", "inputs", "--from", str(tmp_path / "none"), code=1).err
    assert stranger("replay", "inputs", "--vkey", "x", code=2).err


def test_what_changes_after_it_was_verified_is_noticed(bundle: Path) -> None:
    with closing(Folder(bundle)) as source:
        verified = Bundled(source, Wanted())
        assert [each.position for each in verified.entries(2, 3)] == [3, 4, 5]
        (file,) = [path for path in (bundle / "tile/entries").rglob("*") if path.is_file()]
        file.write_bytes(file.read_bytes().replace(b'"process":"p"', b'"process":"q"'))
        again = Bundled.__new__(Bundled)
        again.__dict__.update(verified.__dict__ | {"_held": (-1, [])})
        with pytest.raises(Unreadable, match="not what it was when it was verified"):
            again.entries(0, 1)
