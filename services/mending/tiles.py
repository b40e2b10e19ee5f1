"""Tiles computed again from the leaf hashes, and kept only if they give the root that was signed."""

from __future__ import annotations

from ledger.log.errors import ProofError
from ledger.log.merkle import HASH_SIZE, fold_perfect, root, root_plan, split_hashes
from ledger.log.tiles import WIDTH, TileHashes, TileId, tiles_needed, tiles_of
from services.mending.fsck import Examined
from services.mending.owner import Owner


class TilesDoNotFit(ProofError):
    """The tiles would not give the signed root; nothing was changed."""


def put_tiles(session: Owner, found: Examined) -> None:
    """Write the damaged tiles anew. Raises TilesDoNotFit unless all tiles then give the root that was published."""
    if not found.tree.tiles:
        return
    published = found.published
    if published is None:
        raise TilesDoNotFit("tiles", "there is no checkpoint they could be compared with; nothing was changed")
    widths = {TileId(tile.level or 0, tile.number): tile.width for tile in tiles_of(published.size)}
    for tile in sorted(found.tree.tiles):
        session.run("take_tile", level=tile.level, number=tile.number)
        if width := widths.get(tile):
            hashes = _leaves(session, found, tile, width) if not tile.level else _folded(session, tile, width)
            session.run("put_tile", level=tile.level, number=tile.number, hashes=hashes)
    (plan,) = root_plan(published.size)
    held = {tile: _stored(session, tile) for tile in tiles_needed((plan,))}
    if root(published.size, TileHashes(held)) != published.root:
        raise TilesDoNotFit(
            "tiles", f"they would not give the root signed for size {published.size}; nothing was changed"
        )


def _leaves(session: Owner, found: Examined, tile: TileId, width: int) -> bytes:
    start = tile.number * WIDTH
    rows = dict(session.run("leaves", after=start, upto=start + width))
    proven = found.tree.proven
    leaves = [proven.get(at) or bytes(rows.get(at, b"")) for at in range(start + 1, start + width + 1)]
    if any(len(leaf) != HASH_SIZE for leaf in leaves):
        raise TilesDoNotFit(f"tile of level 0, number {tile.number}", "a leaf hash is missing; nothing was changed")
    return b"".join(leaves)


def _folded(session: Owner, tile: TileId, width: int) -> bytes:
    below = [_stored(session, TileId(tile.level - 1, tile.number * WIDTH + at)) for at in range(width)]
    if any(len(hashes) != WIDTH * HASH_SIZE for hashes in below):
        place = f"tile of level {tile.level}, number {tile.number}"
        raise TilesDoNotFit(place, "a tile below it is not full; nothing was changed")
    return b"".join(fold_perfect(split_hashes(hashes)) for hashes in below)


def _stored(session: Owner, tile: TileId) -> bytes:
    rows = session.run("tile", level=tile.level, number=tile.number)
    return bytes(rows[0][0]) if rows else b""
