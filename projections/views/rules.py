"""Rules as they are shown, and what a rule says on a day, for every view that judges by one."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from projections.governance import RULES
from projections.projection import Rows
from projections.views.answer import FIRST_PAGE, Answer, Definition, Page, answer, one_page, states

DEFINITION = Definition(
    "rules",
    1,
    "A rule says something from a day on, with its citation. On any day the adoption that began last holds, of the "
    "body itself before that of all, unless its last day has passed or it was repealed: in_force says so for the day "
    "the answer is judged on. Where nothing was adopted nothing holds, and no figure guesses a rule.",
    (RULES,),
)


def rule_on(rows: Rows, rule: str, day: str, body: str | None = None) -> dict[str, Any] | None:
    """Return what a rule says on an ISO day, the body's own before that of all; None where none holds.

    The members are those of a row of RULES: value, codes, unit, citation, valid_from, valid_to, body, recorded.
    """
    for owner in dict.fromkeys((body or "", "")):
        held = _held([row.state for row in states(rows, RULES.name, f"{rule}|{owner}|")], day)
        if held is not None:
            return held
    return None


def _held(adoptions: Iterable[dict[str, Any]], day: str) -> dict[str, Any] | None:
    """Return which of one rule's adoptions holds on a day; they come by when they begin."""
    begun = [each for each in adoptions if each["valid_from"] <= day and not _never_held(each)]
    if not begun or not _lasts(begun[-1], day):
        return None
    return begun[-1]


def _never_held(adoption: dict[str, Any]) -> bool:
    repealed = adoption["repealed"]
    return repealed is not None and bool(repealed["on"] <= adoption["valid_from"])


def _lasts(adoption: dict[str, Any], day: str) -> bool:
    ends, repealed = adoption["valid_to"], adoption["repealed"]
    return (ends is None or bool(day <= ends)) and (repealed is None or bool(day < repealed["on"]))


def rules(rows: Rows, page: Page = FIRST_PAGE, rule: str | None = None, body: str | None = None, *, on: str) -> Answer:
    """Return a page of adoptions, of one rule, of one body, or all, each with whether it is in force on a day."""
    prefix = "" if rule is None else f"{rule}|"
    found = (row for row in states(rows, RULES.name, prefix, page.after) if body in {None, row.state["body"]})
    items, token = one_page(rows, found, page, lambda row: _shown(rows, row.state, on))
    return answer(rows, DEFINITION, on=on, rules=items, next_page_token=token)


def rule(rows: Rows, rule: str, *, on: str) -> Answer | None:
    """Return every adoption of a rule in order, and which one is in force on a day."""
    adoptions = [_shown(rows, row.state, on) for row in states(rows, RULES.name, f"{rule}|")]
    return answer(rows, DEFINITION, on=on, rule=rule, adoptions=adoptions) if adoptions else None


def _shown(rows: Rows, adoption: dict[str, Any], on: str) -> Answer:
    owner = adoption["body"] or ""
    own = [row.state for row in states(rows, RULES.name, f"{adoption['rule']}|{owner}|")]
    held = _held(own, on)
    return adoption | {"in_force": held is not None and held["valid_from"] == adoption["valid_from"]}
