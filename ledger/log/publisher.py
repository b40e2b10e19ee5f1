"""The publisher: turns what was recorded into tiles and signed checkpoints, and never signs two histories.

    leaves, read back from the store ──grow──▶ tiles, root ──▶ shown to extend the last head ──▶ signed
        signed ──▶ folder of keys (on disk)  ──▶ tiles and checkpoint, one transaction  ──▶ published

What is signed goes to the second place first: whatever was ever visible in the database is known there, so a database
restored from an older copy is recognised and refused. A crash between the two leaves a signed head nobody has seen; the
next start finds that the events still give that very root, and publishes it. Everything else is computed again.

It blocks, uses one connection, and belongs to one thread; errors of `ledger.log.refusals` need an operator.
"""

from __future__ import annotations

import logging
import threading
import time
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from itertools import zip_longest
from typing import Protocol

from ledger.clock import rfc3339
from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.errors import HashMissing, ProofError
from ledger.log.folder import Head, LogFolder, OwnKey
from ledger.log.lock import Lock
from ledger.log.merkle import (
    HASH_SIZE,
    Frontier,
    Growth,
    Plan,
    consistency_plan,
    leaf_hash,
    read_plan,
    root_plan,
)
from ledger.log.refusals import HistoryRewritten, KeyRefused, PublishingRefused, RolledBack
from ledger.log.tiles import HEIGHT, WIDTH, TileHashes, TileId, tiles_needed, written
from ledger.log.verify import verify_checkpoint, verify_growth
from ledger.log.vkeys import AnyKey
from ledger.store.port import Checkpoint as Kept
from ledger.store.port import CheckpointStore, Reader, StoredTile, StoreError

STEP_LEAVES_MAX = 1 << 16
"""Leaves in one checkpoint's growth: a backlog is published in several, each in a transaction of some 2 MB."""

PAGE_LEAVES = 1 << 14
PAGE_ENTRIES = 1 << 12
PACE_SECONDS = 0.8
"""The time between two checkpoints under load, so that with the signing each event is covered within a second. The first
after a rest comes at once."""

HURRIED_SECONDS = 0.25
"""The shortest time between two checkpoints, where a caller in this process waits for one."""

LOOK_SECONDS = 0.02
IDLE_SECONDS = 0.5
RETRY_SECONDS = 1.0

LOG = logging.getLogger(__name__)


class LogStore(Reader, CheckpointStore, Protocol):
    """What the log needs of an engine: leaves and entries to read, tiles and checkpoints to keep."""


# --- Tiles in a store -------------------------------------------------------------------------
def read_tiles(store: CheckpointStore, wanted: Iterable[TileId]) -> dict[TileId, bytes]:
    """Return the tiles as stored, one query per level; missing ones are left out."""
    levels: dict[int, list[int]] = {}
    for tile in wanted:
        levels.setdefault(tile.level, []).append(tile.number)
    return {
        TileId(level, number): hashes
        for level, numbers in levels.items()
        for number, hashes in store.tiles(level, numbers).items()
    }


def reader_of(store: CheckpointStore, plan: Plan) -> TileHashes:
    """Return a reader of the hashes that `plan` names, fetched at once."""
    return TileHashes(read_tiles(store, tiles_needed(plan)))


@dataclass(slots=True)
class Edge:
    """Where the tree grows: its frontier, and by level the bytes of the tile that is not full."""

    frontier: Frontier = field(default_factory=Frontier)
    tails: dict[int, bytes] = field(default_factory=dict)

    def grow(self, leaves: Sequence[bytes]) -> tuple[Edge, list[StoredTile]]:
        """Return the edge after more leaves, and every tile that changed, at its widest."""
        growth: Growth = self.frontier.grow(leaves)
        tails, tiles = dict(self.tails), []
        for tile, offset, hashes in written(growth):
            before = tails.pop(tile.level, b"") if offset else b""
            assert len(before) == offset * HASH_SIZE, "a tile grows where it ended"
            tiles.append(StoredTile(tile.level, tile.number, before + hashes))
            if len(tiles[-1].hashes) < WIDTH * HASH_SIZE:
                tails[tile.level] = tiles[-1].hashes
            else:
                tails.pop(tile.level, None)
        return Edge(growth.frontier, tails), tiles


