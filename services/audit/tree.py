"""The tree once more, from the entries: against every tile, every kept checkpoint, and heads known from elsewhere."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from heapq import merge
from typing import NamedTuple

from ledger.log.checkpoint import Checkpoint, read_unverified
from ledger.log.cosignature import MlDsaKey
from ledger.log.errors import ProofError, SignatureMissing
from ledger.log.merkle import HASH_SIZE, Frontier, Growth
from ledger.log.note import parse_note
from ledger.log.rotation import Change, trusted_keys
from ledger.log.tiles import HEIGHT, WIDTH, Tile, TileId, tiles_of, written
from ledger.log.verify import verify_checkpoint
from ledger.log.vkeys import AnyKey
from services.audit.offline.heads import CHANGES_MAX, key_change
from services.audit.reading import Record
from services.audit.report import Kind, Report

STRANGERS_MAX = 100
"""Unknown keys that are told apart."""


class Signed(NamedTuple):
    """A head to compare with: what it signs, where it was found, and what it means if it does not fit."""

    size: int
    root: bytes
    place: str
    kind: Kind


class Tree:
    """Grows over the leaves in order and compares on the way. Holds the frontier and one page."""

    def __init__(
        self,
        record: Record,
        report: Report,
        keys: Sequence[AnyKey],
        head: int,
        published: int,
        known: Sequence[Signed],
    ) -> None:
        self._record, self._report, self._keys = record, report, tuple(keys)
        self.published = min(published, head)
        self._changes: list[Change] = []
        self._strangers: dict[tuple[str, bytes], tuple[str, int]] = {}
        self._frontier = Frontier()
        self._heads: Iterator[Signed] = iter(merge(self._kept(head), sorted(known), key=lambda signed: signed.size))
        self._next = next(self._heads, None)
        self._verified = 0
        self._failed: set[Kind] = set()

    def add(self, leaves: Sequence[bytes]) -> None:
        """Take in the hashes of further entries, in order."""
        start = self._frontier.size
        end = start + len(leaves)
        self._compare_heads()
        while self._frontier.size < end:
            size = self._frontier.size
            stops = [end, self.published, self._next.size if self._next else end]
            upto = min(stop for stop in stops if stop > size)
            growth = self._frontier.grow(leaves[size - start : upto - start])
            self._frontier = growth.frontier
            if upto <= self.published:
                self._compare_tiles(growth)
            self._compare_heads()

    def finish(self) -> None:
        """Compare what is left, and take down size and root."""
        self._compare_heads()
        self._judge_strangers()
        self._compare_totals()
        self._report.root = self._frontier.root().hex()
        self._report.signed_size = self.published

    # --- Checkpoints ----------------------------------------------------------------------------
    def _kept(self, head: int) -> Iterator[Signed]:
        for kept in self._record.checkpoints(head):
            place = f"checkpoint of size {kept.size}"
            self._report.count("checkpoints")
            try:
                signed = self._opened(kept.note.encode(), place)
            except ProofError as error:
                self._report.add(Kind.INTEGRITY, place, f"{error}")
                continue
            if (signed.size, signed.root) != (kept.size, kept.root):
                self._report.add(Kind.INTEGRITY, place, "its row and its signed note differ")
            # By the row's size, so that heads come in order whatever the note says.
            yield Signed(kept.size, signed.root, place, Kind.INTEGRITY)

    def _opened(self, note: bytes, place: str) -> Checkpoint:
        """Return what a checkpoint as kept says, and take down who signed it and is not known. Raises ProofError."""
        if not self._keys:
            return read_unverified(note)
        try:
            signed, unsigned = verify_checkpoint(note, self._report.ledger, self._keys), False
        except SignatureMissing:
            # By keys alone that are not known; `_judge_strangers` tells whether the record vouches for them.
            signed, unsigned = read_unverified(note), True
        self._meet_strangers(note, place, every=unsigned)
        return signed

    def _meet_strangers(self, note: bytes, place: str, *, every: bool) -> None:
        """Take down who signed a checkpoint as kept and is no key of the log: its witnesses' lines are kept elsewhere.

        C2SP has unknown lines passed over, so that a byte changed in a name or an id would go unnoticed. Without the
        log's ML-DSA key not all its keys are known, and only a line in another's name is strange, unless `every` is.
        """
        known = {(key.name, key.key_id) for key in self._keys}
        complete = every or any(isinstance(key, MlDsaKey) for key in self._keys)
        for line in parse_note(note).signatures:
            name, key_id = line.name, line.key_id
            if (name, key_id) in known or not (complete or name != self._report.ledger):
                continue
            if (name, key_id) in self._strangers:
                first, number = self._strangers[name, key_id]
                self._strangers[name, key_id] = first, number + 1
            elif len(self._strangers) < STRANGERS_MAX:
                self._strangers[name, key_id] = place, 1
            else:
                self._report.add(Kind.INTEGRITY, place, f"{name}+{key_id.hex()} is no key in log.vkeys")

    def look_for_keys(self, position: int, entry: bytes) -> None:
        """Take down what an entry says about the log's keys; positions come in order."""
        if (change := key_change(position, entry)) is not None and len(self._changes) < CHANGES_MAX:
            self._changes.append(change)

    def _judge_strangers(self) -> None:
        """Say of each key that signed and is not known what that means: the record vouches for it, or nobody does."""
        trusted = trusted_keys(self._report.ledger, self._keys, self._changes)
        announced = {(each.key.name, each.key.key_id): each.first for each in trusted}
        for (name, key_id), (place, number) in self._strangers.items():
            also = f", and {number - 1} more" if number > 1 else ""
            if (name, key_id) in announced:
                reason = (
                    f"{name}+{key_id.hex()} signed it{also}: a key that position {announced[name, key_id]} announces, and "
                    "that is not in log.vkeys; get the newer log.vkeys"
                )
                self._report.add(Kind.INCOMPLETE, place, reason)
            else:
                reason = (
                    f"{name}+{key_id.hex()} signed it{also}, and is no key in log.vkeys: its line is damaged, or forged"
                )
                self._report.add(Kind.INTEGRITY, place, reason)

    def _compare_heads(self) -> None:
        """Compare every head of just this size with the root the entries give."""
        while self._next is not None and self._next.size <= self._frontier.size:
            signed, self._next = self._next, next(self._heads, None)
            if signed.size == self._frontier.size and signed.root == self._frontier.root():
                if signed.kind is Kind.INTEGRITY:
                    self._verified = signed.size
            elif signed.kind not in self._failed:
                self._failed.add(signed.kind)  # once one root differs, every later one does
                # What the record itself keeps says nothing about a head that was kept elsewhere.
                right = self._verified if signed.kind is Kind.INTEGRITY else 0
                reason = f"the entries at positions {right + 1} to {signed.size} do not give the root that was signed"
                self._report.add(signed.kind, signed.place, reason, right + 1)

    # --- Tiles ----------------------------------------------------------------------------------
    def _compare_tiles(self, growth: Growth) -> None:
        pieces = list(written(growth))
        stored: dict[TileId, bytes] = {}
        for level in {piece.id.level for piece in pieces}:
            numbers = [piece.id.number for piece in pieces if piece.id.level == level]
            stored |= {
                TileId(level, number): hashes for number, hashes in self._record.reader.tiles(level, numbers).items()
            }
        for piece in pieces:
            self._report.count("tile hashes", len(piece.hashes) // HASH_SIZE)
            start = piece.offset * HASH_SIZE
            found = stored.get(piece.id, b"")[start : start + len(piece.hashes)]
            if found != piece.hashes:
                self._differs(piece.id, piece.offset, found, piece.hashes)

    def _differs(self, tile: TileId, offset: int, found: bytes, wanted: bytes) -> None:
        at = next(
            at for at in range(0, len(wanted), HASH_SIZE) if found[at : at + HASH_SIZE] != wanted[at : at + HASH_SIZE]
        )
        number = offset + at // HASH_SIZE
        first = ((tile.number * WIDTH + number) << (HEIGHT * tile.level)) + 1
        reason = f"hash {number} is not what the entries give" if found[at : at + 1] else f"hash {number} is missing"
        self._report.add(Kind.INTEGRITY, f"{Tile(*tile).path()} (position {first})", reason, first)

    def _compare_totals(self) -> None:
        """Look for tiles, or ends of tiles, that the published tree does not have."""
        size, found = self._record.tile_totals()
        wanted: dict[int, tuple[int, int]] = {}
        for tile in tiles_of(size):
            assert tile.level is not None, "bundles are not stored"
            tiles, octets = wanted.get(tile.level, (0, 0))
            wanted[tile.level] = tiles + 1, octets + tile.width * HASH_SIZE
        for level in sorted(found.keys() | wanted.keys()):
            (tiles, octets), (most, longest) = found.get(level, (0, 0)), wanted.get(level, (0, 0))
            if tiles > most or octets > longest:
                reason = f"there is more than the tree of size {size} has"
                self._report.add(Kind.INTEGRITY, f"tiles of level {level}", reason)


def known_heads(heads: Iterable[tuple[str, Checkpoint]], head: int, report: Report) -> list[Signed]:
    """Return heads known from elsewhere as something to compare with; take down those the record cannot reach."""
    known = []
    for place, signed in heads:
        if signed.size > head:
            reason = (
                f"it was signed over {signed.size} events, and the record has {head}: an old copy, or a shortened one"
            )
            report.add(Kind.FORK, place, reason)
        else:
            known.append(Signed(signed.size, signed.root, place, Kind.FORK))
    return known
