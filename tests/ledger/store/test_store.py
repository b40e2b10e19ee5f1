"""The store port: what both engines promise the application and the publisher."""

import asyncio
import multiprocessing
import threading
import time
from collections.abc import AsyncIterator
from uuid import uuid4

import pytest

from ledger.store import sqlite
from ledger.store.port import (
    Appender,
    Before,
    Checkpoint,
    ClockBehind,
    Conflict,
    Cosignature,
    KnownRequest,
    NewRequest,
    NewSealed,
    Probe,
    Recorded,
    RequestRaced,
    SealedRow,
    StoredTile,
)
from tests.ledger.store.conftest import Engine, Writer, engine_at
from tests.ledger.store.groups import AT, group, new


@pytest.fixture
async def store(engine: Engine) -> AsyncIterator[Appender]:
    appender = engine.ready().appender("test")
    yield appender
    await appender.close()


async def test_an_empty_record_has_nothing(store: Appender) -> None:
    assert await store.read([uuid4()], [Probe("x", ("a",))]) == Before(0, {}, [[]])


async def test_what_was_appended_is_read_by_tag_topic_and_position(store: Appender, engine: Engine) -> None:
    events = [new("a", "x"), new("b", "x", "y"), new("a", "x"), new("a", "y")]
    assert await store.append(group(0, *events)) == 1
    assert await store.append(group(4, new("a", "x"))) == 5
    five = engine.writer().at([5])
    entries = [Recorded(position, each.entry) for position, each in enumerate(events, 1)]
    before = await store.read(
        [], [Probe("x", ("a",)), Probe("x", ("a", "b")), Probe("x", ()), Probe("x", ("a",), 1), Probe("y", ("c",))]
    )
    assert before.head == 5
    assert before.histories == [
        [entries[0], entries[2], *five],
        [*entries[:3], *five],
        [*entries[:3], *five],
        [entries[2], *five],
        [],
    ]


async def test_a_repeated_request_is_known_with_all_its_leaves(store: Appender, engine: Engine) -> None:
    request = uuid4()
    await store.append(group(0, new("a", "x")))
    events = [new("a", "x"), new("a", "x")]
    await store.append(group(1, *events, request=request))
    known = KnownRequest(2, 2, b"content", b"".join(each.leaf for each in events), AT)
    assert (await store.read([uuid4(), request], [])).requests == {request: known}
    reader = engine.writer()
    assert reader.request(request) == known
    assert reader.request(uuid4()) is None


async def test_a_condition_refuses_what_was_recorded_since(store: Appender, engine: Engine) -> None:
    await store.append(group(0, new("a", "x"), new("a", "y")))
    stale = group(1, new("a", "x"), conditions=(Probe("x", ("a",)), Probe("y", ("b",)), Probe("y", ("b", "a"))))
    with pytest.raises(Conflict) as caught:
        await store.append(stale)
    assert caught.value.refused == (2,)
    assert engine.writer().head() == 2
    with pytest.raises(Conflict):
        await store.append(group(1, new("b"), conditions=(Probe("y", ()),)))
    assert await store.append(group(0, new("a"), conditions=(Probe("z", ()), Probe("x", ("b",))))) == 3


async def test_a_raced_request_leaves_nothing_of_the_group(store: Appender, engine: Engine) -> None:
    request = uuid4()
    await store.append(group(0, new("a", "x"), request=request))
    late = group(1, new("b", "y"), new("b", "y"))
    late.requests.append(NewRequest(request, 1, 1, b"other"))
    with pytest.raises(RequestRaced):
        await store.append(late)
    reader = engine.writer()
    assert (reader.head(), len(reader.entries(0)), reader.positions(["y"], 0, 9)) == (1, 1, [])
    assert await store.append(group(1, new("b", "y"))) == 2


