"""Whoever waits for a checkpoint has the publisher of this process make the next one sooner, and nobody else does."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.log.folder import LogFolder
from ledger.store.port import Checkpoint
from services.rpc import proving
from services.rpc.proving import Proving
from services.witness.marks import Marks


class Store:
    """Covers a position when it has been asked a few times."""

    def __init__(self) -> None:
        self.asked = 0

    def checkpoint_covering(self, _size: int) -> Checkpoint | None:
        self.asked += 1
        return Checkpoint(9, bytes(32), "") if self.asked > 3 else None


async def test_a_caller_who_waits_hurries_the_publisher_until_it_is_covered(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(proving, "COVERED_POLL_SECONDS", 0.001)
    store, hurried = Store(), 0

    async def readers(work: Callable[[Any], Any]) -> Any:
        return work(store)

    def hurry() -> None:
        nonlocal hurried
        hurried += 1

    readers_of_a_store: Any = readers
    waiting = Proving("l", readers_of_a_store, Marks(LogFolder(tmp_path, "l")), hurry)
    await waiting.covered(4)
    assert (store.asked, hurried) == (4, 3)
    await waiting.covered(4)
    assert hurried == 3, "what is covered already hurries nobody"
