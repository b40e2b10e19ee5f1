"""Totals of a ballot as a table: by statement, by option, by choice, or round by round."""

from __future__ import annotations

from typing import Any

from projections.views.answer import Answer

STATEMENT_CHOICES = {"agree": "agree", "disagree": "disagree", "pass": "passed_over"}
STATEMENT_HEADER = (
    "statement",
    *(f"cast_{choice}" for choice in STATEMENT_CHOICES),
    *(f"current_{choice}" for choice in STATEMENT_CHOICES),
)


def totals_of(answer: Answer) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Return a ballot's totals, votes cast beside current votes, by statement, option or choice."""
    if "statements" in answer:
        return STATEMENT_HEADER, [_statement(each) for each in answer["statements"]]
    if "approval" in answer:
        counts = {each["option"]: each["approvals"] for each in answer["approval"]["order"]}
    elif "irv" in answer:
        return _rounds(answer["irv"])
    elif options := answer.get("budget", {}).get("options"):
        counts = {each["option"]: each["named"] for each in options}
    elif "support" in answer:
        counts = {"support": answer["support"]["support"]}
    else:
        counts = {choice: answer["yes_no_abstain"][choice] for choice in ("yes", "no", "abstain")}
    return ("choice", "cast", "current"), [
        (choice, count["votes_cast"], count["current_votes"]) for choice, count in counts.items()
    ]


def _rounds(irv: Answer) -> tuple[tuple[str, ...], list[tuple[Any, ...]]]:
    """Return the votes of every option in each round of a run-off, first choices first, and the round in which it fell."""
    rounds = irv["rounds"]
    header = ("choice", "first_choices", *(f"round_{each['number']}" for each in rounds[1:]), "out_in_round")
    votes = [{each["option"]: each["votes"] for each in counted["votes"]} for counted in rounds]
    out = {each["out"]: each["number"] for each in rounds}
    options = [each["option"] for each in irv["options"]]
    totals = [(option, *(counted.get(option) for counted in votes), out.get(option)) for option in options]
    # No option has parentheses in its id.
    return header, [*totals, ("(exhausted)", *(each["exhausted"] for each in rounds), None)]


def _statement(totals: Answer) -> tuple[Any, ...]:
    counts = [totals[name] for name in STATEMENT_CHOICES.values()]
    return (
        totals["external_id"] or totals["statement"],
        *(count["votes_cast"] for count in counts),
        *(count["current_votes"] for count in counts),
    )
