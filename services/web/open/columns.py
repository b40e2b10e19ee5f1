"""Whole tables as files: CSV, JSON and Parquet, written batch by batch, so that a million rows need no more than some."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterable, Iterator, Sequence
from itertools import islice
from typing import Any, BinaryIO, Literal, NamedTuple

from pydantic_core import to_json

from services.web.formulas import inert

ROWS_AT_ONCE = 2_000
FORMS = {
    "csv": "text/csv; charset=utf-8; header=present",
    "json": "application/json",
    "parquet": "application/vnd.apache.parquet",
}
"""The media type of each form, by its suffix."""

Kind = Literal["text", "whole", "truth"]


class Column(NamedTuple):
    """A column: its name, and whether it holds texts, whole numbers or truth values; any cell may be None."""

    name: str
    kind: Kind = "text"


def write(form: str, file: BinaryIO, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    """Write a table in the form of a suffix of FORMS."""
    {"csv": write_csv, "json": write_json, "parquet": write_parquet}[form](file, columns, rows)


def write_csv(file: BinaryIO, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    """Write CSV (RFC 4180, UTF-8); what a spreadsheet would take for a formula gets an apostrophe before it."""
    # newline="" keeps CR LF between rows, and line ends inside cells as they are.
    text = io.TextIOWrapper(file, "utf-8", errors="replace", newline="", write_through=True)
    writer = csv.writer(text)
    writer.writerow([column.name for column in columns])
    writer.writerows([_cell(value) for value in row] for row in rows)
    text.detach()


def _cell(value: Any) -> Any:
    match value:
        case None:
            return ""
        case bool():
            return "true" if value else "false"
        case str():
            return inert(value)
    return value


def write_json(file: BinaryIO, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    """Write a JSON array with an object for each row, one on a line."""
    names = [column.name for column in columns]
    separator = b"[\n"
    for row in rows:
        file.write(separator + to_json(dict(zip(names, map(_valid, row), strict=True))))
        separator = b",\n"
    file.write(b"[]\n" if separator == b"[\n" else b"\n]\n")


def write_parquet(file: BinaryIO, columns: Sequence[Column], rows: Iterable[Sequence[Any]]) -> None:
    """Write Parquet; the same rows give the same bytes under one release of pyarrow."""
    # Half a second, for those who ask for it.
    import pyarrow as pa  # noqa: PLC0415
    import pyarrow.parquet as pq  # noqa: PLC0415

    types = {"text": pa.string(), "whole": pa.int64(), "truth": pa.bool_()}
    schema = pa.schema([pa.field(column.name, types[column.kind]) for column in columns])
    with pq.ParquetWriter(file, schema, compression="zstd", version="2.6", store_schema=False) as writer:
        for batch in batches(rows):
            cells = zip(*batch, strict=True)
            arrays = [
                pa.array([_valid(cell) for cell in column], kind.type)
                for column, kind in zip(cells, schema, strict=True)
            ]
            writer.write_batch(pa.record_batch(arrays, schema=schema))


def batches(rows: Iterable[Any]) -> Iterator[list[Any]]:
    """Yield the rows some at a time."""
    iterator = iter(rows)
    while batch := list(islice(iterator, ROWS_AT_ONCE)):
        yield batch


def _valid(value: Any) -> Any:
    """Return a cell as UTF-8 can hold it."""
    if isinstance(value, str) and not value.isascii():
        return value.encode("utf-8", "replace").decode() if _is_lone(value) else value
    return value


def _is_lone(text: str) -> bool:
    return any("\ud800" <= character <= "\udfff" for character in text)
