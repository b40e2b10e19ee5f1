"""Submit keeps order and window; Read and Subscribe hand out stored bytes, whole, filtered, live."""

from __future__ import annotations

import asyncio
import resource
from typing import Any
from uuid import uuid4

import grpc
import pytest

from ledger.log.merkle import leaf_hash
from ledger.store.committer import Overloaded
from ledger.store.port import Recorded
from participation.ledger.v1 import ledger_service_pb2 as record
from services.filters import Filter
from services.rpc.answers import receipts
from services.rpc.reading import CHUNK_BYTES, chunks
from services.rpc.submit import WINDOW_MESSAGES
from tests.services.rpc.face import LEDGER, Face, message, refused, told, vote

pytestmark = pytest.mark.asyncio(loop_scope="module")

SUBMIT, READ, SUBSCRIBE = "LedgerService/Submit", "LedgerService/Read", "LedgerService/Subscribe"


async def submitted(face: Face, *messages: record.SubmitRequest) -> list[record.SubmitResponse]:
    call = face.method(SUBMIT)()
    for each in messages:
        await call.write(each)
    await call.done_writing()
    return [response async for response in call]


async def read(face: Face, **asked: Any) -> list[tuple[int, bytes]]:
    found: list[tuple[int, bytes]] = []
    async for chunk in face.method(READ)(record.ReadRequest(ledger=LEDGER, **asked)):
        found += zip(chunk.events.positions, chunk.events.entries, strict=True)
    return found


# --- Submit -----------------------------------------------------------------------------------
async def test_messages_are_answered_in_order_and_receipts_fit_the_record(face: Face) -> None:
    ballot, before = await face.open_ballot(), face.head()
    messages = [message(*(vote(f"v{n}-{i}", ballot=ballot) for i in range(50))) for n in range(20)]
    responses = await submitted(face, *messages)
    given = [receipts(response) for response in responses]
    firsts = [receipt.first for of in given for _, receipt in sorted(of.items())]
    assert firsts == list(range(before + 1, before + 1_001))
    recorded = dict(await read(face, after=before))
    for of in given:
        for receipt in of.values():
            entry = recorded[receipt.first]
            assert receipt.leaves == (leaf_hash(entry),)
            assert f'"id":"{receipt.ids[0]}"'.encode() in entry


async def test_commands_of_one_stream_see_the_ones_before(face: Face) -> None:
    ballot = await face.open_ballot(revote=False)
    (response,) = await submitted(face, message(vote("a", ballot=ballot), vote("a", ballot=ballot)))
    assert [each.place for each in response.refused] == [1]
    (again,) = await submitted(face, message(vote("a", ballot=ballot)))
    assert len(again.refused) == 1


async def test_a_message_sent_again_is_answered_as_before_and_records_nothing(face: Face) -> None:
    ballot = await face.open_ballot()
    asked = message(*(vote(f"v{n}", ballot=ballot) for n in range(10)))
    first, again = await submitted(face, asked, asked)
    assert first.leaf_hashes == again.leaf_hashes
    assert [run.repeated_requests for run in again.accepted] == [True]
    (run,) = first.accepted
    assert face.head() == run.first_position + 9


