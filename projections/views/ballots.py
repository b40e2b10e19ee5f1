"""Ballots as they are shown: the tally by its rule, votes cast beside current votes, the curve, every correction."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from fractions import Fraction
from typing import Any

from ledger import tally
from ledger.ballots.events import VoteCast, VotesInvalidated, VoteWithdrawn
from ledger.ballots.terms import BallotRule
from projections.ballots import BALLOTS, MOVES, VOTERS, VOTES
from projections.inputs import SCOPE
from projections.projection import Row, Rows
from projections.views import tallies
from projections.views.answer import (
    FIRST_PAGE,
    Answer,
    Definition,
    Page,
    answer,
    figure,
    one_page,
    picked,
    state_of,
    states,
)

DEFINITION = Definition(
    "ballots",
    2,
    "Votes cast counts every vote that was cast, also those replaced, withdrawn or invalidated later. Current votes "
    "counts the votes that stand: one for each voter tag, or for each voter tag and statement. Voters counts distinct "
    "voter tags that ever voted. The tally rests on current votes alone. The curve counts votes cast, replaced, "
    "withdrawn and invalidated in each hour (UTC) by when they occurred, else were recorded; current votes at its end "
    "are cast less replaced less withdrawn less invalidated. Under irv the option with the fewest votes falls, one at a "
    "time, until one has more than half of the continuing votes; a tie goes against the option with fewer votes in the "
    "latest earlier round in which they differ, then against the one whose lot, SHA-256 of ballot|option, comes last. "
    "Budgets: a mark is 1 for an approval, the points given, or by rank (the first of n ranks has n). Under "
    "budget_greedy options are bought by the sum of their marks, the most first, while they fit; what nobody marked is "
    "not bought. Under budget_mes (Method of Equal Shares) each voter has an equal share; bought is the option at the "
    "lowest rate r at which its backers pay its cost, each the lesser of r times its worth (its cost, or the mark) and "
    "what is left of the share. Then utilitarian buys the rest as budget_greedy does, or add1 lets all shares grow step "
    "by step, at most 1000 times, while the budget holds and something would still fit. Equal votes or rates go by the "
    "lot, the lowest first. Amounts are in minor units of the currency. A tally that is published covers the votes recorded before it; it is "
    "outdated once votes were struck or a later edition was published.",
    (BALLOTS, VOTES, VOTERS, SCOPE),
)

Choices = dict[str, tally.Count]


def ballot(rows: Rows, ballot: str) -> Answer | None:
    """Return a ballot with its definition, figures, tally, curve and corrections."""
    state = state_of(rows, BALLOTS.name, ballot)
    if state is None:
        return None
    figures = rows.figures(VOTES.name, f"{ballot}|")
    counts = _counts(figures)
    curve = _curve(figures)
    last = curve[-1] if curve else {"votes_cast": 0, "current_votes": 0}
    tag = f"ballot:{ballot}"
    moves = (VoteCast, VoteWithdrawn, VotesInvalidated)
    struck = sum(batch["count"] for batch in state["invalidations"])
    return answer(
        rows,
        DEFINITION,
        ballot=state,
        votes_cast=figure(last["votes_cast"], (VoteCast,), tag),
        current_votes=figure(last["current_votes"], moves, tag),
        voters=figure(_voters(rows, ballot, figures), (VoteCast,), tag),
        invalidated=figure(struck, (VotesInvalidated,), tag),
        exceeds_electorate=exceeds_electorate(rows, state),
        **_tallied(rows, state, counts),
        curve=curve,
    )


def exceeds_electorate(rows: Rows, state: dict[str, Any]) -> bool | None:
    """Tell whether more have a vote that stands than may vote; None where nobody states how many that is.

    Where one voter has many votes, all who ever voted are counted.
    """
    electorate, ballot = state["electorate_size"], state["ballot"]
    if electorate is None:
        return None
    figures = rows.figures(VOTES.name, f"{ballot}|")
    if state["rule"] == BallotRule.AGREE_DISAGREE_PASS:
        return bool(_voters(rows, ballot, figures) > electorate)
    curve = _curve(figures)
    return bool(curve and curve[-1]["current_votes"] > electorate)


# --- From figures to counts -------------------------------------------------------------------
def _counts(figures: Mapping[str, int]) -> dict[str, Choices]:
    """Return votes cast and current votes by statement (empty: the ballot itself) and choice."""
    counts: defaultdict[str, Choices] = defaultdict(dict)
    for name, number in figures.items():
        _, kind, *rest = name.split("|")
        if kind in {"cast", "current"}:
            statement, choice = rest
            count = tally.Count(number, 0) if kind == "cast" else tally.Count(0, number)
            counts[statement][choice] = counts[statement].get(choice, tally.NONE).plus(count)
    return dict(counts)


def _voters(rows: Rows, ballot: str, figures: Mapping[str, int]) -> int:
    name = f"{ballot}|voters"
    return figures.get(name, 0) + rows.figures(VOTERS.name, name).get(name, 0)


def _curve(figures: Mapping[str, int]) -> list[Answer]:
    """Return the hours in which anything happened: the moves in each, and both totals at its end."""
    hours: defaultdict[str, dict[str, int]] = defaultdict(lambda: dict.fromkeys(MOVES, 0))
    for name, number in figures.items():
        _, kind, *rest = name.split("|")
        if kind == "hour":
            hour, move = rest
            hours[hour][move] += number
    curve: list[Answer] = []
    cast = current = 0
    for hour in sorted(hours):
        moved = hours[hour]
        cast += moved["cast"]
        current += moved["cast"] - moved["replaced"] - moved["withdrawn"] - moved["invalidated"]
        curve.append({"hour": hour, **moved, "votes_cast": cast, "current_votes": current})
    return curve


# --- The tally, by its rule -------------------------------------------------------------------
def _tallied(rows: Rows, state: dict[str, Any], counts: Mapping[str, Choices]) -> Answer:
    """Return the result under the key of its rule; all other rules' keys are absent."""
    match state["rule"]:
        case BallotRule.SUPPORT:
            return {"support": _support(state, counts.get("", {}))}
        case BallotRule.AGREE_DISAGREE_PASS:
            return {"statements": _statements(rows, state, counts)}
        case BallotRule.YES_NO_ABSTAIN:
            return {"yes_no_abstain": _yes_no_abstain(state, counts.get("", {}))}
        case BallotRule.APPROVAL:
            return {"approval": _approval(state, counts.get("", {}))}
        case BallotRule.IRV:
            return {"irv": tallies.irv(rows, state, counts.get("", {}))}
        case BallotRule.BUDGET_GREEDY | BallotRule.BUDGET_MES:
            return {"budget": tallies.budget(rows, state, counts.get("", {}))}
    return {}


