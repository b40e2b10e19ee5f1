"""Move generations of read models along the record, page by page.

    record ──read ahead──> decode once ──> fold each projection ──one page behind──> write

Three threads wait for the engine in turn: one reads the next page and one writes the last, while
the caller's folds. A projection that raises halts alone, just before the event it could not take.
"""

from __future__ import annotations

import hashlib
import logging
import traceback
from collections.abc import Iterable, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from ledger.entries import UnreadableEntry, decode, decode_all, entry_type
from ledger.messages import EVENT_TYPES, RecordedEvent
from ledger.store.port import PAGE_EVENTS, Reader, Recorded, StoreError
from projections.projection import Projection, Sorted
from projections.rows.change import Fold, healthy, touched, uncollected
from projections.rows.port import Change, Held, RowsWriter

PIECE_EVENTS = 500
HELD_ROWS_MAX = 200_000
"""Open rows kept in memory per projection; beyond it the older half is read again when needed."""

_FOREIGN = b'"data_base64":'
"""Marks an entry of another application's ledger. No field of ours has this name, and inside a text
the quotation marks would be escaped."""

log = logging.getLogger("liggare.projections")


class Unreadable(NamedTuple):
    """An entry nobody can read; `topic` is None when it is not even known whose it would be."""

    position: int
    topic: str | None
    error: UnreadableEntry


class Page(NamedTuple):
    """Decoded events up to a position, and what could not be decoded."""

    upto: int
    events: Sorted
    unreadable: list[Unreadable]


def decode_page(entries: Sequence[tuple[int, bytes]]) -> Page:
    """Decode a page. Entries of a foreign ledger whose type we do not know are passed over."""
    upto = entries[-1][0]
    try:
        return Page(upto, Sorted(decode_all(entries)), [])
    except UnreadableEntry:
        return _decode_each(entries)


def _decode_each(entries: Sequence[tuple[int, bytes]]) -> Page:
    events: list[RecordedEvent] = []
    unreadable: list[Unreadable] = []
    for position, entry in entries:
        try:
            events.append(decode(position, entry))
        except UnreadableEntry as error:
            topic = _topic(entry)
            if topic is not None or _FOREIGN not in entry:
                unreadable.append(Unreadable(position, topic, error))
    return Page(entries[-1][0], Sorted(events), unreadable)


def _topic(entry: bytes) -> str | None:
    try:
        topic = entry_type(entry).rpartition(".v")[0]
    except UnreadableEntry:
        return None
    return topic if topic in EVENT_TYPES else None


def mark(position: int, error: BaseException) -> str:
    """Return what is kept of an error: position, class, place and a digest of the way to it.

    Never its message, which may quote what a person wrote.
    """
    frames = [
        f"{Path(frame.filename).parent.name}/{Path(frame.filename).name}:{frame.lineno}"
        for frame in traceback.extract_tb(error.__traceback__)
    ]
    kind = type(error).__name__
    digest = hashlib.sha256("\n".join([kind, *frames]).encode()).hexdigest()[:12]
    return f"position {position}: {kind} at {frames[-1] if frames else 'unknown'} ({digest})"


@dataclass(slots=True)
class Course:
    """One generation on its way: where it is, and the open rows it holds in memory.

    `whole` tells that `held` has every open row, so that a key it lacks is a new one.
    """

    projection: Projection
    generation: int
    position: int
    error: str | None = None
    held: dict[str, Held] = field(default_factory=dict)
    whole: bool = False


class _Turn:
    """One course's share of a page: folds until something raises or an entry it needs cannot be read."""

    def __init__(self, course: Course, writer: RowsWriter, upto: int) -> None:
        self.course, self._writer = course, writer
        self.raised: Exception | None = None
        self._change = Change(course.projection.name, course.generation, course.position, upto)
        self._fold = Fold(course.projection, course.held, self._change)

    def take(self, page: Page) -> None:
        if self.raised or self._change.error:
            return
        events, upto, error = _readable(self.course.projection, page)
        try:
            if events and not self.course.whole:
                self._look_up(events)
            self._fold.take(events)
        except StoreError:
            raise
        except Exception as raised:
            self.raised = raised
        if error:
            self._change.upto, self._change.error = upto, error

    def finish(self) -> Change | None:
        """Return the change, None where something was raised."""
        try:
            return None if self.raised else self._fold.finish()
        except Exception as raised:
            self.raised = raised
            return None

    def _look_up(self, events: Sequence[RecordedEvent]) -> None:
        course = self.course
        missing = touched(course.projection, events) - course.held.keys()
        if missing:
            course.held.update(self._writer.open_rows(course.projection.name, course.generation, missing))