def load_edge(store: CheckpointStore, size: int) -> Edge:
    """Return the edge of the tree of `size`, from its right-most tiles; raise HashMissing.

    Every hash read enters the root, so comparing that root with a signed one checks them all.
    """
    (plan,) = root_plan(size)
    needed = read_tiles(store, tiles_needed((plan,)))
    read = TileHashes(needed)
    tails = {}
    for tile, hashes in needed.items():
        number, width = divmod(size >> (HEIGHT * tile.level), WIDTH)
        if tile.number == number and width:
            tails[tile.level] = hashes[: width * HASH_SIZE]
    return Edge(Frontier(size, tuple(read(*subtree) for subtree in plan)), tails)


# --- The record as a store has it ---------------------------------------------------------------
def last_published(store: CheckpointStore, origin: str, keys: Iterable[AnyKey]) -> Checkpoint | None:
    """Return the newest checkpoint of a database, verified; raise KeyRefused or HistoryRewritten."""
    stored = store.last_checkpoint()
    if stored is None:
        return None
    place = f"checkpoint of size {stored.size} in the database"
    try:
        last = verify_checkpoint(stored.note.encode(), origin, keys)
    except ProofError as error:
        raise KeyRefused(place, f"this log's key has not signed it ({error}); put the old log.key back") from error
    if (last.size, last.root) != (stored.size, stored.root):
        raise HistoryRewritten(place, "its row and its note differ")
    return last


def read_leaves(store: Reader, after: int, upto: int) -> list[bytes]:
    """Return the leaves at the positions (after, upto], read in pages; raise HistoryRewritten for a gap."""
    leaves: list[bytes] = []
    for start in range(after, upto, PAGE_LEAVES):
        end = min(start + PAGE_LEAVES, upto)
        page = store.leaves(start, end - start)
        # Pages are counted, not numbered: where one is missing the page is short, or ends with a later one.
        if len(page) != end - start or store.leaves(end - 1, 1) != page[-1:]:
            raise HistoryRewritten(f"positions {start + 1} to {end}", "an event is missing")
        leaves += page
    if any(len(leaf) != HASH_SIZE for leaf in leaves):
        raise HistoryRewritten(f"positions {after + 1} to {upto}", "a leaf hash is not 32 bytes")
    return leaves


def read_back(store: Reader, after: int, upto: int) -> list[bytes]:
    """Return the leaves at the positions (after, upto] as hashed anew from the entries that lie there.

    Raises HistoryRewritten for a gap, and for an entry that is not the one whose leaf was kept with it: what was hashed
    in memory may have been stored with a bit flipped, and once signed could never be shown.
    """
    leaves: list[bytes] = []
    for start in range(after, upto, PAGE_ENTRIES):
        end = min(start + PAGE_ENTRIES, upto)
        entries = store.entries(start, end - start)
        if [entry.position for entry in entries] != list(range(start + 1, end + 1)):
            raise HistoryRewritten(f"positions {start + 1} to {end}", "an event is missing")
        page = [leaf_hash(entry.entry) for entry in entries]
        kept = store.leaves(start, end - start)
        if page != kept:
            at = next(at for at, (leaf, other) in enumerate(zip_longest(page, kept)) if leaf != other)
            raise HistoryRewritten(f"position {start + at + 1}", "its entry does not have the leaf hash kept for it")
        leaves += page
    return leaves


def check_root(frontier: Frontier, signed: Checkpoint) -> None:
    """Raise HistoryRewritten unless the leaves up to a signed size give the root that was signed."""
    if frontier.root() != signed.root:
        raise HistoryRewritten(f"size {signed.size}", "the events do not give the root that was signed for it")


