"""Write docs/reference from the code: `make docs`. A test fails when a page is stale."""

from __future__ import annotations

import sys
from collections.abc import Callable
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
FOLDER = ROOT / "docs" / "reference"
for _path in (ROOT, ROOT / "generated"):
    sys.path.insert(0, str(_path))

from tests.docs.machine import cli, settings_page  # noqa: E402  the path comes first
from tests.docs.pages import commands, errors, events, rpcs_page  # noqa: E402

PAGES: dict[str, Callable[[], str]] = {
    "commands.md": commands,
    "events.md": events,
    "rpcs.md": rpcs_page,
    "errors.md": errors,
    "settings.md": settings_page,
    "command-line.md": cli,
}
"""Every page of the reference, and what it says."""


def write() -> list[str]:
    """Write what changed; return the names of those pages."""
    FOLDER.mkdir(parents=True, exist_ok=True)
    written = []
    for name, page in PAGES.items():
        text, path = page(), FOLDER / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.write_text(text, encoding="utf-8")
            written.append(name)
    return written


if __name__ == "__main__":
    print("\n".join(f"wrote docs/reference/{name}" for name in write()) or "docs/reference is up to date")
