"""The Method of Equal Shares (Peters and Skowron): every voter gets the same share and pays for what they back.

In each step the project is bought whose backers pay least for what it is worth to them: the smallest
rate r at which `sum of min(what is left of the share, r · worth)` is its cost. What the shares leave
over is spent by the stated completion; without one most of a budget can stay unspent.

The balances are integers over one common denominator, so that a step costs additions and no reduction
of fractions; rates, and what is handed out, are exact fractions.
"""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from heapq import heappop, heappush
from math import lcm
from typing import NamedTuple

from ledger.tally.budget import Project, fitting, scores_of
from ledger.tally.counts import lot
from ledger.tally.papers import Voters

STEPS_MAX = 1_000
"""How often add1 lets the shares grow at most; part of the rule, so that a count always ends."""


class Purchase(NamedTuple):
    """A project its backers bought at a rate; `tied` are all that had this rate, where several did."""

    option: str
    rate: Fraction
    tied: tuple[str, ...] = ()


class BudgetMes(NamedTuple):
    """What is bought: by the shares, in that order, and in completion.

    `share` is what each voter could spend, `balances` what one voter of each group has left of it, in
    the order of the groups. `scores` are the votes or points of every option.
    """

    share: Fraction
    purchases: tuple[Purchase, ...]
    completed: tuple[str, ...]
    balances: tuple[Fraction, ...]
    scores: tuple[tuple[str, int], ...]
    spent: int
    left: int

    @property
    def bought(self) -> tuple[str, ...]:
        return (*(each.option for each in self.purchases), *self.completed)


def budget_mes(
    ballot: str,
    budget: int,
    projects: Sequence[Project],
    voters: Sequence[Voters],
    *,
    by_cost: bool,
    share_step: int | None = None,
) -> BudgetMes:
    """Buy by equal shares of the budget, then complete. Ties at one rate go by the published lot.

    `by_cost`: a project is worth its cost to whoever marked it; else it is worth the mark. With a
    `share_step` (add1) all shares grow by it, and everything is bought anew, until nothing with backers
    fits into what is left, the next growth would spend more than the budget, or STEPS_MAX is reached. Without
    it (utilitarian) what is left buys the other projects by votes, the most first, while they fit.
    """
    costs = {each.option: each.cost for each in projects if each.cost <= budget}
    count = sum(each.votes for each in voters)
    share = Fraction(budget, count) if count else Fraction(0)
    market = Market(ballot, costs, voters, by_cost=by_cost)
    bought = market.buy(share)
    if share_step is not None and count:
        bought, share = _grown(market, bought, share, share_step, budget)
    scores = scores_of(voters)
    order = sorted((each.option for each in projects), key=lambda option: (-scores[option], lot(ballot, option)))
    spent = bought.spent
    completed: tuple[str, ...] = ()
    if share_step is None:
        has = {purchase.option for purchase in bought.purchases}
        others = [option for option in order if option in costs and option not in has]
        completed = fitting(others, costs, scores, budget - spent)
        spent += sum(costs[option] for option in completed)
    ranked = tuple((option, scores[option]) for option in order)
    balances = tuple(Fraction(balance, bought.scale) for balance in bought.balances)
    return BudgetMes(share, bought.purchases, completed, balances, ranked, spent, budget - spent)


class Bought(NamedTuple):
    """What some share buys, what is left of it to one voter of each group (integers over `scale`), and what it costs."""

    purchases: tuple[Purchase, ...]
    balances: list[int]
    scale: int
    spent: int


def _grown(market: Market, bought: Bought, share: Fraction, step: int, budget: int) -> tuple[Bought, Fraction]:
    for _ in range(STEPS_MAX):
        if not market.has_more(bought, budget):
            break
        more = market.buy(share + step, at_most=budget)
        if more.spent > budget:
            break
        bought, share = more, share + step
    return bought, share


class Backer(NamedTuple):
    """A group of voters behind a project: its place, how many they are, what it is worth to one, and the sort key's factor."""

    group: int
    votes: int
    worth: int
    factor: int