async def test_a_group_stamped_long_before_the_last_is_refused(store: Appender) -> None:
    await store.append(group(0, new("a"), at="2026-05-12T08:00:10.000000Z"))
    with pytest.raises(ClockBehind):
        await store.append(group(1, new("a"), at="2026-05-12T08:00:04.999999Z"))
    assert await store.append(group(1, new("a"), at="2026-05-12T08:00:05.000000Z")) == 2
    with pytest.raises(ClockBehind):  # the stamp before did not turn the head's back
        await store.append(group(2, new("a"), at="2026-05-12T08:00:04.999999Z"))


async def test_sealed_fields_lie_beside_their_events(store: Appender, engine: Engine) -> None:
    await store.append(group(0, new("a")))
    field = NewSealed(1, "/text", "author:1", b"nonce", b"cipher")
    await store.append(group(1, new("a"), new("a"), sealed=(field,)))
    assert engine.writer().sealed([1, 2, 3]) == [SealedRow(3, "/text", "author:1", b"nonce", b"cipher")]


async def test_pages_of_entries_and_leaves(store: Appender, engine: Engine) -> None:
    events = [new("a" if n % 3 else "b", "x") for n in range(100)]
    await store.append(group(0, *events))
    reader = engine.writer()
    assert [each.entry for each in reader.entries(10, 5)] == [each.entry for each in events[10:15]]
    assert [each.position for each in reader.entries(0, 3, ["b.v1"])] == [1, 4, 7]
    assert [each.position for each in reader.entries(95, 9, ["a.v1", "b.v1"])] == [96, 97, 98, 99, 100]
    assert reader.leaves(98, 10) == [each.leaf for each in events[98:]]
    assert reader.positions(["x"], 97, 99) == [98, 99]
    assert reader.positions(["x"], 0, 9, ["b"]) == [1, 4, 7]
    assert reader.positions(["x", "none"], 0, 9) == []
    assert [each.position for each in reader.at([7, 3, 999])] == [3, 7]
    assert reader.entries(100) == []


async def test_waiting_ends_with_the_next_append_or_the_timeout(
    store: Appender, engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sqlite, "POLL_SECONDS", 60)  # what wakes it up is the append
    reader = engine.writer()
    started = time.monotonic()
    assert reader.wait(0, 0.3) == 0
    assert 0.25 < time.monotonic() - started < 30
    late = []
    for head in range(3):
        waiting = asyncio.create_task(asyncio.to_thread(reader.wait, head, 60))
        await asyncio.sleep(0.2)
        await store.append(group(head, new("a")))
        appended = time.monotonic()
        assert await waiting == head + 1
        late.append(time.monotonic() - appended)
    assert min(late) < 0.15 and max(late) < 30  # the others for a machine that others use
    assert reader.wait(0, 5) == 3


def _append_elsewhere(engine_name: str, place: str) -> None:
    engine = engine_at(engine_name, place)
    engine.writer().append(group(0, new("a")))
    engine.close()


def test_waiting_notices_another_process(engine: Engine, place: str) -> None:
    reader = engine.ready().writer()
    other = multiprocessing.get_context("spawn").Process(target=_append_elsewhere, args=(engine.name, place))
    other.start()
    try:
        assert reader.wait(0, 30) == 1
    finally:
        other.join()


async def test_two_appenders_never_share_a_position(engine: Engine) -> None:
    engine.ready()
    appenders = [engine.appender("test") for _ in range(4)]
    firsts: list[int] = []

    async def run(appender: Appender) -> None:
        firsts.extend([await appender.append(group(0, new("a", "x"), new("a", "x"))) for _ in range(25)])

    await asyncio.gather(*map(run, appenders))
    assert sorted(firsts) == list(range(1, 201, 2))
    reader = engine.writer()
    assert [each.position for each in reader.entries(0)] == list(range(1, 201))
    assert reader.positions(["x"], 0, 300) == list(range(1, 201))
    for appender in appenders:
        await appender.close()


