"""Verify what a log claims: each function returns what now holds, or raises why it does not.

    verify_inclusion     leaf, place, tree      InclusionRefused
    verify_consistency   older and newer tree   ConsistencyRefused, Fork
    verify_checkpoint    signed note            Malformed…, SignatureRefused, OriginRefused
    verify_growth        two checkpoints        OriginRefused, ConsistencyRefused, Fork
    verify_receipt       .tlog-proof file       any of these, EntryMissing
    check_receipt        the same, by a policy  any of these

All errors are `ledger.log.errors.ProofError` and name the place and the reason. Nothing
here reads a clock, a file or the network.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ledger.log.checkpoint import Checkpoint
from ledger.log.cosignature import vouched_for
from ledger.log.endorsement import Endorsement, check_policy
from ledger.log.errors import (
    ConsistencyRefused,
    EntryMissing,
    Fork,
    InclusionRefused,
    OriginRefused,
    ProofError,
)
from ledger.log.merkle import EMPTY_ROOT, HASH_SIZE, SIZE_MAX, leaf_hash, node_hash
from ledger.log.note import Verifier, check_lines, parse_note
from ledger.log.policy import Policy
from ledger.log.receipt import Receipt


class OnRecord(NamedTuple):
    """An entry that a verified receipt places at `position` (from 1) of `checkpoint`'s log."""

    position: int
    entry: bytes
    checkpoint: Checkpoint


# --- Trees --------------------------------------------------------------------
def verify_inclusion(leaf: bytes, index: int, size: int, root: bytes, proof: Sequence[bytes]) -> None:
    """Check that `leaf` is leaf `index` of the tree (RFC 9162 §2.1.3.2).

    `leaf` and `root` are 32-byte hashes, `index` counts from 0, `proof` goes from the
    leaf's sibling up. Raises `InclusionRefused`.
    """
    place = f"position {index + 1}"
    _check_hashes(InclusionRefused, place, [leaf, root, *proof])
    if not 0 <= index < size <= SIZE_MAX:
        raise InclusionRefused(place, f"the tree has {size} leaves")
    node, last, found = index, size - 1, leaf
    for step in proof:
        if last == 0:
            raise InclusionRefused(place, "the proof has too many hashes for the tree")
        if node & 1 or node == last:
            found = node_hash(step, found)
            while not node & 1 and node:  # the edge was promoted: levels without a sibling
                node, last = node >> 1, last >> 1
        else:
            found = node_hash(found, step)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise InclusionRefused(place, "the proof has too few hashes for the tree")
    if found != root:
        reason = f"leaf {leaf.hex()} leads to root {found.hex()} instead of {root.hex()}"
        raise InclusionRefused(place, reason)


def verify_consistency(old_size: int, old_root: bytes, new_size: int, new_root: bytes, proof: Sequence[bytes]) -> None:
    """Check that the new tree begins with the whole old one (RFC 9162 §2.1.4.2).

    Roots and proof are 32-byte hashes. For equal sizes and for an old size of 0 the proof
    must be empty. Raises `Fork` for two roots at one size, else `ConsistencyRefused`.
    """
    place = f"growth from size {old_size} to {new_size}"
    _check_hashes(ConsistencyRefused, place, [old_root, new_root, *proof])
    if not 0 <= old_size <= new_size <= SIZE_MAX:
        raise ConsistencyRefused(place, "a log never shrinks")
    for size, root in ((old_size, old_root), (new_size, new_root)):
        if size == 0 and root != EMPTY_ROOT:
            raise ConsistencyRefused(place, f"{root.hex()} is not the root of the empty tree")
    if old_size == new_size and old_root != new_root:
        raise Fork(place, f"two roots, {old_root.hex()} and {new_root.hex()}")
    if old_size in (0, new_size):
        if proof:
            raise ConsistencyRefused(place, "the proof should be empty")
        return
    found_old, found_new = _grown(place, old_size, new_size, old_root, proof)
    for size, root, found in ((old_size, old_root, found_old), (new_size, new_root, found_new)):
        if root != found:
            reason = f"the proof leads to root {found.hex()} at size {size}, not {root.hex()}"
            raise ConsistencyRefused(place, reason)


