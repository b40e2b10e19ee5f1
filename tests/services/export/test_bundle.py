"""A bundle holds the whole record up to one signed size; run again it goes on, and it never mixes two histories."""

from __future__ import annotations

from hashlib import sha256
from pathlib import Path

import pytest

from services.export.bundle import export
from services.export.refusals import HistoryDiffers, OutputUnfit, RecordDamaged, SizeNotKept
from tests.services.audit.town import Town, copy_of, made
from tests.services.export.bundles import checked, entries_of, files_of, manifest_of


def test_a_bundle_gives_the_root_that_was_signed(town: Town, tmp_path: Path) -> None:
    done = export(town.settings, tmp_path / "out")
    assert checked(tmp_path / "out") == done.signed
    assert len(entries_of(tmp_path / "out")) == done.signed.size == 340
    manifest = manifest_of(tmp_path / "out")
    assert (manifest["origin"], manifest["size"]) == (town.settings.ledger, 340)
    assert [each["root"] for each in manifest["chunks"]] == [done.signed.root.hex()]


def test_the_manifest_names_every_file_but_tiles_with_its_hash(town: Town, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(town.settings, out)
    files = {name: content for name, content in files_of(out).items() if not name.startswith("tile/")}
    del files["manifest.json"]
    listed = {name: (found["bytes"], found["sha256"]) for name, found in manifest_of(out)["files"].items()}
    assert listed == {name: (len(content), sha256(content).hexdigest()) for name, content in files.items()}


def test_two_exports_of_one_size_are_the_same_bytes(untouched: Town, tmp_path: Path) -> None:
    export(untouched.settings, tmp_path / "one")
    export(untouched.settings, tmp_path / "two")
    export(untouched.settings, tmp_path / "two")
    assert files_of(tmp_path / "one") == files_of(tmp_path / "two")


def test_a_later_export_extends_a_folder_and_leaves_what_is_right(town: Town, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(town.settings, out)
    kept = (out / "tile/entries/000").stat().st_mtime_ns
    town.record(1_000)
    grown = export(town.settings, out)
    assert checked(out) == grown.signed
    assert grown.signed.size == 680
    assert (out / "tile/entries/000").stat().st_mtime_ns == kept
    export(town.settings, tmp_path / "fresh")
    assert files_of(out) == files_of(tmp_path / "fresh")


def test_an_older_kept_size_can_be_exported_and_another_one_is_refused(untouched: Town, tmp_path: Path) -> None:
    done = export(untouched.settings, tmp_path / "old", at=340)
    assert checked(tmp_path / "old") == done.signed
    assert done.signed.size == 340
    with pytest.raises(SizeNotKept, match="the nearest sizes to export are 340 and 680"):
        export(untouched.settings, tmp_path / "none", at=341)
    with pytest.raises(SizeNotKept, match=r"the nearest sizes to export are 680$"):
        export(untouched.settings, tmp_path / "none", at=681)
    assert not (tmp_path / "none").exists()


def test_a_folder_that_is_somebody_elses_is_left_alone(untouched: Town, tmp_path: Path) -> None:
    letters = tmp_path / "letters"
    letters.mkdir()
    (letters / "dear.txt").write_text("Dear friend")
    with pytest.raises(OutputUnfit, match="not empty"):
        export(untouched.settings, letters)
    with pytest.raises(OutputUnfit, match="it is a file"):
        export(untouched.settings, letters / "dear.txt")
    assert files_of(letters) == {"dear.txt": b"Dear friend"}


def test_a_folder_of_another_ledger_is_left_alone(untouched: Town, tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    other = made("sqlite", str(tmp_path / "other" / "ledger.sqlite"), tmp_path / "other" / "keys")
    other.record(5)
    export(other.settings, tmp_path / "out")
    before = files_of(tmp_path / "out")
    with pytest.raises(OutputUnfit, match="none of this log"):
        export(untouched.settings, tmp_path / "out")
    assert files_of(tmp_path / "out") == before


def test_a_folder_of_a_later_size_is_left_alone(untouched: Town, tmp_path: Path) -> None:
    export(untouched.settings, tmp_path / "out")
    before = files_of(tmp_path / "out")
    with pytest.raises(OutputUnfit, match="a bundle of size 680"):
        export(untouched.settings, tmp_path / "out", at=340)
    assert files_of(tmp_path / "out") == before


def test_two_histories_by_one_key_are_never_mixed(untouched: Town, tmp_path: Path) -> None:
    (tmp_path / "fork").mkdir()
    fork = copy_of(untouched, tmp_path / "fork")
    export(untouched.settings, tmp_path / "out", at=340)
    fork.tamper("DELETE FROM checkpoint")
    fork.tamper("DELETE FROM tile")
    entry = bytes(fork.one("SELECT entry FROM event WHERE position = 3")).replace(b"Enhet 2", b"Enhet Z")
    leaf = sha256(b"\0" + entry).digest()
    fork.tamper(f"UPDATE event SET entry = {fork.bytes(entry)}, leaf = {fork.bytes(leaf)} WHERE position = 3")
    (fork.settings.keys / "log.checkpoint").unlink()
    fork.publish()
    before = files_of(tmp_path / "out")
    with pytest.raises(HistoryDiffers):
        export(fork.settings, tmp_path / "out")
    assert files_of(tmp_path / "out") == before


def test_a_changed_entry_stops_the_export_at_its_position(untouched: Town, tmp_path: Path) -> None:
    town = copy_of(untouched, tmp_path)
    entry = bytes(town.one("SELECT entry FROM event WHERE position = 300")).replace(b"Enhet", b"Ehnet")
    town.tamper(f"UPDATE event SET entry = {town.bytes(entry)} WHERE position = 300")
    with pytest.raises(RecordDamaged, match="position 300: the entry does not have the leaf hash"):
        export(town.settings, tmp_path / "out")
    assert not (tmp_path / "out/manifest.json").exists()
    leaf = sha256(b"\0" + entry).digest()
    town.tamper(f"UPDATE event SET leaf = {town.bytes(leaf)} WHERE position = 300")
    with pytest.raises(RecordDamaged, match="position 300: the entry is not the one that was signed"):
        export(town.settings, tmp_path / "out")
    town.tamper("DELETE FROM tile")
    with pytest.raises(RecordDamaged, match="checkpoint of size 340: the entries at positions 1 to 340"):
        export(town.settings, tmp_path / "fresh", at=340)
    with pytest.raises(HistoryDiffers, match="another root"):
        export(town.settings, tmp_path / "fresh")
    town.tamper("DELETE FROM event WHERE position = 12")
    with pytest.raises(RecordDamaged, match="position 12: the event is missing"):
        export(town.settings, tmp_path / "fresher")
    assert not (tmp_path / "fresher/manifest.json").exists()


def test_damaged_tiles_of_the_store_do_no_harm(untouched: Town, tmp_path: Path) -> None:
    town = copy_of(untouched, tmp_path)
    town.tamper("UPDATE tile SET hashes = zeroblob(length(hashes))")
    done = export(town.settings, tmp_path / "out")
    assert checked(tmp_path / "out") == done.signed
