"""A database is brought up to date once, however many start at the same moment."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ledger.store import postgres, postgres_session, sqlite_session, statements
from ledger.store.port import StoreUnfit
from tests.ledger.store.conftest import Engine

ALL = {
    "sqlite": ["0001_record", "0002_read_models"],
    "postgres": ["0001_record", "0002_read_models", "0003_roles"],
}


def _all_at_once(work: Callable[[], Any], times: int) -> list[Any]:
    results: list[Any] = []
    start = threading.Barrier(times)

    def run() -> None:
        start.wait()
        try:
            results.append(work())
        except Exception as error:  # shown by the comparison
            results.append(error)

    threads = [threading.Thread(target=run) for _ in range(times)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_migrating_twice_changes_nothing(engine: Engine) -> None:
    assert engine.migrate()[:2] == ALL[engine.name][:2]
    assert engine.migrate() == []
    rows = engine.plain().execute("SELECT number, name FROM migration ORDER BY number").fetchall()
    assert [name for _, name in rows][: len(ALL[engine.name])] == ALL[engine.name]


def test_of_many_starting_at_once_one_migrates(engine: Engine) -> None:
    results = _all_at_once(engine.migrate, 6)
    assert sorted(map(bool, results)) == [False] * 5 + [True], results
    assert all(isinstance(result, list) for result in results)


def test_databases_of_one_cluster_may_be_migrated_at_once(postgres_database: Callable[[], str]) -> None:
    urls = [postgres_database() for _ in range(4)]
    results = _all_at_once(lambda: postgres.migrate(urls.pop()), 4)
    assert [result[:3] for result in results] == [ALL["postgres"]] * 4


def test_a_ledger_is_made_once(engine: Engine) -> None:
    engine.migrate()
    assert _all_at_once(lambda: engine.create_ledger("test"), 6) == [None] * 6
    engine.create_ledger("other")
    assert engine.writer("test").ledger != engine.writer("other").ledger
    rows = engine.plain().execute("SELECT l.origin, h.next FROM ledger l JOIN head h USING (ledger_id) ORDER BY 1")
    assert rows.fetchall() == [("other", 1), ("test", 1)]


def test_a_database_by_an_older_version_says_how_it_is_brought_up_to_date(
    engine: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    session = sqlite_session if engine.name == "sqlite" else postgres_session
    *older, newest = statements.migrations(engine.name)
    with monkeypatch.context() as then:
        then.setattr(session, "migrations", lambda _name: older)
        engine.ready()
    with pytest.raises(StoreUnfit, match="older version; run `liggare init` to bring it up to date"):
        engine.writer("test")
    assert engine.migrate() == [newest[1]]
    assert engine.writer("test").head() == 0


def test_an_unknown_ledger_and_an_empty_database_are_named(engine: Engine, tmp_path: Path) -> None:
    with pytest.raises(StoreUnfit, match="init"):
        engine.writer("test")
    assert not list(tmp_path.iterdir()), "looking must not make a file"
    engine.migrate()
    with pytest.raises(StoreUnfit, match="init --ledger test"):
        engine.writer("test")
