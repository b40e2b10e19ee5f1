"""Keep the read models up with the record, for as long as the process lives.

One runner per ledger; a second one waits for the lock and takes over when the first is gone. Woken
by the record, with a poll as the safety net. What raises halts one projection, never its
neighbours; it is tried again when the runner starts anew, which is what follows a fix.
"""

from __future__ import annotations

import logging
import time
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from threading import Event

from ledger.store.port import PAGE_EVENTS, Reader, StoreError, StoreUnfit
from projections.advance import Advance, Course, together
from projections.projection import Projection
from projections.rows.port import REBUILD, RUNNER, RowsWriter, Status, Superseded

POLL_SECONDS = 1.0
RETRY_SECONDS = 2.0
PACE_SECONDS = 0.05
"""The shortest time between the beginnings of two moves, so also how long a change may take to show."""

log = logging.getLogger("liggare.projections")


@dataclass(slots=True)
class _Board:
    """What a runner and its session tell one another, and anybody may read."""

    projections: tuple[Projection, ...]
    poll: float
    stopped: Event = field(default_factory=Event)
    status: tuple[Status, ...] = ()
    head: int = 0


class Runner:
    """Runs projections on one ledger. `run` belongs to one thread; `stop` and `status` to any."""

    def __init__(
        self,
        open_reader: Callable[[], Reader],
        open_writer: Callable[[], RowsWriter],
        projections: Iterable[Projection],
        *,
        page: int = PAGE_EVENTS,
        poll: float = POLL_SECONDS,
        retry: float = RETRY_SECONDS,
    ) -> None:
        self._open_reader, self._open_writer = open_reader, open_writer
        self._page, self._retry = page, retry
        self._board = _Board(tuple(projections), poll)

    def run(self) -> None:
        """Run until `stop`. A store that does not answer is asked again; raises StoreUnfit where that is vain."""
        lost = False
        while not self._board.stopped.is_set():
            try:
                with self._session() as session:
                    if lost:
                        log.warning("read models go on")
                        lost = False
                    session.run()
            except StoreUnfit:
                raise
            except StoreError as error:
                if not lost:
                    log.warning("read models wait until the store answers: %s", error)
                lost = True
                self._board.stopped.wait(self._retry)
            except Superseded as superseded:
                log.info("the rows of %s were rebuilt meanwhile; loading again", superseded)

    def catch_up(self) -> int:
        """Move every projection up to the head as it is now, and return that position. Raises StoreError.

        Where another runner has the lock, wait for it to get there.
        """
        while True:
            try:
                with self._session() as session:
                    return session.catch_up()
            except Superseded as superseded:
                log.info("the rows of %s were rebuilt meanwhile; loading again", superseded)

    def stop(self) -> None:
        """Let `run` finish its page and return."""
        self._board.stopped.set()

    def status(self) -> tuple[Status, ...]:
        """Return where each projection stands; empty while another runner has the lock."""
        return self._board.status

    def lag(self) -> dict[str, int]:
        """Return how many events each shown read model is behind the head, as last seen."""
        return {status.name: max(0, self._board.head - status.position) for status in self._board.status if status.live}

    @contextmanager
    def _session(self) -> Iterator[_Session]:
        with ExitStack() as stack:
            reader = stack.enter_context(closing(self._open_reader()))
            writer = stack.enter_context(closing(self._open_writer()))
            advance = stack.enter_context(closing(Advance(reader, writer, page=self._page)))
            try:
                yield _Session(self._board, writer, advance)
            finally:
                self._board.status = ()


