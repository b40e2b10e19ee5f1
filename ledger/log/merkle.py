"""Hash trees over the ledger's entries (RFC 6962 §2.1, the same as RFC 9162 §2.1).

Leaf n covers the entry at position n + 1. A tree of more than one leaf splits at the
largest power of two smaller than its size, so everything but the right edge consists of
*perfect subtrees*, named by height and number:

    height 2   ┌───── (2,0) ─────┐
    height 1   (1,0)         (1,1)         (1,2)
    height 0   0     1       2     3       4     5       6        size 7 = 4 + 2 + 1

The `Frontier` keeps one hash for each set bit of the size, here (2,0), (1,2) and (0,6):
enough to go on appending and to give the root. Proofs are computed in two steps, because
a store reads best in one query: the *plan* names the perfect subtrees that are needed,
`read(height, number)` then gives their hashes, from leaves (`hashes_of`) or from tiles
(`ledger.log.tiles.TileHashes`).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from hashlib import sha256
from typing import NamedTuple

from ledger.log.errors import HashMissing, MalformedFrontier, OutsideTree

HASH_SIZE = 32
"""Bytes in one hash: C2SP tlog-tiles allows SHA-256 only."""

_SIZE_BYTES = 8
SIZE_MAX = (1 << 63) - 1
"""The largest number of leaves, so that every size fits a signed 64-bit integer."""

EMPTY_ROOT = sha256().digest()
"""Root of the tree without leaves (RFC 6962 §2.1)."""

ReadHash = Callable[[int, int], bytes]
"""Port: hash of the perfect subtree (height, number), 32 bytes; raises `HashMissing`."""


class Subtree(NamedTuple):
    """A perfect subtree: leaves `number << height` up to `(number + 1) << height`."""

    height: int
    number: int


Plan = tuple[tuple[Subtree, ...], ...]
"""The hashes of a proof in order, each as the perfect subtrees it folds from, left first."""


# --- Hashing ------------------------------------------------------------------
def leaf_hash(entry: bytes) -> bytes:
    """Return SHA-256(0x00 ‖ entry), the hash of one leaf (RFC 6962 §2.1)."""
    return sha256(b"\x00" + entry).digest()


def leaf_hashes(entries: Iterable[bytes]) -> list[bytes]:
    """Return the leaf hash of every entry, in order (RFC 6962 §2.1)."""
    return [sha256(b"\x00" + entry).digest() for entry in entries]


def node_hash(left: bytes, right: bytes) -> bytes:
    """Return SHA-256(0x01 ‖ left ‖ right), the hash of an inner node (RFC 6962 §2.1)."""
    return sha256(b"\x01" + left + right).digest()


def fold(hashes: Sequence[bytes]) -> bytes:
    """Return the root over perfect subtrees, the largest on the left (RFC 6962 §2.1).

    The right edge is folded from the right, which is what splitting at the largest power
    of two amounts to. No hashes at all give the empty root.
    """
    if not hashes:
        return EMPTY_ROOT
    *lefts, root = hashes
    for left in reversed(lefts):
        root = node_hash(left, root)
    return root


def _pair(row: Sequence[bytes]) -> list[bytes]:
    # One comprehension without calls of our own: this line is nearly all of the cost.
    return [sha256(b"\x01" + left + right).digest() for left, right in zip(row[::2], row[1::2], strict=False)]


def fold_perfect(row: Sequence[bytes]) -> bytes:
    """Return the root over a power of two of hashes of one height, such as a tile's 256."""
    if not row or len(row) & (len(row) - 1):
        raise OutsideTree(f"row of {len(row)} hashes", "its length is not a power of two")
    while len(row) > 1:
        row = _pair(row)
    return row[0]


def root_of(leaves: Sequence[bytes]) -> bytes:
    """Return the root over leaf hashes, MTH of RFC 6962 §2.1."""
    return Frontier().extend(leaves).root()


# --- Growing ------------------------------------------------------------------
class Frontier(NamedTuple):
    """A tree reduced to what growing needs: its size and a hash for each set bit of it.

    `hashes` has the largest subtree first. An instance is a value: growing gives another
    one, so a publisher can drop the new frontier when its transaction fails.
    """

    size: int = 0
    hashes: tuple[bytes, ...] = ()

    def root(self) -> bytes:
        """Return the root of the tree (RFC 6962 §2.1)."""
        return fold(self.hashes)

    def extend(self, leaves: Sequence[bytes]) -> Frontier:
        """Return the frontier after appending leaf hashes, in order."""
        return self.grow(leaves).frontier

    def grow(self, leaves: Sequence[bytes]) -> Growth:
        """Append leaf hashes and return every hash that became complete on the way.

        Works a whole row at a time, about a million leaves a second. Keeps all the new
        hashes (about 130 bytes a leaf): append very large logs in portions.
        """
        held = list(self.hashes)
        row = list(leaves)
        if self.size + len(row) > SIZE_MAX:
            raise OutsideTree(f"size {self.size + len(row)}", "a tree has at most 2^63-1 leaves")
        rows: list[list[bytes]] = []
        edge: list[bytes] = []  # the new frontier, smallest subtree first
        height = 0
        while row:
            rows.append(row)
            if self.size >> height & 1:
                row = [held.pop(), *row]
            if len(row) & 1:
                edge.append(row[-1])
            row = _pair(row)
            height += 1
        # Above the last new row nothing changed, so what is left of the old frontier stays.
        return Growth(Frontier(self.size + len(leaves), (*held, *reversed(edge))), self.size, tuple(rows))

    def to_bytes(self) -> bytes:
        """Return the size (8 bytes, big-endian) followed by the hashes, largest first."""
        return self.size.to_bytes(_SIZE_BYTES) + b"".join(self.hashes)

    @classmethod
    def from_bytes(cls, stored: bytes) -> Frontier:
        """Read what `to_bytes` wrote; raise `MalformedFrontier` for anything else."""
        size = int.from_bytes(stored[:_SIZE_BYTES])
        if len(stored) < _SIZE_BYTES or size > SIZE_MAX:
            raise MalformedFrontier("frontier", "it does not begin with a size below 2^63")
        expected = _SIZE_BYTES + HASH_SIZE * size.bit_count()
        if len(stored) != expected:
            raise MalformedFrontier(f"frontier of size {size}", f"it has {len(stored)} bytes instead of {expected}")
        return cls(size, split_hashes(stored[_SIZE_BYTES:]))


