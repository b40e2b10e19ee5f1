"""Budgets: exact vectors, and what holds for any projects and voters."""

from __future__ import annotations

import time
from fractions import Fraction
from random import Random
from typing import Any

import pytest
from hypothesis import assume
from hypothesis import given as for_all
from hypothesis import strategies as st

from ledger import tally
from ledger.tally import BudgetTerms, Paper, Project, Voters

OPTIONS = tuple("abcd")
PROJECTS = tuple(Project(option, cost) for option, cost in zip(OPTIONS, (300, 300, 200, 400), strict=True))
SIX_AND_FOUR = (Paper(("a", "b", "d"), votes=6), Paper(("c",), votes=4))
TERMS = BudgetTerms("b4", 1000, PROJECTS, "approvals")
"""In the ballot b4 the lots of a and b come before that of d."""

SHARES = TERMS._replace(satisfaction="cost", completion="utilitarian")


# --- Vectors ----------------------------------------------------------------------------------
def test_by_votes_the_majority_takes_the_whole_budget() -> None:
    result = tally.by_votes(TERMS, SIX_AND_FOUR)
    assert (set(result.bought), result.spent, result.left) == ({"a", "b", "d"}, 1000, 0)
    assert dict(result.scores) == {"a": 6, "b": 6, "c": 4, "d": 6}


def test_by_equal_shares_those_who_like_only_one_get_it() -> None:
    result = tally.by_shares(SHARES, SIX_AND_FOUR)
    assert result.bought == ("a", "b", "c")
    assert (result.share, result.spent, result.left) == (Fraction(100), 800, 200)
    assert [each.rate for each in result.purchases] == [Fraction(1, 6), Fraction(1, 6), Fraction(1, 4)]
    assert result.purchases[0].tied == ("a", "b", "d")
    left = dict(zip(tally.marked(SIX_AND_FOUR, "approvals", 4), result.balances, strict=True))
    assert {votes.votes: balance for votes, balance in left.items()} == {6: 0, 4: 50}


def test_what_does_not_fit_is_passed_over_and_what_fits_after_it_is_bought() -> None:
    papers = (Paper(("d",), votes=3), Paper(("a",), votes=2), Paper(("c",), votes=1))
    result = tally.by_votes(TERMS._replace(amount=600), papers)
    assert (result.bought, result.left) == (("d", "c"), 0)


def test_what_nobody_voted_for_is_never_bought() -> None:
    papers = (Paper(("c",), votes=1),)
    assert tally.by_votes(TERMS, papers).bought == ("c",)
    assert tally.by_shares(SHARES, papers).bought == ("c",)


def test_a_ranking_gives_the_first_as_many_points_as_there_are_ranks() -> None:
    (voters,) = tally.marked([Paper(("c", "a"))], "ranking", 3)
    assert voters == Voters((("a", 2), ("c", 3)))


def test_points_decide_what_is_worth_most_to_whom() -> None:
    terms = SHARES._replace(paper="points", satisfaction="additive", amount=400)
    papers = (Paper(("a", "c"), (1, 9)), Paper(("c",), (5,)))
    result = tally.by_shares(terms, papers)
    # 200 is paid 9 : 5, which is less than 200 each; a's one backer has 200 - 900/7 left, too little for 300.
    assert [(each.option, each.rate) for each in result.purchases] == [("c", Fraction(200, 14))]
    assert result.balances == (Fraction(200) - Fraction(900, 7), Fraction(200) - Fraction(500, 7))


def test_a_backer_who_cannot_pay_in_full_gives_what_is_left() -> None:
    projects = (Project("a", 90), Project("b", 100))
    papers = (Paper(("a", "b")), Paper(("b",)))
    result = tally.by_shares(BudgetTerms("b", 200, projects, "approvals", None, "additive", "utilitarian"), papers)
    # b costs its two backers 50 each; then a would need 90 of the 50 that are left.
    assert [(each.option, each.rate) for each in result.purchases] == [("b", Fraction(50))]
    assert result.completed == ("a",)
    three = (Paper(("a",)), Paper(("a", "b")), Paper(("b",)))
    richer = BudgetTerms("b", 210, (Project("a", 95), Project("b", 80)), "approvals", None, "additive", "utilitarian")
    result = tally.by_shares(richer, three)
    # b at 40 each leaves its backer of a 30; all of that and 65 of the other pay for a.
    assert [(each.option, each.rate) for each in result.purchases] == [("b", Fraction(40)), ("a", Fraction(65))]
    assert sorted(result.balances) == [0, 5, 30]


def test_add1_lets_the_shares_grow_while_the_budget_holds() -> None:
    projects = (Project("a", 60), Project("b", 60))
    papers = (Paper(("a",)), Paper(("b",)))
    base = BudgetTerms("b", 100, projects, "approvals", None, "cost", "add1", 1)
    assert tally.by_shares(base, papers).bought == ()
    grown = tally.by_shares(base._replace(amount=120, projects=(Project("a", 61), Project("b", 59))), papers)
    assert (grown.bought, grown.share) == (("b", "a"), Fraction(61))
    assert tally.by_shares(base._replace(amount=119, share_step=5), papers).share <= Fraction(119, 2) + 5


def test_add1_does_not_grow_for_ever() -> None:
    projects = (Project("a", 10**9 - 1), Project("b", 1))
    terms = BudgetTerms("b", 10**9, projects, "approvals", None, "cost", "add1", 1)
    papers = (Paper(("a",)), Paper(("b",), votes=999))
    result = tally.by_shares(terms, papers)
    assert (result.bought, result.share) == (("b",), Fraction(10**6 + 1000))


