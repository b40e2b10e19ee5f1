"""The runner: crashes, poison, unreadable entries, two at once, new versions, waking up."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import replace
from threading import Thread
from time import monotonic, sleep
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.messages import Event, RecordedEvent
from ledger.store.port import StoreUnavailable
from projections.advance import Advance
from projections.projection import Projection, State
from projections.rows.memory import MemoryRows
from projections.rows.port import REBUILD, RUNNER, Change, RowsWriter, Status
from projections.runner import Runner
from tests.projections.synthetic import (
    BOTH,
    FIRSTS,
    SUMS,
    Engine,
    Ignored,
    Marked,
    apply,
    dump,
    emit,
    entries,
    group_of,
    keys,
    logs,
    recorded,
)

SECRET = "Anna Andersson, Skolvägen 7"
PATIENCE_SECONDS = 20


def broken_apply(state: State, event: RecordedEvent) -> State:
    if getattr(event.event, "amount", None) == 3:
        raise KeyError(SECRET)
    return apply(state, event)


def broken_emit(key: str, state: State) -> Iterable[tuple[str, int]]:
    yield from emit(key, state)
    if state["sum"] == 4:
        yield "bad\0figure", 1


def broken_keys(event: Any) -> tuple[str, ...]:
    return tuple(key + "\0" * (getattr(event, "amount", 0) == 3) for key in event.keys)


def latest_twice(_: State, event: RecordedEvent) -> State:
    assert isinstance(event.event, Marked)
    return {"sum": 2 * event.event.amount, "by": {}, "seen": []}


BROKEN = Projection("sums", 1, SUMS.types, keys, broken_apply, SUMS.emit)


def runner(engine: Engine, projections: Iterable[Projection] = BOTH, page: int = 5_000) -> Runner:
    return Runner(engine.open_reader, engine.open_writer, projections, page=page, poll=0.05, retry=0.05)


def status(engine: Engine) -> dict[str, Status]:
    with closing(engine.open_writer()) as writer:
        return {each.name: each for each in writer.status() if each.live}


def stored(engine: Engine, projections: Sequence[Projection] = BOTH) -> dict[str, Any]:
    with engine.rows(projections) as rows:
        return dump(rows, projections)


def until(true: Callable[[], object]) -> None:
    deadline = monotonic() + PATIENCE_SECONDS
    while not true():
        assert monotonic() < deadline, "waited in vain"
        sleep(0.01)


@contextmanager
def running(made: Runner) -> Iterator[None]:
    thread = Thread(target=made.run)
    thread.start()
    try:
        yield
    finally:
        made.stop()
        thread.join(PATIENCE_SECONDS)
        assert not thread.is_alive()


# --- Crashes ----------------------------------------------------------------------------------
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(log=logs, page=st.integers(1, 6), falls=st.lists(st.integers(0, 12), max_size=4))
def test_a_fall_in_the_middle_of_a_page_loses_and_doubles_nothing(
    new_engine: Callable[[], Engine], log: list[Event], page: int, falls: list[int]
) -> None:
    engine = new_engine()
    engine.record(log)

    def falling(after: int) -> Any:
        writer: Any = engine.open_writer()
        whole, pages = writer._move, iter(range(after))

        def move(change: Change) -> None:
            whole(change)
            # The position is moved within the transaction; the rows never come.
            if next(pages, None) is None:
                raise StoreUnavailable("pulled the plug")

        writer._move = move
        return writer

    for fall in falls:
        try:
            Runner(engine.open_reader, lambda at=fall: falling(at), BOTH, page=page).catch_up()  # type: ignore[misc]
        except StoreUnavailable:
            reached = {each.name: each.position for each in status(engine).values()}
            with engine.rows(BOTH) as rows:
                assert dump(rows, BOTH) == dump(MemoryRows(BOTH, recorded(log)[: rows.position]), BOTH)
                assert set(reached.values()) == {rows.position}
    runner(engine, page=page).catch_up()
    assert stored(engine) == dump(MemoryRows(BOTH, recorded(log)), BOTH)


# --- Poison -----------------------------------------------------------------------------------
@pytest.mark.parametrize("page", [1, 2, 5_000])
@pytest.mark.parametrize(
    "broken, kind",
    [
        (BROKEN, "KeyError"),
        (replace(SUMS, emit=broken_emit), "ValueError"),
        (replace(SUMS, keys=broken_keys), "ValueError"),
    ],
)
def test_poison_halts_one_projection_alone_until_it_is_fixed(
    engine: Engine, page: int, broken: Projection, kind: str, caplog: pytest.LogCaptureFixture
) -> None:
    log = [Marked(keys=("a",), amount=1), Marked(keys=("b",), amount=1), Marked(keys=("a", "b"), amount=3), Ignored()]
    engine.record(log)
    assert runner(engine, (broken, FIRSTS), page).catch_up() == 4
    found = status(engine)
    assert (found["sums"].position, found["firsts"].position) == (2, 4)
    assert found["firsts"].error is None
    assert found["sums"].error is not None
    assert found["sums"].error.startswith(f"position 3: {kind} at ")
    assert SECRET not in found["sums"].error + caplog.text
    with engine.rows((broken, FIRSTS)) as rows:
        # The halted one shows what it reached, the moment goes on.
        assert (rows.position, rows.reached("sums"), rows.reached("firsts")) == (4, 2, 4)
        assert {row.key: row.state["sum"] for row in rows.scan("sums")} == {"a": 1, "b": 1}
    engine.record([Marked(keys=("a",), amount=2)])
    runner(engine, (broken, FIRSTS), page).catch_up()
    assert (status(engine)["sums"].position, status(engine)["firsts"].position) == (2, 5)
    runner(engine, page=page).catch_up()
    assert {each.error for each in status(engine).values()} == {None}
    assert stored(engine) == dump(MemoryRows(BOTH, recorded([*log, Marked(keys=("a",), amount=2)])), BOTH)


def raw(kind: str, data: str = "{}", position: int = 1) -> tuple[str, bytes]:
    entry = entries([Ignored()])[0].entry
    return kind, entry.replace(b'"data":{}', f'"data":{data}'.encode()).replace(b"synthetic-ignored.v1", kind.encode())


def test_an_entry_of_an_unknown_type_halts_everything(engine: Engine) -> None:
    engine.record([Marked(keys=("a",), amount=1)])
    engine.append(group_of([raw("never-heard-of.v1")], 1))
    runner(engine).catch_up()
    assert {each.position for each in status(engine).values()} == {1}
    assert {str(each.error).split(" at ")[0] for each in status(engine).values()} == {"position 2: UnreadableEntry"}


@pytest.mark.parametrize("kind", ["synthetic-wiped.v2", "synthetic-wiped.v1"])
def test_an_unreadable_entry_halts_those_that_need_it(engine: Engine, kind: str) -> None:
    engine.append(group_of([raw(kind, '{"no":"such field"}')], 0))
    engine.record([Marked(keys=("a",), amount=1)])
    runner(engine).catch_up()
    assert {each.name: each.position for each in status(engine).values()} == {"sums": 0, "firsts": 2}


def test_entries_of_another_application_are_passed_over(engine: Engine) -> None:
    _, entry = raw("never-heard-of.v1")
    foreign = entry.replace(b'"data":{}', b'"data_base64":"AAAA"')
    engine.append(group_of([("never-heard-of.v1", foreign)], 0))
    engine.record([Marked(keys=("a",), amount=1)])
    runner(engine).catch_up()
    assert {each.position for each in status(engine).values()} == {2}
    assert {each.error for each in status(engine).values()} == {None}


# --- What is held -----------------------------------------------------------------------------
@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])
@given(log=logs, page=st.integers(1, 6), held=st.integers(0, 5))
def test_few_held_rows_change_nothing(new_engine: Callable[[], Engine], log: list[Event], page: int, held: int) -> None:
    engine = new_engine()
    engine.record(log)
    with (
        closing(engine.open_reader()) as reader,
        closing(engine.open_writer()) as writer,
        closing(Advance(reader, writer, page=page, held_max=held)) as moving,
    ):
        courses = [moving.start(each, writer.begin(each.name, 1, live=True), 0) for each in BOTH]
        while moving.step(courses, len(log)):
            pass
        moving.settle()
    assert stored(engine) == dump(MemoryRows(BOTH, recorded(log)), BOTH)


# --- One at a time ----------------------------------------------------------------------------
def test_a_second_runner_waits_and_takes_over(engine: Engine) -> None:
    first, second = runner(engine), runner(engine)
    with running(second), running(first):
        until(lambda: first.status() or second.status())
        lucky, other = (first, second) if first.status() else (second, first)
        engine.record([Marked(keys=("a",), amount=1)])
        until(lambda: status(engine)["sums"].position == 1)
        assert other.status() == ()
        # A command that needs views is content with the runner that is at work.
        assert runner(engine).catch_up() == 1
        lucky.stop()
        until(other.status)
        engine.record([Marked(keys=("a",), amount=1)])
        until(lambda: status(engine)["sums"].position == 2)
    assert stored(engine) == dump(MemoryRows(BOTH, recorded([Marked(keys=("a",), amount=1)] * 2)), BOTH)


def test_the_lock_ends_with_the_connection(engine: Engine) -> None:
    with closing(engine.open_writer()) as one, closing(engine.open_writer()) as two:
        assert one.lock(RUNNER)
        assert not two.lock(RUNNER)
        assert two.lock(REBUILD)
        one.close()
        until(lambda: two.lock(RUNNER))


def test_an_append_wakes_the_runner_long_before_the_poll(engine: Engine) -> None:
    made = Runner(engine.open_reader, engine.open_writer, BOTH, poll=30)
    with running(made):
        until(made.status)
        sleep(0.2)
        begun = monotonic()
        engine.record([Marked(keys=("a",), amount=1)])
        until(lambda: status(engine)["sums"].position == 1)
        assert monotonic() - begun < 5
        # What a runner tells of itself comes a moment after what it wrote.
        until(lambda: made.lag() == {"sums": 0, "firsts": 0})
        made.stop()
        # The wait for the record is not interrupted; another append ends it.
        engine.record([Ignored()])


def test_nothing_is_told_as_shown_before_it_is_written(engine: Engine, monkeypatch: pytest.MonkeyPatch) -> None:
    engine.record([Marked(keys=("a",), amount=1)] * 6)
    made = runner(engine, page=1)
    early: list[tuple[int, int]] = []

    def opened() -> RowsWriter:
        writer = engine.open_writer()
        write = writer.write

        def slowly(changes: Sequence[Change]) -> None:
            sleep(0.02)
            told = min((each.position for each in made.status()), default=0)
            if told > (kept := min(each.position for each in status(engine).values())):
                early.append((told, kept))
            write(changes)

        monkeypatch.setattr(writer, "write", slowly)
        return writer

    made._open_writer = opened
    assert made.catch_up() == 6
    assert early == []


def test_a_store_that_is_away_is_asked_again(engine: Engine, caplog: pytest.LogCaptureFixture) -> None:
    engine.record([Marked(keys=("a",), amount=1)])
    away = iter(range(3))

    def open_reader() -> Any:
        if next(away, None) is not None:
            raise StoreUnavailable("away")
        return engine.open_reader()

    with running(Runner(open_reader, engine.open_writer, BOTH, poll=0.05, retry=0.01)):
        until(lambda: status(engine).get("sums", Status("", 0, 0, 0, True, None)).position == 1)
    said = [record.getMessage() for record in caplog.records if record.name == "liggare.projections"]
    assert said == ["read models wait until the store answers: away", "read models go on"]


# --- Versions ---------------------------------------------------------------------------------
def test_a_new_version_is_built_beside_the_old_one_and_takes_its_place(engine: Engine) -> None:
    log = [Marked(keys=("a",), amount=1)] * 5
    engine.record(log)
    runner(engine).catch_up()
    doubled = replace(SUMS, version=2, apply=latest_twice)
    with running(runner(engine, (doubled, FIRSTS), page=2)):
        until(lambda: status(engine)["sums"].version == 2)
        engine.record([Marked(keys=("b",), amount=4)])
        until(lambda: status(engine)["sums"].position == 6)
    assert stored(engine, (doubled, FIRSTS)) == dump(
        MemoryRows((doubled, FIRSTS), recorded([*log, Marked(keys=("b",), amount=4)])), (doubled, FIRSTS)
    )
    with closing(engine.open_writer()) as writer:
        assert [(each.name, each.generation) for each in writer.status()] == [("firsts", 1), ("sums", 2)]
        assert writer.all_open_rows("sums", 1, 10) == {}


def test_a_new_version_that_halts_leaves_the_old_one_shown(engine: Engine) -> None:
    engine.record([Marked(keys=("a",), amount=3)])
    runner(engine).catch_up()
    runner(engine, (replace(BROKEN, version=2), FIRSTS)).catch_up()
    assert status(engine)["sums"].version == 1
    with engine.rows(BOTH) as rows:
        assert rows.get("sums", "a").state["sum"] == 3
