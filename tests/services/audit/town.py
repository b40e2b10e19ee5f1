"""A ledger as the product makes it, to be damaged behind the product's back, and audited."""

import asyncio
import shutil
from collections.abc import Iterator
from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any
from uuid import UUID

import pytest

from ledger.bodies import BodyKind, RegisterBody
from ledger.inputs import ReceiveInput
from ledger.messages import Command, Receipt, Submission
from services.audit.database import verify
from services.audit.report import Report
from services.bootstrap import prepared, running
from services.engines import engine
from services.keys import make_keys
from services.settings import Settings, settings
from tests.ledger.log.published import disarm, literal
from tests.ledger.store.conftest import Engine, engine_at

ORIGIN = "kommun.example/liggare"
BODIES, INPUTS = 300, 40


def commands(first: int) -> list[Command]:
    """Bodies without sealed words, and inputs with them."""
    found: list[Command] = [
        RegisterBody(body=f"body-{n}", kind=BodyKind.UNIT, name=f"Enhet {n}") for n in range(first, first + BODIES)
    ]
    found += [
        ReceiveInput.model_validate(
            {
                "input": f"input-{n}",
                "kind": "proposal",
                "channel": "web",
                "author": f"author-{n % 7}",
                "author_kind": "resident",
                "text": f"Fler bänkar vid sjön, nummer {n}",
            }
        )
        for n in range(first, first + INPUTS)
    ]
    return found


@dataclass
class Town:
    """One ledger: its settings, and the database as its owner can reach it."""

    settings: Settings
    name: str
    database: Engine

    def record(self, first: int) -> int:
        """Submit commands, in two groups; bring read models and checkpoint up; return the last position."""
        chance = Random(first)
        asked = [Submission(each, UUID(int=chance.getrandbits(128)), "role:clerk") for each in commands(first)]

        async def submit() -> None:
            async with running(self.settings, background=False) as ledger:
                for half in (asked[:100], asked[100:]):
                    outcomes = await ledger.submit(half)
                    assert all(isinstance(outcome, Receipt) for outcome in outcomes), outcomes

        asyncio.run(submit())
        with closing(engine(self.settings).reader()) as reader:
            return reader.head()

    def publish(self) -> None:
        with prepared(self.settings) as parts, parts.publisher() as publisher:
            publisher.catch_up()

    def verify(self, since: Path | None = None) -> Report:
        return verify(self.settings, since=[since] if since else [])

    def tamper(self, statement: str) -> int:
        """Run one statement as the database's owner, the triggers out of the way; return the rows it changed."""
        with closing(self.database.owner()) as connection:
            disarm(connection, self.name)
            return int(connection.execute(statement).rowcount)

    def one(self, statement: str) -> Any:
        with closing(self.database.owner()) as connection:
            return connection.execute(statement).fetchone()[0]

    def bytes(self, octets: bytes) -> str:
        return literal(self.name, octets)


def made(name: str, place: str, keys: Path) -> Town:
    store = f"sqlite:///{place}" if name == "sqlite" else place
    chosen = settings(store, ORIGIN, str(keys), environment={})
    engine(chosen).prepare()
    make_keys(chosen)
    return Town(chosen, name, engine_at(name, place))


@pytest.fixture
def town(engine_name: str, place: str, tmp_path: Path) -> Iterator[Town]:
    """340 events under two checkpoints or more."""
    town = made(engine_name, place, tmp_path / "keys")
    town.record(0)
    yield town
    town.database.close()


@pytest.fixture(scope="session")
def untouched(tmp_path_factory: pytest.TempPathFactory) -> Town:
    """One on SQLite that tests copy, so that many kinds of damage cost little."""
    folder = tmp_path_factory.mktemp("town")
    town = made("sqlite", str(folder / "ledger.sqlite"), folder / "keys")
    town.record(0)
    town.record(1_000)
    return town


def copy_of(town: Town, folder: Path) -> Town:
    """Copy a town on SQLite, file and keys."""
    path = town.settings.sqlite_path
    assert path is not None
    with closing(town.database.owner()) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    shutil.copy(path, folder / "ledger.sqlite")
    shutil.copytree(town.settings.keys, folder / "keys")
    return made("sqlite", str(folder / "ledger.sqlite"), folder / "keys")
