"""One small town's bundle, to be damaged in memory or as files."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from ledger.log.folder import LogFolder
from ledger.log.note import SigningKey
from services.export.bundle import export
from tests.services.audit.offline.memory import files_in
from tests.services.audit.town import Town


@pytest.fixture(scope="session")
def exported(untouched: Town, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("exported") / "bundle"
    export(untouched.settings, folder)
    return folder


@pytest.fixture(scope="session")
def files(exported: Path) -> dict[str, bytes]:
    return files_in(exported)


@pytest.fixture(scope="session")
def key(untouched: Town) -> SigningKey:
    """The log's own key: what an operator can do who lies."""
    return LogFolder(untouched.settings.keys, untouched.settings.ledger).existing_key()


@pytest.fixture
def bundle(exported: Path, tmp_path: Path) -> Path:
    """A copy to be damaged."""
    shutil.copytree(exported, tmp_path / "bundle")
    return tmp_path / "bundle"
