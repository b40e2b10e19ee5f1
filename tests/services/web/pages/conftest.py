from collections.abc import Iterator

import pytest

from tests.services.web.pages.audited import audited
from tests.services.web.site import Site


@pytest.fixture(scope="package")
def audit(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A small ledger with something to audit, for tests that only read."""
    with audited(tmp_path_factory.mktemp("audited")) as site:
        yield site


@pytest.fixture(scope="package")
def empty(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """A ledger in which nothing was recorded."""
    with audited(tmp_path_factory.mktemp("empty"), ()) as site:
        yield site
