"""A proxy between server and PostgreSQL that misbehaves: it cuts connections, and swallows answers.

cut   forwards so many bytes towards the database, then closes both ways: the statement may never have arrived
eat   forwards so many bytes of answers, then no more, and closes: what was committed is never heard of
"""

from __future__ import annotations

import asyncio
import random
from collections import Counter
from contextlib import suppress
from pathlib import Path
from typing import Self

SOCKET = ".s.PGSQL.5432"
CHUNK = 65_536


class Proxy:
    """Listens in `folder` as PostgreSQL would, in front of the server in `behind`. The faults follow from the seed."""

    def __init__(self, folder: Path, behind: Path, seed: int) -> None:
        self.folder, self._behind = folder, behind
        self._chance = random.Random(seed)
        self.faults: tuple[str, ...] = ("cut", "eat")
        self.seen: Counter[str] = Counter()
        self._server: asyncio.Server | None = None
        self._open: set[asyncio.Task[None]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_unix_server(self._serve, self.folder / SOCKET)
        return self

    async def __aexit__(self, *_: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self._open:
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    def url(self, database: str) -> str:
        return f"postgresql:///{database}?host={self.folder}&user=postgres"

    async def _serve(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self._open.add(task)
        try:
            await self._between(client, to_client)
        except asyncio.CancelledError:
            to_client.transport.abort()
        finally:
            self._open.discard(task)

    async def _between(self, client: asyncio.StreamReader, to_client: asyncio.StreamWriter) -> None:
        server, to_server = await asyncio.open_unix_connection(self._behind / SOCKET)
        fault = self._chance.choice(self.faults or ("none",))
        # The start of a session takes about 2,000 bytes each way; a vote about as much.
        there = self._chance.randrange(3_000, 40_000) if fault in {"cut", "hole"} else None
        back = self._chance.randrange(1_500, 12_000) if fault == "eat" else None
        ways = [
            asyncio.create_task(_forward(client, to_server, there, drop=fault == "hole")),
            asyncio.create_task(_forward(server, to_client, back)),
        ]
        try:
            await asyncio.wait(ways, return_when=asyncio.FIRST_COMPLETED)
            if any(way.done() and way.result() for way in ways):
                self.seen[fault] += 1
        finally:
            for way in ways:
                way.cancel()
            await asyncio.gather(*ways, return_exceptions=True)
            to_server.close()
            to_client.transport.abort()


async def _forward(
    reader: asyncio.StreamReader, writer: asyncio.StreamWriter, limit: int | None, *, drop: bool = False
) -> bool:
    """Forward until the end or the limit; tell whether the limit was met. What is past it is not forwarded.

    With `drop` the limit is told only once the other side gives up.
    """
    left = limit
    with suppress(OSError):
        while chunk := await reader.read(CHUNK):
            if left is not None:
                if len(chunk) >= left:
                    while drop and await reader.read(CHUNK):
                        pass
                    return True
                left -= len(chunk)
            writer.write(chunk)
            await writer.drain()
    return False
