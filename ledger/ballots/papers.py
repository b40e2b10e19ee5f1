"""Ballots: whether a vote is one that the rule takes."""

from __future__ import annotations

from ledger.ballots.commands import CastVote
from ledger.ballots.rejections import (
    ChoiceDoesNotFit,
    ChoicesDoNotFit,
    OptionUnknown,
    PointsDoNotFit,
    TooManyChoices,
    TooManyPoints,
)
from ledger.ballots.states import Ballot
from ledger.ballots.terms import OPTIONED, BallotPaper


def check_paper(ballot: Ballot, command: CastVote) -> None:
    """Raise a Rejection unless the vote says what votes in this ballot say."""
    if ballot.terms.rule in OPTIONED:
        _check_options(ballot, command)
        _check_points(ballot, command)
    elif command.choice not in ballot.choices or command.choices is not None or command.points is not None:
        raise ChoiceDoesNotFit(ballot=command.ballot, choices=", ".join(sorted(ballot.choices)))


def _check_options(ballot: Ballot, command: CastVote) -> None:
    options, most = command.choices, ballot.terms.choices_max
    if command.choice is not None or not options or len(set(options)) < len(options):
        raise ChoicesDoNotFit(ballot=command.ballot)
    if most is not None and len(options) > most:
        raise TooManyChoices(ballot=command.ballot, most=most)
    for option in options:
        if option not in ballot.options:
            raise OptionUnknown(ballot=command.ballot, option=option)


def _check_points(ballot: Ballot, command: CastVote) -> None:
    budget = ballot.terms.budget
    gives = budget is not None and budget.paper == BallotPaper.POINTS
    if gives is (command.points is None) or (gives and len(command.points or ()) != len(command.choices or ())):
        raise PointsDoNotFit(ballot=command.ballot)
    most = None if budget is None else budget.points_max
    if most is not None and sum(command.points or ()) > most:
        raise TooManyPoints(ballot=command.ballot, most=most)
