"""Ballots: who may vote on what, when, and how often."""

from datetime import UTC, datetime
from typing import Any

import pytest
from pydantic import ValidationError

from ledger.ballots import SLICE, rejections
from ledger.ballots.commands import (
    CastVote,
    CloseBallot,
    InvalidateVotes,
    NamedVote,
    OfferedOption,
    OpenBallot,
    WithdrawVote,
)
from ledger.ballots.events import BallotClosed, BallotOpened, InvalidVote, VoteCast, VotesInvalidated, VoteWithdrawn
from ledger.ballots.rules import definition_of
from ledger.ballots.terms import BallotRule, VoteChoice
from ledger.inputs import (
    AuthorKind,
    InputKind,
    InputMerged,
    InputModerated,
    InputReceived,
    InputRestored,
    InputWithdrawn,
    Verdict,
)
from ledger.messages import Command, Event, Rejection
from ledger.processes import ProcessKind, ProcessOpened
from tests.slices import given

NOON = datetime(2016, 5, 16, 12, 0, tzinfo=UTC)
DIALOGUE = ProcessOpened(process="dialog", title="Medborgardialog", kind=ProcessKind.DIALOGUE, owner="ks")
OPTIONS = (OfferedOption(option="north", label="Norra läget"), OfferedOption(option="south", label="Södra läget"))


def statement(id: str, process: str = "dialog") -> InputReceived:
    return InputReceived(
        input=id,
        kind=InputKind.STATEMENT,
        channel="web",
        process=process,
        author="a1",
        author_kind=AuthorKind.RESIDENT,
        text="Fler cykelbanor",
        language="sv",
    )


def opened(rule: BallotRule, **terms: Any) -> BallotOpened:
    """Return what opening a ballot `b` under `rule` records."""
    history: tuple[Event, ...] = (DIALOGUE,)
    if rule is BallotRule.APPROVAL:
        terms.setdefault("options", OPTIONS)
    if rule is BallotRule.AGREE_DISAGREE_PASS:
        terms.setdefault("process", "dialog")
    (event,) = given(SLICE, *history).when(OpenBallot(ballot="b", question="Vad tycker du?", rule=rule, **terms))
    assert isinstance(event, BallotOpened)
    return event


SUPPORT = opened(BallotRule.SUPPORT)
ONCE = opened(BallotRule.SUPPORT, revote=False)
STATEMENTS = opened(BallotRule.AGREE_DISAGREE_PASS)
QUESTION = opened(BallotRule.YES_NO_ABSTAIN, electorate_size=9, quorum_numerator=1, quorum_denominator=3)
APPROVAL = opened(BallotRule.APPROVAL)
TIMED = opened(BallotRule.SUPPORT, opens="2016-05-16T11:00:00Z", closes="2016-05-16T13:00:00Z")

CAST = VoteCast(ballot="b", voter="v", choice="support", revision=1)
WITHDRAWN = VoteWithdrawn(ballot="b", voter="v", revision=1)


def struck(*voters: str) -> VotesInvalidated:
    return VotesInvalidated(
        ballot="b",
        batch="first",
        rule="§ 4 i villkoren",
        reason_code="duplicate",
        authority="Valnämnden",
        count=len(voters),
        votes=tuple(InvalidVote(voter=voter, revision=1) for voter in voters),
    )


def strike(*votes: NamedVote, batch: str = "second") -> InvalidateVotes:
    return InvalidateVotes(
        ballot="b",
        batch=batch,
        rule="§ 4 i villkoren",
        reason_code="duplicate",
        authority="Valnämnden",
        votes=votes or (NamedVote(voter="v"),),
    )


def cast(choice: VoteChoice | None = VoteChoice.SUPPORT, **fields: Any) -> CastVote:
    return CastVote(ballot="b", voter="v", choice=choice, **fields)


# --- Opening ----------------------------------------------------------------------------------
def test_a_ballot_opens_with_its_whole_definition_and_its_hash() -> None:
    assert QUESTION.model_dump(exclude_none=True) == {
        "ballot": "b",
        "question": "Vad tycker du?",
        "rule": "yes_no_abstain",
        "tie_rule": "not_passed",
        "options": (),
        "electorate_size": 9,
        "quorum_numerator": 1,
        "quorum_denominator": 3,
        "revote": True,
        "definition": definition_of(QUESTION),
    }
    assert APPROVAL.winners == 1
    assert APPROVAL.tie_rule == "published_hash"


def test_the_hash_of_a_definition_is_frozen() -> None:
    # The canonical JSON of the terms, hashed with another tool.
    assert SUPPORT.definition == "5df8c9f6fb51528093ec040dd2553113d151350ba458cf1d4dc7e9de69740ca1"
    assert SUPPORT.definition != ONCE.definition


