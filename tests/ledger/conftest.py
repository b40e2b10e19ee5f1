"""Both engines, and a town on each: what tests of the application and of whole ledgers ask for."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from ledger.vault.kek import LocalKek
from ledger.vault.keys import KeyStore
from tests.ledger.asking import Town
from tests.ledger.store.conftest import engine_at, engine_name

__all__ = ["engine_name", "keys", "town"]


@pytest.fixture
def keys() -> Iterator[KeyStore]:
    with KeyStore(":memory:", LocalKek("2016-05", bytes(range(32)))) as store:
        yield store


@pytest.fixture
async def town(engine_name: str, keys: KeyStore, request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Town]:
    """A new ledger; on PostgreSQL the ledgers of one file of tests share a database."""
    sqlite = engine_name == "sqlite"
    place = str(tmp_path / "ledger.sqlite") if sqlite else request.getfixturevalue("postgres_module_url")
    engine = engine_at(engine_name, place)
    made = Town(engine, keys)
    yield made
    await made.close()
    engine.close()
