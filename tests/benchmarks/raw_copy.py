"""Binary COPY into our own tables, in transactions of 500 votes: what PostgreSQL takes when nothing is asked.

    python tests/benchmarks/raw_copy.py [--rounds 3] [--quick]

Once the event rows alone, once all rows a group of ours writes: events, tag index, request ids. No
conditions, no head row, one connection; the bytes are made beforehand. Prints rows of `event` per
second and PostgreSQL's processor time per event.
"""

from __future__ import annotations

import hashlib
import struct
import sys
import time
from collections.abc import Iterable, Sequence
from contextlib import closing
from datetime import UTC, datetime
from functools import partial
from typing import NamedTuple
from uuid import UUID, uuid4

import psycopg

from ledger.ballots import VoteCast
from ledger.clock import rfc3339
from ledger.entries import Encoder, event_id, type_of
from ledger.store.port import NewEvent, tag_rows
from tests.benchmarks import stage
from tests.benchmarks.measure import COPY, LIBRARY, Bench, Broken, Case, Ratio, Sample

EVENTS = 120_000
GROUP = 500
HEADER = b"PGCOPY\n\xff\r\n\x00" + struct.pack("!ii", 0, 0)
END = struct.pack("!h", -1)
NULL = struct.pack("!i", -1)
EPOCH = datetime(2000, 1, 1, tzinfo=UTC)
LEDGER = struct.pack("!i", 1)


class Rows(NamedTuple):
    """One transaction: the rows of each table in the binary format of COPY."""

    event: bytes
    event_tag: bytes
    request: bytes


def binary(rows: Iterable[Sequence[bytes | None]]) -> bytes:
    """Return rows of fields, each in its binary form, as COPY takes them."""
    parts = [HEADER]
    for row in rows:
        parts.append(struct.pack("!h", len(row)))
        parts += [NULL if value is None else struct.pack("!i", len(value)) + value for value in row]
    return b"".join([*parts, END])


def int8(value: int) -> bytes:
    return struct.pack("!q", value)


def group(first: int) -> Rows:
    """Return the rows of 500 votes from a position on."""
    at = datetime.now(UTC)
    encoder = Encoder(stage.ORIGIN, rfc3339(at))
    requests = [uuid4() for _ in range(GROUP)]
    events = [_event(encoder, request) for request in requests]
    stamp = int8((at - EPOCH).seconds * 10**6 + (at - EPOCH).days * 86_400 * 10**6 + (at - EPOCH).microseconds)
    return Rows(
        binary(
            (LEDGER, int8(first + n), UUID(each.id).bytes, each.type.encode(), stamp, each.entry, each.leaf)
            for n, each in enumerate(events)
        ),
        binary((LEDGER, row.tag, int8(first + row.last), row.topic.encode(), row.runs) for row in tag_rows(events)),
        binary(
            (LEDGER, request.bytes, int8(first + n), struct.pack("!i", 1), request.bytes * 2)
            for n, request in enumerate(requests)
        ),
    )


def _event(encoder: Encoder, request: UUID) -> NewEvent:
    vote = VoteCast(ballot=stage.BALLOT, voter=stage.voter(), choice=stage.CHOICE, revision=1)
    name = event_id(stage.ORIGIN, request, 0)
    entry = encoder.encode(vote, id=name, actor=stage.ACTOR)
    leaf = hashlib.sha256(b"\x00" + entry).digest()
    return NewEvent(name, type_of(VoteCast), VoteCast.topic, entry, leaf, vote.tags())


def copy(bench: Bench, tables: Sequence[str]) -> Sample:
    """Copy all groups into some tables, one transaction each."""
    events = bench.size(EVENTS, multiple=GROUP)
    groups = [group(2 + start) for start in range(0, events, GROUP)]
    with stage.postgres_ledger(bench) as settings:
        # As the superuser of the throw-away server: the role of the product may only call append_group.
        with closing(psycopg.connect(settings.store, options="-c search_path=liggare")) as connection:
            used, started = bench.postgres_seconds(), time.perf_counter()
            for rows in groups:
                for table in tables:
                    with connection.cursor().copy(f"COPY {table} FROM STDIN (FORMAT BINARY)".encode()) as target:
                        target.write(getattr(rows, table))
                connection.commit()
            seconds, used = time.perf_counter() - started, bench.postgres_seconds() - used
            row = connection.execute("SELECT count(*), max(position) FROM event").fetchone()
        if row != (events + 1, events + 1):
            raise Broken(f"{events} rows were copied beside the first; the table holds {row}")
    return Sample(events, seconds, {"postgres": used / events * 1e6, "group": GROUP})


CASES = [
    Case(COPY, partial(copy, tables=["event"]), [Ratio(LIBRARY)]),
    Case(
        "COPY, the same with tags and requests",
        partial(copy, tables=["event", "event_tag", "request"]),
        [Ratio(COPY, percent=True)],
    ),
]

if __name__ == "__main__":
    from tests.benchmarks.run import main

    sys.exit(main(["raw_copy", *sys.argv[1:]]))
