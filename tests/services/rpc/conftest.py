from collections.abc import AsyncIterator

import pytest
import pytest_asyncio

from tests.services.rpc.face import Face, served


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def face(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Face]:
    """A server over a ledger in SQLite that the tests of one file share."""
    async with served(tmp_path_factory.mktemp("ledger")) as found:
        yield found
