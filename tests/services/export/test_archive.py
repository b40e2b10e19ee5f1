"""A bundle as a zip file: the same files, the same bytes each time, and never over somebody else's file."""

from __future__ import annotations

from pathlib import Path
from zipfile import ZIP_DEFLATED, ZIP_STORED, ZipFile

import pytest

from services.audit.offline.main import main as verify_offline
from services.export.bundle import export
from services.export.refusals import OutputUnfit
from tests.services.audit.town import Town
from tests.services.export.bundles import files_of


def test_a_zip_holds_the_files_of_the_folder(untouched: Town, tmp_path: Path) -> None:
    export(untouched.settings, tmp_path / "folder")
    done = export(untouched.settings, tmp_path / "bundle.zip")
    assert done.place == tmp_path / "bundle.zip"
    with ZipFile(tmp_path / "bundle.zip") as packed:
        names = packed.namelist()
        assert {name: packed.read(name) for name in names} == files_of(tmp_path / "folder")
        assert names == sorted(names)
        kinds = {name: packed.getinfo(name).compress_type for name in names}
        assert {packed.getinfo(name).date_time for name in names} == {(1980, 1, 1, 0, 0, 0)}
    assert kinds["tile/0/000"] == kinds["parquet/000000.parquet"] == ZIP_STORED
    assert kinds["tile/entries/000"] == kinds["README.md"] == ZIP_DEFLATED
    assert sorted(path.name for path in tmp_path.iterdir()) == ["bundle.zip", "folder"]
    assert verify_offline([str(tmp_path / "bundle.zip"), "--vkey", str(tmp_path / "folder/log.vkey")]) == 0


def test_the_same_bundle_is_the_same_bytes(untouched: Town, tmp_path: Path) -> None:
    for name in ("one.zip", "two.zip", "two.zip"):
        export(untouched.settings, tmp_path / name)
    assert (tmp_path / "one.zip").read_bytes() == (tmp_path / "two.zip").read_bytes()


def test_an_older_bundle_of_this_ledger_is_replaced(untouched: Town, tmp_path: Path) -> None:
    export(untouched.settings, tmp_path / "bundle.zip", at=340)
    export(untouched.settings, tmp_path / "bundle.zip")
    with ZipFile(tmp_path / "bundle.zip") as packed:
        assert packed.read("checkpoint").splitlines()[1] == b"680"


@pytest.mark.parametrize(
    "content", [b"Dear friend", b"", b"PK\x05\x06" + bytes(18)], ids=["letter", "empty", "no members"]
)
def test_a_file_that_is_no_bundle_is_left_alone(untouched: Town, tmp_path: Path, content: bytes) -> None:
    (tmp_path / "mine.zip").write_bytes(content)
    with pytest.raises(OutputUnfit, match="holds no bundle"):
        export(untouched.settings, tmp_path / "mine.zip")
    assert (tmp_path / "mine.zip").read_bytes() == content
    assert [path.name for path in tmp_path.iterdir()] == ["mine.zip"]


def test_a_bundle_of_another_ledger_and_a_folder_are_left_alone(untouched: Town, tmp_path: Path) -> None:
    with ZipFile(tmp_path / "other.zip", "w") as packed:
        signed = b"other.example/l\n1\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=\n\n\xe2\x80\x94 x AAAAAAAA\n"
        packed.writestr("checkpoint", signed)
    with pytest.raises(OutputUnfit, match="another ledger"):
        export(untouched.settings, tmp_path / "other.zip")
    (tmp_path / "folder.zip").mkdir()
    with pytest.raises(OutputUnfit, match="it is a folder"):
        export(untouched.settings, tmp_path / "folder.zip")
