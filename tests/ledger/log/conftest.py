"""A ledger with its folder of keys, on both engines."""

from pathlib import Path

import pytest

from tests.ledger.log.published import Published
from tests.ledger.store.conftest import Engine, engine, engine_name, place

__all__ = ["engine", "engine_name", "place"]


@pytest.fixture
def published(engine: Engine, tmp_path: Path) -> Published:
    return Published(engine.ready("test"), tmp_path / "keys")
