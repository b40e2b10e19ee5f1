"""What a bundle consists of: the files, and the shape of those that C2SP does not define.

    README.md            for a person who has never heard of us
    verify.py            the single-file verifier
    checkpoint           the newest checkpoint, signed and cosigned (C2SP tlog-checkpoint)
    tile/…               tiles and entry bundles (C2SP tlog-tiles); what the checkpoint covers, no more
    log.vkey             the log's present Ed25519 key (C2SP signed-note)
    log.vkeys            every key that ever signed for this log, one per line, oldest first
    policy               logs, witnesses and quorum (C2SP tlog-policy)
    checkpoints.jsonl    every checkpoint kept, oldest first: {"size":N,"note":"…"}
    opened/NNNNNN.jsonl  the public words, by chunk and position: `Opened` or `Withheld`, one per line
    digests.json         {"position":N,"read_models":{"name":"hex"}}
    parquet/NNNNNN.parquet   position, entry, leaf: the same entries for other tools
    manifest.json        format, origin, size, root; chunks with their roots; bytes and SHA-256 of every file but tiles

What may be shown is judged as of the export, also for an older size: `by` may name an event beyond the size. Words that
correct others are withheld by the event that withholds those.

Nothing in a bundle is believed: tiles and entries must give the root that was signed, opened words their commitments,
digests a replay. The manifest tells damage from absence, and proves nothing.
"""

from __future__ import annotations

import json

FORMAT = "liggare-bundle/1"

CHUNK_HEIGHT = 18
CHUNK_ENTRIES = 1 << CHUNK_HEIGHT
"""Entries in one chunk: a perfect subtree, so its root enters the tree as it is. The last is ragged."""

README = "README.md"
VERIFIER = "verify.py"
CHECKPOINT = "checkpoint"
CHECKPOINTS = "checkpoints.jsonl"
KEY = "log.vkey"
KEYS = "log.vkeys"
POLICY = "policy"
DIGESTS = "digests.json"
MANIFEST = "manifest.json"


def checkpoint_line(size: int, note: bytes) -> bytes:
    """Return the line of a checkpoint in the history of all of them."""
    line = json.dumps({"size": size, "note": note.decode()}, ensure_ascii=False, separators=(",", ":"))
    return f"{line}\n".encode()


def opened_path(chunk: int) -> str:
    """Return the path of a chunk's public words."""
    return f"opened/{chunk:06}.jsonl"


def parquet_path(chunk: int) -> str:
    """Return the path of a chunk's Parquet file."""
    return f"parquet/{chunk:06}.parquet"


def chunks_of(size: int) -> range:
    """Return the numbers of the chunks of a log of `size` entries."""
    return range(-(-size // CHUNK_ENTRIES))
