"""Proofs to hand out: the newest head, an event's place in it, growth between two, a receipt to keep.

Everything comes from the published tiles, so it holds for sizes up to the newest checkpoint's; what was recorded since
is covered within a second (`covering` tells). What is handed out has been verified first: a damaged tile is an error
here, never a bad proof in somebody's hands. One connection, one thread at a time.
"""

from __future__ import annotations

from typing import NamedTuple

from ledger.log.errors import OutsideTree, ProofError
from ledger.log.merkle import consistency_plan, inclusion_plan, leaf_hash, read_plan, root_plan
from ledger.log.published import NotPublished, checkpoint_of, cosigned
from ledger.log.publisher import LogStore, reader_of
from ledger.log.receipt import Receipt
from ledger.log.verify import verify_consistency, verify_inclusion
from ledger.store.port import Checkpoint


class TilesDamaged(ProofError):
    """The stored tiles do not give a root that was signed; restart the publisher, which computes them again."""


class Head(NamedTuple):
    """A published checkpoint, and the proof (32-byte hashes) that it extends the size that was asked about."""

    checkpoint: Checkpoint
    proof: tuple[bytes, ...]


class Inclusion(NamedTuple):
    """The proof that the event at `position`, with this leaf hash, is in the tree of `size` with this root."""

    position: int
    leaf: bytes
    size: int
    root: bytes
    proof: tuple[bytes, ...]


class Consistency(NamedTuple):
    """The proof that the tree of size `new` begins with all of that of size `old`."""

    old: int
    old_root: bytes
    new: int
    new_root: bytes
    proof: tuple[bytes, ...]


class Proofs:
    """Answers for one ledger."""

    def __init__(self, store: LogStore) -> None:
        self._store = store

    def checkpoint(self, prove_since: int | None = None) -> Head:
        """Return the newest checkpoint, with its growth from size `prove_since`.

        Raises NotPublished before the first, OutsideTree for a size above the newest.
        """
        newest = self._newest()
        if prove_since is None:
            return Head(newest, ())
        return Head(newest, self.consistency(prove_since, newest.size).proof)

    def note(self, checkpoint: Checkpoint, *, first: bool = False) -> str:
        """Return a checkpoint's note with a line of each of its witnesses: the latest of each, or the `first`."""
        return cosigned(self._store, checkpoint, first=first).decode()

    def covering(self, position: int) -> Checkpoint | None:
        """Return the oldest checkpoint that covers a position, None while there is none."""
        return self._store.checkpoint_covering(position)

    def inclusion(self, position: int, size: int | None = None) -> Inclusion:
        """Prove an event's place in the tree of `size`, by default the newest checkpoint's.

        Raises NotPublished for a position or size no checkpoint covers yet, OutsideTree for one the tree does not have.
        """
        newest = self._newest().size
        size = self._published(newest if size is None else size)
        if size < position <= newest:
            raise OutsideTree(f"position {position}", f"the tree of size {size} does not reach it")
        if position > newest:
            raise self._beyond(f"position {position}", position, newest)
        return self._inclusion(position, size, self._entry(position))

    def consistency(self, old: int, new: int | None = None) -> Consistency:
        """Prove that the tree of size `new` (by default the newest checkpoint's) extends that of size `old`."""
        new = self._published(self._newest().size if new is None else new)
        plan = consistency_plan(old, new)
        proof = read_plan(plan, reader_of(self._store, plan))
        found = Consistency(old, self._root(old), new, self._root(new), proof)
        verify_consistency(*found)
        return found

    def receipt(self, position: int, under: Checkpoint | None = None) -> bytes:
        """Return the `.tlog-proof` file (C2SP tlog-proof) of an event, its entry inside.

        It refers to the oldest checkpoint that covers the event, or to `under`, which does so too, and carries the first
        line of each of its witnesses: so it is the same file whenever it is asked for, once the witnesses have answered.
        Raises NotPublished or OutsideTree.
        """
        covering = under or self._store.checkpoint_covering(position)
        if covering is None:
            raise self._beyond(f"position {position}", position, self._newest().size)
        entry = self._entry(position)
        found = self._inclusion(position, covering.size, entry)
        return Receipt(position - 1, found.proof, cosigned(self._store, covering, first=True), entry).to_bytes()

    def _inclusion(self, position: int, size: int, entry: bytes) -> Inclusion:
        plan = inclusion_plan(position - 1, size)
        proof = read_plan(plan, reader_of(self._store, plan))
        leaf, root = leaf_hash(entry), self._root(size)
        verify_inclusion(leaf, position - 1, size, root, proof)
        return Inclusion(position, leaf, size, root, proof)

    def _entry(self, position: int) -> bytes:
        found = self._store.at([position]) if position > 0 else []
        if not found:
            raise OutsideTree(f"position {position}", "no event is recorded there")
        return found[0].entry

    def _root(self, size: int) -> bytes:
        plan = root_plan(size)
        (root,) = read_plan(plan, reader_of(self._store, plan))
        signed = self._store.checkpoint_covering(size)
        if signed is not None and signed.size == size and signed.root != root:
            raise TilesDamaged(f"checkpoint of size {size}", "the tiles give another root than was signed")
        return root

    def _newest(self) -> Checkpoint:
        return checkpoint_of(self._store)

    def _published(self, size: int) -> int:
        if size > (newest := self._newest().size):
            raise self._beyond(f"size {size}", size, newest)
        if size < 0:
            raise OutsideTree(f"size {size}", "a tree has no negative size")
        return size

    def _beyond(self, place: str, position: int, published: int) -> ProofError:
        if position <= self._store.head():
            return NotPublished(place, f"the newest checkpoint covers {published}; ask again in a second")
        return OutsideTree(place, f"the record has {self._store.head()} events")
