"""Which events a reader wants, and one page of them at a time, in plain blocking calls."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from ledger.clock import rfc3339
from ledger.entries import decode
from ledger.messages import EVENT_TYPES
from ledger.store.port import Reader, Recorded
from projections.rows.memory import happened_by

PAGE_EVENTS = 2_000
TAG_WINDOW = 50_000
"""How many positions one page looks through by tags, so that its list of places stays small."""

STAMP_SLACK = timedelta(minutes=1)
"""Stamps follow the positions but for a few seconds (several servers, slewing clocks)."""

_STAMP = b'"time":"'


class Page(NamedTuple):
    """Some events, and the last position that was looked at to find them."""

    events: list[Recorded]
    reached: int


@dataclass(frozen=True, slots=True)
class Filter:
    """All that is stated must fit.

    `since` and `before` are stamps as entries hold them, `basis` that of the source. `by` is the Swedish day by which it
    had happened.
    """

    topics: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    since: str = ""
    before: str = ""
    basis: str = ""
    by: date | None = None

    def page(self, reader: Reader, after: int, upto: int) -> Page:
        """Return the next events in (after, upto]; `reached` lies beyond `after` unless there is nothing left."""
        if after >= upto:
            return Page([], after)
        page = self._by_tags(reader, after, upto) if self.tags else self._by_types(reader, after, upto)
        if self.since or self.before:
            page = page._replace(events=[each for each in page.events if self._in_time(each.entry)])
        if self.basis:
            page = page._replace(events=[each for each in page.events if self._is_based(each)])
        if self.by is not None:
            page = page._replace(events=[each for each in page.events if self._had_happened(each)])
        return page

    def bounds(self, reader: Reader, after: int, upto: int) -> tuple[int, int]:
        """Return the positions between which the wanted stamps lie; found by halving, not by reading all."""
        if self.since:
            after = max(after, _first_stamped(reader, upto, _moved(self.since, -STAMP_SLACK)) - 1)
        if self.before:
            upto = min(upto, _first_stamped(reader, upto, _moved(self.before, STAMP_SLACK)) - 1)
        return after, upto

    def _by_types(self, reader: Reader, after: int, upto: int) -> Page:
        found = reader.entries(after, min(PAGE_EVENTS, upto - after), self._types())
        reached = min(found[-1].position, upto) if len(found) == PAGE_EVENTS else upto
        return Page([each for each in found if each.position <= upto] if self.topics else found, reached)

    def _types(self) -> tuple[str, ...]:
        versions = ((topic, n) for topic in self.topics for n in range(1, EVENT_TYPES[topic].version + 1))
        return tuple(f"{topic}.v{n}" for topic, n in versions)

    def _by_tags(self, reader: Reader, after: int, upto: int) -> Page:
        reached = min(upto, after + TAG_WINDOW)
        places = reader.positions(self.tags, after, reached, self.topics)
        if len(places) > PAGE_EVENTS:
            places = places[:PAGE_EVENTS]
            reached = places[-1]
        return Page(reader.at(places) if places else [], reached)

    def _had_happened(self, each: Recorded) -> bool:
        return self.by is None or any(happened_by(self.by, [decode(*each)]))

    def _is_based(self, each: Recorded) -> bool:
        # Only what holds the words is decoded: most entries do not.
        if f'"basis":"{self.basis}"'.encode() not in each.entry:
            return False
        source = decode(*each).event.source
        return source is not None and source.basis == self.basis

    def _in_time(self, entry: bytes) -> bool:
        start = entry.rindex(_STAMP) + len(_STAMP)
        stamp = entry[start : entry.index(b'"', start)].decode()
        return self.since <= stamp and (not self.before or stamp < self.before)


def _moved(stamp: str, by: timedelta) -> str:
    try:
        return rfc3339(datetime.fromisoformat(stamp) + by)
    except OverflowError:
        return stamp


class _Stamps(Sequence[str]):
    """The stamps of all positions as a sequence, each read when it is looked at."""

    def __init__(self, reader: Reader, size: int) -> None:
        self._reader, self._size = reader, size

    def __len__(self) -> int:
        return self._size

    def __getitem__(self, place: int) -> str:  # type: ignore[override]  # no slices are asked for
        entry = self._reader.at([place + 1])[0].entry
        start = entry.rindex(_STAMP) + len(_STAMP)
        return entry[start : entry.index(b'"', start)].decode()


def _first_stamped(reader: Reader, upto: int, stamp: str) -> int:
    """Return the first position stamped `stamp` or later, upto + 1 when there is none."""
    return bisect_left(_Stamps(reader, upto), stamp) + 1
