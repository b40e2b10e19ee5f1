"""Other people's verifiers, each skipped where it is not installed, and logs of ours for them to check."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from services.export.bundle import export
from services.settings import Settings
from tests.ledger.log.published import ORIGIN, Published
from tests.ledger.store.conftest import sqlite_engine
from tests.services.web.site import Site, served

FOLDER = Path(__file__).parent
GO_PACKAGES = Path("/usr/share/gocode/src/golang.org/x/mod/sumdb/tlog")
FOREIGN_PYTHON = "LIGGARE_FOREIGN_PYTHON"
"""Names an interpreter whose environment has tlog-scales and metamorphic-log; nothing of theirs comes into ours."""


@dataclass(frozen=True)
class Tool:
    """A program of somebody else; call it with arguments."""

    command: tuple[str, ...]

    def run(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        command = [*self.command, *map(str, arguments)]
        return subprocess.run(command, capture_output=True, text=True, timeout=240, check=False)

    def __call__(self, *arguments: str | Path) -> str:
        """Return what it says; fail unless it ends well."""
        ran = self.run(*arguments)
        assert ran.returncode == 0, ran.stdout + ran.stderr
        return ran.stdout


@pytest.fixture(scope="session")
def tlogverify(tmp_path_factory: pytest.TempPathFactory) -> Tool:
    """The Go program of this folder, built on Debian's packages."""
    if shutil.which("go") is None or not GO_PACKAGES.is_dir():
        pytest.skip("Go is not here; on Debian: apt install golang-go golang-golang-x-mod-dev")
    folder = tmp_path_factory.mktemp("go")
    environment = os.environ | {
        "GO111MODULE": "off",
        "GOPATH": "/usr/share/gocode",
        "GOCACHE": str(folder / "cache"),
        "GOFLAGS": "",
    }
    program = folder / "tlogverify"
    subprocess.run(
        ["go", "build", "-o", str(program), "."], cwd=FOLDER / "tlogverify", env=environment, check=True, timeout=240
    )
    return Tool((str(program),))


@pytest.fixture(scope="session")
def webcrypto() -> Tool:
    """The script of this folder in Node, whose WebCrypto and fetch are those of browsers."""
    node = shutil.which("node")
    if node is None:
        pytest.skip("Node is not here; version 20 or later has all that the script needs")
    return Tool((node, "--no-warnings", str(FOLDER / "webcrypto.mjs")))


@pytest.fixture(scope="session")
def foreign() -> Callable[[str], Tool]:
    """Return an interpreter that has a package, to run `foreign_checks.py` in."""

    def having(package: str) -> Tool:
        python = os.environ.get(FOREIGN_PYTHON, sys.executable)
        if Tool((python, "-c", f"import {package}")).run().returncode:
            pytest.skip(f"{package} is not installed; {FOREIGN_PYTHON} names an interpreter that has it")
        return Tool((python, str(FOLDER / "foreign_checks.py")))

    return having


@dataclass(frozen=True)
class Ours:
    """A log of ours: its record, and where the files of it can be written."""

    published: Published
    place: Path

    @property
    def vkey(self) -> Path:
        return self.published.keys / "log.vkey"

    def grow(self, *sizes: int) -> None:
        """Record up to each size, and publish it."""
        for size in sizes:
            self.published.record(size - len(self.published.leaves))
            assert self.published.publish() == size

    def exported(self, size: int | None = None) -> Path:
        """Write a bundle of a size, by default the newest, and return its folder."""
        out = self.place / f"bundle-{size}"
        export(Settings(f"sqlite:///{self.place}/ledger.sqlite", ORIGIN, self.published.keys), out, at=size)
        return out


@pytest.fixture(scope="module")
def ours(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ours]:
    """A log of ours that a file's tests share."""
    place = tmp_path_factory.mktemp("ours")
    engine = sqlite_engine(place / "ledger.sqlite").ready()
    yield Ours(Published(engine, place / "keys"), place)
    engine.close()


@pytest.fixture(scope="module")
def site(ours: Ours) -> Iterator[Site]:
    """The same log, served."""
    with served(ours.published) as found:
        yield found
