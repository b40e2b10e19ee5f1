"""The tree of a bundle is hashed again in one pass; whatever is damaged is found, and the culprit named."""

from __future__ import annotations

import shutil
from pathlib import Path
from random import Random

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.log.checkpoint import Checkpoint
from ledger.log.merkle import leaf_hashes, root_of
from ledger.log.tiles import Tile, bundles_of, join_bundle, tiles_of
from services.audit.offline.tree import Part, split_as_far
from tests.services.audit.offline.logs import ORIGIN, Walked, entries_of, flip, put, write_log

SIZE = 66_000
"""Two tiles and a bit of level 1, and one hash on level 2."""


@pytest.fixture(scope="module")
def large(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Checkpoint]:
    folder = tmp_path_factory.mktemp("large")
    return folder, write_log(folder, entries_of(SIZE))


@pytest.mark.parametrize("size", [0, 1, 2, 255, 256, 257, 300, 511, 512, 513, 1000])
def test_a_sound_log_passes_and_every_entry_is_handed_on(size: int, tmp_path: Path) -> None:
    entries = entries_of(size)
    signed = write_log(tmp_path, entries)
    leaves = leaf_hashes(entries)
    heads = [Checkpoint(ORIGIN, each, root_of(leaves[:each])) for each in range(size + 1)]
    walked = Walked(tmp_path, signed, heads)
    assert walked.report.findings == []
    assert walked.entries == entries
    assert walked.heads == dict.fromkeys(range(size + 1), True)


def test_a_large_log_passes(large: tuple[Path, Checkpoint]) -> None:
    walked = Walked(*large)
    assert walked.report.findings == []
    hashes = sum(tile.width for tile in tiles_of(SIZE))
    assert walked.report.counts == {"entries": SIZE, "tile hashes": hashes}


def _every_file(size: int) -> list[Tile]:
    return [*tiles_of(size), *bundles_of(size)]


def test_whatever_bit_is_flipped_its_file_is_named(large: tuple[Path, Checkpoint], tmp_path: Path) -> None:
    folder, signed = large
    chance = Random(4)
    shutil.copytree(folder, tmp_path / "log")
    above = [tile for tile in _every_file(SIZE) if tile.level]
    for tile in [*above, *chance.sample(_every_file(SIZE), 12)]:
        path = tmp_path / "log" / tile.path()
        bit = chance.randrange(path.stat().st_size * 8)
        flip(path, bit)
        walked = Walked(tmp_path / "log", signed)
        flip(path, bit)
        assert any(tile.path() in place for place in walked.places), (tile, bit, walked.report.findings)


@given(st.integers(1, 700), st.randoms(use_true_random=False))
@settings(max_examples=60, deadline=None)
def test_a_flipped_bit_is_found_in_trees_of_any_size(
    tmp_path_factory: pytest.TempPathFactory, size: int, chance: Random
) -> None:
    folder = tmp_path_factory.mktemp("log")
    signed = write_log(folder, entries_of(size))
    tile = chance.choice(_every_file(size))
    flip(folder / tile.path(), chance.randrange((folder / tile.path()).stat().st_size * 8))
    walked = Walked(folder, signed)
    assert any(tile.path() in place for place in walked.places), walked.report.findings


def test_two_damaged_entries_and_a_damaged_tile_are_all_named(large: tuple[Path, Checkpoint], tmp_path: Path) -> None:
    folder, signed = large
    shutil.copytree(folder, tmp_path / "log")
    for path in ("tile/entries/003", "tile/entries/200", "tile/0/100"):
        flip(tmp_path / "log" / path, 8 * 100)
    walked = Walked(tmp_path / "log", signed)
    assert [finding.position for finding in walked.report.findings] == [771, 25_604, 51_203]
    assert "tile/0/100" in walked.places[1]
    assert (769, 1024) not in walked.pages
    assert (25_601, 25_856) in walked.pages, "the entries are right, only their tile is not"


