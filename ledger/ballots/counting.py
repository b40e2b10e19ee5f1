"""Ballots: from what happened to votes to a published result."""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Iterator
from fractions import Fraction
from typing import Any, NamedTuple

from ledger import tally
from ledger.ballots.events import (
    BallotOpened,
    Budget,
    TallyLine,
    TallyPublished,
    VoteCast,
    VotesInvalidated,
    VoteWithdrawn,
)
from ledger.ballots.states import Chain
from ledger.ballots.terms import CHOICES, OPTIONED, BallotRule
from ledger.canonical import canonical
from ledger.messages import Event


class Standing(NamedTuple):
    """The votes that stand, by voter, and how many were ever cast."""

    votes: dict[str, VoteCast]
    cast: int


def result_of(terms: BallotOpened, chain: Chain, edition: int) -> TallyPublished:
    """Return the result of a ballot from its terms and what happened to its votes: a pure function of both."""
    standing = standing_votes(_oldest_first(chain))
    return TallyPublished(
        ballot=terms.ballot,
        edition=edition,
        algorithm=terms.rule,
        algorithm_version=tally.ALGORITHM_VERSION,
        definition=terms.definition,
        votes_cast=standing.cast,
        current_votes=len(standing.votes),
        votes_digest=digest_of(standing.votes),
        **_result(terms, standing.votes),
    )


def _oldest_first(chain: Chain) -> list[Event]:
    events = []
    while chain is not None:
        event, chain = chain
        events.append(event)
    return events[::-1]


def standing_votes(events: Iterable[Event]) -> Standing:
    """Return each voter's vote that stands after the events."""
    votes: dict[str, VoteCast] = {}
    cast = 0
    for event in events:
        match event:
            case VoteCast():
                votes[event.voter] = event
                cast += 1
            case VoteWithdrawn():
                votes.pop(event.voter, None)
            case VotesInvalidated():
                for vote in event.votes:
                    votes.pop(vote.voter, None)
    return Standing(votes, cast)


def digest_of(votes: dict[str, VoteCast]) -> str:
    """Return the SHA-256 in hex of the canonical JSON (RFC 8785) of the votes that stand.

    A list in the order of voter tags: `[voter, choice]`, `[voter, [options]]` or
    `[voter, [options], [points]]`, as ListBallotVotes shows them.
    """
    return hashlib.sha256(canonical([_written(votes[voter]) for voter in sorted(votes)])).hexdigest()


def _written(vote: VoteCast) -> list[Any]:
    if vote.choices is None:
        return [vote.voter, vote.choice]
    written: list[Any] = [vote.voter, list(vote.choices)]
    return written if vote.points is None else [*written, list(vote.points)]


# --- By the rule ------------------------------------------------------------------------------
def _result(terms: BallotOpened, votes: dict[str, VoteCast]) -> dict[str, Any]:
    if terms.rule not in OPTIONED:
        return _question(terms, votes)
    papers = tally.grouped(tally.Paper(vote.choices or (), vote.points or ()) for vote in votes.values())
    match terms.rule:
        case BallotRule.APPROVAL:
            return _approval(terms, papers)
        case BallotRule.IRV:
            return _irv(terms, papers)
    return {"lines": ()} if terms.budget is None else _budget(terms, terms.budget, papers)


def _question(terms: BallotOpened, votes: dict[str, VoteCast]) -> dict[str, Any]:
    chosen = Counter(vote.choice for vote in votes.values())
    counts = {str(choice): tally.Count(number, number) for choice, number in chosen.items()}
    passed: bool | None
    if terms.rule == BallotRule.SUPPORT:
        passed = tally.support(counts, terms.threshold).reached
    else:
        passed = tally.yes_no_abstain(counts, terms.electorate_size, _quorum(terms)).passed
    lines = tuple(TallyLine(option=choice, votes=chosen[choice]) for choice in CHOICES[BallotRule(terms.rule)])
    return {"passed": passed, "lines": lines}


def _quorum(terms: BallotOpened) -> Fraction | None:
    if not terms.quorum_numerator or not terms.quorum_denominator or not terms.electorate_size:
        return None
    return Fraction(terms.quorum_numerator, terms.quorum_denominator)


def _approval(terms: BallotOpened, papers: tuple[tally.Paper, ...]) -> dict[str, Any]:
    approvals: Counter[str] = Counter()
    for paper in papers:
        approvals.update(dict.fromkeys(paper.choices, paper.votes))
    counts = {option: tally.Count(number, number) for option, number in approvals.items()}
    result = tally.approval(terms.ballot, tuple(_options(terms)), counts, terms.winners or 1)
    scores = tuple((each.option, each.approvals.current_votes) for each in result.order)
    return {"winners": result.winners, "lines": _lines(scores, result.winners)}


def _irv(terms: BallotOpened, papers: tuple[tally.Paper, ...]) -> dict[str, Any]:
    result = tally.irv(terms.ballot, tuple(_options(terms)), papers)
    winners = () if result.winner is None else (result.winner,)
    out = {each.out: number for number, each in enumerate(result.rounds, 1) if each.out is not None}
    final = dict(result.rounds[-1].votes)
    return {
        "winners": winners,
        "lines": tuple(
            line.model_copy(update={"final": final.get(line.option)})
            for line in _lines(result.rounds[0].votes, winners, out)
        ),
        "exhausted": result.rounds[-1].exhausted,
    }


def _budget(terms: BallotOpened, budget: Budget, papers: tuple[tally.Paper, ...]) -> dict[str, Any]:
    projects = tuple(tally.Project(each.option, each.cost or 0) for each in terms.options)
    fixed = budget.model_dump()
    del fixed["currency"], fixed["points_max"]
    shared = tally.BudgetTerms(ballot=terms.ballot, projects=projects, choices_max=terms.choices_max, **fixed)
    if terms.rule == BallotRule.BUDGET_GREEDY:
        greedy = tally.by_votes(shared, papers)
        return _bought(greedy.bought, greedy.scores, greedy.spent, greedy.left)
    equal = tally.by_shares(shared, papers)
    return _bought(equal.bought, equal.scores, equal.spent, equal.left) | {"share": str(equal.share)}


def _bought(bought: tuple[str, ...], scores: tuple[tuple[str, int], ...], spent: int, left: int) -> dict[str, Any]:
    return {"winners": bought, "lines": _lines(scores, bought), "spent": spent, "left": left}


def _options(terms: BallotOpened) -> Iterator[str]:
    return (each.option for each in terms.options)


def _lines(
    scores: Iterable[tuple[str, int]], winners: tuple[str, ...], out: dict[str, int] | None = None
) -> tuple[TallyLine, ...]:
    won = set(winners)
    return tuple(
        TallyLine(option=option, votes=votes, won=True if option in won else None, out=(out or {}).get(option))
        for option, votes in scores
    )
