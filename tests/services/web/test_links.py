"""No link leads nowhere: whatever a page, its data or a feed links to on the site is there, or is said to be gone."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from pathlib import Path

import pytest

from services.bootstrap import running
from services.cli.doing import command_named
from services.demo.conversation import conversation
from services.demo.telling import tell
from services.imports import polis
from services.imports.loading import load
from services.settings import Settings
from services.web.names import PLACES
from tests.services.imports.test_polis import COMMENTS, VOTES
from tests.services.web.crawled import Crawl
from tests.services.web.open.town import nothing, record, served, town
from tests.services.web.paged import OPENING, received
from tests.services.web.pages.seen import Read

GONE = 410
KINDS = {f"{language}{name}" for language in ("", "en ") for name in ("start", "events", "open_data", "audit", "about")}


def held(chosen: Settings, most: int, asks: int | None = None) -> Crawl:
    """Crawl a ledger's site; no link may be dead."""
    with served(chosen) as site:
        crawl = Crawl(site, most, asks=asks).run()
    assert not {address: said for address, said in crawl.dead().items() if not said.startswith(str(GONE))}
    assert set(crawl.read) >= KINDS
    return crawl


# --- Which ledger -----------------------------------------------------------------------------
def _parted(folder: Path) -> Settings:
    """Make a ledger whose events have tags of parts, and name things that there is no page about."""
    chosen = nothing(folder)
    commands = (
        *OPENING,
        received("i1", "En cykelbana, /forslag/finns-inte"),
        {"command": "support-input", "input": "i1", "supporter": "s1"},
        {"command": "plan-session", "process": "p", "session": "s", "date": "2015-02-03"},
        {"command": "register-document", "document": "brev", "matter": "m", "title": "Ett, två", "kind": "staff_letter"}
        | {"status": "received"},
        received("i2", "Ett träd") | {"theme": "Park, lek", "district": "Norr/Söder"},
    )
    given = [dict(each) for each in commands]
    record(chosen, [command_named(each.pop("command")).model_validate(each) for each in given])
    return chosen


async def _story(chosen: Settings) -> None:
    async with running(chosen, background=False) as ledger:
        await tell(ledger, illustrative=True)
        await load(ledger.committer.lane().submit, polis.phases(conversation()), polis.benign, lambda _: None)


def _told(folder: Path) -> Settings:
    chosen = nothing(folder)
    asyncio.run(_story(chosen))
    return chosen


async def _imported(chosen: Settings, folder: Path) -> None:
    async with running(chosen, background=False) as ledger:
        found = polis.read_conversation(folder)
        loaded = await load(ledger.committer.lane().submit, polis.phases(found), polis.benign, lambda _: None)
        assert not loaded.refused


def _small_conversation(folder: Path) -> Settings:
    chosen, export = nothing(folder), folder / "talk"
    export.mkdir()
    (export / "comments.csv").write_text(COMMENTS)
    (export / "votes.csv").write_text(VOTES)
    asyncio.run(_imported(chosen, export))
    return chosen


@pytest.mark.parametrize("make", [nothing, town, _parted, _small_conversation])
def test_every_link_leads_somewhere(tmp_path: Path, make: Callable[[Path], Settings]) -> None:
    held(make(tmp_path), 1, 5)


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_every_link_of_the_demonstration_leads_somewhere(tmp_path: Path) -> None:
    crawl = held(_told(tmp_path), 20)
    assert len(crawl.answers) > 5_000


@pytest.mark.slow
@pytest.mark.timeout(3_600)
def test_every_link_of_a_real_conversation_leads_somewhere(tmp_path: Path, shared: Path) -> None:
    chosen = nothing(tmp_path)
    asyncio.run(_imported(chosen, min((shared / "data" / "polis").iterdir(), key=_octets)))
    held(chosen, 20)


def _octets(folder: Path) -> int:
    return sum(each.stat().st_size for each in folder.iterdir()) if folder.is_dir() else 1 << 40


# --- What an event links to -------------------------------------------------------------------
def test_an_event_links_to_the_pages_of_its_things_and_to_no_others(tmp_path: Path) -> None:
    with served(_parted(tmp_path)) as site:
        linked = {position: set(Read.of(site(f"/handelse/{position}").text).links) for position in range(1, 9)}
    places = tuple(f"{place}/" for place in PLACES.values())
    own = {position: {link for link in links if link.startswith(places)} for position, links in linked.items()}
    assert own[5] == {"/forslag/i1"}
    assert own[6] == {"/process/p"}
    assert own[7] == {"/handlingar/brev", "/arende/m"}
    assert not {link for links in linked.values() for link in links if "%7C" in link and link.startswith(places)}
