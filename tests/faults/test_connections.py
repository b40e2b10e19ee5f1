"""The way to PostgreSQL is cut, answers are swallowed: the request ids tell what became of everything."""

from __future__ import annotations

import asyncio
import random
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from uuid import UUID

import pytest

from ledger.application import Application
from ledger.clock import Clock
from ledger.entries import event_id
from ledger.messages import Receipt, Rejection
from ledger.store.committer import Committer
from ledger.store.port import StoreUnavailable
from ledger.store.postgres import PostgresAppender
from services.bootstrap import SLICES, prepared
from tests.faults.bench import Bench
from tests.faults.checker import Attempt
from tests.faults.proxy import Proxy
from tests.faults.writer import MANY, ONCE, casting, claim_of, vote_of
from tests.fix_postgres import PostgresServer

CALLERS = 16


@pytest.fixture
def socket_folder() -> Iterator[Path]:
    """A short path: the names of Unix sockets are."""
    folder = Path(tempfile.mkdtemp(prefix="lgr-"))
    yield folder
    shutil.rmtree(folder)


async def _vote_through(proxy: Proxy, bench: Bench, database: str, faults: int) -> None:
    """Let callers vote until so many faults have happened; each asks again with the same id until it is answered."""
    chance = random.Random(bench.seed)
    with prepared(bench.settings) as parts:
        store = PostgresAppender(proxy.url(database), bench.ledger)
        committer = Committer(Application(bench.ledger, SLICES, store, parts.vault, Clock().now).execute)
        committer.start()

        async def caller() -> None:
            while proxy.seen.total() < faults:
                ballot, voter = chance.choice((MANY, ONCE)), f"v{chance.randrange(4_000)}"
                await ask(UUID(int=chance.getrandbits(128)), ballot, voter)

        async def ask(request: UUID, ballot: str, voter: str) -> None:
            submission = casting(request, ballot, voter)
            attempt = Attempt(event_id(bench.ledger, request, 0), time.monotonic(), claim=claim_of(vote_of(submission)))
            while True:
                try:
                    (outcome,) = await committer.submit([submission])
                except StoreUnavailable:
                    bench.attempts.append(attempt)
                    attempt = attempt._replace(began=time.monotonic())
                    continue
                position = outcome.first if isinstance(outcome, Receipt) else None
                rejected = outcome.reason if isinstance(outcome, Rejection) else None
                assert position or rejected, outcome
                bench.attempts.append(attempt._replace(ended=time.monotonic(), position=position, rejected=rejected))
                return

        await asyncio.gather(*[caller() for _ in range(CALLERS)])
        proxy.faults = ()
        await ask(UUID(int=chance.getrandbits(128)), MANY, "last")
        await committer.close()
        await store.close()


async def _torment(bench: Bench, postgres: PostgresServer, folder: Path, faults: int) -> None:
    database = bench.store.removeprefix("postgresql:///").partition("?")[0]
    async with Proxy(folder, postgres.path, bench.seed) as proxy:
        await _vote_through(proxy, bench, database, faults)
        assert proxy.seen.total() >= faults
        print(dict(proxy.seen))
    unknown = sum(each.position is None and each.rejected is None for each in bench.attempts)
    assert unknown > 0
    record = await bench.prove()
    # Some of what nobody heard of had been recorded, or the proxy ate nothing worth eating.
    told_twice = {each.key for each in bench.attempts if each.position is None} & {kept.key for kept in record}
    print(f"{unknown} attempts without an answer, {len(told_twice)} of their requests in the record")
    assert told_twice


@pytest.mark.parametrize("engine_name", ["postgres"], indirect=False)
async def test_cut_connections_and_swallowed_answers_lose_and_double_nothing(
    bench: Bench, postgres: PostgresServer, socket_folder: Path
) -> None:
    await _torment(bench, postgres, socket_folder, 30)


@pytest.mark.parametrize("engine_name", ["postgres"], indirect=False)
async def test_a_connection_that_dies_in_silence_does_not_hold_the_queue(
    bench: Bench, postgres: PostgresServer, socket_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ledger.store.postgres.ANSWER_SECONDS", 0.5)
    database = bench.store.removeprefix("postgresql:///").partition("?")[0]
    async with Proxy(socket_folder, postgres.path, bench.seed) as proxy:
        proxy.faults = ("hole",)
        await asyncio.wait_for(_vote_through(proxy, bench, database, 3), 30)
    assert any(each.position is None for each in bench.attempts)
    await bench.prove()


@pytest.mark.nightly
@pytest.mark.timeout(3_600)
@pytest.mark.parametrize("engine_name", ["postgres"], indirect=False)
async def test_thousands_of_faults_on_the_way_lose_and_double_nothing(
    bench: Bench, postgres: PostgresServer, socket_folder: Path
) -> None:
    await _torment(bench, postgres, socket_folder, 2_000)
