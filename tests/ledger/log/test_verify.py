"""Verification: what is true passes, and one changed bit anywhere is refused by name."""

import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.log import merkle
from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.errors import (
    ConsistencyRefused,
    EntryMissing,
    Fork,
    InclusionRefused,
    MalformedCheckpoint,
    OriginRefused,
    ProofError,
    SignatureInvalid,
    SignatureMissing,
)
from ledger.log.merkle import EMPTY_ROOT, hashes_of, leaf_hash
from ledger.log.note import SigningKey, sign_note
from ledger.log.receipt import Receipt
from ledger.log.verify import (
    verify_checkpoint,
    verify_consistency,
    verify_growth,
    verify_inclusion,
    verify_receipt,
)
from tests.ledger.log.oracle import Oracle, flips, leaves

ORIGIN = "kommun.example/ledger"
KEY = SigningKey(ORIGIN, bytes(range(32)))
WITNESS = SigningKey("witness.example", bytes(range(1, 33)))
ENTRIES = [f'{{"position":{number}}}'.encode() for number in range(1, 12)]
LEAVES = merkle.leaf_hashes(ENTRIES)
HEAD = Checkpoint(ORIGIN, len(LEAVES), merkle.root_of(LEAVES))
SIGNED = sign_checkpoint(HEAD, KEY)


def receipt_of(index: int, *, extra: bool = True) -> Receipt:
    proof = merkle.inclusion_proof(index, HEAD.size, hashes_of(LEAVES))
    return Receipt(index, proof, SIGNED, ENTRIES[index] if extra else None)


# --- Inclusion ----------------------------------------------------------------
def test_every_leaf_of_every_small_tree_is_proved() -> None:
    oracle = Oracle(leaves(300))
    for size in range(1, 301):
        root = oracle.mth(0, size)
        for index in range(size):
            verify_inclusion(oracle.leaves[index], index, size, root, oracle.path(index, 0, size))


def test_a_proof_holds_for_no_other_position_size_leaf_or_root() -> None:
    oracle = Oracle(leaves(34))
    for size in range(1, 34):
        root = oracle.mth(0, size)
        for index in range(size):
            leaf, path = oracle.leaves[index], oracle.path(index, 0, size)
            wrong = [
                *((leaf, other, size, root, path) for other in range(-1, size + 2) if other != index),
                *((leaf, index, size + more, oracle.mth(0, size + more), path) for more in (-1, 1)),
                (oracle.leaves[size], index, size, root, path),
                (leaf, index, size, oracle.leaves[size], path),
                (leaf, index, size, root, [*path, root]),
                (leaf, index, size, root, [oracle.leaves[size], *path]),
                (leaf, index, size, root, [*path, bytes(31)]),
                (leaf[:-1], index, size, root, path),
            ]
            if path:
                wrong += [(leaf, index, size, root, path[:-1]), (leaf, index, size, root, path[1:])]
            for case in wrong:
                with pytest.raises(InclusionRefused, match=f"^position {case[1] + 1}: "):
                    verify_inclusion(*case)


def test_a_tree_of_another_height_with_the_same_root_is_refused() -> None:
    # A size with more or fewer levels above the leaf must not pass, whatever the root.
    oracle = Oracle(leaves(4))
    path = oracle.path(0, 0, 4)
    for size in (1, 2, 5, 8, 9, 1 << 62):
        with pytest.raises(InclusionRefused):
            verify_inclusion(oracle.leaves[0], 0, size, oracle.mth(0, 4), path)


@pytest.mark.parametrize("index, size", [(0, 11), (6, 11), (10, 11), (7, 8)])
def test_any_bit_of_leaf_root_or_proof_changed_is_refused(index: int, size: int) -> None:
    oracle = Oracle(LEAVES)
    leaf, root, path = LEAVES[index], oracle.mth(0, size), oracle.path(index, 0, size)
    whole = [leaf, root, *path]
    for at, part in enumerate(whole):
        for flipped in flips(part):
            changed = [*whole[:at], flipped, *whole[at + 1 :]]
            with pytest.raises(InclusionRefused):
                verify_inclusion(changed[0], index, size, changed[1], changed[2:])
    for flipped in flips(ENTRIES[index]):
        with pytest.raises(InclusionRefused):
            verify_inclusion(leaf_hash(flipped), index, size, root, path)


