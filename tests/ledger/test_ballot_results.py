"""Ballots: their turns, the published result, and its audit."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st

from ledger.ballots import (
    SLICE,
    AuditTally,
    BallotCancelled,
    BallotClosed,
    BallotOpened,
    BallotResumed,
    BallotSuspended,
    CancelBallot,
    CastVote,
    CloseBallot,
    PublishTally,
    ResumeBallot,
    SuspendBallot,
    TallyAudited,
    TallyPublished,
    VoteCast,
    VoteChoice,
    VotesInvalidated,
    VoteWithdrawn,
    WithdrawVote,
    rejections,
)
from ledger.ballots.counting import result_of
from ledger.ballots.events import InvalidVote
from ledger.ballots.states import Chain
from ledger.messages import Command, Event, Rejection
from tests.ledger import test_ballot_options, test_ballots
from tests.ledger.test_ballot_options import IRV, POINTS, SHARES, opened
from tests.ledger.test_ballots import SUPPORT
from tests.slices import Given, given, rejections_of

CLOSED = BallotClosed(ballot="b")
HALT = SuspendBallot(ballot="b", reason_code="fault", authority="Valnämnden")
HALTED = BallotSuspended(ballot="b", reason_code="fault", authority="Valnämnden")
GO_ON = ResumeBallot(ballot="b", authority="Valnämnden")
WENT_ON = BallotResumed(ballot="b", authority="Valnämnden")
CALL_OFF = CancelBallot(ballot="b", reason_code="mistake", authority="Valnämnden")
CALLED_OFF = BallotCancelled(ballot="b", reason_code="mistake", authority="Valnämnden")
PUBLISH = PublishTally(ballot="b")
VOTE = VoteCast(ballot="b", voter="v", choice="support", revision=1)
CAST = CastVote(ballot="b", voter="v", choice=VoteChoice.SUPPORT)


def audit(**more: Any) -> AuditTally:
    return AuditTally(ballot="b", audit="first", agrees=True, auditor="Revisionen", **more)


def vote(voter: str, *choices: str, **more: Any) -> VoteCast:
    return VoteCast(ballot="b", voter=voter, choices=choices, revision=1, **more)


def published(*history: Event) -> TallyPublished:
    (result,) = given(SLICE, *history).when(PUBLISH)
    assert isinstance(result, TallyPublished)
    return result


def struck(voter: str) -> VotesInvalidated:
    return VotesInvalidated(
        ballot="b",
        batch="x",
        rule="§ 4",
        reason_code="duplicate",
        authority="Valnämnden",
        count=1,
        votes=(InvalidVote(voter=voter, revision=1),),
    )


# --- Turns ------------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "history, command, event",
    [
        ((SUPPORT,), HALT, HALTED),
        ((SUPPORT, HALTED), GO_ON, WENT_ON),
        ((SUPPORT, HALTED, WENT_ON), CAST, VOTE),
        ((SUPPORT, HALTED), CloseBallot(ballot="b"), CLOSED),
        ((SUPPORT,), CALL_OFF, CALLED_OFF),
    ],
)
def test_a_ballot_takes_a_turn(history: tuple[Event, ...], command: Command, event: Event) -> None:
    assert given(SLICE, *history).when(command) == (event,)


RESULT = published(SUPPORT, VOTE, CLOSED)
AUDITED = TallyAudited(ballot="b", edition=1, audit="first", agrees=True, auditor="Revisionen")
STATEMENTS = BallotOpened(
    ballot="b", question="?", rule="agree_disagree_pass", tie_rule="none", process="p", definition="0" * 64
)

REFUSED: tuple[tuple[tuple[Event, ...], Command, type[Rejection]], ...] = (
    ((SUPPORT, HALTED), CAST, rejections.BallotIsSuspended),
    ((SUPPORT, VOTE, HALTED), WithdrawVote(ballot="b", voter="v"), rejections.BallotIsSuspended),
    ((SUPPORT, HALTED), HALT, rejections.BallotIsSuspended),
    ((SUPPORT,), GO_ON, rejections.BallotNotSuspended),
    ((SUPPORT, CLOSED), HALT, rejections.BallotAlreadyClosed),
    ((SUPPORT, VOTE), CALL_OFF, rejections.BallotHasVotes),
    ((SUPPORT, VOTE, VoteWithdrawn(ballot="b", voter="v", revision=1)), CALL_OFF, rejections.BallotHasVotes),
    ((SUPPORT, CALLED_OFF), CAST, rejections.BallotIsCancelled),
    ((SUPPORT, CALLED_OFF), CloseBallot(ballot="b"), rejections.BallotIsCancelled),
    ((), HALT, rejections.BallotUnknown),
    ((SUPPORT, VOTE), PUBLISH, rejections.BallotStillOpen),
    ((STATEMENTS, CLOSED), PUBLISH, rejections.StatementsHaveNoResult),
    ((SUPPORT, VOTE, CLOSED, RESULT), PUBLISH, rejections.TallyUnchanged),
    ((SUPPORT, CLOSED), audit(), rejections.NoTallyToAudit),
    ((SUPPORT, VOTE, CLOSED, RESULT, AUDITED), audit(), rejections.AuditExists),
)


@pytest.mark.parametrize("history, command, rejection", REFUSED)
def test_a_turn_is_refused(history: tuple[Event, ...], command: Command, rejection: type[Rejection]) -> None:
    with pytest.raises(rejection):
        given(SLICE, *history).when(command)


def test_every_rejection_of_ballots_is_shown() -> None:
    named: list[Any] = [kind for _, _, kind in REFUSED]
    for module in (test_ballots, test_ballot_options):
        for test in vars(module).values():
            for mark in getattr(test, "pytestmark", ()):
                named += [value for case in mark.args[1] if isinstance(case, tuple) for value in case]
    others = {rejections.StatementNotOpen}  # shown by how a statement stands
    assert rejections_of(rejections) <= {kind for kind in named if isinstance(kind, type)} | others


# --- The result -------------------------------------------------------------------------------
def test_the_ledger_counts_the_votes_that_stand() -> None:
    history = (SUPPORT, VOTE, VoteCast(ballot="b", voter="w", choice="support", revision=1), struck("w"), CLOSED)
    result = published(*history)
    assert (result.edition, result.votes_cast, result.current_votes, result.passed) == (1, 2, 1, None)
    assert [(each.option, each.votes) for each in result.lines] == [("support", 1)]
    # printf '[["v","support"]]' | sha256sum
    assert result.votes_digest == "ee0a4f8f39e543172ebb1fe06f602ac49b2a0e3ff9ac4353c8b6b01381a251bc"


def test_votes_struck_after_the_result_lead_to_another_edition() -> None:
    history = (SUPPORT, VOTE, CLOSED, RESULT, struck("v"))
    result = published(*history)
    assert (result.edition, result.current_votes) == (2, 0)
    (audited,) = given(SLICE, *history, result).when(audit(method="räknat för hand"))
    assert isinstance(audited, TallyAudited)
    assert (audited.edition, audited.method) == (2, "räknat för hand")


def test_a_run_off_says_who_won_and_in_which_round_the_others_fell() -> None:
    votes = (vote("u", "a"), vote("v", "a", "b"), vote("w", "b"), vote("x", "b"), vote("y", "c", "b"))
    result = published(IRV, *votes, CLOSED)
    assert result.winners == ("b",)
    assert {each.option: (each.votes, each.won, each.out, each.final) for each in result.lines} == {
        "a": (2, None, None, 2),
        "b": (2, True, None, 3),
        "c": (1, None, 1, None),
    }
    assert result.exhausted == 0


def test_a_shared_budget_says_what_is_bought_and_what_is_left() -> None:
    history = (opened("budget_mes", budget=SHARES | {"amount": 250}), vote("u", "a"), vote("v", "a", "c"), CLOSED)
    result = published(*history)
    assert (result.winners, result.spent, result.left, result.share) == (("a", "c"), 200, 50, "125")
    points = (POINTS, vote("u", "a", "c", points=(1, 9)), CLOSED)
    first = published(*points).lines[0]
    assert (first.option, first.votes) == ("c", 9)


moves = st.lists(
    st.one_of(
        st.tuples(st.just("cast"), st.sampled_from("uvwx"), st.permutations("abc").map(lambda each: tuple(each[:2]))),
        st.tuples(st.just("withdraw"), st.sampled_from("uvwx"), st.none()),
    ),
    max_size=15,
)


@for_all(moves)
def test_a_result_is_that_of_the_last_vote_of_each_however_it_came_about(moves: list[Any]) -> None:
    ledger = Given(SLICE, (IRV,))
    last: dict[str, tuple[str, ...]] = {}
    for kind, voter, choices in moves:
        if kind == "cast":
            command: Command = CastVote(ballot="b", voter=voter, choices=choices)
            last[voter] = choices
        elif last.pop(voter, None) is None:
            continue
        else:
            command = WithdrawVote(ballot="b", voter=voter)
        ledger = ledger.and_then(*ledger.when(command))
    (result,) = ledger.and_then(CLOSED).when(PUBLISH)
    assert isinstance(result, TallyPublished)
    chain: Chain = None
    for voter, choices in last.items():
        chain = (vote(voter, *choices), chain)
    plain = result_of(IRV, chain, 1)
    assert plain.model_copy(update={"votes_cast": result.votes_cast}) == result
