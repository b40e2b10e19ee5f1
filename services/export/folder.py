"""The folder of a bundle: every file is written whole, under another name first, and then takes its name.

Stopped at any point, a folder holds whole files and perhaps drafts (`.new`), which the next run removes. A file that
is there with the right bytes is left alone. `settle` brings everything to the disk; the manifest is written after it,
so where a manifest is, the rest is.
"""

from __future__ import annotations

import errno
import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from hashlib import sha256
from pathlib import Path
from typing import BinaryIO, NamedTuple

from services.export.refusals import ExportBusy, OutputUnfit

DRAFT = ".new"
UNSETTLED_MAX = 4_096
"""Files written before they are brought to the disk: one flush of many costs far less than many flushes."""

COPIED_AT_ONCE = 1 << 20
_MODE = 0o644


class Measure(NamedTuple):
    """What the manifest says of a file."""

    octets: int
    sha256: str


class BundleFolder:
    """Writes one bundle; made by `claimed`, which keeps other writers out."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._unsettled: dict[Path, None] = {}

    # --- Reading ----------------------------------------------------------------------------------
    def read(self, name: str, limit: int = -1) -> bytes | None:
        """Return a file's bytes, or the first `limit` of them; None where there is no such file."""
        try:
            with (self.path / name).open("rb") as file:
                return file.read(limit)
        except FileNotFoundError:
            return None

    def names(self) -> Iterator[str]:
        """Yield the names of all files, relative and with slashes, sorted within each folder."""
        for top, folders, files in os.walk(self.path):
            folders.sort()
            for name in sorted(files):
                yield (Path(top) / name).relative_to(self.path).as_posix()

    def measure(self, name: str) -> Measure:
        """Return length and SHA-256 of a file."""
        digest, octets = sha256(), 0
        with (self.path / name).open("rb") as file:
            while piece := file.read(COPIED_AT_ONCE):
                digest.update(piece)
                octets += len(piece)
        return Measure(octets, digest.hexdigest())

    # --- Writing ----------------------------------------------------------------------------------
    def put(self, name: str, content: bytes) -> bool:
        """Make a file hold just this; return whether it had to be written."""
        if self.read(name, len(content) + 1) == content:
            return False
        with self.drafted(name) as file:
            file.write(content)
        return True

    @contextmanager
    def drafted(self, name: str) -> Iterator[BinaryIO]:
        """Open a file to be written; it takes its name at the end, and leaves nothing behind if that is not reached."""
        place = self.path / name
        place.parent.mkdir(parents=True, exist_ok=True)
        draft = place.with_name(place.name + DRAFT)
        try:
            with draft.open("wb") as file:
                os.fchmod(file.fileno(), _MODE)
                yield file
            draft.replace(place)
        except BaseException as error:
            with suppress(OSError):
                draft.unlink()
            if isinstance(error, OSError):
                _name(error, place)
            raise
        self._unsettled[place] = None
        if len(self._unsettled) >= UNSETTLED_MAX:
            self.settle()

    def remove(self, name: str) -> None:
        """Remove a file, and the folders that it leaves empty; there need be none."""
        place = self.path / name
        with suppress(FileNotFoundError):
            place.unlink()
        self._unsettled.pop(place, None)
        for parent in place.parents:
            if parent == self.path:
                return
            try:
                parent.rmdir()
            except OSError as error:
                if error.errno in {errno.ENOTEMPTY, errno.EEXIST, errno.ENOENT}:
                    return
                raise

    def settle(self) -> None:
        """Bring everything that was written to the disk: the files, then the folders that name them."""
        folders: dict[Path, None] = {}
        for place in self._unsettled:
            _flush(place, os.O_RDONLY)
            for parent in place.parents:
                folders[parent] = None
                if parent == self.path:
                    break
        for folder in folders:
            flush_folder(folder)
        self._unsettled.clear()


def _name(error: OSError, place: Path) -> None:
    """Say which file an error is about, where the system does not: a full disk shows in a write, which names none."""
    if error.errno is not None and error.filename is None:
        error.filename = str(place)


def flush_folder(folder: Path) -> None:
    """Bring the names in a folder to the disk."""
    _flush(folder, os.O_RDONLY | os.O_DIRECTORY)


def _flush(place: Path, flags: int) -> None:
    descriptor = os.open(place, flags)
    try:
        os.fsync(descriptor)
    except OSError as error:
        _name(error, place)
        raise
    finally:
        os.close(descriptor)


@contextmanager
def claimed(path: Path) -> Iterator[BundleFolder]:
    """Make the folder if need be, keep other exports out of it, and yield it.

    Raises OutputUnfit where the place is no folder, ExportBusy while another process writes there, OSError.
    """
    if path.exists() and not path.is_dir():
        raise OutputUnfit(path, "it is a file; name a folder, or a file that ends in .zip")
    path.mkdir(parents=True, exist_ok=True)
    descriptor = os.open(path, os.O_RDONLY | os.O_DIRECTORY)
    try:
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            raise ExportBusy(path) from None
        yield BundleFolder(path)
    finally:
        os.close(descriptor)