def test_levels_added_above_the_root_are_refused() -> None:
    # The hashes add up to the false root: only the count of levels gives it away.
    oracle = Oracle(LEAVES)
    added, size = leaf_hash(b"added"), len(LEAVES)
    false_root = merkle.node_hash(added, HEAD.root)
    with pytest.raises(InclusionRefused, match="too many hashes"):
        verify_inclusion(LEAVES[4], 4, size, false_root, [*oracle.path(4, 0, size), added])
    false_old = merkle.node_hash(added, oracle.mth(0, 7))
    with pytest.raises(ConsistencyRefused, match="too many hashes"):
        verify_consistency(7, false_old, size, false_root, [*oracle.proof(7, size), added])


def test_levels_left_out_below_the_root_are_refused() -> None:
    # What is left proves the growth to eight leaves, and is offered for eleven.
    oracle, size = Oracle(LEAVES), len(LEAVES)
    short = oracle.proof(7, size)[:-1]
    verify_consistency(7, oracle.mth(0, 7), 8, oracle.mth(0, 8), short)
    with pytest.raises(ConsistencyRefused, match="too few hashes"):
        verify_consistency(7, oracle.mth(0, 7), size, oracle.mth(0, 8), short)
    with pytest.raises(InclusionRefused, match="too few hashes"):
        verify_inclusion(LEAVES[4], 4, size, oracle.mth(0, 8), oracle.path(4, 0, 8))


# --- Consistency --------------------------------------------------------------
def test_every_pair_of_small_trees_is_proved() -> None:
    oracle = Oracle(leaves(300))
    for new in range(301):
        for old in range(new + 1):
            verify_consistency(old, oracle.mth(0, old), new, oracle.mth(0, new), oracle.proof(old, new))


def test_the_reference_growth_from_two_to_five_is_proved() -> None:
    old = "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"
    new = "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4"
    proof = [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ]
    verify_consistency(2, bytes.fromhex(old), 5, bytes.fromhex(new), [bytes.fromhex(step) for step in proof])


def test_a_growth_holds_for_no_other_sizes_roots_or_proofs() -> None:
    oracle = Oracle(leaves(35))
    for new in range(1, 34):
        for old in range(1, new):
            proof = oracle.proof(old, new)
            old_root, new_root = oracle.mth(0, old), oracle.mth(0, new)
            wrong = [
                (old, old_root, new, new_root, proof[:-1]),
                (old, old_root, new, new_root, proof[1:]),
                (old, old_root, new, new_root, [*proof, new_root]),
                (old, old_root, new, new_root, [old_root, *proof]),
                (old, old_root, new, new_root, [*proof[:-1], bytes(31)]),
                (old, old_root, new, oracle.leaves[34], proof),
                (old, oracle.leaves[34], new, new_root, proof),
                (old, new_root, new, old_root, proof),
                (new, new_root, old, old_root, proof),
                (old, old_root, new + 1, oracle.mth(0, new + 1), proof),
                (old + 1, oracle.mth(0, old + 1), new, new_root, proof),
            ]
            for case in wrong:
                with pytest.raises(ConsistencyRefused, match=f"^growth from size {case[0]} to {case[2]}: "):
                    verify_consistency(*case)


@pytest.mark.parametrize("old, new", [(1, 11), (4, 11), (6, 11), (8, 11), (10, 11), (4, 8), (7, 8)])
def test_any_bit_of_either_root_or_the_proof_changed_is_refused(old: int, new: int) -> None:
    oracle = Oracle(LEAVES)
    whole = [oracle.mth(0, old), oracle.mth(0, new), *oracle.proof(old, new)]
    for at, part in enumerate(whole):
        for flipped in flips(part):
            changed = [*whole[:at], flipped, *whole[at + 1 :]]
            with pytest.raises(ConsistencyRefused):
                verify_consistency(old, changed[0], new, changed[1], changed[2:])


