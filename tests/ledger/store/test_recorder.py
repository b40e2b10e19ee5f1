"""The record as a `DCBRecorder`: the library's own test case, and what that leaves out."""

import threading
import time
from collections.abc import Callable
from functools import partial
from typing import Any
from uuid import UUID

import pytest
from eventsourcing.dcb.api import DCBAppendCondition, DCBEvent, DCBQuery, DCBQueryItem
from eventsourcing.dcb.tests import DCBRecorderTestCase
from eventsourcing.persistence import IntegrityError, ProgrammingError
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from pydantic_core import from_json

from ledger.canonical import canonical
from ledger.store import dcb, sqlite
from ledger.store.dcb import Recorder
from ledger.store.foreign import new_group, sequenced
from ledger.store.port import Recorded
from tests.ledger.store.conftest import Engine

KB = 1024


@pytest.fixture
def recorder(engine: Engine) -> Recorder:
    return engine.recorder()


def event(type: str = "type1", *tags: str, data: bytes = b"data") -> DCBEvent:
    return DCBEvent(type=type, data=data, tags=list(tags))


def query(*items: tuple[list[str], list[str]]) -> DCBQuery:
    """Build a query from (types, tags) pairs."""
    return DCBQuery([DCBQueryItem(types=types, tags=tags) for types, tags in items])


def positions(recorder: Recorder, *items: tuple[list[str], list[str]], **limits: int) -> list[int]:
    return [each.position for each in recorder.read(query(*items), **limits)]


def test_passes_the_librarys_own_append_and_read_case(recorder: Recorder) -> None:
    DCBRecorderTestCase()._test_append_read(recorder)


def test_passes_the_librarys_own_subscription_case(recorder: Recorder) -> None:
    DCBRecorderTestCase()._test_append_subscribe(recorder)


def test_an_empty_log_has_no_head(recorder: Recorder) -> None:
    response = recorder.read()
    assert list(response) == []
    assert response.head is None


@pytest.mark.parametrize(
    "tags",
    [
        [],
        [""],
        ["", ""],
        ["a", "a"],
        ["b", "a", "b"],
        ["åäö", "日本語", "🗳"],
        ["a,b", "a%2Cb", "a|b", " ", "a b", "%", "\0", "\n", "\x1f"],
        ["x" * 5_000],
    ],
)
def test_tags_come_back_as_given_and_find_the_event_once(recorder: Recorder, tags: list[str]) -> None:
    recorder.append([event("decoy", "unlike"), event("type1", *tags)])
    assert [each.event.tags for each in recorder.read()] == [["unlike"], tags]
    for tag in set(tags):
        assert positions(recorder, ([], [tag])) == [2]
        assert positions(recorder, (["type1"], [tag, tag])) == [2]
    if tags:
        assert positions(recorder, ([], tags)) == [2]


@pytest.mark.parametrize("data", [b"", b"\0", bytes(range(256)), b"x" * (47 * KB)])
def test_data_comes_back_to_the_byte(recorder: Recorder, data: bytes) -> None:
    recorder.append([event(data=data)])
    assert [each.event.data for each in recorder.read()] == [data]


@pytest.mark.parametrize(
    "bad", [event(data=b"x" * (49 * KB)), event("nul\0"), event("type1", "\ud800"), event("\ud800"), event("unit\x1f")]
)
def test_what_an_entry_cannot_hold_is_refused_and_nothing_is_written(recorder: Recorder, bad: DCBEvent) -> None:
    with pytest.raises(ProgrammingError):
        recorder.append([event(), bad])
    assert list(recorder.read()) == []


def test_an_empty_append_is_refused(recorder: Recorder) -> None:
    with pytest.raises(ProgrammingError):
        recorder.append([])


def test_queries_that_the_librarys_own_postgres_recorder_refuses(recorder: Recorder) -> None:
    recorder.append([event("a", "x"), event("b"), event("c", "y"), event("a"), event("b", "x", "y")])
    assert positions(recorder, (["a", "b"], [])) == [1, 2, 4, 5]
    assert positions(recorder, (["a"], []), (["c"], [])) == [1, 3, 4]
    assert positions(recorder, (["b"], []), ([], ["x"])) == [1, 2, 5]
    assert positions(recorder, ([], []), (["a"], ["x"])) == [1, 2, 3, 4, 5]
    assert positions(recorder, ([], ["x", "y"]), (["c"], [])) == [3, 5]
    assert positions(recorder, (["b"], []), ([], ["x"]), after=1, limit=1) == [2]
    assert positions(recorder, (["missing"], ["x"])) == []