class _Session:
    """One run between two losses: the connections, the lock, the courses."""

    def __init__(self, board: _Board, writer: RowsWriter, advance: Advance) -> None:
        self._board, self._writer, self._advance = board, writer, advance
        self._courses: list[Course] = []
        self._shown: dict[str, Status] = {}
        self._waiting = False

    def run(self) -> None:
        stopped = self._board.stopped
        if not self._locked():
            return
        self._load()
        while not stopped.is_set():
            head = self._advance.wait(self._lowest(), self._board.poll)
            began = time.monotonic()
            self._to(head)
            if self._waiting:
                self._load()
            # A page and its flush for every few events would cost more than the events.
            stopped.wait(max(0.0, began + PACE_SECONDS - time.monotonic()))
        self._advance.settle()

    def catch_up(self) -> int:
        head = self._advance.head()
        while not self._writer.lock(RUNNER):
            # Another runner is at work: it is enough that it gets there.
            live = [status for status in self._writer.status() if status.live]
            if live and all(status.error or status.position >= head for status in live):
                return head
            self._board.stopped.wait(self._board.poll / 10)
        self._load()
        self._to(head)
        return head

    def _locked(self) -> bool:
        """Wait for the lock; False when the runner was stopped meanwhile."""
        while not self._writer.lock(RUNNER):
            if self._board.stopped.wait(self._board.poll):
                return False
        return True

    def _lowest(self) -> int:
        return min((course.position for course in self._courses if course.error is None), default=self._board.head)

    def _to(self, head: int) -> None:
        """Move everything up to the head, a page of each group at a time so that none waits for another."""
        self._board.head = head
        moved = True
        while moved and not self._board.stopped.is_set():
            reached = self._reached()
            moved, upto = False, head
            for group in together(self._courses):
                position = group[0].position
                moved |= self._advance.step(group, upto)
                # The groups behind stop where this one began, so that they meet and run together.
                upto = min(upto, position)
            if moved:
                # A page is written while the next is read, and each write waits for the one before: where everything
                # stood before this round can be seen now, and not yet where it stands.
                self._board.status = reached
        self._advance.settle()
        self._swap()
        self._publish()

    # --- Generations ---
    def _load(self) -> None:
        """Find, or begin, the generation each projection runs in."""
        self._advance.settle()
        self._waiting = False
        known = self._writer.status()
        self._shown = {status.name: status for status in known if status.live}
        self._courses = [
            course
            for projection in self._board.projections
            if (course := self._course(projection, [status for status in known if status.name == projection.name]))
        ]
        self._publish()

    def _course(self, projection: Projection, known: list[Status]) -> Course | None:
        live = self._shown.get(projection.name)
        if live is not None and live.version == projection.version:
            return self._advance.start(projection, live.generation, live.position)
        if live is None and not known:
            generation = self._writer.begin(projection.name, projection.version, live=True)
            self._shown[projection.name] = Status(projection.name, projection.version, generation, 0, True, None)
            return self._advance.start(projection, generation, 0)
        if not self._writer.lock(REBUILD):
            log.info("projection %s waits for a rebuild to end", projection.name)
            self._waiting = True
            return None
        return self._building(projection, [status for status in known if not status.live])

    def _building(self, projection: Projection, begun: list[Status]) -> Course:
        """Go on with the generation of this version that was begun before, or begin one beside the live one."""
        for status in begun:
            if status.version == projection.version and status.error is None:
                return self._advance.start(projection, status.generation, status.position)
            self._writer.drop(status.name, status.generation)
        log.info("projection %s is built anew as version %d", projection.name, projection.version)
        generation = self._writer.begin(projection.name, projection.version, live=False)
        return self._advance.start(projection, generation, 0)

    def _swap(self) -> None:
        """Show the generations that have caught up with those they replace."""
        building = [course for course in self._courses if not self._is_shown(course)]
        for course in building:
            name, former = course.projection.name, self._shown.get(course.projection.name)
            if course.error is None and self._writer.swap(name, course.generation):
                self._shown[name] = Status(
                    name, course.projection.version, course.generation, course.position, True, None
                )
                if former is not None:
                    self._writer.drop(name, former.generation)
        if building and all(self._is_shown(course) or course.error for course in building) and not self._waiting:
            self._writer.unlock(REBUILD)

    def _is_shown(self, course: Course) -> bool:
        shown = self._shown.get(course.projection.name)
        return shown is not None and shown.generation == course.generation

    def _publish(self) -> None:
        """Tell where everything stands; only what is written may be told."""
        self._board.status = self._reached()

    def _reached(self) -> tuple[Status, ...]:
        return tuple(
            Status(
                course.projection.name,
                course.projection.version,
                course.generation,
                course.position,
                self._is_shown(course),
                course.error,
            )
            for course in self._courses
        )
