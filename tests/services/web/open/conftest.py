"""One town for all tests that only read, served."""

from collections.abc import Iterator

import pytest

from services.settings import Settings
from tests.services.web.open.town import nothing, served, town
from tests.services.web.site import Site


@pytest.fixture(scope="module")
def chosen(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return town(tmp_path_factory.mktemp("town"))


@pytest.fixture(scope="module")
def site(chosen: Settings) -> Iterator[Site]:
    with served(chosen) as found:
        yield found


@pytest.fixture(scope="module")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A ledger that nothing was recorded in."""
    with served(nothing(tmp_path_factory.mktemp("empty"))) as found:
        yield found


@pytest.fixture
def chosen_site(chosen: Settings) -> Iterator[Site]:
    """The town, served anew: nothing is kept from before."""
    with served(chosen) as found:
        yield found
