"""The watch over the head says once that the store is gone, and once that it is back."""

import asyncio
import logging
from itertools import chain, repeat
from typing import cast

import pytest

from ledger.store.port import Reader, StoreUnavailable
from services import readers
from services.readers import Tail


class Flickering:
    """A store that is there, does not answer for a while, is back, and is gone again."""

    def __init__(self) -> None:
        self.asked = 0
        self.answers = chain([1, None, None, None, None, 2, None, None], repeat(3))

    def head(self) -> int:
        return 0

    def wait(self, *_: float) -> int:
        self.asked += 1
        answer = next(self.answers)
        if answer is None:
            raise StoreUnavailable("no answer")
        return answer

    def close(self) -> None:
        return


async def test_a_store_that_is_gone_is_told_once_each_time(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(readers, "WATCH_SECONDS", 0.001)
    store = Flickering()
    tail = Tail(lambda: cast(Reader, store))
    with caplog.at_level(logging.INFO, readers.__name__):
        await tail.start()
        while tail.head < 3:
            await asyncio.wait_for(tail.beyond(tail.head), 10)
        await tail.close()
    said = [record.getMessage() for record in caplog.records if record.name == readers.__name__]
    gone, back = (
        "the head cannot be watched, which is tried again until it can: no answer",
        "the head can be watched again",
    )
    assert said == [gone, back, gone, back]
    assert store.asked >= 9