def _support(state: dict[str, Any], counts: Choices) -> Answer:
    result = tally.support(counts, state["threshold"])
    return {"support": _count(result.votes), "threshold": result.threshold, "reached": result.reached}


def _yes_no_abstain(state: dict[str, Any], counts: Choices) -> Answer:
    numerator, denominator = state["quorum_numerator"], state["quorum_denominator"]
    quorum = Fraction(numerator, denominator) if numerator and denominator else None
    electorate = state["electorate_size"]
    result = tally.yes_no_abstain(counts, electorate, quorum if electorate else None)
    return {
        "yes": _count(result.yes),
        "no": _count(result.no),
        "abstain": _count(result.abstain),
        "turnout": None if result.turnout is None else _share(result.votes.current_votes, electorate),
        "quorum": None if quorum is None else _share(numerator, denominator),
        "quorum_met": result.quorum_met,
        "passed": result.passed,
    }


def _approval(state: dict[str, Any], counts: Choices) -> Answer:
    labels = {option["option"]: option["label"] for option in state["options"]}
    result = tally.approval(state["ballot"], tuple(labels), counts, state["winners"] or 1)
    order = [
        {
            "option": placing.option,
            "label": labels[placing.option],
            "approvals": _count(placing.approvals),
            "lot": placing.lot,
        }
        for placing in result.order
    ]
    return {"order": order, "winners": list(result.winners), "tied": list(result.tied)}


