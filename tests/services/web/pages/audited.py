"""A small ledger with pages of proof and law, served from a thread: hostile words, a correction, a request for erasure."""

from __future__ import annotations

import asyncio
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tests.services.web.paged import OPENING, Paged, paged, received
from tests.services.web.site import TIMEOUT_SECONDS, Site

HOSTILE = '<img src=x onerror="alert(1)">=1+1 {{7*7}} </script>'
COMMANDS: tuple[dict[str, Any], ...] = (
    *OPENING,
    received("i1", HOSTILE),
    received("i2", "En cykelbana till skolan"),
    {
        "command": "add-matter-number",
        "matter": "m",
        "number": {"scheme": "dnr", "value": "KFKS 2015/174-001"},
    },
    {"command": "open-matter", "matter": "m2", "title": HOSTILE, "kind": "decision", "body": "ks"},
    {
        "command": "correct-event",
        "correction": "c1",
        "tag": "matter:m",
        "position": 2,
        "topic": "matter-opened",
        "pointer": "/title",
        "becomes": '"Skolorna"',
        "reason": "Fel namn.",
        "by_role": "registrar",
    },
    {
        "command": "register-document",
        "document": "letter",
        "title": "Utredning",
        "kind": "staff_letter",
        "status": "received",
    },
    {"command": "unpublish", "document": "letter", "reason_code": "personal_data", "by_role": "clerk"},
    {"command": "request-erasure", "request": "r1", "participant": "author-i2", "scope": ["public_words"]},
)
EVENTS = len(COMMANDS)


@contextmanager
def audited(folder: Path, commands: tuple[dict[str, Any], ...] = COMMANDS) -> Iterator[Site]:
    """Serve the ledger until the block ends, every event of it signed."""
    ready, failures = threading.Event(), list[BaseException]()
    found: list[tuple[Paged, asyncio.AbstractEventLoop, asyncio.Event]] = []

    async def serve() -> None:
        stop = asyncio.Event()
        async with paged(folder) as town:
            last = await town.do(*commands)
            if last:
                await town.until("/checkpoint", f"\n{last}\n")
            found.append((town, asyncio.get_running_loop(), stop))
            ready.set()
            await stop.wait()

    def run() -> None:
        try:
            asyncio.run(serve())
        except BaseException as error:
            failures.append(error)
            ready.set()

    thread = threading.Thread(target=run, name="audited")
    thread.start()
    assert ready.wait(TIMEOUT_SECONDS)
    if failures:
        raise failures[0]
    town, loop, stop = found[0]
    try:
        yield town.site
    finally:
        loop.call_soon_threadsafe(stop.set)
        thread.join(TIMEOUT_SECONDS)
        assert not thread.is_alive()
        assert not failures
