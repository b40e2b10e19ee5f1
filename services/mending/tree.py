"""Entries, leaf hashes and tiles against each other and against what was signed: which of them is damaged, and where."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field

from pydantic_core import from_json

from ledger.log.checkpoint import Checkpoint
from ledger.log.merkle import HASH_SIZE
from ledger.log.tiles import HEIGHT, WIDTH, Tile, TileId, tiles_of
from ledger.store.port import StoreDamaged
from services.audit.entries import UnknownType, Unsound, examined, leaf_of
from services.audit.reading import EventRow
from services.mending.damage import Damages, Mending, Part
from services.mending.evidence import NONE, Doubt, Evidence, Row
from services.mending.reading import Readable, whole_hashes

TILES_AT_ONCE = 16
DOUBTS_MAX = 100_000
"""Positions in doubt that are held; where there are more, the database is to be restored whole."""

Progress = Callable[[int, int], None]

_COPY_OF_FILE = "the engine cannot read it"


@dataclass(slots=True)
class Tree:
    """What an examination of entries, leaves and tiles comes to.

    `proven` has the leaf hash that was signed for each position in doubt. `entries` are the positions whose entry is
    damaged or missing and can be proved from elsewhere, `leaves` those whose leaf hash follows from a sound entry,
    `columns` those whose id or type does; `tiles` are damaged tiles. `unsure` are positions that say nothing to rely on.
    """

    proven: dict[int, bytes] = field(default_factory=dict)
    entries: list[int] = field(default_factory=list)
    leaves: list[int] = field(default_factory=list)
    columns: list[int] = field(default_factory=list)
    tiles: set[TileId] = field(default_factory=set)
    unsure: set[int] = field(default_factory=set)
    undecided: bool = False


class Examiner:
    """One pass over the record up to `head`.

    `signed` is the newest verified checkpoint, if there is any, and `published` the size that the tiles are of.
    """

    def __init__(
        self, store: Readable, damages: Damages, origin: str, head: int, signed: Checkpoint | None, published: int
    ) -> None:
        self._store, self._damages, self._origin, self._head = store, damages, origin, head
        self._signed, self._published = signed, published
        self._size = signed.size if signed is not None else 0
        self._evidence = Evidence()
        self._tree = Tree()
        self._fresh: list[Doubt] = []
        self._unsound: dict[int, str] = {}
        self._columns: dict[int, str] = {}
        self._unreadable: list[tuple[int, int]] = []

    def run(self, progress: Progress | None = None) -> Tree:
        """Examine everything. Raises StoreDamaged where more is in doubt than is worth looking at one by one."""
        level_one = self._level_one()
        step = TILES_AT_ONCE * WIDTH
        for after in range(0, self._head, step):
            upto = min(after + step, self._head)
            self._take(after, upto, level_one)
            if progress is not None:
                progress(upto, self._head)
        self._settle()
        return self._tree

    # --- Collecting -----------------------------------------------------------------------------
    def _level_one(self) -> bytes:
        full = self._size // WIDTH
        numbers = range(-(-full // WIDTH))
        found = self._store.tiles(1, numbers) if numbers else {}
        return b"".join(whole_hashes(found.get(number, b""), min(WIDTH, full - number * WIDTH)) for number in numbers)

    def _take(self, after: int, upto: int, level_one: bytes) -> None:
        found = self._store.stretch(after, upto)
        self._unreadable += found.unreadable
        rows = {row.position: row for row in found.rows}
        leaves = [_leaf(rows.get(at)) for at in range(after + 1, upto + 1)]
        entries = [leaf_of(rows[at]) if at in rows else NONE for at in range(after + 1, upto + 1)]
        if after < self._size:
            self._weigh(after, min(upto, self._size), leaves, entries, level_one)
        for at in range(max(after, self._size), upto):
            leaf, entry = leaves[at - after], entries[at - after]
            if leaf != entry or entry == NONE:
                self._fresh.append(Doubt(at + 1, NONE, leaf, entry, NONE, NONE))
        for row in found.rows:
            self._examine(row)
        if len(self._evidence.doubts) + len(self._fresh) > DOUBTS_MAX:
            raise StoreDamaged(f"more than {DOUBTS_MAX:,} events are in doubt; restore the database from a backup")

    def _weigh(self, after: int, upto: int, leaves: list[bytes], entries: list[bytes], level_one: bytes) -> None:
        numbers = range(after // WIDTH, -(-upto // WIDTH))
        tiles = self._store.tiles(0, numbers)
        for number in numbers:
            start, end = number * WIDTH, min((number + 1) * WIDTH, upto)
            here = slice(start - after, end - after)
            stored = whole_hashes(tiles.get(number, b""), end - start)
            row = Row(stored, b"".join(leaves[here]), b"".join(entries[here]))
            self._evidence.add(row, level_one[number * HASH_SIZE : (number + 1) * HASH_SIZE] or None)

    def _examine(self, row: EventRow) -> None:
        """Look at an event's form and columns; whether its bytes are right is for the tree to say."""
        try:
            examined(row, self._origin)
        except UnknownType:
            self._tree.unsure.add(row.position)
        except Unsound as error:
            self._tree.unsure.add(row.position)
            told = self._unsound if columns_of(row.entry) in (None, (row.id, row.type)) else self._columns
            told[row.position] = str(error)

    # --- Settling -------------------------------------------------------------------------------
    def _settle(self) -> None:
        doubts = [*self._evidence.doubts, *self._fresh]
        self._tree.unsure.update(
            doubt.position for doubt in doubts if doubt.leaves != doubt.entries or doubt.entries == NONE
        )
        self._settle_unreadable()
        right = None
        if self._signed is not None and self._size:
            right = self._evidence.right(self._signed.root)
            if right is None:
                self._tree.undecided = True
                reason = "neither the tiles, nor the leaf hashes, nor the entries, nor any of them put together, give the root"
                self._add(Part.CHECKPOINT, f"checkpoint of size {self._size}", reason, Mending.BACKUP)
        for doubt in self._evidence.doubts:
            self._settle_signed(doubt, right)
        for doubt in self._fresh:
            self._settle_fresh(doubt)
        for position, reason in sorted(self._unsound.items()):
            if position not in self._tree.proven and position not in self._tree.entries:
                self._add(
                    Part.ENTRY, f"position {position}", f"{reason}; so it was recorded", Mending.NOTHING, position
                )
        for position, reason in sorted(self._columns.items()):
            if position not in self._tree.entries:
                self._tree.columns.append(position)
                self._add(Part.COLUMN, f"position {position}", reason, Mending.ALONE, position)
        if right is not None:
            self._settle_tiles(right)

    def _settle_unreadable(self) -> None:
        for first, last in self._unreadable:
            place = f"position {first}" if first == last else f"positions {first} to {last}"
            self._add(Part.FILE, place, _COPY_OF_FILE, Mending.BACKUP, first)

    def _settle_signed(self, doubt: Doubt, right: str | None) -> None:
        position, place = doubt.position, f"position {doubt.position}"
        if any(first <= position <= last for first, last in self._unreadable):
            return
        if right is None:
            self._add(
                Part.ENTRY,
                place,
                "entry, leaf hash and tile disagree, and nothing proves one",
                Mending.BACKUP,
                position,
            )
            return
        proven: bytes = getattr(doubt, right)
        self._tree.proven[position] = proven
        if doubt.entries == NONE:
            self._tree.entries.append(position)
            self._add(Part.ENTRY, place, "missing", Mending.COPY, position)
        elif doubt.entries != proven:
            self._tree.entries.append(position)
            beside = "; its leaf hash is right" if doubt.leaves == proven else ""
            reason = f"its bytes do not have the hash that was signed{beside}"
            self._add(Part.ENTRY, place, reason, Mending.COPY, position)
        elif doubt.leaves != proven:
            self._tree.leaves.append(position)
            self._add(
                Part.LEAF, place, "it is not the hash of the entry, which is the one signed", Mending.ALONE, position
            )
        if doubt.tiles != proven and position <= self._published:
            number, offset = divmod(position - 1, WIDTH)
            self._wrong_tile(TileId(0, number), offset, "missing" if doubt.tiles == NONE else "not the one signed")

    def _settle_fresh(self, doubt: Doubt) -> None:
        position, place = doubt.position, f"position {doubt.position}"
        if any(first <= position <= last for first, last in self._unreadable):
            return
        if doubt.entries == NONE:
            self._add(Part.ENTRY, place, "missing, and no checkpoint covers it yet", Mending.BACKUP, position)
        else:
            reason = "entry and leaf hash differ, and no checkpoint covers them yet, so nothing proves either"
            self._add(Part.ENTRY, place, reason, Mending.BACKUP, position)

    # --- Tiles ----------------------------------------------------------------------------------
    def _settle_tiles(self, right: str) -> None:
        if self._published == self._size:
            for tile, wanted in self._evidence.upper_tiles(right):
                stored = self._store.tiles(tile.level, [tile.number]).get(tile.number, b"")
                found = whole_hashes(stored, len(wanted) // HASH_SIZE)
                if found != wanted:
                    at = next(at for at in range(0, len(wanted), HASH_SIZE) if _cut(found, at) != _cut(wanted, at))
                    reason = "missing" if _cut(found, at) == NONE else "not what the leaf hashes give"
                    self._wrong_tile(tile, at // HASH_SIZE, reason)
        else:
            self._damages.not_checked.append("upper tiles: the newest head that was signed is not published yet")
        self._settle_widths()

    def _wrong_tile(self, tile: TileId, offset: int, reason: str) -> None:
        self._tree.tiles.add(tile)
        first = ((tile.number * WIDTH + offset) << (HEIGHT * tile.level)) + 1
        self._add(Part.TILE, Tile(*tile).path(), f"hash {offset} (position {first}) is {reason}", Mending.ALONE, first)

    def _settle_widths(self) -> None:
        wanted = {(tile.level, tile.number): tile.width for tile in tiles_of(self._published)}
        for level, number, octets in self._store.tile_widths():
            width = wanted.get((level, number), 0)
            if octets > width * HASH_SIZE:
                self._tree.tiles.add(TileId(level, number))
                reason = f"it has {octets} bytes, and the tree of size {self._published} has {width * HASH_SIZE} there"
                self._add(Part.TILE, f"tile of level {level}, number {number}", reason, Mending.ALONE)

    def _add(self, part: Part, place: str, reason: str, mending: Mending, position: int | None = None) -> None:
        self._damages.add(part, place, reason, mending, position)


def columns_of(entry: bytes) -> tuple[bytes, str] | None:
    """Return the id (16 bytes) and type that an entry gives itself; None where it gives none."""
    try:
        members = from_json(entry)
        return bytes.fromhex(members["id"].replace("-", "")), str(members["type"])
    except (ValueError, KeyError, TypeError, AttributeError):
        return None


def _leaf(row: EventRow | None) -> bytes:
    return row.leaf if row is not None and len(row.leaf) == HASH_SIZE else NONE


def _cut(hashes: bytes, at: int) -> bytes:
    return hashes[at : at + HASH_SIZE]
