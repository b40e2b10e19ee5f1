"""Groups of commands become events: what members of one group see of one another, and of other writers."""

from __future__ import annotations

import hashlib
from bisect import bisect_right
from datetime import datetime, timedelta
from itertools import accumulate
from uuid import uuid4

import pytest

from ledger.ballots import BallotRule, CastVote, CloseBallot, OpenBallot, VoteCast, VoteChoice
from ledger.ballots.commands import OfferedOption
from ledger.ballots.rejections import AlreadyVoted, BallotIsClosed, BallotUnknown
from ledger.bodies import BodyKind, BodyRegistered, RegisterBody
from ledger.clock import ClockJumped
from ledger.dispositions import AccountClosed, CloseAccount, DispositionRecorded
from ledger.dispositions.rejections import AccountIncomplete
from ledger.inputs import InputReceived, ReviseInput, SupportGiven, SupportInput, WithdrawInput
from ledger.messages import Receipt, Sealed, Source, StatedSource
from ledger.outcomes import CommandTooLarge, OccurredInFuture, PersonErased, RequestReused
from ledger.store.port import GROUP_BYTES_MAX, ClockBehind, Group, StoreUnavailable
from ledger.vault.vault import SealedField, ToOpen
from tests.ledger.asking import (
    ACTOR,
    DECISION,
    NOON,
    PLACE,
    Between,
    Town,
    accepted,
    asked,
    ballot,
    proposal,
    vote,
)


# --- What is written down ---------------------------------------------------------------------
async def test_a_receipt_says_where_and_what_was_recorded(town: Town) -> None:
    (opened,) = await town.given(ballot())
    first, second = await town.given(vote("v1"), vote("v2"))
    assert [receipt.first for receipt in (opened, first, second)] == [1, 2, 3]
    for receipt, recorded, raw in zip((opened, first, second), town.recorded(), town.reader.entries(0), strict=True):
        assert receipt.ids == (recorded.entry.id,)
        assert receipt.leaves == (hashlib.sha256(b"\x00" + raw.entry).digest(),)
        assert receipt.recorded_at == recorded.time == "2016-05-16T12:00:00.000000Z"
        assert not receipt.repeated
        assert (recorded.actor, recorded.entry.source) == (ACTOR, town.origin)


async def test_an_empty_group_has_no_outcomes(town: Town) -> None:
    assert await town.ask() == []


async def test_words_are_sealed_and_can_be_opened_by_who_has_the_keys(town: Town) -> None:
    await town.given(*PLACE, proposal("i", text='Mer grönt & fler "bänkar"'))
    recorded = town.recorded()[-1]
    assert isinstance(recorded.event, InputReceived)
    assert isinstance(recorded.event.text, Sealed)
    assert "bänkar" not in town.reader.entries(0)[-1].entry.decode()
    (row,) = town.reader.sealed([recorded.position])
    assert (row.pointer, row.key) == ("/text", "author:resident-1|P")
    field = SealedField(recorded.event.text.commit, row.nonce, row.ciphertext)
    assert town.vault.open_many([ToOpen(row.key, recorded.entry.id, row.pointer, field)]) == [
        'Mer grönt & fler "bänkar"'
    ]


async def test_when_it_occurred_and_where_it_is_known_from_are_copied(town: Town) -> None:
    source = StatedSource(basis="document", document="0" * 64, anchor="lines 14-20")
    await town.given(RegisterBody(body="b", kind=BodyKind.BOARD, name="Nämnden", occurred="2012", source=source))
    event = town.recorded()[0].event
    kept = Source.model_validate(source.model_dump())
    assert event == BodyRegistered(body="b", kind=BodyKind.BOARD, name="Nämnden", occurred="2012", source=kept)


