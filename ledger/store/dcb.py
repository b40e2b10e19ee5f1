"""The record as a store for the `eventsourcing` library: any application on its DCB classes runs unchanged.

An application's events are foreign to the ledger (`ledger.store.foreign`). They lie in the ledger named
like the application, under the same head lock, leaf hashes and tag index as everything else.

    condition of single tags    -> append_group, one round trip
    any other condition         -> lock the head, look, append, in one transaction
"""

from __future__ import annotations

from abc import abstractmethod
from collections import deque
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from contextlib import AbstractContextManager, contextmanager, suppress
from heapq import merge
from itertools import islice
from threading import BoundedSemaphore, Lock
from typing import Protocol

from eventsourcing.dcb.api import (
    DCBAppendCondition,
    DCBEvent,
    DCBQuery,
    DCBQueryItem,
    DCBReadResponse,
    DCBRecorder,
    DCBSequencedEvent,
    DCBSubscription,
)
from eventsourcing.dcb.persistence import DCBInfrastructureFactory
from eventsourcing.persistence import IntegrityError, OperationalError, ProgrammingError, TrackingRecorder
from eventsourcing.utils import Environment, EnvType, strtobool

from ledger.store.foreign import check_types, new_group, sequenced
from ledger.store.port import Conflict, Group, Probe, Reader, Recorded, StoreError, StoreUnavailable, StoreUnfit

DEFAULT_ORIGIN = "dcb"
PAGE = 500
POLL_SECONDS = 0.2
POSITION_MAX = 2**63 - 1
SESSIONS_MAX = 15


# --- Queries ----------------------------------------------------------------------------------
class Readable(Protocol):
    """What evaluating a query needs of a store."""

    def entries(self, after: int, limit: int = ..., types: Collection[str] = ()) -> list[Recorded]: ...

    def positions(self, tags: Collection[str], after: int, upto: int, topics: Collection[str] = ()) -> list[int]: ...

    def at(self, positions: Sequence[int]) -> list[Recorded]: ...


def matching(store: Readable, items: Sequence[DCBQueryItem], after: int, upto: int, page: int) -> Iterator[Recorded]:
    """Yield, in order, what matches any item, or everything when there is none, in (after, upto].

    Nothing at or below `upto` ever changes, so that pages read one after another are one moment.
    """
    check_types(each for item in items for each in item.types)
    if not items or any(not item.types and not item.tags for item in items):
        return _by_types(store, (), after, upto, page)
    types = {each for item in items if not item.tags for each in item.types}
    positions = {
        position
        for item in items
        if item.tags
        for position in store.positions(sorted(set(item.tags)), after, upto, item.types)
    }
    by_tags = _by_positions(store, sorted(positions), page)
    if not types:
        return by_tags
    return _once(merge(by_tags, _by_types(store, sorted(types), after, upto, page)))


def _by_types(store: Readable, types: Collection[str], after: int, upto: int, page: int) -> Iterator[Recorded]:
    while after < upto:
        found = store.entries(after, page, types)
        for recorded in found:
            if recorded.position > upto:
                return
            yield recorded
        if len(found) < page:
            return
        after = found[-1].position


def _by_positions(store: Readable, positions: Sequence[int], page: int) -> Iterator[Recorded]:
    for start in range(0, len(positions), page):
        yield from store.at(positions[start : start + page])


def _once(ordered: Iterable[Recorded]) -> Iterator[Recorded]:
    last = 0
    for recorded in ordered:
        if recorded.position > last:
            last = recorded.position
            yield recorded


def direct_probes(condition: DCBAppendCondition) -> list[Probe] | None:
    """Return a condition as probes of single tags; None where that cannot say exactly the same."""
    items = condition.fail_if_events_match.items
    if not items or any(len(set(item.tags)) != 1 for item in items):
        return None
    check_types(each for item in items for each in item.types)
    return [Probe(item.tags[0], tuple(item.types)) for item in items]


def _position(number: int | None) -> int:
    """Return a position the engines can hold; None and what lies before the first are 0."""
    return min(max(number or 0, 0), POSITION_MAX)


# --- Sessions ---------------------------------------------------------------------------------
class Session(Reader, Protocol):
    """A connection that reads and appends in plain calls, in one thread at a time."""

    def append(self, group: Group) -> int: ...

    def locked(self) -> AbstractContextManager[int]: ...


@contextmanager
def library_errors() -> Iterator[None]:
    """Turn the port's errors into the library's."""
    try:
        yield
    except Conflict as error:
        raise IntegrityError("events match the append condition") from error
    except StoreUnfit as error:
        raise ProgrammingError(str(error)) from error
    except StoreError as error:
        raise OperationalError(str(error)) from error
    except UnicodeEncodeError as error:
        raise ProgrammingError(f"a query holds a text without UTF-8 form: {error}") from error


class Sessions:
    """Sessions shared by many threads: each borrows one for a call; at most 15 at a time."""

    def __init__(self, open_session: Callable[[], Session]) -> None:
        self._open = open_session
        self._idle: deque[Session] = deque()
        self._free = BoundedSemaphore(SESSIONS_MAX)

    @contextmanager
    def borrow(self) -> Iterator[Session]:
        with library_errors(), self._free:
            session = self._take()
            try:
                yield session
            except StoreUnavailable:
                # The others have most likely lost the database, too.
                session.close()
                self.close()
                raise
            except BaseException:
                self._idle.append(session)
                raise
            self._idle.append(session)

    def _take(self) -> Session:
        with suppress(IndexError):
            return self._idle.pop()
        return self._open()

    def close(self) -> None:
        with suppress(IndexError):
            while True:
                self._idle.pop().close()

    def head(self) -> int:
        with self.borrow() as session:
            return session.head()

    def entries(self, after: int, limit: int = PAGE, types: Collection[str] = ()) -> list[Recorded]:
        with self.borrow() as session:
            return session.entries(after, limit, types)

    def positions(self, tags: Collection[str], after: int, upto: int, topics: Collection[str] = ()) -> list[int]:
        with self.borrow() as session:
            return session.positions(tags, after, upto, topics)

    def at(self, positions: Sequence[int]) -> list[Recorded]:
        with self.borrow() as session:
            return session.at(positions)


