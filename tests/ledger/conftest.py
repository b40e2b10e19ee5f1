"""Both engines, and a town on each: what tests of the application and of whole ledgers ask for."""

from collections.abc import AsyncIterator, Iterator

import pytest

from ledger.vault.kek import LocalKek
from ledger.vault.keys import KeyStore
from tests.ledger.asking import Town
from tests.ledger.store.conftest import Engine, engine, engine_name, place

__all__ = ["engine", "engine_name", "keys", "place", "town"]


@pytest.fixture
def keys() -> Iterator[KeyStore]:
    with KeyStore(":memory:", LocalKek("2016-05", bytes(range(32)))) as store:
        yield store


@pytest.fixture
async def town(engine: Engine, keys: KeyStore) -> AsyncIterator[Town]:
    made = Town(engine, keys)
    yield made
    await made.close()
