"""Engines for the machinery's tests."""

from collections.abc import Callable
from typing import cast

import pytest

from ledger.store import postgres
from tests.projections.synthetic import Engine, postgres_engine, sqlite_engine


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def new_engine(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Engine]:
    """A function that returns an empty ledger, on each engine in turn."""
    if request.param == "sqlite":
        folder = tmp_path_factory.mktemp("rows")
        return lambda: sqlite_engine(folder)
    url = cast(str, request.getfixturevalue("postgres_module_url"))
    postgres.migrate(url)
    return lambda: postgres_engine(url)


@pytest.fixture
def engine(new_engine: Callable[[], Engine]) -> Engine:
    return new_engine()
