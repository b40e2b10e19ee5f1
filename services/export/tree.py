"""The tree of a bundle: tiles and entry bundles, computed from the entries and compared with every signed root on the way.

Nothing is copied from the stored tiles; they only help to name the place where a root does not come out. Memory holds the
frontier, the tiles that are not full yet, and one root for each chunk.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from ledger.log.errors import MalformedTile
from ledger.log.merkle import HASH_SIZE, Frontier, Growth, fold
from ledger.log.tiles import HEIGHT, WIDTH, Tile, join_bundle, parse_path, written
from services.audit.offline.layout import CHUNK_ENTRIES, CHUNK_HEIGHT
from services.export.folder import BundleFolder
from services.export.record import Head, Page, Source, first_difference
from services.export.refusals import RecordDamaged


class TreeFiles:
    """Writes the tree while it grows; `heads` are all signed sizes up to the last, oldest first."""

    def __init__(self, folder: BundleFolder, source: Source, heads: Iterator[Head]) -> None:
        self._folder, self._source, self._heads = folder, source, heads
        self._next = next(heads, None)
        self._right = 0
        self._frontier = Frontier()
        self._tails: dict[int, bytes] = {}
        self._bundle: list[bytes] = []
        self._hint: int | None = None
        self._roots: list[bytes] = []
        self._compare()

    def add(self, page: Page) -> None:
        """Take in the next entries; raise RecordDamaged at the first signed root that does not come out."""
        self._add_entries(page)
        self._look_for_differences(page)
        leaves, done = page.leaves, 0
        while done < len(leaves):
            size = self._frontier.size
            end = len(leaves) if self._next is None else min(len(leaves), done + self._next.signed.size - size)
            self._grow(leaves[done:end])
            self._compare()
            done = end

    def finish(self) -> list[bytes]:
        """Write what is not full; return the root of every chunk."""
        size = self._frontier.size
        for level, hashes in self._tails.items():
            width = len(hashes) // HASH_SIZE
            number = (size >> (HEIGHT * level)) // WIDTH
            self._folder.put(Tile(level, number, width).path(), hashes)
        if self._bundle:
            self._folder.put(Tile(None, size // WIDTH, len(self._bundle)).path(), join_bundle(self._bundle))
        ragged = (size % CHUNK_ENTRIES).bit_count()
        return [*self._roots, fold(self._frontier.hashes[-ragged:])] if ragged else self._roots

    # --- Entries ----------------------------------------------------------------------------------
    def _add_entries(self, page: Page) -> None:
        number = (page.first - 1) // WIDTH
        assert not self._bundle, "pages before the last hold whole bundles"
        for start in range(0, len(page.entries), WIDTH):
            entries = page.entries[start : start + WIDTH]
            if len(entries) < WIDTH:
                self._bundle = list(entries)
            else:
                self._folder.put(Tile(None, number).path(), join_bundle(entries))
            number += 1

    # --- Hashes -----------------------------------------------------------------------------------
    def _grow(self, leaves: Sequence[bytes]) -> None:
        growth: Growth = self._frontier.grow(leaves)
        self._frontier = growth.frontier
        if len(growth.rows) > CHUNK_HEIGHT:
            self._roots += growth.rows[CHUNK_HEIGHT]
        for tile, offset, hashes in written(growth):
            before = self._tails.pop(tile.level, b"") if offset else b""
            assert len(before) == offset * HASH_SIZE, "a tile grows where it ended"
            whole = before + hashes
            if len(whole) == WIDTH * HASH_SIZE:
                self._folder.put(Tile(*tile).path(), whole)
            else:
                self._tails[tile.level] = whole

    def _compare(self) -> None:
        """Compare the signed root of just this size, if there is one, with the one the entries give."""
        while self._next is not None and self._next.signed.size <= self._frontier.size:
            signed = self._next.signed
            if (signed.size, signed.root) != (self._frontier.size, self._frontier.root()):
                raise self._damaged(signed.size)
            self._right, self._next = signed.size, next(self._heads, None)

    def _look_for_differences(self, page: Page) -> None:
        """Note the first entry whose stored tile has another hash: the place to name, should a root not come out."""
        if self._hint is None:
            for start in range(0, len(page.leaves), WIDTH):
                number = (page.first - 1 + start) // WIDTH
                found = first_difference(self._source.tile(number), page.leaves[start : start + WIDTH])
                if found is not None:
                    self._hint = page.first + start + found
                    return

    def _damaged(self, size: int) -> RecordDamaged:
        if self._hint is not None and self._right < self._hint <= size:
            reason = (
                f"the entry is not the one that was signed: it does not give the root of the checkpoint of size {size}"
            )
            return RecordDamaged(f"position {self._hint}", reason)
        reason = f"the entries at positions {self._right + 1} to {size} do not give the root that was signed"
        return RecordDamaged(f"checkpoint of size {size}", reason)


# --- What does not belong to a size ---------------------------------------------------------------
def belongs(name: str, size: int) -> bool | None:
    """Tell whether a tree of `size` has the tile or entry bundle of this name; None for a name that is neither."""
    try:
        tile = parse_path(name)
    except MalformedTile:
        return None
    hashes = size >> (HEIGHT * (tile.level or 0))
    return tile.width == min(WIDTH, hashes - tile.number * WIDTH)
