"""The entries as files, a file for each chunk of 2^18: Parquet as in a bundle, and the lines as recorded, packed with gzip.

    handelser-000000.parquet      position, entry, leaf: the same rows as in `liggare export`
    handelser-000000.jsonl.gz     each entry as it was hashed, one on a line

They reach as far as the newest signed head. A chunk that is full never changes; the last one is made anew as the record
grows, at most once a minute, and takes the place of the one before. Entries hold no words of people, only commitments to
them, so that nothing in these files has to be erased.
"""

from __future__ import annotations

import gzip
import shutil
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import suppress
from pathlib import Path
from typing import BinaryIO, NamedTuple

from ledger.store.port import Recorded
from services.audit.offline.layout import CHUNK_ENTRIES, chunks_of
from services.engines import LedgerReader
from services.export.folder import BundleFolder
from services.web.answers import Refusal, not_now

PARQUET = "parquet"
FORMS = {PARQUET: "application/vnd.apache.parquet", "jsonl.gz": "application/gzip"}
"""The media type of each form, by its suffix."""

AT_ONCE = 4_096
"""Entries read at once: the rows of one row group of Parquet."""

KEPT_SECONDS = 60.0
_LEVEL = 6


class Chunk(NamedTuple):
    """A file of entries that is ready: up to which position, where it lies, its bytes and their SHA-256 in hex."""

    upto: int
    path: Path
    size: int
    sha256: str


class Chunks:
    """Makes the files of one ledger's chunks once, and keeps them in a folder."""

    def __init__(self, folder: Path | None, clock: Callable[[], float] = time.monotonic) -> None:
        self._given, self._clock = folder, clock
        self._own: Path | None = None
        self._making = threading.Lock()
        self._last: dict[tuple[int, str], tuple[Chunk, float]] = {}

    def close(self) -> None:
        """Remove the folder, where it was not given."""
        if self._own is not None:
            shutil.rmtree(self._own, ignore_errors=True)

    def chunk(self, reader: LedgerReader, number: int, form: str, signed: int) -> Chunk:
        """Return the file of a chunk, made if need be. Raises a Refusal for one that is not there or is damaged."""
        if number not in chunks_of(signed):
            count = len(chunks_of(signed))
            raise Refusal(404, f"The signed record has {count} such files, numbered from 000000.")
        upto = min(signed, (number + 1) * CHUNK_ENTRIES)
        with self._making:
            kept = self._last.get((number, form))
            if kept is not None and kept[0].path.is_file() and self._is_good(kept, upto):
                return kept[0]
            made = self._made(reader, number, form, upto)
            self._last[number, form] = made, self._clock()
            for other in made.path.parent.glob(f"{number:06}-*.{form}"):
                if other != made.path:
                    # Whoever reads it at present goes on doing so.
                    with suppress(OSError):
                        other.unlink()
            return made

    def opened(self, reader: LedgerReader, number: int, form: str, signed: int) -> BinaryIO:
        """Return that file, open. Another process that shares the folder may remove one just then: it is made again."""
        try:
            return self.chunk(reader, number, form, signed).path.open("rb")
        except FileNotFoundError:
            return self.chunk(reader, number, form, signed).path.open("rb")

    def _is_good(self, kept: tuple[Chunk, float], upto: int) -> bool:
        chunk, made = kept
        return chunk.upto == upto or (chunk.upto < upto and self._clock() - made < KEPT_SECONDS)

    def _made(self, reader: LedgerReader, number: int, form: str, upto: int) -> Chunk:
        folder = BundleFolder(self._folder())
        name = f"{number:06}-{upto}.{form}"
        if not (folder.path / name).is_file():
            with folder.drafted(name) as file:
                _WRITERS[form](file, pages(reader, number * CHUNK_ENTRIES, upto))
        measured = folder.measure(name)
        return Chunk(upto, folder.path / name, measured.octets, measured.sha256)

    def known(self, number: int, form: str) -> Chunk | None:
        """Return the file of a chunk that was made already, None where nobody asked for it yet."""
        kept = self._last.get((number, form))
        return None if kept is None else kept[0]

    def _folder(self) -> Path:
        if self._given is not None:
            self._given.mkdir(parents=True, exist_ok=True, mode=0o700)
            return self._given
        if self._own is None:
            self._own = Path(tempfile.mkdtemp(prefix="liggare-"))
        return self._own


def pages(reader: LedgerReader, after: int, upto: int) -> Iterator[list[Recorded]]:
    """Yield the entries in (after, upto], AT_ONCE at a time; raise a Refusal where one is missing."""
    while after < upto:
        found = reader.entries(after, min(AT_ONCE, upto - after))
        if [each.position for each in found] != list(range(after + 1, after + 1 + len(found))) or not found:
            raise not_now("The record is damaged here: an event is missing. Ask the operator.")
        yield found
        after = found[-1].position


def _write_parquet(file: BinaryIO, found: Iterator[list[Recorded]]) -> None:
    # Half a second and a library of its own, for those who ask for it.
    from services.export.parquet import group_of, write_groups  # noqa: PLC0415

    write_groups(file, map(group_of, found), lambda _: None)


def _write_lines(file: BinaryIO, found: Iterator[list[Recorded]]) -> None:
    # Without a name and a time, the same entries give the same bytes.
    with gzip.GzipFile("", "wb", _LEVEL, file, mtime=0) as packed:
        for page in found:
            packed.writelines(each.entry + b"\n" for each in page)


_WRITERS = {PARQUET: _write_parquet, "jsonl.gz": _write_lines}
