"""A ledger on each engine for the fault tests, and a seed that every failure prints."""

import os
import random
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.faults.bench import Bench
from tests.ledger.store.conftest import engine_name

__all__ = ["bench", "engine_name", "seed"]


@pytest.fixture
def seed() -> int:
    """Drawn anew for every run; LIGGARE_SEED repeats one."""
    return int(os.environ.get("LIGGARE_SEED") or random.SystemRandom().randrange(10**6))


@pytest.fixture
async def bench(engine_name: str, request: pytest.FixtureRequest, tmp_path: Path, seed: int) -> AsyncIterator[Bench]:
    path = tmp_path / "ledger.sqlite"
    store = f"sqlite:///{path}" if engine_name == "sqlite" else request.getfixturevalue("postgres_module_url")
    made = Bench(store, tmp_path, seed)
    await made.open()
    yield made
    made.kill()
