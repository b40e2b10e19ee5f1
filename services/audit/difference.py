"""What differs between two JSON values: changes in a stable order, and the way from the one to the other. Pure.

    path, before, after      changed
    path, before             removed
    path, after              added
    path, moved_to           an item of a list that stands elsewhere now, and may have changed as well

Paths are JSON Pointers (RFC 6901). Every step of a path counts as in the old value, but for the last one of what was
added, and of `moved_to`: those count as in the new. So what changed is put right first, then what left is taken out,
then what is new is put in, from the front.

Items of a list belong together by what they are called, not by where they stand: by the member that tells them apart
in both lists (`id` where they have one), plain values by themselves. Other lists are compared item by item between
what they begin and end with alike. Time grows with the size of both values, and with n log n for lists.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Iterator, Sequence
from typing import Any, Final, NamedTuple, TypeAlias

from pydantic_core import to_json

Step: TypeAlias = str | int
Path: TypeAlias = tuple[Step, ...]
NAMING = ("id", "key", "pointer")
"""Members that name an item before others do that would as well; then what most items have in common, then what comes first."""


class _Absent:
    """Stands for a value that is not there, which null is not."""

    def __repr__(self) -> str:
        return "absent"


ABSENT: Final = _Absent()


class Change(NamedTuple):
    """One difference. `named` is the path for a reader: items of lists by what they are called."""

    path: Path
    before: Any = ABSENT
    after: Any = ABSENT
    moved_to: int | None = None
    named: tuple[str, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """Return the change as plain JSON values."""
        told: dict[str, Any] = {"path": pointer(self.path)}
        if self.before is not ABSENT:
            told["before"] = self.before
        if self.after is not ABSENT:
            told["after"] = self.after
        if self.moved_to is not None:
            told["moved_to"] = pointer((*self.path[:-1], self.moved_to))
        return told


def pointer(path: Path) -> str:
    """Return a path as a JSON Pointer (RFC 6901 §3)."""
    return "".join("/" + str(step).replace("~", "~0").replace("/", "~1") for step in path)


def difference(before: Any, after: Any) -> list[Change]:
    """Return what differs between two JSON values (dicts, lists, texts, numbers, true, false, null, or ABSENT).

    The same values give the same changes in the same order; equal ones none. 1, 1.0 and true are three values.
    """
    return list(_differing(before, after, (), ()))


def applied(before: Any, changes: Iterable[Change]) -> Any:
    """Return what `before` becomes by its changes: `applied(a, difference(a, b))` is b. Leaves `before` as it is."""
    whole = _Node()
    for change in changes:
        whole.take(change)
    return whole.of(before)


# --- Finding ----------------------------------------------------------------------------------
def _differing(before: Any, after: Any, path: Path, named: tuple[str, ...]) -> Iterator[Change]:
    if isinstance(before, dict) and isinstance(after, dict):
        for name in sorted(before.keys() | after.keys()):
            here = before.get(name, ABSENT), after.get(name, ABSENT)
            yield from _differing(*here, (*path, name), (*named, f"/{name}"))
    elif isinstance(before, list) and isinstance(after, list):
        yield from _differing_lists(before, after, path, named)
    elif type(before) is not type(after) or before != after:
        yield Change(path, before, after, None, named)


def _differing_lists(before: list[Any], after: list[Any], path: Path, named: tuple[str, ...]) -> Iterator[Change]:
    names = _names(before, after)
    old, new = _paired(before, after) if names is None else names
    where = {name: at for at, name in enumerate(new)}
    staying = _staying([where[name] for name in old if name in where])
    for at, name in enumerate(old):
        here = (*path, at), (*named, f"/{at}" if names is None else f"[{_called(name)}]")
        if name not in where:
            yield Change(here[0], before[at], ABSENT, None, here[1])
            continue
        if where[name] not in staying:
            yield Change(here[0], ABSENT, ABSENT, where[name], here[1])
        yield from _differing(before[at], after[where[name]], *here)
    known = set(old)
    for at, name in enumerate(new):
        if name not in known:
            label = f"/{at}" if names is None else f"[{_called(name)}]"
            yield Change((*path, at), ABSENT, after[at], None, (*named, label))


Names: TypeAlias = list[tuple[str, bytes]]


def _names(before: Sequence[Any], after: Sequence[Any]) -> tuple[Names, Names] | None:
    """Return what the items of both lists are called; None where nothing tells them apart."""
    items = [*before, *after]
    if not items:
        return [], []
    if not any(isinstance(item, dict | list) for item in items):
        own = [("", to_json(item)) for item in items]
        return _split(own, len(before)) if _distinct(own, len(before)) else None
    if not all(isinstance(item, dict) for item in items):
        return None
    shared = set.intersection(*(set(item) for item in items))
    found = [
        called
        for name in items[0]
        if name in shared
        and all(isinstance(item[name], str | int) for item in items)
        and _distinct(called := [(name, to_json(item[name])) for item in items], len(before))
    ]
    if not found:
        return None
    # The first of the best: max() keeps it.
    return _split(max(found, key=lambda called: _aptness(called, len(before))), len(before))


def _aptness(called: Names, middle: int) -> tuple[int, int]:
    member = called[0][0]
    naming = len(NAMING) - NAMING.index(member) if member in NAMING else 0
    return naming, len(set(called[:middle]) & set(called[middle:]))


def _distinct(names: Names, middle: int) -> bool:
    return len(set(names[:middle])) == middle and len(set(names[middle:])) == len(names) - middle


def _split(names: Names, middle: int) -> tuple[Names, Names]:
    return names[:middle], names[middle:]


def _paired(before: list[Any], after: list[Any]) -> tuple[Names, Names]:
    """Return names for items that have none: by their places from the front, and from the back where both end alike."""
    shorter = min(len(before), len(after))
    head = next((at for at in range(shorter) if not _same(before[at], after[at])), shorter)
    tail = next((at for at in range(shorter - head) if not _same(before[-1 - at], after[-1 - at])), shorter - head)
    both = []
    for items in (before, after):
        last = len(items) - tail
        both.append([("", b"%d" % at if at < last else b"-%d" % (len(items) - at)) for at in range(len(items))])
    return both[0], both[1]


def _same(one: Any, other: Any) -> bool:
    if isinstance(one, dict) and isinstance(other, dict):
        return one.keys() == other.keys() and all(_same(member, other[name]) for name, member in one.items())
    if isinstance(one, list) and isinstance(other, list):
        return len(one) == len(other) and all(map(_same, one, other))
    return type(one) is type(other) and bool(one == other)


def _staying(places: Sequence[int]) -> set[int]:
    """Return the longest rising part of distinct places: those items need not move."""
    ends: list[int] = []
    before: dict[int, int | None] = {}
    for place in places:
        at = bisect_left(ends, place)
        before[place] = ends[at - 1] if at else None
        ends[at:] = [place, *ends[at + 1 :]] if at < len(ends) else [place]
    staying, last = set(), ends[-1] if ends else None
    while last is not None:
        staying.add(last)
        last = before[last]
    return staying


def _called(name: tuple[str, bytes]) -> str:
    member, value = name[0], name[1].decode()
    return f"{member}={value}" if member else value


# --- Applying ---------------------------------------------------------------------------------
class _Node:
    """What becomes of one value: of itself, of its members, and of who its members are."""

    def __init__(self) -> None:
        self.own: Any = _UNTOUCHED
        self.within: dict[Step, _Node] = {}
        self.removed: set[Step] = set()
        self.moved: dict[Step, int] = {}
        self.added: dict[Step, Any] = {}

    def take(self, change: Change) -> None:
        if not change.path:
            self.own = change.after
            return
        node = self
        for step in change.path[:-1]:
            node = node.within.setdefault(step, _Node())
        last = change.path[-1]
        if change.moved_to is not None:
            node.moved[last] = change.moved_to
        elif change.before is ABSENT:
            node.added[last] = change.after
        elif change.after is ABSENT:
            node.removed.add(last)
        else:
            node.within.setdefault(last, _Node()).own = change.after

    def of(self, value: Any) -> Any:
        if self.own is not _UNTOUCHED:
            return self.own
        if isinstance(value, list):
            return self._list(value)
        if isinstance(value, dict):
            kept = {name: self._member(name, member) for name, member in value.items() if name not in self.removed}
            return kept | self.added
        return value

    def _list(self, value: list[Any]) -> list[Any]:
        leaving = self.removed | self.moved.keys()
        kept = [self._member(at, member) for at, member in enumerate(value) if at not in leaving]
        arriving = self.added | {to: self._member(at, value[int(at)]) for at, to in self.moved.items()}
        for at, member in sorted(arriving.items(), key=lambda pair: int(pair[0])):
            kept.insert(int(at), member)
        return kept

    def _member(self, step: Step, member: Any) -> Any:
        node = self.within.get(step)
        return member if node is None else node.of(member)


_UNTOUCHED: Final = _Absent()
