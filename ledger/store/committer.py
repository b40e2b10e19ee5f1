"""Group commit: producers wait, one committer drains what has queued and executes it as one group.

A plain loop: drain, execute, answer. While a group waits for its flush the next one gathers, so the
group size follows the load. `Lanes` joins several such loops in one process.
"""

from __future__ import annotations

import asyncio
import logging
import time
from collections import deque
from collections.abc import Awaitable, Callable, Sequence
from typing import NamedTuple

from ledger.messages import Submission
from ledger.outcomes import Outcome
from ledger.store.port import GROUP_SUBMISSIONS_MAX

QUEUE_SUBMISSIONS_MAX = 20_000
PACE_SECONDS = 0.005
PACE_FROM_SUBMISSIONS = 2
PACE_UNLESS_SUBMISSIONS = 256

log = logging.getLogger(__name__)


class Overloaded(Exception):
    """The queue is full; nothing was taken. Wait a moment and send the same request ids again."""


class Stopped(Exception):
    """The server is stopping; nothing was taken. Send the same request ids to another server."""


class Waiting(NamedTuple):
    """Submissions of one caller and where their outcomes go."""

    submissions: Sequence[Submission]
    answer: asyncio.Future[list[Outcome]]


class Committer:
    """The one queue between all callers of a process and the record.

    `execute` takes up to 2,000 submissions and returns their outcomes in order. A `paced` committer
    pauses a little between groups while single callers come in, and never for one alone.
    """

    def __init__(
        self, execute: Callable[[Sequence[Submission]], Awaitable[list[Outcome]]], *, paced: bool = False
    ) -> None:
        self._execute, self._paced = execute, paced
        self._queue: deque[Waiting] = deque()
        self.waiting = 0
        """Submissions queued and not yet taken up."""
        self._wake = asyncio.Event()
        self._stopping = False
        self._task: asyncio.Task[None] | None = None

    def start(self) -> None:
        self._task = asyncio.create_task(self._run(), name="committer")

    async def close(self) -> None:
        """Answer everything queued, then stop."""
        self._stopping = True
        self._wake.set()
        if self._task is not None:
            await self._task

    async def submit(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """Wait until the submissions are decided and durable; return their outcomes in order.

        Raises Overloaded or Stopped when nothing was taken, and what `execute` raises. Cancelling
        the caller does not cancel the commit.
        """
        if self._stopping:
            raise Stopped("the server is stopping; send the request to another one")
        if self.waiting + len(submissions) > QUEUE_SUBMISSIONS_MAX:
            raise Overloaded("the queue is full; wait a moment and send the same request ids again")
        answer: asyncio.Future[list[Outcome]] = asyncio.get_running_loop().create_future()
        self._queue.append(Waiting(submissions, answer))
        self.waiting += len(submissions)
        self._wake.set()
        return await answer

    async def _run(self) -> None:
        started, size = 0.0, 0
        while await self._something():
            if self._paced and size >= PACE_FROM_SUBMISSIONS:
                await self._pause(started)
            started = time.monotonic()
            group = self._drain()
            size = sum(len(waiting.submissions) for waiting in group)
            await self._commit(group)

    async def _pause(self, started: float) -> None:
        """Let single callers gather into a group worth its flush, unless one has gathered already."""
        pause = started + PACE_SECONDS - time.monotonic()
        if self.waiting < PACE_UNLESS_SUBMISSIONS and pause > 0:
            await asyncio.sleep(pause)

    async def _something(self) -> bool:
        """Wait for work; tell whether there is any, which is false only at the end."""
        while not self._queue and not self._stopping:
            self._wake.clear()
            await self._wake.wait()
        return bool(self._queue)

    def _drain(self) -> list[Waiting]:
        group: list[Waiting] = []
        size = 0
        while self._queue and (not group or size + len(self._queue[0].submissions) <= GROUP_SUBMISSIONS_MAX):
            waiting = self._queue.popleft()
            size += len(waiting.submissions)
            group.append(waiting)
        self.waiting -= size
        return group

    async def _commit(self, group: Sequence[Waiting]) -> None:
        submissions = [submission for waiting in group for submission in waiting.submissions]
        try:
            outcomes = await self._execute(submissions)
        except Exception as error:
            log.warning("group failed submissions=%d error=%s", len(submissions), type(error).__name__)
            for waiting in group:
                if not waiting.answer.done():
                    waiting.answer.set_exception(error)
            return
        start = 0
        for waiting in group:
            end = start + len(waiting.submissions)
            if not waiting.answer.done():
                waiting.answer.set_result(outcomes[start:end])
            start = end


class Lanes:
    """Several committers of one process, each with a connection of its own.

    The first takes single callers, who gather into larger groups together; the others take streams,
    so that while one waits for its flush another decides. To the store they are as separate as two
    processes. A caller whose order matters, such as one stream, keeps to one lane.
    """

    def __init__(self, committers: Sequence[Committer]) -> None:
        self._committers = tuple(committers)
        self._single = self._committers[0]
        self._streams = self._committers[1:] or self._committers

    def start(self) -> None:
        for committer in self._committers:
            committer.start()

    async def close(self) -> None:
        """Answer everything queued in every lane, then stop."""
        for committer in self._committers:
            await committer.close()

    def lane(self) -> Committer:
        """Return the lane for a stream, that with the least waiting."""
        return min(self._streams, key=lambda committer: committer.waiting)

    async def submit(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """Submit for a single caller; see Committer.submit."""
        return await self._single.submit(submissions)
