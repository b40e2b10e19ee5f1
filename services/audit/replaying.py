"""The record replayed in scratch: any view as of any moment, from the entries alone, and what differs between two moments.

A moment is a position (what was known) or a day (what had happened by its end). Nothing is written, and no read model
of a store is looked at. Memory holds every version of every row: what `projections.rows.memory` says.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import NamedTuple, Protocol, TypeAlias

from ledger.messages import RecordedEvent
from ledger.store.port import Recorded
from projections.advance import decode_page
from projections.catalogue import PROJECTIONS
from projections.projection import Rows, digest
from projections.rebuild import BULK_EVENTS
from projections.rows.memory import MemoryRows, happened_by

Moment: TypeAlias = int | date
"""A position, or a day in Sweden."""

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the position reached and the head, once a page."""


class Entries(Protocol):
    """Where entries come from: a reader of a store, or a bundle."""

    def entries(self, after: int, limit: int) -> list[Recorded]:
        """Return up to `limit` entries after a position, in order."""


class ModelDifference(NamedTuple):
    """How one read model differs between two moments: both digests, and rows by what became of them."""

    name: str
    before: str
    after: str
    added: int
    changed: int
    removed: int


class Scratch:
    """The events up to `head`, to be replayed; `known` has all of them and is made at once."""

    def __init__(self, source: Entries, head: int, progress: Progress | None = None) -> None:
        """Replay everything. Raises UnreadableEntry for an event of ours this version cannot read, and StoreError."""
        self._source, self.head = source, head
        self.known = MemoryRows(PROJECTIONS)
        for page in self._pages():
            self.known.add(page)
            if progress is not None:
                progress(self.known.position, head)
        self.known.position = head

    def rows(self, moment: Moment) -> MemoryRows:
        """Return the rows as of a moment up to the head; those of a day are replayed for it."""
        if isinstance(moment, int):
            return self.known.at(moment)
        rows = MemoryRows(PROJECTIONS)
        for page in self._pages():
            rows.add(happened_by(moment, page))
        rows.position = self.head
        return rows

    def between(self, one: Moment, other: Moment) -> dict[str, int]:
        """Count, by type, the events that belong to one of two moments and not to the other."""
        found: Counter[str] = Counter()
        for page in self._pages():
            found.update(each.entry.type for each in page if _within(one, each) is not _within(other, each))
        return dict(sorted(found.items()))

    def _pages(self) -> Iterator[Sequence[RecordedEvent]]:
        position = 0
        while position < self.head and (
            entries := self._source.entries(position, min(BULK_EVENTS, self.head - position))
        ):
            position = entries[-1].position
            page = decode_page(entries)
            if page.unreadable:
                raise page.unreadable[0].error
            yield page.events.events


def _within(moment: Moment, recorded: RecordedEvent) -> bool:
    if isinstance(moment, int):
        return recorded.position <= moment
    return any(True for _ in happened_by(moment, (recorded,)))


def compare_models(before: Rows, after: Rows) -> list[ModelDifference]:
    """Return the read models that differ between two moments, by name."""
    found = []
    for projection in sorted(PROJECTIONS, key=lambda each: each.name):
        old, new = _states(before, projection.name), _states(after, projection.name)
        if old != new:
            changed = sum(old[key] != new[key] for key in old.keys() & new.keys())
            counts = len(new.keys() - old.keys()), changed, len(old.keys() - new.keys())
            found.append(ModelDifference(projection.name, digest(old.items()), digest(new.items()), *counts))
    return found


def _states(rows: Rows, name: str) -> dict[str, object]:
    return {row.key: row.state for row in rows.scan(name)}
