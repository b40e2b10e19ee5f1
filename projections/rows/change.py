"""Fold a page of events into the change it makes: new versions, closed versions, figures. Pure."""

from __future__ import annotations

import gc
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager

from pydantic_core import from_json

from ledger.messages import RecordedEvent
from projections.projection import Projection, State, state_bytes
from projections.rows.port import Change, Held

NUL = "a key or figure holds a NUL, which no engine keeps in a text"


@contextmanager
def uncollected() -> Iterator[None]:
    """Keep the collector of cycles off while a page makes tens of thousands of objects, none of them in cycles.

    It would look at all of them several times, for about half of what decoding costs.
    """
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def touched(projection: Projection, page: Iterable[RecordedEvent]) -> set[str]:
    """Return the keys the page touches. Raises what `keys` raises, and ValueError for a key no engine can hold."""
    types, keys = frozenset(projection.types), projection.keys
    found = {key for recorded in page if type(recorded.entry.data) in types for key in keys(recorded.entry.data)}
    if any("\0" in key for key in found):
        raise ValueError(NUL)
    return found


class Fold:
    """Folds one page of one projection, in as many pieces as it comes, into the change it makes.

    `held` has the open rows and is moved on in place; it must know the open row of every touched key
    that has one. A key changed several times keeps every version. Whatever `keys`, `apply` or `emit`
    raises comes through, and then `held` and the change are worth nothing.
    """

    def __init__(self, projection: Projection, held: dict[str, Held], change: Change) -> None:
        self._projection, self._types = projection, frozenset(projection.types)
        self._held, self._change = held, change
        self._before: dict[str, State] = {}
        self._states: dict[str, State] = {}
        self._places: dict[str, int] = {}

    def take(self, events: Iterable[RecordedEvent]) -> None:
        """Fold the next events of the page."""
        types, keys, apply = self._types, self._projection.keys, self._projection.apply
        states, held = self._states, self._held
        for recorded in events:
            event = recorded.entry.data
            if type(event) not in types:
                continue
            for key in keys(event):
                # A key is decoded once a page; one without a row is new.
                before = states[key] if key in states else self._open(key) if key in held else None
                state = apply(before, recorded)
                if state is not before:
                    states[key] = state
                    self._add(key, recorded.position, state_bytes(state))

    def finish(self) -> Change:
        """Add the figures, by what the page's last states emit more than its first, and return the change."""
        figures, before = self._change.figures, self._before
        add_figures(self._projection, ((key, self._states[key]) for key in self._places), 1, figures)
        # Not every state that was opened was changed.
        changed = before.keys() & self._places.keys()
        add_figures(self._projection, ((key, before[key]) for key in changed), -1, figures)
        if not all(figures.values()):
            self._change.figures = {figure: number for figure, number in figures.items() if number}
        return self._change

    def _open(self, key: str) -> State:
        """Return the state the key had before the page."""
        encoded = self._held[key][1]
        if encoded is None:
            return None
        state = self._before[key] = self._states[key] = from_json(encoded)
        return state

    def _add(self, key: str, position: int, state: bytes | None) -> None:
        rows, place, held = self._change.rows, self._places.get(key), self._held.get(key)
        if place is None:
            if "\0" in key:
                raise ValueError(NUL)
            if held is not None:
                self._change.closings.append((key, held[0], position))
        else:
            name, since, _, former = rows[place]
            if since == position:
                # One event touched the key twice: only what it left in the end was ever true.
                rows[place] = (name, since, None, state)
                self._held[key] = (position, state)
                return
            rows[place] = (name, since, position, former)
        self._places[key] = len(rows)
        self._held[key] = (position, state)
        rows.append((key, position, None, state))


def add_figures(projection: Projection, rows: Iterable[tuple[str, State]], sign: int, figures: dict[str, int]) -> None:
    """Add (or, with sign -1, take away) what some states emit."""
    emit, known = projection.emit, figures.get
    for key, state in rows:
        if state is None:
            continue
        for figure, number in emit(key, state):
            had = known(figure)
            if had is None:
                if "\0" in figure:
                    raise ValueError(NUL)
                had = 0
            figures[figure] = had + number * sign


def healthy(
    projection: Projection,
    page: Sequence[RecordedEvent],
    load: Callable[[set[str]], dict[str, Held]],
) -> tuple[int, Exception | None]:
    """Return how many events of the page can be applied, and what the next one raises.

    `load` returns open rows as they were before the page. Slow, used once something was raised.
    """
    held: dict[str, Held] = {}
    asked: set[str] = set()
    for number, recorded in enumerate(page):
        try:
            keys = touched(projection, (recorded,)) - asked
        except Exception as error:
            return number, error
        asked |= keys
        # What loading raises is the store's, and no poison.
        held |= load(keys) if keys else {}
        try:
            fold = Fold(projection, held, Change(projection.name, 0, 0, 0))
            fold.take((recorded,))
            fold.finish()
        except Exception as error:
            return number, error
    return len(page), None
