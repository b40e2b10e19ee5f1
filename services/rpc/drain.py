"""The graceful end: who must be told, and that it has begun."""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from typing import Any


class Drain:
    """Begun once; from then on no stream takes anything new."""

    def __init__(self) -> None:
        self._begun = asyncio.Event()
        self._reading: set[asyncio.Task[Any]] = set()
        self._calls = 0
        self._quiet = asyncio.Event()
        self._quiet.set()

    @property
    def started(self) -> bool:
        return self._begun.is_set()

    def begin(self) -> None:
        self._begun.set()
        for task in self._reading:
            task.cancel()

    async def wait(self) -> None:
        """Return when the end has begun."""
        await self._begun.wait()

    def enter(self) -> None:
        """Count a call that must be answered before the server is gone."""
        self._calls += 1
        self._quiet.clear()

    def leave(self) -> None:
        """Count it no longer."""
        self._calls -= 1
        if not self._calls:
            self._quiet.set()

    async def quiet(self, seconds: float) -> None:
        """Return when every counted call has ended, at the latest after some seconds."""
        with suppress(TimeoutError):
            await asyncio.wait_for(self._quiet.wait(), seconds)

    @contextmanager
    def ending(self, task: asyncio.Task[Any]) -> Iterator[None]:
        """Have `task`, which takes in new work, cancelled when the end begins."""
        self._reading.add(task)
        if self.started:
            task.cancel()
        try:
            yield
        finally:
            self._reading.discard(task)
