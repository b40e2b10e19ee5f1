"""A ballot: its result by its rule, votes cast beside current votes, the curve, and every correction."""

from __future__ import annotations

from typing import Any

from ledger.ballots.terms import BallotRule
from projections.inputs import INPUTS
from projections.projection import Rows
from projections.views import ballots
from projections.views.answer import state_of
from projections.views.corrections import with_corrections
from services.web.listing import whole
from services.web.names import names
from services.web.page import Page, Seen, Shown, Table
from services.web.pages.decisions import page_number
from services.web.votes import is_published

NUMBER = "sida"
STATEMENTS = 25
"""Statements in a page of them; JSON and CSV have all."""

_view = with_corrections("ballot", ballots.ballot)


def show(seen: Seen) -> Shown | None:
    """Return the ballot, its statements with their words, and whether the list of votes may be seen."""
    found = _view(seen.rows, seen.path["ballot"])
    if found is None:
        return None
    ballot = found["ballot"]
    more = {} if "statements" not in found else {"statements": _statements(seen.rows, found["statements"])}
    return {
        **found,
        **more,
        "labels": {each["option"]: each["label"] for each in ballot["options"]},
        "turnout": _turnout(found),
        "votes_published": is_published(ballot),
        **_page(len(found.get("statements", ())), seen.query.get(NUMBER, "")),
        "moments": _moments(ballot),
        "names": names(seen.rows, [("process", ballot["process"])]),
        "definitions": whole(ballots.DEFINITION),
    }


def _statements(rows: Rows, statements: list[Shown]) -> list[Shown]:
    """Return the statements with their words, those with the most votes first."""
    ordered = sorted(statements, key=lambda each: (-each["votes"]["current_votes"], each["statement"]))
    return [each | {"text": _text(rows, each["statement"])} for each in ordered]


def _page(statements: int, asked: str) -> Shown:
    """Return which page of the statements is shown, and from which to which. Raises Refused."""
    pages = max(1, -(-statements // STATEMENTS))
    number = page_number(asked, pages)
    return {"page": number, "pages": pages, "from": (number - 1) * STATEMENTS, "to": number * STATEMENTS}


def _text(rows: Rows, statement: str) -> Shown | None:
    state = state_of(rows, INPUTS.name, statement)
    return None if state is None else dict(state["versions"][-1]["text"])


def _turnout(found: Shown) -> Shown | None:
    """Return who voted of those who may vote, where somebody states how many those are."""
    ballot = found["ballot"]
    if ballot["electorate_size"] is None:
        return None
    each_votes_once = ballot["rule"] != BallotRule.AGREE_DISAGREE_PASS
    voted = found["current_votes" if each_votes_once else "voters"]["value"]
    return {"numerator": voted, "denominator": ballot["electorate_size"]}


def _moments(ballot: dict[str, Any]) -> list[int]:
    """Return the positions at which the ballot itself changed."""
    found = [ballot["opened"], ballot["closed"]]
    found += [each["recorded"] for each in (*ballot["invalidations"], *ballot["tallies"], *ballot["audits"])]
    return sorted({each["position"] for each in found if each is not None})


# --- As rows ------------------------------------------------------------------------------------
_COUNTS = ("votes_cast", "current_votes")


def table(shown: Shown) -> Table:
    """Return the result: what could be chosen, with votes cast and current votes."""
    if "statements" in shown:
        members = ("statement", "text", "agree", "disagree", "passed_over", *_COUNTS)
        return Table(members, [_statement(each) for each in shown["statements"]])
    if "budget" in shown:
        header = ("option", "label", "cost", "bought", *_COUNTS)
        lines = shown["budget"]["options"]
        rows = [
            (each["option"], each["label"], each["cost"], str(each["bought"]).lower(), *_pair(each["named"]))
            for each in lines
        ]
        return Table(header, rows)
    return Table(("choice", "label", *_COUNTS), _choices(shown))


def _statement(each: Shown) -> tuple[Any, ...]:
    text = None if each["text"] is None else each["text"].get("text")
    current = (each[name]["current_votes"] for name in ("agree", "disagree", "passed_over"))
    return (each["statement"], text, *current, *_pair(each["votes"]))


def _choices(shown: Shown) -> list[tuple[Any, ...]]:
    if "support" in shown:
        return [("support", None, *_pair(shown["support"]["support"]))]
    if "yes_no_abstain" in shown:
        return [(name, None, *_pair(shown["yes_no_abstain"][name])) for name in ("yes", "no", "abstain")]
    if "approval" in shown:
        return [(each["option"], each["label"], *_pair(each["approvals"])) for each in shown["approval"]["order"]]
    return [
        (each["option"], each["label"], *_pair(each["named"])) for each in shown.get("irv", {"options": []})["options"]
    ]


def _pair(count: Shown) -> tuple[int, int]:
    return count["votes_cast"], count["current_votes"]


PAGE = Page("ballot", "/omrostningar/{ballot}", show, table, query=(NUMBER,), section="ballots", pictures=True)
