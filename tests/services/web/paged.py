"""A small ledger at work and its pages on a real socket."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

from ledger.messages import Receipt, Submission
from services.bootstrap import Running, running
from services.cli.doing import command_named
from services.engines import engine
from services.keys import make_keys
from services.settings import Settings, settings
from services.web.pace import Network, Pace
from services.web.page import Page
from services.web.pages import PAGES
from services.web.server import web_serving
from services.web.site import Site as Pages
from services.web.site import site_of
from tests.patience import Patience
from tests.services.web.site import Said, Site

LEDGER = "nacka.se/inflytande"
MANY = Pace(per_second=1e6, at_once=10**6)
OPENING: tuple[dict[str, Any], ...] = (
    {"command": "register-body", "body": "ks", "kind": "board", "name": "Kommunstyrelsen", "occurred": "2012"},
    {"command": "open-matter", "matter": "m", "title": "Skolan", "kind": "decision", "body": "ks", "occurred": "2014"},
    {"command": "open-process", "process": "p", "title": "Dialog", "kind": "dialogue", "owner": "ks", "matter": "m"},
)


def received(input: str, text: str) -> dict[str, Any]:
    """Return the command that receives a proposal."""
    bare = {"command": "receive-input", "input": input, "kind": "proposal", "channel": "web", "process": "p"}
    return bare | {"author": f"author-{input}", "author_kind": "resident", "text": text}


def ready(folder: Path, store: str | None = None) -> Settings:
    """Make a ledger, by default in SQLite; its keys lie in `folder`."""
    where = settings(store or f"sqlite:///{folder}/ledger.db", LEDGER, str(folder / "keys"), environment={})
    engine(where).prepare()
    make_keys(where)
    return where


@dataclass(frozen=True)
class Paged:
    """A ledger at work, its pages, and short ways to ask both."""

    ledger: Running
    pages: Pages
    site: Site

    async def ask(self, path: str, method: str = "GET", **headers: str) -> Said:
        return await asyncio.to_thread(self.site, path, method, **headers)

    def submission(self, command: dict[str, Any]) -> Submission:
        """Return a command, given as `liggare do` takes it, as a submission."""
        fields = dict(command)
        kind = command_named(fields.pop("command"))
        return Submission(kind.model_validate(fields), uuid4(), "channel:test")

    async def do(self, *commands: dict[str, Any]) -> int:
        """Record commands; return the last position once the read models show it."""
        last = 0
        for each in commands:
            (outcome,) = await self.ledger.submit([self.submission(each)])
            assert isinstance(outcome, Receipt), outcome
            last = outcome.first + len(outcome.ids) - 1
        await asyncio.wait_for(self.ledger.projected(last), 30)
        return last

    async def until(self, path: str, text: str, *, there: bool = True, seconds: float = 5) -> Said:
        """Ask until a page holds a text, or no longer does."""
        patience = Patience(seconds)
        while True:
            said = await self.ask(path)
            if (text in said.text) is there:
                return said
            assert patience.left, f"{path} after {seconds} s: {said.text}"
            await asyncio.sleep(0.02)


@asynccontextmanager
async def paged(
    folder: Path,
    store: str | None = None,
    pages: Sequence[Page] = PAGES,
    pace: Pace = MANY,
    trusted: Sequence[Network] = (),
) -> AsyncIterator[Paged]:
    """Serve a ledger's pages until the block ends."""
    where = ready(folder, store)
    async with (
        running(where) as ledger,
        site_of(ledger.parts, pages, pace, trusted) as site,
        web_serving(ledger.parts.folder, ledger.reader, "127.0.0.1:0", site.routes(), site.refuse) as web,
    ):
        yield Paged(ledger, site, Site(web.port))
