"""Fold a page of events into the change it makes: new versions, closed versions, figures. Pure."""

from __future__ import annotations

import marshal
from collections.abc import Callable, Iterable, Sequence

from ledger.canonical import canonical
from ledger.messages import RecordedEvent
from projections.projection import Projection, State
from projections.rows.port import Change, Closing, Held, NewRow

_MEMO_STATES_MAX = 50_000
_MEMO_BYTES_MAX = 512
_memo: dict[bytes, bytes] = {}


def state_bytes(state: State) -> bytes | None:
    """Return the canonical bytes of a state, None for None. Raises NotCanonical.

    Millions of votes leave a few hundred different states, so their bytes are remembered. The memo's
    key tells types apart (1 from True), which equality of dicts would not.
    """
    if state is None:
        return None
    try:
        packed = marshal.dumps(state, 2)
    except ValueError:  # a subclass of text, such as an enumeration
        return canonical(state)
    known = _memo.get(packed)
    if known is not None:
        return known
    encoded = canonical(state)
    if len(packed) <= _MEMO_BYTES_MAX:
        if len(_memo) >= _MEMO_STATES_MAX:
            _memo.clear()
        _memo[packed] = encoded
    return encoded


def touched(projection: Projection, page: Iterable[RecordedEvent]) -> set[str]:
    """Return the keys the page touches."""
    types, keys = frozenset(projection.types), projection.keys
    return {key for recorded in page if type(recorded.entry.data) in types for key in keys(recorded.entry.data)}


def fold_page(projection: Projection, page: Iterable[RecordedEvent], held: dict[str, Held], change: Change) -> None:
    """Apply a page to the open rows in `held`, in place, and put what it does into `change`.

    `held` must know the open row of every touched key that has one. A key changed several times
    keeps every version. Whatever `keys`, `apply` or `emit` raises comes through, and then `held` and
    `change` are worth nothing.
    """
    types, keys, apply = frozenset(projection.types), projection.keys, projection.apply
    rows, closings = change.rows, change.closings
    places: dict[str, int] = {}
    replaced: list[tuple[str, State]] = []
    for recorded in page:
        event = recorded.entry.data
        if type(event) not in types:
            continue
        position = recorded.position
        for key in keys(event):
            former = held.get(key)
            before = None if former is None else former.state
            state = apply(before, recorded)
            if state is before:
                continue
            held[key] = Held(position, state)
            row = NewRow(key, position, None, state_bytes(state))
            place = places.get(key)
            if place is None:
                _refuse_nul(key)
                if former is not None:
                    closings.append(Closing(key, former.position, position))
                    replaced.append((key, before))
            elif rows[place].position == position:
                # One event touched the key twice: only what it left in the end was ever true.
                rows[place] = row
                continue
            else:
                rows[place] = rows[place]._replace(until=position)
            places[key] = len(rows)
            rows.append(row)
    add_figures(projection, ((key, held[key].state) for key in places), 1, change.figures)
    add_figures(projection, replaced, -1, change.figures)
    for figure in [figure for figure, number in change.figures.items() if not number]:
        del change.figures[figure]


def add_figures(projection: Projection, rows: Iterable[tuple[str, State]], sign: int, figures: dict[str, int]) -> None:
    """Add (or, with sign -1, take away) what some states emit."""
    emit, known = projection.emit, figures.get
    for key, state in rows:
        if state is None:
            continue
        for figure, number in emit(key, state):
            had = known(figure)
            if had is None:
                _refuse_nul(figure)
                had = 0
            figures[figure] = had + number * sign


def _refuse_nul(name: str) -> None:
    """No engine may be asked to hold a NUL in a text; found here, it halts one projection alone."""
    if "\0" in name:
        raise ValueError("a key or figure holds a NUL")


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
            asked |= keys
            held |= load(keys) if keys else {}
            fold_page(projection, (recorded,), held, Change(projection.name, 0, 0, 0))
        except Exception as error:
            return number, error
    return len(page), None
