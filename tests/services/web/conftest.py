from collections.abc import Iterator

import pytest

from tests.ledger.log.conftest import engine, engine_name, place, published
from tests.ledger.log.published import Published
from tests.ledger.store.conftest import engine_at
from tests.services.web.site import Site, grow, served

__all__ = ["engine", "engine_name", "place", "published"]


@pytest.fixture
def grown(published: Published) -> Published:
    """A log with checkpoints of `SIZES`, and five more events."""
    return grow(published)


@pytest.fixture(scope="module", params=["sqlite", "postgres"])
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Published]:
    """Such a log, for the tests of a file that only read."""
    folder = tmp_path_factory.mktemp("log")
    sqlite = request.param == "sqlite"
    place = str(folder / "ledger.sqlite") if sqlite else request.getfixturevalue("postgres_module_url")
    engine = engine_at(request.param, place).ready()
    yield grow(Published(engine, folder / "keys"))
    engine.close()


@pytest.fixture(scope="module")
def site(kept: Published) -> Iterator[Site]:
    """That log, served."""
    with served(kept) as found:
        yield found