def test_a_condition_on_several_tags_wants_them_on_one_event(recorder: Recorder) -> None:
    recorder.append([event("a", "x"), event("a", "y")])
    both = query(([], ["x", "y"]))
    assert recorder.append([event("a", "x", "y")], DCBAppendCondition(both)) == 3
    with pytest.raises(IntegrityError):
        recorder.append([event("a")], DCBAppendCondition(both))
    assert recorder.append([event("a")], DCBAppendCondition(both, after=3)) == 4


def test_a_condition_names_types_exactly(recorder: Recorder) -> None:
    recorder.append([event("ballot-opened", "x")])
    for other in ("ballot", "opened", "ballot-opened.v1", ""):
        recorder.append([event("z")], DCBAppendCondition(query(([other], ["x"]))))
    with pytest.raises(IntegrityError):
        recorder.append([event("z")], DCBAppendCondition(query((["z1", "ballot-opened"], ["x"]))))


def test_a_condition_looks_past_its_position_only(recorder: Recorder) -> None:
    recorder.append([event("a", "x") for _ in range(5)])
    for after in (0, 1, 4, -7):
        with pytest.raises(IntegrityError):
            recorder.append([event()], DCBAppendCondition(query(([], ["x"])), after=after))
    for after in (5, 6, 10**30):
        recorder.append([event()], DCBAppendCondition(query(([], ["x"])), after=after))


def test_the_head_is_the_logs_without_limit_and_the_last_returned_with_one(recorder: Recorder) -> None:
    recorder.append([event("a", "x"), event("b"), event("a", "x"), event("b")])
    assert recorder.read(query(([], ["x"]))).head == 4
    assert recorder.read(query(([], ["x"])), limit=1).head == 1
    assert recorder.read(query(([], ["x"])), limit=9).head == 3
    assert recorder.read(query(([], ["none"])), limit=9).head is None
    assert recorder.read(limit=0).head is None


def test_a_read_goes_on_over_many_pages_and_stops_at_its_head(recorder: Recorder) -> None:
    recorder.append([event("a" if n % 2 else "b", "x") for n in range(1_203)])
    response = recorder.read(query((["a"], []), ([], ["x"])))
    first = next(response)
    recorder.append([event("a", "x")])
    assert [first.position, *(each.position for each in response)] == list(range(1, 1_204))
    assert positions(recorder, (["a"], [])) == [*range(2, 1_204, 2), 1_204]


_TAGS = st.lists(st.sampled_from("xyz"), max_size=3)
_EVENTS = st.lists(st.builds(event, st.sampled_from("ab")).flatmap(lambda e: _TAGS.map(lambda t: event(e.type, *t))))
_ITEMS = st.lists(st.tuples(st.lists(st.sampled_from("abc"), max_size=2), _TAGS), max_size=3)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(_EVENTS.filter(bool), _ITEMS, st.integers(0, 5), st.none() | st.integers(0, 5))
def test_any_query_answers_as_its_definition_says(
    recorder: Recorder,
    events: list[DCBEvent],
    items: list[tuple[list[str], list[str]]],
    after: int,
    limit: int | None,
) -> None:
    start = recorder.append(events) - len(events)
    wanted = [
        start + number
        for number, each in enumerate(events, 1)
        if number > after
        and (
            not items or any((not types or each.type in types) and set(each.tags) >= set(tags) for types, tags in items)
        )
    ]
    found = recorder.read(query(*items), after=start + after, limit=limit)
    assert [each.position for each in found] == wanted[:limit]
    condition = DCBAppendCondition(query(*items), after=start + after)
    if wanted:
        with pytest.raises(IntegrityError):
            recorder.append([event()], condition)
    else:
        assert recorder.append([event()], condition) == start + len(events) + 1


