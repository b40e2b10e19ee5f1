"""A hostile ledger served from a thread of its own, so that a browser may be driven beside it."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.adversary.worlds import Filler, Placed, made
from tests.services.web.paged import paged
from tests.services.web.site import Site

READY_SECONDS = 120


@contextmanager
def served(folder: Path, filler: Filler) -> Iterator[tuple[Site, list[Placed]]]:
    """Record the filler's next world, and serve its pages until the block ends."""
    folder.mkdir(exist_ok=True)
    ready, failures = threading.Event(), list[BaseException]()
    found: list[tuple[Site, list[Placed], asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def serve() -> None:
        stop = asyncio.Event()
        async with paged(folder) as town:
            placed = await made(town.ledger, filler)
            found.append((town.site, placed, asyncio.get_running_loop(), stop))
            ready.set()
            await stop.wait()

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            failures.append(error)
            ready.set()

    thread = threading.Thread(target=run, name="hostile")
    thread.start()
    assert ready.wait(READY_SECONDS)
    if failures:
        raise failures[0]
    site, placed, loop, stop = found[0]
    try:
        yield site, placed
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(READY_SECONDS)
        assert not thread.is_alive() and not failures
