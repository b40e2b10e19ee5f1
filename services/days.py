"""What had happened by a day: replayed in memory, and kept for a few days."""

from __future__ import annotations

from collections import OrderedDict
from datetime import date

from ledger.entries import decode
from ledger.store.port import Reader
from projections.catalogue import PROJECTIONS
from projections.rows.memory import MemoryRows, happened_by
from projections.rows.port import NotReached

DAYS_KEPT = 3


class Days:
    """What had happened by each of a few days. Belongs to one thread; grows with the record."""

    def __init__(self) -> None:
        self._kept: OrderedDict[date, tuple[MemoryRows, int]] = OrderedDict()

    def rows(self, reader: Reader, day: date, position: int | None) -> MemoryRows:
        """Return the rows by a day, as the ledger knew it at a position or knows it now. Raises NotReached."""
        head = reader.head()
        if position is not None and position > head:
            raise NotReached(position, head)
        rows, reached = self._kept.pop(day) if day in self._kept else (MemoryRows(PROJECTIONS), 0)
        while reached < head:
            found = reader.entries(reached)
            rows.add(happened_by(day, (decode(position, entry) for position, entry in found)))
            reached = found[-1].position
        self._kept[day] = rows, reached
        if len(self._kept) > DAYS_KEPT:
            self._kept.popitem(last=False)
        return rows.at(rows.position if position is None else min(position, rows.position))
