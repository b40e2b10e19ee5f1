"""Tiles: the tree cut into rows of 256 hashes, the layout of C2SP tlog-tiles.

A tile (level, number) holds the hashes of height 8 × level from `number * 256` on, at most
256 of them, 32 bytes each. What a level hashes to is one hash of the level above:

    level 1   height 8    (1, 0) ─ one hash for each full tile below
    level 0   height 0    (0, 0) (0, 1) (0, 2) … leaf hashes

Full tiles never change and a narrower one is a byte prefix of a wider one, so a table
(level, number, bytes) with only the widest form serves every published size: cut the row
at `width * 32`. Entry bundles have the coordinates of level 0 and hold the entries.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import NamedTuple

from ledger.log.errors import HashMissing, MalformedTile
from ledger.log.merkle import HASH_SIZE, SIZE_MAX, Growth, Plan, fold_perfect, split_hashes

HEIGHT = 8
"""Levels of the tree inside one tile."""

WIDTH = 1 << HEIGHT
"""Hashes in a full tile, entries in a full bundle."""

LEVEL_MAX = 63
ENTRY_MAX = 65_535
"""Bytes in one entry, because a bundle writes its length in 16 bits."""

_NUMBER = r"(?P<number>(?:x[0-9]{3}/)*[0-9]{3})(?:\.p/(?P<width>[1-9][0-9]{0,2}))?"
_TILE = re.compile(r"tile/(?P<level>0|[1-9][0-9]?)/" + _NUMBER, re.ASCII)
_BUNDLE = re.compile(r"tile/entries/" + _NUMBER, re.ASCII)
_PATH_MAX = 64  # characters; the longest number below 2^63 needs fewer


class TileId(NamedTuple):
    """Which tile: level from 0, number within the level from 0."""

    level: int
    number: int


class Tile(NamedTuple):
    """A tile or bundle as published: 256 wide when full, 1 to 255 while partial.

    A bundle has no level: `level` is None.
    """

    level: int | None
    number: int
    width: int = WIDTH

    def path(self) -> str:
        """Return the path below the log's prefix (C2SP tlog-tiles, "Merkle Tree")."""
        kind = "entries" if self.level is None else str(self.level)
        partial = "" if self.width == WIDTH else f".p/{self.width}"
        return f"tile/{kind}/{_number_path(self.number)}{partial}"


class Written(NamedTuple):
    """Bytes to add to one tile: they start `offset` hashes into it."""

    id: TileId
    offset: int
    hashes: bytes


# --- Coordinates --------------------------------------------------------------
def parse_path(path: str) -> Tile:
    """Read the path of a tile or bundle; raise `MalformedTile` unless it is canonical."""
    match = None
    if len(path) <= _PATH_MAX:
        match = _TILE.fullmatch(path) or _BUNDLE.fullmatch(path)
    if match is None:
        raise MalformedTile(f"path {path[:_PATH_MAX]!r}", "it names no tile and no bundle")
    found = match.groupdict()
    number = int(found["number"].replace("x", "").replace("/", ""))
    level = found.get("level")
    width = int(found["width"]) if found["width"] else WIDTH
    tile = Tile(None if level is None else int(level), number, width)
    # Numbers have one spelling: x000/005 for 005 or .p/256 for full would be another one.
    if number > SIZE_MAX or (tile.level or 0) > LEVEL_MAX or width > WIDTH or tile.path() != path:
        raise MalformedTile(f"path {path!r}", "it is not the one spelling of its tile")
    return tile


def width_at(tile: TileId, size: int) -> int:
    """Return how many hashes a tile has in a tree of `size` leaves: 0 to 256."""
    return max(0, min(WIDTH, (size >> (HEIGHT * tile.level)) - tile.number * WIDTH))


