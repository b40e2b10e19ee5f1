"""Papers: what one voter wrote, and what it is worth to whom.

Voters who wrote the same are counted together: nobody's name is needed, and a tally takes as long as
there are different papers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple


class Paper(NamedTuple):
    """What `votes` voters wrote alike: options, in order of preference, with points to each where points are given."""

    choices: tuple[str, ...]
    points: tuple[int, ...] = ()
    votes: int = 1


class Voters(NamedTuple):
    """Voters with the same marks: (option, mark above 0), in the order of the options' ids."""

    marks: tuple[tuple[str, int], ...]
    votes: int = 1


def grouped(papers: Iterable[Paper]) -> tuple[Paper, ...]:
    """Return every different paper once, with its votes, in an order that depends on the papers alone."""
    counts: Counter[tuple[tuple[str, ...], tuple[int, ...]]] = Counter()
    for choices, points, votes in papers:
        counts[choices, points] += votes
    return tuple(Paper(*content, votes) for content, votes in sorted(counts.items()))


def marked(papers: Iterable[Paper], paper: str, ranks: int) -> tuple[Voters, ...]:
    """Return the marks that papers give: 1 to what is approved, the points, or by rank.

    Where the paper is a ranking the first choice has as many points as there are `ranks`, the next
    one less, and so on (Borda).
    """
    counts: Counter[tuple[tuple[str, int], ...]] = Counter()
    for choices, points, votes in papers:
        if paper == "points":
            marks = zip(choices, points, strict=False)
        elif paper == "ranking":
            marks = zip(choices, range(ranks, 0, -1), strict=False)
        else:
            marks = zip(choices, (1,) * len(choices), strict=True)
        counts[tuple(sorted(mark for mark in marks if mark[1] > 0))] += votes
    return tuple(Voters(marks, votes) for marks, votes in sorted(counts.items()))
