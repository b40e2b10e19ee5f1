"""Tables of other systems, read whole and strictly before anything is recorded.

A file that is missing, cut off, wrongly encoded or of another shape is refused with its name, the
line and what to do; nothing of it is guessed and nothing of it is recorded.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import zlib
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic_core import from_json

FIELD_CHARACTERS_MAX = 1 << 20


class ImportBroken(Exception):
    """A file cannot be imported; the message names it, the line where one is known, and the remedy."""


class Table(NamedTuple):
    """A table as read: `name` without `.gz`, the chosen columns of every row, the line each row ends on.

    `sha256` (hex) is of the file's bytes as they lie there.
    """

    name: str
    sha256: str
    rows: list[tuple[str, ...]]
    lines: list[int]

    def broken(self, row: int, what: str) -> ImportBroken:
        """Return the complaint about one row."""
        return ImportBroken(f"{self.name}, line {self.lines[row]}: {what}")


def read_table(folder: Path, name: str, columns: Sequence[str]) -> Table:
    """Return the named columns of `folder/name` or `folder/name.gz`, found by the header. Raises ImportBroken."""
    path = _one_of(folder, name)
    content = _content(path)
    text = _text(path.name, _unpacked(path, content))
    try:
        rows, lines = _rows(path.name, text, columns)
    except csv.Error as error:
        raise ImportBroken(f"{path.name} is not a CSV table: {error}; export it again") from None
    return Table(name, hashlib.sha256(content).hexdigest(), rows, lines)


def read_json(path: Path) -> Any:
    """Return what a JSON file, perhaps gzipped, holds. Raises ImportBroken."""
    if not path.is_file():
        raise ImportBroken(f"there is no file {path}; name the file of an export")
    text = _text(path.name, _unpacked(path, _content(path)))
    try:
        return from_json(text, allow_inf_nan=False)
    except ValueError as error:
        raise ImportBroken(f"{path.name} is not JSON: {error}; export it again") from None


def read_header(folder: Path, name: str) -> tuple[str, ...]:
    """Return the columns a table names, for one whose columns are not the same everywhere. Raises ImportBroken."""
    path = _one_of(folder, name)
    text = _text(path.name, _unpacked(path, _content(path)))
    try:
        return tuple(next(csv.reader(io.StringIO(text, newline=""), strict=True), ()))
    except csv.Error as error:
        raise ImportBroken(f"{path.name} is not a CSV table: {error}; export it again") from None


def _one_of(folder: Path, name: str) -> Path:
    if not folder.is_dir():
        raise ImportBroken(f"there is no folder {folder}; name the folder that holds {name}")
    found = [path for path in (folder / name, folder / f"{name}.gz") if path.is_file()]
    if not found:
        raise ImportBroken(f"{folder} has neither {name} nor {name}.gz; name the folder of a whole export")
    if len(found) > 1:
        raise ImportBroken(f"{folder} has both {name} and {name}.gz; remove the one that is out of date")
    return found[0]


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise ImportBroken(
            f"{path} cannot be read: {error.strerror}; allow it and run the same command again"
        ) from None


def _unpacked(path: Path, content: bytes) -> bytes:
    if path.suffix != ".gz":
        return content
    try:
        return gzip.decompress(content)
    except (EOFError, OSError, zlib.error):
        whole = _readable_lines(content)
        raise ImportBroken(f"{path.name} is cut off or damaged after line {whole}; download it again, whole") from None


def _readable_lines(content: bytes) -> int:
    """Return how many whole lines a damaged gzip file still gives."""
    unpacker = zlib.decompressobj(wbits=zlib.MAX_WBITS | 16)
    lines = 0
    try:
        for start in range(0, len(content), 4096):
            lines += unpacker.decompress(content[start : start + 4096]).count(b"\n")
    except zlib.error:
        pass
    return lines


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ImportBroken(f"{name}, line {line}: is not UTF-8; export it as UTF-8") from None


def _rows(name: str, text: str, columns: Sequence[str]) -> tuple[list[tuple[str, ...]], list[int]]:
    csv.field_size_limit(FIELD_CHARACTERS_MAX)
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    header = next(reader, None)
    if header is None:
        raise ImportBroken(f"{name} is empty; export it again")
    absent = [column for column in columns if header.count(column) != 1]
    if absent:
        raise ImportBroken(f"{name}, line 1: the header must name the column {absent[0]} once; export it again")
    places, width = [header.index(column) for column in columns], len(header)
    rows: list[tuple[str, ...]] = []
    lines: list[int] = []
    try:
        for row in reader:
            if len(row) != width:
                if not row:
                    continue
                raise ImportBroken(
                    f"{name}, line {reader.line_num}: has {len(row)} columns, the header {width}; "
                    "the file is cut off or damaged, export it again"
                )
            rows.append(tuple([row[place] for place in places]))
            lines.append(reader.line_num)
    except csv.Error as error:
        raise ImportBroken(f"{name}, line {reader.line_num}: {error}; the file is cut off or damaged") from None
    return rows, lines
