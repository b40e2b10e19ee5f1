"""What an index of words is asked, whatever engine keeps it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import NamedTuple, Protocol


class Indexed(NamedTuple):
    """One text of one event: where it lies, what it is about, when, and under which key (None in the clear).

    `day` is the first Swedish day it may have occurred on (ISO 8601), empty where its beginning is open.
    """

    position: int
    pointer: str
    subject: str
    topic: str
    day: str
    key: str | None
    body: str


class Hit(NamedTuple):
    """A text that was found. The better, the earlier in the list it stands."""

    position: int
    pointer: str
    subject: str
    topic: str
    day: str
    sealed: bool


class Asked(NamedTuple):
    """What is looked for: words that must all occur, up to a position (0: now) and a day, about a kind of subject or any."""

    words: tuple[str, ...]
    position: int
    day: str | None = None
    kind: str = ""


class WordIndex(Protocol):
    """Keeps the words of one ledger. Its calls raise StoreError."""

    def position(self) -> int:
        """Return up to which position the words are in; 0 when empty."""
        ...

    def add(self, found: Sequence[Indexed], after: int, position: int) -> bool:
        """Take in words and move from position `after` to `position`, all or nothing.

        False, and nothing is taken in, where another process has moved on already.
        """
        ...

    def forget(self, keys: Collection[str]) -> None:
        """Remove the words sealed under some keys, and every trace of them in the index."""
        ...

    def find(self, asked: Asked, limit: int, skip: int) -> list[Hit]:
        """Return the best hits after the first `skip`."""
        ...

    def close(self) -> None: ...
