"""The `eventsourcing` library as it comes: what others are compared with.

    python tests/benchmarks/library.py [--rounds 3] [--quick]

Saves one aggregate with one event at a time from 1 and 8 threads on PostgreSQL and from one on SQLite;
appends one event under one tag condition with `postgres_tt` from 1 and 8 threads; runs a tally in
ProjectionRunner. Prints events/s. Events are about as large as ours.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.application import Application
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem, DCBRecorder
from eventsourcing.dcb.postgres_tt import PostgresTTDCBFactory
from eventsourcing.dispatch import singledispatchmethod
from eventsourcing.domain import Aggregate, DomainEventProtocol, event
from eventsourcing.persistence import Tracking
from eventsourcing.postgres import PostgresTrackingRecorder
from eventsourcing.projection import Projection, ProjectionRunner

from tests.benchmarks import stage
from tests.benchmarks.measure import LIBRARY, PROJECTION_RUNNER, Bench, Broken, Case, Ratio, Sample

EVENTS_ALONE = 1_000
EVENTS_THREADS = 2_400
EVENTS_SQLITE = 1_500
EVENTS_PROJECTED = 4_000
PATIENCE_SECONDS = 300.0
THREADS = 8
PAYLOAD = b"y" * 400
REST = "x" * 150
"""Fills an aggregate's event up to about the size of our entry."""


class Vote(Aggregate):
    """A vote, as an aggregate of its own."""

    @event("Cast")
    def __init__(self, ballot: str, choice: str, voter: str, rest: str) -> None:
        self.ballot, self.choice, self.voter, self.rest = ballot, choice, voter, rest


class Votes(Application[UUID]):
    """Saves votes."""


def postgres_settings(bench: Bench, database: str) -> dict[str, str]:
    """Return how the library is told where its database is."""
    return {
        "PERSISTENCE_MODULE": "eventsourcing.postgres",
        "POSTGRES_DBNAME": database,
        "POSTGRES_HOST": str(bench.postgres.path),
        "POSTGRES_PORT": "5432",
        "POSTGRES_USER": "postgres",
        "POSTGRES_PASSWORD": "trusted",
        "POSTGRES_POOL_SIZE": "10",
    }


def save(app: Votes, number: int) -> None:
    """Save votes, one at a time."""
    for _ in range(number):
        app.save(Vote(ballot=stage.BALLOT, choice="yes", voter=stage.voter(), rest=REST))


