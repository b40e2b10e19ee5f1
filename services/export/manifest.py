"""The manifest: what a bundle consists of, written last. It tells damage from absence, and proves nothing."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any, NamedTuple

from ledger.log.checkpoint import Checkpoint
from services.audit.offline.layout import CHUNK_ENTRIES, FORMAT, MANIFEST
from services.export.folder import BundleFolder
from services.export.opened import Opened


class Parts(NamedTuple):
    """What a bundle holds: its head, the root of every chunk, its files but tiles, its words (None: not included)."""

    signed: Checkpoint
    chunks: Sequence[bytes]
    names: Sequence[str]
    opened: Opened | None


def manifest_of(folder: BundleFolder, parts: Parts) -> dict[str, Any]:
    """Return the manifest of a bundle; its files are measured as they lie in the folder."""
    signed, chunks, names, opened = parts
    measured = {name: folder.measure(name) for name in sorted(names)}
    return {
        "format": FORMAT,
        "origin": signed.origin,
        "size": signed.size,
        "root": signed.root.hex(),
        "chunks": [
            {
                "number": number,
                "first": number * CHUNK_ENTRIES + 1,
                "last": min((number + 1) * CHUNK_ENTRIES, signed.size),
                "root": root.hex(),
            }
            for number, root in enumerate(chunks)
        ],
        "opened": _opened(opened),
        "files": {name: {"bytes": found.octets, "sha256": found.sha256} for name, found in measured.items()},
    }


def _opened(opened: Opened | None) -> dict[str, Any]:
    if opened is None:
        return {"included": False}
    unaccounted = len(opened.unaccounted) + opened.further
    return {
        "included": True,
        "opened": opened.opened,
        "withheld": sum(opened.withheld.values()),
        "unaccounted": unaccounted,
    }


def write_manifest(folder: BundleFolder, manifest: dict[str, Any]) -> None:
    """Bring everything else to the disk, then write the manifest: where it is, the bundle is whole."""
    folder.settle()
    folder.put(MANIFEST, pretty(manifest))
    folder.settle()


def pretty(value: Any) -> bytes:
    """Return JSON for people as well: indented, members as given, one newline at the end."""
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"