def test_of_many_threads_with_one_condition_one_wins(recorder: Recorder) -> None:
    outcomes: list[str] = []

    def race(tags: list[str]) -> None:
        try:
            recorder.append([event("claim", *tags)], DCBAppendCondition(query((["claim"], tags))))
            outcomes.append("won")
        except IntegrityError:
            outcomes.append("lost")

    for tags in (["seat"], ["seat", "row"]):
        outcomes.clear()
        _together([partial(race, tags)] * 16)
        assert sorted(outcomes) == ["lost"] * 15 + ["won"]
    assert [each.position for each in recorder.read()] == [1, 2]


def test_threads_leave_no_gap(recorder: Recorder) -> None:
    def append() -> None:
        for _ in range(20):
            recorder.append([event("a", "x"), event("b", "y")])

    _together([append] * 8)
    assert [each.position for each in recorder.read()] == list(range(1, 321))


def test_a_subscription_wakes_at_once_and_filters(recorder: Recorder, monkeypatch: pytest.MonkeyPatch) -> None:
    for module in (dcb, sqlite):
        monkeypatch.setattr(module, "POLL_SECONDS", 60)  # what wakes it up is the append
    recorder.append([event("a", "x"), event("b", "y")])
    with recorder.subscribe(query(([], ["y"]))) as subscription:
        assert next(subscription).position == 2
        late: list[float] = []

        def receive() -> None:
            next(subscription)
            late.append(time.monotonic())

        for turn in range(3):
            thread = threading.Thread(target=receive)
            thread.start()
            time.sleep(0.2)
            recorder.append([event("b", "x")])
            recorder.append([event("b", "y")])
            appended = time.monotonic()
            thread.join(30)
            late[turn] -= appended
        assert min(late) < 0.15  # the others for a machine that others use


def test_a_subscription_reads_everything_there_is_over_many_pages(recorder: Recorder) -> None:
    recorder.append([event("a", "x" if n % 3 else "y") for n in range(1_600)])
    with recorder.subscribe(query(([], ["x"])), after=10) as subscription:
        found = [next(subscription).position for _ in range(1_060)]
    assert found == [n + 1 for n in range(1_600) if n % 3 and n >= 10]
    assert list(subscription) == []


def test_a_waiting_subscription_can_be_stopped_by_another_thread(recorder: Recorder) -> None:
    subscription = recorder.subscribe()
    waiting = threading.Thread(target=lambda: list(subscription))
    waiting.start()
    time.sleep(0.05)
    subscription.stop()
    waiting.join(30)
    assert not waiting.is_alive()


def test_applications_of_one_database_do_not_see_each_other(engine: Engine) -> None:
    one, other = engine.recorder("one"), engine.recorder("other")
    one.append([event("a", "x")])
    assert other.append([event("b", "x")], DCBAppendCondition(query(([], ["x"])))) == 1
    assert [each.event.type for each in one.read()] == ["a"]


def test_a_new_recorder_goes_on_where_the_last_one_ended(engine: Engine) -> None:
    engine.recorder().append([event("a", "x")])
    again = engine.recorder()
    assert positions(again, ([], ["x"])) == [1]
    assert again.append([event("a")]) == 2


def test_a_foreign_event_is_one_canonical_cloud_event() -> None:
    group = new_group([event("mod:Class", "b c", "a,", data=b"\xff")], "app")
    (new,) = group.events
    members = from_json(new.entry)
    assert canonical(members) == new.entry
    assert members == {
        "actor": "application:app",
        "data_base64": "/w==",
        "id": new.id,
        "source": "app",
        "specversion": "1.0",
        "tags": "b%20c,a%2C",
        "time": group.recorded_at,
        "type": "mod:Class",
    }
    assert UUID(new.id).version == 8
    assert sequenced(Recorded(7, new.entry)).event == event("mod:Class", "b c", "a,", data=b"\xff")


def test_an_event_of_the_ledgers_own_is_not_passed_off_as_an_applications() -> None:
    with pytest.raises(ProgrammingError, match="position 3"):
        sequenced(Recorded(3, b'{"data":{},"type":"vote-cast.v1"}'))


def _together(work: list[Callable[[], Any]]) -> None:
    threads = [threading.Thread(target=each) for each in work]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