def _statements(rows: Rows, state: dict[str, Any], counts: Mapping[str, Choices]) -> list[Answer]:
    """Return the totals of every statement in the ballot's process, also of those nobody voted on."""
    prefix = f"process:{state['process']}|"
    known = {row.key.removeprefix(prefix): row.state for row in states(rows, SCOPE.name, prefix)}
    every = dict.fromkeys(known, Choices()) | dict(counts)
    return [
        {
            "statement": totals.statement,
            "external_id": _of(known, totals.statement, "external_id"),
            "status": _of(known, totals.statement, "status"),
            "agree": _count(totals.agree),
            "disagree": _count(totals.disagree),
            "passed_over": _count(totals.passed_over),
            "votes": _count(totals.votes),
        }
        for totals in tally.agree_disagree_pass(every)
    ]


def _of(known: Mapping[str, dict[str, Any]], statement: str, name: str) -> Any:
    return known[statement][name] if statement in known else None


def _count(count: tally.Count) -> Answer:
    return {"votes_cast": count.votes_cast, "current_votes": count.current_votes}


def _share(numerator: int, denominator: int) -> Answer:
    return {"numerator": numerator, "denominator": denominator}


# --- Lists ------------------------------------------------------------------------------------
def ballots(rows: Rows, page: Page = FIRST_PAGE, process: str | None = None) -> Answer:
    """Return a page of ballots, of one process or all, in the order of their ids."""
    names = ("ballot", "question", "rule", "process", "opens", "closes", "status", "opened", "definition")
    found = (
        row
        for row in states(rows, BALLOTS.name, after=page.after)
        if process is None or row.state["process"] == process
    )
    items, token = one_page(rows, found, page, lambda row: picked(row.state, *names))
    return answer(rows, DEFINITION, ballots=items, next_page_token=token)


def votes(rows: Rows, ballot: str, page: Page = FIRST_PAGE, current_only: bool = False) -> Answer | None:
    """Return a page of the pseudonymous votes of a ballot, in the order of voter tags and statements.

    One item is one voter's vote, on one statement where the ballot has them; `choice` and `choices`
    are absent where no vote stands; `choices` are in the voter's order, `points` in that of the choices. `casts` is how often it was cast.
    """
    state = state_of(rows, BALLOTS.name, ballot)
    if state is None:
        return None
    found = (
        row
        for row in states(rows, VOTES.name, f"{ballot}|", page.after)
        if not current_only or row.state["current"] is not None
    )
    external_ids: dict[str, str | None] = {}
    items, token = one_page(rows, found, page, lambda row: _vote(rows, state["process"], row, external_ids))
    return answer(rows, DEFINITION, votes=items, next_page_token=token)


def _vote(rows: Rows, process: str | None, row: Row, external_ids: dict[str, str | None]) -> Answer:
    _, voter, *rest = row.key.split("|")
    statement = rest[0] if rest else None
    if statement is not None and statement not in external_ids:
        scoped = state_of(rows, SCOPE.name, f"process:{process}|{statement}")
        external_ids[statement] = None if scoped is None else scoped["external_id"]
    current = row.state["current"]
    return {
        "voter": voter,
        "statement": statement,
        "statement_external_id": None if statement is None else external_ids[statement],
        "standing": current is not None,
        "choice": current if isinstance(current, str) else None,
        "choices": current if isinstance(current, list) else [],
        "points": row.state.get("points", []),
        "casts": sum(number for move, number in row.state["hours"].items() if move.endswith("|cast")),
        "struck": row.state.get("struck"),
        "position": row.position,
    }
