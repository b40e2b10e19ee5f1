"""No space left: nothing is half written, nothing acknowledged is lost, and with space the work goes on."""

from __future__ import annotations

import ctypes
import os
import random
import subprocess
import tempfile
import time
from collections.abc import Iterator, Sequence
from contextlib import closing, suppress
from pathlib import Path
from uuid import UUID

import psycopg
import pytest

from ledger.application import Application
from ledger.clock import Clock
from ledger.entries import event_id
from ledger.messages import Receipt, Submission
from ledger.store.port import Appender, Before, Group, Probe, StoreFull
from ledger.store.sqlite import SQLiteWriter
from services.bootstrap import SLICES, prepared
from services.engines import engine
from tests.faults.bench import Bench, kept
from tests.faults.checker import Attempt
from tests.faults.writer import MANY, casting
from tests.fix_postgres import PostgresServer

GROUP = 500
GROUPS_MAX = 400


class Limited:
    """An appender on a SQLite file that may have so many pages and no more."""

    def __init__(self, path: Path, origin: str) -> None:
        self.writer = SQLiteWriter(path, origin)

    async def read(self, requests: Sequence[UUID], probes: Sequence[Probe]) -> Before:
        return self.writer.before(requests, probes)

    async def append(self, group: Group) -> int:
        return self.writer.append(group)

    async def close(self) -> None:
        self.writer.close()

    def limit(self, pages: int) -> None:
        self.writer.connection.execute(f"PRAGMA max_page_count = {pages}")

    def pages(self) -> int:
        return int(self.writer.connection.execute("PRAGMA page_count").fetchone()[0])


async def _fill(bench: Bench, store: Appender) -> list[Submission]:
    """Vote until there is no space left; return the group that did not fit."""
    chance = random.Random(bench.seed)
    with prepared(bench.settings) as parts:
        application = Application(bench.ledger, SLICES, store, parts.vault, Clock().now)
        for _ in range(GROUPS_MAX):
            group = [casting(UUID(int=chance.getrandbits(128)), MANY, f"v{n}") for n in range(GROUP)]
            began = time.monotonic()
            with suppress(StoreFull):
                _note(bench, group, began, await application.execute(group))
                continue
            with pytest.raises(StoreFull, match="no space"):
                await application.execute(group)
            return group
    pytest.fail("the space was not used up")


async def _go_on(bench: Bench, store: Appender, group: list[Submission]) -> None:
    """Ask for the same again, now that there is space: all of it is recorded now, and none of it was before."""
    with prepared(bench.settings) as parts:
        application = Application(bench.ledger, SLICES, store, parts.vault, Clock().now)
        began = time.monotonic()
        outcomes = await application.execute(group)
        _note(bench, group, began, outcomes)
        assert not any(outcome.repeated for outcome in outcomes if isinstance(outcome, Receipt))
    await bench.prove()


def _note(bench: Bench, group: list[Submission], began: float, outcomes: Sequence[object]) -> None:
    for submission, outcome in zip(group, outcomes, strict=True):
        assert isinstance(outcome, Receipt), outcome
        key = event_id(bench.ledger, submission.request_id, 0)
        bench.attempts.append(Attempt(key, began, time.monotonic(), outcome.first))


@pytest.mark.parametrize("engine_name", ["sqlite"])
async def test_a_full_sqlite_file_takes_up_work_again(bench: Bench) -> None:
    store = Limited(Path(bench.store.removeprefix("sqlite:///")), bench.ledger)
    store.limit(store.pages() + 200)
    group = await _fill(bench, store)
    assert len(bench.record()) == len(bench.attempts) > GROUP
    store.limit(1_000_000)
    await _go_on(bench, store, group)
    await store.close()


# --- A real disk that is full ---------------------------------------------------------------------
@pytest.fixture
def small_disk() -> Iterator[Path]:
    """A file system of 24 MiB in memory, in a mount name space that ends with it; root alone may have one."""
    if os.geteuid() != 0:
        pytest.skip("only root can mount a small file system")
    folder = Path(tempfile.mkdtemp(prefix="lgr-"))
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=24m", "tmpfs", folder], capture_output=True, check=False
    )
    if mounted.returncode:
        folder.rmdir()
        pytest.skip(f"no file system can be mounted here: {mounted.stderr.decode().strip()}")
    folder.chmod(0o777)
    yield folder
    # Lazily: a server that is about to end may still hold it.
    mnt_detach = 2
    ctypes.CDLL(None).umount2(os.fsencode(folder), mnt_detach)
    folder.rmdir()


async def test_postgres_on_a_full_disk_takes_up_work_again(
    postgres: PostgresServer, small_disk: Path, tmp_path: Path, seed: int
) -> None:
    space = small_disk / "space"
    space.mkdir()
    os.chown(space, postgres._uid, postgres._gid)
    name = f"full_{os.getpid()}"
    with psycopg.connect(postgres.url(), autocommit=True) as connection:
        connection.execute(f"CREATE TABLESPACE {name} LOCATION '{space}'")
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0 TABLESPACE {name}")
    try:
        bench = Bench(postgres.url(name), tmp_path, seed)
        await bench.open()
        ballast = small_disk / "ballast"
        # A new connection may want to write a cache of its catalogue; this one is there before the disk is full.
        with closing(engine(bench.settings).reader()) as reader:
            _fill_up(small_disk, ballast, leave=1 << 20)
            with prepared(bench.settings) as parts:
                store = parts.engine.appender()
            group = await _fill(bench, store)
            assert len(kept(reader)) == len(bench.attempts)
        ballast.unlink()
        assert len(bench.record()) == len(bench.attempts)
        await _go_on(bench, store, group)
        await store.close()
    finally:
        with psycopg.connect(postgres.url(), autocommit=True) as connection:
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)")
            connection.execute(f"DROP TABLESPACE {name}")


def _fill_up(disk: Path, ballast: Path, *, leave: int) -> None:
    free = os.statvfs(disk)
    ballast.write_bytes(bytes(max(0, free.f_bavail * free.f_frsize - leave)))
