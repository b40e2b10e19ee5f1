"""The read model of votes: rebuilt, caught up and followed live, against the library's ProjectionRunner.

    python tests/benchmarks/projection.py [--rounds 3] [--quick]

`rebuild` fills a new generation from the whole record; `live runner` catches up with a record that exists,
in its ordinary pages; `following` has another process append at full speed meanwhile and lasts until the
last vote is shown. The library counts one row by choice; ours keeps every voter's vote with its history
and the figures besides. Also all read models at once, and the digest. Prints events (rows for the digest)
per second and processor time per event.
"""

from __future__ import annotations

import sys
import threading
import time
from collections.abc import Callable
from contextlib import AbstractContextManager, closing
from functools import partial

from projections.ballots import VOTES
from projections.catalogue import PROJECTIONS
from projections.projection import Projection, digest
from projections.rebuild import rebuild
from projections.runner import Runner
from services.engines import engine
from services.settings import Settings
from tests.benchmarks import stage
from tests.benchmarks.children import Child
from tests.benchmarks.measure import PROJECTION_RUNNER, Bench, Broken, Case, Ratio, Sample
from tests.benchmarks.producing import WARMING

EVENTS = 120_000
FOLLOWED_EVENTS = 60_000
PRODUCERS = 256
STEP_SECONDS = 0.005
PATIENCE_SECONDS = 300.0

Place = Callable[[Bench, int], AbstractContextManager[Settings]]
Work = Callable[[Settings], None]


def project(bench: Bench, place: Place, work: Work) -> Sample:
    """Have the read model made from a record that exists."""
    events = bench.size(EVENTS)
    with place(bench, events) as settings:
        sample = _timed(bench, settings, events + 1, work)
        check(settings, events)
    return sample


def _timed(bench: Bench, settings: Settings, events: int, work: Work) -> Sample:
    cpu, postgres, started = time.process_time(), bench.postgres_seconds(), time.perf_counter()
    work(settings)
    seconds, cpu = time.perf_counter() - started, time.process_time() - cpu
    figures = {"server": cpu / events * 1e6}
    if settings.sqlite_path is None:
        figures["postgres"] = (bench.postgres_seconds() - postgres) / events * 1e6
    return Sample(events, seconds, figures)


def check(settings: Settings, votes: int) -> None:
    """Raise Broken unless the figures count every vote once."""
    with engine(settings).rows() as rows:
        figures = rows.figures(VOTES.name, f"{stage.BALLOT}|c")
    expected = {f"{stage.BALLOT}|{which}||{stage.CHOICE}": votes for which in ("cast", "current")}
    if figures != expected:
        raise Broken(f"{votes} votes were cast; the figures say {figures}")


# --- Ways of making it ------------------------------------------------------------------------
def rebuilt(settings: Settings, projections: tuple[Projection, ...]) -> None:
    """Build from the beginning and show."""
    chosen = engine(settings)
    with closing(chosen.reader()) as reader, closing(chosen.rows_writer()) as writer:
        rebuild(reader, writer, projections)


def runner(settings: Settings) -> Runner:
    """Return a runner of the votes alone."""
    chosen = engine(settings)
    return Runner(chosen.reader, chosen.rows_writer, (VOTES,))


def caught_up(settings: Settings) -> None:
    """Catch up with the record as the live runner does after a pause."""
    runner(settings).catch_up()


def follow(bench: Bench, name: str) -> Sample:
    """Show votes while another process records them."""
    events = bench.size(FOLLOWED_EVENTS)
    with stage.postgres_ledger(bench) as settings:
        how = {"store": settings.store, "ledger": settings.ledger, "keys": str(settings.keys)}
        profile = bench.profile_of(name)
        with Child("producing", **how, producers=PRODUCERS, events=events, each=1, profile=profile) as producing:
            follower = runner(settings)
            thread = threading.Thread(target=follower.run, daemon=True)
            thread.start()
            try:
                _reach(follower, WARMING + 1)
                sample = _timed(bench, settings, events, lambda _: _shown(producing, follower, events + WARMING))
                accepted = producing.result()["accepted"]
            finally:
                follower.stop()
                thread.join()
        stage.check(settings, accepted)
        check(settings, accepted)
    return sample


def _shown(producing: Child, follower: Runner, votes: int) -> None:
    producing.go()
    _reach(follower, votes + 1)


def _reach(follower: Runner, position: int) -> None:
    deadline = time.monotonic() + PATIENCE_SECONDS
    while not any(status.position >= position for status in follower.status()):
        if time.monotonic() > deadline:
            raise Broken(f"the read model did not reach position {position}")
        time.sleep(STEP_SECONDS)


# --- The digest -------------------------------------------------------------------------------
def digested(bench: Bench) -> Sample:
    """Hash every row of the votes."""
    events = bench.size(EVENTS)
    with stage.full_postgres(bench, events) as settings:
        rebuilt(settings, (VOTES,))
        return _timed(bench, settings, events, _digest)


def _digest(settings: Settings) -> None:
    with engine(settings).rows() as rows:
        digest((row.key, row.state) for row in rows.scan(VOTES.name))


AIM = [Ratio(PROJECTION_RUNNER, "≥ 100")]
FOLLOWING = "votes, following a process that appends"

CASES = [
    Case(
        "votes, rebuild", partial(project, place=stage.full_postgres, work=partial(rebuilt, projections=(VOTES,))), AIM
    ),
    Case("votes, live runner", partial(project, place=stage.full_postgres, work=caught_up), AIM),
    Case(FOLLOWING, partial(follow, name=FOLLOWING), [Ratio(PROJECTION_RUNNER)]),
    Case(
        "all read models, rebuild",
        partial(project, place=stage.full_postgres, work=partial(rebuilt, projections=PROJECTIONS)),
        AIM,
    ),
    Case(
        "votes on SQLite, rebuild",
        partial(project, place=stage.full_sqlite, work=partial(rebuilt, projections=(VOTES,))),
        AIM,
    ),
    Case("votes, digest", digested),
]

if __name__ == "__main__":
    from tests.benchmarks.run import main

    sys.exit(main(["projection", *sys.argv[1:]]))
