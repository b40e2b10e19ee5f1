"""A ledger's pages asked without a socket: the application that uvicorn would serve, in the loop of the test."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote

from pydantic_core import from_json
from starlette.types import ASGIApp, Message

from ledger.log.publisher import LogStore
from services.bootstrap import Parts
from services.readers import Readers
from services.web.app import make_app
from services.web.pages import PAGES
from services.web.site import Site, site_of
from tests.services.web.site import Said


@dataclass(frozen=True)
class Face:
    """The pages of a ledger; call it with an address."""

    parts: Parts
    pages: Site
    app: ASGIApp

    async def __call__(self, address: str, method: str = "GET", **headers: str) -> Said:
        path, _, query = address.partition("?")
        scope = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": method,
            "scheme": "http",
            "path": unquote(path),
            "raw_path": path.encode(),
            "query_string": query.encode(),
            "root_path": "",
            "headers": [(name.replace("_", "-").lower().encode(), value.encode()) for name, value in headers.items()],
            "client": None,
            "server": ("test", 80),
        }
        messages: list[Message] = []

        asked = iter([True])

        async def receive() -> Message:
            # Whoever asked does not hang up before the answer is there whole.
            if next(asked, None) is None:
                await asyncio.Event().wait()
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Message) -> None:
            messages.append(message)

        await self.app(scope, receive, send)
        start = messages[0]
        body = b"".join(each.get("body", b"") for each in messages[1:])
        return Said(start["status"], {name.decode(): value.decode() for name, value in start["headers"]}, body)

    async def json(self, address: str) -> Any:
        """Return the JSON twin of a page that exists, by the address of its HTML."""
        said = await self(twin(address, "json"))
        assert said.status == 200, (address, said.status, said.text[:500])
        return from_json(said.body)


def twin(address: str, form: str) -> str:
    """Return the address of a page's other form."""
    path, mark, query = address.partition("?")
    return f"{path}{'index' if path.endswith('/') else ''}.{form}{mark}{query}"


@asynccontextmanager
async def face(parts: Parts) -> AsyncIterator[Face]:
    """Open the pages of a ledger until the block ends."""
    readers: Readers[LogStore] = Readers(parts.reader)
    try:
        async with site_of(parts, PAGES) as pages:
            yield Face(parts, pages, make_app(parts.folder, readers, pages.routes(), pages.refuse))
    finally:
        await readers.close()
