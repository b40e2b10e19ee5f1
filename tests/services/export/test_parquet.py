"""Parquet files hold the same entries as the bundle, chunk by chunk, and are kept as long as they do."""

from __future__ import annotations

from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.merkle import Frontier, fold, leaf_hash, root_of
from services.export import parquet, tree
from services.export.bundle import export
from services.export.parquet import ParquetFailed
from tests.services.audit.town import Town, copy_of
from tests.services.export.bundles import checked, entries_of, files_of, manifest_of


@pytest.fixture
def small_chunks(monkeypatch: pytest.MonkeyPatch) -> int:
    """Chunks of 256 entries, so that a small log has several."""
    for module in (parquet, tree):
        monkeypatch.setattr(module, "CHUNK_ENTRIES", 256)
    monkeypatch.setattr(tree, "CHUNK_HEIGHT", 8)
    monkeypatch.setattr(parquet, "chunks_of", lambda size: range(-(-size // 256)))
    monkeypatch.setattr("services.export.manifest.CHUNK_ENTRIES", 256)
    return 256


def test_a_file_has_position_entry_and_leaf_of_every_entry(untouched: Town, tmp_path: Path) -> None:
    export(untouched.settings, tmp_path / "out")
    found = pq.read_table(tmp_path / "out/parquet/000000.parquet")
    assert [str(field.type) for field in found.schema] == ["int64", "binary", "fixed_size_binary[32]"]
    entries = entries_of(tmp_path / "out")
    assert found["position"].to_pylist() == list(range(1, 681))
    assert found["entry"].to_pylist() == entries
    assert found["leaf"].to_pylist() == [leaf_hash(entry) for entry in entries]


def test_chunk_roots_combine_to_the_root(untouched: Town, tmp_path: Path, small_chunks: int) -> None:
    done = export(untouched.settings, tmp_path / "out")
    chunks = manifest_of(tmp_path / "out")["chunks"]
    assert [(each["number"], each["first"], each["last"]) for each in chunks] == [
        (0, 1, 256),
        (1, 257, 512),
        (2, 513, 680),
    ]
    for each in chunks:
        table = pq.read_table(tmp_path / f"out/parquet/{each['number']:06}.parquet")
        assert table["position"].to_pylist() == list(range(each["first"], each["last"] + 1))
        assert root_of([leaf or b"" for leaf in table["leaf"].to_pylist()]).hex() == each["root"]
    first, second, last = (bytes.fromhex(each["root"]) for each in chunks)
    assert fold([fold([first, second]), last]) == done.signed.root
    assert small_chunks == 256


@given(size=st.integers(1, 3_000))
def test_roots_of_aligned_chunks_give_the_root_of_all(size: int) -> None:
    leaves = [leaf_hash(str(number).encode()) for number in range(size)]
    roots = [root_of(leaves[start : start + 256]) for start in range(0, size, 256)]
    full = size // 256
    # Roots of full chunks are the leaves of the tree above them; the ragged one hangs at its right edge.
    above = Frontier().extend(roots[:full]).hashes
    assert fold([*above, *roots[full:]]) == root_of(leaves)


def test_a_right_file_is_kept_and_a_damaged_one_is_written_again(
    untouched: Town, tmp_path: Path, small_chunks: int
) -> None:
    out = tmp_path / "out"
    export(untouched.settings, out)
    before = files_of(out)
    names = sorted((out / "parquet").iterdir())
    flipped = bytearray(names[0].read_bytes())
    flipped[len(flipped) // 2] ^= 1
    names[0].write_bytes(flipped)
    names[2].write_bytes(names[1].read_bytes())
    kept = names[1].stat().st_mtime_ns
    export(untouched.settings, out)
    assert files_of(out) == before
    assert names[1].stat().st_mtime_ns == kept
    assert small_chunks == 256


def test_without_parquet_there_are_no_such_files(untouched: Town, tmp_path: Path) -> None:
    out = tmp_path / "out"
    export(untouched.settings, out)
    export(untouched.settings, out, parquet=False)
    assert not (out / "parquet").exists()
    assert not [name for name in manifest_of(out)["files"] if name.startswith("parquet/")]
    checked(out)


def test_an_extension_writes_the_last_chunk_anew(untouched: Town, tmp_path: Path, small_chunks: int) -> None:
    town = copy_of(untouched, tmp_path)
    export(town.settings, tmp_path / "out", at=340)
    first = (tmp_path / "out/parquet/000000.parquet").stat().st_mtime_ns
    export(town.settings, tmp_path / "out")
    assert (tmp_path / "out/parquet/000000.parquet").stat().st_mtime_ns == first
    positions = [
        position
        for path in sorted((tmp_path / "out/parquet").iterdir())
        for position in pq.read_table(path)["position"].to_pylist()
    ]
    assert positions == list(range(1, 681))
    assert small_chunks == 256


def test_a_failing_library_is_a_plain_error(untouched: Town, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Failing(pq.ParquetWriter):
        def write_batch(self, *_: object, **__: object) -> None:
            raise pa.ArrowInvalid("no such codec")

    monkeypatch.setattr(pq, "ParquetWriter", Failing)
    with pytest.raises(ParquetFailed, match=r"000000\.parquet: no such codec"):
        export(untouched.settings, tmp_path / "out")
    assert not (tmp_path / "out/manifest.json").exists()
    monkeypatch.undo()
    export(untouched.settings, tmp_path / "out")
    checked(tmp_path / "out")
