"""What a projection is: pure functions from recorded events to versioned states and figures.

The same three functions fill PostgreSQL, SQLite, an auditor's dictionary and a cluster:

    keys(event)            which keys the event touches, all named in the event itself
    apply(state, recorded) the state of one key after the event; None before the first
    emit(key, state)       the figures a state stands for; merged by addition

Order matters only within one key. States are plain JSON and never hold sealed words, only where to
find them (`{"position": 12, "pointer": "/text"}`), so an erasure changes no digest.
"""

from __future__ import annotations

import hashlib
import marshal
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from typing import Any, NamedTuple, Protocol, TypeVar

from pydantic_core import PydanticSerializationError, to_json

from ledger.canonical import NotCanonical, canonical
from ledger.messages import Event, RecordedEvent

State = Any
"""A JSON value of text, integers, truth values, lists and dicts; None where there is none (yet)."""


def no_figures(key: str, state: State) -> Iterable[tuple[str, int]]:
    """Emit nothing: for projections whose states are shown, never counted."""
    return ()


@dataclass(frozen=True, slots=True)
class Projection:
    """One read model. `version` counts its definition: a new version is rebuilt from the record.

    `figures_start_like_keys` promises that the name of every figure begins with the first part of the
    key that emits it, so that figures of an earlier moment need the rows of that part alone.
    """

    name: str
    version: int
    types: tuple[type[Event], ...]
    keys: Callable[[Any], Iterable[str]]
    apply: Callable[[State, Any], State]
    emit: Callable[[str, State], Iterable[tuple[str, int]]] = no_figures
    figures_start_like_keys: bool = True


class Row(NamedTuple):
    """A state of one key, valid from a position on."""

    key: str
    position: int
    state: State


class Rows(Protocol):
    """The rows of all read models at one moment of the record; `position` says which."""

    position: int

    def get(self, projection: str, key: str) -> Row | None: ...

    def scan(self, projection: str, prefix: str = "", after: str = "", limit: int | None = None) -> Iterator[Row]:
        """Yield the rows whose key starts with `prefix` and sorts after `after`, in the order of keys."""
        ...

    def history(self, projection: str, key: str) -> list[Row]:
        """Return every state the key has had up to the moment, oldest first."""
        ...

    def figures(self, projection: str, prefix: str = "") -> dict[str, int]:
        """Return the figures whose name starts with `prefix`; zero sums are left out."""
        ...


T = TypeVar("T")


def once(rows: Rows, name: str, make: Callable[[], T]) -> T:
    """Return what `make` works out of rows, once for a moment where they keep what is derived of them.

    Nobody may change it. `name` tells it from all else; what depends on more than the rows, such as a day, names it, too.
    What may be veiled by the newest rows, such as the words of documents, must not be kept like this.
    """
    derived: _Keeps | None = getattr(rows, "derived", None)
    return make() if derived is None else derived.once(name, make)


class _Keeps(Protocol):
    def once(self, name: str, make: Callable[[], T]) -> T: ...


class Sorted:
    """Events in order, and sorted by their class once, for many projections that each know a few classes."""

    def __init__(self, events: list[RecordedEvent]) -> None:
        self.events = events
        self._by_kind: dict[type[Event], list[RecordedEvent]] = {}
        for recorded in events:
            self._by_kind.setdefault(type(recorded.entry.data), []).append(recorded)

    def of(self, kinds: Iterable[type[Event]]) -> list[RecordedEvent]:
        """Return the events of some classes, in order."""
        present = [kind for kind in kinds if kind in self._by_kind]
        if len(present) <= 1:
            return self._by_kind[present[0]] if present else []
        if len(present) == len(self._by_kind):
            return self.events
        wanted = frozenset(present)
        return [recorded for recorded in self.events if type(recorded.entry.data) in wanted]


def fold(
    projection: Projection, page: Iterable[RecordedEvent], states: dict[str, State]
) -> list[tuple[str, int, State]]:
    """Apply a page of events to `states` in place; return every new version as (key, position, state).

    Where `apply` returns the very state it was given, nothing happened to the key and no version is made.
    """
    versions = []
    types, keys, apply = frozenset(projection.types), projection.keys, projection.apply
    for recorded in page:
        event = recorded.entry.data
        if type(event) not in types:
            continue
        for key in keys(event):
            before = states.get(key)
            state = apply(before, recorded)
            if state is not before:
                states[key] = state
                versions.append((key, recorded.position, state))
    return versions


# --- Bytes ------------------------------------------------------------------------------------
_MEMO_STATES_MAX = 50_000
_MEMO_BYTES_MAX = 512
_LINES = 1_000
"""Lines hashed at a time: all of them together would take as much memory again."""
_memo: dict[bytes, bytes] = {}


def state_bytes(state: State) -> bytes | None:
    """Return the canonical bytes of a state, None for None. Raises NotCanonical.

    Millions of votes leave a few hundred different states, so their bytes are remembered. The memo's
    key tells types apart (1 from True), which equality of dicts would not.
    """
    return None if state is None else _encoded(state)


def _encoded(state: State) -> bytes:
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


def digest(rows: Iterable[tuple[str, State]]) -> str:
    """Return the digest of a read model, SHA-256 in hex over its current rows.

    Lines RFC 8785(`[key, state]`) + LF, sorted as bytes; rows whose state is None do not exist. Raises NotCanonical.
    """
    try:
        lines = sorted(b"[%b,%b]\n" % (to_json(key), _encoded(state)) for key, state in rows if state is not None)
    except PydanticSerializationError:
        raise NotCanonical("a key holds a lone surrogate and has no UTF-8 form") from None
    hashed = hashlib.sha256()
    for at in range(0, len(lines), _LINES):
        hashed.update(b"".join(lines[at : at + _LINES]))
    return hashed.hexdigest()
