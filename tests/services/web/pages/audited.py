"""A small ledger with pages of proof and law, served from a thread: hostile words, a correction, a request for erasure."""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from pathlib import Path
from typing import Any

from tests.services.web.paged import OPENING, paged, received
from tests.services.web.site import Site
from tests.threads import in_thread

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

    @asynccontextmanager
    async def serving() -> AsyncIterator[Site]:
        async with paged(folder) as town:
            last = await town.do(*commands)
            if last:
                await town.until("/checkpoint", f"\n{last}\n")
            yield town.site

    with in_thread(serving) as site:
        yield site