class Market:
    """Projects with their backers; projects nobody marked are left out."""

    def __init__(self, ballot: str, costs: dict[str, int], voters: Sequence[Voters], *, by_cost: bool) -> None:
        self._groups, self._costs = len(voters), costs
        worths: dict[str, list[tuple[int, int, int]]] = {option: [] for option in costs}
        for group, (marks, votes) in enumerate(voters):
            for option, mark in marks:
                if option in worths:
                    # To whom a project is worth its cost, everybody's worth of it is the same.
                    worths[option].append((group, votes, costs[option] if by_cost else mark))
        self.backers = {option: _backers(found) for option, found in worths.items() if found}
        self._lots = {option: lot(ballot, option) for option in self.backers}

    def has_more(self, bought: Bought, budget: int) -> bool:
        """Tell whether something with backers would still fit into the budget."""
        has = {purchase.option for purchase in bought.purchases}
        return any(self._costs[option] <= budget - bought.spent for option in self.backers if option not in has)

    def buy(self, share: Fraction, at_most: int | None = None) -> Bought:
        """Return what equal shares buy; stops as soon as more than `at_most` is spent."""
        scale = share.denominator
        balances = [share.numerator] * self._groups
        # Rates only rise as balances fall, so the rate last seen is a lower bound of the present one.
        bounds = [(Fraction(0), option) for option in self.backers]
        purchases: list[Purchase] = []
        spent = 0
        while at_most is None or spent <= at_most:
            rate, tied = self._cheapest(bounds, balances, scale)
            if rate is None:
                break
            option = min(tied, key=self._lots.__getitem__)
            scale = self._pay(option, rate, balances, scale)
            purchases.append(Purchase(option, rate, tuple(sorted(tied)) if len(tied) > 1 else ()))
            spent += self._costs[option]
            for each in tied:
                if each != option:
                    heappush(bounds, (rate, each))
        return Bought(tuple(purchases), balances, scale, spent)

    def _cheapest(
        self, bounds: list[tuple[Fraction, str]], balances: list[int], scale: int
    ) -> tuple[Fraction | None, list[str]]:
        """Take all projects at the smallest rate off the heap; drop those their backers can no longer pay."""
        best: Fraction | None = None
        seen: list[tuple[Fraction, str]] = []
        while bounds and (best is None or bounds[0][0] <= best):
            _, option = heappop(bounds)
            rate = _rate(self._costs[option], self.backers[option], balances, scale)
            if rate is not None:
                seen.append((rate, option))
                best = rate if best is None else min(best, rate)
        for each in seen:
            if each[0] != best:
                heappush(bounds, each)
        return best, [option for rate, option in seen if rate == best]

    def _pay(self, option: str, rate: Fraction, balances: list[int], scale: int) -> int:
        """Let the backers pay in place; return the new common denominator."""
        wider = lcm(scale, rate.denominator)
        if wider != scale:
            factor = wider // scale
            balances[:] = [balance * factor for balance in balances]
        price = rate.numerator * (wider // rate.denominator)
        for group, _, worth, _ in self.backers[option]:
            balances[group] -= min(balances[group], price * worth)
        return wider


def _backers(found: list[tuple[int, int, int]]) -> tuple[Backer, ...]:
    common = lcm(*(worth for _, _, worth in found))
    return tuple(Backer(group, votes, worth, common // worth) for group, votes, worth in found)


def _rate(cost: int, backers: tuple[Backer, ...], balances: list[int], scale: int) -> Fraction | None:
    """Return the smallest rate at which the backers together pay the cost, None where they cannot."""
    missing = cost * scale
    if sum([balances[backer.group] * backer.votes for backer in backers]) < missing:
        return None
    worth = sum([backer.worth * backer.votes for backer in backers])
    # Who can pay least for what it is worth to them gives everything first.
    for backer in sorted(backers, key=lambda each: balances[each.group] * each.factor):
        balance = balances[backer.group]
        if missing * backer.worth <= balance * worth:
            return Fraction(missing, worth * scale)
        missing -= balance * backer.votes
        worth -= backer.worth * backer.votes
    return None