def in_threads(work: Callable[[int], None], events: int, threads: int) -> float:
    """Do the work in equal shares, after each thread's connection has been warmed up; return the seconds."""
    failed: list[BaseException] = []
    warmed = threading.Barrier(threads + 1)

    def share() -> None:
        try:
            work(1)
            warmed.wait()
            work(events // threads)
        except BaseException as error:
            failed.append(error)
            warmed.abort()

    running = [threading.Thread(target=share) for _ in range(threads)]
    for each in running:
        each.start()
    try:
        warmed.wait()
    except threading.BrokenBarrierError:
        raise failed[0] from None
    started = time.perf_counter()
    for each in running:
        each.join()
    seconds = time.perf_counter() - started
    if failed:
        raise failed[0]
    return seconds


# --- Aggregates -------------------------------------------------------------------------------
def saving(bench: Bench, full: int, threads: int) -> Sample:
    """Save aggregates on PostgreSQL."""
    events = bench.size(full, multiple=threads)
    with bench.database() as database, _votes(postgres_settings(bench, database)) as app:
        used = bench.postgres_seconds()
        seconds = in_threads(partial(save, app), events, threads)
        used = bench.postgres_seconds() - used
        _check(app.recorder.max_notification_id(), events + threads)
    return Sample(events, seconds, {"postgres": used / events * 1e6})


def saving_on_sqlite(bench: Bench) -> Sample:
    """Save aggregates on SQLite, with the library's own settings."""
    events = bench.size(EVENTS_SQLITE)
    file = {"PERSISTENCE_MODULE": "eventsourcing.sqlite", "SQLITE_DBNAME": str(bench.path("library.db"))}
    with _votes(file) as app:
        seconds = in_threads(partial(save, app), events, 1)
        _check(app.recorder.max_notification_id(), events + 1)
    return Sample(events, seconds, {})


@contextmanager
def _votes(settings: dict[str, str]) -> Iterator[Votes]:
    app = Votes(settings)
    try:
        yield app
    finally:
        app.close()


def _check(found: int | None, acknowledged: int) -> None:
    if found != acknowledged:
        raise Broken(f"the library acknowledged {acknowledged} events and holds {found}")


# --- Conditional appends ----------------------------------------------------------------------
def append(recorder: DCBRecorder, number: int) -> None:
    """Append events, each on the condition that its voter has none."""
    for _ in range(number):
        tag = f"ballot:{stage.BALLOT}|voter:{stage.voter()}"
        condition = DCBAppendCondition(DCBQuery([DCBQueryItem(types=["VoteCast"], tags=[tag])]))
        recorder.append([DCBEvent("VoteCast", PAYLOAD, ["ballot:" + stage.BALLOT, tag])], condition)


def appending(bench: Bench, full: int, threads: int) -> Sample:
    """Append under a tag condition on PostgreSQL."""
    events = bench.size(full, multiple=threads)
    with bench.database() as database:
        factory = PostgresTTDCBFactory(postgres_settings(bench, database))
        try:
            recorder = factory.dcb_recorder()
            used = bench.postgres_seconds()
            seconds = in_threads(partial(append, recorder), events, threads)
            used = bench.postgres_seconds() - used
            _check(sum(1 for _ in recorder.read()), events + threads)
        finally:
            factory.close()
    return Sample(events, seconds, {"postgres": used / events * 1e6})


# --- Projections ------------------------------------------------------------------------------
class Tally(PostgresTrackingRecorder):
    """Counts votes by choice, one row each."""

    def _create_table(self, curs: Any) -> None:
        super()._create_table(curs)
        curs.execute("CREATE TABLE IF NOT EXISTS tally (choice text PRIMARY KEY, number int8 NOT NULL)")

    def count(self, choice: str, tracking: Tracking) -> None:
        """Count one vote and move on, in one transaction."""
        with self.datastore.transaction(commit=True) as curs:
            self._insert_tracking(curs, tracking)
            curs.execute(
                "INSERT INTO tally VALUES (%s, 1) ON CONFLICT (choice) DO UPDATE SET number = tally.number + 1",
                (choice,),
                prepare=True,
            )


class Tallying(Projection[Tally]):
    """Keeps the tally."""

    @singledispatchmethod
    def process_event(self, domain_event: DomainEventProtocol[Any], tracking: Tracking) -> None:  # noqa: ARG002  the library names it
        self.view.insert_tracking(tracking)

    @process_event.register
    def _(self, domain_event: Vote.Cast, tracking: Tracking) -> None:  # type: ignore[name-defined]
        self.view.count(domain_event.choice, tracking)


def projecting(bench: Bench) -> Sample:
    """Bring the tally up to a record that exists."""
    events = bench.size(EVENTS_PROJECTED, multiple=200)
    with bench.database() as database:
        settings = postgres_settings(bench, database)
        with _votes(settings) as app:
            for _ in range(events // 200):
                app.save(*[Vote(ballot=stage.BALLOT, choice="yes", voter=stage.voter(), rest=REST) for _ in range(200)])
        used, started = bench.postgres_seconds(), time.perf_counter()
        with ProjectionRunner(
            application_class=Votes, projection_class=Tallying, view_class=Tally, env=settings
        ) as runner:
            runner.wait(events, timeout=PATIENCE_SECONDS)
            seconds, used = time.perf_counter() - started, bench.postgres_seconds() - used
        with psycopg.connect(bench.postgres.url(database)) as connection:
            row = connection.execute("SELECT sum(number) FROM tally").fetchone()
            _check(int(row[0]) if row else None, events)
    return Sample(events, seconds, {"postgres": used / events * 1e6})


CASES = [
    Case("library, aggregate save, 1 thread", partial(saving, full=EVENTS_ALONE, threads=1)),
    Case(LIBRARY, partial(saving, full=EVENTS_THREADS, threads=THREADS)),
    Case("library, postgres_tt append, 1 thread", partial(appending, full=EVENTS_ALONE, threads=1), [Ratio(LIBRARY)]),
    Case(
        "library, postgres_tt append, 8 threads",
        partial(appending, full=EVENTS_THREADS, threads=THREADS),
        [Ratio(LIBRARY)],
    ),
    Case(PROJECTION_RUNNER, projecting),
    Case("library on SQLite, aggregate save, 1 thread", saving_on_sqlite),
]

if __name__ == "__main__":
    from tests.benchmarks.run import main

    sys.exit(main(["library", *sys.argv[1:]]))
