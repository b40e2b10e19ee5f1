"""Golden files: the bytes of every event version, kept for ever, still read and written the same."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest
import rfc8785

from ledger.entries import decode, encode, type_of
from ledger.messages import Event
from tests.events import EVENTS, example
from tests.golden.write import FOLDER, GoldenChanged, check, entry_of, leaf_of, pinned, write

FILES = sorted(FOLDER.glob("*.json"))


@pytest.mark.parametrize("kind", EVENTS, ids=type_of)
def test_every_event_version_has_a_golden_file(kind: type[Event]) -> None:
    for version in range(1, kind.version + 1):
        assert (FOLDER / f"{kind.topic}.v{version}.json").exists(), "run `make golden`"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_golden_entry_is_read_and_written_as_ever(path: Path) -> None:
    entry = path.read_bytes()
    envelope = decode(1, entry).entry
    assert envelope.type == path.stem
    assert rfc8785.dumps(json.loads(entry)) == entry
    if path.stem == type_of(type(envelope.data)):
        again = encode(envelope.data, id=envelope.id, ledger=envelope.source, actor=envelope.actor, time=envelope.time)
        assert again == entry
        assert envelope.subject == envelope.data.subject()


def test_files_and_leaf_hashes_are_what_was_pinned() -> None:
    check()
    assert pinned() == {path.stem: leaf_of(path.read_bytes()) for path in FILES}


@pytest.mark.parametrize("kind", EVENTS, ids=type_of)
def test_an_example_fills_every_field(kind: type[Event]) -> None:
    assert set(json.loads(entry_of(example(kind)))["data"]) == set(kind.model_fields)


# --- Writing them -----------------------------------------------------------------------------
@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for path in (*FILES, FOLDER / "leaves.txt"):
        shutil.copy(path, tmp_path)
    return tmp_path


def test_a_class_without_a_file_gets_one_and_the_others_stay(folder: Path) -> None:
    before = {path.name: path.read_bytes() for path in folder.iterdir()}
    assert write(folder) == []
    (folder / "vote-cast.v1.json").unlink()
    leaves = [line for line in (folder / "leaves.txt").read_text().splitlines() if "vote-cast" not in line]
    (folder / "leaves.txt").write_text("\n".join(leaves) + "\n")
    assert write(folder) == ["vote-cast.v1"]
    assert {path.name for path in folder.iterdir()} == set(before)
    check(folder)


@pytest.mark.parametrize("change", ["changed", "removed", "added"])
def test_a_changed_golden_file_is_refused(folder: Path, change: str) -> None:
    path = folder / "vote-cast.v1.json"
    if change == "changed":
        path.write_bytes(path.read_bytes().replace(b'"revision":2', b'"revision":3'))
    elif change == "removed":
        path.unlink()
    else:
        shutil.copy(path, folder / "vote-cast.v9.json")
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    with pytest.raises(GoldenChanged):
        write(folder)
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before
