"""Whole read models in memory, kept up with the record: for pages that count over all of one.

Reading a read model from end to end costs a hundred times what counting over it does, and between two pages hardly a
row changes. So a model that was once read whole stays, and later is brought up to date: the events since say which of
its keys they touch, and those rows alone are read again. Rows of other moments, and of models with too many, are read
from the store as ever; what is told is the same.
"""

from __future__ import annotations

import gc
from bisect import bisect_left, bisect_right
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from itertools import islice
from threading import Lock
from typing import Any, NamedTuple, TypeVar

from ledger.entries import decode_all
from ledger.store.port import Reader
from projections.catalogue import PROJECTIONS
from projections.decisions import DISPOSITIONS
from projections.inputs import SCOPE
from projections.projection import Projection, Row
from projections.rows.change import touched, uncollected
from projections.rows.stored import StoredRows

ROWS_MAX = 100_000
"""Of one model that are held; a larger one is read from the store each time."""

EVENTS_MAX = 2_000
"""After more events than this a model is read anew: that is sooner done than asking for each key."""

T = TypeVar("T")


class Stamp(NamedTuple):
    """Which rows of a model: its generation, and up to where."""

    generation: int
    position: int


class Whole(NamedTuple):
    """All rows of a model. Shared by threads, and never changed."""

    stamp: Stamp
    keys: list[str]
    rows: dict[str, Row]


class Derived:
    """What was worked out of the rows of one moment, each once; whoever asks meanwhile waits for it."""

    def __init__(self) -> None:
        self._lock, self._locks, self._made = Lock(), defaultdict[str, Lock](Lock), dict[str, Any]()

    def once(self, name: str, make: Callable[[], T]) -> T:
        """Return what `make` gave the first time it was asked for by this name."""
        with self._lock:
            lock = self._locks[name]
        with lock:
            if name not in self._made:
                with uncollected():
                    self._made[name] = make()
            found: T = self._made[name]
            return found


class Mirror:
    """The read models that were read whole; for any number of threads.

    Those of `in_parts` are held as soon as a part of them, such as all that belongs to one decision, is read to its end.
    """

    def __init__(
        self,
        projections: Iterable[Projection] = PROJECTIONS,
        in_parts: Iterable[Projection] = (DISPOSITIONS, SCOPE),
        rows_max: int = ROWS_MAX,
    ) -> None:
        self._projections, self._rows_max = {each.name: each for each in projections}, rows_max
        self.in_parts = frozenset(each.name for each in in_parts)
        self._lock = Lock()
        self._locks: defaultdict[str, Lock] = defaultdict(Lock)
        self._held: dict[str, Whole] = {}
        self._too_large: dict[str, int] = {}
        self._derived: tuple[object, Derived] = None, Derived()

    def rows(self, stored: StoredRows, reader: Reader) -> WholeRows:
        """Return rows as they are now, through what is held of them."""
        moment = stored.position, *(self._stamp(stored, name) for name in self._projections)
        with self._lock:
            if self._derived[0] != moment:
                self._derived = moment, Derived()
            return WholeRows(stored, reader, self, self._derived[1])

    def held(self, stored: StoredRows, name: str) -> Whole | None:
        """Return a model where it is held as of just these rows."""
        whole = self._held.get(name)
        return whole if whole is not None and whole.stamp == self._stamp(stored, name) else None

    def whole(self, stored: StoredRows, reader: Reader, name: str) -> Whole | None:
        """Return a model as of these rows, read or brought up to date; None where the store should be read."""
        with self._lock:
            lock = self._locks[name]
        with lock:
            stamp, held = self._stamp(stored, name), self._held.get(name)
            if held is not None and held.stamp == stamp:
                return held
            if name not in self._projections or self._too_large.get(name) == stamp.generation:
                return None
            if held is not None and held.stamp.generation == stamp.generation:
                if held.stamp.position > stamp.position:
                    return None
                if stamp.position - held.stamp.position <= EVENTS_MAX:
                    return self._hold(
                        name, _moved(held, stamp, self._touched(held.stamp, stamp, reader, name), stored, name)
                    )
            with uncollected():
                found = {row.key: row for row in islice(stored.scan(name), self._rows_max + 1)}
            if len(found) > self._rows_max:
                self._too_large[name] = stamp.generation
                self._held.pop(name, None)
                return None
            # They stay, and are in no cycles: looking at all of them again and again would cost every page.
            gc.freeze()
            return self._hold(name, Whole(stamp, list(found), found))

    def _hold(self, name: str, whole: Whole) -> Whole:
        self._held[name] = whole
        return whole

    def _stamp(self, stored: StoredRows, name: str) -> Stamp:
        return Stamp(stored.generation(name), stored.reached(name))

    def _touched(self, was: Stamp, now: Stamp, reader: Reader, name: str) -> set[str]:
        """Return the keys of a model that events after one position and up to another touch."""
        projection, after = self._projections[name], was.position
        keys: set[str] = set()
        while after < now.position:
            found = reader.entries(after)
            keys |= touched(projection, decode_all(each for each in found if each.position <= now.position))
            after = found[-1].position
        return keys


