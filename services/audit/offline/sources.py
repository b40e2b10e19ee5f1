"""Where the files of a bundle come from: a folder, an archive, a web server. Nothing they hold is believed.

    Source.read(path, limit)      a whole file, never more than `limit` bytes
    Source.lines(path, longest)   a file a line at a time, however long the file
    Source.paths()                what there is, where that can be listed

Every limit holds before memory is taken. Paths are ours (C2SP tlog-tiles and `layout`): letters, digits, dots and
dashes between slashes, so that none leads outside and none is spelled in two ways.
"""

from __future__ import annotations

import os
import re
import stat
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import AbstractContextManager, closing
from pathlib import Path
from typing import Protocol

from ledger.log.errors import ProofError

PIECE_BYTES = 1 << 20
"""Bytes read at a time."""

FILES_MAX = 2_000_000
"""Files listed in one source."""

_SAFE_PATH = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]*(?:/[A-Za-z0-9][A-Za-z0-9._-]*)*", re.ASCII)
_SAFE_PATH_MAX = 200


# --- What may be wrong ------------------------------------------------------------------------
class SourceError(ProofError):
    """A file of the bundle cannot be had."""


class Absent(SourceError):
    """There is no such file."""


class TooLarge(SourceError):
    """The file, or a line of it, is larger than anything that could stand there."""


class NotAFile(SourceError):
    """There is something at the path, and it is no regular file."""


class UnsafePath(SourceError):
    """A path leads outside of the bundle, or has more than one spelling."""


class Unreadable(SourceError):
    """The file is there and its bytes cannot be had: a fault of the disk, or a damaged archive."""


class Unreachable(SourceError):
    """The place itself cannot be opened: no such folder or archive, or a server that does not answer."""


def checked_path(path: str) -> str:
    """Return `path` if it is a plain relative path; raise `UnsafePath`."""
    if len(path) > _SAFE_PATH_MAX or not _SAFE_PATH.fullmatch(path):
        raise UnsafePath(f"path {path[:_SAFE_PATH_MAX]!r}", "it is not a plain path within the bundle")
    return path


# --- The port ---------------------------------------------------------------------------------
class Stream(Protocol):
    """Bytes of one file, in order; `read` returns none at the end."""

    def read(self, size: int, /) -> bytes: ...

    def close(self) -> None: ...


class Source(ABC):
    """Port: the files of one bundle. All errors are `SourceError` and name the path."""

    name: str
    """What the auditor called it."""

    @abstractmethod
    def stream(self, path: str) -> Stream:
        """Open a file; raise any `SourceError` but `TooLarge`. Reading may raise `Unreadable` or `Unreachable`."""

    @abstractmethod
    def exists(self, path: str) -> bool:
        """Tell whether there is a file at `path`."""

    @abstractmethod
    def paths(self) -> list[str] | None:
        """Return the paths of all files as they are spelled, sorted; None where they cannot be listed.

        Names that no bundle has are among them, so never open one without `checked_path`.
        """

    def close(self) -> None:
        """Let go of what is open."""
        return

    def pieces(self, path: str, limit: int) -> Iterator[bytes]:
        """Yield a file in pieces; raise `TooLarge` as soon as it passes `limit` bytes."""
        left = limit + 1
        with self._reading(path) as stream:
            while left > 0 and (piece := stream.read(min(PIECE_BYTES, left))):
                left -= len(piece)
                yield piece
        if left <= 0:
            raise TooLarge(path, f"it has more than {limit:,} bytes")

    def read(self, path: str, limit: int) -> bytes:
        """Return a whole file of at most `limit` bytes."""
        return b"".join(self.pieces(path, limit))

    def lines(self, path: str, longest: int) -> Iterator[bytes]:
        """Yield the lines of a file without their line feeds; raise `TooLarge` for one above `longest` bytes.

        What follows the last line feed is a line as well, unless it is empty.
        """
        rest = b""
        with self._reading(path) as stream:
            while piece := stream.read(PIECE_BYTES):
                *lines, rest = (rest + piece).split(b"\n")
                if len(rest) > longest or any(len(line) > longest for line in lines):
                    raise TooLarge(path, f"a line has more than {longest:,} bytes")
                yield from lines
        if rest:
            yield rest

    def _reading(self, path: str) -> AbstractContextManager[Stream]:
        return closing(self.stream(checked_path(path)))


# --- A folder ---------------------------------------------------------------------------------
class Folder(Source):
    """An unpacked bundle. Links may point about inside of it, and nothing but regular files is opened."""

    def __init__(self, folder: str | Path) -> None:
        """Take a folder; raise `Unreachable` if there is none."""
        self.name = str(folder)
        if not os.path.isdir(folder):  # noqa: PTH112  a text is all that is needed
            raise Unreachable(self.name, "there is no such folder")
        self._root = os.path.realpath(folder)

    def stream(self, path: str) -> Stream:
        real = self._real(path)
        try:
            found = os.stat(real)  # noqa: PTH116
            if not stat.S_ISREG(found.st_mode):
                raise NotAFile(path, "it is no regular file")
            # Never waits: a pipe put here after the look above would have no writer.
            return _FileStream(path, os.open(real, os.O_RDONLY | _NEVER_WAIT))
        except OSError as error:
            raise _explained(path, error) from error

    def exists(self, path: str) -> bool:
        try:
            return stat.S_ISREG(os.stat(self._real(checked_path(path))).st_mode)  # noqa: PTH116
        except (OSError, UnsafePath):
            return False

    def paths(self) -> list[str] | None:
        found = []
        for folder, folders, files in os.walk(self._root):
            folders.sort()
            below = os.path.relpath(folder, self._root).replace(os.sep, "/")
            found += [name if below == "." else f"{below}/{name}" for name in files]
            if len(found) > FILES_MAX:
                raise TooLarge(self.name, f"it has more than {FILES_MAX:,} files")
        return sorted(found)

    def _real(self, path: str) -> str:
        real = os.path.realpath(os.path.join(self._root, path))  # noqa: PTH118
        if os.path.commonpath([self._root, real]) != self._root:
            raise UnsafePath(path, "a link leads outside of the bundle")
        return real


_NEVER_WAIT = getattr(os, "O_NONBLOCK", 0) | getattr(os, "O_CLOEXEC", 0) | getattr(os, "O_BINARY", 0)


class _FileStream:
    """A file by its number, so that what was opened is what is looked at and read."""

    def __init__(self, path: str, number: int) -> None:
        self._path, self._number = path, number
        if not stat.S_ISREG(os.fstat(number).st_mode):
            os.close(number)
            raise NotAFile(path, "it is no regular file")

    def read(self, size: int, /) -> bytes:
        try:
            return os.read(self._number, size)
        except OSError as error:
            raise _explained(self._path, error) from error

    def close(self) -> None:
        os.close(self._number)


def _explained(path: str, error: OSError) -> SourceError:
    if isinstance(error, FileNotFoundError | NotADirectoryError):
        return Absent(path, "there is no such file")
    if isinstance(error, IsADirectoryError):
        return NotAFile(path, "it is a folder")
    return Unreadable(path, f"it cannot be read: {error.strerror or type(error).__name__}")
