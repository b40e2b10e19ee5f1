"""What tests ask of a bundle: its files as they lie there, and the record read back from them alone."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

from ledger.log.checkpoint import Checkpoint, read_unverified
from ledger.log.merkle import leaf_hashes, root_of
from ledger.log.note import VerifierKey
from ledger.log.tiles import Tile, bundles_of, split_bundle, tiles_of
from ledger.log.verify import verify_checkpoint


def files_of(folder: Path) -> dict[str, bytes]:
    """Return every file by its relative name."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def entries_of(folder: Path) -> list[bytes]:
    """Return the entries of a bundle, in order."""
    size = read_unverified((folder / "checkpoint").read_bytes()).size
    return [
        entry for tile in bundles_of(size) for entry in split_bundle((folder / tile.path()).read_bytes(), tile.width)
    ]


def checked(folder: Path) -> Checkpoint:
    """Verify a bundle as an outsider would who only knows the formats; return its signed head."""
    key = VerifierKey.parse((folder / "log.vkey").read_text().strip())
    signed = verify_checkpoint((folder / "checkpoint").read_bytes(), key.name, [key])
    leaves = leaf_hashes(entries_of(folder))
    assert root_of(leaves) == signed.root
    level = leaves
    expected = {tile.path() for tile in (*tiles_of(signed.size), *bundles_of(signed.size))}
    for tile in tiles_of(signed.size):
        assert (folder / tile.path()).read_bytes() == b"".join(_row(leaves, tile)), tile
    assert len(level) == signed.size
    assert {name for name in files_of(folder) if name.startswith("tile/")} == expected
    for line in (folder / "checkpoints.jsonl").read_text().splitlines():
        kept = json.loads(line)
        head = verify_checkpoint(kept["note"].encode(), key.name, [key])
        assert (head.size, head.root) == (kept["size"], root_of(leaves[: kept["size"]]))
    return signed


def _row(leaves: list[bytes], tile: Tile) -> list[bytes]:
    assert tile.level is not None
    span = 256**tile.level
    first = tile.number * 256
    return [root_of(leaves[at * span : (at + 1) * span]) for at in range(first, first + tile.width)]


def manifest_of(folder: Path) -> Any:
    return json.loads((folder / "manifest.json").read_text())
