"""Writers and the database are killed under load: nothing acknowledged is lost, nothing is there twice."""

from __future__ import annotations

import asyncio
import random
import time
from pathlib import Path

import pytest

from tests.faults.bench import Bench
from tests.faults.writer import RACERS
from tests.fix_postgres import PostgresServer

VOTERS = 25


async def _kill_writers(bench: Bench, rounds: int) -> None:
    chance = random.Random(bench.seed)
    for _ in range(rounds):
        bench.start(2)
        bench.wait_for_writing(200)
        await asyncio.sleep(chance.random() * 0.2)
        bench.kill()
    record = await bench.prove()
    assert len(record) > rounds * 100


async def test_killed_writers_lose_nothing(bench: Bench) -> None:
    await _kill_writers(bench, 2)


@pytest.mark.nightly
@pytest.mark.timeout(3_600)
async def test_hundreds_of_killed_writers_lose_nothing(bench: Bench) -> None:
    await _kill_writers(bench, 75)


async def _kill_server(folder: Path, seed: int, rounds: int) -> None:
    chance = random.Random(seed)
    with PostgresServer() as server:
        bench = Bench(server.url(), folder, seed)
        await bench.open()
        bench.start(2)
        try:
            for _ in range(rounds):
                bench.wait_for_writing(200)
                await asyncio.sleep(chance.random() * 0.2)
                server.kill9()
                await asyncio.sleep(chance.random() * 0.2)
                server.start()
            bench.wait_for_writing(200)
            bench.finish()
        finally:
            bench.kill()
        await bench.prove()


async def test_a_killed_postgres_loses_nothing(tmp_path: Path, seed: int) -> None:
    await _kill_server(tmp_path, seed, 2)


@pytest.mark.nightly
@pytest.mark.timeout(3_600)
async def test_a_hundred_kills_of_postgres_lose_nothing(tmp_path: Path, seed: int) -> None:
    await _kill_server(tmp_path, seed, 100)


async def test_sixteen_writers_in_two_processes_race_for_each_voter(bench: Bench) -> None:
    bench.start(2, race=VOTERS, starts=time.monotonic() + 2.5)
    bench.finish(ask_to_stop=False)
    record = await bench.prove()
    claims = [kept.claim for kept in record if kept.claim]
    assert sorted(claims) == sorted(f"once|r{n}" for n in range(VOTERS))
    told = [each for each in bench.attempts if each.claim]
    assert len(told) == 2 * RACERS * VOTERS
    assert sum(each.position is not None for each in told) == VOTERS
    assert {each.rejected for each in told if each.position is None} == {"ALREADY_VOTED"}