def test_what_is_locked_is_all_or_nothing(engine: Engine) -> None:
    writer = engine.ready().writer()
    with writer.locked() as head:
        assert writer.append(group(head, new("a"))) == 1
    with pytest.raises(RequestRaced):
        _twice_under_one_lock(writer)
    assert engine.writer().head() == 1
    assert writer.append(group(1, new("a"))) == 2


def _twice_under_one_lock(writer: Writer) -> None:
    request = uuid4()
    with writer.locked() as head:
        writer.append(group(head, new("a"), request=request))
        writer.append(group(head, new("a"), request=request))


def test_the_lock_keeps_others_waiting(engine: Engine) -> None:
    writer, other = engine.ready().writer(), engine.writer()
    with writer.locked() as head:
        late = threading.Thread(target=lambda: other.append(group(0, new("b", "late"))))
        late.start()
        time.sleep(0.2)
        assert engine.writer().head() == 0
        writer.append(group(head, new("a", "early")))
    late.join()
    assert writer.positions(["early"], 0, 9) == [1]
    assert writer.positions(["late"], 0, 9) == [2]


def test_the_publisher_keeps_checkpoints_and_tiles(engine: Engine) -> None:
    writer = engine.ready().writer()
    assert writer.last_checkpoint() is None
    one, two = Checkpoint(3, b"r" * 32, "note 3\n"), Checkpoint(7, b"s" * 32, "note 7\n")
    writer.add_checkpoint(one, AT, [StoredTile(0, 0, b"abc"), StoredTile(0, 1, b"x")])
    writer.put_tiles([StoredTile(0, 0, b"abcd"), StoredTile(1, 0, b"z")])
    writer.add_checkpoint(two, AT)
    assert writer.last_checkpoint() == two
    assert [writer.checkpoint_covering(size) for size in (0, 3, 4, 7, 8)] == [one, one, two, two, None]
    assert writer.tiles(0, [0, 1, 2]) == {0: b"abcd", 1: b"x"}
    with pytest.raises(RequestRaced):
        writer.add_checkpoint(two, AT, [StoredTile(0, 0, b"fork")])
    assert writer.tiles(0, [0]) == {0: b"abcd"}


def test_of_each_witness_the_first_line_and_the_latest_are_kept(engine: Engine) -> None:
    writer = engine.ready().writer()
    first, again, later, latest = (Cosignature(7, "b.example/w+00", f"line {at}\n", at) for at in (10, 10, 20, 30))
    other = Cosignature(7, "a.example/w+00", "other\n", 25)
    writer.add_cosignatures([first, other])
    writer.add_cosignatures([again._replace(line="another of the same time\n")])
    assert writer.cosignatures(7) == [other, first]
    writer.add_cosignatures([latest])
    writer.add_cosignatures([later])
    assert writer.cosignatures(7) == [other, first, latest]
    assert writer.cosignatures(8) == []


def test_cosigned_sizes_and_the_history_of_checkpoints_are_read_in_pages(engine: Engine) -> None:
    writer, elsewhere = engine.ready().writer(), engine.ready("elsewhere").writer("elsewhere")
    kept = [Checkpoint(size, b"r" * 32, f"note {size}\n") for size in (3, 7, 9)]
    for checkpoint in kept:
        writer.add_checkpoint(checkpoint, AT)
    writer.add_cosignatures([Cosignature(size, signer, "line\n", 1) for size in (3, 9) for signer in ("a", "b")])
    assert writer.checkpoints(0, 2) == kept[:2]
    assert writer.checkpoints(3, 9) == kept[1:]
    assert writer.last_cosigned(1) == [9]
    assert writer.last_cosigned(9) == [9, 3]
    assert [writer.cosigned_from(size, 9) for size in (0, 3, 4, 10)] == [[3, 9], [3, 9], [9], []]
    assert writer.cosigned_from(1, 1) == [3]
    assert (elsewhere.checkpoints(0, 9), elsewhere.last_cosigned(9), elsewhere.cosignatures(3)) == ([], [], [])
