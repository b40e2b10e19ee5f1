"""Logs of plain entries as files, to be damaged; made by the pure modules alone."""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from pathlib import Path

from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.merkle import Frontier, leaf_hashes, root_of
from ledger.log.note import SigningKey
from ledger.log.tiles import WIDTH, bundles_of, join_bundle, tiles_of
from services.audit.offline.sources import Folder
from services.audit.offline.spine import Files
from services.audit.offline.tree import WHOLE, Head, Part, Walk
from services.audit.report import Kind, Report

ORIGIN = "kommun.example/log"
KEY = SigningKey(ORIGIN, bytes(range(32)))


def entries_of(count: int) -> list[bytes]:
    return [b'{"number":%d,"type":"noted.v1"}' % number for number in range(1, count + 1)]


def tree_files(entries: Sequence[bytes]) -> dict[str, bytes]:
    """Return every tile and entry bundle of a log, by path."""
    rows, made = Frontier().grow(leaf_hashes(entries)).rows, {}
    for tile in tiles_of(len(entries)):
        made[tile.path()] = b"".join(rows[8 * (tile.level or 0)][tile.number * WIDTH :][: tile.width])
    for bundle in bundles_of(len(entries)):
        made[bundle.path()] = join_bundle(entries[bundle.number * WIDTH :][: bundle.width])
    return made


def write_log(folder: Path, entries: Sequence[bytes], heads: Iterable[int] = ()) -> Checkpoint:
    """Write checkpoint, key, tiles, entries and the kept checkpoints of some sizes."""
    leaves, size = leaf_hashes(entries), len(entries)
    for path, content in tree_files(entries).items():
        put(folder, path, content)
    signed = Checkpoint(ORIGIN, size, root_of(leaves))
    put(folder, "checkpoint", sign_checkpoint(signed, KEY))
    put(folder, "log.vkey", KEY.verifier.format().encode() + b"\n")
    kept = [Checkpoint(ORIGIN, each, root_of(leaves[:each])) for each in (*heads, size)]
    lines = [json.dumps({"size": each.size, "note": sign_checkpoint(each, KEY).decode()}) for each in kept]
    put(folder, "checkpoints.jsonl", "".join(f"{line}\n" for line in lines).encode())
    return signed


def put(folder: Path, path: str, content: bytes) -> None:
    (folder / path).parent.mkdir(parents=True, exist_ok=True)
    (folder / path).write_bytes(content)


def flip(path: Path, bit: int) -> None:
    content = bytearray(path.read_bytes())
    content[bit // 8] ^= 1 << bit % 8
    path.write_bytes(content)


class Walked:
    """One walk over a log in a folder, and what came of it."""

    def __init__(self, folder: Path, signed: Checkpoint, heads: Iterable[Checkpoint] = (), part: Part = WHOLE) -> None:
        self.report = Report(ORIGIN)
        self.pages: list[tuple[int, int]] = []
        self.entries: list[bytes] = []
        self.heads: dict[int, bool | None] = {}
        self.walk = Walk(Files(Folder(folder), self.report), self.report, signed.size, signed.root, part)
        wanted = [Head(each.size, each.root, "somewhere", Kind.FORK, b"") for each in heads]
        self.walk.run(wanted, self._page, self._head)

    @property
    def places(self) -> list[str]:
        return [finding.place for finding in self.report.findings]

    def _page(self, first: int, entries: list[bytes], leaves: list[bytes]) -> None:
        assert len(entries) == len(leaves)
        self.pages.append((first, first + len(entries) - 1))
        self.entries += entries

    def _head(self, head: Head, root: bytes | None) -> None:
        self.heads[head.size] = None if root is None else root == head.root
