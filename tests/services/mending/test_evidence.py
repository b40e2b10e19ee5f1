"""Which account of the leaf hashes is right: the one that gives the signed root, however they were damaged."""

from __future__ import annotations

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.log.merkle import HASH_SIZE, fold_perfect, root_of, split_hashes
from ledger.log.tiles import WIDTH, TileId, tiles_of
from services.mending.evidence import ACCOUNTS, NONE, Evidence, Row

LEAVES = [sha256(b"%d" % n).digest() for n in range(3 * WIDTH + 7)]
KINDS = ("tiles", "leaves", "entries")


def weighed(size: int, damage: dict[str, set[int]]) -> Evidence:
    """Weigh a tree of which each account is damaged at some places."""
    accounts = {
        kind: [
            sha256(b"%s%d" % (kind.encode(), n)).digest() if n in damage.get(kind, ()) else LEAVES[n]
            for n in range(size)
        ]
        for kind in KINDS
    }
    evidence = Evidence()
    for start in range(0, size, WIDTH):
        here = slice(start, min(start + WIDTH, size))
        whole = LEAVES[here]
        above = fold_perfect(whole) if len(whole) == WIDTH else None
        evidence.add(Row(*(b"".join(accounts[kind][here]) for kind in KINDS)), above)
    return evidence


places = st.sets(st.integers(0, 3 * WIDTH + 6), max_size=6)


@given(st.sampled_from([1, 5, WIDTH, WIDTH + 1, 3 * WIDTH + 7]), places, places, places)
def test_what_is_damaged_in_one_account_alone_is_told_from_the_others(
    size: int, tiles: set[int], leaves: set[int], entries: set[int]
) -> None:
    damage = {"tiles": tiles, "leaves": leaves - tiles, "entries": entries - tiles - leaves}
    evidence = weighed(size, damage)
    right = evidence.right(root_of(LEAVES[:size]))
    assert right is not None
    touched = {place for kind in damage.values() for place in kind if place < size}
    assert {doubt.position - 1 for doubt in evidence.doubts} == touched
    assert all(getattr(doubt, right) == LEAVES[doubt.position - 1] for doubt in evidence.doubts)


@given(places.filter(bool), places)
def test_nothing_is_proved_by_an_account_that_does_not_give_the_root(one: set[int], other: set[int]) -> None:
    damage = {"tiles": one, "leaves": one | other, "entries": one | other}
    evidence = weighed(len(LEAVES), damage)
    assert evidence.right(root_of(LEAVES)) is None


def test_the_level_above_settles_a_tile_of_which_most_is_damaged() -> None:
    evidence = weighed(len(LEAVES), {"tiles": {5}, "leaves": {5, 6}, "entries": {300}})
    assert evidence.right(root_of(LEAVES)) == "above"


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 3 * 256 + 7])
def test_every_account_of_a_whole_tree_gives_its_root_and_its_tiles(size: int) -> None:
    evidence = weighed(size, {})
    assert all(evidence.root(name) == root_of(LEAVES[:size]) for name in ACCOUNTS)
    upper = dict(evidence.upper_tiles("tiles"))
    assert upper.keys() == {TileId(tile.level or 0, tile.number) for tile in tiles_of(size) if tile.level}
    if upper:
        (first, *_) = split_hashes(upper[TileId(1, 0)])
        assert first == fold_perfect(LEAVES[:WIDTH])
    assert bytes(HASH_SIZE) == NONE and not evidence.doubts
