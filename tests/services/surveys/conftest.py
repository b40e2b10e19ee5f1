from __future__ import annotations

from pathlib import Path

import pytest

from tests.fix_liggare import Liggare


@pytest.fixture(autouse=True)
def _without_settings_of_the_machine(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    for name in ("LIGGARE_STORE", "LIGGARE_LEDGER", "LIGGARE_KEYS", "LIGGARE_KEK", "LIGGARE_MODE"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)


@pytest.fixture
def nothing_yet(tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]) -> Liggare:
    """`liggare` on a store that does not exist."""
    return Liggare(f"sqlite:///{tmp_path}/l.db", tmp_path / "keys", capfdbinary)


@pytest.fixture
def liggare(nothing_yet: Liggare) -> Liggare:
    """`liggare` on an empty ledger."""
    nothing_yet("init")
    return nothing_yet
