"""Child process: producers in one client process, each with one event a call, waiting for its answer.

Argument: `port`; `kind`, liggare (our Python client) or umadb (UmaDB's); `producers`, `events`; `profile`,
a file or null. Result: `latencies` in ms of each call, `accepted` (the warming up included), processor
`seconds`; for UmaDB its `head` afterwards.
"""

from __future__ import annotations

import asyncio
import threading
import time
from typing import Any
from uuid import uuid4

from ledger.ballots import CastVote
from services.client import Client, connected
from tests.benchmarks import children, stage

DATA = b"y" * 400
"""About as many bytes as our entry of a vote."""


# --- Ours -------------------------------------------------------------------------------------
async def liggare(asked: dict[str, Any]) -> dict[str, Any]:
    """Cast votes by our client, whose calls share one stream."""
    producers = asked["producers"]
    async with connected(f"127.0.0.1:{asked['port']}", stage.ORIGIN, actor=stage.ACTOR) as client:
        latencies: list[float] = []
        await asyncio.gather(*[_votes(client, 1, []) for _ in range(producers)])
        children.say("ready")
        await asyncio.to_thread(children.wait_for_go)
        with children.profiled(asked["profile"]):
            used, started = time.process_time(), time.monotonic()
            await asyncio.gather(*[_votes(client, asked["events"] // producers, latencies) for _ in range(producers)])
            ended, used = time.monotonic(), time.process_time() - used
    return _result(started, ended, used, latencies, producers)


async def _votes(client: Client, number: int, latencies: list[float]) -> None:
    for _ in range(number):
        before = time.monotonic()
        await client.do(CastVote(ballot=stage.BALLOT, voter=stage.voter(), choice=stage.CHOICE))
        latencies.append((time.monotonic() - before) * 1e3)


def _result(started: float, ended: float, used: float, latencies: list[float], warmed: int) -> dict[str, Any]:
    return {
        "started": started,
        "ended": ended,
        "seconds": used,
        "latencies": latencies,
        "accepted": len(latencies) + warmed,
    }


# --- UmaDB's ----------------------------------------------------------------------------------
def umadb(asked: dict[str, Any]) -> dict[str, Any]:
    """Append by UmaDB's client, which blocks: a thread and a connection for each producer."""
    import umadb as theirs  # noqa: PLC0415  not installed where only ours is measured

    producers, each = asked["producers"], asked["events"] // asked["producers"]
    url = f"http://127.0.0.1:{asked['port']}"
    warmed = threading.Barrier(producers + 1)
    latencies: list[list[float]] = [[] for _ in range(producers)]

    def producer(mine: list[float]) -> None:
        client = theirs.Client(url)
        _append(theirs, client)
        warmed.wait()
        warmed.wait()
        for _ in range(each):
            before = time.monotonic()
            _append(theirs, client)
            mine.append((time.monotonic() - before) * 1e3)

    threads = [threading.Thread(target=producer, args=(mine,), daemon=True) for mine in latencies]
    for thread in threads:
        thread.start()
    warmed.wait()
    children.say("ready")
    children.wait_for_go()
    used, started = time.process_time(), time.monotonic()
    warmed.wait()
    for thread in threads:
        thread.join()
    ended, used = time.monotonic(), time.process_time() - used
    found = [latency for mine in latencies for latency in mine]
    return _result(started, ended, used, found, producers) | {"head": theirs.Client(url).head()}


def _append(theirs: Any, client: Any) -> None:
    tag = f"ballot:{stage.BALLOT}|voter:{stage.voter()}"
    event = theirs.Event(event_type="VoteCast", data=DATA, tags=["ballot:" + stage.BALLOT, tag], uuid=uuid4())
    query = theirs.Query(items=[theirs.QueryItem(types=["VoteCast"], tags=[tag])])
    client.append([event], theirs.AppendCondition(fail_if_events_match=query))


def work(asked: dict[str, Any]) -> dict[str, Any]:
    """Do what was asked."""
    return umadb(asked) if asked["kind"] == "umadb" else asyncio.run(liggare(asked))


if __name__ == "__main__":
    children.run(work)
