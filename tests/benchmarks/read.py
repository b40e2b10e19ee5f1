"""Reading the record back: entries from the store, decoded to events, as a replay does it.

    python tests/benchmarks/read.py [--rounds 3] [--quick]

One process reads pages of 5,000 entries and decodes each to RecordedEvents, one after the other or with
the next page read ahead by a thread as the read models do, on PostgreSQL and on SQLite; a client in
another process reads the same record over gRPC. Prints events/s and processor time per event.
"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, closing
from functools import partial

from ledger.store.port import PAGE_EVENTS, Reader, Recorded
from projections.advance import PIECE_EVENTS, decode_page
from projections.rows.change import uncollected
from services.engines import engine
from services.settings import Settings
from tests.benchmarks import stage
from tests.benchmarks.children import Child, race
from tests.benchmarks.measure import Bench, Broken, Case, Sample, latencies
from tests.benchmarks.rpc import server

EVENTS = 120_000

Place = Callable[[Bench, int], AbstractContextManager[Settings]]


def pages(reader: Reader) -> Iterator[list[Recorded]]:
    """Yield the record page by page."""
    after = 0
    while page := reader.entries(after, PAGE_EVENTS):
        yield page
        after = page[-1].position


def ahead(reader: Reader) -> Iterator[list[Recorded]]:
    """Yield the record page by page while a thread reads the next one."""
    with ThreadPoolExecutor(1) as thread:
        page = thread.submit(reader.entries, 0, PAGE_EVENTS).result()
        while page:
            following = thread.submit(reader.entries, page[-1].position, PAGE_EVENTS)
            yield page
            page = following.result()


def decoded(page: list[Recorded]) -> int:
    """Decode a page in pieces, as the read models do; return how many events came out."""
    with uncollected():
        return sum(
            len(decode_page(page[start : start + PIECE_EVENTS]).events.events)
            for start in range(0, len(page), PIECE_EVENTS)
        )


def read(
    bench: Bench, place: Place, way: Callable[[Reader], Iterator[list[Recorded]]], take: Callable[[list[Recorded]], int]
) -> Sample:
    """Read everything once."""
    events = bench.size(EVENTS)
    with place(bench, events) as settings, closing(engine(settings).reader()) as reader:
        reader.entries(0, 1)
        cpu, postgres, started = time.process_time(), bench.postgres_seconds(), time.perf_counter()
        number = sum(take(page) for page in way(reader))
        seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
        postgres = bench.postgres_seconds() - postgres
    if number != events + 1:
        raise Broken(f"{events + 1} events were recorded and {number} read")
    return Sample(number, seconds, {"client": cpu / number * 1e6, "postgres": postgres / number * 1e6})


def read_remotely(bench: Bench, name: str) -> Sample:
    """Read everything once over gRPC; the chunks are taken apart after the end."""
    events = bench.size(EVENTS)
    with (
        stage.full_postgres(bench, events) as settings,
        server(bench, name, settings, background=False) as serving,
        Child(
            "calling", port=serving.ready["port"], ledger=settings.ledger, kind="read", events=0, waiting=1
        ) as client,
    ):
        postgres, cpu = bench.postgres_seconds(), serving.processor_seconds()
        seconds, (result,) = race([client])
        postgres, cpu = bench.postgres_seconds() - postgres, serving.processor_seconds() - cpu
    number = result["accepted"]
    if number != events + 1:
        raise Broken(f"{events + 1} events were recorded and {number} read")
    figures = {"server": cpu, "postgres": postgres, "client": result["seconds"]}
    per_event = {side: seconds_used / number * 1e6 for side, seconds_used in figures.items()}
    return Sample(number, seconds, per_event | latencies(result["latencies"]))


REMOTE = "Read over gRPC"
AIM = "≥ 250,000/s"

CASES = [
    Case(
        "read + decode, PostgreSQL",
        partial(read, place=stage.full_postgres, way=pages, take=decoded),
        (),
        AIM,
    ),
    Case(
        "read + decode, PostgreSQL, read ahead",
        partial(read, place=stage.full_postgres, way=ahead, take=decoded),
        (),
        AIM,
    ),
    Case("read alone, PostgreSQL", partial(read, place=stage.full_postgres, way=pages, take=len)),
    Case("read + decode, SQLite", partial(read, place=stage.full_sqlite, way=pages, take=decoded), (), AIM),
    Case("read + decode, SQLite, read ahead", partial(read, place=stage.full_sqlite, way=ahead, take=decoded), (), AIM),
    Case(REMOTE, partial(read_remotely, name=REMOTE), (), "≥ 200,000/s"),
]

if __name__ == "__main__":
    from tests.benchmarks.run import main

    sys.exit(main(["read", *sys.argv[1:]]))