class Advance:
    """Moves courses on. Not for several threads; `settle` before looking at what was written."""

    def __init__(
        self, reader: Reader, writer: RowsWriter, *, page: int = PAGE_EVENTS, held_max: int = HELD_ROWS_MAX
    ) -> None:
        self._reader, self._writer = reader, writer
        self._page, self._held_max = page, held_max
        self._reading = ThreadPoolExecutor(1, "projections-read")
        self._writing = ThreadPoolExecutor(1, "projections-write")
        self._ahead: tuple[int, int, Future[list[Recorded]]] | None = None
        self._written: Future[None] | None = None

    def start(self, projection: Projection, generation: int, position: int) -> Course:
        """Return a course from where a generation stands; loads its open rows when they are not too many."""
        course = Course(projection, generation, position)
        self._load(course)
        return course

    def step(self, courses: Sequence[Course], upto: int) -> bool:
        """Move courses that stand at one position on by a page, not past `upto`; False when nothing was left."""
        running = [course for course in courses if course.error is None]
        if not running or running[0].position >= upto:
            return False
        after = running[0].position
        entries = self._entries(after, min(self._page, upto - after))
        if not entries:
            return False
        self._write(self._changes(running, entries))
        for course in running:
            if len(course.held) > self._held_max:
                self._forget(course)
        return True

    def settle(self) -> None:
        """Wait until everything is written; raises what the writing raised."""
        written, self._written = self._written, None
        if written is not None:
            written.result()

    def wait(self, after: int, timeout: float) -> int:
        """Return the head once it passes `after`, or after `timeout` seconds."""
        return self._reading.submit(self._reader.wait, after, timeout).result()

    def head(self) -> int:
        return self._reading.submit(self._reader.head).result()

    def close(self) -> None:
        """Let the threads end what they are at. Reader and writer stay open."""
        self._reading.shutdown(cancel_futures=True)
        self._writing.shutdown()

    # --- One page ---
    def _entries(self, after: int, limit: int) -> list[Recorded]:
        """Return a page, and have the next one read meanwhile."""
        ahead, self._ahead = self._ahead, None
        if ahead is not None and ahead[:2] == (after, limit):
            entries = ahead[2].result()
        else:
            entries = self._reading.submit(self._reader.entries, after, limit).result()
        if len(entries) == self._page:
            last = entries[-1].position
            self._ahead = (last, self._page, self._reading.submit(self._reader.entries, last, self._page))
        return entries

    def _changes(self, courses: Sequence[Course], entries: list[Recorded]) -> list[Change]:
        """Decode a page once and fold it for every course, in pieces that fit a processor's cache.

        A course that needs rows it does not hold takes the page whole, for one look-up.
        """
        size = PIECE_EVENTS if all(course.whole for course in courses) else len(entries)
        turns = [_Turn(course, self._writer, entries[-1].position) for course in courses]
        with uncollected():
            for start in range(0, len(entries), size):
                page = decode_page(entries[start : start + size])
                for turn in turns:
                    turn.take(page)
            return [self._finished(turn, entries) for turn in turns]

    def _finished(self, turn: _Turn, entries: list[Recorded]) -> Change:
        course, change = turn.course, turn.finish()
        if change is None:
            change = self._up_to_poison(turn, entries)
        course.position, course.error = change.upto, change.error
        if change.error:
            log.error("projection %s halted: %s", course.projection.name, change.error)
        return change

    def _up_to_poison(self, turn: _Turn, entries: list[Recorded]) -> Change:
        """Fold anew up to the event that raises. What was held may be half changed, so it is read again."""
        course, raised = turn.course, turn.raised
        self.settle()
        self._load(course)
        events, _, _ = _readable(course.projection, decode_page(entries))
        count, poison = healthy(
            course.projection,
            events,
            lambda keys: self._writer.open_rows(course.projection.name, course.generation, keys),
        )
        if poison is None:
            # The page raised and none of its events alone does, such as a full memory: nothing to halt at.
            raise RuntimeError(f"{course.projection.name} could not fold a page") from raised
        at = events[count].position
        again = _Turn(course, self._writer, at - 1)
        again.take(Page(at - 1, Sorted(events[:count]), []))
        change = again.finish()
        if change is None:
            raise RuntimeError(f"{course.projection.name} could not fold a page") from again.raised
        change.error = mark(at, poison)
        return change

    def _write(self, changes: list[Change]) -> None:
        self.settle()
        self._written = self._writing.submit(self._writer.write, changes)

    # --- What is held ---
    def _load(self, course: Course) -> None:
        held = self._writer.all_open_rows(course.projection.name, course.generation, self._held_max)
        course.held, course.whole = held or {}, held is not None

    def _forget(self, course: Course) -> None:
        """Let go of the older half, once it is written and can be read again."""
        self.settle()
        course.whole = False
        for key in list(course.held)[: len(course.held) - self._held_max // 2]:
            del course.held[key]


def _readable(projection: Projection, page: Page) -> tuple[list[RecordedEvent], int, str | None]:
    """Return the events up to the first entry the projection would need and nobody can read.

    An entry of a topic the projection does not know is no matter of its; one of an unknown topic might be.
    """
    events = page.events.of(projection.types)
    topics = {kind.topic for kind in projection.types} if page.unreadable else set()
    for position, topic, error in page.unreadable:
        if topic is None or topic in topics:
            return (
                [recorded for recorded in events if recorded.position < position],
                position - 1,
                mark(position, error),
            )
    return events, page.upto, None


def together(courses: Iterable[Course]) -> list[list[Course]]:
    """Return the running courses in groups that stand at one position, the furthest first."""
    groups: dict[int, list[Course]] = {}
    for course in courses:
        if course.error is None:
            groups.setdefault(course.position, []).append(course)
    return [groups[position] for position in sorted(groups, reverse=True)]
