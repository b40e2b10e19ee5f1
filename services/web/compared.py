"""What differs between two readings of a page, line by line: what was said before, what is said after."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Hashable, Iterable, Iterator, Sequence
from difflib import SequenceMatcher
from typing import NamedTuple

from services.web.lines import Line

LINES_MAX = 4_000
"""Lines of a page that are compared; what comes after is not looked at."""

TRIED_MAX = 40
"""Lines of one section among which those most alike are looked for."""

ALIKE = 0.6
_NUMBER = re.compile(r"\d[\d\s.,]*")


class Told(NamedTuple):
    """One difference; a line that is only on one side, or stands on both and says something else."""

    before: Line | None
    after: Line | None

    @property
    def line(self) -> Line:
        """The line as it is after, else as it was."""
        found = self.after or self.before
        assert found is not None, "one of them is there"
        return found


def differing(before: Sequence[Line], after: Sequence[Line]) -> list[Told]:
    """Return what differs, in the order of the page; a line that only stands elsewhere in its section is no difference."""
    old, new = before[:LINES_MAX], after[:LINES_MAX]
    gone, come = list[tuple[float, Line]](), list[tuple[float, Line]]()
    for what, start, end, first, last in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        if what != "equal":
            # What is gone stands where what replaced it does, before it.
            gone += [(first - 0.5, line) for line in old[start:end]]
            come += [(float(at), new[at]) for at in range(first, last)]
    return [told for _, told in sorted(_paired(gone, come), key=lambda each: each[0])]


def _paired(gone: list[tuple[float, Line]], come: list[tuple[float, Line]]) -> Iterator[tuple[float, Told]]:
    # The very same line stands elsewhere.
    list(_matched(gone, come, lambda line: line))
    for by in (_of_key, _of_shape):
        for (_, before), (at, after) in _matched(gone, come, by):
            yield at, Told(before, after)
    for (_, before), (at, after) in _alike(gone, come):
        yield at, Told(before, after)
    yield from ((at, Told(line, None)) for at, line in gone)
    yield from ((at, Told(None, line)) for at, line in come)


def _of_key(line: Line) -> Hashable:
    return (line.section, line.key) if line.key else None


def _of_shape(line: Line) -> Hashable:
    """Return a line without its numbers: one sentence says another figure."""
    return line.section, _NUMBER.sub("0", line.text)


Placed = tuple[float, Line]


def _matched(gone: list[Placed], come: list[Placed], by: Callable[[Line], Hashable]) -> Iterator[tuple[Placed, Placed]]:
    """Take out of both, and yield, the lines that are the only ones of their name on either side, or stand there alike often."""
    here, there = _by(gone, by), _by(come, by)
    pairs = [
        pair
        for name, ones in here.items()
        if name is not None and len(ones) == len(there.get(name, ()))
        for pair in zip(ones, there[name], strict=True)
    ]
    _take(gone, [one for one, _ in pairs])
    _take(come, [other for _, other in pairs])
    yield from pairs


def _by(lines: list[Placed], by: Callable[[Line], Hashable]) -> dict[Hashable, list[Placed]]:
    found: dict[Hashable, list[Placed]] = defaultdict(list)
    for each in lines:
        found[by(each[1])].append(each)
    return found


def _take(lines: list[Placed], taken: Iterable[Placed]) -> None:
    counted = Counter(taken)
    kept = []
    for each in lines:
        if counted[each]:
            counted[each] -= 1
        else:
            kept.append(each)
    lines[:] = kept


def _alike(gone: list[Placed], come: list[Placed]) -> Iterator[tuple[Placed, Placed]]:
    """Take out of both, and yield, the lines of a section that are most alike; in a section with many nobody looks."""
    there = _by(come, lambda line: line.section)
    for section, ones in _by(gone, lambda line: line.section).items():
        others = list(there.get(section, ()))
        if max(len(ones), len(others)) > TRIED_MAX:
            continue
        for one in ones:
            best = max(others, key=lambda other: _likeness(one[1], other[1]), default=None)
            if best is not None and _likeness(one[1], best[1]) >= ALIKE:
                others.remove(best)
                _take(gone, [one])
                _take(come, [best])
                yield one, best


def _likeness(one: Line, other: Line) -> float:
    return SequenceMatcher(None, one.text.split(), other.text.split(), autojunk=False).ratio()
