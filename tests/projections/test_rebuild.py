"""Rebuild by generation and swap; the check that finds what differs."""

from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import replace
from threading import Event, Thread
from typing import Any

import pytest

from ledger.store.port import Reader
from projections.projection import Projection, Rows
from projections.rebuild import Busy, Checked, Rebuilt, RecordBehind, check, digests, rebuild
from projections.rows.memory import MemoryRows
from projections.rows.port import REBUILD, Change
from projections.runner import Runner
from tests.projections.synthetic import BOTH, SUMS, Engine, Ignored, Marked, Wiped, dump, recorded
from tests.projections.test_runner import BROKEN, runner, running, status, until

LOG = [Marked(keys=("a", "b"), amount=2), Wiped(keys=("b",)), Ignored(), Marked(keys=("c|1",), amount=1)]


@contextmanager
def opened(engine: Engine) -> Iterator[tuple[Reader, Any]]:
    with closing(engine.open_reader()) as reader, closing(engine.open_writer()) as writer:
        yield reader, writer


def built(engine: Engine, page: int = 20_000, projections: tuple[Projection, ...] = BOTH) -> list[Rebuilt]:
    with opened(engine) as (reader, writer):
        return rebuild(reader, writer, projections, page=page)


def checked(engine: Engine) -> list[Checked]:
    with closing(engine.open_reader()) as reader:
        return check(reader, lambda at: engine.rows(BOTH, at), BOTH)


def test_a_rebuild_and_a_runner_at_work_do_not_disturb_one_another(engine: Engine) -> None:
    log: list[Marked] = []
    stop = Event()

    def append() -> None:
        while not stop.is_set():
            part = [Marked(keys=(f"a|{len(log) % 2 + 1}", "b"), amount=1 + len(log) % 3)] * 7
            engine.record(part)
            log.extend(part)

    writing = Thread(target=append)
    with running(runner(engine, page=5)):
        writing.start()
        try:
            until(lambda: status(engine).get("sums") and status(engine)["sums"].position > 20)
            shown = [status(engine)["sums"].position]
            for _ in range(4):
                assert {each.error for each in built(engine, page=50)} == {None}
                shown.append(status(engine)["sums"].position)
            # What is shown never goes back.
            assert shown == sorted(shown)
        finally:
            stop.set()
            writing.join()
        until(lambda: {each.position for each in status(engine).values()} == {len(log)})
        until(lambda: all(each.live for each in _all(engine)))
    assert {each.generation for each in _all(engine)} == {5}
    with engine.rows(BOTH) as rows:
        assert dump(rows, BOTH) == dump(MemoryRows(BOTH, recorded(log)), BOTH)
    assert all(each.equal for each in checked(engine))


def _all(engine: Engine) -> list[Any]:
    with closing(engine.open_writer()) as writer:
        return list(writer.status())


def test_only_one_rebuilds_at_a_time(engine: Engine) -> None:
    with closing(engine.open_writer()) as other:
        assert other.lock(REBUILD)
        with pytest.raises(Busy):
            built(engine)


def test_what_an_interrupted_rebuild_left_is_removed(engine: Engine) -> None:
    engine.record(LOG)
    runner(engine).catch_up()
    with opened(engine) as (_, writer):
        left = writer.begin("sums", 1, live=False)
        writer.write([Change("sums", left, 0, 1, rows=[("left", 1, None, b"{}")], figures={"left": 1})])
    built(engine)
    with engine.rows(BOTH) as rows:
        assert dump(rows, BOTH) == dump(MemoryRows(BOTH, recorded(LOG)), BOTH)
    assert [(each.name, each.generation, each.live) for each in _all(engine)] == [
        ("firsts", 2, True),
        ("sums", 2, True),
    ]


def test_a_generation_behind_is_not_shown(engine: Engine) -> None:
    engine.record(LOG)
    runner(engine).catch_up()
    with opened(engine) as (_, writer):
        behind = writer.begin("sums", 1, live=False)
        assert not writer.swap("sums", behind)
        writer.drop("sums", 1)
        assert status(engine)["sums"].generation == 1, "the live one cannot be dropped"


