"""Sharing a budget by votes: what has the most is bought while it fits."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from ledger.tally.counts import lot
from ledger.tally.papers import Voters


class Project(NamedTuple):
    """An option with its cost, in minor units."""

    option: str
    cost: int


class BudgetGreedy(NamedTuple):
    """What is bought, in that order, and what is left. `scores` are the votes or points of every option."""

    bought: tuple[str, ...]
    scores: tuple[tuple[str, int], ...]
    spent: int
    left: int


def budget_greedy(ballot: str, budget: int, projects: Sequence[Project], voters: Iterable[Voters]) -> BudgetGreedy:
    """Go through the projects by votes (points), the most first, and buy each that still fits.

    What nobody voted for is never bought. Ties go by the published lot.
    """
    scores = scores_of(voters)
    costs = {project.option: project.cost for project in projects}
    order = sorted(costs, key=lambda option: (-scores[option], lot(ballot, option)))
    bought = fitting(order, costs, scores, budget)
    spent = sum(costs[option] for option in bought)
    return BudgetGreedy(bought, tuple((option, scores[option]) for option in order), spent, budget - spent)


def scores_of(voters: Iterable[Voters]) -> Counter[str]:
    """Return the sum of the marks of each option."""
    scores: Counter[str] = Counter()
    for marks, votes in voters:
        for option, mark in marks:
            scores[option] += mark * votes
    return scores


def fitting(order: Iterable[str], costs: dict[str, int], scores: Counter[str], budget: int) -> tuple[str, ...]:
    """Return those of the options, in their order, that fit into what the ones before leave of the budget."""
    bought, left = [], budget
    for option in order:
        if scores[option] and costs[option] <= left:
            bought.append(option)
            left -= costs[option]
    return tuple(bought)
