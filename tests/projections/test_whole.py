"""Read models held in memory tell what the store tells, whatever came meanwhile; what is derived is derived once."""

from collections.abc import Callable
from contextlib import closing
from threading import Barrier, Thread

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from ledger.messages import Event
from projections.projection import once
from projections.rebuild import rebuild
from projections.rows import whole
from projections.rows.memory import MemoryRows
from projections.rows.whole import Derived, Mirror
from projections.runner import Runner
from tests.projections.synthetic import BOTH, SUMS, Engine, Ignored, Marked, Wiped, dump, logs, recorded

fewer = settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow])


def run(engine: Engine) -> None:
    Runner(engine.open_reader, engine.open_writer, BOTH).catch_up()


@fewer
@given(log=logs, parts=st.lists(st.integers(0, 12), max_size=4), many=st.integers(0, 20), rows_max=st.integers(0, 9))
def test_what_is_held_is_what_is_stored_after_every_part(
    new_engine: Callable[[], Engine], log: list[Event], parts: list[int], many: int, rows_max: int
) -> None:
    engine, left = new_engine(), log
    small, large = Mirror(BOTH, (), rows_max), Mirror(BOTH, BOTH)
    with pytest.MonkeyPatch.context() as patched, closing(engine.open_reader()) as reader:
        patched.setattr(whole, "EVENTS_MAX", many)
        for size in [*parts, len(log)]:
            engine.record(left[:size])
            left = left[size:]
            run(engine)
            with engine.rows(BOTH) as rows:
                expected = dump(rows, BOTH)
                for mirror in (small, large):
                    held = mirror.rows(rows, reader)
                    assert held.position == rows.position
                    assert list(held.scan(SUMS.name)) == list(rows.scan(SUMS.name))
                    assert dump(held, BOTH) == expected
                    for first, after, limit in (("a", "", None), ("", "a", 1), ("a", "a", None), ("b", "", 0)):
                        asked = SUMS.name, first, after, limit
                        assert list(held.scan(*asked)) == list(rows.scan(*asked))
                    assert [held.get(SUMS.name, key) for key in "abcd"] == [rows.get(SUMS.name, key) for key in "abcd"]


def test_rows_of_an_earlier_moment_stay_of_it(engine: Engine) -> None:
    mirror = Mirror(BOTH)
    engine.record([Marked(keys=("a", "b"), amount=1)])
    run(engine)
    with engine.rows(BOTH) as before, closing(engine.open_reader()) as reader:
        earlier = mirror.rows(before, reader)
        assert [row.key for row in earlier.scan("sums")] == ["a", "b"]
        engine.record([Wiped(keys=("b",)), Marked(keys=("c",), amount=1)])
        run(engine)
        late = mirror.rows(before, reader)
        with engine.rows(BOTH) as after:
            assert [row.key for row in mirror.rows(after, reader).scan("sums")] == ["a", "c"]
        for rows in (earlier, late):
            assert [row.key for row in rows.scan("sums")] == ["a", "b"]
            assert rows.get("sums", "b") is not None


def test_a_new_generation_is_read_anew(engine: Engine) -> None:
    mirror = Mirror(BOTH)
    engine.record([Marked(keys=("a",), amount=1)])
    run(engine)
    with closing(engine.open_reader()) as reader, closing(engine.open_writer()) as writer:
        for generation in (1, 2):
            with engine.rows(BOTH) as rows:
                assert rows.generation("sums") == generation
                assert [row.state["sum"] for row in mirror.rows(rows, reader).scan("sums")] == [1]
            rebuild(reader, writer, BOTH)


def test_what_is_derived_is_kept_for_a_moment_and_no_longer(engine: Engine) -> None:
    mirror, made = Mirror(BOTH), list[int]()

    def ask() -> int:
        with engine.rows(BOTH) as rows, closing(engine.open_reader()) as reader:

            def make() -> int:
                made.append(rows.position)
                return made[-1]

            return once(mirror.rows(rows, reader), "count", make)

    for _ in range(2):
        engine.record([Ignored()])
        run(engine)
        assert ask() == ask()
    assert made == [1, 2]
    assert once(MemoryRows(BOTH, recorded([])), "count", lambda: 7) == 7


def test_who_asks_at_the_same_time_waits_for_the_one_answer() -> None:
    derived, made, start = Derived(), list[int](), Barrier(4)

    def ask() -> None:
        start.wait()
        derived.once("sum", lambda: made.append(1))

    threads = [Thread(target=ask) for _ in range(4)]
    for each in threads:
        each.start()
    for each in threads:
        each.join()
    assert made == [1]
