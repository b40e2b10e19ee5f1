"""The pages of a ledger that was told the story, served from a thread of its own."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager

from services.bootstrap import running
from services.settings import Settings
from services.web.pages import PAGES
from services.web.server import web_serving
from services.web.site import site_of
from tests.services.web.paged import MANY
from tests.services.web.site import TIMEOUT_SECONDS, Site
from tests.threads import in_thread


@contextmanager
def served(where: Settings, events: int) -> Iterator[Site]:
    """Serve a ledger until the block ends; they were all signed when the story was told."""

    @asynccontextmanager
    async def serving() -> AsyncIterator[Site]:
        async with (
            running(where) as ledger,
            site_of(ledger.parts, PAGES, MANY) as pages,
            web_serving(ledger.parts.folder, ledger.reader, "127.0.0.1:0", pages.routes(), pages.refuse) as web,
        ):
            await asyncio.wait_for(ledger.projected(events), TIMEOUT_SECONDS)
            yield Site(web.port)

    with in_thread(serving) as site:
        yield site