def test_two_roots_at_one_size_are_a_fork() -> None:
    verify_consistency(3, bytes(32), 3, bytes(32), [])
    with pytest.raises(Fork, match="growth from size 3 to 3: two roots, 00"):
        verify_consistency(3, bytes(32), 3, LEAVES[0], [])
    with pytest.raises(ConsistencyRefused, match="should be empty"):
        verify_consistency(3, bytes(32), 3, bytes(32), [LEAVES[0]])


def test_growth_from_nothing_needs_the_empty_root_and_no_proof() -> None:
    verify_consistency(0, EMPTY_ROOT, 0, EMPTY_ROOT, [])
    verify_consistency(0, EMPTY_ROOT, 11, HEAD.root, [])
    for case in (
        (0, bytes(32), 11, HEAD.root, []),
        (0, EMPTY_ROOT, 11, HEAD.root, [LEAVES[0]]),
        (0, bytes(32), 0, bytes(32), []),
    ):
        with pytest.raises(ConsistencyRefused):
            verify_consistency(*case)


@settings(deadline=None)
@given(st.integers(1, 2000), st.data())
def test_history_rewritten_before_an_older_checkpoint_is_caught(size: int, data: st.DataObject) -> None:
    true = leaves(size)
    old = data.draw(st.integers(1, size))
    changed = data.draw(st.integers(0, old - 1))
    false = [*true[:changed], leaf_hash(b"rewritten"), *true[changed + 1 :]]
    before = Checkpoint(ORIGIN, old, merkle.root_of(true[:old]))
    after = Checkpoint(ORIGIN, size, merkle.root_of(false))
    verify_growth(before, Checkpoint(ORIGIN, size, merkle.root_of(true)), prove(old, size, true))
    with pytest.raises(ConsistencyRefused):
        verify_growth(before, after, prove(old, size, false))


def prove(old: int, new: int, over: list[bytes]) -> tuple[bytes, ...]:
    return merkle.consistency_proof(old, new, hashes_of(over))


def test_checkpoints_of_two_logs_are_not_compared() -> None:
    with pytest.raises(OriginRefused, match="checkpoints"):
        verify_growth(HEAD, Checkpoint("region.example/ledger", HEAD.size, HEAD.root), [])


# --- Checkpoints --------------------------------------------------------------
def test_a_signed_checkpoint_gives_the_head() -> None:
    assert verify_checkpoint(SIGNED, ORIGIN, [KEY.verifier]) == HEAD
    assert verify_checkpoint(sign_checkpoint(HEAD, WITNESS, KEY), ORIGIN, [KEY.verifier]) == HEAD


def test_a_checkpoint_signed_by_others_for_another_log_or_without_meaning_is_refused() -> None:
    with pytest.raises(SignatureMissing):
        verify_checkpoint(sign_checkpoint(HEAD, WITNESS), ORIGIN, [KEY.verifier])
    with pytest.raises(OriginRefused, match=r"by 'kommun\.example/ledger', not 'region\.example'"):
        verify_checkpoint(SIGNED, "region.example", [KEY.verifier])
    with pytest.raises(SignatureInvalid):
        verify_checkpoint(SIGNED.replace(b"\n11\n", b"\n12\n"), ORIGIN, [KEY.verifier])
    with pytest.raises(MalformedCheckpoint):
        verify_checkpoint(sign_note("hej\n", KEY).to_bytes(), ORIGIN, [KEY.verifier])


def test_any_bit_of_a_checkpoint_changed_is_refused() -> None:
    for flipped in flips(SIGNED):
        with pytest.raises(ProofError):
            verify_checkpoint(flipped, ORIGIN, [KEY.verifier])