def tiles_of(size: int, since: int = 0) -> Iterator[Tile]:
    """Yield the tiles of a tree of `size` that differ from those at size `since`.

    From level 0 up, left to right; empty ones do not exist (C2SP tlog-tiles, "Partial
    Tiles"). With `since` left at 0 these are all tiles.
    """
    for level in range(LEVEL_MAX + 1):
        hashes, known = size >> (HEIGHT * level), since >> (HEIGHT * level)
        if not hashes:
            return
        if hashes > known:
            for number in range(known // WIDTH, -(-hashes // WIDTH)):
                yield Tile(level, number, min(WIDTH, hashes - number * WIDTH))


def bundles_of(size: int, since: int = 0) -> Iterator[Tile]:
    """Yield the entry bundles of a log of `size` that differ from those at size `since`."""
    if size > since:
        for number in range(since // WIDTH, -(-size // WIDTH)):
            yield Tile(None, number, min(WIDTH, size - number * WIDTH))


def written(growth: Growth) -> Iterator[Written]:
    """Yield what an append adds to each tile, from level 0 up, left to right.

    Only the first piece of a level can have an offset above 0: it continues the tile that
    was partial before.
    """
    for level, row in enumerate(growth.rows[::HEIGHT]):
        first = growth.before >> (HEIGHT * level)
        at = 0
        while at < len(row):
            number, offset = divmod(first + at, WIDTH)
            piece = row[at : at + WIDTH - offset]
            yield Written(TileId(level, number), offset, b"".join(piece))
            at += len(piece)


# --- Reading hashes out of tiles ----------------------------------------------
def tiles_needed(plan: Plan) -> frozenset[TileId]:
    """Return the tiles that `TileHashes` has to hold to read the plan's subtrees."""
    return frozenset(_place(*subtree)[0] for step in plan for subtree in step)


class TileHashes:
    """Reads any perfect subtree's hash from tiles: the port `ledger.log.merkle.ReadHash`.

    `tiles` gives the bytes of each tile at its widest; a tile wider than the tree that is
    being proved does no harm. Costs at most 127 hashes for one subtree.
    """

    def __init__(self, tiles: Mapping[TileId, bytes]) -> None:
        self._tiles = tiles

    def __call__(self, height: int, number: int) -> bytes:
        """Return the subtree's hash; raise `HashMissing` if its tile is absent or short."""
        tile, offset, count = _place(height, number)
        stored = self._tiles.get(tile)
        place = Tile(*tile).path()
        if stored is None:
            raise HashMissing(place, "the tile is absent")
        row = split_hashes(stored[offset * HASH_SIZE : (offset + count) * HASH_SIZE])
        if len(row) != count or len(row[-1]) != HASH_SIZE:
            have = len(stored) // HASH_SIZE
            raise HashMissing(place, f"it has {have} hashes, {offset + count} are needed")
        return fold_perfect(row)


def _place(height: int, number: int) -> tuple[TileId, int, int]:
    # The tile that holds a subtree, the first hash of it there, and how many to fold.
    level, above = divmod(height, HEIGHT)
    tile, offset = divmod(number << above, WIDTH)
    return TileId(level, tile), offset, 1 << above


# --- Entry bundles ------------------------------------------------------------
def join_bundle(entries: Iterable[bytes]) -> bytes:
    """Return a bundle: each entry after its length in two bytes (C2SP "Log entries").

    Raises `MalformedTile` for an entry above 65,535 bytes or more than 256 entries.
    """
    parts = []
    for number, entry in enumerate(entries):
        if len(entry) > ENTRY_MAX:
            raise MalformedTile(f"entry {number}", f"it has {len(entry)} bytes, above {ENTRY_MAX}")
        parts += [len(entry).to_bytes(2), entry]
    if len(parts) > 2 * WIDTH:
        raise MalformedTile("bundle", f"it has {len(parts) // 2} entries, above {WIDTH}")
    return b"".join(parts)


def split_bundle(bundle: bytes, width: int | None = None) -> Sequence[bytes]:
    """Return the entries of a bundle, or its first `width` entries (C2SP "Log entries").

    Raises `MalformedTile` where an entry is cut short, where entries are missing, and
    where there are more than 256.
    """
    entries: list[bytes] = []
    at = 0
    while at < len(bundle) and len(entries) != width:
        end = at + 2 + int.from_bytes(bundle[at : at + 2])
        if at + 2 > len(bundle) or end > len(bundle):
            raise MalformedTile(f"entry {len(entries)} of the bundle", "it is cut short")
        if len(entries) == WIDTH:
            raise MalformedTile("bundle", f"it has more than {WIDTH} entries")
        entries.append(bundle[at + 2 : end])
        at = end
    if width is not None and len(entries) != width:
        raise MalformedTile("bundle", f"it has {len(entries)} entries instead of {width}")
    return entries


def _number_path(number: int) -> str:
    digits = str(number)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    groups = [digits[at : at + 3] for at in range(0, len(digits), 3)]
    return "/".join([*(f"x{group}" for group in groups[:-1]), groups[-1]])
