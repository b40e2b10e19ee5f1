"""The entries of a bundle once more as Parquet, a file for each chunk: for DuckDB, Dask, pandas and whoever else reads it.

    position  int64                     from 1
    entry     binary                    the bytes that were hashed
    leaf      fixed_size_binary(32)     RFC 6962 leaf hash

A file is written from the entry bundles beside it, a few thousand entries at a time. One that is there is kept if all its rows
say the same; how bytes are packed may differ from one release of pyarrow to the next.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Literal, NamedTuple

import pyarrow as pa
import pyarrow.parquet as pq

from ledger.log.merkle import HASH_SIZE, leaf_hash
from ledger.log.tiles import WIDTH, Tile
from ledger.store.port import Recorded
from services.audit.offline.layout import CHUNK_ENTRIES, chunks_of, parquet_path
from services.export.folder import BundleFolder
from services.export.opened import entries_of

GROUP_ENTRIES = 16 * WIDTH
"""Rows in one row group: what is held in memory at once, at 65,535 bytes each 256 MiB."""

_FIELDS: list[pa.Field[Any]] = [
    pa.field("position", pa.int64(), nullable=False),
    pa.field("entry", pa.binary(), nullable=False),
    pa.field("leaf", pa.binary(HASH_SIZE), nullable=False),
]
SCHEMA = pa.schema(_FIELDS)

_COMPRESSION: Literal["zstd"] = "zstd"
_LEVEL = 3
_VERSION: Literal["2.6"] = "2.6"

Moved = Callable[[int, int], None]


class ParquetFailed(OSError):
    """A Parquet file could not be written; the message says which, and why."""


class Group(NamedTuple):
    """Rows that are written at once."""

    positions: list[int]
    entries: list[bytes]
    leaves: list[bytes]

    def batch(self) -> pa.RecordBatch:
        arrays = [
            pa.array(self.positions, pa.int64()),
            pa.array(self.entries, pa.binary()),
            pa.array(self.leaves, pa.binary(HASH_SIZE)),
        ]
        return pa.record_batch(arrays, schema=SCHEMA)


def write_parquet(folder: BundleFolder, size: int, moved: Moved) -> list[str]:
    """Write or keep one file for each chunk of the first `size` entries; return their names. Raises OSError."""
    for chunk in chunks_of(size):
        first, last = chunk * CHUNK_ENTRIES + 1, min((chunk + 1) * CHUNK_ENTRIES, size)
        name = parquet_path(chunk)
        if not _is_right(folder, name, first, last):
            try:
                with folder.drafted(name) as file:
                    write_groups(file, _groups(folder, first, last), lambda done: moved(done, size))
            except pa.ArrowException as error:
                raise ParquetFailed(f"{folder.path / name}: {' '.join(str(error).split())}") from error
        moved(last, size)
    return [parquet_path(chunk) for chunk in chunks_of(size)]


def write_groups(file: BinaryIO, groups: Iterator[Group], moved: Callable[[int], None]) -> None:
    """Write one file of GROUP_ENTRIES rows at a time, the last time fewer. Raises pyarrow's ArrowException and OSError."""
    # Fixed, so that the same entries give the same bytes; what a release of pyarrow says of itself stands in them too.
    with pq.ParquetWriter(
        file,
        SCHEMA,
        compression=_COMPRESSION,
        compression_level=_LEVEL,
        version=_VERSION,
        use_dictionary=False,
        write_statistics=["position"],
        store_schema=False,
    ) as writer:
        for rows in groups:
            writer.write_batch(rows.batch(), row_group_size=GROUP_ENTRIES)
            moved(rows.positions[-1])


def _is_right(folder: BundleFolder, name: str, first: int, last: int) -> bool:
    """Tell whether a file is there and has the columns and rows that it should have, all of them."""
    path = Path(folder.path / name)
    if not path.is_file():
        return False
    try:
        with pq.ParquetFile(path) as found:
            if found.schema_arrow != SCHEMA or found.metadata.num_rows != last - first + 1:
                return False
            groups = _groups(folder, first, last)
            for number, rows in zip(range(found.num_row_groups), groups, strict=True):
                if found.read_row_group(number).combine_chunks().to_batches() != [rows.batch()]:
                    return False
    except (pa.ArrowException, OSError, ValueError):
        return False
    return True


def _groups(folder: BundleFolder, first: int, last: int) -> Iterator[Group]:
    """Yield the entries from `first` to `last`, a row group at a time, from the entry bundles."""
    held: list[Recorded] = []
    for number in range((first - 1) // WIDTH, -(-last // WIDTH)):
        held += entries_of(folder, Tile(None, number, min(WIDTH, last - number * WIDTH)))
        if len(held) >= GROUP_ENTRIES:
            yield group_of(held)
            held = []
    if held:
        yield group_of(held)


def group_of(entries: Sequence[Recorded]) -> Group:
    """Return entries as rows, with their leaf hashes."""
    return Group(
        [each.position for each in entries],
        [each.entry for each in entries],
        [leaf_hash(each.entry) for each in entries],
    )
