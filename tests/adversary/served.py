"""A hostile ledger served from a thread of its own, so that a browser may be driven beside it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path

from tests.adversary.worlds import Filler, Placed, made
from tests.services.web.paged import paged
from tests.services.web.site import Site
from tests.threads import in_thread


@contextmanager
def served(folder: Path, filler: Filler) -> Iterator[tuple[Site, list[Placed]]]:
    """Record the filler's next world, and serve its pages until the block ends."""
    folder.mkdir(exist_ok=True)

    @asynccontextmanager
    async def serving() -> AsyncIterator[tuple[Site, list[Placed]]]:
        async with paged(folder) as town:
            yield town.site, await made(town.ledger, filler)

    with in_thread(serving) as found:
        yield found
