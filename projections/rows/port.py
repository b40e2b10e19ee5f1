"""The writing side of read models: what a page of events does to them, and who may write it.

Each projection's rows belong to a generation. One generation is live, the one that is shown; a
rebuild fills the next one beside it and then takes its place. A page is written in one transaction:
versions closed, versions opened, figures added, position moved.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

RUNNER = "runner"
REBUILD = "rebuild"
"""The two things only one process may do at a time per ledger: run, and build a generation."""


class Superseded(Exception):
    """Somebody else moved, replaced or dropped this generation. Load the positions again."""


class NotReached(LookupError):
    """The read models have not reached the position that was asked for."""

    def __init__(self, asked: int, reached: int) -> None:
        self.asked, self.reached = asked, reached
        super().__init__(f"position {asked} was asked for; the read models have reached {reached}")


class Status(NamedTuple):
    """How far one generation of a projection has come. `error` tells why it halted, None while it runs."""

    name: str
    version: int
    generation: int
    position: int
    live: bool
    error: str | None


Held = tuple[int, bytes | None]
"""The open row of a key: since which position, and its state in canonical bytes (None: the key does not
exist now). Plain tuples, here and below: millions of them must cost the collector of cycles nothing."""

NewRow = tuple[str, int, int | None, bytes | None]
"""A version to insert: key, position, until which position (None: it stays open), state in canonical bytes."""

Closing = tuple[str, int, int]
"""An open row that ends: key, since which position it was open, until which."""


@dataclass(slots=True)
class Change:
    """What the events in (after, upto] do to one generation of a projection. `figures` are differences."""

    name: str
    generation: int
    after: int
    upto: int
    rows: list[NewRow] = field(default_factory=list)
    closings: list[Closing] = field(default_factory=list)
    figures: dict[str, int] = field(default_factory=dict)
    error: str | None = None


class RowsWriter(Protocol):
    """The writing half of an engine. `write` may run on another thread than the rest."""

    def status(self) -> list[Status]:
        """Return all generations of the ledger, by name and generation."""

    def begin(self, name: str, version: int, *, live: bool) -> int:
        """Make an empty generation at position 0 and return its number."""

    def open_rows(self, name: str, generation: int, keys: Collection[str]) -> dict[str, Held]:
        """Return the open rows of some keys; keys without one are left out."""

    def all_open_rows(self, name: str, generation: int, limit: int) -> dict[str, Held] | None:
        """Return every open row, or None when there are more than `limit`."""

    def write(self, changes: Sequence[Change]) -> None:
        """Write all changes in one transaction, or nothing. Raises Superseded or a StoreError."""

    def swap(self, name: str, generation: int) -> bool:
        """Make a generation the live one; refuse (False) while it is behind the one that is."""

    def drop(self, name: str, generation: int) -> None:
        """Remove a generation that is not live, with all its rows."""

    def lock(self, purpose: str) -> bool:
        """Take the ledger's lock for a purpose; False when somebody else holds it. It ends with `close`."""

    def unlock(self, purpose: str) -> None: ...

    def close(self) -> None: ...
