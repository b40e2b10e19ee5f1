"""The tiles above the entries' hashes, and which of them the signed root vouches for.

They are few, one hash for 256 below, so all are held. From the top down each full tile must give the hash that stands
for it in the level above; what hangs together up to the signed root cannot have been changed. So of an entry and its
tile that differ it can be said which one is wrong.
"""

from __future__ import annotations

from collections.abc import Iterator

from ledger.log.errors import HashMissing
from ledger.log.merkle import HASH_SIZE, fold_perfect, root, split_hashes
from ledger.log.tiles import HEIGHT, WIDTH, Tile, TileHashes, TileId, tiles_of, width_at
from services.audit.offline.sources import Absent, NotAFile, Source, TooLarge, Unreadable, UnsafePath
from services.audit.report import Kind, Report

MISSING_MAX = 1_000
"""Files that may be missing before a walk gives up: the size may be a lie, and the files were never there."""

TILE_BYTES = WIDTH * HASH_SIZE


class GivenUp(Exception):
    """So many files are missing that looking for more is no use."""


class Files:
    """The tiles of one bundle as files; what cannot be had is taken down in the report, once."""

    def __init__(self, source: Source, report: Report) -> None:
        self._source, self._report = source, report
        self._missing = 0

    def tile(self, tile: Tile) -> bytes | None:
        """Return the bytes of a tile of hashes; None, and a finding, where it is absent or has another length."""
        content = self.content(tile, TILE_BYTES)
        if content is None:
            return None
        wanted = tile.width * HASH_SIZE
        if len(content) != wanted:
            self.refuse(tile, f"it has {len(content):,} bytes instead of {wanted:,}")
            return None
        return content

    def content(self, tile: Tile, limit: int) -> bytes | None:
        """Return a tile or bundle; None, and a finding, where it cannot be read.

        Of a partial one that is absent the full one serves, cut (C2SP tlog-tiles, "Partial Tiles").
        """
        try:
            return self._source.read(tile.path(), limit)
        except Absent as error:
            full = self._full(tile, limit)
            if full is None:
                self.refuse(tile, error.reason)
            return full
        except (NotAFile, TooLarge, UnsafePath, Unreadable) as error:
            self.refuse(tile, error.reason)
            return None

    def refuse(self, tile: Tile, reason: str) -> None:
        """Take down that a file of the tree is not what it has to be. Raises `GivenUp` for the thousandth."""
        first = ((tile.number * WIDTH) << (HEIGHT * (tile.level or 0))) + 1
        self._report.add(Kind.INTEGRITY, tile.path(), f"{reason} (from position {first})", first)
        self._missing += 1
        if self._missing >= MISSING_MAX:
            raise GivenUp

    def _full(self, tile: Tile, limit: int) -> bytes | None:
        if tile.width == WIDTH or tile.level is None:
            return None
        try:
            content = self._source.read(Tile(tile.level, tile.number).path(), limit)
        except (Absent, NotAFile, TooLarge, UnsafePath, Unreadable):
            return None
        return content[: tile.width * HASH_SIZE] if len(content) == TILE_BYTES else None


class Spine:
    """All tiles of level 1 and above of a tree of `size` leaves, and the last of level 0 if it is partial."""

    def __init__(self, files: Files, size: int, signed: bytes) -> None:
        self.size, self._signed = size, signed
        self.tiles: dict[TileId, bytes] = {}
        for tile in _above(size):
            if (content := files.tile(tile)) is not None:
                self.tiles[TileId(tile.level or 0, tile.number)] = content
        self.edge = TileId(0, size // WIDTH) if size % WIDTH else None
        self._sound: set[TileId] = set()
        self.vouched = False

    def vouch(self, row: bytes | None) -> bool:
        """Take the last, partial row of leaf hashes (None if there is none) and look whether all give the root.

        True if so: then `sound` tells which tiles that root vouches for. May be asked again with another row.
        """
        if self.edge is not None:
            if row is None:
                return False
            self.tiles[self.edge] = row
        try:
            self.vouched = root(self.size, TileHashes(self.tiles)) == self._signed
        except HashMissing:
            self.vouched = False
        if self.vouched:
            self._descend()
        return self.vouched

    def sound(self, group: int) -> bytes | None:
        """Return the hash over 256 entries if the signed root vouches for it."""
        return self.said(group) if TileId(1, group // WIDTH) in self._sound else None

    def said(self, group: int) -> bytes | None:
        """Return the hash over the entries of a full bundle as the tile of level 1 has it, right or wrong."""
        row = self.tiles.get(TileId(1, group // WIDTH))
        return None if row is None else row[group % WIDTH * HASH_SIZE :][:HASH_SIZE] or None

    def compare(self, folds: list[bytes], report: Report) -> None:
        """Compare every hash of every tile with what the entries give; `folds` has one for each full bundle."""
        level, row = 1, folds
        while row:
            for number in range(-(-len(row) // WIDTH)):
                tile = TileId(level, number)
                self._compare_row(tile, row[number * WIDTH : (number + 1) * WIDTH], report)
            row = [fold_perfect(row[at : at + WIDTH]) for at in range(0, len(row) - WIDTH + 1, WIDTH)]
            level += 1

    def _compare_row(self, tile: TileId, row: list[bytes], report: Report) -> None:
        stored = self.tiles.get(tile)
        if stored is None:
            return  # taken down when it was looked for
        report.count("tile hashes", len(row))
        if stored == b"".join(row):
            return
        for number, wanted in enumerate(row):
            if stored[number * HASH_SIZE : (number + 1) * HASH_SIZE] != wanted:
                first = ((tile.number * WIDTH + number) << (HEIGHT * tile.level)) + 1
                path = Tile(tile.level, tile.number, width_at(tile, self.size)).path()
                reason = f"hash {number} is not what the entries from position {first} give"
                report.add(Kind.INTEGRITY, path, reason, first)

    def _descend(self) -> None:
        """Find the tiles that the root vouches for: partial ones are part of it, full ones stand in the level above."""
        self._sound = set()
        for tile in sorted(self.tiles, reverse=True):
            if width_at(tile, self.size) < WIDTH:
                self._sound.add(tile)
                continue
            above, at = TileId(tile.level + 1, tile.number // WIDTH), tile.number % WIDTH * HASH_SIZE
            if above in self._sound:
                found = fold_perfect(split_hashes(self.tiles[tile]))
                if found == self.tiles[above][at : at + HASH_SIZE]:
                    self._sound.add(tile)


def _above(size: int) -> Iterator[Tile]:
    """Yield the tiles of level 1 and above; of a tree above 2^16 leaves level 0 would be most of all there are."""
    for tile in tiles_of(size >> HEIGHT):
        yield Tile((tile.level or 0) + 1, tile.number, tile.width)
