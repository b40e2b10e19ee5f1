"""The tree: reference facts, every small tree, and growing in any portions."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.log import merkle
from ledger.log.errors import HashMissing, MalformedFrontier, OutsideTree
from ledger.log.merkle import EMPTY_ROOT, Frontier, hashes_of
from tests.ledger.log.oracle import Oracle, leaves

REFERENCE_ENTRIES = [
    bytes.fromhex(entry)
    for entry in ("", "00", "10", "2021", "3031", "40414243", "5051525354555657", "606162636465666768696a6b6c6d6e6f")
]
REFERENCE_ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]


def test_the_reference_leaves_give_the_reference_roots() -> None:
    hashes = merkle.leaf_hashes(REFERENCE_ENTRIES)
    assert hashes == [merkle.leaf_hash(entry) for entry in REFERENCE_ENTRIES]
    assert [merkle.root_of(hashes[:size]).hex() for size in range(9)] == REFERENCE_ROOTS


def test_leaf_and_node_are_hashed_apart() -> None:
    leaf = merkle.leaf_hash(b"L123456")
    assert leaf.hex() == "395aa064aa4c29f7010acfe3f25db9485bbd4b91897b6ad7ad547639252b4d56"
    node = merkle.node_hash(b"N123", b"N456")
    assert node.hex() == "aa217fe888e47007fa15edab33c2b492a722cb106c64667fc2b044444de66bbb"


def test_frontier_of_every_small_tree_is_the_recursive_definition() -> None:
    oracle, frontier = Oracle(leaves(301)), Frontier()
    for size in range(301):
        assert frontier.root() == oracle.mth(0, size)
        assert frontier == Frontier().extend(oracle.leaves[:size])
        assert merkle.root(size, hashes_of(oracle.leaves)) == oracle.mth(0, size)
        frontier = frontier.extend(oracle.leaves[size : size + 1])


def test_inclusion_proof_of_every_leaf_of_every_small_tree_is_the_recursive_definition() -> None:
    oracle = Oracle(leaves(300))
    read = hashes_of(oracle.leaves)
    for size in range(1, 301):
        for index in range(size):
            assert list(merkle.inclusion_proof(index, size, read)) == oracle.path(index, 0, size)


def test_consistency_proof_of_every_pair_of_small_trees_is_the_recursive_definition() -> None:
    oracle = Oracle(leaves(300))
    read = hashes_of(oracle.leaves)
    for new in range(301):
        for old in range(new + 1):
            assert list(merkle.consistency_proof(old, new, read)) == oracle.proof(old, new)


@settings(deadline=None)
@given(st.lists(st.integers(0, 700), max_size=8))
def test_growing_in_any_portions_ends_in_the_same_tree(portions: list[int]) -> None:
    every = leaves(sum(portions))
    oracle, frontier, at = Oracle(every), Frontier(), 0
    for portion in portions:
        growth = frontier.grow(every[at : at + portion])
        for height, row in enumerate(growth.rows):
            for number, found in enumerate(row, start=growth.before >> height):
                assert found == oracle.mth(number << height, (number + 1) << height)
        completed = [(at + portion >> h) - (at >> h) for h in range(len(growth.rows))]
        assert [len(row) for row in growth.rows] == completed
        at += portion
        frontier = Frontier.from_bytes(growth.frontier.to_bytes())
        assert frontier.size == at
        assert frontier.root() == oracle.mth(0, at)
    assert frontier == Frontier().extend(every)


def test_appending_nothing_changes_nothing() -> None:
    frontier = Frontier().extend(leaves(11))
    growth = frontier.grow([])
    assert growth == (frontier, 11, ())
    assert Frontier().root() == EMPTY_ROOT


def test_an_old_frontier_stays_as_it_was() -> None:
    old = Frontier().extend(leaves(7))
    root = old.root()
    old.extend(leaves(9))
    assert (old.size, old.root()) == (7, root)


@given(st.binary(max_size=8 + 32 * 5))
def test_a_stored_frontier_is_read_exactly_or_refused(stored: bytes) -> None:
    try:
        frontier = Frontier.from_bytes(stored)
    except MalformedFrontier:
        return
    assert frontier.to_bytes() == stored


def test_a_frontier_with_a_hash_cut_off_is_refused() -> None:
    stored = Frontier().extend(leaves(7)).to_bytes()
    with pytest.raises(MalformedFrontier, match="frontier of size 7: it has 103 bytes instead of 104"):
        Frontier.from_bytes(stored[:-1])


@pytest.mark.parametrize("index, size", [(0, 0), (5, 5), (-1, 5)])
def test_no_proof_is_made_for_a_leaf_outside_the_tree(index: int, size: int) -> None:
    with pytest.raises(OutsideTree, match=f"position {index + 1}: the tree has {size} leaves"):
        merkle.inclusion_plan(index, size)


@pytest.mark.parametrize("old, new", [(6, 5), (-1, 5)])
def test_no_proof_is_made_for_a_tree_that_shrank(old: int, new: int) -> None:
    with pytest.raises(OutsideTree):
        merkle.consistency_plan(old, new)


def test_a_proof_over_leaves_that_are_not_there_names_the_subtree() -> None:
    with pytest.raises(HashMissing, match="subtree 4 of height 1: there are only 9 leaves"):
        merkle.inclusion_proof(0, 10, hashes_of(leaves(9)))


@pytest.mark.parametrize("count", [0, 3, 255])
def test_only_a_power_of_two_of_hashes_folds_to_a_perfect_subtree(count: int) -> None:
    with pytest.raises(OutsideTree):
        merkle.fold_perfect(leaves(count))