@settings(deadline=None)
@given(st.integers(0, len(SIGNED)), st.integers(0, 40), st.binary(max_size=8) | st.text(max_size=4).map(str.encode))
def test_a_checkpoint_cut_and_pasted_is_refused_by_name(at: int, length: int, between: bytes) -> None:
    match head_or_refusal(SIGNED[:at] + between + SIGNED[at + length :]):
        case ProofError(place=place, reason=reason):
            assert place
            assert reason
        case found:
            # A further line by an unknown key may be pasted in; the head is the same.
            assert found == HEAD


def head_or_refusal(raw: bytes) -> Checkpoint | ProofError:
    try:
        return verify_checkpoint(raw, ORIGIN, [KEY.verifier])
    except ProofError as refused:
        return refused


# --- Receipts -----------------------------------------------------------------
@pytest.mark.parametrize("index", range(len(ENTRIES)))
def test_a_receipt_proves_its_entry_offline(index: int) -> None:
    found = verify_receipt(receipt_of(index).to_bytes(), ORIGIN, [KEY.verifier])
    assert found == (index + 1, ENTRIES[index], HEAD)


def test_a_receipt_without_its_entry_needs_it_given() -> None:
    raw = receipt_of(4, extra=False).to_bytes()
    with pytest.raises(EntryMissing, match="position 5: the receipt does not carry its entry"):
        verify_receipt(raw, ORIGIN, [KEY.verifier])
    assert verify_receipt(raw, ORIGIN, [KEY.verifier], ENTRIES[4]).position == 5
    with pytest.raises(InclusionRefused, match="position 5: leaf "):
        verify_receipt(raw, ORIGIN, [KEY.verifier], ENTRIES[5])


def test_a_receipt_for_another_entry_than_the_one_in_hand_is_refused() -> None:
    raw = receipt_of(4).to_bytes()
    assert verify_receipt(raw, ORIGIN, [KEY.verifier], ENTRIES[4]).entry == ENTRIES[4]
    with pytest.raises(InclusionRefused, match="position 5: the receipt carries another entry"):
        verify_receipt(raw, ORIGIN, [KEY.verifier], ENTRIES[5])


def test_a_receipt_beyond_its_checkpoint_is_refused() -> None:
    for index in (11, 1 << 62):
        beyond = Receipt(index, receipt_of(10).proof, SIGNED, ENTRIES[10]).to_bytes()
        with pytest.raises(InclusionRefused, match=f"position {index + 1}: the tree has 11 leaves"):
            verify_receipt(beyond, ORIGIN, [KEY.verifier])


@pytest.mark.parametrize("index", [4, 10])
def test_any_bit_of_a_receipt_changed_is_refused(index: int) -> None:
    for flipped in flips(receipt_of(index).to_bytes()):
        with pytest.raises(ProofError):
            verify_receipt(flipped, ORIGIN, [KEY.verifier])


def test_an_inner_node_passed_off_as_an_entry_is_refused() -> None:
    # Without the 0x00 and 0x01 in front, this would be leaf 0 of a tree of half the size.
    oracle = Oracle(LEAVES[:8])
    node = LEAVES[0] + LEAVES[1]
    signed = sign_checkpoint(Checkpoint(ORIGIN, 4, oracle.mth(0, 8)), KEY)
    forged = Receipt(0, tuple(oracle.path(0, 0, 8)[1:]), signed, node)
    with pytest.raises(InclusionRefused):
        verify_receipt(forged.to_bytes(), ORIGIN, [KEY.verifier])


# --- On its own ---------------------------------------------------------------
def test_verification_loads_nothing_but_the_standard_library_and_cryptography() -> None:
    script = (
        "import sys; before = set(sys.modules); import ledger.log.verify, ledger.log.tiles; "
        "print(*{name.partition('.')[0] for name in set(sys.modules) - before})"
    )
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    foreign = set(done.stdout.split()) - sys.stdlib_module_names - {"ledger", "cryptography"}
    # What `cryptography` brings along: its native part and the binding that loads it.
    assert foreign <= {"_cffi_backend", "_openssl"}
