"""Our whole gRPC path: clients and servers in processes of their own, on this machine.

    python tests/benchmarks/rpc.py [--rounds 3] [--quick] [--profile FOLDER]

Unary CastVote at 64 and 128 in flight; Submit with 500 votes a message on 1, 2 and 4 streams with a
window of 4 unanswered messages each, to one server process or to two on one database. The servers keep
read models and checkpoints up meanwhile, as `liggare serve` does, or leave that to others ("record
alone"). Prints events/s, latency of a call or message, processor time per event of servers, clients
and PostgreSQL, and the mean group. With --profile the servers' main threads are profiled.
"""

from __future__ import annotations

import sys
from collections.abc import Callable, Sequence
from contextlib import ExitStack
from functools import partial
from typing import Any

from services.settings import Settings
from tests.benchmarks import stage
from tests.benchmarks.children import Child, race
from tests.benchmarks.measure import COPY, LIBRARY, Bench, Case, Ratio, Sample, latencies

UNARY_EVENTS = 8_000
SUBMIT_EVENTS = 120_000
EACH = 500
WINDOW = 4


def server(bench: Bench, name: str, settings: Settings, *, background: bool) -> Child:
    """Return a server process on a ledger."""
    return Child(
        "serving",
        store=settings.store,
        ledger=settings.ledger,
        keys=str(settings.keys),
        background=background,
        profile=bench.profile_of(name),
    )


def call(bench: Bench, name: str, events: int, *, servers: int, background: bool, **how: Any) -> Sample:
    """Have one client process for each server cast its share of the votes."""
    events = bench.size(events, multiple=servers * how.get("each", 1))
    with stage.postgres_ledger(bench) as settings, ExitStack() as stack:
        serving = [
            stack.enter_context(server(bench, f"{name} {number}", settings, background=background))
            for number in range(servers)
        ]
        calling = [
            stack.enter_context(
                Child("calling", port=each.ready["port"], ledger=settings.ledger, events=events // servers, **how)
            )
            for each in serving
        ]
        used = _used(bench, serving)
        seconds, results = race(calling)
        used = [after - before for after, before in zip(_used(bench, serving), used, strict=True)]
        group = stage.check(settings, sum(result["accepted"] for result in results))
    return Sample(events, seconds, _figures(events, used, results) | {"group": group})


def _used(bench: Bench, serving: Sequence[Child]) -> list[float]:
    return [sum(each.processor_seconds() for each in serving), bench.postgres_seconds()]


def _figures(events: int, used: Sequence[float], results: Sequence[dict[str, Any]]) -> dict[str, float]:
    figures = latencies([each for result in results for each in result["latencies"]])
    return figures | {
        "server": used[0] / events * 1e6,
        "postgres": used[1] / events * 1e6,
        "client": sum(result["seconds"] for result in results) / events * 1e6,
    }


def _case(name: str, run: Callable[..., Sample], ratios: list[Ratio], aim: str = "", **how: Any) -> Case:
    return Case(name, partial(run, name=name, **({"servers": 1, "background": True} | how)), ratios, aim)


def _unary(waiting: int, ratios: list[Ratio], aim: str, **how: Any) -> Case:
    return _case(
        f"unary, {waiting} in flight", call, ratios, aim, events=UNARY_EVENTS, kind="unary", waiting=waiting, **how
    )


def _submit(name: str, streams: int, ratios: list[Ratio], aim: str = "", **how: Any) -> Case:
    shape = {"events": SUBMIT_EVENTS, "kind": "submit", "waiting": streams, "window": WINDOW, "each": EACH}
    return _case(f"Submit, {name}", call, ratios, aim, **shape, **how)


ONE_SERVER = [Ratio(LIBRARY, "≥ 40"), Ratio(COPY, "≥ 45 %", percent=True)]
TWO_SERVERS = [Ratio(LIBRARY, "≥ 70"), Ratio(COPY, "≥ 65 %", percent=True)]

CASES = [
    _unary(64, [Ratio(LIBRARY)], "p99 < 50 ms"),
    _unary(128, [Ratio(LIBRARY, "≥ 2.5")], "server ≤ 350 µs a call"),
    _submit("1 server, 1 stream", 1, ONE_SERVER),
    _submit("1 server, 2 streams", 2, ONE_SERVER, "p99 < 150 ms with 4,000 in flight"),
    _submit("1 server, 4 streams", 4, ONE_SERVER),
    _submit("1 server, 2 streams, record alone", 2, ONE_SERVER, background=False),
    _submit("2 servers, 2 streams each", 2, TWO_SERVERS, servers=2),
    _submit("2 servers, 2 streams each, record alone", 2, TWO_SERVERS, servers=2, background=False),
]

if __name__ == "__main__":
    from tests.benchmarks.run import main

    sys.exit(main(["rpc", *sys.argv[1:]]))
