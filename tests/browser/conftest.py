"""A real browser on a real site: the demonstration served by a process of its own, and Chromium."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Error, sync_playwright

CHROMIUM = ("chromium", "chromium-browser", "google-chrome")
# Nothing is asked of anybody else, and a test machine has no screen.
OPTIONS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
LIGGARE = (sys.executable, "-m", "services.cli.main")


def liggare(store: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command on a store to its end."""
    options = ("--store", f"sqlite:///{store}", "--ledger", "nacka.se/inflytande")
    return subprocess.run([*LIGGARE, *arguments, *options], capture_output=True, text=True, check=True, timeout=240)


@pytest.fixture
def browser() -> Iterator[Browser]:
    """Chromium without a window. Skips where there is none: `make chromium` installs it where it may.

    For one test: while it is open an event loop runs in this thread, which no other test may find.
    """
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        pytest.skip("no Chromium on this machine; `apt-get install chromium` brings one")
    with sync_playwright() as playwright:
        try:
            started = playwright.chromium.launch(executable_path=found, args=list(OPTIONS))
        except Error as error:
            pytest.skip(f"Chromium does not start here: {error.message.splitlines()[0]}")
        yield started
        started.close()


@pytest.fixture(scope="session")
def demonstration(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The store of the demonstration, with its illustrative part."""
    store = tmp_path_factory.mktemp("browser") / "demo.db"
    liggare(store, "demo", "--once", "--with-illustrative")
    return store


@pytest.fixture(scope="session")
def site(demonstration: Path) -> Iterator[str]:
    """The address of the demonstration's site."""
    options = ("--store", f"sqlite:///{demonstration}", "--ledger", "nacka.se/inflytande")
    serve = ("serve", "--address", "127.0.0.1:0", "--web", "127.0.0.1:0", "--json")
    with subprocess.Popen(
        [*LIGGARE, *serve, *options], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, env={**os.environ}
    ) as process:
        assert process.stdout is not None
        yield json.loads(process.stdout.readline())["web"]
        process.send_signal(signal.SIGTERM)
        process.wait(60)
