"""Child process: a gRPC client that costs little. Its messages are bytes before the start and its answers
are read only after the end.

Argument: `port`, `ledger`; `kind`:

    unary    CastVote, `events` calls, `waiting` at a time
    submit   Submit, `events` votes, `each` a message, on `waiting` streams with `window` messages unanswered
    read     Read of everything, once

Result: `latencies` in ms of each call or message, `accepted` (the warming up included), processor `seconds`.
"""

from __future__ import annotations

import asyncio
import gc
import time
from collections import deque
from collections.abc import Awaitable, Callable, Iterator, Sequence
from typing import Any, NamedTuple
from uuid import uuid4

import grpc

from participation.ledger.v1 import ballots_pb2, ledger_service_pb2
from tests.benchmarks import children, stage
from tests.benchmarks.measure import Broken

PACKAGE = "participation.ledger.v1"
OPTIONS = (("grpc.use_local_subchannel_pool", 1), ("grpc.max_receive_message_length", 8 << 20))
METADATA = (("liggare-actor", stage.ACTOR),)
WARMING_MESSAGES = 8
PATIENCE_SECONDS = 120.0


class Done(NamedTuple):
    """What the timed part left behind: latencies in ms, and the answers as bytes."""

    latencies: list[float]
    answers: list[bytes]


Work = Callable[[], Awaitable[Done]]


# --- Messages ---------------------------------------------------------------------------------
def vote(ledger: str) -> ballots_pb2.CastVoteRequest:
    """Return one more voter's vote."""
    return ballots_pb2.CastVoteRequest(
        ledger=ledger,
        request_id=str(uuid4()),
        ballot=stage.BALLOT,
        voter=stage.voter(),
        choice=ballots_pb2.VoteChoice.VOTE_CHOICE_YES,
    )


def message(ledger: str, number: int) -> bytes:
    """Return a message of Submit with so many votes."""
    commands = [ledger_service_pb2.SubmittedCommand(cast_vote=vote(ledger)) for _ in range(number)]
    return ledger_service_pb2.SubmitRequest(commands=commands).SerializeToString()


def accepted_votes(answers: Sequence[bytes]) -> int:
    """Return how many votes the answers of Submit accept; raise Broken when one refuses any."""
    number = 0
    for answer in answers:
        response = ledger_service_pb2.SubmitResponse.FromString(answer)
        if response.refused:
            raise Broken(f"a vote was refused: {response.refused[0].status.message}")
        number += sum(run.commands for run in response.accepted)
    return number


def accepted_calls(answers: Sequence[bytes]) -> int:
    """Return how many answers of CastVote hold a receipt with one position."""
    responses = map(ballots_pb2.CastVoteResponse.FromString, answers)
    return sum(len(response.receipt.positions) for response in responses)


# --- Unary ------------------------------------------------------------------------------------
async def unary(channel: grpc.aio.Channel, waiting: int, messages: Sequence[bytes]) -> Done:
    """Call CastVote once a message, some at a time."""
    call: Any = channel.unary_unary(f"/{PACKAGE}.BallotService/CastVote")
    done = Done([], [])
    rest = iter(messages)

    async def caller() -> None:
        for each in rest:
            before = time.monotonic()
            done.answers.append(await call(each, metadata=METADATA, timeout=PATIENCE_SECONDS))
            done.latencies.append((time.monotonic() - before) * 1e3)

    await asyncio.gather(*[caller() for _ in range(waiting)])
    return done


# --- Streams ----------------------------------------------------------------------------------
async def submit(channels: Sequence[grpc.aio.Channel], window: int, messages: Sequence[bytes]) -> Done:
    """Send the messages, each stream the next one left, with a window of unanswered ones."""
    done = Done([], [])
    rest = iter(messages)
    await asyncio.gather(*[_stream(channel, window, rest, done) for channel in channels])
    return done


