"""Sharing a budget under the terms of a ballot: by votes, or by equal shares."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from ledger.tally.budget import BudgetGreedy, Project, budget_greedy
from ledger.tally.papers import Paper, marked
from ledger.tally.shares import BudgetMes, budget_mes


class BudgetTerms(NamedTuple):
    """What was fixed before the first vote. `choices_max` is how many options a paper may name, None: all."""

    ballot: str
    amount: int
    projects: tuple[Project, ...]
    paper: str
    choices_max: int | None = None
    satisfaction: str | None = None
    completion: str | None = None
    share_step: int | None = None


def by_votes(terms: BudgetTerms, papers: Iterable[Paper]) -> BudgetGreedy:
    """Share the budget by votes."""
    voters = marked(papers, terms.paper, terms.choices_max or len(terms.projects))
    return budget_greedy(terms.ballot, terms.amount, terms.projects, voters)


def by_shares(terms: BudgetTerms, papers: Iterable[Paper]) -> BudgetMes:
    """Share the budget by equal shares, and complete as the terms say."""
    return budget_mes(
        terms.ballot,
        terms.amount,
        terms.projects,
        marked(papers, terms.paper, terms.choices_max or len(terms.projects)),
        by_cost=terms.satisfaction == "cost",
        share_step=terms.share_step if terms.completion == "add1" else None,
    )