class Growth(NamedTuple):
    """What an append completed.

    `rows[h]` holds the new hashes of height `h`, the first being number `before >> h`;
    tiles want heights 0, 8, 16 and so on (`ledger.log.tiles.written`).
    """

    frontier: Frontier
    before: int
    rows: tuple[list[bytes], ...]


def split_hashes(joined: bytes) -> tuple[bytes, ...]:
    """Cut a whole number of 32-byte hashes apart."""
    return tuple(joined[at : at + HASH_SIZE] for at in range(0, len(joined), HASH_SIZE))


def hashes_of(leaves: Sequence[bytes]) -> ReadHash:
    """Return a reader of every perfect subtree over these leaf hashes, held in memory."""
    rows = Frontier().grow(leaves).rows

    def read(height: int, number: int) -> bytes:
        if height >= len(rows) or number >= len(rows[height]):
            raise HashMissing(f"subtree {number} of height {height}", f"there are only {len(leaves)} leaves")
        return rows[height][number]

    return read


# --- Proving ------------------------------------------------------------------
def subtrees(start: int, end: int) -> tuple[Subtree, ...]:
    """Return the perfect subtrees that make up the RFC's D[start:end], largest first.

    `start` must be a multiple of the largest power of two not above the length, which
    holds for every range that RFC 6962 §2.1 splits a tree into.
    """
    parts = []
    while start < end:
        height = (end - start).bit_length() - 1
        parts.append(Subtree(height, start >> height))
        start += 1 << height
    return tuple(parts)


def root_plan(size: int) -> Plan:
    """Name the subtrees behind the root of the first `size` leaves (RFC 6962 §2.1)."""
    return (subtrees(0, size),)


def inclusion_plan(index: int, size: int) -> Plan:
    """Name the siblings from leaf `index` up to the root, PATH of RFC 6962 §2.1.1.

    Raises `OutsideTree` unless 0 <= index < size.
    """
    if not 0 <= index < size <= SIZE_MAX:
        raise OutsideTree(f"position {index + 1}", f"the tree has {size} leaves")
    start, end = 0, size
    siblings = []
    while end - start > 1:
        middle = start + _split(end - start)
        if index < middle:
            siblings.append(subtrees(middle, end))
            end = middle
        else:
            siblings.append(subtrees(start, middle))
            start = middle
    return tuple(reversed(siblings))


def consistency_plan(old: int, new: int) -> Plan:
    """Name the hashes that tie a tree of size `old` to `new`, PROOF of RFC 6962 §2.1.2.

    Empty for equal sizes and for an old size of 0, where there is nothing to show.
    Raises `OutsideTree` unless 0 <= old <= new.
    """
    if not 0 <= old <= new <= SIZE_MAX:
        raise OutsideTree(f"size {old}", f"the tree has {new} leaves")
    if old in (0, new):
        return ()
    start, end = 0, new
    parts = []
    while end != old:
        middle = start + _split(end - start)
        if old <= middle:
            parts.append(subtrees(middle, end))
            end = middle
        else:
            parts.append(subtrees(start, middle))
            start = middle
    if start:  # else the verifier already holds this hash: it is the old root
        parts.append(subtrees(start, end))
    return tuple(reversed(parts))


def read_plan(plan: Plan, read: ReadHash) -> tuple[bytes, ...]:
    """Return one hash for each step of the plan; raises what `read` raises."""
    return tuple(fold([read(height, number) for height, number in step]) for step in plan)


def root(size: int, read: ReadHash) -> bytes:
    """Return the root of the first `size` leaves (RFC 6962 §2.1)."""
    return read_plan(root_plan(size), read)[0]


def inclusion_proof(index: int, size: int, read: ReadHash) -> tuple[bytes, ...]:
    """Return the proof that leaf `index` is in the tree of `size` (RFC 6962 §2.1.1)."""
    return read_plan(inclusion_plan(index, size), read)


def consistency_proof(old: int, new: int, read: ReadHash) -> tuple[bytes, ...]:
    """Return the proof that the tree of `new` extends that of `old` (RFC 6962 §2.1.2)."""
    return read_plan(consistency_plan(old, new), read)


def _split(size: int) -> int:
    # The largest power of two strictly smaller than `size`, for sizes above 1.
    return 1 << ((size - 1).bit_length() - 1)