def _moved(held: Whole, stamp: Stamp, changed: set[str], stored: StoredRows, name: str) -> Whole:
    """Return a model with the rows of some keys as they are now."""
    if not changed:
        return held._replace(stamp=stamp)
    rows = dict(held.rows)
    for key in changed:
        row = stored.get(name, key)
        if row is not None:
            rows[key] = row
        else:
            rows.pop(key, None)
    keys = held.keys if rows.keys() == held.rows.keys() else sorted(rows)
    return Whole(stamp, keys, rows)


class WholeRows:
    """Rows of the present, from memory where their model is held; `derived` keeps what is worked out of them."""

    def __init__(self, stored: StoredRows, reader: Reader, mirror: Mirror, derived: Derived) -> None:
        self._stored, self._reader, self._mirror, self.derived = stored, reader, mirror, derived
        self.position: int = stored.position
        self._wholes: dict[str, Whole] = {}

    def get(self, projection: str, key: str) -> Row | None:
        whole = self._wholes.get(projection) or self._mirror.held(self._stored, projection)
        return self._stored.get(projection, key) if whole is None else whole.rows.get(key)

    def scan(self, projection: str, prefix: str = "", after: str = "", limit: int | None = None) -> Iterator[Row]:
        to_the_end = limit is None and not after and (not prefix or projection in self._mirror.in_parts)
        whole = self._whole(projection, read=to_the_end)
        return (
            self._stored.scan(projection, prefix, after, limit) if whole is None else _scan(whole, prefix, after, limit)
        )

    def history(self, projection: str, key: str) -> list[Row]:
        return self._stored.history(projection, key)

    def figures(self, projection: str, prefix: str = "") -> dict[str, int]:
        return self._stored.figures(projection, prefix)

    def _whole(self, name: str, *, read: bool) -> Whole | None:
        found = self._wholes.get(name)
        if found is None:
            mirror = self._mirror
            found = mirror.whole(self._stored, self._reader, name) if read else mirror.held(self._stored, name)
            if found is not None:
                self._wholes[name] = found
        return found


def _scan(whole: Whole, prefix: str, after: str, limit: int | None) -> Iterator[Row]:
    keys, rows = whole.keys, whole.rows
    if not prefix and not after and limit is None:
        return map(rows.__getitem__, keys)
    return _part(whole, prefix, after, limit)


def _part(whole: Whole, prefix: str, after: str, limit: int | None) -> Iterator[Row]:
    keys, rows = whole.keys, whole.rows
    start = max(bisect_right(keys, after) if after else 0, bisect_left(keys, prefix))
    stop = len(keys) if limit is None else start + limit
    for key in islice(keys, start, stop):
        if not key.startswith(prefix):
            return
        yield rows[key]