@pytest.mark.parametrize(
    ("occurred", "now", "refused"),
    [
        ("2016-05-17", NOON, False),  # it is the 17th on Kiritimati, 14 hours ahead
        ("2016-05-18", NOON, True),
        ("2016-05-17", NOON - timedelta(hours=3), True),
        ("2016", NOON, False),
        ("2017", NOON, True),
        ("../2030", NOON, False),
        ("2016/2030", NOON, False),
        ("9999-12-31", NOON, True),
    ],
)
async def test_what_has_not_happened_is_refused(town: Town, occurred: str, now: datetime, refused: bool) -> None:
    town.now = now
    command = RegisterBody(body="b", kind=BodyKind.BOARD, name="Nämnden", occurred=occurred)
    (outcome,) = await town.ask(command)
    assert isinstance(outcome, OccurredInFuture) == refused
    assert isinstance(outcome, Receipt) != refused


# --- What members of a group see of one another -----------------------------------------------
async def test_a_voter_may_vote_ten_times_in_one_group(town: Town) -> None:
    choices = [VoteChoice.YES, VoteChoice.NO] * 5
    receipts = await town.given(ballot(), *[vote("v", choice) for choice in choices])
    assert [receipt.first for receipt in receipts] == list(range(1, 12))
    votes = [recorded.event for recorded in town.recorded()[1:]]
    assert [(each.choice, each.revision) for each in votes if isinstance(each, VoteCast)] == [
        (choice, n) for n, choice in enumerate(choices, 1)
    ]
    # And the next group knows of all ten.
    (eleventh,) = await town.given(vote("v"))
    assert eleventh.first == 12
    event = town.recorded()[-1].event
    assert isinstance(event, VoteCast) and event.revision == 11


async def test_where_revote_is_off_the_second_vote_of_a_group_is_refused(town: Town) -> None:
    outcomes = await town.ask(ballot(revote=False), vote("v"), vote("w"), vote("v"), vote("x"))
    assert [type(outcome) for outcome in outcomes] == [Receipt, Receipt, Receipt, AlreadyVoted, Receipt]
    assert [outcome.first for outcome in outcomes if isinstance(outcome, Receipt)] == [1, 2, 3, 4]
    assert town.topics() == ["ballot-opened", *["vote-cast"] * 3]


async def test_a_ballot_opened_and_closed_in_one_group(town: Town) -> None:
    outcomes = await town.ask(vote("v"), ballot(), vote("v"), CloseBallot(ballot="b"), vote("w"))
    assert [type(outcome) for outcome in outcomes] == [BallotUnknown, Receipt, Receipt, Receipt, BallotIsClosed]


async def test_two_slices_see_the_same_events_of_a_group(town: Town) -> None:
    outcomes = await town.given(
        *PLACE,
        OpenBallot(ballot="b", question="Vad först?", rule=BallotRule.AGREE_DISAGREE_PASS, process="p"),
        proposal("s"),
        CastVote(ballot="b", voter="v", choice=VoteChoice.AGREE, statement="s"),
        SupportInput(input="s", supporter="v"),
        ReviseInput(input="s", author="resident-1", text="Fler bänkar"),
        SupportInput(input="s", supporter="w"),
    )
    assert [receipt.first for receipt in outcomes] == list(range(1, 10))
    supported = [event for recorded in town.recorded() if isinstance(event := recorded.event, SupportGiven)]
    assert [each.input_version for each in supported] == [1, 2]


async def test_a_rejected_group_writes_nothing(town: Town) -> None:
    outcomes = await town.ask(vote("v"), CloseBallot(ballot="b"))
    assert all(isinstance(outcome, BallotUnknown) for outcome in outcomes)
    assert town.reader.head() == 0


# --- Repeated requests --------------------------------------------------------------------------
async def test_the_same_request_twice_in_a_group_is_recorded_once(town: Town) -> None:
    await town.given(ballot())
    request = uuid4()
    other, first, again = accepted(
        await town.first.execute([asked(vote("w")), asked(vote("v"), request), asked(vote("v"), request)])
    )
    assert (other.first, first.first, first.repeated) == (2, 3, False)
    assert again == first._replace(repeated=True)
    assert len(town.recorded()) == 3


