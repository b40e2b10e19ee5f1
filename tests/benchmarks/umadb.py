"""UmaDB's server, from its wheel, with its Python client, against our server with our Python client.

    python tests/benchmarks/umadb.py [--rounds 3] [--quick]

64 producers in one client process; each appends one event under one condition, waits for the answer and
goes on. UmaDB's client blocks, so its producers are threads with a client each; ours are tasks that share
one client. Prints events/s, latency of a call and processor time per event of server and client process.
Needs the package `umadb` (make bench installs it).
"""

from __future__ import annotations

import socket
import sys
from importlib.util import find_spec
from typing import Any

from tests.benchmarks import stage
from tests.benchmarks.children import Child, race
from tests.benchmarks.measure import LIBRARY, Bench, Broken, Case, Ratio, Sample, Unmeasurable, latencies
from tests.benchmarks.rpc import server

EVENTS = 16_000
PRODUCERS = 64
UMADB = "UmaDB, its client, 64 producers"
OURS = "our client, 64 producers"


def theirs(bench: Bench) -> Sample:
    """Append to UmaDB."""
    if find_spec("umadb") is None:
        raise Unmeasurable("the package umadb is not installed")
    events = bench.size(EVENTS, multiple=PRODUCERS)
    folder = bench.path("umadb")
    folder.mkdir()
    with Child("umadb_serving", port=_free_port(), folder=str(folder)) as serving:
        sample, result = _measured(bench, serving, "umadb", events)
    if not result["head"] == result["accepted"]:
        raise Broken(f"UmaDB acknowledged {result['accepted']} events and its head is {result['head']}")
    return sample


def ours(bench: Bench) -> Sample:
    """Append to our server by our client."""
    events = bench.size(EVENTS, multiple=PRODUCERS)
    with stage.postgres_ledger(bench) as settings:
        with server(bench, OURS, settings, background=True) as serving:
            used = bench.postgres_seconds()
            sample, result = _measured(bench, serving, "liggare", events)
            used = bench.postgres_seconds() - used
        group = stage.check(settings, result["accepted"])
    return sample._replace(figures=sample.figures | {"postgres": used / events * 1e6, "group": group})


def _measured(bench: Bench, serving: Child, kind: str, events: int) -> tuple[Sample, dict[str, Any]]:
    profile = bench.profile_of(f"client {kind}")
    how = {"port": serving.ready["port"], "events": events, "producers": PRODUCERS, "profile": profile}
    with Child("waiting", kind=kind, **how) as client:
        used = serving.processor_seconds()
        seconds, (result,) = race([client])
        used = serving.processor_seconds() - used
    figures = {"server": used / events * 1e6, "client": result["seconds"] / events * 1e6}
    return Sample(events, seconds, latencies(result["latencies"]) | figures), result


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


CASES = [
    Case(UMADB, theirs, [Ratio(LIBRARY)]),
    Case(OURS, ours, [Ratio(UMADB, "> 1"), Ratio(LIBRARY)]),
]

if __name__ == "__main__":
    from tests.benchmarks.run import main

    sys.exit(main(["umadb", *sys.argv[1:]]))
