"""Tiles: published paths, growth of the table, and proofs made from it."""

import re

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.log import merkle, tiles
from ledger.log.errors import HashMissing, MalformedTile
from ledger.log.merkle import Frontier, hashes_of
from ledger.log.tiles import Tile, TileHashes, TileId
from tests.ledger.log.oracle import Oracle, leaves

PATHS = [
    ("tile/0/000", Tile(0, 0)),
    ("tile/4/x001/234/067", None),
    ("tile/4/x001/x234/067", Tile(4, 1234067)),
    ("tile/15/x455/667", Tile(15, 455667)),
    ("tile/15/x123/x456/789.p/41", Tile(15, 123456789, 41)),
    ("tile/entries/x123/x456/789", Tile(None, 123456789)),
    ("tile/entries/000.p/1", Tile(None, 0, 1)),
    ("tile/0/999", Tile(0, 999)),
    ("tile/0/x001/000.p/255", Tile(0, 1000, 255)),
    ("tile/63/000", Tile(63, 0)),
    ("tile/64/000", None),
    ("tile/00/000", None),
    ("tile/0/x000/005", None),
    ("tile/0/5", None),
    ("tile/0/000.p/0", None),
    ("tile/0/000.p/256", None),
    ("tile/0/000.p/01", None),
    ("tile/0/000/", None),
    ("tile/0/000\n", None),
    ("tile/0/x999/x999/x999/x999/x999/x999/999", None),
    ("/tile/0/000", None),
    ("tile/8/0/000", None),
    ("tile/0/٠٠٠", None),
    ("", None),
]


@pytest.mark.parametrize("path, tile", PATHS)
def test_a_path_names_one_tile_and_a_tile_has_one_path(path: str, tile: Tile | None) -> None:
    if tile is None:
        with pytest.raises(MalformedTile, match="path"):
            tiles.parse_path(path)
    else:
        assert tiles.parse_path(path) == tile
        assert tile.path() == path


@given(st.from_regex(re.compile(r"tile/(entries|[0-9]{1,2})/(x[0-9]{3}/){0,2}[0-9]{3}(\.p/[0-9]{1,3})?")) | st.text())
def test_any_path_is_read_exactly_or_refused(path: str) -> None:
    try:
        tile = tiles.parse_path(path)
    except MalformedTile:
        return
    assert tile.path() == path


def test_the_specification_counts_the_tiles_of_70000_leaves() -> None:
    every = list(tiles.tiles_of(70_000))
    assert every == [
        *(Tile(0, number) for number in range(273)),
        Tile(0, 273, 112),
        Tile(1, 0),
        Tile(1, 1, 17),
        Tile(2, 0, 1),
    ]
    assert [tiles.width_at(TileId(0, 273), 70_000), tiles.width_at(TileId(1, 2), 70_000)] == [112, 0]


def test_256_leaves_are_a_full_tile_and_one_hash_above() -> None:
    assert list(tiles.tiles_of(256)) == [Tile(0, 0), Tile(1, 0, 1)]
    assert list(tiles.tiles_of(0)) == list(tiles.bundles_of(0)) == []
    assert list(tiles.bundles_of(257)) == [Tile(None, 0), Tile(None, 1, 1)]


@given(st.integers(0, 200_000), st.integers(0, 5_000))
def test_what_changed_between_two_sizes_is_what_differs_between_their_lists(old: int, more: int) -> None:
    before, after = set(tiles.tiles_of(old)), set(tiles.tiles_of(old + more))
    assert set(tiles.tiles_of(old + more, since=old)) == after - before
    before, after = set(tiles.bundles_of(old)), set(tiles.bundles_of(old + more))
    assert set(tiles.bundles_of(old + more, since=old)) == after - before


def write(table: dict[TileId, bytes], growth: merkle.Growth) -> None:
    """Put what an append completed into a table of tiles, as a store does."""
    for piece in tiles.written(growth):
        stored = table.get(piece.id, b"")
        assert len(stored) == piece.offset * 32, "a tile only grows at its end"
        table[piece.id] = stored + piece.hashes


def tiled(portions: list[int]) -> tuple[list[bytes], dict[TileId, bytes]]:
    every, table, frontier = leaves(sum(portions)), dict[TileId, bytes](), Frontier()
    for portion in portions:
        growth = frontier.grow(every[frontier.size : frontier.size + portion])
        write(table, growth)
        frontier = growth.frontier
    return every, table


