"""The pages of a ledger that was told the story, served from a thread of its own."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from services.bootstrap import running
from services.settings import Settings
from services.web.pages import PAGES
from services.web.server import web_serving
from services.web.site import site_of
from tests.services.web.paged import MANY
from tests.services.web.site import TIMEOUT_SECONDS, Site


@contextmanager
def served(where: Settings, events: int) -> Iterator[Site]:
    """Serve a ledger until the block ends; they were all signed when the story was told."""
    ready, failures = threading.Event(), list[BaseException]()
    found: list[tuple[Site, asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def serve() -> None:
        stop = asyncio.Event()
        async with (
            running(where) as ledger,
            site_of(ledger.parts, PAGES, MANY) as pages,
            web_serving(ledger.parts.folder, ledger.reader, "127.0.0.1:0", pages.routes(), pages.refuse) as web,
        ):
            await asyncio.wait_for(ledger.projected(events), TIMEOUT_SECONDS)
            site = Site(web.port)
            found.append((site, asyncio.get_running_loop(), stop))
            ready.set()
            await stop.wait()

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            failures.append(error)
            ready.set()

    thread = threading.Thread(target=run, name="story")
    thread.start()
    assert ready.wait(2 * TIMEOUT_SECONDS)
    if failures:
        raise failures[0]
    site, loop, stop = found[0]
    try:
        yield site
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(TIMEOUT_SECONDS)
        assert not thread.is_alive()
        assert not failures
