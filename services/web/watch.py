"""Watching the record for the pages: how far it is, how far behind its read models are, and what was taken away.

erased   the position of the last event after which words may no longer be shown, so that no cache keeps them
behind   set while the read models have been behind for so long that a reader should know
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import Callable
from contextlib import suppress
from time import monotonic
from typing import NamedTuple

from ledger.documents.events import SecrecyMarked, Unpublished
from ledger.entries import type_of
from ledger.inputs.events import InputModerated, InputWithdrawn
from ledger.participants.events import ErasureBegun, KeyDestroyed
from ledger.store.port import StoreError
from services.engines import Engine
from services.readers import Readers, Tail
from services.web.reading import Connections

LOOK_SECONDS = 0.5
BEHIND_SECONDS = 5.0
TAKES_AWAY = tuple(
    type_of(kind) for kind in (ErasureBegun, KeyDestroyed, InputModerated, InputWithdrawn, SecrecyMarked, Unpublished)
)
"""The types of events after which words that were shown may not be."""

log = logging.getLogger("liggare.web")


class Behind(NamedTuple):
    """The read models show the record up to a position; `events` have come since."""

    position: int
    events: int


class _Looked(NamedTuple):
    head: int
    shown: int
    erased: int


class Watch:
    """Watches one ledger; belongs to the event loop. `taken_away` is called when words may have been."""

    def __init__(self, engine: Engine, taken_away: Callable[[], None]) -> None:
        self._tail = Tail(engine.reader)
        self._eyes: Readers[Connections] = Readers(lambda: Connections.of(engine), threads=1)
        self._taken_away = taken_away
        self._task: asyncio.Task[None] | None = None
        self._seen = 0
        self._since: float | None = None
        self.erased = 0
        self.shown = 0
        self.behind: Behind | None = None

    @property
    def head(self) -> int:
        """The last position of the record, as far as is known."""
        return self._tail.head

    async def start(self) -> None:
        """Look once, and then again and again. Raises StoreError."""
        await self._tail.start()
        self._take(await self._eyes(self._look))
        self._task = asyncio.create_task(self._watch(), name="watch")

    async def close(self) -> None:
        if self._task is not None:
            self._task.cancel()
        await self._tail.close()
        await self._eyes.close()

    async def _watch(self) -> None:
        while True:
            caught_up = self.shown >= self.head and self.head == self._seen
            if caught_up:
                await self._tail.beyond(self._seen)
            else:
                await asyncio.sleep(LOOK_SECONDS)
            # What is wrong with the store is told by the tail, and by every page.
            with suppress(StoreError):
                self._take(await self._eyes(self._look))

    def _look(self, connections: Connections) -> _Looked:
        head, erased = connections.reader.head(), self.erased
        after = self._seen
        while found := connections.reader.entries(after, types=TAKES_AWAY):
            erased = after = found[-1].position
        with connections.newest() as rows:
            return _Looked(head, rows.position, max(self.erased, erased))

    def _take(self, looked: _Looked) -> None:
        self._seen, self.shown = looked.head, looked.shown
        if looked.erased != self.erased:
            self.erased = looked.erased
            self._taken_away()
        missing = looked.head - looked.shown
        if missing <= 0:
            self._since = self.behind = None
            return
        self._since = self._since or monotonic()
        if monotonic() - self._since >= BEHIND_SECONDS:
            if self.behind is None:
                log.warning("the read models are %d events behind the record", missing)
            self.behind = Behind(looked.shown, missing)
