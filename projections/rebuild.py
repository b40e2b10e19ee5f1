"""Build read models anew from the record, beside those that are shown; or in memory, to compare.

A rebuild fills a new generation from position 0 while the shown one goes on, catches up with it and
takes its place in one transaction. A check writes nothing: equal digests at the same position are
the proof that what is shown is what the record says.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable
from contextlib import closing
from itertools import zip_longest
from typing import NamedTuple

from ledger.store.port import Reader
from projections.advance import Advance, Course, decode_page
from projections.projection import Projection, Rows, digest
from projections.replay import Replay
from projections.rows.change import add_figures, uncollected
from projections.rows.port import REBUILD, RowsWriter
from projections.rows.stored import StoredRows

BULK_EVENTS = 20_000
"""Events a page while rebuilding: fewer transactions, and more versions that end where they began."""
BULK_HELD_ROWS = 2_000_000

Progress = Callable[[int, int], None]
"""Called with the position reached and the head, once a page."""


class Busy(Exception):
    """Another process is building read models of this ledger. Wait for it and try again."""


class RecordBehind(Exception):
    """The record ends before what is shown: it is an old copy, or a shortened one, beside newer read models."""


class Rebuilt(NamedTuple):
    """A projection built anew, shown from `position` on; with an error the former rows stay shown."""

    name: str
    generation: int
    position: int
    error: str | None


# --- Rebuild ----------------------------------------------------------------------------------
def rebuild(
    reader: Reader,
    writer: RowsWriter,
    projections: Iterable[Projection],
    *,
    page: int = BULK_EVENTS,
    progress: Progress | None = None,
) -> list[Rebuilt]:
    """Build projections anew and show them. A runner may be at work meanwhile.

    Raises Busy, StoreError, and RecordBehind, after which the former rows stay shown.
    """
    if not writer.lock(REBUILD):
        raise Busy("another process is rebuilding read models of this ledger; wait for it to end")
    try:
        with closing(Advance(reader, writer, page=page, held_max=BULK_HELD_ROWS)) as advance:
            return _rebuild(advance, writer, list(projections), progress)
    finally:
        writer.unlock(REBUILD)


def _rebuild(
    advance: Advance, writer: RowsWriter, projections: list[Projection], progress: Progress | None
) -> list[Rebuilt]:
    names = {projection.name for projection in projections}
    _check_shown(advance, writer, names)
    for status in writer.status():
        # What an interrupted rebuild left behind.
        if status.name in names and not status.live:
            writer.drop(status.name, status.generation)
    courses = [
        advance.start(projection, writer.begin(projection.name, projection.version, live=False), 0)
        for projection in projections
    ]
    _reach_head(advance, courses, progress)
    for course in courses:
        while course.error is None and not writer.swap(course.projection.name, course.generation):
            # A runner was faster meanwhile.
            _check_shown(advance, writer, {course.projection.name})
            _reach_head(advance, [course], None)
    _drop_former(writer, {course.projection.name: course for course in courses})
    return [Rebuilt(course.projection.name, course.generation, course.position, course.error) for course in courses]


def _check_shown(advance: Advance, writer: RowsWriter, names: Collection[str]) -> None:
    """Raise RecordBehind where a shown read model is beyond the record: what is built would never come as far."""
    shown = max((each.position for each in writer.status() if each.live and each.name in names), default=0)
    # The head is asked last: whatever a runner has shown by now is in the record by now.
    if (head := advance.head()) < shown:
        raise RecordBehind(
            f"the record has {head} events, and its read models show {shown}: the database is an old copy, or was "
            "shortened; do not record anything, and run `liggare doctor` and `liggare verify`"
        )


def _reach_head(advance: Advance, courses: list[Course], progress: Progress | None) -> None:
    while (head := advance.head()) > min((each.position for each in courses if each.error is None), default=head):
        while advance.step(courses, head):
            if progress is not None:
                progress(max(course.position for course in courses), head)
    advance.settle()


def _drop_former(writer: RowsWriter, courses: dict[str, Course]) -> None:
    for status in writer.status():
        if status.name in courses and not status.live:
            writer.drop(status.name, status.generation)


# --- Check ------------------------------------------------------------------------------------
class Checked(NamedTuple):
    """What a check of one read model found, at the position it has reached.

    `key` is the first key whose state differs, `figure` the first figure that differs from what the
    rows emit; `error` tells where the replay itself raised. All None: the view is what the record says.
    """

    name: str
    position: int
    shown: str
    replayed: str
    key: str | None = None
    figure: str | None = None
    error: str | None = None

    @property
    def equal(self) -> bool:
        return self.shown == self.replayed and self.figure is None and self.error is None


def digests(rows: Rows, projections: Iterable[Projection]) -> dict[str, str]:
    """Return the digest of every read model at the moment of the rows."""
    return {each.name: digest((row.key, row.state) for row in rows.scan(each.name)) for each in projections}


class ReplayHalted(Exception):
    """A read model cannot be replayed; the message names it, the position and the cause."""


def replayed(
    reader: Reader, projections: Iterable[Projection], upto: int, *, progress: Progress | None = None
) -> dict[str, str]:
    """Replay the record in memory up to a position; return the digest of every read model there. Raises ReplayHalted."""
    replays = [Replay(projection, upto) for projection in projections]
    _replay(reader, replays, upto, progress)
    for replay in replays:
        if replay.error is not None:
            raise ReplayHalted(f"the read model {replay.projection.name} cannot be replayed: {replay.error}")
    return {replay.projection.name: replay.digest() for replay in replays}


def check(
    reader: Reader,
    open_rows: Callable[[int | None], StoredRows],
    projections: Iterable[Projection],
    *,
    progress: Progress | None = None,
) -> list[Checked]:
    """Replay the record in memory and compare it with what is shown; writes nothing, hides nothing.

    `open_rows` opens the rows as of a position, or the newest. A halted read model is compared at
    the position it reached.
    """
    known = list(projections)
    with open_rows(None) as rows:
        at = rows.position
        replays = [Replay(projection, rows.reached(projection.name)) for projection in known]
    _replay(reader, replays, at, progress)
    with open_rows(at) as rows:
        found = [_compared(rows, replay) for replay in replays]
    # Figures are kept for the newest position only: they are compared with the rows of that moment.
    with open_rows(None) as rows:
        return [each._replace(figure=_wrong_figure(rows, known[place])) for place, each in enumerate(found)]


def _replay(reader: Reader, replays: list[Replay], upto: int, progress: Progress | None) -> None:
    position = 0
    while position < upto and (entries := reader.entries(position, min(BULK_EVENTS, upto - position))):
        position = entries[-1].position
        with uncollected():
            page = decode_page(entries)
            for replay in replays:
                replay.take(page)
        if progress is not None:
            progress(position, upto)


def _compared(rows: StoredRows, replay: Replay) -> Checked:
    name = replay.projection.name
    shown = digest((row.key, row.state) for row in rows.scan(name))
    replayed = replay.digest()
    key = None if shown == replayed else _first_difference(rows, replay)
    return Checked(name, replay.upto, shown, replayed, key=key, error=replay.error)


def _first_difference(rows: StoredRows, replay: Replay) -> str | None:
    replayed = ((key, replay.states[key]) for key in sorted(replay.states) if replay.states[key] is not None)
    shown = ((row.key, row.state) for row in rows.scan(replay.projection.name))
    for one, other in zip_longest(replayed, shown):
        if one != other:
            return min(pair[0] for pair in (one, other) if pair is not None)
    return None


def _wrong_figure(rows: StoredRows, projection: Projection) -> str | None:
    emitted: dict[str, int] = {}
    add_figures(projection, ((row.key, row.state) for row in rows.scan(projection.name)), 1, emitted)
    kept = rows.figures(projection.name)
    wrong = [name for name in emitted.keys() | kept.keys() if emitted.get(name, 0) != kept.get(name, 0)]
    return min(wrong, default=None)
