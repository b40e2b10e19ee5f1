"""The client: commands in, receipts and events out, as objects of the domain."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from functools import cache
from typing import Any
from uuid import UUID, uuid4

import grpc

from ledger.entries import decode
from ledger.log.note import VerifierKey
from ledger.messages import Command, Event, Receipt, RecordedEvent
from participation.ledger.v1 import ledger_service_pb2 as pb
from participation.ledger.v1 import ledger_service_pb2_grpc as pb_grpc
from participation.ledger.v1 import proof_service_pb2_grpc as proof_grpc
from services.client.outcomes import Refused, Unanswered, refusal_of
from services.client.proofs import proof_file, proved
from services.client.submitting import Submitter
from services.rpc.catalogue import snake
from services.rpc.mapping import CommandMap
from services.rpc.principals import ACTOR_METADATA

PATIENCE_SECONDS = 60.0
AGAIN_SECONDS = 0.2

OPTIONS: tuple[tuple[str, int], ...] = (
    ("grpc.max_receive_message_length", 4 << 20),
    ("grpc.keepalive_time_ms", 30_000),
    ("grpc.keepalive_timeout_ms", 10_000),
    # A server that was restarted is found again within a second or two.
    ("grpc.initial_reconnect_backoff_ms", 100),
    ("grpc.min_reconnect_backoff_ms", 100),
    ("grpc.max_reconnect_backoff_ms", 2_000),
)


class Client:
    """Talks to one ledger over one channel. `key` is the log's public key, pinned, for `do_proved`."""

    def __init__(
        self, channel: grpc.aio.Channel, ledger: str, actor: str | None = None, key: VerifierKey | None = None
    ) -> None:
        self.ledger, self._key = ledger, key
        self._metadata: tuple[tuple[str, str], ...] = () if actor is None else ((ACTOR_METADATA, actor),)
        self._ledger_stub: Any = pb_grpc.LedgerServiceStub(channel)
        self._proof_stub: Any = proof_grpc.ProofServiceStub(channel)
        self._submitter = Submitter(self._ledger_stub, self._metadata)
        self._map = cache(lambda kind: CommandMap(kind, ledger))

    # --- Commands -------------------------------------------------------------------------------
    async def do(
        self, command: Command, request_id: UUID | None = None, *, patience: float = PATIENCE_SECONDS
    ) -> Receipt:
        """Have a command recorded and return its receipt.

        A request id of your own, kept before the call, makes the command safe to repeat even after a crash of the
        caller. Raises Refused, or Unanswered after `patience` seconds.
        """
        request_id = request_id or uuid4()
        request = self._map(type(command)).request(command, request_id)
        asked = pb.SubmittedCommand(**{snake(type(command).__name__): request})
        return await self._submitter.ask(request_id, asked, patience)

    async def do_all(
        self, commands: Iterable[tuple[Command, UUID]], *, patience: float = PATIENCE_SECONDS
    ) -> list[Receipt | Refused | Unanswered]:
        """Have many commands recorded, in order; return the outcome of each."""
        asked = [self.do(command, request_id, patience=patience) for command, request_id in commands]
        found: list[Receipt | Refused | Unanswered] = []
        for outcome in await asyncio.gather(*asked, return_exceptions=True):
            if isinstance(outcome, BaseException) and not isinstance(outcome, Refused | Unanswered):
                raise outcome
            found.append(outcome)
        return found

    async def do_proved(
        self, command: Command, request_id: UUID | None = None, *, patience: float = PATIENCE_SECONDS
    ) -> tuple[Receipt, tuple[bytes, ...]]:
        """Have a command recorded and its receipt verified against the pinned key; return also the proof files.

        Raises ReceiptRefused when the ledger's word does not hold, Unanswered when no checkpoint came in time.
        """
        if self._key is None:
            raise ValueError("the client was made without the log's public key; give it as `key`")
        request_id = request_id or uuid4()
        try:
            async with asyncio.timeout(patience):
                receipt = await self.do(command, request_id, patience=patience)
                return receipt, await proved(self._proof_stub, self.ledger, self._key, request_id, receipt)
        except TimeoutError:
            raise Unanswered(request_id, "no checkpoint covered it in time") from None

    async def proof_file(self, position: int) -> bytes:
        """Return the `.tlog-proof` file of a position, unchecked, once a checkpoint covers it. Raises Refused."""
        return await proof_file(self._proof_stub, self.ledger, position)

    # --- Events ---------------------------------------------------------------------------------
    async def read(
        self, after: int = 0, types: Sequence[type[Event]] = (), tags: Sequence[str] = ()
    ) -> AsyncIterator[RecordedEvent]:
        """Yield the events after a position up to the end of the record. Raises Refused."""
        request = pb.ReadRequest(ledger=self.ledger, after=after, filter=_filter(types, tags))
        try:
            async for chunk in self._ledger_stub.Read(request, metadata=self._metadata):
                for each in _decoded(chunk.events):
                    yield each
        except grpc.aio.AioRpcError as error:
            raise refusal_of(error) from None

    async def follow(
        self, after: int = 0, types: Sequence[type[Event]] = (), tags: Sequence[str] = ()
    ) -> AsyncIterator[RecordedEvent]:
        """Yield the events after a position, and new ones for ever; lost streams are taken up again. Raises Refused."""
        while True:
            request = pb.SubscribeRequest(ledger=self.ledger, after=after, filter=_filter(types, tags))
            try:
                async for message in self._ledger_stub.Subscribe(request, metadata=self._metadata):
                    for each in _decoded(message.events):
                        yield each
                        after = each.position
                    after = max(after, message.checkpoint.position, message.caught_up.position)
            except grpc.aio.AioRpcError as error:
                refused = refusal_of(error)
                if not refused.passes:
                    raise refused from None
            await asyncio.sleep(AGAIN_SECONDS)

    async def close(self) -> None:
        await self._submitter.close()


def _filter(types: Sequence[type[Event]], tags: Sequence[str]) -> pb.EventFilter:
    return pb.EventFilter(types=[kind.topic for kind in types], tags=tags)


def _decoded(events: pb.Events) -> list[RecordedEvent]:
    return [decode(position, entry) for position, entry in zip(events.positions, events.entries, strict=True)]


@asynccontextmanager
async def connected(
    address: str,
    ledger: str,
    *,
    actor: str | None = None,
    key: VerifierKey | None = None,
    credentials: grpc.ChannelCredentials | None = None,
) -> AsyncIterator[Client]:
    """Connect to `host:port`; without credentials in clear text, which is for loopback only."""
    channel = (
        grpc.aio.insecure_channel(address, OPTIONS)
        if credentials is None
        else grpc.aio.secure_channel(address, credentials, OPTIONS)
    )
    async with channel:
        client = Client(channel, ledger, actor, key)
        try:
            yield client
        finally:
            await client.close()