async def test_no_more_than_a_window_is_taken_before_it_is_answered(
    face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    taken: list[int] = []
    go = asyncio.Event()
    lane = face.ledger.committer.lane()
    submit = type(lane).submit

    async def held(self: Any, submissions: Any) -> Any:
        taken.append(len(submissions))
        await go.wait()
        return await submit(self, submissions)

    monkeypatch.setattr(type(lane), "submit", held)
    ballot = f"b-{uuid4()}"
    call = face.method(SUBMIT)()
    for n in range(3 * WINDOW_MESSAGES):
        await call.write(message(vote(f"v{n}", ballot=ballot)))
    await call.done_writing()
    async with asyncio.timeout(30):
        while len(taken) < WINDOW_MESSAGES:  # noqa: ASYNC110  nobody tells
            await asyncio.sleep(0.01)
    await asyncio.sleep(0.3)
    assert len(taken) == WINDOW_MESSAGES
    go.set()
    assert len([each async for each in call]) == 3 * WINDOW_MESSAGES


async def test_a_caller_who_goes_away_does_not_cancel_the_commit(face: Face) -> None:
    ballot, before = await face.open_ballot(), face.head()
    call = face.method(SUBMIT)()
    await call.write(message(*(vote(f"v{n}", ballot=ballot) for n in range(500))))
    unary = face.method("BallotService/CastVote")(vote("late", ballot=ballot))
    # Until the server has taken it; nothing tells a caller so before the answer.
    while not any(each.waiting for each in face.ledger.committer._committers) and face.head() == before:  # noqa: ASYNC110
        await asyncio.sleep(0)
    call.cancel()
    unary.cancel()
    async with asyncio.timeout(30):
        while face.head() < before + 500:  # noqa: ASYNC110  whom it would be told to has gone
            await asyncio.sleep(0.02)


# --- Read -------------------------------------------------------------------------------------
async def test_read_hands_out_the_stored_bytes_between_two_positions(face: Face) -> None:
    ballot = await face.open_ballot()
    await submitted(face, message(*(vote(f"v{n}", ballot=ballot) for n in range(30))))
    with_reader = face.ledger.reader()
    try:
        assert await read(face) == [tuple(each) for each in with_reader.entries(0, 100_000)]
    finally:
        with_reader.close()
    assert [position for position, _ in await read(face, after=3, upto=7)] == [4, 5, 6, 7]
    assert await read(face, after=face.head() + 10) == []


async def test_read_filters_by_type_tag_and_time(face: Face) -> None:
    ballot = await face.open_ballot()
    await submitted(face, message(*(vote(f"v{n}", ballot=ballot) for n in range(5))))
    everything = await read(face)
    opened = await read(face, filter=record.EventFilter(types=["ballot-opened"]))
    assert opened == [each for each in everything if each[1].endswith(b'"type":"ballot-opened.v1"}')]
    tags = [f"ballot:{ballot}", f"ballot:{ballot}|voter:v3"]
    ((position, entry),) = await read(face, filter=record.EventFilter(tags=tags))
    assert b'"voter":"v3"' in entry
    assert await read(face, filter=record.EventFilter(tags=tags, types=["ballot-opened"])) == []
    stamp = entry.split(b'"time":"')[1][:27].decode()
    after = await read(face, filter=record.EventFilter(recorded_from=stamp))
    before = await read(face, filter=record.EventFilter(recorded_before=stamp))
    assert before + after == everything
    assert position in dict(after)
    assert await read(face, filter=record.EventFilter(recorded_from="2999-01-01T00:00:00Z")) == []


@pytest.mark.parametrize(
    "asked, field",
    [
        ({"types": ["vote-flung"]}, "filter.types[0]"),
        ({"types": ["VoteCast"]}, "filter.types[0]"),
        ({"tags": [""]}, "filter.tags[0]"),
        ({"recorded_from": "2026-02-30T00:00:00Z"}, "filter.recorded_from"),
        ({"recorded_from": "yesterday"}, "filter.recorded_from"),
    ],
)
async def test_a_filter_that_can_match_nothing_is_refused(face: Face, asked: Any, field: str) -> None:
    for path, kind in ((READ, record.ReadRequest), (SUBSCRIBE, record.SubscribeRequest)):
        found = await refused(face.method(path)(kind(ledger=LEDGER, filter=asked)))
        assert field in found.fields


async def test_chunks_are_bounded_by_count_and_bytes() -> None:
    small = [Recorded(n, b"x" * 100) for n in range(1, 2_501)]
    assert [len(each.positions) for each in chunks(small)] == [1_000, 1_000, 500]
    large = [Recorded(n, b"x" * 65_000) for n in range(1, 11)]
    sizes = [sum(map(len, each.entries)) for each in chunks(large)]
    assert max(sizes) <= CHUNK_BYTES
    assert [position for each in chunks(large) for position in each.positions] == list(range(1, 11))


async def test_pages_cover_a_span_without_gap_or_repetition(face: Face, monkeypatch: pytest.MonkeyPatch) -> None:
    ballot = await face.open_ballot()
    await submitted(face, message(*(vote(f"v{n}", ballot=ballot) for n in range(40))))
    monkeypatch.setattr("services.filters.PAGE_EVENTS", 7)
    monkeypatch.setattr("services.filters.TAG_WINDOW", 11)
    reader = face.ledger.reader()
    head = reader.head()
    for wanted in (Filter(), Filter(topics=("vote-cast",)), Filter(tags=(f"ballot:{ballot}",))):
        found, cursor = [], 0
        while cursor < head:
            page = wanted.page(reader, cursor, head)
            assert page.reached > cursor
            cursor = page.reached
            found += [each.position for each in page.events]
        assert found == sorted(set(found))
        assert len(found) == (head if wanted == Filter() else len(found)) >= 40
    reader.close()


# --- Single events and lists ------------------------------------------------------------------
async def test_an_event_is_found_by_position_and_by_request(face: Face) -> None:
    ballot = await face.open_ballot()
    asked = vote(ballot=ballot)
    receipt = (await face.method("BallotService/CastVote")(asked)).receipt
    get = face.method("LedgerService/GetEvent")
    by_position = await get(record.GetEventRequest(ledger=LEDGER, position=receipt.positions[0]))
    by_request = await get(record.GetEventRequest(ledger=LEDGER, request_id=asked.request_id))
    assert by_position == by_request
    for unknown in ({"position": 10**9}, {"request_id": str(uuid4())}):
        assert (await refused(get(record.GetEventRequest(ledger=LEDGER, **unknown)))).reason == "EVENT_UNKNOWN"
    for wrong in ({}, {"position": 0}, {"request_id": "x"}):
        assert (await refused(get(record.GetEventRequest(ledger=LEDGER, **wrong)))).reason == "FIELDS_INVALID"


async def test_a_list_of_events_goes_page_by_page_up_to_its_first_head(face: Face) -> None:
    ballot = await face.open_ballot()
    await submitted(face, message(*(vote(f"v{n}", ballot=ballot) for n in range(25))))
    head, list_events = face.head(), face.method("LedgerService/ListEvents")
    wanted = record.EventFilter(tags=[f"ballot:{ballot}"])
    found: list[int] = []
    token = ""
    while True:
        page = await list_events(record.ListEventsRequest(ledger=LEDGER, page_size=10, page_token=token, filter=wanted))
        assert page.head == head
        assert len(page.events) <= 10
        found += [each.position for each in page.events]
        await face.method("BallotService/CastVote")(vote(str(uuid4()), ballot=ballot))
        token = page.next_page_token
        if not token:
            break
    assert found == list(range(head - 25, head + 1))
    for request in (
        record.ListEventsRequest(ledger=LEDGER, page_size=-1),
        record.ListEventsRequest(ledger=LEDGER, page_token="WzFd"),
        record.ListEventsRequest(ledger=LEDGER, page_token="å"),
    ):
        assert (await refused(list_events(request))).reason == "FIELDS_INVALID"


# --- Subscribe --------------------------------------------------------------------------------
async def test_a_subscriber_catches_up_and_goes_on_live(face: Face) -> None:
    ballot = await face.open_ballot()
    await submitted(face, message(*(vote(f"v{n}", ballot=ballot) for n in range(20))))
    head = face.head()
    call = face.method(SUBSCRIBE)(record.SubscribeRequest(ledger=LEDGER))
    seen: list[int] = []
    async for each in call:
        seen += each.events.positions
        if each.HasField("caught_up"):
            assert each.caught_up.position == head == seen[-1]
            await face.method("BallotService/CastVote")(vote("live", ballot=ballot))
        if seen[-1] > head:
            break
    assert seen == list(range(1, head + 2))
    call.cancel()


async def test_a_filtered_subscriber_is_told_how_far_it_has_come(face: Face) -> None:
    ballot = await face.open_ballot()
    wanted = record.EventFilter(types=["ballot-closed"])
    call = face.method(SUBSCRIBE)(record.SubscribeRequest(ledger=LEDGER, after=face.head(), filter=wanted))
    assert (await call.read()).HasField("caught_up")
    receipt = (await face.method("BallotService/CastVote")(vote(ballot=ballot))).receipt
    mark = await asyncio.wait_for(call.read(), 10)
    assert mark.checkpoint.position == receipt.positions[0]
    call.cancel()


async def test_a_subscription_cannot_begin_beyond_the_end(face: Face) -> None:
    asked = record.SubscribeRequest(ledger=LEDGER, after=face.head() + 1)
    assert "after" in (await refused(face.method(SUBSCRIBE)(asked))).fields
    bounded = record.SubscribeRequest(ledger=LEDGER, filter=record.EventFilter(recorded_before="2030-01-01T00:00:00Z"))
    assert "filter.recorded_before" in (await refused(face.method(SUBSCRIBE)(bounded))).fields


async def test_idle_subscribers_hold_neither_events_nor_threads(face: Face) -> None:
    ballot = await face.open_ballot()
    await submitted(face, *(message(*(vote(f"v{m}-{n}", ballot=ballot) for n in range(500))) for m in range(8)))
    asked = record.SubscribeRequest(ledger=LEDGER, after=face.head() - 2_000)

    async def idle() -> Any:
        call = face.method(SUBSCRIBE)(asked)
        while not (await call.read()).HasField("caught_up"):
            pass
        return call

    warm = [await idle() for _ in range(20)]
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    calls = [await idle() for _ in range(180)]
    grown_kib = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    # Both ends live in this process; 2,000 events held for each would be some 100 MiB.
    assert grown_kib < 64 << 10
    await face.method("BallotService/CastVote")(vote("wakes-all", ballot=ballot))
    for call in warm + calls:
        assert len((await asyncio.wait_for(call.read(), 30)).events.positions) == 1
        call.cancel()


async def test_reading_stays_open_to_others_while_one_reads_much(face: Face) -> None:
    reading = asyncio.create_task(read(face))
    health: Any = face.channel.unary_unary("/grpc.health.v1.Health/Check")
    assert await asyncio.wait_for(health(b""), 5) == b"\x08\x01"
    assert await reading
    forget: Any = face.channel.unary_unary("/participation.ledger.v1.LedgerService/Forget")
    with pytest.raises(grpc.aio.AioRpcError) as unknown:
        await forget(b"")
    assert unknown.value.code() is grpc.StatusCode.UNIMPLEMENTED


async def test_while_the_queue_is_full_a_stream_waits_and_then_goes_on(
    face: Face, monkeypatch: pytest.MonkeyPatch
) -> None:
    lane = type(face.ledger.committer.lane())
    submit, turned_away = lane.submit, [0]

    async def full_at_first(self: Any, submissions: Any) -> Any:
        if turned_away[0] < 3:
            turned_away[0] += 1
            raise Overloaded
        return await submit(self, submissions)

    ballot = await face.open_ballot()
    monkeypatch.setattr(lane, "submit", full_at_first)
    (response,) = await submitted(face, message(vote("v1", ballot=ballot)))
    assert turned_away == [3]
    assert len(receipts(response)) == 1
    turned_away[0] = -1_000
    monkeypatch.setattr("services.rpc.submit.OVERLOAD_SECONDS_MAX", 0.1)
    (response,) = await submitted(face, message(vote("v2", ballot=ballot)))
    (each,) = response.refused
    assert told(each.status).reason == "OVERLOADED"
