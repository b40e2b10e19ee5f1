"""What every test can ask for: a real PostgreSQL, and the real data shared beside the checkout."""

import gc
import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import settings

from tests.fix_postgres import postgres, postgres_database, postgres_module_url, postgres_url

__all__ = ["postgres", "postgres_database", "postgres_module_url", "postgres_url", "shared"]

ROOT = Path(__file__).resolve().parent.parent

# Time limits are pytest-timeout's business: a slow example on a busy machine is no bug. In CI the examples are the same for
# everybody, so that a red run means a change; elsewhere they differ from run to run, and find more.
settings.register_profile("developer", deadline=None, print_blob=True)
settings.register_profile("ci", parent=settings.get_profile("developer"), derandomize=True)
settings.load_profile("ci" if os.environ.get("CI") else "developer")


@pytest.hookimpl(wrapper=True)
def pytest_collection() -> Iterator[None]:
    """Keep the garbage collector from going through what lives to the end anyway: modules, and ten thousand tests."""
    gc.disable()
    try:
        return (yield)
    finally:
        gc.freeze()
        gc.enable()


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real data: `LIGGARE_SHARED`, by default `shared` beside the checkout. Skips where it is absent."""
    folder = Path(os.environ.get("LIGGARE_SHARED") or ROOT.parent / "shared")
    if not (folder / "data").is_dir():
        pytest.skip(f"no shared data at {folder}; LIGGARE_SHARED names another folder")
    return folder
