"""A real browser on a real site: the demonstration served by a process of its own, and Chromium.

Playwright keeps an event loop running in the thread that drives it, where no other test may find one. So the browser
has a thread of its own, kept for the whole run, and every test here that uses `browser` runs in that thread from its
first line to its last. Fixtures do not: one that needs the browser calls `inside`.
"""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TypeVar

import pytest
from playwright.sync_api import Browser, Error, Page, sync_playwright

T = TypeVar("T")

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
_room = ThreadPoolExecutor(1, thread_name_prefix="browser")


def inside(work: Callable[[], T]) -> T:
    """Do what uses the browser in the browser's thread, and return what came of it."""
    return _room.submit(work).result()


@pytest.hookimpl(tryfirst=True)
def pytest_pyfunc_call(pyfuncitem: pytest.Function) -> None:
    """Let a test that uses the browser run in the browser's thread."""
    if "browser" in pyfuncitem.fixturenames:
        test = pyfuncitem.obj
        pyfuncitem.obj = lambda **given: inside(lambda: test(**given))


def liggare(store: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run a command on a store to its end."""
    options = ("--store", f"sqlite:///{store}", "--ledger", "nacka.se/inflytande")
    return subprocess.run([*LIGGARE, *arguments, *options], capture_output=True, text=True, check=True, timeout=240)


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    """Chromium without a window. Skips where there is none: `make chromium` installs it where it may."""
    found = next(filter(None, map(shutil.which, CHROMIUM)), None)
    if found is None:
        pytest.skip("no Chromium on this machine; `apt-get install chromium` brings one")
    playwright = inside(lambda: sync_playwright().start())
    try:
        started = inside(lambda: playwright.chromium.launch(executable_path=found, args=list(OPTIONS)))
    except Error as error:
        inside(playwright.stop)
        pytest.skip(f"Chromium does not start here: {error.message.splitlines()[0]}")
    yield started
    inside(started.close)
    inside(playwright.stop)


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    """An empty page of a Swedish reader, who has never been here."""
    context = inside(lambda: browser.new_context(locale="sv-SE"))
    yield inside(context.new_page)
    inside(context.close)


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