@pytest.mark.parametrize("completion", ["utilitarian", "add1"])
def test_where_nobody_voted_nothing_is_bought(completion: str) -> None:
    terms = SHARES._replace(completion=completion, share_step=10)
    assert tally.by_shares(terms, ()).bought == tally.by_votes(terms, ()).bought == ()


@pytest.mark.parametrize("satisfaction, completion", [("cost", "utilitarian"), ("additive", "add1")])
def test_hundreds_of_projects_and_a_thousand_voters_are_counted_soon(satisfaction: str, completion: str) -> None:
    chance = Random(1)
    projects = tuple(Project(f"p{n}", chance.randint(100_000, 20_000_000)) for n in range(300))
    ids = [each.option for each in projects]
    papers = [Paper(tuple(chance.sample(ids, chance.randint(1, 15)))) for _ in range(1000)]
    terms = BudgetTerms("b", 500_000_000, projects, "approvals", None, satisfaction, completion, 5_000)
    started = time.process_time()
    result = tally.by_shares(terms, papers)
    assert time.process_time() - started < 20  # some two seconds; the rest is for a busy machine
    assert terms.amount * 0.9 < result.spent <= terms.amount


# --- What holds for any projects and voters -----------------------------------------------------
costs = st.lists(st.integers(1, 50), min_size=4, max_size=4)
paper = st.lists(
    st.tuples(st.sampled_from(OPTIONS), st.integers(1, 9)), unique_by=lambda each: each[0], max_size=4
).map(lambda marks: Paper(tuple(option for option, _ in marks), tuple(mark for _, mark in marks)))
papers = st.lists(paper, max_size=8)


@st.composite
def instances(draw: st.DrawFn) -> tuple[BudgetTerms, list[Paper]]:
    projects = tuple(Project(option, cost) for option, cost in zip(OPTIONS, draw(costs), strict=True))
    kind = draw(st.sampled_from(("approvals", "points", "ranking")))
    satisfaction = "additive" if kind != "approvals" else draw(st.sampled_from(("cost", "additive")))
    completion = draw(st.sampled_from(("utilitarian", "add1")))
    terms = BudgetTerms("b", draw(st.integers(1, 120)), projects, kind, None, satisfaction, completion, 1)
    return terms, draw(papers)


@for_all(instances())
def test_the_budget_is_never_exceeded_and_what_is_spent_is_what_was_bought(
    instance: tuple[BudgetTerms, list[Paper]],
) -> None:
    terms, written = instance
    prices = dict(terms.projects)
    for result in (tally.by_votes(terms, written), tally.by_shares(terms, written)):
        assert result.spent == sum(prices[option] for option in result.bought) <= terms.amount
        assert result.left == terms.amount - result.spent
        assert len(set(result.bought)) == len(result.bought)


@for_all(instances())
def test_no_voter_pays_more_than_the_share_and_together_they_pay_the_cost(
    instance: tuple[BudgetTerms, list[Paper]],
) -> None:
    terms, written = instance
    result = tally.by_shares(terms, written)
    voters = tally.marked(written, terms.paper, len(OPTIONS))
    assert all(0 <= balance <= result.share for balance in result.balances)
    paid = sum((result.share - balance) * each.votes for each, balance in zip(voters, result.balances, strict=True))
    assert paid == sum(dict(terms.projects)[each.option] for each in result.purchases)


@for_all(instances())
def test_no_group_that_could_pay_for_what_it_marked_is_left_with_nothing_of_it(
    instance: tuple[BudgetTerms, list[Paper]],
) -> None:
    terms, written = instance
    result = tally.by_shares(terms, written)
    voters = tally.marked(written, terms.paper, len(OPTIONS))
    has = {each.option for each in result.purchases}
    for option, cost in terms.projects:
        backers = [
            (each, left) for each, left in zip(voters, result.balances, strict=True) if option in dict(each.marks)
        ]
        if option not in has and cost <= terms.amount:
            assert sum(left * each.votes for each, left in backers) < cost


@for_all(instances(), st.randoms(use_true_random=False))
def test_neither_who_voted_nor_in_which_order_matters(instance: tuple[BudgetTerms, list[Paper]], chance: Any) -> None:
    terms, written = instance
    mixed = list(written)
    chance.shuffle(mixed)
    assert tally.by_shares(terms, mixed) == tally.by_shares(terms, written)
    assert tally.by_votes(terms, mixed) == tally.by_votes(terms, tally.grouped(written))


@for_all(instances(), st.permutations(OPTIONS))
def test_new_names_do_not_change_what_is_bought_where_nothing_ties(
    instance: tuple[BudgetTerms, list[Paper]], renamed: list[str]
) -> None:
    terms, written = instance
    terms = terms._replace(completion="utilitarian")
    # So many more for each that no two scores are equal.
    written = written + [Paper((option,), (1,), 1000 * n) for n, option in enumerate(OPTIONS, 1)]
    names = dict(zip(OPTIONS, renamed, strict=True))
    other = terms._replace(projects=tuple(Project(names[each.option], each.cost) for each in terms.projects))
    again = [Paper(tuple(names[each] for each in paper.choices), paper.points, paper.votes) for paper in written]
    result = tally.by_votes(terms, written)
    assert tally.by_votes(other, again).bought == tuple(names[option] for option in result.bought)
    equal = tally.by_shares(terms, written)
    assume(not any(each.tied for each in equal.purchases))
    assert tally.by_shares(other, again).bought == tuple(names[option] for option in equal.bought)
