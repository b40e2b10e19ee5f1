"""Tables whose columns are found by the header: several names for one thing, one column for each language.

A column is known by any of its names, perhaps with a language behind them: `title`, `title/ca`. What a table
lacks and what of it is not used is said, since both change with the version of whoever wrote it. Rows that cannot
be read are refused one by one, with their line; a file that is cut off or wrongly encoded is refused whole.
"""

from __future__ import annotations

import csv
import gzip
import hashlib
import io
import re
import zlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

from services.imports.tables import ImportBroken

FILE_BYTES_MAX = 1 << 30
"""Of a file as it reads, unpacked."""

COLUMNS_MAX = 1_000
_LANGUAGE = re.compile(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*")


class Refused(NamedTuple):
    """A row that is not brought in: where it stands, and why."""

    file: str
    line: int
    why: str

    def __str__(self) -> str:
        return f"{self.file}, line {self.line}: {self.why}"


class Cells(NamedTuple):
    """One row: the line it begins or ends on (as its reader counts), and its cells by the name of their column."""

    line: int
    cells: Mapping[str, str]


@dataclass(slots=True)
class Sheet:
    """One file as read: `sha256` (hex) of its bytes as they lie there, its columns in order, its rows, what was refused."""

    name: str
    sha256: str
    columns: tuple[str, ...] = ()
    rows: list[Cells] = field(default_factory=list)
    refused: list[Refused] = field(default_factory=list)

    def refuse(self, line: int, why: str) -> None:
        self.refused.append(Refused(self.name, line, why))


# --- Files ------------------------------------------------------------------------------------
def read_sheet(path: Path) -> Sheet:
    """Return the rows of a CSV file, or of a file with one JSON object a line; `.gz` is unpacked. Raises ImportBroken."""
    try:
        content = path.read_bytes()
    except OSError as error:
        raise ImportBroken(f"{path} cannot be read: {error.strerror}; name a file of an export") from None
    sheet = Sheet(path.name.removesuffix(".gz"), hashlib.sha256(content).hexdigest())
    text = _text(path.name, _unpacked(path, content))
    if sheet.name.endswith(".jsonl"):
        _take_objects(sheet, text)
    else:
        _take_rows(sheet, text)
    return sheet


def _unpacked(path: Path, content: bytes) -> bytes:
    if path.suffix == ".gz":
        try:
            with gzip.open(io.BytesIO(content)) as packed:
                content = packed.read(FILE_BYTES_MAX + 1)
        except (EOFError, OSError, zlib.error):
            raise ImportBroken(f"{path.name} is cut off or damaged; download it again, whole") from None
    if len(content) > FILE_BYTES_MAX:
        raise ImportBroken(f"{path.name} holds over {FILE_BYTES_MAX} bytes; split it")
    return content


def _text(name: str, content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content.count(b"\n", 0, error.start) + 1
        raise ImportBroken(
            f"{name}, line {line}: is not UTF-8, perhaps Latin-1 or UTF-16; save it again as UTF-8"
        ) from None


def _take_rows(sheet: Sheet, text: str) -> None:
    csv.field_size_limit(FILE_BYTES_MAX)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    try:
        header = next(reader, None)
        if header is None:
            raise ImportBroken(f"{sheet.name} is empty; export it again")
        sheet.columns = _columns(sheet.name, header)
        for row in reader:
            if len(row) == len(sheet.columns):
                sheet.rows.append(Cells(reader.line_num, dict(zip(sheet.columns, row, strict=True))))
            elif row:
                sheet.refuse(reader.line_num, f"has {len(row)} columns, the header {len(sheet.columns)}")
    except csv.Error as error:
        raise ImportBroken(f"{sheet.name}, line {reader.line_num}: {error}; the file is cut off or damaged") from None


def _separator(text: str) -> str:
    """Return what separates the columns of the header: a semicolon where there are more of them than commas."""
    header = re.sub(r'"[^"]*"', "", text[:100_000].partition("\n")[0])
    return ";" if header.count(";") > header.count(",") else ","


def _columns(name: str, header: Sequence[str]) -> tuple[str, ...]:
    columns = tuple(column.strip().lower() for column in header)
    if len(columns) > COLUMNS_MAX:
        raise ImportBroken(f"{name}, line 1: has over {COLUMNS_MAX} columns; it is no table of an export")
    if twice := [column for column in columns if column and columns.count(column) > 1]:
        raise ImportBroken(f"{name}, line 1: names the column {twice[0][:80]!r} twice; export it again")
    return columns


def _take_objects(sheet: Sheet, text: str) -> None:
    columns: dict[str, None] = {}
    for line, each in enumerate(text.split("\n"), 1):
        if not each.strip():
            continue
        try:
            members = from_json(each, allow_inf_nan=False)
        except ValueError as error:
            sheet.refuse(line, f"is not JSON: {error}")
            continue
        if not isinstance(members, dict):
            sheet.refuse(line, "is no JSON object")
            continue
        columns |= dict.fromkeys(str(name).lower() for name in members)
        if len(columns) > COLUMNS_MAX:
            raise ImportBroken(
                f"{sheet.name}, line {line}: over {COLUMNS_MAX} members are named by now; it is no table"
            )
        sheet.rows.append(Cells(line, {str(name).lower(): _cell(value) for name, value in members.items()}))
    sheet.columns = tuple(columns)


def _cell(value: Any) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else to_json(value).decode()


# --- Columns ----------------------------------------------------------------------------------
class Found(NamedTuple):
    """A cell that was found, and the language its column names, if any."""

    value: str
    language: str | None


class Columns(NamedTuple):
    """Which columns of one file are what: for each field its columns with their languages, the one to look in first first."""

    fields: Mapping[str, tuple[tuple[str, str | None], ...]]
    absent: tuple[str, ...]
    unused: tuple[str, ...]

    def find(self, row: Cells, name: str, language: str | None = None) -> Found | None:
        """Return the first cell of a field that holds something, of a language before all others."""
        places = self.fields.get(name, ())
        for column, spoken in sorted(places, key=lambda place: language is None or place[1] != language):
            if value := row.cells.get(column, "").strip():
                return Found(value, spoken)
        return None

    def value(self, row: Cells, name: str) -> str | None:
        found = self.find(row, name)
        return None if found is None else found.value


def mapped(columns: Sequence[str], names: Mapping[str, Sequence[str]], language: str | None) -> Columns:
    """Return which columns are which field: of several names the first that is there, `language` before other languages."""
    fields: dict[str, tuple[tuple[str, str | None], ...]] = {}
    for name, known in names.items():
        for base in known:
            places = tuple(_places(columns, base))
            if places:
                fields[name] = tuple(sorted(places, key=lambda place: _rank(place[1], language)))
                break
    used = {column for places in fields.values() for column, _ in places}
    absent = tuple(name for name in names if name not in fields)
    return Columns(fields, absent, tuple(column for column in columns if column not in used))


def _places(columns: Sequence[str], base: str) -> Iterator[tuple[str, str | None]]:
    for column in columns:
        start, _, language = column.rpartition("/")
        if column == base:
            yield column, None
        elif start == base and _LANGUAGE.fullmatch(language):
            yield column, language


def _rank(spoken: str | None, wanted: str | None) -> int:
    """Sort the language asked for first, then a column of no language, then the others as they stand."""
    if spoken is not None and spoken == wanted:
        return 0
    return 1 if spoken is None else 2