# --- The recorder -----------------------------------------------------------------------------
class ReadResponse(DCBReadResponse):
    """Events in order, fetched in pages while they are read, and the head they were read at."""

    def __init__(self, events: Iterator[DCBSequencedEvent], head: int | None) -> None:
        self._events, self._head = events, head

    @property
    def head(self) -> int | None:
        return self._head

    def __next__(self) -> DCBSequencedEvent:
        return next(self._events)


class Recorder(DCBRecorder):
    """Reads and appends the events of one application; safe from any number of threads."""

    def __init__(self, origin: str, open_session: Callable[[], Session]) -> None:
        self.origin = origin
        self.open_session = open_session
        self._sessions = Sessions(open_session)

    def read(
        self, query: DCBQuery | None = None, *, after: int | None = None, limit: int | None = None
    ) -> DCBReadResponse:
        """Return what matches. The head is the log's without a limit, else the last returned position."""
        items = query.items if query else []
        if limit is not None and limit <= 0:
            return ReadResponse(iter(()), None)
        head = self._sessions.head()
        page = min(limit or PAGE, PAGE)
        with library_errors():
            found = map(sequenced, matching(self._sessions, items, _position(after), head, page))
        if limit is None:
            return ReadResponse(found, head or None)
        events = list(islice(found, limit))
        return ReadResponse(iter(events), events[-1].position if events else None)

    def append(self, events: Sequence[DCBEvent], condition: DCBAppendCondition | None = None) -> int:
        """Record the events unless the condition fails; return the position of the last.

        Raises IntegrityError when the condition fails, ProgrammingError for no events or an event an
        entry cannot hold, OperationalError when the database does not answer.
        """
        if not events:
            raise ProgrammingError("there must be at least one event to append")
        group = new_group(events, self.origin)
        with self._sessions.borrow() as session:
            if condition is None:
                first = session.append(group)
            elif (probes := direct_probes(condition)) is not None:
                group.head, group.conditions = _position(condition.after), probes
                first = session.append(group)
            else:
                first = self._append_locked(session, group, condition)
        return first + len(events) - 1

    def _append_locked(self, session: Session, group: Group, condition: DCBAppendCondition) -> int:
        with session.locked() as head:
            items, after = condition.fail_if_events_match.items, _position(condition.after)
            if next(matching(session, items, after, head, 1), None) is not None:
                raise IntegrityError(condition)
            return session.append(group)

    def subscribe(self, query: DCBQuery | None = None, *, after: int | None = None) -> Subscription:
        return Subscription(self, query=query, after=after)

    def close(self) -> None:
        self._sessions.close()


class Subscription(DCBSubscription[Recorder]):
    """Yields what matches, then waits for more, on a connection of its own.

    `stop` may be called from another thread and returns within a fifth of a second.
    """

    def __init__(self, recorder: Recorder, query: DCBQuery | None = None, after: int | None = None) -> None:
        super().__init__(recorder, query, _position(after))
        self._events: deque[DCBSequencedEvent] = deque()
        self._turn = Lock()
        with library_errors():
            self._session = recorder.open_session()

    def __next__(self) -> DCBSequencedEvent:
        with self._turn, library_errors():
            while not self._has_been_stopped:
                if self._events:
                    return self._events.popleft()
                head = self._session.wait(self._last_position, POLL_SECONDS)
                if head > self._last_position:
                    self._fetch(head)
            raise StopIteration

    def _fetch(self, head: int) -> None:
        items = self._query.items if self._query else []
        found = matching(self._session, items, self._last_position, head, PAGE)
        self._events.extend(map(sequenced, islice(found, PAGE)))
        # A page that is not full has looked at everything up to the head.
        self._last_position = self._events[-1].position if len(self._events) == PAGE else head

    def stop(self) -> None:
        super().stop()
        with self._turn:
            self._session.close()


# --- The factory ------------------------------------------------------------------------------
class LedgerFactory(DCBInfrastructureFactory[TrackingRecorder]):
    """What the factories of both engines share. The ledger's origin is the application's name."""

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        self._recorders: list[Recorder] = []

    def dcb_recorder(self) -> DCBRecorder:
        """Return a recorder; the schema and the ledger are made first, unless CREATE_TABLE says no."""
        origin = self.env.name or DEFAULT_ORIGIN
        with library_errors():
            if strtobool(self.env.get("CREATE_TABLE") or "yes"):
                self.prepare(origin)
            recorder = Recorder(origin, lambda: self.session(origin))
        self._recorders.append(recorder)
        return recorder

    def needed(self, name: str, *, empty: bool = False) -> str:
        """Return a setting; raise OSError where it is missing, as the library does."""
        value = self.env.get(name)
        if value is None or not (value or empty):
            raise OSError(f"the environment lacks {' or '.join(self.env.create_keys(name))}")
        return value

    def close(self) -> None:
        for recorder in self._recorders:
            recorder.close()

    @abstractmethod
    def prepare(self, origin: str) -> None:
        """Make the tables and the ledger where they are missing."""

    @abstractmethod
    def session(self, origin: str) -> Session:
        """Open a connection to the ledger."""