async def test_a_repeated_request_has_the_first_answer_for_ever(town: Town) -> None:
    request = uuid4()
    await town.given(ballot())
    (first,) = accepted(await town.first.execute([asked(vote("v"), request)]))
    await town.given(CloseBallot(ballot="b"))
    town.now += timedelta(days=30)
    for application in (town.first, town.application()):
        other, again = await application.execute([asked(vote("x")), asked(vote("v"), request)])
        assert again == first._replace(repeated=True)
        assert isinstance(other, BallotIsClosed)
    assert len(town.recorded()) == 3


async def test_a_request_of_several_events_is_repeated_whole(town: Town) -> None:
    await town.given(*PLACE, DECISION, proposal("i"), WithdrawInput(input="i", author="resident-1"))
    request = uuid4()
    (first,) = accepted(await town.first.execute([asked(CloseAccount(decision="d"), request)]))
    assert len(first.ids) == len(first.leaves) == 2
    (again,) = accepted(await town.application().execute([asked(CloseAccount(decision="d"), request)]))
    assert again == first._replace(repeated=True)


@pytest.mark.parametrize("together", [True, False])
async def test_a_request_id_with_other_content_is_refused(town: Town, together: bool) -> None:
    await town.given(ballot())
    request = uuid4()
    one, other = asked(vote("v"), request), asked(vote("v", VoteChoice.NO), request)
    if together:
        outcomes = await town.first.execute([one, other])
    else:
        outcomes = [*await town.first.execute([one]), *await town.application().execute([other])]
    assert [type(outcome) for outcome in outcomes] == [Receipt, RequestReused]
    assert len(town.recorded()) == 2


async def test_a_refusal_is_not_remembered(town: Town) -> None:
    request = uuid4()
    (refused,) = await town.first.execute([asked(vote("v"), request)])
    assert isinstance(refused, BallotUnknown)
    await town.given(ballot())
    (outcome,) = accepted(await town.first.execute([asked(vote("v"), request)]))
    assert not outcome.repeated


# --- What cannot be written down ----------------------------------------------------------------
def _too_large(id: str) -> OpenBallot:
    options = tuple(OfferedOption(option=f"o{n}", label="å" * 300) for n in range(200))
    return OpenBallot(ballot=id, question="Vilken?", rule=BallotRule.APPROVAL, options=options)


async def test_what_is_too_large_is_refused_alone(town: Town) -> None:
    outcomes = await town.ask(ballot(), _too_large("c"), vote("v"), vote("v", ballot="c"), _too_large("e"))
    assert [type(outcome) for outcome in outcomes] == [
        Receipt,
        CommandTooLarge,
        Receipt,
        BallotUnknown,
        CommandTooLarge,
    ]
    assert [outcome.first for outcome in outcomes if isinstance(outcome, Receipt)] == [1, 2]
    assert town.topics() == ["ballot-opened", "vote-cast"]


async def test_an_erased_person_is_refused_alone(town: Town) -> None:
    await town.given(*PLACE, proposal("i1", "gone"), proposal("i2", "here"))
    town.keys.destroy(["author:gone|P"])
    outcomes = await town.ask(
        ReviseInput(input="i2", author="here", text="Mer"),
        ReviseInput(input="i1", author="gone", text="Mer"),
        proposal("i3", "gone"),
        SupportInput(input="i3", supporter="v"),
        proposal("i4", "here"),
    )
    assert [type(outcome).__name__ for outcome in outcomes] == [
        "Receipt",
        "PersonErased",
        "PersonErased",
        "InputUnknown",
        "Receipt",
    ]
    assert isinstance(outcomes[1], PersonErased)
    assert town.topics()[5:] == ["input-revised", "input-received"]


async def test_many_that_cannot_be_written_down_cost_one_more_look(town: Town) -> None:
    """Or a single message could hold up everybody for minutes."""
    await town.given(*PLACE)
    town.keys.destroy(["author:gone-1|P", "author:gone-2|P"])
    between = Between(town.appender())
    erased = [asked(proposal(f"i{n}", f"gone-{n % 2 + 1}")) for n in range(300)]
    large = [asked(_too_large(f"b{n}")) for n in range(3)]
    outcomes = await town.application(between).execute([*erased, *large, asked(proposal("i", "here"))])
    expected = [PersonErased] * 300 + [CommandTooLarge] * 3
    assert [type(outcome) for outcome in outcomes] == [*expected, Receipt]
    assert between.reads <= 3


