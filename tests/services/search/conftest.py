from __future__ import annotations

from pathlib import Path

import pytest

from tests.fix_liggare import Liggare


@pytest.fixture(params=["sqlite", "postgres"])
def liggare(
    request: pytest.FixtureRequest,
    tmp_path: Path,
    capfdbinary: pytest.CaptureFixture[bytes],
    monkeypatch: pytest.MonkeyPatch,
) -> Liggare:
    """`liggare` on an empty ledger, on each engine."""
    for name in ("LIGGARE_STORE", "LIGGARE_LEDGER", "LIGGARE_KEYS", "LIGGARE_KEK", "LIGGARE_MODE"):
        monkeypatch.delenv(name, raising=False)
    sqlite = request.param == "sqlite"
    store = f"sqlite:///{tmp_path}/l.db" if sqlite else request.getfixturevalue("postgres_url")
    made = Liggare(store, tmp_path / "keys", capfdbinary)
    made("init")
    return made
