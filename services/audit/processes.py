"""A replay spread over processes: entries go out in pages, and what each part of the read models came to comes back.

The results are those of one process, whatever the number: every projection is folded by one process alone, over all
entries in order. Reading, hashing and everything that verifies stays where the caller is.
"""

from __future__ import annotations

import signal
from collections.abc import Sequence
from multiprocessing import get_context
from multiprocessing.connection import Connection
from types import TracebackType
from typing import Any, Protocol, Self

from projections.ballots import VOTES
from projections.catalogue import PROJECTIONS
from services.audit.bundle import PAGE_ENTRIES, BundleReplay, Replayed

PROCESSES_MAX = 3
"""This one, one for the votes, one for all other read models: no further one would have anything to do."""


class Replaying(Protocol):
    """A replay, wherever it runs."""

    def on_page(self, first: int, entries: Sequence[bytes], leaves: Sequence[bytes], /) -> None: ...

    def finish(self) -> Replayed: ...


class ProcessEnded(Exception):
    """A process of the replay ended before its time; there may be too little memory. Try again with fewer --jobs."""


def parts(processes: int) -> list[tuple[str, ...]]:
    """Return the names of the read models by process; votes are by far the most work."""
    names = tuple(each.name for each in PROJECTIONS)
    if processes <= 1:
        return [names]
    return [tuple(name for name in names if name != VOTES.name), (VOTES.name,)]


class SpreadReplay:
    """The replay of all read models in `jobs` - 1 processes; a context manager that leaves none behind."""

    def __init__(self, origin: str, upto: int, jobs: int, *, figures: bool) -> None:
        context = get_context("spawn")
        self._pipes: list[Connection] = []
        self._processes = []
        for number, names in enumerate(parts(min(jobs, PROCESSES_MAX) - 1)):
            ours, theirs = context.Pipe()
            arguments = (theirs, origin, upto, names, number == 0, figures)
            process = context.Process(target=_work, args=arguments, daemon=True)
            process.start()
            theirs.close()
            self._pipes.append(ours)
            self._processes.append(process)
        self._first, self._waiting = 1, list[bytes]()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for pipe in self._pipes:
            pipe.close()
        for process in self._processes:
            if kind is not None:
                process.terminate()
            process.join()

    def on_page(self, first: int, entries: Sequence[bytes], _leaves: Sequence[bytes] = ()) -> None:
        """Take entries from the position `first` on."""
        if first != self._first + len(self._waiting):
            self._send()
            self._first = first
        self._waiting += entries
        if len(self._waiting) >= PAGE_ENTRIES:
            self._send()

    def finish(self) -> Replayed:
        """Return what all parts came to. Raises what one of them raised, or ProcessEnded."""
        self._send()
        found = []
        for pipe in self._pipes:
            self._tell(pipe, None)
        for pipe in self._pipes:
            try:
                answer = pipe.recv()
            except (EOFError, OSError) as error:
                raise ProcessEnded(ProcessEnded.__doc__) from error
            if isinstance(answer, BaseException):
                raise answer
            found.append(answer)
        return _together(found)

    def _send(self) -> None:
        if self._waiting:
            for pipe in self._pipes:
                self._tell(pipe, (self._first, self._waiting))
        self._first += len(self._waiting)
        self._waiting = []

    def _tell(self, pipe: Connection, what: Any) -> None:
        try:
            pipe.send(what)
        except OSError as error:
            raise ProcessEnded(ProcessEnded.__doc__) from error


def _together(found: Sequence[Replayed]) -> Replayed:
    digests: dict[str, str] = {}
    errors: dict[str, str] = {}
    for each in found:
        digests |= each.digests
        errors |= each.errors
    # In the order in which one process gives them.
    ordered = {each.name: digests[each.name] for each in PROJECTIONS if each.name in digests}
    figures = next((each.figures for each in found if each.figures is not None), None)
    return found[0]._replace(digests=ordered, errors=errors, figures=figures)


def _work(pipe: Connection, origin: str, upto: int, names: Sequence[str], sound: bool, figures: bool) -> None:
    # An interrupt is for the process that reads and prints; it ends this one.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        wanted = [each for each in PROJECTIONS if each.name in names]
        replay = BundleReplay(origin, upto, wanted, sound=sound, figures=figures)
        while (page := pipe.recv()) is not None:
            replay.on_page(*page)
        pipe.send(replay.finish())
    except (EOFError, OSError):
        return
    except Exception as error:
        pipe.send(RuntimeError(f"{type(error).__name__} in a process of the replay"))
