"""What an answer says, apart from where it was read: the same words after an unrelated event are the same answer.

Every view states the position it was read at, which moves with each event of the record. Here that position is marked
while a page is made, so that it is recognised wherever the answer repeats it, and does not count as a change.
"""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from typing import Any

from pydantic_core import to_json

from projections.projection import Row, Rows
from projections.views.answer import PageTokenInvalid, read_page_token
from services.web.page import Seen, Shown

_DIGITS = 24
_TOKEN = "token"


class Here(int):
    """The position at which a page is made."""


class MarkedRows:
    """Rows that state their position as one that is recognised again."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.position: int = Here(rows.position)
        self.derived = getattr(rows, "derived", None)

    def get(self, projection: str, key: str) -> Row | None:
        return self._rows.get(projection, key)

    def scan(self, projection: str, prefix: str = "", after: str = "", limit: int | None = None) -> Iterator[Row]:
        return self._rows.scan(projection, prefix, after, limit)

    def history(self, projection: str, key: str) -> list[Row]:
        return self._rows.history(projection, key)

    def figures(self, projection: str, prefix: str = "") -> dict[str, int]:
        return self._rows.figures(projection, prefix)


class NotingSeen(Seen):
    """Notes whether a page looked at the day: what it shows then may be another tomorrow, without any event."""

    __slots__ = ("judged",)
    judged: bool

    def __init__(self, *seen: Any) -> None:
        super().__init__(*seen)
        object.__setattr__(self, "judged", False)

    def __getattribute__(self, name: str) -> Any:
        if name == "on":
            object.__setattr__(self, "judged", True)
        return object.__getattribute__(self, name)


def own(value: Any) -> Any:
    """Return a copy of an answer: words are written into it, which must not stay in the read models it was taken from."""
    if isinstance(value, dict):
        return {name: own(member) for name, member in value.items()}
    return [own(member) for member in value] if isinstance(value, list | tuple) else value


def placed(shown: Shown, position: int) -> Shown:
    """Return a copy of an answer that states `position` wherever it stated the one it was made at."""
    found: Shown = _placed(shown, position)
    return found


def _placed(value: Any, position: int) -> Any:
    if isinstance(value, Here):
        return position
    if isinstance(value, dict):
        return {name: _placed(member, position) for name, member in value.items()}
    if isinstance(value, list | tuple):
        return [_placed(member, position) for member in value]
    return value


def digest(shown: Shown, *more: str) -> str:
    """Return a digest of everything an answer says but the position it was made at."""
    return sha256(to_json([_without_place(shown, ""), more])).hexdigest()[:_DIGITS]


def _without_place(value: Any, name: str) -> Any:
    if isinstance(value, Here):
        return 0
    if isinstance(value, dict):
        return {key: _without_place(member, str(key)) for key, member in value.items()}
    if isinstance(value, list | tuple):
        return [_without_place(member, name) for member in value]
    if isinstance(value, str) and value and name.endswith(_TOKEN):
        # A token to the next page holds the position, too.
        try:
            return read_page_token(value)[1]
        except PageTokenInvalid:
            return value
    return value


def holds_words(value: Any) -> bool:
    """Tell whether an answer shows words, which an erasure may take away."""
    if isinstance(value, dict):
        return "pointer" in value or any(holds_words(member) for member in value.values())
    return isinstance(value, list | tuple) and any(holds_words(member) for member in value)
