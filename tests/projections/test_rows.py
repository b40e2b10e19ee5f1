"""The same rows everywhere: in memory, in SQLite, in PostgreSQL, live in any pages, rebuilt, as of any position."""

import hashlib
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import date
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.canonical import NotCanonical, canonical
from ledger.entries import UnreadableEntry, decode, decode_all
from ledger.messages import Event, RecordedEvent
from projections.catalogue import PROJECTIONS
from projections.projection import Row, digest, fold, state_bytes
from projections.rebuild import check, rebuild
from projections.rows.memory import MemoryRows, happened_by
from projections.rows.port import NotReached
from projections.runner import Runner
from tests.projections.synthetic import BOTH, SUMS, Engine, Ignored, Marked, Wiped, dump, entries, logs, recorded
from tests.projections.test_laws import HISTORIES

fewer = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def run(engine: Engine, page: int = 5_000) -> int:
    return Runner(engine.open_reader, engine.open_writer, BOTH, page=page).catch_up()


def stored(engine: Engine, at: int | None = None) -> dict[str, Any]:
    with engine.rows(BOTH, at) as rows:
        return dump(rows, BOTH)


@fewer
@given(log=logs, page=st.integers(1, 9), parts=st.lists(st.integers(0, 12), max_size=4), data=st.data())
def test_live_rows_are_the_replay_at_every_position(
    new_engine: Callable[[], Engine], log: list[Event], page: int, parts: list[int], data: st.DataObject
) -> None:
    engine = new_engine()
    left: Sequence[Event] = log
    for size in [*parts, len(log)]:
        engine.record(left[:size])
        left = left[size:]
        run(engine, page)
    events = recorded(log)
    assert stored(engine) == dump(MemoryRows(BOTH, events), BOTH)
    for at in data.draw(st.lists(st.integers(0, len(log)), max_size=4)):
        assert stored(engine, at) == dump(MemoryRows(BOTH, events[:at]), BOTH)


@fewer
@given(log=logs, page=st.integers(1, 9), live=st.integers(1, 9))
def test_rebuilt_rows_are_the_live_ones(
    new_engine: Callable[[], Engine], log: list[Event], page: int, live: int
) -> None:
    engine = new_engine()
    engine.record(log)
    run(engine, live)
    before = stored(engine)
    with closing(engine.open_reader()) as reader, closing(engine.open_writer()) as writer:
        built = rebuild(reader, writer, BOTH, page=page)
        assert [(status.generation, status.live) for status in writer.status()] == [(2, True), (2, True)]
    assert {each.error for each in built} == {None}
    assert stored(engine) == before


@given(log=logs)
def test_memory_looks_back_as_if_it_had_stopped_there(log: list[Event]) -> None:
    events = recorded(log)
    whole = MemoryRows(BOTH)
    for event in events:
        whole.add([event])
    for at in range(len(log) + 1):
        assert dump(whole.at(at), BOTH) == dump(MemoryRows(BOTH, events[:at]), BOTH)


@given(log=logs)
def test_figures_are_the_sum_of_what_the_rows_emit(log: list[Event]) -> None:
    states: dict[str, Any] = {}
    fold(SUMS, recorded(log), states)
    figures: dict[str, int] = {}
    for key, state in states.items():
        for figure, number in SUMS.emit(key, state) if state is not None else ():
            figures[figure] = figures.get(figure, 0) + number
    assert MemoryRows(BOTH, recorded(log)).figures("sums") == {name: n for name, n in figures.items() if n}


def test_a_key_touched_twice_by_one_event_has_one_version(engine: Engine) -> None:
    engine.record([Marked(keys=("a", "a"), amount=2), Marked(keys=("a", "b", "a"), amount=1)])
    run(engine)
    with engine.rows(BOTH) as rows:
        assert [row.position for row in rows.history("sums", "a")] == [1, 2]
        assert rows.get("sums", "a").state["sum"] == 6


def test_a_key_that_ends_and_returns_keeps_its_history(engine: Engine) -> None:
    for event in (Marked(keys=("a",), amount=1), Wiped(keys=("a",)), Ignored(), Marked(keys=("a",), amount=2)):
        engine.record([event])
        run(engine)
    with engine.rows(BOTH) as rows:
        assert [(row.position, row.state and row.state["sum"]) for row in rows.history("sums", "a")] == [
            (1, 1),
            (2, None),
            (4, 2),
        ]
    with engine.rows(BOTH, at=3) as rows:
        assert rows.get("sums", "a") is None
        assert list(rows.scan("sums")) == []
        assert rows.figures("sums") == {}


def test_a_position_not_reached_is_refused(engine: Engine) -> None:
    engine.record([Ignored()])
    run(engine)
    with pytest.raises(NotReached) as caught, engine.rows(BOTH, at=2):
        pass
    assert (caught.value.asked, caught.value.reached) == (2, 1)
    with pytest.raises(NotReached):
        MemoryRows(BOTH, recorded([Ignored()])).at(2)


def test_open_rows_do_not_notice_what_happens_meanwhile(engine: Engine) -> None:
    engine.record([Marked(keys=("a", "b"), amount=1)])
    run(engine)
    with engine.rows(BOTH) as rows:
        engine.record([Marked(keys=("a",), amount=5), Wiped(keys=("b",))])
        run(engine)
        with closing(engine.open_reader()) as reader, closing(engine.open_writer()) as writer:
            rebuild(reader, writer, BOTH)
        assert rows.position == 1
        assert rows.get("sums", "a").state["sum"] == 1
        assert rows.figures("sums") == {"exist": 2, "sum|a": 1, "sum|b": 1, "by|1": 2}


