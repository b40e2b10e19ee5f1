"""How fast pages are answered: rendered, from what is kept, and by 304; one connection, one run, in this process's loop.

    python tests/benchmarks/pages.py --store sqlite:///demo.db --ledger nacka.se/inflytande /beslut/ksau-2015-05-12-64

Prints, for each path, requests a second and the bytes of the page compressed with gzip. The client and the server share
the machine, so what counts is how the three compare.
"""

from __future__ import annotations

import argparse
import asyncio
import socket
from time import perf_counter

from services.bootstrap import prepared
from services.settings import settings
from services.web.pace import Pace
from services.web.pages import PAGES
from services.web.server import web_serving
from services.web.site import Site, site_of

ENDLESS = Pace(per_second=1e9, at_once=10**9)


class Client:
    """One kept connection that asks for one path again and again."""

    def __init__(self, port: int) -> None:
        self._socket = socket.create_connection(("127.0.0.1", port))

    def ask(self, path: str, headers: str = "", coding: str = "gzip") -> tuple[int, dict[str, str], int]:
        """Return status, headers in small letters, and the bytes of the body."""
        self._socket.sendall(f"GET {path} HTTP/1.1\r\nHost: h\r\nAccept-Encoding: {coding}\r\n{headers}\r\n".encode())
        head, _, body = self._until(b"\r\n\r\n").partition(b"\r\n\r\n")
        first, *lines = head.decode("latin-1").split("\r\n")
        found = {name.lower(): value for name, _, value in (line.partition(": ") for line in lines)}
        length = int(found.get("content-length", "0"))
        got = len(body)
        while got < length:
            got += len(self._socket.recv(65_536))
        return int(first.split()[1]), found, got

    def _until(self, mark: bytes) -> bytes:
        found = b""
        while mark not in found:
            got = self._socket.recv(65_536)
            if not got:
                raise ConnectionError("the server has closed the connection")
            found += got
        return found


def rate(client: Client, path: str, seconds: float, headers: str = "", before: object = None) -> float:
    """Return how many answers a second one connection gets; `before` is called ahead of each."""
    count, end = 0, perf_counter() + seconds
    began = perf_counter()
    while perf_counter() < end:
        if callable(before):
            before()
        client.ask(path, headers)
        count += 1
    return count / (perf_counter() - began)


def measure(site: Site, loop: asyncio.AbstractEventLoop, port: int, paths: list[str], seconds: float) -> None:
    """Print a line for each path."""
    client = Client(port)
    print(f"{'path':45} {'rendered/s':>10} {'kept/s':>8} {'304/s':>8} {'304:rendered':>12} {'gzip bytes':>10}")
    for path in paths:
        status, headers, size = client.ask(path)
        if status != 200:
            print(f"{path:45} answered {status}")
            continue
        rendered = rate(client, path, seconds, before=lambda: loop.call_soon_threadsafe(site.forget))
        kept = rate(client, path, seconds)
        known = rate(client, path, seconds, f"If-None-Match: {headers['etag']}\r\n")
        print(f"{path:45} {rendered:10.0f} {kept:8.0f} {known:8.0f} {known / rendered:12.1f} {size:10}")


async def main() -> None:
    """Serve the ledger and measure."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", required=True)
    parser.add_argument("--ledger", required=True)
    parser.add_argument("--keys")
    parser.add_argument("--seconds", type=float, default=2.0)
    parser.add_argument("paths", nargs="+")
    given = parser.parse_args()
    with prepared(settings(given.store, given.ledger, given.keys)) as parts:
        async with (
            site_of(parts, PAGES, ENDLESS) as site,
            web_serving(parts.folder, parts.reader, "127.0.0.1:0", site.routes(), site.refuse) as web,
        ):
            loop = asyncio.get_running_loop()
            await asyncio.to_thread(measure, site, loop, web.port, given.paths, given.seconds)


if __name__ == "__main__":
    asyncio.run(main())