async def _stream(channel: grpc.aio.Channel, window: int, rest: Iterator[bytes], done: Done) -> None:
    call: Any = channel.stream_stream(f"/{PACKAGE}.LedgerService/Submit")(metadata=METADATA)
    sent: deque[float] = deque()

    async def send() -> None:
        while len(sent) < window and (each := next(rest, None)) is not None:
            sent.append(time.monotonic())
            await call.write(each)

    await send()
    while sent:
        answer = await call.read()
        if answer is grpc.aio.EOF:
            raise Broken(f"the stream ended: {await call.code()} {await call.details()}")
        done.latencies.append((time.monotonic() - sent.popleft()) * 1e3)
        done.answers.append(answer)
        await send()
    await call.done_writing()


# --- Reading ----------------------------------------------------------------------------------
async def read(channel: grpc.aio.Channel, ledger: str) -> Done:
    """Read the whole record; the latency is that of each chunk after the one before."""
    request = ledger_service_pb2.ReadRequest(ledger=ledger).SerializeToString()
    open_stream: Any = channel.unary_stream(f"/{PACKAGE}.LedgerService/Read")
    done = Done([], [])
    before = time.monotonic()
    async for chunk in open_stream(request, metadata=METADATA):
        done.answers.append(chunk)
        now = time.monotonic()
        done.latencies.append((now - before) * 1e3)
        before = now
    return done


def events_of(chunks: Sequence[bytes]) -> int:
    """Return how many events some chunks hold; raise Broken unless they are gapless from 1."""
    position = 0
    for chunk in chunks:
        events = ledger_service_pb2.ReadResponse.FromString(chunk).events
        if list(events.positions) != list(range(position + 1, position + 1 + len(events.entries))):
            raise Broken(f"after position {position} the chunk begins with {events.positions[:3]}")
        position += len(events.entries)
    return position


# --- What was asked ---------------------------------------------------------------------------
class Prepared(NamedTuple):
    """What is to be timed, how its answers are counted, and how many votes the warming up cast."""

    timed: Work
    count: Callable[[Sequence[bytes]], int]
    warmed: int = 0


async def prepare(asked: dict[str, Any], channels: Sequence[grpc.aio.Channel]) -> Prepared:
    """Make all messages and warm the connections and the server up."""
    ledger, events, waiting = asked["ledger"], asked["events"], asked["waiting"]
    match asked["kind"]:
        case "unary":
            warming = [vote(ledger).SerializeToString() for _ in range(waiting)]
            warmed = accepted_calls((await unary(channels[0], waiting, warming)).answers)
            votes = [vote(ledger).SerializeToString() for _ in range(events)]
            return Prepared(lambda: unary(channels[0], waiting, votes), accepted_calls, warmed)
        case "submit":
            each, window = asked["each"], asked["window"]
            warming = [message(ledger, each) for _ in range(WARMING_MESSAGES)]
            warmed = accepted_votes((await submit(channels, 1, warming)).answers)
            messages = [message(ledger, each) for _ in range(events // each)]
            return Prepared(lambda: submit(channels, window, messages), accepted_votes, warmed)
        case "read":
            return Prepared(lambda: read(channels[0], ledger), events_of)
    raise ValueError(f"there is no kind {asked['kind']!r}")


async def work(asked: dict[str, Any]) -> dict[str, Any]:
    """Do what was asked once the parent says so."""
    streams = asked["waiting"] if asked["kind"] == "submit" else 1
    channels = [grpc.aio.insecure_channel(f"127.0.0.1:{asked['port']}", options=OPTIONS) for _ in range(streams)]
    try:
        return await _measured(await prepare(asked, channels))
    finally:
        for channel in channels:
            await channel.close()


async def _measured(prepared: Prepared) -> dict[str, Any]:
    # The collector of cycles shall not walk through messages that a real caller would not have kept.
    gc.collect()
    gc.freeze()
    children.say("ready")
    await asyncio.to_thread(children.wait_for_go)
    used, started = time.process_time(), time.monotonic()
    done = await prepared.timed()
    ended, used = time.monotonic(), time.process_time() - used
    return {
        "started": started,
        "ended": ended,
        "seconds": used,
        "latencies": done.latencies,
        "accepted": prepared.count(done.answers) + prepared.warmed,
    }


if __name__ == "__main__":
    children.run(lambda asked: asyncio.run(work(asked)))
