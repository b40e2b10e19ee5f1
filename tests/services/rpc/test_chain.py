"""What stands around every call: order of the steps, all four kinds of handlers, and nothing that escapes as UNKNOWN."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from typing import Any

import grpc
import pytest
from pydantic import BaseModel, ValidationError

from ledger.clock import ClockJumped
from ledger.outcomes import Aborted, CommandTooLarge
from ledger.store.committer import Overloaded, Stopped
from ledger.store.port import ClockBehind, Conflict, RequestRaced, StoreFull, StoreUnavailable, StoreUnfit
from projections.rows.port import NotReached
from services.rpc.chain import Chain, Guard, principal
from services.rpc.errors import fitted, status_of
from services.rpc.limits import RateLimit
from services.rpc.principals import Principal, StatedActor
from services.rpc.refusals import FieldsInvalid, RateExceeded, ScopeMissing, Violation, field_invalid
from tests.services.rpc.face import refused, served, told, vote

C = grpc.StatusCode
READ = "/participation.ledger.v1.LedgerService/Read"


# --- Errors -----------------------------------------------------------------------------------
class Strict(BaseModel):
    number: int


def invalid() -> ValidationError:
    try:
        Strict.model_validate({"number": "x"})
    except ValidationError as error:
        return error
    raise AssertionError


@pytest.mark.parametrize(
    "error, code, reason, retries",
    [
        (CommandTooLarge(), C.INVALID_ARGUMENT, "COMMAND_TOO_LARGE", False),
        (invalid(), C.INVALID_ARGUMENT, "FIELDS_INVALID", False),
        (field_invalid("text", "is empty"), C.INVALID_ARGUMENT, "FIELDS_INVALID", False),
        (Aborted(), C.ABORTED, "CONTENDED", True),
        (Conflict([1]), C.ABORTED, "CONTENDED", True),
        (RequestRaced(), C.ABORTED, "CONTENDED", True),
        (Overloaded(), C.RESOURCE_EXHAUSTED, "OVERLOADED", True),
        (RateExceeded(0.25), C.RESOURCE_EXHAUSTED, "RATE_EXCEEDED", True),
        (StoreFull(), C.RESOURCE_EXHAUSTED, "STORE_FULL", True),
        (StoreUnavailable(), C.UNAVAILABLE, "STORE_UNAVAILABLE", True),
        (StoreUnfit(), C.UNAVAILABLE, "STORE_UNFIT", True),
        (ClockJumped(), C.UNAVAILABLE, "CLOCK_JUMPED", True),
        (ClockBehind(), C.UNAVAILABLE, "CLOCK_BEHIND", True),
        (Stopped(), C.UNAVAILABLE, "SERVER_STOPPING", True),
        (TimeoutError(), C.DEADLINE_EXCEEDED, "DEADLINE_EXCEEDED", False),
        (NotReached(9, 4), C.OUT_OF_RANGE, "POSITION_NOT_REACHED", False),
        (ScopeMissing(scope="a.b", method="/c"), C.PERMISSION_DENIED, "SCOPE_MISSING", False),
    ],
)
def test_every_expected_error_has_its_status(error: Exception, code: C, reason: str, retries: bool) -> None:
    found = told(status_of(error))
    assert (found.code, found.reason) == (code, reason)
    assert (found.retry is not None) is retries
    assert set(found.sentences) == {"sv", "en"}


def test_an_error_of_our_own_shows_an_id_and_no_detail(caplog: pytest.LogCaptureFixture) -> None:
    status = status_of(KeyError("secret"))
    assert status.code == C.INTERNAL.value[0]
    assert "secret" not in str(status)
    assert status.message.split("id ")[1].split(".")[0] in caplog.text


def test_an_answer_that_is_too_long_gives_up_violations_first() -> None:
    many = FieldsInvalid([Violation(f"votes[{n}].{'x' * 100}", "y" * 200, "pattern") for n in range(400)])
    status = fitted(status_of(many))
    assert status.ByteSize() <= 5_000
    assert told(status).fields


# --- The steps --------------------------------------------------------------------------------
class Steps:
    """Notes which step was asked, and refuses at one of them."""

    def __init__(self, refuse: str = "") -> None:
        self.asked: list[str] = []
        self._refuse = refuse

    def authenticate(self, metadata: Mapping[str, str]) -> Principal:
        self.asked.append("authentication")
        return StatedActor()(metadata)

    def grants(self, _caller: Principal, scope: str) -> bool:
        self.asked.append(f"authorisation {scope}")
        return self._refuse != "authorisation"

    def take(self, caller: str) -> None:
        self.asked.append(f"rate {caller}")
        if self._refuse == "rate":
            raise RateExceeded(2.0)

    def guard(self, seconds: float = 10.0) -> Guard:
        return Guard(self.authenticate, self.grants, self, seconds)  # type: ignore[arg-type]


async def fail(*_: Any) -> Any:
    raise StoreUnavailable("gone")


async def fail_streaming(*_: Any) -> AsyncIterator[Any]:
    yield b"the beginning"
    raise StoreUnavailable("gone")


async def answer(request: Any, _context: Any) -> bytes:
    return principal().actor.encode()


async def answer_streaming(request: Any, _context: Any) -> AsyncIterator[bytes]:
    yield principal().actor.encode()


async def count(requests: AsyncIterator[Any], _context: Any) -> bytes:
    return str(len([each async for each in requests])).encode()


async def echo(requests: AsyncIterator[Any], _context: Any) -> AsyncIterator[bytes]:
    async for each in requests:
        yield each


KINDS = {
    "unary_unary": grpc.unary_unary_rpc_method_handler,
    "unary_stream": grpc.unary_stream_rpc_method_handler,
    "stream_unary": grpc.stream_unary_rpc_method_handler,
    "stream_stream": grpc.stream_stream_rpc_method_handler,
}


@asynccontextmanager
async def around(kind: str, function: Any, guard: Guard) -> AsyncIterator[Any]:
    """Serve one function as a handler of a kind under the path of a declared method; give its callable."""
    server = grpc.aio.server(interceptors=[Chain(guard)], options=(("grpc.so_reuseport", 0),))
    service, name = READ.removeprefix("/").split("/")
    server.add_generic_rpc_handlers([grpc.method_handlers_generic_handler(service, {name: KINDS[kind](function)})])
    port = server.add_insecure_port("127.0.0.1:0")
    await server.start()
    try:
        async with grpc.aio.insecure_channel(f"127.0.0.1:{port}") as channel:
            yield getattr(channel, kind)(READ)
    finally:
        await server.stop(None)


async def many(*parts: bytes) -> AsyncIterator[bytes]:
    for part in parts:
        yield part


def asked(kind: str) -> Any:
    return many(b"a", b"b") if kind.startswith("stream") else b""


@pytest.fixture(autouse=True)
def without_proto_rules(monkeypatch: pytest.MonkeyPatch) -> None:
    """The functions of this file take bytes; the proto rules are tested against the real server."""
    monkeypatch.setattr("services.rpc.chain.validate", lambda _: None)


@pytest.mark.parametrize("kind", KINDS)
async def test_every_kind_of_handler_is_asked_in_order_and_its_error_mapped(kind: str) -> None:
    steps = Steps()
    function = fail_streaming if kind.endswith("stream") else fail
    async with around(kind, function, steps.guard()) as call:
        found = await refused(call(asked(kind)))
    assert (found.code, found.reason) == (C.UNAVAILABLE, "STORE_UNAVAILABLE")
    assert steps.asked == ["authentication", "authorisation ledger.read", "rate channel:unknown"]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("refuse, code", [("authorisation", C.PERMISSION_DENIED), ("rate", C.RESOURCE_EXHAUSTED)])
async def test_every_kind_of_handler_can_be_refused(kind: str, refuse: str, code: grpc.StatusCode) -> None:
    async with around(kind, answer, Steps(refuse).guard()) as call:
        # Without a message: grpc.aio's client calls it INTERNAL when the status overtakes what it is sending.
        assert (await refused(call(many() if kind.startswith("stream") else b""))).code is code


async def test_handlers_know_who_is_calling() -> None:
    actor = (("liggare-actor", "role:registrar"),)
    async with around("unary_unary", answer, Guard()) as call:
        assert await call(b"", metadata=actor) == b"role:registrar"
        assert (await refused(call(b"", metadata=(("liggare-actor", "Anna Andersson"),)))).code is C.UNAUTHENTICATED
    async with around("unary_stream", answer_streaming, Guard()) as call:
        assert [each async for each in call(b"", metadata=actor)] == [b"role:registrar"]


async def test_streams_of_requests_pass_through() -> None:
    async with around("stream_unary", count, Guard()) as call:
        assert await call(many(b"a", b"b", b"c")) == b"3"
    async with around("stream_stream", echo, Guard()) as call:
        assert [each async for each in call(many(b"a", b"b"))] == [b"a", b"b"]


async def test_a_unary_call_without_a_deadline_gets_one_and_one_with_keeps_its_own() -> None:
    async def slow(request: Any, _context: Any) -> bytes:
        await asyncio.sleep(0.3)
        return b"done"

    async with around("unary_unary", slow, Steps().guard(seconds=0.05)) as call:
        assert (await refused(call(b""))).code is C.DEADLINE_EXCEEDED
        assert await call(b"", timeout=30) == b"done"


async def test_authorisation_comes_before_the_request_is_looked_at(tmp_path: Any) -> None:
    async with served(tmp_path, guard=Steps("authorisation").guard()) as face:
        for raw in (b"\xff\xff\xff", vote(ballot="Å").SerializeToString()):
            assert (await refused(face.method("BallotService/CastVote")(raw))).code is C.PERMISSION_DENIED
        checkpoint = face.method("ProofService/GetCheckpoint")(b"\xff\xff\xff")
        assert (await refused(checkpoint)).reason == "REQUEST_UNREADABLE"  # public: nobody is asked for a scope


def test_a_bucket_refills_and_strangers_are_forgotten() -> None:
    clock = [0.0]
    limit = RateLimit(per_second=2, burst=3, now=lambda: clock[0])
    for _ in range(3):
        limit.take("channel:web")
    with pytest.raises(RateExceeded) as exceeded:
        limit.take("channel:web")
    assert exceeded.value.seconds == pytest.approx(0.5)
    limit.take("channel:other")
    clock[0] = 0.5
    limit.take("channel:web")
    for n in range(10_001):
        limit.take(f"channel:{n}")
    for _ in range(3):
        limit.take("channel:web")
