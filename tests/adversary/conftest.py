"""A ledger as an operator keeps it, on both engines, and what whoever owns the database can do to it."""

from __future__ import annotations

from contextlib import closing
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.fix_liggare import Liggare, spawn
from tests.ledger.log.published import disarm, literal
from tests.ledger.store.conftest import engine_at, engine_name, place

__all__ = ["engine_name", "place"]

BODY = '{{"body": "b-{0}", "kind": "board", "name": "Nämnd {0}"}}'
BODIES = 7


@dataclass
class Operated:
    """One ledger of `BODIES` events, a checkpoint after each, kept by an auditor as a file named after its size."""

    liggare: Liggare
    engine: str
    place: str
    kept: Path

    def change(self, *statements: str) -> None:
        """Run statements as the owner of the database, the triggers out of the way."""
        with closing(engine_at(self.engine, self.place).owner()) as connection:
            disarm(connection, self.engine)
            for statement in statements:
                connection.execute(statement)

    def one(self, statement: str) -> Any:
        with closing(engine_at(self.engine, self.place).owner()) as connection:
            return connection.execute(statement).fetchone()[0]

    def bytes(self, octets: bytes) -> str:
        return literal(self.engine, octets)

    def heads(self) -> list[Path]:
        return sorted(self.kept.iterdir(), key=lambda path: int(path.name))

    def process(self, *arguments: str) -> tuple[int, str]:
        """Run `liggare` as a process of its own, as an auditor would; return exit code and what it said."""
        with spawn([*self.liggare.options, *arguments]) as running:
            out, err = running.communicate(timeout=120)
        assert b"Traceback" not in err
        return running.returncode, (out + err).decode()

    def forget_what_was_signed(self) -> None:
        """Take away everything on the operator's side that remembers a head."""
        self.change("DELETE FROM checkpoint", "DELETE FROM cosignature", "DELETE FROM tile")
        for name in ("log.checkpoint",):
            (self.liggare.keys / name).unlink(missing_ok=True)

    def record(self, *numbers: object) -> None:
        for number in numbers:
            self.liggare("do", "register-body", "--json", BODY.format(number))


@pytest.fixture
def operated(engine_name: str, place: str, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Operated:
    store = f"sqlite:///{place}" if engine_name == "sqlite" else place
    liggare = Liggare(store, tmp_path / "keys", capfdbinary)
    liggare("init")
    kept = tmp_path / "kept by an auditor"
    kept.mkdir()
    town = Operated(liggare, engine_name, place, kept)
    for number in range(BODIES):
        town.record(number)
        note = (liggare.keys / "log.checkpoint").read_bytes()
        (kept / note.decode().splitlines()[1]).write_bytes(note)
    return town
