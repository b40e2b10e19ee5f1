"""Something that serves within an event loop, at work in a thread of its own, for tests that have no loop."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Callable, Iterator
from contextlib import AbstractAsyncContextManager, contextmanager
from typing import TypeVar

T = TypeVar("T")
TIMEOUT_SECONDS = 120


@contextmanager
def in_thread(serving: Callable[[], AbstractAsyncContextManager[T]]) -> Iterator[T]:
    """Yield what `serving` gives, which stays open in its own loop until the block ends; raise what it raises."""
    ready, failures = threading.Event(), list[BaseException]()
    found: list[tuple[T, asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def serve() -> None:
        stop = asyncio.Event()
        async with serving() as served:
            found.append((served, asyncio.get_running_loop(), stop))
            ready.set()
            await stop.wait()

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            failures.append(error)
            ready.set()

    thread = threading.Thread(target=run, name="serving")
    thread.start()
    assert ready.wait(TIMEOUT_SECONDS)
    if failures:
        raise failures[0]
    served, loop, stop = found[0]
    try:
        yield served
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(TIMEOUT_SECONDS)
        assert not thread.is_alive()
        assert not failures
