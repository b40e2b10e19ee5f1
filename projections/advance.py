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

from ledger.entries import UnreadableEntry, decode, entry_type
from ledger.messages import EVENT_TYPES, RecordedEvent
from ledger.store.port import PAGE_EVENTS, Reader, Recorded
from projections.projection import Projection
from projections.rows.change import fold_page, healthy, touched
from projections.rows.port import Change, Held, RowsWriter

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
    events: list[RecordedEvent]
    unreadable: list[Unreadable]


def decode_page(entries: Sequence[Recorded]) -> Page:
    """Decode a page. Entries of a foreign ledger whose type we do not know are passed over."""
    upto = entries[-1].position
    try:
        return Page(upto, [decode(position, entry) for position, entry in entries], [])
    except UnreadableEntry:
        page = Page(upto, [], [])
    for position, entry in entries:
        try:
            page.events.append(decode(position, entry))
        except UnreadableEntry as error:
            topic = _topic(entry)
            if topic is not None or _FOREIGN not in entry:
                page.unreadable.append(Unreadable(position, topic, error))
    return page


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
        page = decode_page(entries)
        self._write([self._change(course, page) for course in running])
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

    def _change(self, course: Course, page: Page) -> Change:
        """Fold the page; where that raises, the events before the one that does it."""
        events, upto, error = _readable(course.projection, page)
        change = self._new_change(course, upto)
        try:
            self._fold(course, events, change)
        except Exception as raised:
            log.debug("%s: a page raised %s", course.projection.name, type(raised).__name__)
            change, error = self._fold_healthy(course, events, raised)
        course.position, course.error = change.upto, error
        change.error = error
        if error:
            log.error("projection %s halted: %s", course.projection.name, error)
        return change

    def _fold(self, course: Course, events: Sequence[RecordedEvent], change: Change) -> None:
        if not course.whole:
            missing = touched(course.projection, events) - course.held.keys()
            if missing:
                course.held |= self._writer.open_rows(course.projection.name, course.generation, missing)
        fold_page(course.projection, events, course.held, change)

    def _fold_healthy(
        self, course: Course, events: Sequence[RecordedEvent], raised: Exception
    ) -> tuple[Change, str | None]:
        """Fold up to the event that raises. What is held may be half changed, so it is read again."""
        self.settle()

        def load(keys: set[str]) -> dict[str, Held]:
            return self._writer.open_rows(course.projection.name, course.generation, keys)

        self._load(course)
        count, poison = healthy(course.projection, events, load)
        if poison is None:
            # It raised over the whole page and not over its events one by one: such as a full memory.
            raise raised
        at = events[count].position
        change = self._new_change(course, at - 1)
        self._fold(course, events[:count], change)
        return change, mark(at, poison)

    def _new_change(self, course: Course, upto: int) -> Change:
        return Change(course.projection.name, course.generation, course.position, upto)

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
    topics = {kind.topic for kind in projection.types}
    for position, topic, error in page.unreadable:
        if topic is None or topic in topics:
            events = [recorded for recorded in page.events if recorded.position < position]
            return events, position - 1, mark(position, error)
    return page.events, page.upto, None


def together(courses: Iterable[Course]) -> list[list[Course]]:
    """Return the running courses in groups that stand at one position, the furthest first."""
    groups: dict[int, list[Course]] = {}
    for course in courses:
        if course.error is None:
            groups.setdefault(course.position, []).append(course)
    return [groups[position] for position in sorted(groups, reverse=True)]
