"""What is handed out proves itself offline, and what cannot be proved is refused by name."""

from collections.abc import Callable

import pytest

from ledger.log.checkpoint import Checkpoint
from ledger.log.errors import HashMissing, InclusionRefused, OutsideTree, ProofError
from ledger.log.merkle import root_of
from ledger.log.proofs import TilesDamaged
from ledger.log.published import NotPublished
from ledger.log.receipt import Receipt
from ledger.log.verify import verify_checkpoint, verify_consistency, verify_inclusion, verify_receipt
from tests.ledger.log.published import ORIGIN, Published, flipped, leaf, literal

Ask = Callable[[], object]


@pytest.fixture
def three(published: Published) -> Published:
    """A ledger with checkpoints of 3, 260 and 600 events, and 5 more recorded."""
    for count in (3, 257, 340):
        published.record(count)
        published.publish()
    published.record(5)
    return published


def test_the_newest_checkpoint_comes_with_its_growth(three: Published) -> None:
    proofs = three.proofs()
    head = proofs.checkpoint()
    assert head.proof == ()
    signed = verify_checkpoint(head.checkpoint.note.encode(), ORIGIN, [three.key])
    assert signed == Checkpoint(ORIGIN, 600, root_of(three.leaves[:600]))
    for since in (0, 1, 3, 255, 256, 259, 599, 600):
        grown = proofs.checkpoint(prove_since=since)
        verify_consistency(since, root_of(three.leaves[:since]), 600, signed.root, grown.proof)


def test_every_position_is_included_in_every_size_asked_about(three: Published) -> None:
    proofs = three.proofs()
    for size in (3, 100, 256, 257, 600):
        for position in {1, 2, 3, size // 2, size - 1, size}:
            found = proofs.inclusion(position, size)
            assert (found.position, found.size, found.leaf) == (position, size, three.leaves[position - 1])
            verify_inclusion(found.leaf, position - 1, size, root_of(three.leaves[:size]), found.proof)
    assert proofs.inclusion(1).size == 600


def test_sizes_between_checkpoints_are_consistent_too(three: Published) -> None:
    proofs = three.proofs()
    for old, new in ((1, 2), (2, 300), (255, 513), (256, 512), (0, 600), (600, 600)):
        found = proofs.consistency(old, new)
        verify_consistency(old, root_of(three.leaves[:old]), new, root_of(three.leaves[:new]), found.proof)


def test_a_receipt_verifies_offline_and_is_the_same_file_later(three: Published) -> None:
    proofs = three.proofs()
    receipts = {position: proofs.receipt(position) for position in (1, 3, 4, 256, 260, 261, 600)}
    for position, raw in receipts.items():
        on_record = verify_receipt(raw, ORIGIN, [three.key])
        assert on_record.position == position
        assert leaf(on_record.entry) == three.leaves[position - 1]
        assert on_record.checkpoint.size == (3 if position <= 3 else 260 if position <= 260 else 600)
        with pytest.raises(ProofError):
            verify_receipt(raw, ORIGIN, [three.key], entry=b"{}")
    three.publish()
    assert {position: proofs.receipt(position) for position in receipts} == receipts
    assert Receipt.parse(proofs.receipt(605)).index == 604


def test_what_is_not_covered_yet_is_told_from_what_does_not_exist(three: Published) -> None:
    proofs = three.proofs()
    assert proofs.covering(600) is not None
    assert proofs.covering(601) is None
    later: list[Ask] = [
        lambda: proofs.receipt(601),
        lambda: proofs.inclusion(605),
        lambda: proofs.consistency(3, 605),
    ]
    for ask in later:
        with pytest.raises(NotPublished, match="covers 600"):
            ask()
    never: list[Ask] = [
        lambda: proofs.receipt(606),
        lambda: proofs.inclusion(606),
        lambda: proofs.inclusion(4, 3),
        lambda: proofs.inclusion(0),
        lambda: proofs.receipt(0),
        lambda: proofs.inclusion(-1),
        lambda: proofs.inclusion(1, -1),
        lambda: proofs.consistency(4, 3),
        lambda: proofs.consistency(-1, 3),
        lambda: proofs.checkpoint(prove_since=601),
    ]
    for ask in never:
        with pytest.raises(OutsideTree):
            ask()


def test_before_the_first_checkpoint_there_is_nothing_to_prove(published: Published) -> None:
    published.record(2)
    proofs = published.proofs()
    asked: list[Ask] = [
        proofs.checkpoint,
        lambda: proofs.inclusion(1),
        lambda: proofs.receipt(1),
        lambda: proofs.consistency(0),
    ]
    for ask in asked:
        with pytest.raises(NotPublished):
            ask()


def test_a_damaged_tile_gives_an_error_and_never_a_bad_proof(three: Published) -> None:
    proofs = three.proofs()
    tiles = three.tiles()
    name = three.engine.name
    three.tamper(f"UPDATE tile SET hashes = {literal(name, flipped(tiles[0, 0], 0))} WHERE level = 0 AND number = 0")
    with pytest.raises(TilesDamaged, match="size 3: the tiles give another root"):
        proofs.receipt(2)
    with pytest.raises(InclusionRefused):
        proofs.inclusion(2)
    three.tamper(f"UPDATE tile SET hashes = {literal(name, flipped(tiles[0, 2], 5))} WHERE level = 0 AND number = 2")
    with pytest.raises(TilesDamaged, match="size 600"):
        proofs.inclusion(2)
    three.tamper("DELETE FROM tile WHERE level = 0 AND number = 0")
    with pytest.raises(HashMissing, match="tile/0/000"):
        proofs.receipt(2)


def test_a_changed_entry_gives_an_error_and_never_a_receipt(three: Published) -> None:
    name = three.engine.name
    three.tamper(f"UPDATE event SET entry = {literal(name, flipped(three.entries[6]))} WHERE position = 7")
    with pytest.raises(InclusionRefused, match="position 7"):
        three.proofs().receipt(7)