def test_a_record_that_ends_before_what_is_shown_is_refused_at_once(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    engine.record(LOG)
    runner(engine).catch_up()
    before = _all(engine)
    with opened(engine) as (reader, writer):
        monkeypatch.setattr(reader, "head", lambda: 2)
        with pytest.raises(RecordBehind, match=r"has 2 events, and its read models show 4.*liggare doctor"):
            rebuild(reader, writer, BOTH)
    assert _all(engine) == before


def test_a_rebuild_that_halts_leaves_the_shown_rows(engine: Engine) -> None:
    engine.record([*LOG, Marked(keys=("a",), amount=3)])
    runner(engine).catch_up()
    (halted,) = built(engine, projections=(BROKEN,))
    assert str(halted.error).startswith("position 5: KeyError")
    assert [(each.generation, each.position) for each in _all(engine)] == [(1, 5), (1, 5)]


def test_a_rebuild_heals_a_halted_projection(engine: Engine) -> None:
    engine.record([*LOG, Marked(keys=("a",), amount=3)])
    Runner(engine.open_reader, engine.open_writer, (BROKEN,)).catch_up()
    built(engine)
    assert {(each.error, each.position) for each in status(engine).values()} == {(None, 5)}


# --- Check ------------------------------------------------------------------------------------
def tamper(engine: Engine, statement: str) -> None:
    with opened(engine) as (_, writer):
        cursor = writer._writing.execute(statement)
        assert cursor.rowcount == 1


@pytest.fixture
def shown(engine: Engine) -> Engine:
    engine.record(LOG)
    runner(engine).catch_up()
    assert all(each.equal for each in checked(engine))
    return engine


OF_SUMS = "name = 'sums' AND ledger_id = (SELECT max(ledger_id) FROM projection)"


@pytest.mark.parametrize(
    "statement, key",
    [
        (f"UPDATE view_row SET from_position = 3 WHERE {OF_SUMS} AND key = 'a'", None),
        (f"DELETE FROM view_row WHERE {OF_SUMS} AND key = 'a'", "a"),
        (f"UPDATE view_row SET to_position = 4 WHERE {OF_SUMS} AND key = 'c|1'", "c|1"),
        (f"UPDATE view_row SET to_position = NULL WHERE {OF_SUMS} AND key = 'b' AND from_position = 1", "b"),
        (f"UPDATE view_row SET key = 'aa' WHERE {OF_SUMS} AND key = 'a'", "a"),
    ],
)
def test_a_check_names_the_first_key_that_differs(shown: Engine, statement: str, key: str | None) -> None:
    tamper(shown, statement)
    found = {each.name: each for each in checked(shown)}
    assert found["sums"].key == key
    assert found["sums"].equal == (key is None)
    assert found["firsts"].equal
    built(shown)
    assert all(each.equal for each in checked(shown))


def test_a_check_names_the_first_figure_that_differs(shown: Engine) -> None:
    tamper(shown, f"UPDATE view_figure SET number = number + 1 WHERE {OF_SUMS} AND figure = 'sum|a'")
    (sums, firsts) = checked(shown)
    assert (sums.figure, sums.key, sums.equal, firsts.equal) == ("sum|a", None, False, True)


def test_a_check_compares_a_halted_projection_where_it_stands(engine: Engine) -> None:
    engine.record([*LOG, Marked(keys=("a",), amount=3), Marked(keys=("a",), amount=1)])
    runner(engine, (BROKEN, BOTH[1])).catch_up()
    assert {each.name: (each.position, each.equal) for each in checked(engine)} == {
        "sums": (4, True),
        "firsts": (6, True),
    }


def test_a_check_tells_where_the_replay_raises(shown: Engine) -> None:
    shown.record([Marked(keys=("a",), amount=3)])
    runner(shown).catch_up()
    with closing(shown.open_reader()) as reader:
        (found,) = check(reader, lambda at: shown.rows((BROKEN,), at), (BROKEN,))
    assert not found.equal
    assert str(found.error).startswith("position 5: KeyError")


def test_digests_stay_the_same(shown: Engine) -> None:
    expected = {
        "sums": "319d5827f919035cdfde2652c558949db43cfcd2a5721a3786b66c0b7021a101",
        "firsts": "624d98a33aba50674210c162bd0421511a206388bd2f8294704f947016e1953c",
    }

    def of(rows: Rows) -> dict[str, str]:
        return digests(rows, BOTH)

    with shown.rows(BOTH) as rows:
        assert of(rows) == of(MemoryRows(BOTH, recorded(LOG))) == expected
    built(shown)
    with shown.rows(BOTH) as rows:
        assert of(rows) == expected


def test_progress_ends_at_the_head(shown: Engine) -> None:
    seen: list[tuple[int, int]] = []
    with opened(shown) as (reader, writer):
        rebuild(reader, writer, (replace(SUMS),), page=3, progress=lambda at, head: seen.append((at, head)))
    assert seen == [(3, 4), (4, 4)]
