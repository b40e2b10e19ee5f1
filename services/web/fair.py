"""Threads that nobody can keep for themselves: each visitor waits in a line of their own, and the lines take turns.

What is made here takes long: a past day is replayed from the record. Whoever asks for many waits behind their own
requests, everybody else behind at most one of those that are being made. Whoever has too many waiting, or comes when
too many wait altogether, is told to come back, and when.
"""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from collections.abc import Callable
from math import ceil
from time import monotonic
from typing import Generic, TypeVar

from services.readers import Closeable, Readers
from services.web.wrong import Busy

OWN_MAX, ALL_MAX = 4, 32
"""How many requests of one visitor, and of all together, may wait."""

SECONDS_MAX = 60
"""The longest that anybody is told to wait."""

T = TypeVar("T")
R = TypeVar("R", bound=Closeable)


class Fair(Generic[R]):
    """A few threads with a connection each, and the lines before them; belongs to the event loop."""

    def __init__(self, open: Callable[[], R], threads: int = 1, own_max: int = OWN_MAX, all_max: int = ALL_MAX) -> None:
        self._readers: Readers[R] = Readers(open, threads)
        self._free, self._own_max, self._all_max = threads, own_max, all_max
        self._threads = threads
        self._lines: OrderedDict[str | None, deque[asyncio.Future[None]]] = OrderedDict()
        self._took = 1.0

    async def __call__(self, who: str | None, work: Callable[[R], T]) -> T:
        """Return what `work` makes of a connection, once it is this visitor's turn. Raises Busy.

        None stands for all whose address cannot be told: they share a line as long as all are.
        """
        await self._turn(who)
        began = monotonic()
        try:
            return await self._readers(work)
        finally:
            self._took = 0.5 * self._took + 0.5 * (monotonic() - began)
            self._free += 1
            self._next()

    async def close(self) -> None:
        await self._readers.close()

    async def _turn(self, who: str | None) -> None:
        own, waiting = len(self._lines.get(who, ())), sum(map(len, self._lines.values()))
        if waiting >= self._all_max or (who is not None and own >= self._own_max):
            ahead = waiting if waiting >= self._all_max else own
            raise Busy(min(SECONDS_MAX, max(1, ceil(ahead * self._took / self._threads))))
        turn: asyncio.Future[None] = asyncio.get_running_loop().create_future()
        self._lines.setdefault(who, deque()).append(turn)
        self._next()
        try:
            await turn
        except asyncio.CancelledError:
            if turn.done() and not turn.cancelled():
                self._free += 1
                self._next()
            raise

    def _next(self) -> None:
        """Give the free threads to those who come first in the next lines."""
        while self._free and self._lines:
            who, line = self._lines.popitem(last=False)
            turn = line.popleft()
            if line:
                self._lines[who] = line
            if not turn.done():
                self._free -= 1
                turn.set_result(None)