def test_when_and_whence_a_ballot_was_recorded_is_no_part_of_its_definition() -> None:
    assert definition_of(SUPPORT.model_copy(update={"occurred": "2015"})) == SUPPORT.definition


def test_a_ballot_of_a_process_is_found_by_the_process() -> None:
    assert STATEMENTS.tags() == ("ballot:b", "process:dialog")


@pytest.mark.parametrize(
    "terms",
    [
        {"rule": "agree_disagree_pass"},
        {"rule": "approval"},
        {"rule": "approval", "options": OPTIONS[:1]},
        {"rule": "approval", "options": OPTIONS[:1] * 2},
        {"rule": "approval", "options": OPTIONS, "winners": 2},
        {"rule": "support", "options": OPTIONS},
        {"rule": "support", "winners": 1},
        {"rule": "yes_no_abstain", "threshold": 10},
        {"rule": "yes_no_abstain", "electorate_size": 9, "quorum_numerator": 1},
        {"rule": "yes_no_abstain", "electorate_size": 9, "quorum_denominator": 2},
        {"rule": "yes_no_abstain", "quorum_numerator": 1, "quorum_denominator": 2},
        {"rule": "yes_no_abstain", "electorate_size": 9, "quorum_numerator": 3, "quorum_denominator": 2},
        {"rule": "support", "electorate_size": 9, "quorum_numerator": 1, "quorum_denominator": 2},
        {"rule": "support", "opens": "2016-05-16T13:00:00Z", "closes": "2016-05-16T13:00:00Z"},
        {"rule": "support", "opens": "2016-05-16T13:00:00+02:00"},
        {"rule": "support", "opens": "2016-02-30T13:00:00Z"},
        {"rule": "election"},
    ],
)
def test_a_definition_that_does_not_hold_together_is_refused(terms: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        OpenBallot(ballot="b", question="Vad tycker du?", **terms)


@pytest.mark.parametrize(
    "history, command, rejection",
    [
        ((SUPPORT,), OpenBallot(ballot="b", question="Igen?", rule=BallotRule.SUPPORT), rejections.BallotExists),
        (
            (),
            OpenBallot(ballot="b", question="Vad?", rule=BallotRule.AGREE_DISAGREE_PASS, process="dialog"),
            rejections.ProcessUnknown,
        ),
    ],
)
def test_opening_is_refused(history: tuple[Event, ...], command: Command, rejection: type[Rejection]) -> None:
    with pytest.raises(rejection):
        given(SLICE, *history).when(command)


# --- Casting ----------------------------------------------------------------------------------
@pytest.mark.parametrize(
    "history, command, event",
    [
        ((SUPPORT,), cast(), CAST),
        ((SUPPORT,), cast(channel="paper"), CAST.model_copy(update={"channel": "paper"})),
        ((SUPPORT,), cast(definition=SUPPORT.definition), CAST),
        ((SUPPORT, CAST), cast(), CAST.model_copy(update={"revision": 2})),
        ((SUPPORT, CAST, WITHDRAWN), cast(), CAST.model_copy(update={"revision": 2})),
        ((SUPPORT, CAST, struck("v")), cast(), CAST.model_copy(update={"revision": 2})),
        ((ONCE, CAST, struck("v")), cast(), CAST.model_copy(update={"revision": 2})),
        ((SUPPORT, CAST.model_copy(update={"voter": "other"})), cast(), CAST),
        ((QUESTION,), cast(VoteChoice.ABSTAIN), VoteCast(ballot="b", voter="v", choice="abstain", revision=1)),
        (
            (APPROVAL,),
            cast(None, choices=("south", "north")),
            VoteCast(ballot="b", voter="v", choices=("south", "north"), revision=1),
        ),
        (
            (DIALOGUE, STATEMENTS, statement("s")),
            cast(VoteChoice.PASS, statement="s"),
            VoteCast(ballot="b", voter="v", choice="pass", statement="s", revision=1),
        ),
        (
            (STATEMENTS, statement("r"), statement("s"), CAST.model_copy(update={"statement": "r"})),
            cast(VoteChoice.AGREE, statement="s"),
            VoteCast(ballot="b", voter="v", choice="agree", statement="s", revision=1),
        ),
    ],
)
def test_a_vote_is_cast(history: tuple[Event, ...], command: Command, event: Event) -> None:
    assert given(SLICE, *history).when(command) == (event,)


def test_a_vote_is_found_by_its_ballot_and_its_voter_and_nothing_wider() -> None:
    assert CAST.tags() == ("ballot:b", "ballot:b|voter:v")
    assert CAST.model_copy(update={"statement": "s"}).tags() == ("ballot:b", "ballot:b|voter:v|statement:s")
    parts = SLICE.boundary(cast(VoteChoice.AGREE, statement="s"))
    assert [part.tag for part in parts] == ["ballot:b", "ballot:b|voter:v|statement:s", "input:s"]
    assert VoteCast not in parts[0].types


def moderated(verdict: Verdict) -> InputModerated:
    return InputModerated(input="s", author="a1", process="dialog", verdict=verdict, by_role="moderator")


MERGED = InputMerged(input="s", into="t", process="dialog", reason_code="duplicate")
RESTORED = InputRestored(input="s", author="a1", process="dialog", reason_code="mistake", by_role="moderator")
GONE = InputWithdrawn(input="s", author="a1", process="dialog")


@pytest.mark.parametrize(
    "events, takes_votes",
    [
        ((), True),
        ((moderated(Verdict.ACCEPTED),), True),
        ((moderated(Verdict.REJECTED),), False),
        ((moderated(Verdict.REJECTED), moderated(Verdict.ACCEPTED)), True),
        ((moderated(Verdict.REJECTED), RESTORED), True),
        ((MERGED,), False),
        ((MERGED, moderated(Verdict.ACCEPTED)), False),
        ((MERGED, RESTORED), True),
        ((GONE,), False),
        ((GONE, RESTORED), False),
    ],
)
def test_a_statement_takes_votes_while_it_stands(events: tuple[Event, ...], takes_votes: bool) -> None:
    asked = given(SLICE, STATEMENTS, statement("s"), *events)
    if takes_votes:
        assert asked.when(cast(VoteChoice.AGREE, statement="s"))
    else:
        with pytest.raises(rejections.StatementNotOpen):
            asked.when(cast(VoteChoice.AGREE, statement="s"))


@pytest.mark.parametrize(
    "history, command, rejection",
    [
        ((), cast(), rejections.BallotUnknown),
        ((SUPPORT, BallotClosed(ballot="b")), cast(), rejections.BallotIsClosed),
        ((SUPPORT,), cast(definition="0" * 64), rejections.StaleDefinition),
        ((ONCE, CAST), cast(), rejections.AlreadyVoted),
        ((ONCE, CAST, WITHDRAWN), cast(), rejections.AlreadyVoted),
        ((SUPPORT,), cast(VoteChoice.YES), rejections.ChoiceDoesNotFit),
        ((SUPPORT,), cast(None), rejections.ChoiceDoesNotFit),
        ((SUPPORT,), cast(choices=("north",)), rejections.ChoiceDoesNotFit),
        ((SUPPORT,), cast(statement="s"), rejections.StatementDoesNotFit),
        ((APPROVAL,), cast(VoteChoice.YES), rejections.ChoicesDoNotFit),
        ((APPROVAL,), cast(None), rejections.ChoicesDoNotFit),
        ((APPROVAL,), cast(None, choices=()), rejections.ChoicesDoNotFit),
        ((APPROVAL,), cast(None, choices=("north", "north")), rejections.ChoicesDoNotFit),
        ((APPROVAL,), cast(VoteChoice.YES, choices=("north",)), rejections.ChoicesDoNotFit),
        ((APPROVAL,), cast(None, choices=("north", "west")), rejections.OptionUnknown),
        ((STATEMENTS,), cast(VoteChoice.AGREE), rejections.StatementMissing),
        ((STATEMENTS,), cast(VoteChoice.AGREE, statement="s"), rejections.StatementUnknown),
        (
            (STATEMENTS, statement("s", process="panel")),
            cast(VoteChoice.AGREE, statement="s"),
            rejections.StatementUnknown,
        ),
    ],
)
def test_a_vote_is_refused(history: tuple[Event, ...], command: Command, rejection: type[Rejection]) -> None:
    with pytest.raises(rejection):
        given(SLICE, *history).when(command)


@pytest.mark.parametrize(
    "hour, minute, rejection",
    [
        (10, 59, rejections.BallotNotYetOpen),
        (11, 0, None),
        (12, 59, None),
        (13, 0, rejections.BallotHasEnded),
    ],
)
@pytest.mark.parametrize("command", [cast(), WithdrawVote(ballot="b", voter="v")])
def test_votes_are_taken_from_opens_until_closes_by_the_servers_clock(
    command: Command, hour: int, minute: int, rejection: type[Rejection] | None
) -> None:
    asked, at = given(SLICE, TIMED, CAST), NOON.replace(hour=hour, minute=minute)
    if rejection is None:
        assert asked.when(command, at)
    else:
        with pytest.raises(rejection):
            asked.when(command, at)


# --- Withdrawing, invalidating, closing -------------------------------------------------------
@pytest.mark.parametrize("ballot", [SUPPORT, ONCE])
def test_a_voter_can_withdraw_a_vote_while_the_ballot_is_open(ballot: BallotOpened) -> None:
    assert given(SLICE, ballot, CAST).when(WithdrawVote(ballot="b", voter="v")) == (WITHDRAWN,)


def test_votes_are_struck_together_and_each_is_named() -> None:
    second = VoteCast(ballot="b", voter="w", choice="support", revision=7)
    (event,) = given(SLICE, SUPPORT, CAST, second).when(strike(NamedVote(voter="v"), NamedVote(voter="w")))
    assert isinstance(event, VotesInvalidated)
    assert (event.count, [vote.revision for vote in event.votes]) == (2, [1, 7])
    assert event.tags() == ("ballot:b", "ballot:b|batch:second", "ballot:b|voter:v", "ballot:b|voter:w")


def test_votes_can_be_struck_after_the_close() -> None:
    assert given(SLICE, SUPPORT, CAST, BallotClosed(ballot="b")).when(strike())


def test_the_vote_on_one_statement_is_struck_alone() -> None:
    history = (STATEMENTS, statement("s"), VoteCast(ballot="b", voter="v", choice="agree", statement="s", revision=1))
    (event,) = given(SLICE, *history).when(strike(NamedVote(voter="v", statement="s")))
    assert event.tags()[-1] == "ballot:b|voter:v|statement:s"


def test_a_ballot_can_be_closed() -> None:
    assert given(SLICE, SUPPORT).when(CloseBallot(ballot="b")) == (BallotClosed(ballot="b"),)


@pytest.mark.parametrize(
    "history, command, rejection",
    [
        ((), WithdrawVote(ballot="b", voter="v"), rejections.BallotUnknown),
        ((SUPPORT,), WithdrawVote(ballot="b", voter="v"), rejections.NoVoteToWithdraw),
        ((SUPPORT, CAST, WITHDRAWN), WithdrawVote(ballot="b", voter="v"), rejections.NoVoteToWithdraw),
        ((SUPPORT, CAST, struck("v")), WithdrawVote(ballot="b", voter="v"), rejections.NoVoteToWithdraw),
        (
            (SUPPORT, CAST, BallotClosed(ballot="b")),
            WithdrawVote(ballot="b", voter="v"),
            rejections.BallotIsClosed,
        ),
        ((), strike(), rejections.BallotUnknown),
        ((SUPPORT,), strike(), rejections.VoteNotLive),
        ((SUPPORT, CAST), strike(NamedVote(voter="v"), NamedVote(voter="w")), rejections.VoteNotLive),
        ((SUPPORT, CAST, WITHDRAWN), strike(), rejections.VoteNotLive),
        ((SUPPORT, CAST, struck("v")), strike(), rejections.VoteNotLive),
        ((SUPPORT, CAST, struck("v")), strike(batch="first"), rejections.BatchExists),
        ((), CloseBallot(ballot="b"), rejections.BallotUnknown),
        ((SUPPORT, BallotClosed(ballot="b")), CloseBallot(ballot="b"), rejections.BallotAlreadyClosed),
    ],
)
def test_taking_back_is_refused(history: tuple[Event, ...], command: Command, rejection: type[Rejection]) -> None:
    with pytest.raises(rejection):
        given(SLICE, *history).when(command)


def test_a_batch_names_each_vote_once_and_at_least_one() -> None:
    with pytest.raises(ValidationError):
        strike(NamedVote(voter="v"), NamedVote(voter="v"))
    with pytest.raises(ValidationError):
        InvalidateVotes(ballot="b", batch="x", rule="§ 4", reason_code="duplicate", authority="Valnämnden", votes=())


def test_a_rejection_tells_the_case_officer_what_to_do() -> None:
    with pytest.raises(rejections.ChoiceDoesNotFit) as refused:
        given(SLICE, QUESTION).when(cast(VoteChoice.SUPPORT))
    assert str(refused.value) == "A vote in the ballot b holds one of these choices and nothing else: abstain, no, yes."
    assert (
        refused.value.message_sv
        == "En röst i omröstningen b består av ett av dessa val och inget annat: abstain, no, yes."
    )
    with pytest.raises(rejections.BallotHasEnded) as ended:
        given(SLICE, TIMED).when(cast(), NOON.replace(hour=14))
    assert ended.value.metadata["closes"] == "2016-05-16 13:00:00 UTC"
