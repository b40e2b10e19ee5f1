"""A database that is down, empty or somebody else's at the start: said in a sentence, with the remedy, and no harm done."""

from __future__ import annotations

from pathlib import Path

import pytest

from ledger.messages import Receipt
from ledger.store.port import StoreUnavailable, StoreUnfit
from services.bootstrap import running
from services.engines import engine
from services.settings import Settings
from tests.faults.bench import Bench
from tests.faults.writer import MANY, casting
from tests.fix_postgres import PostgresServer
from tests.ledger.asking import asked, ballot


async def _start(settings: Settings) -> None:
    async with running(settings, background=False):
        pytest.fail("it started")


async def test_a_server_starts_once_its_database_is_up(tmp_path: Path, seed: int) -> None:
    with PostgresServer() as server:
        bench = Bench(server.url(), tmp_path, seed)
        await bench.open()
        server.stop()
        with pytest.raises(StoreUnavailable, match="does not answer"):
            await _start(bench.settings)
        server.start()
        async with running(bench.settings, background=False) as ledger:
            (before,) = await ledger.submit([asked(ballot("x"))])
            server.stop()
            with pytest.raises(StoreUnavailable):
                await ledger.submit([asked(ballot("y"))])
            with pytest.raises(StoreUnavailable):
                await ledger.submit([asked(ballot("y"))])
            server.start()
            (after,) = await ledger.submit([asked(ballot("y"))])
        assert isinstance(before, Receipt) and isinstance(after, Receipt)
        assert after.first == before.first + 1


def test_a_database_that_is_down_cannot_be_prepared(tmp_path: Path) -> None:
    settings = Settings(f"postgresql:///x?host={tmp_path}&user=x", "example.se/x", tmp_path / "keys")
    with pytest.raises(StoreUnavailable):
        engine(settings).prepare()
    assert not (tmp_path / "keys").exists()


async def test_a_file_that_is_not_there_is_not_made(tmp_path: Path) -> None:
    settings = Settings(f"sqlite:///{tmp_path}/none.db", "example.se/x", tmp_path / "keys")
    with pytest.raises(StoreUnfit, match="liggare init"):
        await _start(settings)
    assert not (tmp_path / "none.db").exists()
    assert not (tmp_path / "keys").exists()


async def test_an_empty_postgres_names_the_remedy(postgres_url: str, tmp_path: Path) -> None:
    with pytest.raises(StoreUnfit, match="liggare init"):
        await _start(Settings(postgres_url, "example.se/x", tmp_path / "keys"))
    assert not (tmp_path / "keys").exists()


async def test_another_ledger_in_the_same_store_is_not_ours(bench: Bench) -> None:
    settings = Settings(bench.store, "example.se/other", bench.folder / "other-keys")
    with pytest.raises(StoreUnfit, match=r"example\.se/other"):
        await _start(settings)
    assert not settings.keys.exists()
    async with running(bench.settings, background=False) as ledger:
        (outcome,) = await ledger.submit([casting(asked(ballot("x")).request_id, MANY, "v")])
    assert isinstance(outcome, Receipt)
