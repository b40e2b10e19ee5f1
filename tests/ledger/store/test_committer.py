"""The queue between callers and the record: groups, bounds, cancellation, the end."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Sequence
from datetime import datetime
from uuid import UUID, uuid4

import pytest

from ledger.ballots import VoteCast
from ledger.clock import ClockJumped
from ledger.messages import Receipt, Submission
from ledger.outcomes import Outcome
from ledger.store import committer as module
from ledger.store.committer import Committer, Lanes, Overloaded, Stopped
from ledger.store.port import GROUP_SUBMISSIONS_MAX, StoreFull
from tests.ledger.asking import Town, accepted, asked, ballot, vote

REQUEST = UUID(int=1)


class Executor:
    """Answers every submission with its ordinal, when it is let."""

    def __init__(self) -> None:
        self.groups: list[list[Submission]] = []
        self.open = asyncio.Event()
        self.open.set()
        self.error: Exception | None = None

    async def execute(self, submissions: Sequence[Submission]) -> list[Outcome]:
        self.groups.append(list(submissions))
        await self.open.wait()
        if self.error is not None:
            raise self.error
        return [Receipt(int(each.command.occurred or 0), (), (), "") for each in submissions]


def numbered(*numbers: int) -> list[Submission]:
    return [asked(vote("v").model_copy(update={"occurred": str(number)})) for number in numbers]


def firsts(outcomes: Sequence[Outcome]) -> list[int]:
    return [receipt.first for receipt in accepted(outcomes)]


@pytest.fixture
def executor() -> Executor:
    return Executor()


@pytest.fixture
async def committer(executor: Executor) -> AsyncIterator[Committer]:
    made = Committer(executor.execute)
    made.start()
    yield made
    executor.open.set()
    await made.close()


async def settled() -> None:
    """Let every task run until it waits for something."""
    for _ in range(10):
        await asyncio.sleep(0)


# --- Groups -----------------------------------------------------------------------------------
async def test_what_queues_while_a_group_is_recorded_becomes_the_next(committer: Committer, executor: Executor) -> None:
    executor.open.clear()
    callers = [asyncio.create_task(committer.submit(numbered(1)))]
    await settled()
    callers += [asyncio.create_task(committer.submit(numbered(n, n + 1))) for n in (2, 4, 6)]
    await settled()
    assert [len(group) for group in executor.groups] == [1]
    executor.open.set()
    assert [firsts(outcomes) for outcomes in await asyncio.gather(*callers)] == [[1], [2, 3], [4, 5], [6, 7]]
    assert [len(group) for group in executor.groups] == [1, 6]
    assert [each.command.occurred for each in executor.groups[1]] == ["2", "3", "4", "5", "6", "7"]


async def test_a_group_has_its_bound_and_keeps_what_came_together(committer: Committer, executor: Executor) -> None:
    executor.open.clear()
    first = asyncio.create_task(committer.submit(numbered(0)))
    await settled()
    sizes = [GROUP_SUBMISSIONS_MAX - 1, 1, 2, GROUP_SUBMISSIONS_MAX + 1, 1]
    callers = [asyncio.create_task(committer.submit(numbered(*range(size)))) for size in sizes]
    await settled()
    executor.open.set()
    outcomes = await asyncio.gather(first, *callers)
    assert [len(each) for each in outcomes] == [1, *sizes]
    assert [len(group) for group in executor.groups] == [1, GROUP_SUBMISSIONS_MAX, 2, GROUP_SUBMISSIONS_MAX + 1, 1]


async def test_a_submit_of_nothing_is_answered_with_nothing(committer: Committer) -> None:
    assert await committer.submit([]) == []


async def test_many_callers_are_gathered_into_few_groups(committer: Committer, executor: Executor) -> None:
    async def caller(number: int) -> list[int]:
        return [firsts(await committer.submit(numbered(number)))[0] for _ in range(5)]

    found = await asyncio.gather(*map(caller, range(100)))
    assert found == [[number] * 5 for number in range(100)]
    assert len(executor.groups) < 50


# --- Bounds and ends --------------------------------------------------------------------------
async def test_a_full_queue_takes_nothing_and_says_so(
    committer: Committer, executor: Executor, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "QUEUE_SUBMISSIONS_MAX", 3)
    executor.open.clear()
    first = asyncio.create_task(committer.submit(numbered(1)))
    await settled()
    queued = asyncio.create_task(committer.submit(numbered(2, 3, 4)))
    await settled()
    with pytest.raises(Overloaded, match="same request ids"):
        await committer.submit(numbered(5))
    executor.open.set()
    assert [firsts(each) for each in await asyncio.gather(first, queued)] == [[1], [2, 3, 4]]
    assert firsts(await committer.submit(numbered(5))) == [5]
    assert "5" not in [each.command.occurred for group in executor.groups[:-1] for each in group]


async def test_the_end_answers_everything_queued_and_takes_nothing_more(executor: Executor) -> None:
    committer = Committer(executor.execute)
    committer.start()
    executor.open.clear()
    first = asyncio.create_task(committer.submit(numbered(1)))
    await settled()
    queued = [asyncio.create_task(committer.submit(numbered(n))) for n in range(2, 30)]
    await settled()
    closing = asyncio.create_task(committer.close())
    await settled()
    with pytest.raises(Stopped, match="another"):
        await committer.submit(numbered(99))
    assert not closing.done()
    executor.open.set()
    await closing
    assert [firsts(each) for each in await asyncio.gather(first, *queued)] == [[n] for n in range(1, 30)]
    with pytest.raises(Stopped):
        await committer.submit(numbered(99))


async def test_an_idle_committer_ends_at_once(executor: Executor) -> None:
    committer = Committer(executor.execute)
    committer.start()
    await settled()
    await asyncio.wait_for(committer.close(), 1)
    await asyncio.wait_for(Committer(executor.execute).close(), 1)


@pytest.mark.parametrize("error", [StoreFull("no space"), ClockJumped("by 2:00:00"), RuntimeError("a bug")])
async def test_what_the_record_says_goes_to_everybody_waiting_and_the_work_goes_on(
    committer: Committer, executor: Executor, error: Exception
) -> None:
    executor.open.clear()
    first = asyncio.create_task(committer.submit(numbered(1)))
    await settled()
    callers = [asyncio.create_task(committer.submit(numbered(n))) for n in (2, 3)]
    await settled()
    executor.error = error
    executor.open.set()
    assert await asyncio.gather(first, *callers, return_exceptions=True) == [error] * 3
    executor.error = None
    assert firsts(await committer.submit(numbered(4))) == [4]


async def test_a_cancelled_caller_takes_nobody_along(committer: Committer, executor: Executor) -> None:
    executor.open.clear()
    running = asyncio.create_task(committer.submit(numbered(1)))
    await settled()
    waiting, other = (asyncio.create_task(committer.submit(numbered(n))) for n in (2, 3))
    await settled()
    running.cancel()
    waiting.cancel()
    await settled()
    executor.open.set()
    assert firsts(await other) == [3]
    assert running.cancelled() and waiting.cancelled()
    assert [each.command.occurred for group in executor.groups for each in group] == ["1", "2", "3"]
    executor.error = StoreFull("no space")
    gone = asyncio.create_task(committer.submit(numbered(4)))
    await settled()
    gone.cancel()
    await asyncio.sleep(0.02)
    executor.error = None
    assert firsts(await committer.submit(numbered(5))) == [5]


# --- On a real record ---------------------------------------------------------------------------
@pytest.fixture
async def office(town: Town) -> AsyncIterator[Committer]:
    made = Committer(town.first.execute)
    made.start()
    yield made
    await made.close()


async def test_the_commit_of_a_cancelled_caller_is_found_by_its_request_id(town: Town, office: Committer) -> None:
    accepted(await office.submit([asked(ballot())]))
    caller = asyncio.create_task(office.submit([asked(vote("v"), REQUEST)]))
    await settled()
    caller.cancel()
    await asyncio.gather(caller, return_exceptions=True)
    (receipt,) = accepted(await office.submit([asked(vote("v"), REQUEST)]))
    assert (receipt.first, receipt.repeated) == (2, True)
    assert town.reader.head() == 2


async def test_two_hundred_callers_each_get_their_own_receipt(town: Town, office: Committer) -> None:
    accepted(await office.submit([asked(ballot())]))

    async def caller(number: int) -> tuple[str, int]:
        (receipt,) = accepted(await office.submit([asked(vote(f"v{number}"))]))
        return f"v{number}", receipt.first

    found = dict(await asyncio.gather(*map(caller, range(200))))
    recorded = {event.voter: each.position for each in town.recorded() if isinstance(event := each.event, VoteCast)}
    assert found == recorded
    assert sorted(found.values()) == list(range(2, 202))


async def test_a_jump_of_the_clock_reaches_the_caller_and_ends_with_it(town: Town, office: Committer) -> None:
    right: Callable[[], datetime] = town.first._now

    def jumped() -> datetime:
        raise ClockJumped("the clock jumped by 2:00:00")

    town.first._now = jumped
    with pytest.raises(ClockJumped):
        await office.submit([asked(ballot())])
    town.first._now = right
    accepted(await office.submit([asked(ballot())]))


async def test_lanes_are_writers_of_their_own_on_one_record(town: Town) -> None:
    lanes = Lanes([Committer(town.application().execute) for _ in range(2)])
    lanes.start()
    accepted(await lanes.submit([asked(ballot(revote=False))]))
    ways = (lanes.submit, lanes.lane().submit)
    outcomes = await asyncio.gather(*[ways[n // 50]([asked(vote(f"v{n % 50}"), uuid4())]) for n in range(100)])
    assert sum(isinstance(outcome, Receipt) for (outcome,) in outcomes) == 50
    voters = [event.voter for each in town.recorded() if isinstance(event := each.event, VoteCast)]
    assert sorted(voters) == sorted({f"v{n}" for n in range(50)})
    await lanes.close()
    with pytest.raises(Stopped):
        await lanes.submit([asked(vote("x"))])
