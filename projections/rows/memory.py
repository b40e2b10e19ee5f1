"""Read models in memory: an auditor's dictionary, filled from the record and nothing else."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from datetime import date
from operator import attrgetter
from typing import Self

from ledger.messages import RecordedEvent
from projections import references
from projections.projection import Projection, Row, Sorted, fold
from projections.rows.change import add_figures, uncollected
from projections.rows.port import NotReached

_position = attrgetter("position")


class MemoryRows:
    """Rows of all read models, every version kept. `add` moves on; `at` looks back and shares the rows."""

    def __init__(self, projections: Iterable[Projection], events: Iterable[RecordedEvent] = ()) -> None:
        self.position = 0
        self._projections = {projection.name: projection for projection in projections}
        self._versions: dict[str, dict[str, list[Row]]] = {name: {} for name in self._projections}
        self._sorted: dict[str, list[str]] = {}
        self.add(events)

    def add(self, events: Iterable[RecordedEvent]) -> None:
        """Fold further events, in the order of their positions."""
        with uncollected():
            page = list(events)
            by_kind = Sorted(page)
            for name, projection in self._projections.items():
                if own := by_kind.of(projection.types):
                    self._fold(projection, own, self._versions[name])
                    self._sorted.pop(name, None)
        if page:
            self.position = page[-1].position

    def _fold(self, projection: Projection, page: list[RecordedEvent], versions: dict[str, list[Row]]) -> None:
        for key, position, state in fold(projection, page, _States(versions)):
            kept = versions.setdefault(key, [])
            if kept and kept[-1].position == position:
                # One event touched the key twice: only what it left in the end was ever true.
                kept.pop()
            kept.append(Row(key, position, state))

    def at(self, position: int) -> Self:
        """Return the rows as of an earlier position. Raises NotReached."""
        if position > self.position:
            raise NotReached(position, self.position)
        earlier = object.__new__(type(self))
        earlier.__dict__.update(self.__dict__)
        earlier.position = position
        return earlier

    def get(self, projection: str, key: str) -> Row | None:
        row = self._row(self._versions.get(projection, {}).get(key, []))
        return None if row is None or row.state is None else row

    def scan(self, projection: str, prefix: str = "", after: str = "", limit: int | None = None) -> Iterator[Row]:
        versions = self._versions.get(projection, {})
        keys = self._sorted.get(projection)
        if keys is None:
            keys = self._sorted[projection] = sorted(versions)
        start = max(bisect_right(keys, after) if after else 0, _first(keys, prefix))
        for place in range(start, len(keys)):
            if not keys[place].startswith(prefix) or limit == 0:
                return
            row = self._row(versions[keys[place]])
            if row is not None and row.state is not None:
                yield row
                limit = None if limit is None else limit - 1

    def history(self, projection: str, key: str) -> list[Row]:
        rows = self._versions.get(projection, {}).get(key, [])
        return [row for row in rows if row.position <= self.position]

    def figures(self, projection: str, prefix: str = "") -> dict[str, int]:
        figures: dict[str, int] = {}
        if projection in self._projections:
            rows = ((row.key, row.state) for row in self.scan(projection))
            add_figures(self._projections[projection], rows, 1, figures)
        return {name: figures[name] for name in sorted(figures) if figures[name] and name.startswith(prefix)}

    def _row(self, versions: list[Row]) -> Row | None:
        if not versions or versions[-1].position <= self.position:
            return versions[-1] if versions else None
        place = bisect_right(versions, self.position, key=_position)
        return versions[place - 1] if place else None


class _States(dict[str, object]):
    """The states a fold starts from, taken from the newest versions as they are asked for."""

    def __init__(self, versions: dict[str, list[Row]]) -> None:
        self._versions = versions

    def get(self, key: str, default: object = None) -> object:
        if key in self:
            return self[key]
        rows = self._versions.get(key)
        return rows[-1].state if rows else default


def _first(keys: list[str], prefix: str) -> int:
    """Return the place of the first key that does not sort before `prefix`."""
    place = bisect_right(keys, prefix)
    return place - 1 if place and keys[place - 1] == prefix else place


# --- As of a date -----------------------------------------------------------------------------
def happened_by(day: date, events: Iterable[RecordedEvent]) -> Iterator[RecordedEvent]:
    """Yield, in the order of positions, the events that had happened by the end of a Swedish day.

    An event happened on the earliest day its `occurred` may mean, without it on the day of its
    `time`. An open start (`../2018`) had happened on any day. A correction counts on the day of what it corrects.
    """
    limit = day.isoformat()
    for recorded in events:
        dated = recorded.event.dated()
        if references.starts_open(dated) or references.day(dated, recorded.time) <= limit:
            yield recorded
