"""The story told once to a real ledger, and looked at from any position or day."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing
from datetime import date
from functools import cache
from pathlib import Path

import pytest

from ledger.entries import decode
from ledger.messages import RecordedEvent
from projections.catalogue import PROJECTIONS
from projections.projection import Rows
from projections.rows.memory import MemoryRows, happened_by
from services.bootstrap import running
from services.demo.telling import tell
from services.engines import engine
from services.keys import make_keys
from services.settings import Settings, settings
from tests.mission.reader import Reader
from tests.mission.serving import served
from tests.services.web.site import Site

LEDGER = "nacka.se/inflytande"


def _empty(folder: Path) -> Settings:
    chosen = settings(f"sqlite:///{folder}/story.db", LEDGER, str(folder / "keys"), {})
    engine(chosen).prepare()
    make_keys(chosen)
    return chosen


async def _told(chosen: Settings, *, illustrative: bool) -> list[RecordedEvent]:
    async with running(chosen, background=False) as ledger:
        await tell(ledger, illustrative=illustrative)
        with closing(ledger.reader()) as reader:
            return [decode(each.position, each.entry) for each in reader.entries(0, 10_000)]


Past = Callable[[str], Rows]


@pytest.fixture(scope="session")
def store(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Where the ledger is that the story is told to; the fixture `record` tells it."""
    return _empty(tmp_path_factory.mktemp("story"))


@pytest.fixture(scope="session")
def record(store: Settings) -> Sequence[RecordedEvent]:
    """Every event of the story, without filler."""
    return asyncio.run(_told(store, illustrative=False))


@pytest.fixture(scope="session")
def told(record: Sequence[RecordedEvent]) -> Rows:
    """All read models after the whole story."""
    return MemoryRows(PROJECTIONS, record)


@pytest.fixture(scope="session")
def on(record: Sequence[RecordedEvent]) -> Past:
    """All read models as of a day: `on("2015-12-15")`."""

    @cache
    def rows(day: str) -> Rows:
        return MemoryRows(PROJECTIONS, happened_by(date.fromisoformat(day), record))

    return rows


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    """Where the ledger is that the story with its filler is told to; the fixture `whole` tells it."""
    return _empty(tmp_path_factory.mktemp("filler"))


@pytest.fixture(scope="session")
def whole(filled: Settings) -> Sequence[RecordedEvent]:
    """Every event of the story with its filler."""
    return asyncio.run(_told(filled, illustrative=True))


@pytest.fixture(scope="session")
def illustrated(whole: Sequence[RecordedEvent]) -> Rows:
    """All read models after the story with its filler."""
    return MemoryRows(PROJECTIONS, whole)


@pytest.fixture(scope="session")
def site(filled: Settings, whole: Sequence[RecordedEvent]) -> Iterator[Site]:
    """The pages of the story with its filler, on a real socket, each event of it signed."""
    with served(filled, len(whole)) as found:
        yield found


@pytest.fixture
def reader(site: Site) -> Reader:
    """Somebody at the start page, who knows nothing of what is behind it."""
    return Reader(site)