def test_an_empty_ledger_has_empty_rows(engine: Engine) -> None:
    with engine.rows(BOTH) as rows:
        assert (rows.position, rows.get("sums", "a"), list(rows.scan("sums")), rows.figures("sums")) == (
            0,
            None,
            [],
            {},
        )


@given(log=logs)
def test_a_page_is_decoded_as_its_entries_are_one_by_one(log: list[Event]) -> None:
    page = entries(log)
    assert decode_all(page) == [decode(position, entry) for position, entry in page]


@pytest.mark.parametrize(
    "end", [b'"type":"vote-cast.v1"}', b'"type":"never-heard-of.v1"}', b'"type":"synthetic-ignored.v1" }']
)
def test_a_page_with_an_unreadable_entry_is_refused(end: bytes) -> None:
    good, bad = entries([Ignored(), Ignored()])
    broken = bad.entry.replace(b'"type":"synthetic-ignored.v1"}', end)
    with pytest.raises(UnreadableEntry):
        decode_all([good, (2, broken)])


# --- Digests and bytes ------------------------------------------------------------------------
def test_the_digest_is_the_one_of_the_format() -> None:
    rows = MemoryRows(BOTH, recorded([Marked(keys=("b", "a"), amount=2), Wiped(keys=("b",))]))
    lines = b'["a",{"by":{"2":1},"seen":[1],"sum":2}]\n'
    assert digest((row.key, row.state) for row in rows.scan("sums")) == hashlib.sha256(lines).hexdigest()
    assert digest([]) == hashlib.sha256(b"").hexdigest()


@given(st.recursive(
    st.none() | st.booleans() | st.integers(-(2**53) + 1, 2**53 - 1) | st.text(st.characters(exclude_categories=["Cs"])),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text("ab", max_size=3), inner, max_size=3),
    max_leaves=8,
))  # fmt: skip
def test_remembered_bytes_are_the_canonical_ones(state: Any) -> None:
    for _ in range(2):
        assert state_bytes(state) == (None if state is None else canonical(state))


def test_one_and_true_are_not_mistaken_for_one_another() -> None:
    assert [state_bytes({"a": value}) for value in (1, True, 0, False)] == [
        b'{"a":1}',
        b'{"a":true}',
        b'{"a":0}',
        b'{"a":false}',
    ]
    with pytest.raises(NotCanonical):
        state_bytes({"a": 1.0})


# --- As of a date -----------------------------------------------------------------------------
@pytest.mark.parametrize(
    "occurred, before, day",
    [
        ("2015-05-12", date(2015, 5, 11), date(2015, 5, 12)),
        ("2015-05", date(2015, 4, 30), date(2015, 5, 1)),
        ("2015?", date(2014, 12, 31), date(2015, 1, 1)),
        ("2015-03/2016", date(2015, 2, 28), date(2015, 3, 1)),
        ("2015-05-12T23:30:00Z", date(2015, 5, 12), date(2015, 5, 13)),
        ("2015-12-31T23:30:00+01:00", date(2015, 12, 30), date(2015, 12, 31)),
        (None, date(2026, 11, 20), date(2026, 11, 21)),
    ],
)
def test_an_event_happened_on_its_earliest_swedish_day(occurred: str | None, before: date, day: date) -> None:
    events = recorded([Marked(keys=("a",), amount=1, occurred=occurred)])
    assert list(happened_by(before, events)) == []
    assert list(happened_by(day, events)) == events


def test_an_open_start_had_always_happened() -> None:
    events = recorded([Marked(keys=("a",), amount=1, occurred="../2018")])
    assert list(happened_by(date(1, 1, 1), events)) == events


def test_a_date_folds_in_the_order_of_positions() -> None:
    log = [
        Marked(keys=("a",), amount=1, occurred="2015"),
        Marked(keys=("a",), amount=7, occurred="2020"),
        Marked(keys=("a",), amount=2, occurred="2010"),
    ]
    rows = MemoryRows(BOTH, happened_by(date(2016, 1, 1), recorded(log)))
    assert rows.get("sums", "a") == Row("a", 3, {"sum": 3, "seen": [1, 3], "by": {"1": 1, "2": 1}})


# --- The real projections ---------------------------------------------------------------------
@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(history=HISTORIES, page=st.integers(1, 9))
def test_real_read_models_are_the_same_in_every_engine(
    new_engine: Callable[[], Engine], history: list[RecordedEvent], page: int
) -> None:
    log = [each.event for each in history]
    engine = new_engine()
    engine.record(log)
    Runner(engine.open_reader, engine.open_writer, PROJECTIONS, page=page).catch_up()
    replayed = MemoryRows(PROJECTIONS, recorded(log))
    with engine.rows(PROJECTIONS) as rows:
        assert dump(rows, PROJECTIONS) == dump(replayed, PROJECTIONS)
    with closing(engine.open_reader()) as reader, closing(engine.open_writer()) as writer:
        rebuild(reader, writer, PROJECTIONS, page=page + 5)
        assert [
            each for each in check(reader, lambda at: engine.rows(PROJECTIONS, at), PROJECTIONS) if not each.equal
        ] == []
