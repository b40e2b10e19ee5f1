"""Which of several accounts of the leaf hashes is the one that was signed. Pure.

The same hashes stand in three places: level 0 of the tiles, the column beside each entry, and the entries themselves,
hashed again. Where they disagree, none of them is believed: the tree that gives the signed root is right, and a root
cannot be given by two (SHA-256). So each account is summed up whole, and two that are put together tile by tile:

    tiles     level 0 as stored
    leaves    the column
    entries   the bytes, hashed
    most      at each position what two of them say
    above     in each full tile whichever gives the hash that level 1 has for it, else `most`
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from ledger.log.errors import HashMissing
from ledger.log.merkle import HASH_SIZE, fold_perfect, root, split_hashes
from ledger.log.tiles import WIDTH, TileHashes, TileId

NONE = bytes(HASH_SIZE)
"""Stands for a hash that is not there: no entry hashes to it."""

ACCOUNTS = ("tiles", "leaves", "entries", "most", "above")
_FULL = WIDTH * HASH_SIZE


class Row(NamedTuple):
    """The hashes of one tile of level 0 by three accounts, of equal length, NONE where there is none."""

    tiles: bytes
    leaves: bytes
    entries: bytes


class Doubt(NamedTuple):
    """What is said of a position of which not all say the same."""

    position: int
    tiles: bytes
    leaves: bytes
    entries: bytes
    most: bytes
    above: bytes


def most(row: Row) -> bytes:
    """Return at each place what most accounts say, of those that say anything; in doubt what the tiles say."""
    chosen = bytearray()
    for at in range(0, len(row.tiles), HASH_SIZE):
        tile, leaf, entry = (account[at : at + HASH_SIZE] for account in row)
        if leaf == entry != NONE or tile == NONE:
            chosen += leaf if leaf != NONE else entry
        else:
            chosen += tile
    return bytes(chosen)


def weighed(row: Row, above: bytes | None) -> dict[str, bytes]:
    """Return every account of a tile; `above` is the hash that level 1 has for it."""
    majority = most(row)
    found = {"tiles": row.tiles, "leaves": row.leaves, "entries": row.entries, "most": majority}
    chosen = majority
    if above is not None and len(row.tiles) == _FULL:
        chosen = next((each for each in found.values() if _folded(each) == above), majority)
    return found | {"above": chosen}


class Evidence:
    """Takes in the tiles of level 0 from the left, and then tells which account gives a root."""

    def __init__(self) -> None:
        self.size = 0
        self.doubts: list[Doubt] = []
        self._roots: dict[str, list[bytes]] = {name: [] for name in ACCOUNTS}
        self._ragged = dict.fromkeys(ACCOUNTS, b"")

    def add(self, row: Row, above: bytes | None = None) -> None:
        """Take in the next tile; only the last may be less than full."""
        if row.tiles == row.leaves == row.entries:
            rows = dict.fromkeys(ACCOUNTS, row.tiles)
        else:
            rows = weighed(row, above)
            self._doubt(rows)
        self.size += len(row.tiles) // HASH_SIZE
        if len(row.tiles) < _FULL:
            self._ragged = rows
            return
        folded: dict[bytes, bytes] = {}
        for name, hashes in rows.items():
            if hashes not in folded:
                folded[hashes] = _folded(hashes)
            self._roots[name].append(folded[hashes])

    def right(self, signed: bytes) -> str | None:
        """Return the name of an account that gives the signed root; None where none does."""
        return next((name for name in ACCOUNTS if self.root(name) == signed), None)

    def root(self, name: str) -> bytes | None:
        """Return the root that an account gives."""
        tiles = dict(self.upper_tiles(name))
        if self._ragged[name]:
            tiles[TileId(0, self.size // WIDTH)] = self._ragged[name]
        try:
            return root(self.size, TileHashes(tiles))
        except HashMissing:
            return None

    def upper_tiles(self, name: str) -> Iterator[tuple[TileId, bytes]]:
        """Yield the tiles of level 1 and above that an account gives, at their widest."""
        level, hashes = 1, self._roots[name]
        while hashes:
            for number in range(-(-len(hashes) // WIDTH)):
                yield TileId(level, number), b"".join(hashes[number * WIDTH : (number + 1) * WIDTH])
            hashes = [fold_perfect(hashes[start : start + WIDTH]) for start in range(0, len(hashes) - WIDTH + 1, WIDTH)]
            level += 1

    def _doubt(self, rows: dict[str, bytes]) -> None:
        for at in range(0, len(rows["tiles"]), HASH_SIZE):
            said = [rows[name][at : at + HASH_SIZE] for name in ACCOUNTS]
            if not said[0] == said[1] == said[2]:
                self.doubts.append(Doubt(self.size + at // HASH_SIZE + 1, *said))


def _folded(hashes: bytes) -> bytes:
    return fold_perfect(split_hashes(hashes))
