"""Submit: many commands on one stream, with a window, each decided for itself, answered in order."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ledger.messages import Receipt, Rejection, Submission
from ledger.outcomes import Outcome
from ledger.store.committer import Overloaded, Stopped
from participation.ledger.v1 import ledger_service_pb2 as pb
from participation.ledger.v1 import record_pb2
from services.rpc.answers import columns
from services.rpc.catalogue import snake
from services.rpc.chain import Context, language, principal
from services.rpc.committing import Committing, Lane
from services.rpc.drain import Drain
from services.rpc.mapping import CommandMap
from services.rpc.refusals import FieldsInvalid, MessageSizeWrong, WaitNotInSubmit, field_invalid

WINDOW_MESSAGES = 8
COMMANDS_MAX = 1_000
OVERLOAD_SECONDS_MAX = 10.0
OVERLOAD_PAUSE_SECONDS = 0.02
WAITS = frozenset({record_pb2.WAIT_FOR_UNSPECIFIED, record_pb2.WAIT_FOR_RECORDED})


@dataclass(slots=True)
class Taken:
    """One message on its way: what was refused at once by place, and the outcomes of the rest."""

    size: int
    refused: dict[int, BaseException] = field(default_factory=dict)
    submissions: list[Submission] = field(default_factory=list)
    waiting: asyncio.Future[list[Outcome]] | None = None

    async def outcomes(self) -> list[Receipt | BaseException]:
        """Wait for the decisions; an error that befalls the whole message stands at each place."""
        decided: Sequence[Receipt | BaseException] = ()
        if self.waiting is not None:
            try:
                decided = await self.waiting
            except Exception as error:
                decided = [error] * len(self.submissions)
        rest = iter(decided)
        return [self.refused[place] if place in self.refused else next(rest) for place in range(self.size)]


class SubmitHandler:
    """Takes messages from streams; every stream keeps its own order."""

    def __init__(self, maps: Mapping[str, CommandMap], committer: Committing, drain: Drain) -> None:
        self._maps = {snake(name): commands for name, commands in maps.items()}
        self._committer, self._drain = committer, drain

    async def submit(self, requests: AsyncIterator[pb.SubmitRequest], context: Context) -> AsyncIterator[Any]:
        """Answer each message with one, in order."""
        taken: asyncio.Queue[Taken | None] = asyncio.Queue()
        window, spoken = asyncio.Semaphore(WINDOW_MESSAGES), language(context)
        reader = asyncio.create_task(self._take(requests, self._committer.lane(), taken, window), name="submit")
        try:
            with self._drain.ending(reader):
                while (message := await taken.get()) is not None:
                    yield columns(await message.outcomes(), spoken)
                    window.release()
            if self._drain.started:
                raise Stopped("the server is stopping")
            await reader
        finally:
            # What was taken is recorded all the same: the committer owns it.
            reader.cancel()

    async def _take(
        self,
        requests: AsyncIterator[pb.SubmitRequest],
        lane: Lane,
        taken: asyncio.Queue[Taken | None],
        window: asyncio.Semaphore,
    ) -> None:
        actor = principal().actor
        try:
            await window.acquire()
            async for request in requests:
                message = self._read(request, actor)
                if message.submissions:
                    message.waiting = await _submitted(lane, message.submissions)
                taken.put_nowait(message)
                await window.acquire()
        finally:
            taken.put_nowait(None)

    def _read(self, request: pb.SubmitRequest, actor: str) -> Taken:
        commands = request.commands
        message = Taken(len(commands))
        if not 1 <= message.size <= COMMANDS_MAX:
            raise MessageSizeWrong(most=COMMANDS_MAX, commands=message.size)
        for place, command in enumerate(commands):
            try:
                message.submissions.append(self._submission(command, actor))
            except (Rejection, FieldsInvalid) as error:
                message.refused[place] = error
        return message

    def _submission(self, command: pb.SubmittedCommand, actor: str) -> Submission:
        name = command.WhichOneof("command")
        if name is None:
            raise field_invalid("command", "is missing; set one of the commands", "missing")
        request = getattr(command, name)
        if request.wait_for not in WAITS:
            known = record_pb2.WaitFor.DESCRIPTOR.values_by_number.get(request.wait_for)
            raise WaitNotInSubmit(wait_for=known.name if known else request.wait_for)
        return self._maps[name].submission(request, actor)


async def _submitted(lane: Lane, submissions: list[Submission]) -> asyncio.Future[list[Outcome]]:
    """Queue the submissions. While the queue is full nothing more is read, so the sender waits too."""
    given_up = asyncio.get_running_loop().time() + OVERLOAD_SECONDS_MAX
    while True:
        waiting = asyncio.ensure_future(lane.submit(submissions))
        # The first step of `submit` takes them or refuses; a task runs it on the next turn of the loop.
        await asyncio.sleep(0)
        full = waiting.done() and not waiting.cancelled() and isinstance(waiting.exception(), Overloaded)
        if not full or asyncio.get_running_loop().time() > given_up:
            return waiting
        await asyncio.sleep(OVERLOAD_PAUSE_SECONDS)