# --- The publisher ----------------------------------------------------------------------------
class Publisher:
    """Publishes one ledger. `step` does what there is to do; `run` goes on until told to stop.

    `lock` is `ledger.log.lock.publishing_lock(store, folder)`: while another holds it, this one stands by.
    """

    def __init__(
        self,
        store: LogStore,
        folder: LogFolder,
        lock: Lock,
        *,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
    ) -> None:
        self._store, self._folder, self._lock, self._now = store, folder, lock, now
        self._stamp, self._keys = folder.stamp(), folder.signing_keys()
        self._edge: Edge | None = None
        self._last: Checkpoint | None = None
        self._hurried = False

    @property
    def standing_by(self) -> bool:
        """Whether this publisher holds nothing and signs nothing, at present."""
        return self._edge is None

    def step(self) -> Checkpoint | None:
        """Publish what was recorded since the last checkpoint, at most 65,536 events of it.

        None: there was nothing, or another publisher is at work. Raises PublishingRefused, or a StoreError or
        OSError, after which nothing is taken for granted and the next step begins anew.
        """
        try:
            if not self._resumed():
                return None
            return self._publish()
        except BaseException:
            self._edge = None
            raise

    def catch_up(self) -> Checkpoint | None:
        """Publish everything there is; return the newest checkpoint, None where another publisher is at work."""
        while self.step() is not None:
            pass
        return self._last if self._edge is not None else None

    def run(self, stop: threading.Event) -> None:
        """Publish until `stop` is set: within a second of what is recorded, nothing while nothing is.

        Waits out what the store or the disk may recover from. Raises PublishingRefused, which does not pass.
        """
        while not stop.is_set():
            started = time.monotonic()
            try:
                published = self.step()
                if self._edge is None:
                    stop.wait(RETRY_SECONDS)
                elif published is None:
                    self._store.wait(self._edge.frontier.size, IDLE_SECONDS)
                elif self._store.head() - published.size < STEP_LEAVES_MAX:
                    self._rest(stop, started)
            except (StoreError, OSError) as error:
                LOG.warning("publishing is interrupted and will be tried again: %s", error)
                stop.wait(RETRY_SECONDS)

    def hurry(self) -> None:
        """Say, from any thread, that somebody waits for the next checkpoint; whoever goes on waiting says so again."""
        self._hurried = True

    def _rest(self, stop: threading.Event, started: float) -> None:
        """Wait until the next checkpoint is due, counted from when the last was begun."""
        self._hurried = False
        stop.wait(max(0.0, started + HURRIED_SECONDS - time.monotonic()))
        while not (self._hurried or stop.is_set()) and (left := started + PACE_SECONDS - time.monotonic()) > 0:
            stop.wait(min(left, LOOK_SECONDS))

    def close(self) -> None:
        """Let another publisher take over; the store stays open."""
        self._edge = None
        self._lock.release()

    # --- Going on from what was signed --------------------------------------------------------
    def _resumed(self) -> bool:
        """Tell whether publishing is ours, picking up the thread first where that is new."""
        if self._edge is not None and self._lock.held():
            return True
        self._edge = None
        if self._lock.acquire():
            self._resume()
        return self._edge is not None

    def _resume(self) -> None:
        keys = self._folder.verifiers_until_now()
        kept = self._folder.heads(keys)
        last = last_published(self._store, self._folder.origin, keys)
        signed = max([head.checkpoint.size for head in kept] + [last.size if last else 0])
        if (found := self._store.head()) < signed:
            raise RolledBack(found, signed)
        edge = self._edge_at(last)
        for head in kept:
            if head.checkpoint.size > edge.frontier.size:
                edge, last = self._publish_kept(edge, last, head), head.checkpoint
            elif last is not None:
                self._check_growth(head.checkpoint, last)
        self._edge, self._last = edge, last

    def _edge_at(self, last: Checkpoint | None) -> Edge:
        """Return the edge of what was published; tiles that do not give its root are computed again from the leaves."""
        if last is None or not last.size:
            return Edge()
        try:
            edge = load_edge(self._store, last.size)
            if edge.frontier.root() == last.root:
                return edge
        except HashMissing as error:
            LOG.warning("%s", error)
        LOG.warning("the tiles do not give the root of size %d that was signed; they are computed again", last.size)
        return self._grown_to(Edge(), last, put=True)[0]

    def _publish_kept(self, edge: Edge, last: Checkpoint | None, kept: Head) -> Edge:
        """Publish a head that was signed, and by a crash or a restored copy is not in the database."""
        edge, tiles = self._grown_to(edge, kept.checkpoint, put=False)
        self._check_growth(last, kept.checkpoint, tiles)
        self._add(kept.checkpoint, kept.note, tiles)
        return edge

    def _grown_to(self, edge: Edge, signed: Checkpoint, *, put: bool) -> tuple[Edge, list[StoredTile]]:
        """Grow to a signed size and check that the leaves still give its root; raise HistoryRewritten."""
        tiles: dict[TileId, StoredTile] = {}
        while edge.frontier.size < signed.size:
            upto = min(signed.size, edge.frontier.size + STEP_LEAVES_MAX)
            edge, changed = edge.grow(read_leaves(self._store, edge.frontier.size, upto))
            if put:
                self._store.put_tiles(changed)
            else:
                tiles |= {TileId(tile.level, tile.number): tile for tile in changed}
        check_root(edge.frontier, signed)
        return edge, list(tiles.values())

    # --- Going on ---------------------------------------------------------------------------------
    def _publish(self) -> Checkpoint | None:
        assert self._edge is not None, "resumed before"
        size, head = self._edge.frontier.size, self._store.head()
        if head < size:
            raise RolledBack(head, size)
        if head == size:
            return None
        leaves = read_back(self._store, size, min(head, size + STEP_LEAVES_MAX))
        edge, tiles = self._edge.grow(leaves)
        new = Checkpoint(self._folder.origin, edge.frontier.size, edge.frontier.root())
        self._check_growth(self._last, new, tiles)
        note = sign_checkpoint(new, *self._signers())
        if not self._lock.held():
            self._edge = None
            return None
        self._folder.keep(note)
        self._add(new, note, tiles)
        self._edge, self._last = edge, new
        return new

    def _signers(self) -> tuple[OwnKey, ...]:
        """Return the keys as they are now: a rotation is noticed by its files, without a restart."""
        if (stamp := self._folder.stamp()) != self._stamp:
            self._keys, self._stamp = self._folder.signing_keys(), stamp
        return self._keys

    def _add(self, new: Checkpoint, note: bytes, tiles: Sequence[StoredTile]) -> None:
        # Had somebody else signed this size, RequestRaced makes the next step compare the two.
        self._store.add_checkpoint(Kept(new.size, new.root, note.decode()), rfc3339(self._now()), tiles)

    def _check_growth(self, old: Checkpoint | None, new: Checkpoint, fresh: Sequence[StoredTile] = ()) -> None:
        """Prove, as any auditor would, that `new` extends what was signed before; raise HistoryRewritten.

        `fresh` are tiles that are not in the store yet.
        """
        if old is None:
            return
        try:
            plan = consistency_plan(old.size, new.size)
            tiles = {TileId(tile.level, tile.number): tile.hashes for tile in fresh}
            tiles |= read_tiles(self._store, tiles_needed(plan) - tiles.keys())
            verify_growth(old, new, read_plan(plan, TileHashes(tiles)))
        except PublishingRefused:
            raise
        except ProofError as error:
            raise HistoryRewritten(f"growth from size {old.size} to {new.size}", error.reason) from error
