"""Child process: producers that submit votes to a ledger in their own process and wait for each answer.

Argument: store, ledger, keys; `producers`, how many wait at once; `events` to do in all; `each`, votes a
submission; `profile`, a file or null. The votes are made before the start. Result: `latencies` in ms of
each submission, `accepted` (the warming up included), processor `seconds`.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ledger.messages import Submission
from services.bootstrap import Running, prepared
from services.settings import Settings
from tests.benchmarks import children, stage

WARMING = 16


async def produce(asked: dict[str, Any]) -> dict[str, Any]:
    """Submit everything and return what was measured."""
    each, events = asked["each"], asked["events"]
    warming, waiting = stage.votes(WARMING), stage.votes(events)
    # The collector of cycles shall not walk through votes that a real caller would not have kept.
    gc.collect()
    gc.freeze()
    with prepared(Settings(asked["store"], asked["ledger"], Path(asked["keys"]))) as parts:
        ledger = Running(parts)
        ledger.committer.start()
        try:
            for outcomes in await asyncio.gather(*[ledger.submit([one]) for one in warming]):
                stage.accepted(outcomes)
            children.say("ready")
            await asyncio.to_thread(children.wait_for_go)
            shares = iter([waiting[start : start + each] for start in range(0, events, each)])
            latencies: list[float] = []
            with children.profiled(asked["profile"]):
                used, started = time.process_time(), time.monotonic()
                await asyncio.gather(*[_producer(ledger, shares, latencies) for _ in range(asked["producers"])])
                ended, used = time.monotonic(), time.process_time() - used
        finally:
            await ledger.stop()
    return {
        "started": started,
        "ended": ended,
        "seconds": used,
        "latencies": latencies,
        "accepted": events + len(warming),
    }


async def _producer(ledger: Running, shares: Iterator[list[Submission]], latencies: list[float]) -> None:
    for share in shares:
        before = time.monotonic()
        stage.accepted(await ledger.submit(share))
        latencies.append((time.monotonic() - before) * 1e3)


if __name__ == "__main__":
    children.run(lambda asked: asyncio.run(produce(asked)))
