"""Nobody keeps the threads of earlier moments for themselves: lines take turns, and who is too many is told when to come."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event

import pytest

from services.web.fair import Fair
from services.web.pace import networks
from services.web.page import Page, Seen, Shown
from services.web.wrong import Busy
from tests.services.web.paged import OPENING, Paged, paged
from tests.services.web.site import Said

DAY = "2016-05-{:02}"


class Nothing:
    def close(self) -> None:
        """Close nothing."""


def working(done: list[str], name: str, go: Event) -> Callable[[Nothing], str]:
    def work(_: Nothing) -> str:
        assert go.wait(10)
        done.append(name)
        return name

    return work


async def test_lines_take_turns() -> None:
    fair, go, done = Fair(Nothing), Event(), list[str]()
    asked = [
        asyncio.create_task(fair(name[0], working(done, name, go))) for name in ("a1", "a2", "a3", "b1", "c1", "b2")
    ]
    await asyncio.sleep(0.01)
    go.set()
    assert await asyncio.gather(*asked) == ["a1", "a2", "a3", "b1", "c1", "b2"]
    assert done == ["a1", "a2", "b1", "c1", "a3", "b2"]
    await fair.close()


async def test_who_has_too_many_waiting_is_told_when_to_come_and_nobody_else_is() -> None:
    fair, go, done = Fair(Nothing, own_max=2, all_max=3), Event(), list[str]()
    asked = [asyncio.create_task(fair("a", working(done, name, go))) for name in ("a1", "a2", "a3")]
    await asyncio.sleep(0.01)
    with pytest.raises(Busy) as told:
        await fair("a", working(done, "a4", go))
    assert int(told.value.headers["Retry-After"]) >= 1
    asked.append(asyncio.create_task(fair("b", working(done, "b1", go))))
    await asyncio.sleep(0.01)
    with pytest.raises(Busy):
        await fair("c", working(done, "c1", go))  # three wait altogether
    go.set()
    await asyncio.gather(*asked)
    assert done == ["a1", "a2", "b1", "a3"]
    assert await fair("c", working(done, "c1", go)) == "c1"
    await fair.close()


async def test_who_went_away_leaves_the_line_and_what_fails_frees_the_thread() -> None:
    fair, go, done = Fair(Nothing), Event(), list[str]()

    def failing(_: Nothing) -> str:
        assert go.wait(10)
        raise ValueError("no")

    first = asyncio.create_task(fair("a", failing))
    gone = asyncio.create_task(fair("b", working(done, "gone", go)))
    last = asyncio.create_task(fair("c", working(done, "last", go)))
    await asyncio.sleep(0.01)
    gone.cancel()
    await asyncio.sleep(0.01)
    go.set()
    with pytest.raises(ValueError, match="no"):
        await first
    assert await last == "last"
    assert done == ["last"]
    await fair.close()


async def test_one_visitor_cannot_keep_the_past_from_others_nor_the_present_from_anybody(tmp_path: Path) -> None:
    go, made = Event(), list[str]()
    asyncio.get_running_loop().set_default_executor(ThreadPoolExecutor(20))  # a thread for each that asks

    def slow(seen: Seen) -> Shown:
        if seen.moment.day is not None:
            assert go.wait(20)
            made.append(seen.on)
        return {"position": seen.rows.position, "on": seen.on}

    pages = [Page("slow", "/langsam", slow)]
    async with paged(tmp_path, pages=pages, trusted=networks(["127.0.0.1"])) as found:
        await found.do(*OPENING)

        def asking(day: int, who: str) -> asyncio.Task[Said]:
            return asyncio.create_task(
                found.ask(f"/langsam.json?asof={DAY.format(day)}", X_Forwarded_For=f"203.0.113.{who}")
            )

        greedy = []
        for day in range(1, 13):
            greedy.append(asking(day, "1"))
            await asyncio.sleep(0.02)
        other = asking(20, "2")
        await _told(greedy, 7)
        assert (await found.ask("/langsam.json")).status == 200
        go.set()
        assert (await other).status == 200
        answers = [await each for each in greedy]
        assert [each.status for each in answers] == [200] * 5 + [503] * 7
        assert all(int(each.headers["retry-after"]) >= 1 for each in answers[5:])
        assert made.index(DAY.format(20)) == 2, "after what was being made, and the first of the line before"
        await _helps(found)


async def _told(asked: list[asyncio.Task[Said]], refused: int) -> None:
    for _ in range(1_000):
        if sum(each.done() for each in asked) >= refused:
            return
        await asyncio.sleep(0.01)
    raise AssertionError("nobody was told to come back")


async def _helps(found: Paged) -> None:
    """See that the page says in both languages what to do."""
    found.pages._replaying._all_max = 0
    for path, words in (("/langsam", "Försök igen om"), ("/en/langsam", "Try again in")):
        said = await found.ask(f"{path}?asof=2016-04-01")
        assert said.status == 503 and "retry-after" in said.headers
        assert words in said.text and said.headers["cache-control"] == "no-store"
