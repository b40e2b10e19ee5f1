"""Every kind of true and false proof that other implementations are tested with, made anew.

The kinds are those of the vectors of transparency-dev/merkle for inclusion and consistency;
trees, proofs and expectations come from the recursive definition, at sizes around every
power of two and with indices at every edge.
"""

from collections.abc import Iterator, Sequence
from hashlib import sha256

import pytest

from ledger.log.errors import ConsistencyRefused, InclusionRefused
from ledger.log.merkle import EMPTY_ROOT, SIZE_MAX
from ledger.log.verify import verify_consistency, verify_inclusion
from tests.ledger.log.oracle import Oracle, leaves

ORACLE = Oracle(leaves(1026))
SIZES = sorted({size + off for size in (1, 2, 4, 8, 16, 64, 256, 1024) for off in (-1, 0, 1)} - {0})
RANDOM = sha256(b"no hash of any tree here").digest()
HUGE = (1 << 32, (1 << 62) + 1, SIZE_MAX, SIZE_MAX + 1, 1 << 64)

Inclusion = tuple[bytes, int, int, bytes, Sequence[bytes]]
Consistency = tuple[int, bytes, int, bytes, Sequence[bytes]]


def edges(size: int) -> list[int]:
    return sorted({index for index in (0, 1, size // 2 - 1, size // 2, size - 2, size - 1) if 0 <= index < size})


def wrong_inclusions(index: int, size: int) -> Iterator[tuple[str, Inclusion]]:
    leaf, root, path = ORACLE.leaves[index], ORACLE.mth(0, size), ORACLE.path(index, 0, size)
    yield "root empty", (leaf, index, size, b"", path)
    yield "root random", (leaf, index, size, RANDOM, path)
    yield "root of no leaves", (leaf, index, size, EMPTY_ROOT, path)
    yield "leaf empty", (b"", index, size, root, path)
    yield "leaf random", (RANDOM, index, size, root, path)
    yield "index before the first", (leaf, -1, size, root, path)
    yield "index beyond the last", (leaf, size, size, root, path)
    for other in {index - 1, index + 1, index ^ 2, size - 1 - index} - {index}:
        yield f"index {other}", (leaf, other, size, root, path)
    for huge in HUGE:
        yield f"index {huge}", (leaf, huge, size, root, path)
        yield f"size {huge}", (leaf, index, huge, root, path)
    yield "size 0", (leaf, 0, 0, root, path)
    yield "size negative", (leaf, index, -size, root, path)
    yield "size doubled", (leaf, index, 2 * size, root, path)
    if size > 1:
        yield "size halved", (leaf, index, size // 2, root, path)
        yield "root is the leaf", (leaf, index, size, leaf, path)
        yield "proof empty", (leaf, index, size, root, [])
        yield "proof without its first", (leaf, index, size, root, path[1:])
        yield "proof without its last", (leaf, index, size, root, path[:-1])
        yield "hash empty", (leaf, index, size, root, [b"", *path[1:]])
        yield "hash empty at the end", (leaf, index, size, root, [*path[:-1], b""])
        yield "hash wider", (leaf, index, size, root, [*path[:-1], path[-1] + b"\0"])
        yield "hash random", (leaf, index, size, root, [*path[:-1], RANDOM])
    if len(path) > 1:
        yield "proof reversed", (leaf, index, size, root, path[::-1])
        yield "hashes joined", (leaf, index, size, root, [path[0] + path[1], *path[2:]])
    for extra in (RANDOM, root, leaf, b""):
        yield "garbage after", (leaf, index, size, root, [*path, extra])
        yield "garbage before", (leaf, index, size, root, [extra, *path])
    yield "proof of endless length", (leaf, index, size, root, [*path, *[RANDOM] * 1000])


def wrong_consistencies(old: int, new: int) -> Iterator[tuple[str, Consistency]]:
    before, after, proof = ORACLE.mth(0, old), ORACLE.mth(0, new), ORACLE.proof(old, new)
    yield "old root empty", (old, b"", new, after, proof)
    yield "new root empty", (old, before, new, b"", proof)
    yield "old root random", (old, RANDOM, new, after, proof)
    yield "new root random", (old, before, new, RANDOM, proof)
    yield "both roots random", (old, RANDOM, new, sha256(RANDOM).digest(), proof)
    yield "old size negative", (-old, before, new, after, proof)
    yield "old size 0", (0, before, new, after, proof)
    yield "new size 0", (old, before, 0, after, proof)
    yield "garbage after", (old, before, new, after, [*proof, RANDOM])
    yield "new root after", (old, before, new, after, [*proof, after])
    yield "garbage before", (old, before, new, after, [RANDOM, *proof])
    yield "old root before", (old, before, new, after, [before, *proof])
    yield "empty hash after", (old, before, new, after, [*proof, b""])
    yield "proof of endless length", (old, before, new, after, [*proof, *[RANDOM] * 1000])
    for huge in HUGE:
        yield f"new size {huge}", (old, before, huge, after, proof)
        yield f"old size {huge}", (huge, before, new, after, proof)
    if old < new:
        yield "sizes exchanged", (new, before, old, after, proof)
        yield "all exchanged", (new, after, old, before, proof)
        yield "roots exchanged", (old, after, new, before, proof)
        yield "roots equal", (old, before, new, before, proof)
        yield "old size one less", (old - 1, before, new, after, proof)
        yield "old size one more", (old + 1, before, new, after, proof)
        yield "new size doubled", (old, before, 2 * new, after, proof)
        yield "proof empty", (old, before, new, after, [])
        yield "proof without its first", (old, before, new, after, proof[1:])
        yield "proof without its last", (old, before, new, after, proof[:-1])
        yield "hash random", (old, before, new, after, [*proof[:-1], RANDOM])
        yield "hash empty", (old, before, new, after, [b"", *proof[1:]])
        yield "hash wider", (old, before, new, after, [*proof[:-1], proof[-1] + b"\0"])
        if len(proof) > 1:
            yield "proof reversed", (old, before, new, after, proof[::-1])


@pytest.mark.parametrize("size", SIZES)
def test_true_inclusions_pass_and_every_kind_of_false_one_is_refused(size: int) -> None:
    for index in edges(size):
        true = (ORACLE.leaves[index], index, size, ORACLE.mth(0, size), ORACLE.path(index, 0, size))
        verify_inclusion(*true)
        for kind, wrong in wrong_inclusions(index, size):
            if wrong == true:
                continue
            try:
                verify_inclusion(*wrong)
            except InclusionRefused:
                continue
            pytest.fail(f"{kind} passed for leaf {index} of {size}")


@pytest.mark.parametrize("new", SIZES)
def test_true_growth_passes_and_every_kind_of_false_one_is_refused(new: int) -> None:
    for old in {index + 1 for index in edges(new)}:
        true = (old, ORACLE.mth(0, old), new, ORACLE.mth(0, new), ORACLE.proof(old, new))
        verify_consistency(*true)
        for kind, wrong in wrong_consistencies(old, new):
            if wrong == true:
                continue
            try:
                verify_consistency(*wrong)
            except ConsistencyRefused:
                continue
            pytest.fail(f"{kind} passed for the growth from {old} to {new}")


def test_a_proof_alone_does_not_bind_the_size() -> None:
    # The last leaf beside any perfect subtree: one hash, whatever its height. Size and root
    # are bound by being signed together; a verifier that asks the proof for them is fooled.
    leaf, path, root = ORACLE.leaves[4], ORACLE.path(4, 0, 5), ORACLE.mth(0, 5)
    for height in (2, 3, 40, 62):
        verify_inclusion(leaf, 1 << height, (1 << height) + 1, root, path)
