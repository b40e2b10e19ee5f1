"""What somebody can do who holds a bundle, and what somebody can do who holds the log's key as well."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping, Sequence
from hashlib import sha256

from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.merkle import leaf_hashes, root_of
from ledger.log.note import SigningKey
from ledger.log.tiles import parse_path, split_bundle
from services.audit.offline.layout import CHUNK_ENTRIES, checkpoint_line, chunks_of
from tests.services.audit.offline.logs import tree_files

Files = dict[str, bytes]


def refitted(files: Mapping[str, bytes], /, **changed: object) -> Files:
    """Return the bundle with a manifest that fits its files; `changed` are members to lie in."""
    manifest = json.loads(files["manifest.json"]) | changed
    if "files" not in changed:
        manifest["files"] = {
            path: {"bytes": len(content), "sha256": sha256(content).hexdigest()}
            for path, content in sorted(files.items())
            if not path.startswith("tile/") and path != "manifest.json"
        }
    return {**files, "manifest.json": pretty(manifest)}


def pretty(value: object) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


def entries_in(files: Mapping[str, bytes]) -> list[bytes]:
    """Return the entries of a bundle in order."""
    paths = sorted(
        (parse_path(path) for path in files if path.startswith("tile/entries/")), key=lambda tile: tile.number
    )
    return [entry for tile in paths for entry in split_bundle(files[tile.path()])]


def rewritten(
    files: Mapping[str, bytes], entries: Sequence[bytes], keys: Sequence[SigningKey], sizes: Iterable[int] = ()
) -> Files:
    """Return the bundle with other entries, everything about them made anew and signed."""
    origin, leaves, size = keys[0].name, leaf_hashes(entries), len(entries)
    made = {path: content for path, content in files.items() if not path.startswith("tile/")} | tree_files(entries)
    notes = {each: sign_checkpoint(Checkpoint(origin, each, root_of(leaves[:each])), *keys) for each in {*sizes, size}}
    made["checkpoint"] = notes[size]
    made["checkpoints.jsonl"] = b"".join(checkpoint_line(each, notes[each]) for each in sorted(notes))
    chunks = [
        {
            "number": number,
            "first": number * CHUNK_ENTRIES + 1,
            "last": min((number + 1) * CHUNK_ENTRIES, size),
            "root": root_of(leaves[number * CHUNK_ENTRIES : (number + 1) * CHUNK_ENTRIES]).hex(),
        }
        for number in chunks_of(size)
    ]
    return refitted(made, origin=origin, size=size, root=root_of(leaves).hex(), chunks=chunks)


def with_lines(files: Mapping[str, bytes], change: Callable[[list[bytes]], list[bytes]]) -> Files:
    """Return the bundle with other lines of public words, and a manifest that fits."""
    lines = change(files["opened/000000.jsonl"].splitlines())
    withheld = sum(b'"withheld"' in line for line in lines)
    manifest = json.loads(files["manifest.json"])["opened"]
    lost = manifest["opened"] + manifest["withheld"] - len(lines)
    counted = {"included": True, "opened": len(lines) - withheld, "withheld": withheld, "unaccounted": max(0, lost)}
    return refitted({**files, "opened/000000.jsonl": b"".join(line + b"\n" for line in lines)}, opened=counted)
