"""Where the parts of a served ledger stand, for whoever asks: a small file beside the keys, written by the supervisor.

It holds no secret. It belongs to one machine: parts on another have a board of their own there.
"""

from __future__ import annotations

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

from services.settings import Settings

NAME = "serving.json"
BYTES_MAX = 64 << 10
RESTING = {"worker": ("read models", "publisher")}
"""Which work rests while a part does not run."""


class Post(NamedTuple):
    """One part: `starting`, `running` or `stopped`, how often it was started again, how it ended last, what is wrong."""

    state: str
    pid: int
    restarts: int
    ended: int | None
    problems: dict[str, str]

    @property
    def said(self) -> str:
        """What is wrong in one line, empty where nothing is."""
        wrong = [f"{name}: {' '.join(text.split())}" for name, text in self.problems.items()]
        if self.state == "stopped":
            wrong.insert(0, f"ended with {self.ended} and will be started again")
        return "; ".join(wrong)


class Board:
    """The file of one ledger's folder of keys."""

    def __init__(self, settings: Settings) -> None:
        self._path = settings.keys / NAME
        self._written: dict[str, Post] | None = None

    @contextmanager
    def kept(self) -> Iterator[None]:
        """Remove it at the end."""
        try:
            yield
        finally:
            with suppress(OSError):
                self._path.unlink(missing_ok=True)

    def write(self, posts: Mapping[str, Post]) -> None:
        """Put up where the parts stand; a full disk does not stop what is served."""
        if self._written == posts:
            return
        self._written = dict(posts)
        content = to_json({"supervisor": os.getpid(), "parts": {name: post._asdict() for name, post in posts.items()}})
        beside = self._path.with_name(f"{NAME}.new")
        with suppress(OSError):
            beside.write_bytes(content)
            beside.replace(self._path)

    def read(self) -> dict[str, Post]:
        """Return where the parts stand; nothing where nobody serves on this machine, or in one process."""
        try:
            with self._path.open("rb") as file:
                found: dict[str, Any] = from_json(file.read(BYTES_MAX))
            if not _lives(int(found["supervisor"])):
                return {}
            return {str(name): Post(**post) for name, post in found["parts"].items()}
        except (OSError, ValueError, TypeError, KeyError, AttributeError):
            return {}

    def problems(self) -> dict[str, str]:
        """Return what is wrong, by the name of the work, else of the part."""
        found: dict[str, str] = {}
        for name, post in self.read().items():
            found |= post.problems
            if post.state == "stopped":
                found |= dict.fromkeys((name, *RESTING.get(name, ())), post.said)
        return found


def _lives(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True
