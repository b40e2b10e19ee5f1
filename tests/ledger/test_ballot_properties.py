"""Ballots: what holds for any sequence of commands."""

from collections.abc import Iterable
from contextlib import suppress
from typing import Any

from hypothesis import given as for_all
from hypothesis import strategies as st

from ledger.ballots import SLICE
from ledger.ballots.commands import CastVote, CloseBallot, InvalidateVotes, NamedVote, WithdrawVote
from ledger.ballots.events import BallotClosed, BallotOpened, VoteCast, VotesInvalidated, VoteWithdrawn
from ledger.ballots.terms import VoteChoice
from ledger.inputs import AuthorKind, InputKind, InputReceived, InputWithdrawn
from ledger.messages import Command, Event, Rejection
from tests.slices import AT, Given

VOTERS, STATEMENTS = ("v", "w"), ("s", "t")
Who = tuple[str, str | None]


def opened(*, statements: bool, revote: bool) -> tuple[Event, ...]:
    ballot = BallotOpened(
        ballot="b",
        question="Vad tycker du?",
        rule="agree_disagree_pass" if statements else "yes_no_abstain",
        tie_rule="none",
        process="p" if statements else None,
        revote=revote,
        definition="0" * 64,
    )
    return (ballot, *(received(each) for each in STATEMENTS))


def received(id: str) -> InputReceived:
    return InputReceived(
        input=id,
        kind=InputKind.STATEMENT,
        channel="web",
        process="p",
        author="a",
        author_kind=AuthorKind.RESIDENT,
        text="Fler träd",
        language="sv",
    )


@st.composite
def commands(draw: st.DrawFn) -> list[Command]:
    """Draw votes, withdrawals and invalidations of two voters on two statements, or on none; rarely a close."""
    statement = st.sampled_from((None, *STATEMENTS))
    who = st.builds(NamedVote, voter=st.sampled_from(VOTERS), statement=statement)
    cast = st.builds(
        CastVote,
        ballot=st.just("b"),
        voter=st.sampled_from(VOTERS),
        statement=statement,
        choice=st.sampled_from(VoteChoice),
    )
    withdraw = st.builds(WithdrawVote, ballot=st.just("b"), voter=st.sampled_from(VOTERS), statement=statement)
    strike = st.builds(
        InvalidateVotes,
        ballot=st.just("b"),
        batch=st.uuids().map(str),
        rule=st.just("§ 4"),
        reason_code=st.just("duplicate"),
        authority=st.just("Valnämnden"),
        votes=st.lists(who, min_size=1, max_size=3, unique=True).map(tuple),
    )
    close: st.SearchStrategy[Command] = st.just(CloseBallot(ballot="b"))
    rarely = st.sampled_from((False,) * 15 + (True,))
    some = st.one_of(cast, cast, cast, withdraw, strike)
    steps = draw(st.lists(st.tuples(rarely, some), max_size=25))
    return [draw(close) if closing else command for closing, command in steps]


def run(history: tuple[Event, ...], asked: Iterable[Command]) -> list[Event]:
    """Return the events of all commands that were accepted, decided one after the other."""
    ledger = Given(SLICE, history)
    happened: list[Event] = []
    for command in asked:
        try:
            events = ledger.when(command)
        except Rejection:
            continue
        ledger = ledger.and_then(*events)
        happened += events
    return happened


def live(events: Iterable[Event]) -> dict[Who, tuple[int, str | None]]:
    """Count anew, in the plainest way: the live vote of each voter (and statement), with its revision."""
    votes: dict[Who, tuple[int, str | None]] = {}
    for event in events:
        match event:
            case VoteCast():
                votes[event.voter, event.statement] = (event.revision, event.choice)
            case VoteWithdrawn():
                assert votes.pop((event.voter, event.statement))[0] == event.revision
            case VotesInvalidated():
                for vote in event.votes:
                    assert votes.pop((vote.voter, vote.statement))[0] == vote.revision
    return votes


sequences = for_all(commands(), st.booleans(), st.booleans())


