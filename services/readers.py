"""Reading without holding up the event loop: a few threads with a connection each, and one that watches the head."""

from __future__ import annotations

import asyncio
import contextlib
import logging
import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from typing import Generic, Protocol, TypeVar

from ledger.store.port import Reader, StoreError, StoreUnavailable

THREADS = 4
WATCH_SECONDS = 0.25

log = logging.getLogger(__name__)

T = TypeVar("T")
R = TypeVar("R", bound="Closeable")


class Closeable(Protocol):
    """A connection of some kind."""

    def close(self) -> None: ...


class Readers(Generic[R]):
    """A pool of threads, each of which opens its own reader when it first needs one."""

    def __init__(self, open: Callable[[], R], threads: int = THREADS) -> None:
        self._open = open
        self._executor = ThreadPoolExecutor(threads, thread_name_prefix="reader")
        self._own = threading.local()
        self._opened: list[R] = []

    async def __call__(self, work: Callable[[R], T]) -> T:
        """Return what `work` makes of a reader, on one of the threads."""
        return await asyncio.get_running_loop().run_in_executor(self._executor, self._work, work)

    def _work(self, work: Callable[[R], T]) -> T:
        reader: R | None = getattr(self._own, "reader", None)
        if reader is None:
            reader = self._own.reader = self._open()
            self._opened.append(reader)
        try:
            return work(reader)
        except StoreUnavailable:
            # Nothing is known about this connection any more; the next piece of work opens another.
            self._own.reader = None
            self._opened.remove(reader)
            reader.close()
            raise

    async def close(self) -> None:
        """Wait for the work at hand, then close every reader."""
        await asyncio.to_thread(self._executor.shutdown, cancel_futures=True)
        for reader in self._opened:
            reader.close()


class Tail:
    """Knows the last position, and wakes everybody who waits for a later one.

    One thread watches for all subscribers, so a thousand idle ones cost a thousand sleeping tasks.
    """

    def __init__(self, open: Callable[[], Reader]) -> None:
        self._watcher: Readers[Reader] = Readers(open, threads=1)
        self._moved = asyncio.Event()
        self._task: asyncio.Task[None] | None = None
        self.head = 0

    async def start(self) -> None:
        self.head = await self._watcher(lambda reader: reader.head())
        self._task = asyncio.create_task(self._watch(), name="tail")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        self.wake()
        await self._watcher.close()

    def wake(self) -> None:
        """Wake everybody, to look at the head or at something else."""
        moved, self._moved = self._moved, asyncio.Event()
        moved.set()

    async def beyond(self, position: int, timeout: float | None = None) -> int:
        """Return the head once it lies beyond `position`, when `wake` is called, or after `timeout` seconds."""
        if self.head <= position:
            moved = self._moved
            with contextlib.suppress(TimeoutError):
                await asyncio.wait_for(moved.wait(), timeout)
        return self.head

    async def _watch(self) -> None:
        lost = False
        while True:
            try:
                head = await self._watcher(lambda reader: reader.wait(self.head, WATCH_SECONDS))
            except StoreError as error:
                if not lost:
                    log.warning("the head cannot be watched, which is tried again until it can: %s", error)
                lost = True
                await asyncio.sleep(WATCH_SECONDS)
                continue
            if lost:
                log.warning("the head can be watched again")
                lost = False
            if head > self.head:
                self.head = head
                self.wake()
