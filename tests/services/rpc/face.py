"""A real server on a socket, and short ways to ask it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from uuid import uuid4

import grpc
from google.rpc.error_details_pb2 import BadRequest, ErrorInfo, LocalizedMessage, RetryInfo
from google.rpc.status_pb2 import Status

from ledger.log.note import VerifierKey
from participation.ledger.v1 import ballots_pb2, ledger_service_pb2
from services.bootstrap import Running, running
from services.engines import engine
from services.keys import make_keys
from services.rpc.catalogue import message_class, methods
from services.rpc.chain import Guard
from services.rpc.server import Listening, Server, serving
from services.settings import settings

LEDGER = "nacka.se/inflytande"
V1 = "/participation.ledger.v1."


@dataclass(frozen=True)
class Face:
    """A served ledger and a channel to it."""

    ledger: Running
    server: Server
    channel: grpc.aio.Channel

    @property
    def address(self) -> str:
        return f"127.0.0.1:{self.server.port}"

    def method(self, path: str) -> Any:
        """Return the callable of `Service/Method`, of whichever kind."""
        method = methods()[V1 + path if "." not in path else "/" + path]
        descriptor = method.descriptor
        kinds = {
            (False, False): self.channel.unary_unary,
            (False, True): self.channel.unary_stream,
            (True, False): self.channel.stream_unary,
            (True, True): self.channel.stream_stream,
        }
        make: Any = kinds[descriptor.client_streaming, descriptor.server_streaming]
        return make(
            method.path,
            request_serializer=lambda message: message if isinstance(message, bytes) else message.SerializeToString(),
            response_deserializer=message_class(descriptor.output_type).FromString,
        )

    async def open_ballot(self, **fields: Any) -> str:
        """Open a ballot of its own and return its id."""
        ballot = f"b-{uuid4()}"
        given: dict[str, Any] = {
            "rule": ballots_pb2.BALLOT_RULE_YES_NO_ABSTAIN,
            "question": "En tryggare skolväg?",
        } | fields
        await self.method("BallotService/OpenBallot")(
            ballots_pb2.OpenBallotRequest(ledger=LEDGER, request_id=str(uuid4()), ballot=ballot, **given)
        )
        return ballot

    async def key(self) -> VerifierKey:
        """Return the log's public key, once the publisher has made one."""
        while (found := self.ledger.parts.folder.verifier()) is None:  # noqa: ASYNC110  nobody tells
            await asyncio.sleep(0.02)
        return found

    def head(self) -> int:
        with closing(self.ledger.reader()) as reader:
            return reader.head()


def vote(voter: str = "v1", **fields: Any) -> ballots_pb2.CastVoteRequest:
    given: dict[str, Any] = {
        "ledger": LEDGER,
        "request_id": str(uuid4()),
        "ballot": "nowhere",
        "choice": ballots_pb2.VOTE_CHOICE_YES,
    } | fields
    return ballots_pb2.CastVoteRequest(voter=voter, **given)


def message(*votes: ballots_pb2.CastVoteRequest) -> ledger_service_pb2.SubmitRequest:
    return ledger_service_pb2.SubmitRequest(
        commands=[ledger_service_pb2.SubmittedCommand(cast_vote=each) for each in votes]
    )


@asynccontextmanager
async def served(
    folder: Path,
    *,
    store: str | None = None,
    guard: Guard | None = None,
    address: str = "127.0.0.1:0",
    admin: str | None = None,
) -> AsyncIterator[Face]:
    """Serve the ledger in a store, by default SQLite, making it when it is not there; its keys lie in `folder`."""
    where = settings(store or f"sqlite:///{folder}/ledger.db", LEDGER, str(folder / "keys"), environment={})
    engine(where).prepare()
    make_keys(where)
    listening = Listening(address, admin, guard=guard or Guard())
    async with (
        running(where) as ledger,
        serving(ledger, listening) as server,
        grpc.aio.insecure_channel(f"127.0.0.1:{server.port}") as channel,
    ):
        yield Face(ledger, server, channel)


@dataclass(frozen=True)
class Told:
    """A status taken apart."""

    code: grpc.StatusCode
    reason: str
    metadata: dict[str, str]
    fields: dict[str, str]
    sentences: dict[str, str]
    retry: float | None


def told(error: grpc.aio.AioRpcError | Status) -> Told:
    """Return what an error says, having checked what every error must have."""
    if isinstance(error, grpc.aio.AioRpcError):
        raw = dict(error.trailing_metadata() or ())["grpc-status-details-bin"]
        assert isinstance(raw, bytes)
        status = Status.FromString(raw)
        assert status.code == error.code().value[0]
        assert status.message == error.details()
    else:
        status = error
    info, bad, retry = ErrorInfo(), BadRequest(), RetryInfo()
    sentences: dict[str, str] = {}
    for detail in status.details:
        localized = LocalizedMessage()
        if detail.Unpack(localized):
            sentences[localized.locale] = localized.message
        else:
            assert detail.Unpack(info) or detail.Unpack(bad) or detail.Unpack(retry)
    assert info.domain == "liggare"
    assert info.reason
    assert all(sentences.values())
    code = next(code for code in grpc.StatusCode if code.value[0] == status.code)
    assert code not in {grpc.StatusCode.INTERNAL, grpc.StatusCode.UNKNOWN}
    fields = {each.field: each.description for each in bad.field_violations}
    seconds = retry.retry_delay.ToTimedelta().total_seconds() if retry.HasField("retry_delay") else None
    return Told(code, info.reason, dict(info.metadata), fields, sentences, seconds)


async def refused(call: Any) -> Told:
    """Return what the error of a call says; fail when it is accepted."""
    try:
        if hasattr(call, "__aiter__"):
            async for _ in call:
                pass
        else:
            await call
    except grpc.aio.AioRpcError as error:
        return told(error)
    raise AssertionError("the call was accepted")
