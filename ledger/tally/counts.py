"""Results that need counts alone: support, agreement, questions, roll calls, approval.

Two figures are kept apart everywhere: *votes cast* counts every cast, changed and struck votes
included; *current votes* counts one live vote per voter, and only it decides.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from fractions import Fraction
from typing import NamedTuple


class Count(NamedTuple):
    """How often something was chosen: in all casts, and in the votes that count now."""

    votes_cast: int = 0
    current_votes: int = 0

    def plus(self, other: Count) -> Count:
        return Count(self.votes_cast + other.votes_cast, self.current_votes + other.current_votes)


Counts = Mapping[str, Count]
"""Counts by choice or option; what is missing was never chosen."""

NONE = Count()


# --- Support ----------------------------------------------------------------------------------
class Support(NamedTuple):
    """Who stands behind a question. `reached` is None when the definition names no threshold."""

    votes: Count
    threshold: int | None
    reached: bool | None


def support(counts: Counts, threshold: int | None = None) -> Support:
    """Count distinct live supporters; the threshold is reached at equality."""
    votes = counts.get("support", NONE)
    return Support(votes, threshold, None if threshold is None else votes.current_votes >= threshold)


# --- Agree, disagree, pass --------------------------------------------------------------------
class StatementTotals(NamedTuple):
    """The totals of one statement. `agreement` is agree / (agree + disagree), None where both are 0."""

    statement: str
    agree: Count
    disagree: Count
    passed_over: Count
    votes: Count
    agreement: Fraction | None


def agree_disagree_pass(counts: Mapping[str, Counts]) -> tuple[StatementTotals, ...]:
    """Total each statement by itself, in the order of the statements' ids. Nobody wins."""
    return tuple(_statement(statement, counts[statement]) for statement in sorted(counts))


def _statement(statement: str, counts: Counts) -> StatementTotals:
    agree, disagree, passed_over = (counts.get(choice, NONE) for choice in ("agree", "disagree", "pass"))
    sides = agree.current_votes + disagree.current_votes
    return StatementTotals(
        statement,
        agree,
        disagree,
        passed_over,
        agree.plus(disagree).plus(passed_over),
        Fraction(agree.current_votes, sides) if sides else None,
    )


# --- Yes, no, abstain -------------------------------------------------------------------------
class YesNoAbstain(NamedTuple):
    """The result of a question. `turnout` is None without an electorate, `quorum_met` without a quorum."""

    yes: Count
    no: Count
    abstain: Count
    votes: Count
    turnout: Fraction | None
    quorum: Fraction | None
    quorum_met: bool | None
    passed: bool


def yes_no_abstain(counts: Counts, electorate_size: int | None = None, quorum: Fraction | None = None) -> YesNoAbstain:
    """Decide by simple majority: passed when yes outnumbers no and the quorum, if any, is met.

    Those who abstain count towards the quorum and never towards the majority. A tie is not passed.
    Raises ValueError for a quorum without an electorate to measure it against.
    """
    yes, no, abstain = (counts.get(choice, NONE) for choice in ("yes", "no", "abstain"))
    votes = yes.plus(no).plus(abstain)
    turnout = Fraction(votes.current_votes, electorate_size) if electorate_size else None
    if quorum is not None and turnout is None:
        raise ValueError("a quorum needs the size of the electorate")
    met = None if quorum is None or turnout is None else turnout >= quorum
    passed = yes.current_votes > no.current_votes and met is not False
    return YesNoAbstain(yes, no, abstain, votes, turnout, quorum, met, passed)


# --- Roll call ----------------------------------------------------------------------------------
class RollCall(NamedTuple):
    """The result of a vote at a meeting. `passed` is None for a tie that nothing settled.

    `decided_by` is majority, casting_vote or lot; None where `passed` is None.
    """

    yes: int
    no: int
    abstain: int
    passed: bool | None
    decided_by: str | None


def roll_call(yes: int, no: int, abstain: int = 0, casting_vote: str | None = None, lot: str | None = None) -> RollCall:
    """Decide by simple majority of those who did not abstain (KL 5:55).

    A tie goes by the chair's casting vote, in an election by the recorded lot (KL 5:56); both are
    "yes" or "no" and count only for a tie.
    """
    if yes != no:
        return RollCall(yes, no, abstain, yes > no, "majority")
    if casting_vote is not None:
        return RollCall(yes, no, abstain, casting_vote == "yes", "casting_vote")
    if lot is not None:
        return RollCall(yes, no, abstain, lot == "yes", "lot")
    return RollCall(yes, no, abstain, None, None)


# --- Approval ---------------------------------------------------------------------------------
class Placing(NamedTuple):
    """One option in the order of the result; `lot` settles ties and was fixed before opening."""

    option: str
    approvals: Count
    lot: str


class Approval(NamedTuple):
    """The options by current approvals. `tied` are those among whom the lot decided who wins."""

    order: tuple[Placing, ...]
    winners: tuple[str, ...]
    tied: tuple[str, ...]


def lot(ballot: str, option: str) -> str:
    """Return what settles a tie, SHA-256 of `ballot|option` in hex; the lowest comes first."""
    return hashlib.sha256(f"{ballot}|{option}".encode()).hexdigest()


def approval(ballot: str, options: tuple[str, ...], counts: Counts, winners: int = 1) -> Approval:
    """Let the options with the most current approvals win; ties go by the published lot.

    A voter may approve several options, so approvals do not add up to votes.
    """
    placings = [Placing(option, counts.get(option, NONE), lot(ballot, option)) for option in options]
    order = tuple(sorted(placings, key=lambda each: (-each.approvals.current_votes, each.lot)))
    return Approval(order, tuple(each.option for each in order[:winners]), _tied(order, winners))


def _tied(order: tuple[Placing, ...], winners: int) -> tuple[str, ...]:
    """Return the options on both sides of the last winning place that have equal approvals."""
    if not 0 < winners < len(order):
        return ()
    last, next_one = order[winners - 1], order[winners]
    if last.approvals.current_votes != next_one.approvals.current_votes:
        return ()
    level = last.approvals.current_votes
    return tuple(each.option for each in order if each.approvals.current_votes == level)
