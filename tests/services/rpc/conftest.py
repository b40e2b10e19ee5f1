from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.services.rpc.face import Face, served


@pytest.fixture
async def face(tmp_path: Path) -> AsyncIterator[Face]:
    """A server over a new ledger in SQLite."""
    async with served(tmp_path) as found:
        yield found