@settings(deadline=None, max_examples=40)
@given(st.lists(st.integers(0, 900), max_size=5))
def test_tiles_written_in_any_portions_are_those_of_the_definition(portions: list[int]) -> None:
    every, table = tiled(portions)
    oracle = Oracle(every)
    assert {(tile.level, tile.number) for tile in tiles.tiles_of(len(every))} == set(table)
    for tile, stored in table.items():
        step = 256**tile.level
        first = tile.number * 256
        count = tiles.width_at(tile, len(every))
        assert stored == b"".join(oracle.mth(n * step, (n + 1) * step) for n in range(first, first + count))


@settings(deadline=None, max_examples=60)
@given(st.data())
def test_proofs_from_tiles_are_proofs_from_leaves(data: st.DataObject) -> None:
    every, table = tiled(data.draw(st.lists(st.integers(1, 900), min_size=1, max_size=4)))
    new = data.draw(st.integers(1, len(every)), label="size, perhaps smaller than the tiles are wide")
    index = data.draw(st.integers(0, new - 1))
    old = data.draw(st.integers(0, new))
    from_leaves = hashes_of(every)
    for plan in (merkle.inclusion_plan(index, new), merkle.consistency_plan(old, new), merkle.root_plan(new)):
        needed = {tile: table[tile] for tile in tiles.tiles_needed(plan)}
        assert merkle.read_plan(plan, TileHashes(needed)) == merkle.read_plan(plan, from_leaves)


def test_proofs_reach_across_three_levels_of_tiles() -> None:
    every, table = tiled([1, 65_535, 4_464])
    oracle, size = Oracle(every), 70_000
    for index in (0, 255, 256, 65_535, 65_536, 69_887, 69_999):
        assert list(merkle.inclusion_proof(index, size, TileHashes(table))) == oracle.path(index, 0, size)
    for old in (1, 256, 65_535, 65_536, 65_537, 69_999):
        assert list(merkle.consistency_proof(old, size, TileHashes(table))) == oracle.proof(old, size)


@given(st.integers(1, 10**6), st.data())
def test_a_proof_about_a_million_leaves_reads_six_tiles_at_most(size: int, data: st.DataObject) -> None:
    plan = merkle.inclusion_plan(data.draw(st.integers(0, size - 1)), size)
    assert len(tiles.tiles_needed(plan)) <= 6
    # Two edges: where the older tree ends and where the newer one does.
    plan = merkle.consistency_plan(data.draw(st.integers(0, size)), size)
    assert len(tiles.tiles_needed(plan)) <= 6


def test_a_tile_that_is_absent_or_short_is_named() -> None:
    _, table = tiled([600])
    del table[TileId(0, 1)]
    with pytest.raises(HashMissing, match=r"tile/0/001: the tile is absent"):
        TileHashes(table)(0, 256)
    with pytest.raises(HashMissing, match=r"tile/0/002: it has 88 hashes, 96 are needed"):
        TileHashes(table)(5, (512 + 64) >> 5)
    table[TileId(0, 2)] = table[TileId(0, 2)][:-1]
    with pytest.raises(HashMissing, match=r"tile/0/002: it has 87 hashes, 88 are needed"):
        TileHashes(table)(0, 599)


@given(st.lists(st.binary(max_size=300), max_size=256), st.data())
def test_a_bundle_gives_its_entries_back_and_begins_with_every_smaller_bundle(
    entries: list[bytes], data: st.DataObject
) -> None:
    bundle = tiles.join_bundle(entries)
    assert tiles.split_bundle(bundle, len(entries)) == entries
    width = data.draw(st.integers(0, len(entries)))
    assert tiles.split_bundle(bundle, width) == entries[:width]
    assert bundle.startswith(tiles.join_bundle(entries[:width]))


@given(st.binary())
def test_any_bytes_are_a_bundle_or_refused(bundle: bytes) -> None:
    try:
        entries = tiles.split_bundle(bundle)
    except MalformedTile:
        return
    assert tiles.join_bundle(entries) == bundle


def test_a_bundle_keeps_the_limits_of_its_format() -> None:
    with pytest.raises(MalformedTile, match="entry 1: it has 65536 bytes, above 65535"):
        tiles.join_bundle([bytes(65_535), bytes(65_536)])
    with pytest.raises(MalformedTile, match="it has 257 entries, above 256"):
        tiles.join_bundle([b""] * 257)
    with pytest.raises(MalformedTile, match="more than 256"):
        tiles.split_bundle(bytes(2 * 257))
    with pytest.raises(MalformedTile, match="it has 2 entries instead of 3"):
        tiles.split_bundle(bytes(2 * 2), 3)
    with pytest.raises(MalformedTile, match="entry 1 of the bundle: it is cut short"):
        tiles.split_bundle(b"\x00\x01a\x00")