def test_an_entry_and_its_tile_changed_together_are_caught_by_the_level_above(
    large: tuple[Path, Checkpoint], tmp_path: Path
) -> None:
    folder, signed = large
    shutil.copytree(folder, tmp_path / "log")
    entries = entries_of(SIZE)[:256]
    entries[17] = b"something else"
    put(tmp_path / "log", "tile/entries/000", join_bundle(entries))
    put(tmp_path / "log", "tile/0/000", b"".join(leaf_hashes(entries)))
    walked = Walked(tmp_path / "log", signed)
    assert walked.places == ["positions 1 to 256"]
    assert walked.pages[0] == (257, 512)


def test_a_rewritten_history_gives_another_root(tmp_path: Path) -> None:
    entries = entries_of(1_000)
    write_log(tmp_path, entries)
    true = Checkpoint(ORIGIN, 1_000, root_of(leaf_hashes(entries)))
    older = [Checkpoint(ORIGIN, each, root_of(leaf_hashes(entries[:each]))) for each in (300, 700)]
    entries[500] = b"something else"
    write_log(tmp_path, entries)
    walked = Walked(tmp_path, true, [*older, true])
    assert walked.heads == {300: True, 700: False, 1_000: False}


@pytest.mark.parametrize("gone", ["tile/entries/001", "tile/0/001", "tile/1/000.p/3", "tile/0/003.p/232"])
def test_what_is_missing_is_named(gone: str, tmp_path: Path) -> None:
    signed = write_log(tmp_path, entries_of(1_000))
    (tmp_path / gone).unlink()
    walked = Walked(tmp_path, signed, [signed])
    assert any(gone in place for place in walked.places), walked.report.findings
    assert walked.heads == {1_000: True}, "the rest still gives the root"


def test_a_partial_tile_may_be_had_from_the_full_one(tmp_path: Path) -> None:
    signed = write_log(tmp_path, entries_of(1_000))
    write_log(tmp_path, entries_of(1_024))
    (tmp_path / "tile/0/003.p/232").unlink()
    assert Walked(tmp_path, signed).report.findings == []


@pytest.mark.parametrize("parts", [1, 2, 3, 7, 300])
def test_the_parts_of_a_log_are_the_whole_of_it(large: tuple[Path, Checkpoint], parts: int) -> None:
    folder, signed = large
    entries = entries_of(SIZE)
    older = Checkpoint(ORIGIN, 1_000, root_of(leaf_hashes(entries[:1_000])))
    chosen = range(1, parts + 1) if parts < 10 else (1, 2, 299, 300)
    seen = []
    for number in chosen:
        walked = Walked(folder, signed, [older, signed], Part(number, parts))
        assert walked.report.findings == []
        assert walked.heads == {1_000: True, SIZE: True}
        seen += walked.entries
    if parts < 10:
        assert seen == entries


def test_a_part_with_a_damaged_entry_is_refused_and_the_others_are_not(
    large: tuple[Path, Checkpoint], tmp_path: Path
) -> None:
    folder, signed = large
    shutil.copytree(folder, tmp_path / "log")
    flip(tmp_path / "log/tile/entries/200", 8 * 100)
    found = [Walked(tmp_path / "log", signed, part=Part(number, 4)).places for number in range(1, 5)]
    assert [bool(each) for each in found] == [False, False, False, True]


def test_a_size_that_nobody_has_files_for_ends_soon(tmp_path: Path) -> None:
    write_log(tmp_path, entries_of(10))
    walked = Walked(tmp_path, Checkpoint(ORIGIN, 1 << 30, bytes(32)))
    assert walked.report.exit_code == 3
    assert walked.report.further == 900
    assert walked.report.not_checked == ["anything further: too much of the bundle is missing"]


def test_a_size_beyond_all_logs_is_not_even_begun(tmp_path: Path) -> None:
    write_log(tmp_path, entries_of(10))
    walked = Walked(tmp_path, Checkpoint(ORIGIN, 1 << 62, bytes(32)))
    assert [str(finding) for finding in walked.report.findings] == [
        "checkpoint: it covers 4,611,686,018,427,387,904 entries, more than the 4,294,967,296 that are checked here"
    ]


@given(st.binary(max_size=300), st.integers(0, 5))
def test_any_bytes_are_split_as_far_as_they_go(bundle: bytes, width: int) -> None:
    entries, why = split_as_far(bundle, width)
    assert len(entries) <= width
    if not why:
        assert join_bundle(entries) == bundle