@sequences
def test_each_voter_has_at_most_one_live_vote_and_revisions_count_up(
    asked: list[Command], statements: bool, revote: bool
) -> None:
    seen: dict[Who, int] = {}
    happened = run(opened(statements=statements, revote=revote), asked)
    for event in happened:
        if isinstance(event, VoteCast):
            assert event.revision == seen.get((event.voter, event.statement), 0) + 1
            assert (event.statement is not None) is statements
            seen[event.voter, event.statement] = event.revision
    live(happened)  # takes away only what is live, or raises


@sequences
def test_nothing_is_cast_or_withdrawn_after_the_close(asked: list[Command], statements: bool, revote: bool) -> None:
    happened = run(opened(statements=statements, revote=revote), asked)
    closes = [n for n, event in enumerate(happened) if isinstance(event, BallotClosed)]
    assert len(closes) <= 1
    if closes:
        assert all(isinstance(event, VotesInvalidated) for event in happened[closes[0] + 1 :])


@for_all(commands(), st.booleans())
def test_without_revote_only_an_invalidation_lets_a_voter_vote_again(asked: list[Command], statements: bool) -> None:
    struck: set[Who] = set()
    voted: set[Who] = set()
    for event in run(opened(statements=statements, revote=False), asked):
        match event:
            case VoteCast():
                who = (event.voter, event.statement)
                assert who not in voted or who in struck
                struck.discard(who)
                voted.add(who)
            case VotesInvalidated():
                struck |= {(vote.voter, vote.statement) for vote in event.votes}


@sequences
def test_replay_gives_the_states_that_live_folding_gave(asked: list[Command], statements: bool, revote: bool) -> None:
    """Fold each part step by step as events arrive, and once more from the whole history."""
    history = opened(statements=statements, revote=revote)
    parts = {part for command in asked for part in SLICE.boundary(command)}
    running: dict[Any, Any] = dict.fromkeys(parts)
    everything = (*history, *run(history, asked))
    for event in everything:
        for part in parts:
            if isinstance(event, part.types) and part.tag in event.tags():
                running[part] = SLICE.evolve(running[part], event)
    assert running == {part: Given(SLICE, everything).fold(part) for part in parts}


@for_all(commands(), st.booleans())
def test_withdrawing_and_casting_again_leaves_the_same_vote_as_casting(asked: list[Command], statements: bool) -> None:
    history = opened(statements=statements, revote=True)
    happened = run(history, asked)
    ledger = Given(SLICE, (*history, *happened))
    choice, where = (VoteChoice.AGREE, "s") if statements else (VoteChoice.YES, None)
    again = CastVote(ballot="b", voter="v", choice=choice, statement=where)
    if any(isinstance(event, BallotClosed) for event in happened):
        return
    once = ledger.when(again)
    twice = run(ledger.history, [again, WithdrawVote(ballot="b", voter="v", statement=where), again])
    counted, recounted = live((*happened, *once)), live((*happened, *twice))
    assert {who: choice for who, (_, choice) in counted.items()} == {w: c for w, (_, c) in recounted.items()}


SOME_EVENTS: tuple[Event, ...] = (
    *opened(statements=True, revote=False),
    BallotOpened(
        ballot="b", question="?", rule="unheard-of", tie_rule="?", opens="never", closes="2016-05-16", definition=""
    ),
    VoteCast(ballot="b", voter="v", choice="perhaps", revision=3),
    VoteWithdrawn(ballot="b", voter="v", revision=3),
    VotesInvalidated(ballot="b", batch="x", rule="", reason_code="", authority="", count=0, votes=()),
    InputWithdrawn(input="s", author="a"),
    BallotClosed(ballot="b"),
)


@for_all(st.lists(st.sampled_from(SOME_EVENTS)), commands())
def test_evolve_never_raises_and_decide_answers_or_rejects(events: list[Event], asked: list[Command]) -> None:
    """Whatever history holds, it is folded; whatever is asked, the answer is events or a rejection."""
    ledger = Given(SLICE, tuple(events))
    state = None
    for event in events:
        state = SLICE.evolve(state, event)
    for command in asked:
        with suppress(Rejection):
            assert ledger.when(command, AT)
