"""A bundle held in memory, so that it can be damaged a hundred thousand times."""

from __future__ import annotations

import io
from collections.abc import Mapping
from pathlib import Path

from services.audit.offline.bundle import Wanted, verify_bundle
from services.audit.offline.sources import Absent, Source, Stream
from services.audit.report import Report


class Memory(Source):
    """Files by path."""

    def __init__(self, files: Mapping[str, bytes]) -> None:
        self.name = "memory"
        self._files = files

    def stream(self, path: str) -> Stream:
        if path not in self._files:
            raise Absent(path, "there is no such file")
        return io.BytesIO(self._files[path])

    def exists(self, path: str) -> bool:
        return path in self._files

    def paths(self) -> list[str] | None:
        return sorted(self._files)


def files_in(folder: Path) -> dict[str, bytes]:
    """Return every file of a folder by its relative path."""
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def verified(files: Mapping[str, bytes], wanted: Wanted | None = None) -> Report:
    """Verify a bundle in memory."""
    return verify_bundle(Memory(files), wanted or Wanted())


def flipped(content: bytes, bit: int) -> bytes:
    """Return the bytes with one bit changed."""
    octets = bytearray(content)
    octets[bit // 8] ^= 1 << bit % 8
    return bytes(octets)
