"""Ballots with options, ranks, points and budgets: what a definition must say, and what a vote may."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from ledger.ballots import (
    SLICE,
    BallotOpened,
    BallotPurpose,
    BallotRule,
    CastVote,
    OfferedOption,
    OpenBallot,
    StatedBudget,
    VoteCast,
    rejections,
)
from ledger.messages import Rejection
from tests.slices import given

PRICED = tuple(OfferedOption(option=option, label=option.upper(), cost=100) for option in "abc")
PLAIN = tuple(OfferedOption(option=option, label=option.upper()) for option in "abc")
BUDGET: dict[str, Any] = {"amount": 1000, "currency": "SEK", "paper": "approvals"}
SHARES = BUDGET | {"satisfaction": "cost", "completion": "utilitarian"}


def ask(rule: str, **terms: Any) -> OpenBallot:
    terms.setdefault("options", PRICED if rule.startswith("budget") else PLAIN)
    return OpenBallot(ballot="b", question="Vad ska byggas?", rule=BallotRule(rule), **terms)


def opened(rule: str, **terms: Any) -> BallotOpened:
    (event,) = given(SLICE).when(ask(rule, **terms))
    assert isinstance(event, BallotOpened)
    return event


def cast(*choices: str, **more: Any) -> CastVote:
    return CastVote(ballot="b", voter="v", choices=choices, **more)


IRV = opened("irv", choices_max=2)
GREEDY = opened("budget_greedy", budget=BUDGET)
POINTS = opened("budget_greedy", budget=BUDGET | {"paper": "points", "points_max": 10})
RANKING = opened("budget_mes", budget=SHARES | {"paper": "ranking", "satisfaction": "additive"})


# --- The definition ---------------------------------------------------------------------------
@pytest.mark.parametrize(
    "event, tie_rule",
    [(IRV, "earlier_rounds_then_hash"), (GREEDY, "published_hash"), (RANKING, "published_hash")],
)
def test_the_tie_rule_stands_in_the_definition_before_the_first_vote(event: BallotOpened, tie_rule: str) -> None:
    assert event.tie_rule == tie_rule


def test_costs_budget_and_completion_belong_to_the_definition_that_is_hashed() -> None:
    assert [each.cost for each in RANKING.options] == [100, 100, 100]
    assert RANKING.budget is not None and RANKING.budget.completion == "utilitarian"
    dearer = (OfferedOption(option="a", label="A", cost=101), *PRICED[1:])
    add1 = SHARES | {"completion": "add1", "share_step": 5}
    definitions = {
        opened("budget_mes", budget=SHARES).definition,
        opened("budget_mes", budget=SHARES, options=dearer).definition,
        opened("budget_mes", budget=SHARES | {"amount": 1001}).definition,
        opened("budget_mes", budget=add1).definition,
    }
    assert len(definitions) == 4


@pytest.mark.parametrize(
    "rule, terms, complaint",
    [
        ("irv", {"options": PRICED}, "budget and costs belong"),
        ("irv", {"budget": BUDGET}, "budget and costs belong"),
        ("irv", {"winners": 1}, "winners belongs to the rule approval"),
        ("irv", {"choices_max": 4}, "larger than the number of options"),
        ("irv", {"options": PLAIN[:1]}, "at least two options"),
        ("support", {"options": (), "choices_max": 1}, "choices_max belong to"),
        ("budget_greedy", {}, "need budget"),
        ("budget_greedy", {"budget": BUDGET, "options": PLAIN}, "cost of every option"),
        ("budget_greedy", {"budget": SHARES}, "belong to the rule budget_mes"),
        ("budget_mes", {"budget": BUDGET | {"completion": "add1", "share_step": 1}}, "satisfaction is missing"),
        ("budget_mes", {"budget": SHARES | {"paper": "points"}}, "belongs to a paper of approvals"),
        ("budget_mes", {"budget": SHARES | {"share_step": 1}}, "belongs to add1"),
        ("budget_mes", {"budget": SHARES | {"completion": "add1"}}, "belongs to add1"),
        ("budget_greedy", {"budget": BUDGET | {"points_max": 3}}, "belongs to a paper of points"),
        ("budget_greedy", {"budget": BUDGET | {"currency": "kronor"}}, "pattern"),
    ],
)
def test_a_definition_that_does_not_hold_together_is_refused(rule: str, terms: dict[str, Any], complaint: str) -> None:
    with pytest.raises(ValidationError, match=complaint):
        ask(rule, **terms)


@pytest.mark.parametrize(
    "rule, terms, rejection",
    [
        ("budget_mes", {"budget": BUDGET | {"satisfaction": "cost"}}, rejections.CompletionMissing),
        ("budget_mes", {"budget": SHARES | {"completion": "none"}}, rejections.CompletionMissing),
        ("irv", {"purpose": BallotPurpose.ELECTION}, rejections.ElectionsHeldElsewhere),
        ("irv", {"purpose": BallotPurpose.BINDING_REFERENDUM}, rejections.ReferendumsHeldElsewhere),
    ],
)
def test_what_the_ledger_does_not_hold_is_refused_in_words(
    rule: str, terms: dict[str, Any], rejection: type[Rejection]
) -> None:
    with pytest.raises(rejection):
        opened(rule, **terms)


def test_a_budget_says_what_is_refused_of_it_alone() -> None:
    with pytest.raises(ValidationError, match="points_max"):
        StatedBudget(**BUDGET | {"points_max": 3})


# --- Votes ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "ballot, command",
    [
        (IRV, cast("c", "a")),
        (GREEDY, cast("b")),
        (POINTS, cast("a", "c", points=(7, 3))),
        (RANKING, cast("c", "b", "a")),
    ],
)
def test_a_vote_keeps_its_order_and_its_points(ballot: BallotOpened, command: CastVote) -> None:
    (vote,) = given(SLICE, ballot).when(command)
    assert isinstance(vote, VoteCast)
    assert (vote.choices, vote.points, vote.choice) == (command.choices, command.points, None)


@pytest.mark.parametrize(
    "ballot, command, rejection",
    [
        (IRV, cast("a", "b", "c"), rejections.TooManyChoices),
        (IRV, cast("a", "a"), rejections.ChoicesDoNotFit),
        (IRV, cast(), rejections.ChoicesDoNotFit),
        (IRV, cast("x"), rejections.OptionUnknown),
        (IRV, cast("a", points=(1,)), rejections.PointsDoNotFit),
        (GREEDY, cast("a", points=(1,)), rejections.PointsDoNotFit),
        (POINTS, cast("a"), rejections.PointsDoNotFit),
        (POINTS, cast("a", "b", points=(1,)), rejections.PointsDoNotFit),
        (POINTS, cast("a", "b", points=(6, 5)), rejections.TooManyPoints),
        (RANKING, cast("a", points=(3,)), rejections.PointsDoNotFit),
    ],
)
def test_a_vote_that_the_paper_does_not_take_is_refused(
    ballot: BallotOpened, command: CastVote, rejection: type[Rejection]
) -> None:
    with pytest.raises(rejection):
        given(SLICE, ballot).when(command)


def test_no_one_gives_nothing_or_less() -> None:
    with pytest.raises(ValidationError):
        cast("a", points=(0,))
