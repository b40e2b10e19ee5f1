"""One Submit stream for all callers: messages of up to 500 commands, a window, and repetition after losses."""

from __future__ import annotations

import asyncio
import logging
import random
from collections import deque
from collections.abc import Sequence
from typing import Any, NamedTuple
from uuid import UUID

import grpc

from ledger.messages import Receipt
from participation.ledger.v1 import ledger_service_pb2 as pb
from participation.ledger.v1 import ledger_service_pb2_grpc as pb_grpc
from services.client.outcomes import Refused, Unanswered, refusal, refusal_of
from services.rpc.answers import receipts

MESSAGE_COMMANDS_MAX = 500
MESSAGE_BYTES_MAX = 900_000
WINDOW_MESSAGES = 4
PAUSE_SECONDS_MIN, PAUSE_SECONDS_MAX = 0.05, 2.0

log = logging.getLogger(__name__)


class Asked(NamedTuple):
    """A command on its way; `until` is the loop's time after which nobody waits any longer."""

    request_id: UUID
    command: pb.SubmittedCommand
    answer: asyncio.Future[Receipt]
    until: float


class Submitter:
    """Sends what is asked and brings back each answer to who asked."""

    def __init__(self, stub: pb_grpc.LedgerServiceAsyncStub, metadata: Sequence[tuple[str, str]]) -> None:
        self._stub, self._metadata = stub, tuple(metadata)
        self._pending: deque[Asked] = deque()
        self._unanswered: deque[list[Asked]] = deque()
        self._wake = asyncio.Event()
        self._later: set[asyncio.TimerHandle] = set()
        self._task: asyncio.Task[None] | None = None
        self._last = "no connection was made"

    async def ask(self, request_id: UUID, command: pb.SubmittedCommand, patience: float) -> Receipt:
        """Return the receipt. Raises Refused, or Unanswered after `patience` seconds."""
        if command.ByteSize() > MESSAGE_BYTES_MAX:
            raise Refused(grpc.StatusCode.RESOURCE_EXHAUSTED, "MESSAGE_TOO_LARGE", "The command is larger than 900 kB.")
        if self._task is None:
            self._task = asyncio.create_task(self._run(), name="client-submit")
        loop = asyncio.get_running_loop()
        asked = Asked(request_id, command, loop.create_future(), loop.time() + patience)
        self._pending.append(asked)
        self._wake.set()
        try:
            async with asyncio.timeout_at(asked.until):
                return await asked.answer
        except TimeoutError:
            raise Unanswered(request_id, self._last) from None

    async def close(self) -> None:
        """Stop sending; whoever still waits gets Unanswered."""
        for handle in self._later:
            handle.cancel()
        if self._task is not None:
            self._task.cancel()
            await asyncio.gather(self._task, return_exceptions=True)
        self._take_back()
        for asked in self._pending:
            if not asked.answer.done():
                asked.answer.set_exception(Unanswered(asked.request_id, "the client was closed"))
        self._pending.clear()

    # --- The stream -----------------------------------------------------------------------------
    async def _run(self) -> None:
        pause = PAUSE_SECONDS_MIN
        while True:
            await self._something()
            answered = await self._one_stream()
            self._take_back()
            # A stream that brought answers ended for an ordinary reason, such as its age.
            pause = PAUSE_SECONDS_MIN if answered else min(pause * 2, PAUSE_SECONDS_MAX)
            await asyncio.sleep(pause * random.uniform(0.5, 1.0))  # noqa: S311  spreads clients, keeps no secret

    async def _one_stream(self) -> int:
        """Send and receive until the stream ends; return how many messages were answered."""
        call: Any = self._stub.Submit(metadata=self._metadata)
        sender = asyncio.create_task(self._send(call), name="client-send")
        answered = 0
        try:
            while (response := await call.read()) is not grpc.aio.EOF:
                answered += 1
                self._settle(self._unanswered.popleft(), response)
                self._wake.set()
            self._last = f"the stream ended with {(await call.code()).name}"
        except grpc.aio.AioRpcError as error:
            refused = refusal_of(error)
            self._last = str(refused)
            if not refused.passes:
                self._fail(refused)
        finally:
            sender.cancel()
            call.cancel()
            await asyncio.gather(sender, return_exceptions=True)
        return answered

    async def _send(self, call: Any) -> None:
        while True:
            await self._something()
            if len(self._unanswered) >= WINDOW_MESSAGES:
                self._wake.clear()
                await self._wake.wait()
                continue
            await asyncio.sleep(0)  # whoever is about to ask comes along
            message = self._next()
            if message:
                # Noted before it is sent: what may have arrived must be asked about again.
                self._unanswered.append(message)
                await call.write(pb.SubmitRequest(commands=[asked.command for asked in message]))

    async def _something(self) -> None:
        while not self._pending:
            self._wake.clear()
            await self._wake.wait()

    def _next(self) -> list[Asked]:
        message: list[Asked] = []
        size = 0
        while self._pending and len(message) < MESSAGE_COMMANDS_MAX:
            asked = self._pending[0]
            size += asked.command.ByteSize() + 8
            if message and size > MESSAGE_BYTES_MAX:
                break
            self._pending.popleft()
            if not asked.answer.done():
                message.append(asked)
        return message

    # --- Answers --------------------------------------------------------------------------------
    def _settle(self, message: list[Asked], response: pb.SubmitResponse) -> None:
        for place, receipt in receipts(response).items():
            if not message[place].answer.done():
                message[place].answer.set_result(receipt)
        for each in response.refused:
            refused = refusal(each.status)
            if refused.passes and refused.retry is not None:
                self._again(message[each.place], refused)
            elif not message[each.place].answer.done():
                message[each.place].answer.set_exception(refused)

    def _again(self, asked: Asked, refused: Refused) -> None:
        """Ask again when the ledger says that makes sense."""
        self._last = str(refused)
        handle: asyncio.TimerHandle

        def put_back() -> None:
            self._later.discard(handle)
            self._pending.append(asked)
            self._wake.set()

        handle = asyncio.get_running_loop().call_later(min(refused.retry or 0.0, PAUSE_SECONDS_MAX), put_back)
        self._later.add(handle)

    def _take_back(self) -> None:
        """Put what was not answered first in line again, in the order it was asked; forget what nobody waits for."""
        while self._unanswered:
            self._pending.extendleft(reversed(self._unanswered.pop()))
        self._pending = deque(asked for asked in self._pending if not asked.answer.done())

    def _fail(self, refused: Refused) -> None:
        """Answer everybody whose command was on a stream that will never be taken."""
        for message in self._unanswered:
            for asked in message:
                if not asked.answer.done():
                    asked.answer.set_exception(refused)
        self._unanswered.clear()
