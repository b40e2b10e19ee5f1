"""A fresh ledger with one open ballot, votes to cast in it, and the check that all of them were kept.

Every vote is of another voter, so every command carries its own condition: the ballot is open, and
this voter has not voted.
"""

from __future__ import annotations

import asyncio
import secrets
import shutil
import sqlite3
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from uuid import uuid4

from ledger.ballots import BallotRule, CastVote, OpenBallot, VoteChoice
from ledger.messages import Receipt, Submission
from ledger.outcomes import Outcome
from ledger.store.postgres import connect
from services.bootstrap import Running, prepared
from services.engines import engine
from services.keys import make_keys
from services.settings import Settings
from tests.benchmarks.measure import Bench, Broken

ORIGIN = "bench.example/liggare"
ACTOR = "channel:web"
BALLOT = "skolvagen-2026"
CHOICE = VoteChoice.YES
GROUP = 2_000

COUNTS = (
    "SELECT count(*), coalesce(min(position), 0), coalesce(max(position), 0), count(DISTINCT recorded_at) FROM event"
)


# --- A ledger ---------------------------------------------------------------------------------
@contextmanager
def postgres_ledger(bench: Bench) -> Iterator[Settings]:
    """Yield the settings of a fresh ledger in PostgreSQL, its ballot open at position 1."""
    with bench.database() as name:
        settings = Settings(bench.postgres.url(name), ORIGIN, bench.path("keys"))
        _open(settings)
        yield settings


@contextmanager
def sqlite_ledger(bench: Bench) -> Iterator[Settings]:
    """Yield the settings of a fresh ledger in a SQLite file, its ballot open at position 1."""
    settings = Settings(f"sqlite:///{bench.path('ledger.db')}", ORIGIN, bench.path("keys"))
    _open(settings)
    yield settings


def _open(settings: Settings) -> None:
    engine(settings).prepare()
    make_keys(settings)
    command = OpenBallot(ballot=BALLOT, question="Ska Skolvägen stängas av?", rule=BallotRule.YES_NO_ABSTAIN)
    asyncio.run(record(settings, [Submission(command, uuid4(), ACTOR)]))


async def record(settings: Settings, waiting: Sequence[Submission]) -> int:
    """Record submissions by our own path as fast as it goes; return how many were accepted."""
    with prepared(settings) as parts:
        ledger = Running(parts)
        ledger.committer.start()
        try:
            for start in range(0, len(waiting), GROUP):
                accepted(await ledger.submit(waiting[start : start + GROUP]))
        finally:
            await ledger.stop()
    return len(waiting)


# --- A full ledger ----------------------------------------------------------------------------
@contextmanager
def full_postgres(bench: Bench, events: int) -> Iterator[Settings]:
    """Yield a ledger in PostgreSQL with so many votes, a copy that the caller may do anything with."""
    template = bench.filled.get(f"postgres {events}")
    if template is None:
        template = bench.filled[f"postgres {events}"] = bench.postgres.create_database()
        _fill(Settings(bench.postgres.url(template), ORIGIN, bench.folder / "full.keys"), events)
    with bench.database(template) as name:
        yield Settings(bench.postgres.url(name), ORIGIN, bench.folder / "full.keys")


@contextmanager
def full_sqlite(bench: Bench, events: int) -> Iterator[Settings]:
    """Yield a ledger in a SQLite file with so many votes, a copy likewise."""
    template = bench.filled.get(f"sqlite {events}")
    if template is None:
        template = bench.filled[f"sqlite {events}"] = str(bench.path("full.db"))
        _fill(Settings(f"sqlite:///{template}", ORIGIN, bench.folder / "full.keys"), events)
    copy = shutil.copy(template, bench.path("copy.db"))
    yield Settings(f"sqlite:///{copy}", ORIGIN, bench.folder / "full.keys")


def _fill(settings: Settings, events: int) -> None:
    _open(settings)
    asyncio.run(record(settings, votes(events)))
    check(settings, events)


# --- Votes ------------------------------------------------------------------------------------
def voter() -> str:
    """Return a voter tag as a registrar makes it: 32 random bytes, 43 characters."""
    return secrets.token_urlsafe(32)


def votes(number: int) -> list[Submission]:
    """Return votes of as many voters."""
    return [Submission(CastVote(ballot=BALLOT, voter=voter(), choice=CHOICE), uuid4(), ACTOR) for _ in range(number)]


def accepted(outcomes: Sequence[Outcome]) -> None:
    """Raise Broken unless every outcome is a receipt."""
    for outcome in outcomes:
        if not isinstance(outcome, Receipt):
            raise Broken(f"a vote was not accepted: {outcome!r}")


# --- What was kept ----------------------------------------------------------------------------
def check(settings: Settings, acknowledged: int) -> float:
    """Raise Broken unless the record holds the acknowledged votes, gapless; return the mean group size.

    All events of a group have one time of recording, so groups can be counted afterwards.
    """
    events, first, last, groups = _counts(settings)
    if not events == last == acknowledged + 1 or first != 1:
        raise Broken(f"{acknowledged} votes acknowledged; the record holds {events} events, {first} to {last}")
    return acknowledged / max(groups - 1, 1)


def _counts(settings: Settings) -> tuple[int, ...]:
    path = settings.sqlite_path
    if path is not None:
        with closing(sqlite3.connect(path)) as file:
            return tuple(file.execute(COUNTS).fetchone())
    with closing(connect(settings.store)) as connection:
        row = connection.execute(COUNTS).fetchone()
        head = connection.execute("SELECT next - 1 FROM head").fetchone()
    assert row is not None and head is not None
    if row[2] != head[0]:
        raise Broken(f"the head says {head[0]}, the last event is {row[2]}")
    return tuple(row)
