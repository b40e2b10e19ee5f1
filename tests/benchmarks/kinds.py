"""What a page of each kind costs: made anew, answered from what is kept, and its bytes.

    python tests/benchmarks/kinds.py --store sqlite:///demo.db --ledger nacka.se/inflytande

Follows links from the start page to some addresses of each kind, and asks for each over one connection, in this
process's loop. `cold` is with no answer kept (the best of three), `cpu` what the processor was busy with it, client
included, `warm` from what is kept (the median of twenty), in milliseconds; bytes are of the page compressed with gzip
and plain. Where others share the machine, `cpu` tells more than `cold`.
"""

from __future__ import annotations

import argparse
import asyncio
import statistics
from time import perf_counter, process_time

from services.bootstrap import prepared
from services.settings import settings
from services.web.pages import PAGES
from services.web.server import web_serving
from services.web.site import Site, site_of
from tests.benchmarks.pages import ENDLESS, Client
from tests.browser.crawl import examples

COLD, WARM = 3, 20


def spent(client: Client, path: str, coding: str = "gzip") -> tuple[float, int]:
    """Return the milliseconds of one request, and the bytes of its body."""
    began = perf_counter()
    *_, size = client.ask(path, coding=coding)
    return (perf_counter() - began) * 1000, size


def measure(site: Site, loop: asyncio.AbstractEventLoop, port: int) -> None:
    """Print a line for each address."""
    client = Client(port)
    began = perf_counter()
    client.ask("/")
    print(f"the first page of all took {(perf_counter() - began) * 1000:.0f} ms")
    print(f"{'page':16} {'cold ms':>8} {'cpu ms':>8} {'warm ms':>8} {'gzip':>7} {'plain':>8}  address")
    slowest = 0.0
    found = examples(f"http://127.0.0.1:{port}", 2)
    client = Client(port)  # the first one was idle for too long meanwhile
    for name, paths in found.items():
        for path in paths:
            cold, busy = [], []
            for _ in range(COLD):
                asyncio.run_coroutine_threadsafe(_forget(site), loop).result()
                began = process_time()
                took, size = spent(client, path)
                cold.append(took)
                busy.append((process_time() - began) * 1000)
            warm = statistics.median(spent(client, path)[0] for _ in range(WARM))
            _, plain = spent(client, path, coding="identity")
            slowest = max(slowest, min(cold))
            print(f"{name:16} {min(cold):8.1f} {min(busy):8.1f} {warm:8.2f} {size:7} {plain:8}  {path}", flush=True)
    print(f"the slowest page made anew took {slowest:.0f} ms")


async def _forget(site: Site) -> None:
    site.forget()


async def main() -> None:
    """Serve the ledger and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", required=True)
    parser.add_argument("--ledger", required=True)
    parser.add_argument("--keys")
    given = parser.parse_args()
    with prepared(settings(given.store, given.ledger, given.keys)) as parts:
        async with (
            site_of(parts, PAGES, ENDLESS) as site,
            web_serving(parts.folder, parts.reader, "127.0.0.1:0", site.routes(), site.refuse) as web,
        ):
            await asyncio.to_thread(measure, site, asyncio.get_running_loop(), web.port)


if __name__ == "__main__":
    asyncio.run(main())
