"""The manifest of a bundle: what should be there, of which length and SHA-256. It proves nothing.

By it a file that was damaged on its way is told from one that was never there; and what it says of size, root and chunks
has to be what the entries give, like everything else.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, NamedTuple

from ledger.log.checkpoint import Checkpoint
from ledger.log.merkle import Frontier, fold
from ledger.log.tiles import WIDTH, bundles_of, tiles_of
from services.audit.offline.layout import CHECKPOINT, CHUNK_ENTRIES, FORMAT, KEY, MANIFEST, chunks_of, opened_path
from services.audit.offline.sources import Absent, Source, SourceError, Unreachable, checked_path
from services.audit.offline.strict import NotStrict, read_object
from services.audit.report import Kind, Report

MANIFEST_MAX = 32 << 20
"""Bytes in a manifest: room for 10^5 files and chunks."""

CHUNK_BUNDLES = CHUNK_ENTRIES // WIDTH
_SHA256 = re.compile(r"[0-9a-f]{64}")
_OURS = ("tile/", "opened/", "parquet/")
_NAMED_MAX = 5


class Listed(NamedTuple):
    """A file as the manifest has it."""

    octets: int
    sha256: str


class Manifest(NamedTuple):
    """A manifest that follows its format; `opened` is what it says of the public words, None where they are left out."""

    files: dict[str, Listed]
    chunks: tuple[bytes, ...]
    opened: tuple[int, int, int] | None


def read_manifest(source: Source, signed: Checkpoint, report: Report) -> Manifest | None:
    """Return the manifest; None where there is none, or none that can be used, which is taken down."""
    try:
        raw = source.read(MANIFEST, MANIFEST_MAX)
        value = read_object(raw)
        if raw != _pretty(value):
            raise NotStrict("it is not in the one form of its JSON")
        return _manifest(value, signed)
    except Unreachable:
        raise
    except Absent:
        report.leave(f"whether files are missing or were damaged on their way: there is no {MANIFEST}")
    except SourceError as error:
        report.add(Kind.INTEGRITY, MANIFEST, error.reason)
    except NotStrict as error:
        report.add(Kind.INTEGRITY, MANIFEST, str(error))
    return None


def check_files(source: Source, manifest: Manifest, report: Report) -> None:
    """Compare every listed file with its length and hash, and look for files that are not listed."""
    for path, listed in manifest.files.items():
        try:
            digest, octets = sha256(), 0
            for piece in source.pieces(path, listed.octets):
                digest.update(piece)
                octets += len(piece)
        except Unreachable:
            raise
        except SourceError as error:
            report.add(Kind.INTEGRITY, path, f"{error.reason}; {MANIFEST} lists it with {listed.octets:,} bytes")
            continue
        report.count("files against the manifest")
        if octets != listed.octets:
            report.add(Kind.INTEGRITY, path, f"it has {octets:,} bytes, and {MANIFEST} says {listed.octets:,}")
        elif digest.hexdigest() != listed.sha256:
            report.add(Kind.INTEGRITY, path, f"its SHA-256 is not the one in {MANIFEST}: one of both was changed")


def check_extra(source: Source, manifest: Manifest, size: int, report: Report) -> None:
    """Look for files that do not belong: tiles that the tree does not have are refused, others are mentioned."""
    paths = source.paths()
    if paths is None or size // WIDTH > len(paths):
        return  # the size is no measure of what there is, and files are missing
    tree = {tile.path() for tile in (*tiles_of(size), *bundles_of(size))}
    strange = []
    for path in paths:
        if path in manifest.files or path in tree or path == MANIFEST:
            continue
        if path.startswith(_OURS):
            report.add(Kind.INTEGRITY, path, f"a log of {size:,} entries has no such file")
        else:
            strange.append(path)
    if strange:
        more = f" and {len(strange) - _NAMED_MAX} more" if len(strange) > _NAMED_MAX else ""
        report.state(f"not part of the bundle: {', '.join(strange[:_NAMED_MAX])}{more}")


def check_chunks(manifest: Manifest, folds: Sequence[bytes], edge: Sequence[bytes], size: int, report: Report) -> None:
    """Compare the roots of the chunks with what the entries give: `folds` over full bundles, `edge` the last leaves."""
    if len(folds) != size // WIDTH or len(edge) != size % WIDTH:
        return  # damage, taken down already
    for chunk in chunks_of(size):
        row = list(folds[chunk * CHUNK_BUNDLES : (chunk + 1) * CHUNK_BUNDLES])
        found = _root_over(row, edge if len(row) < CHUNK_BUNDLES else ())
        if manifest.chunks[chunk] != found:
            first = chunk * CHUNK_ENTRIES + 1
            report.add(Kind.INTEGRITY, f"{MANIFEST}, chunk {chunk}", "its root is not what the entries give", first)


def check_opened(manifest: Manifest, report: Report) -> None:
    """Compare what the manifest says of the public words with what was counted, where the whole log was looked at."""
    if manifest.opened is None or any(finding.kind is not Kind.INCOMPLETE for finding in report.findings):
        return
    counts = report.counts
    withheld = sum(number for what, number in counts.items() if what.startswith("withheld: "))
    found = counts.get("commitments opened", 0), withheld, counts.get("words unaccounted for", 0)
    if manifest.opened != found:
        reason = f"it says {_told(manifest.opened)}, and there are {_told(found)}"
        report.add(Kind.INTEGRITY, MANIFEST, reason)


def _told(counted: tuple[int, int, int]) -> str:
    return f"{counted[0]:,} opened, {counted[1]:,} withheld and {counted[2]:,} unaccounted for"


# --- Parts ------------------------------------------------------------------------------------
def _manifest(value: dict[str, Any], signed: Checkpoint) -> Manifest:
    expected = {"format", "origin", "size", "root", "chunks", "opened", "files"}
    if value.keys() != expected:
        raise NotStrict(f"its members are not {', '.join(sorted(expected))}")
    for member, wanted in (
        ("format", FORMAT),
        ("origin", signed.origin),
        ("size", signed.size),
        ("root", signed.root.hex()),
    ):
        if value[member] != wanted or isinstance(value[member], bool):
            raise NotStrict(f"its {member} is not {wanted!r}, as the checkpoint has it")
    return Manifest(_files(value["files"]), _chunks(value["chunks"], signed.size), _words(value["opened"]))


def _files(value: Any) -> dict[str, Listed]:
    files = {}
    if not isinstance(value, dict) or not {CHECKPOINT, KEY} <= value.keys():
        raise NotStrict(f"it lists no {CHECKPOINT} and no {KEY}")
    for path, listed in value.items():
        match listed:
            case {"bytes": int(octets), "sha256": str(digest), **rest} if (
                not rest and not isinstance(octets, bool) and octets >= 0 and _SHA256.fullmatch(digest)
            ):
                files[_listed_path(path)] = Listed(octets, digest)
            case _:
                raise NotStrict(f"what it says of {path!r} is not a length and a SHA-256")
    return files


def _listed_path(path: str) -> str:
    try:
        checked_path(path)
    except SourceError as error:
        raise NotStrict(f"it lists {path!r}, which is no plain path within the bundle") from error
    if path.startswith("tile/") or path == MANIFEST:
        raise NotStrict(f"it lists {path!r}, which is checked otherwise")
    return path


def _chunks(value: Any, size: int) -> tuple[bytes, ...]:
    if not isinstance(value, list) or len(value) != len(chunks_of(size)):
        raise NotStrict(f"it does not have {len(chunks_of(size))} chunks")
    return tuple(_chunk(each, number, size) for number, each in enumerate(value))


def _chunk(value: Any, number: int, size: int) -> bytes:
    low, high = number * CHUNK_ENTRIES + 1, min((number + 1) * CHUNK_ENTRIES, size)
    match value:
        case {"number": int(found), "first": int(first), "last": int(last), "root": str(root), **rest} if (
            not rest and not isinstance(found, bool) and _SHA256.fullmatch(root)
        ):
            if (found, first, last) == (number, low, high):
                return bytes.fromhex(root)
    raise NotStrict(f"chunk {number} is not positions {low} to {high} and a root")


def _words(value: Any) -> tuple[int, int, int] | None:
    match value:
        case {"included": False, **rest} if not rest:
            return None
        case {"included": True, "opened": int(opened), "withheld": int(withheld), "unaccounted": int(none), **rest} if (
            not rest and not any(isinstance(each, bool) for each in (opened, withheld, none))
        ):
            return opened, withheld, none
    raise NotStrict("what it says of the public words is not how many are opened, withheld and unaccounted for")


def words_included(source: Source, manifest: Manifest | None) -> bool:
    """Tell whether a bundle means to show public words."""
    if manifest is not None:
        return manifest.opened is not None
    return source.exists(opened_path(0))


def _root_over(folds: Sequence[bytes], edge: Sequence[bytes]) -> bytes:
    return fold((*Frontier().extend(folds).hashes, *Frontier().extend(edge).hashes))


def _pretty(value: Any) -> bytes:
    return json.dumps(value, ensure_ascii=False, indent=1).encode() + b"\n"


def parquet_listed(manifest: Manifest) -> bool:
    """Tell whether the bundle has the entries for other tools as well."""
    return any(path.startswith("parquet/") for path in manifest.files)
