"""Instant run-off (alternativomröstning): the option with the fewest votes falls, until one has a majority."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ledger.tally.counts import lot
from ledger.tally.papers import Paper, grouped


class Round(NamedTuple):
    """One round: the continuing options by votes, and who fell.

    `exhausted` counts papers that name no continuing option. `tied` are those among whom a tie for
    the fewest was settled; `settled` says by what: `earlier_round` or `lot`, None without a tie.
    """

    votes: tuple[tuple[str, int], ...]
    exhausted: int
    out: str | None
    tied: tuple[str, ...] = ()
    settled: str | None = None


class Irv(NamedTuple):
    """The rounds and the winner; None when no paper names an option."""

    rounds: tuple[Round, ...]
    winner: str | None


def irv(ballot: str, options: Sequence[str], papers: Iterable[Paper]) -> Irv:
    """Let the option with the fewest votes fall, one at a time, until one has more than half of the continuing votes.

    A tie for the fewest goes against the option that had fewer votes in the latest earlier round in
    which they differ, and where they never did against the one whose lot, published before, comes last.
    """
    piles = grouped(papers)
    continuing = set(options)
    rounds: list[Round] = []
    while continuing:
        votes, exhausted = _count(piles, continuing)
        standing = tuple(sorted(votes.items(), key=lambda each: (-each[1], lot(ballot, each[0]))))
        leader, most = standing[0]
        if 2 * most > sum(votes.values()):
            rounds.append(Round(standing, exhausted, None))
            return Irv(tuple(rounds), leader)
        if not most:
            rounds.append(Round(standing, exhausted, None))
            break
        falls = _fewest(ballot, standing, rounds)
        rounds.append(Round(standing, exhausted, *falls))
        continuing.remove(falls[0])
    return Irv(tuple(rounds), None)


def _count(piles: tuple[Paper, ...], continuing: set[str]) -> tuple[dict[str, int], int]:
    counts: Counter[str | None] = Counter()
    for choices, _, votes in piles:
        counts[next((each for each in choices if each in continuing), None)] += votes
    return {option: counts[option] for option in sorted(continuing)}, counts[None]


def _fewest(
    ballot: str, standing: tuple[tuple[str, int], ...], earlier: list[Round]
) -> tuple[str, tuple[str, ...], str | None]:
    """Return which option falls, among whom it was settled, and by what."""
    least = standing[-1][1]
    tied = tuple(option for option, votes in standing if votes == least)
    if len(tied) == 1:
        return tied[0], (), None
    left = set(tied)
    for before in reversed(earlier):
        votes = {option: number for option, number in before.votes if option in left}
        left = {option for option in left if votes[option] == min(votes.values())}
        if len(left) == 1:
            return left.pop(), tied, "earlier_round"
    return max(left, key=lambda option: lot(ballot, option)), tied, "lot"
