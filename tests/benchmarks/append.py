"""Our append in process: CastVote through the committer and the application, with a condition per event.

    python tests/benchmarks/append.py [--rounds 3] [--quick] [--profile FOLDER]

512 producers wait for their answers in one process with its usual lanes, or 256 in each of two; one
producer waits alone; SQLite takes groups of 512. Prints events/s, latency of a submission, processor
time per event of the appending processes (producers included) and of PostgreSQL, and the mean group.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, ExitStack, contextmanager
from functools import partial
from typing import Any

from services.settings import Settings
from tests.benchmarks import stage
from tests.benchmarks.children import Child, race
from tests.benchmarks.measure import COPY, LIBRARY, Bench, Case, Ratio, Sample, latencies

POSTGRES_EVENTS = 120_000
ALONE_EVENTS = 1_500
SQLITE_EVENTS = 60_000
LIBRARY_ALONE = "library, aggregate save, 1 thread"
LIBRARY_SQLITE = "library on SQLite, aggregate save, 1 thread"

Place = Callable[[Bench], AbstractContextManager[Settings]]


def append(bench: Bench, name: str, place: Place, events: int, *, processes: int, producers: int, each: int) -> Sample:
    """Have `producers` in each of some processes append, `each` votes a submission."""
    events = bench.size(events, multiple=processes * each)
    with place(bench) as settings, _producers(bench, name, settings, processes, events, producers, each) as children:
        postgres = bench.postgres_seconds()
        seconds, results = race(children)
        postgres = bench.postgres_seconds() - postgres
        group = stage.check(settings, sum(result["accepted"] for result in results))
    figures = latencies([each for result in results for each in result["latencies"]])
    figures |= {"server": sum(result["seconds"] for result in results) / events * 1e6, "group": group}
    if settings.sqlite_path is None:
        figures["postgres"] = postgres / events * 1e6
    return Sample(events, seconds, figures)


@contextmanager
def _producers(
    bench: Bench, name: str, settings: Settings, processes: int, events: int, producers: int, each: int
) -> Iterator[list[Child]]:
    with ExitStack() as stack:
        yield [
            stack.enter_context(
                Child(
                    "producing",
                    store=settings.store,
                    ledger=settings.ledger,
                    keys=str(settings.keys),
                    producers=producers,
                    events=events // processes,
                    each=each,
                    profile=bench.profile_of(f"{name} {number}"),
                )
            )
            for number in range(processes)
        ]


def _case(name: str, place: Place, events: int, ratios: list[Ratio], **how: int) -> Case:
    shape: dict[str, Any] = {"processes": 1, "producers": 1, "each": 1} | how
    return Case(name, partial(append, name=name, place=place, events=events, **shape), ratios)


CASES = [
    _case(
        "append, 512 producers, 1 process",
        stage.postgres_ledger,
        POSTGRES_EVENTS,
        [Ratio(LIBRARY, "≥ 40"), Ratio(COPY, percent=True)],
        producers=512,
    ),
    _case(
        "append, 256 producers in each of 2 processes",
        stage.postgres_ledger,
        POSTGRES_EVENTS,
        [Ratio(LIBRARY), Ratio(COPY, percent=True)],
        processes=2,
        producers=256,
    ),
    _case("append, 1 producer", stage.postgres_ledger, ALONE_EVENTS, [Ratio(LIBRARY_ALONE, "≥ 1.5")]),
    _case(
        "append on SQLite, 512 producers",
        stage.sqlite_ledger,
        SQLITE_EVENTS,
        [Ratio(LIBRARY_SQLITE, "≥ 8")],
        producers=512,
    ),
    _case(
        "append on SQLite, one caller with 512 a submission",
        stage.sqlite_ledger,
        SQLITE_EVENTS,
        [Ratio(LIBRARY_SQLITE, "≥ 8")],
        each=512,
    ),
]

if __name__ == "__main__":
    from tests.benchmarks.run import main

    sys.exit(main(["append", *sys.argv[1:]]))