def _grown(place: str, old_size: int, new_size: int, old_root: bytes, proof: Sequence[bytes]) -> tuple[bytes, bytes]:
    # Both roots as the proof has them, for 0 < old_size < new_size (RFC 9162 §2.1.4.2).
    if old_size & (old_size - 1) == 0:  # a perfect tree: the old root is the first step
        proof = [old_root, *proof]
    node, last = old_size - 1, new_size - 1
    while node & 1:
        node, last = node >> 1, last >> 1
    if not proof:
        raise ConsistencyRefused(place, "the proof is empty")
    found_old = found_new = proof[0]
    for step in proof[1:]:
        if last == 0:
            raise ConsistencyRefused(place, "the proof has too many hashes for the trees")
        if node & 1 or node == last:
            found_old, found_new = node_hash(step, found_old), node_hash(step, found_new)
            while not node & 1 and node:
                node, last = node >> 1, last >> 1
        else:
            found_new = node_hash(found_new, step)
        node, last = node >> 1, last >> 1
    if last != 0:
        raise ConsistencyRefused(place, "the proof has too few hashes for the trees")
    return found_old, found_new


def _check_hashes(error: type[ProofError], place: str, hashes: Iterable[bytes]) -> None:
    for found in hashes:
        if len(found) != HASH_SIZE:
            raise error(place, f"a hash has {len(found)} bytes instead of {HASH_SIZE}")


# --- Checkpoints --------------------------------------------------------------
def verify_checkpoint(raw: bytes, origin: str, keys: Iterable[Verifier]) -> Checkpoint:
    """Return the checkpoint in a note that one of the log's `keys` has signed.

    `keys` are those trusted to speak for `origin` (C2SP tlog-proof, "Verifying", step 2),
    not witnesses'. Lines by other keys are passed over (C2SP signed-note), and further
    lines of the checkpoint left out unless one of `keys` vouches for them. Raises
    `MalformedNote`, `SignatureRefused`, `MalformedCheckpoint` or `OriginRefused`.
    """
    note = parse_note(raw)
    trusted = tuple(keys)
    lines = check_lines(note, trusted)
    lines.require(trusted)
    checkpoint = vouched_for(Checkpoint.parse(note.text), [key for key, _ in lines.fitting])
    if checkpoint.origin != origin:
        raise OriginRefused("checkpoint", f"it is by {checkpoint.origin[:80]!r}, not {origin!r}")
    return checkpoint


def verify_growth(old: Checkpoint, new: Checkpoint, proof: Sequence[bytes]) -> None:
    """Check that a log only grew from one verified checkpoint to a later one.

    Raises `OriginRefused` if they are of different logs, else as `verify_consistency`.
    """
    if old.origin != new.origin:
        raise OriginRefused("checkpoints", f"one is by {old.origin!r}, one by {new.origin!r}")
    verify_consistency(old.size, old.root, new.size, new.root, proof)


# --- Receipts -----------------------------------------------------------------
def verify_receipt(raw: bytes, origin: str, keys: Iterable[Verifier], entry: bytes | None = None) -> OnRecord:
    """Return what a `.tlog-proof` file proves (C2SP tlog-proof, "Verifying a tlog proof").

    The entry is taken from `extra`, unless `entry` gives the bytes to check, which then
    must also be those in `extra` if there are any. Whether enough witnesses have seen the
    checkpoint is for `check_receipt`. Raises `EntryMissing` if there is no entry,
    `MalformedReceipt`, what `verify_checkpoint` raises, or `InclusionRefused`.
    """
    receipt = Receipt.parse(raw)
    return _on_record(receipt, verify_checkpoint(receipt.checkpoint, origin, keys), entry)


def check_receipt(
    raw: bytes,
    policy: Policy,
    *,
    entry: bytes | None = None,
    now: int | None = None,
    origin: str | None = None,
    logs: Iterable[Verifier] = (),
) -> tuple[OnRecord, Endorsement]:
    """Return what a `.tlog-proof` file proves, and who vouches for it under `policy`.

    All four steps of C2SP tlog-proof: `entry` is as in `verify_receipt`, the rest as in
    `check_policy`, and whether the quorum is met is a fact in what is returned. Raises
    what these two raise.
    """
    receipt = Receipt.parse(raw)
    endorsement = check_policy(receipt.checkpoint, policy, now=now, origin=origin, logs=logs)
    return _on_record(receipt, endorsement.checkpoint, entry), endorsement


def _on_record(receipt: Receipt, checkpoint: Checkpoint, entry: bytes | None) -> OnRecord:
    place = f"position {receipt.position}"
    if entry is None:
        entry = receipt.extra
    if entry is None:
        raise EntryMissing(place, "the receipt does not carry its entry")
    if receipt.extra not in (None, entry):
        raise InclusionRefused(place, "the receipt carries another entry")
    verify_inclusion(leaf_hash(entry), receipt.index, checkpoint.size, checkpoint.root, receipt.proof)
    return OnRecord(receipt.position, entry, checkpoint)
