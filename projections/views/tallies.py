"""Tallies that need whole papers: instant run-off round by round, and budgets with what each option was bought by."""

from __future__ import annotations

from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from ledger import tally
from ledger.ballots.terms import BallotRule
from projections.ballots import VOTES
from projections.projection import Rows
from projections.views.answer import Answer, picked, states

Choices = Mapping[str, tally.Count]


def irv(rows: Rows, state: dict[str, Any], counts: Choices) -> Answer:
    """Return every round of an instant run-off, and the options with how often each was named at all."""
    ballot = state["ballot"]
    result = tally.irv(ballot, [each["option"] for each in state["options"]], _papers(rows, ballot))
    return {
        "rounds": [
            {
                "number": number,
                "votes": [{"option": option, "votes": votes} for option, votes in each.votes],
                "exhausted": each.exhausted,
                "out": each.out,
                "tied": list(each.tied),
                "settled": each.settled,
            }
            for number, each in enumerate(result.rounds, 1)
        ],
        "winner": result.winner,
        "options": [
            {
                "option": each["option"],
                "label": each["label"],
                "named": _named(counts, each["option"]),
                "lot": tally.lot(ballot, each["option"]),
            }
            for each in state["options"]
        ],
    }


def budget(rows: Rows, state: dict[str, Any], counts: Choices) -> Answer:
    """Return what a budget buys: by votes, or by equal shares and then in completion."""
    terms, papers = _terms(state), _papers(rows, state["ballot"])
    if state["rule"] == BallotRule.BUDGET_GREEDY:
        greedy = tally.by_votes(terms, papers)
        bought = [_bought(option, "votes") for option in greedy.bought]
        return _shown(state, counts, greedy, bought) | {"share": None}
    equal = tally.by_shares(terms, papers)
    bought = [_bought(each.option, "shares", each.rate, each.tied) for each in equal.purchases]
    bought += [_bought(option, "completion") for option in equal.completed]
    return _shown(state, counts, equal, bought) | {"share": str(equal.share)}


def _terms(state: dict[str, Any]) -> tally.BudgetTerms:
    fixed = state["budget"]
    return tally.BudgetTerms(
        state["ballot"],
        fixed["amount"],
        tuple(tally.Project(each["option"], each["cost"]) for each in state["options"]),
        fixed["paper"],
        state["choices_max"],
        fixed["satisfaction"],
        fixed["completion"],
        fixed["share_step"],
    )


def _shown(
    state: dict[str, Any], counts: Choices, result: tally.BudgetGreedy | tally.BudgetMes, bought: list[Answer]
) -> Answer:
    offered = {each["option"]: each for each in state["options"]}
    won = {each["option"] for each in bought}
    options = [
        {
            **picked(offered[option], "option", "label", "cost"),
            "votes": votes,
            "named": _named(counts, option),
            "bought": option in won,
            "lot": tally.lot(state["ballot"], option),
        }
        for option, votes in result.scores
    ]
    return {
        "amount": state["budget"]["amount"],
        "currency": state["budget"]["currency"],
        "bought": bought,
        "options": options,
        "spent": result.spent,
        "left": result.left,
    }


def _bought(option: str, by: str, rate: Fraction | None = None, tied: tuple[str, ...] = ()) -> Answer:
    return {"option": option, "by": by, "rate": None if rate is None else str(rate), "tied": list(tied)}


# --- From rows to papers ----------------------------------------------------------------------
def _papers(rows: Rows, ballot: str) -> tuple[tally.Paper, ...]:
    """Return the papers that stand; whoever wrote the same is counted together."""
    standing = (row.state for row in states(rows, VOTES.name, f"{ballot}|"))
    return tally.grouped(
        tally.Paper(tuple(vote["current"]), tuple(vote.get("points", ())))
        for vote in standing
        if isinstance(vote["current"], list)
    )


def _named(counts: Choices, option: str) -> Answer:
    count = counts.get(option, tally.NONE)
    return {"votes_cast": count.votes_cast, "current_votes": count.current_votes}