# --- What is only known to be needed while deciding ---------------------------------------------
async def test_an_account_sees_what_came_in_within_its_own_group(town: Town) -> None:
    await town.given(*PLACE, DECISION)
    outcomes = await town.ask(proposal("i1"), CloseAccount(decision="d"))
    assert [type(outcome) for outcome in outcomes] == [Receipt, AccountIncomplete]
    outcomes = await town.ask(
        WithdrawInput(input="i1", author="resident-1"),
        proposal("i2"),
        WithdrawInput(input="i2", author="resident-1"),
        CloseAccount(decision="d"),
    )
    accepted(outcomes)
    lines = [recorded.event for recorded in town.recorded()[-3:]]
    assert [(each.input, each.code) for each in lines if isinstance(each, DispositionRecorded)] == [
        ("i1", "withdrawn"),
        ("i2", "withdrawn"),
    ]
    assert lines[-1] == AccountClosed(decision="d", matter="m", inputs=2)


async def test_a_decision_and_the_close_of_its_account_in_one_group(town: Town) -> None:
    await town.given(*PLACE)
    outcomes = await town.ask(proposal("i1"), DECISION, CloseAccount(decision="d"), proposal("i2"))
    assert [type(outcome) for outcome in outcomes] == [Receipt, Receipt, AccountIncomplete, Receipt]


# --- What passes through ------------------------------------------------------------------------
async def test_under_a_clock_that_jumped_nothing_is_recorded(town: Town) -> None:
    def jumped() -> datetime:
        raise ClockJumped("the clock jumped by 2:00:00")

    application = town.application()
    application._now = jumped
    with pytest.raises(ClockJumped):
        await application.execute([asked(ballot())])
    assert town.reader.head() == 0


async def test_a_group_from_long_before_the_last_is_refused(town: Town) -> None:
    await town.given(ballot())
    town.now -= timedelta(seconds=6)
    with pytest.raises(ClockBehind):
        await town.ask(vote("v"))
    town.now += timedelta(seconds=2)
    await town.given(vote("v"))


class AnswerLost(Between):
    """The group is recorded, and nobody hears of it."""

    async def append(self, group: Group) -> int:
        first = await self.inner.append(group)
        if self.happenings:
            await self.happenings.pop(0)()
        return first


async def test_after_a_lost_answer_the_same_ids_tell_what_became_of_it(town: Town) -> None:
    async def lost() -> None:
        raise StoreUnavailable("no answer")

    lossy = AnswerLost(town.appender(), lost)
    application = town.application(lossy)
    group = [asked(ballot()), asked(vote("v")), asked(vote("v"))]
    with pytest.raises(StoreUnavailable):
        await application.execute(group)
    receipts = accepted(await application.execute(group))
    assert [(receipt.first, receipt.repeated) for receipt in receipts] == [(1, True), (2, True), (3, True)]
    # What it remembers of the lost group must not make it wrong about the next.
    (receipt,) = accepted(await application.execute([asked(vote("v"))]))
    event = town.recorded()[receipt.first - 1].event
    assert isinstance(event, VoteCast) and event.revision == 3


async def test_a_group_of_long_texts_is_recorded_in_several(town: Town) -> None:
    await town.given(*PLACE)
    town.first._store = store = Between(town.first._store)
    commands = [proposal(f"i{n}", text="å" * 20_000) for n in range(150)]
    outcomes = await town.first.execute([asked(each) for each in commands])
    assert [outcome.first for outcome in accepted(outcomes)] == list(range(len(PLACE) + 1, len(PLACE) + 151))
    # A command counts as many bytes as its JSON has, fields that are left out included (`"theme":null`): each optional
    # field that commands learn makes every one longer. Five more of an input once made 103 of 104 fit; the bound held.
    lengths = list(accumulate(len(each.model_dump_json().encode()) for each in commands))
    fit = bisect_right(lengths, GROUP_BYTES_MAX)
    assert 100 < fit < 110
    assert [len(group.events) for group in store.groups] == [fit, 150 - fit]
