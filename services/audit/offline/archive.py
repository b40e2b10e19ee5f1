"""A bundle in a zip file: read where it lies, nothing is ever unpacked.

An archive may say anything of itself, so all that it says is held against limits before anything is done: how many
members, how large, how much larger than their compressed form, at which names. What is read of a member is counted.
"""

from __future__ import annotations

import os
import stat
import zipfile
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import BinaryIO, TypeVar

from services.audit.offline.sources import (
    Absent,
    NotAFile,
    Source,
    Stream,
    Unreachable,
    Unreadable,
    UnsafePath,
    checked_path,
)

MEMBERS_MAX = 250_000
"""Members of one archive; a folder may hold more."""

DIRECTORY_MAX = 64 << 20
"""Bytes of its directory, which is read as a whole."""

RATIO_MAX = 200
"""How many times its compressed size a member may have: ours reach 20."""

_RATIO_FREE = 1 << 20
_END_BYTES = 22
_END = b"PK\x05\x06"
_LOCATOR_BYTES = 20
_LOCATOR = b"PK\x06\x07"
_END64_BYTES = 56
_END64 = b"PK\x06\x06"
_ENCRYPTED = 1
_LOCAL_HEADER_BYTES = 30

T = TypeVar("T")


class Zip(Source):
    """A zipped bundle. If all lies in one folder of the archive, paths are those below it."""

    def __init__(self, path: str | Path) -> None:
        """Open an archive; raise `Unreachable`, `Unreadable` or `UnsafePath`."""
        self.name = str(path)
        try:
            self._file: BinaryIO = open(path, "rb", opener=_opener)  # noqa: SIM115  held as long as the source
        except OSError as error:
            raise Unreachable(self.name, f"it cannot be opened: {error.strerror}") from error
        try:
            self._open()
        except BaseException:
            self._file.close()
            raise

    def _open(self) -> None:
        _check_directory(self.name, self._file)
        self._archive = _guarded(self.name, lambda: zipfile.ZipFile(self._file))
        members = [each for each in self._archive.infolist() if not each.filename.endswith("/")]
        if len(self._archive.infolist()) > MEMBERS_MAX:
            raise Unreadable(self.name, f"it has more than {MEMBERS_MAX:,} members; unpack it and name the folder")
        _check_members(members)
        top = _top(members)
        self._members = {each.filename[len(top) :]: each for each in members}

    def stream(self, path: str) -> Stream:
        member = self._members.get(path)
        if member is None:
            raise Absent(path, "there is no such file")
        return _Member(path, _guarded(path, lambda: self._archive.open(member)))

    def exists(self, path: str) -> bool:
        return path in self._members

    def paths(self) -> list[str] | None:
        return sorted(self._members)

    def close(self) -> None:
        self._archive.close()
        self._file.close()


class _Member:
    """One member as it is unpacked; its check sum is compared at the end."""

    def __init__(self, path: str, member: Stream) -> None:
        self._path, self._member = path, member

    def read(self, size: int, /) -> bytes:
        return _guarded(self._path, lambda: self._member.read(size))

    def close(self) -> None:
        self._member.close()


def _opener(path: str, flags: int) -> int:
    # Without waiting: it may be a pipe that nobody writes to.
    return os.open(path, flags | getattr(os, "O_NONBLOCK", 0))


def _guarded(place: str, work: Callable[[], T]) -> T:
    """Do something with the archive; whatever the library trips over is the archive's fault."""
    try:
        return work()
    except MemoryError:
        raise
    except Exception as error:
        said = " ".join(str(error).split()) or type(error).__name__
        raise Unreadable(place, f"the archive is damaged there: {said}") from error


# --- Before anything is read ------------------------------------------------------------------
def _check_directory(name: str, file: BinaryIO) -> None:
    """Look at the end of the archive alone: the library would read the whole directory, however large."""
    found = os.fstat(file.fileno())
    if not stat.S_ISREG(found.st_mode):
        raise Unreachable(name, "it is no regular file")
    size = found.st_size
    tail = _bytes_at(file, max(0, size - _END_BYTES), _END_BYTES)
    if len(tail) < _END_BYTES or not tail.startswith(_END) or tail[-2:] != b"\0\0":
        raise Unreadable(name, "it does not end as a zip file without a comment does: cut short, or none")
    members, octets = int.from_bytes(tail[10:12], "little"), int.from_bytes(tail[12:16], "little")
    at = size - _END_BYTES - _LOCATOR_BYTES
    if at >= 0 and _bytes_at(file, at, len(_LOCATOR)) == _LOCATOR:
        end = _bytes_at(file, max(0, at - _END64_BYTES), _END64_BYTES)
        if not end.startswith(_END64):
            raise Unreadable(name, "its directory is not where zip64 has it")
        members, octets = int.from_bytes(end[32:40], "little"), int.from_bytes(end[40:48], "little")
    if members > MEMBERS_MAX or octets > min(DIRECTORY_MAX, size):
        reason = f"it says it has {members:,} members in a directory of {octets:,} bytes; unpack it and name the folder"
        raise Unreadable(name, reason)


def _bytes_at(file: BinaryIO, place: int, size: int) -> bytes:
    file.seek(place)
    return file.read(size)


def _check_members(members: Iterable[zipfile.ZipInfo]) -> None:
    seen: set[str] = set()
    end = 0
    for each in sorted(members, key=lambda each: each.header_offset):
        checked_path(each.filename)
        folded = each.filename.lower()
        if folded in seen:
            raise UnsafePath(each.filename, "the archive has it twice")
        seen.add(folded)
        _check_member(each)
        # Members that share bytes are how an archive holds more than its size allows.
        if each.header_offset < end:
            raise Unreadable(each.filename, "the archive has it and another member in the same place")
        end = each.header_offset + _LOCAL_HEADER_BYTES + len(each.filename) + each.compress_size


def _check_member(member: zipfile.ZipInfo) -> None:
    if member.flag_bits & _ENCRYPTED:
        raise Unreadable(member.filename, "it is encrypted")
    if member.compress_type not in {zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED}:
        raise Unreadable(member.filename, f"it is compressed by method {member.compress_type}; only deflate is read")
    mode = member.external_attr >> 16
    if stat.S_IFMT(mode) and not stat.S_ISREG(mode):
        raise NotAFile(member.filename, "it is no regular file")
    if member.file_size > RATIO_MAX * member.compress_size + _RATIO_FREE:
        reason = f"{member.compress_size:,} bytes would become {member.file_size:,}"
        raise Unreadable(member.filename, reason)


def _top(members: Iterable[zipfile.ZipInfo]) -> str:
    """Return the one folder that all members lie in, with its slash, or nothing."""
    tops = {each.filename.partition("/")[0] if "/" in each.filename else "" for each in members}
    return f"{tops.pop()}/" if len(tops) == 1 and tops != {""} else ""
