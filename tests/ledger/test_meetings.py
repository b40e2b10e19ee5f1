from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

import pytest
from hypothesis import given as drawn
from hypothesis import strategies as st
from pydantic import BaseModel, ValidationError

from ledger.bodies import BodyKind, BodyRegistered
from ledger.matters import MatterKind, MatterOpened
from ledger.meetings import (
    SLICE,
    AdjustmentAnnounced,
    AdjustMinutes,
    AnnounceAdjustment,
    AnnouncementRemoved,
    AttendanceRecorded,
    AttendanceRole,
    CallMeeting,
    Choice,
    EndMeeting,
    HoldRollCall,
    ItemReturned,
    ItemTabled,
    ItemTaken,
    MeetingCalled,
    MeetingEnded,
    MemberVote,
    MinutesAdjusted,
    MotionMoved,
    MoveMotion,
    NoticePosted,
    PostNotice,
    RecordAttendance,
    RecordRecusal,
    RecusalRecorded,
    RemoveAnnouncement,
    ReturnItem,
    RollCallHeld,
    Settling,
    TableItem,
    TakeItem,
    VoteCounts,
    rejections,
)
from ledger.meetings import rejections as no
from ledger.meetings.commands import StatedAgendaItem, StatedMemberVote, StatedVoteCounts
from ledger.messages import Command, Event, Rejection
from ledger.sealing import words_of
from tests.events import any_event
from tests.slices import given, rejections_of

OF: dict[str, Any] = {"meeting": "m1", "body": "ksau"}
BODY = BodyRegistered(body="ksau", kind=BodyKind.COMMITTEE, name="Kommunstyrelsens arbetsutskott", parent="ks")
MATTER = MatterOpened(matter="dialog", title="Inflytande", language="sv", kind=MatterKind.DECISION, body="ks")
CALLED = MeetingCalled(meeting="m1", body="ksau", date="2015-05-12")
ITEM = ItemTaken(**OF, year=2015, paragraph=64, matter="dialog", title="Inflytande och innovation")
HELD: tuple[Event, ...] = (BODY, MATTER, CALLED, ITEM)
HASH = "a" * 64
ADJUSTED = MinutesAdjusted(**OF, on="2015-05-20", chair="p1", adjusters=("p2",), minutes_hash=HASH)
ANNOUNCED = AdjustmentAnnounced(**OF, on="2015-05-21", where="Anslagstavlan")
REMOVED = AnnouncementRemoved(**OF, on="2015-06-12")
ADJUST = AdjustMinutes(meeting="m1", on="2015-05-20", chair="p1", adjusters=("p2",), minutes_hash=HASH)
ANNOUNCE = AnnounceAdjustment(meeting="m1", on="2015-05-21", where="Anslagstavlan")


def attended(person: str, *, served: bool = True, **more: Any) -> AttendanceRecorded:
    return AttendanceRecorded(**OF, person=person, role="member", served=served, **more)


def attend(person: str, *, served: bool = True, **more: Any) -> RecordAttendance:
    return RecordAttendance(meeting="m1", person=person, role=AttendanceRole.MEMBER, served=served, **more)


def recused(person: str, **more: Any) -> RecusalRecorded:
    return RecusalRecorded(**OF, person=person, ground="own_interest", **more)


def vote(*yes: str, no: tuple[str, ...] = (), **more: Any) -> HoldRollCall:
    votes = [StatedMemberVote(person=each, choice=Choice.YES) for each in yes]
    votes += [StatedMemberVote(person=each, choice=Choice.NO) for each in no]
    return HoldRollCall(meeting="m1", roll_call="r1", paragraph=64, question="Bifall?", votes=tuple(votes), **more)


def take(paragraph: int, meeting: str = "m1", **more: Any) -> TakeItem:
    return TakeItem(meeting=meeting, paragraph=paragraph, title="Ärende", **more)


# --- The call and the attendance ----------------------------------------------------------------
def test_s0_01_a_named_body_is_called_to_meet_on_a_day() -> None:
    command = CallMeeting(
        meeting="m1",
        body="ksau",
        date="2015-05-12",
        agenda=(StatedAgendaItem(number=1, matter="dialog", title="Inflytande"),),
    )
    (called,) = given(SLICE, BODY).when(command)
    assert isinstance(called, MeetingCalled)
    assert (called.date, called.agenda[0].title) == ("2015-05-12", "Inflytande")
    assert called.tags() == ("meeting:m1", "body:ksau", "matter:dialog")


def test_the_name_of_who_was_there_is_sealed_under_the_person() -> None:
    (there,) = given(SLICE, *HELD).when(attend("p1", name="Rolf Wasteson", party="V"))
    assert isinstance(there, AttendanceRecorded)
    assert [(each.pointer, each.key) for each in words_of(there)] == [("/name", "officer:p1|P")]
    assert (there.party, there.served) == ("V", True)


def test_who_serves_for_a_part_is_recorded_once_for_each_stretch() -> None:
    first = attended("p1", to_paragraph=64)
    assert given(SLICE, *HELD, first).when(attend("p1", from_paragraph=65))
    assert given(SLICE, *HELD, first).when(attend("p2"))


# --- Items ------------------------------------------------------------------------------------
def test_s0_03_an_item_gets_its_paragraph_of_the_body_and_year() -> None:
    (taken,) = given(SLICE, *HELD[:3]).when(take(64, matter="dialog"))
    assert isinstance(taken, ItemTaken)
    assert (taken.body, taken.year, taken.paragraph) == ("ksau", 2015, 64)
    assert taken.tags() == ("meeting:m1", "body:ksau", "meeting:m1|item:64", "body:ksau|year:2015", "matter:dialog")


def test_the_same_paragraph_stands_in_another_year_and_in_another_body() -> None:
    later = MeetingCalled(meeting="m2", body="ksau", date="2016-01-12")
    other = MeetingCalled(meeting="m3", body="ks", date="2015-05-12")
    assert given(SLICE, *HELD, later).when(take(64, "m2"))
    assert given(SLICE, *HELD, other).when(take(64, "m3"))
    with pytest.raises(no.ParagraphTaken):
        given(SLICE, *HELD, later.model_copy(update={"date": "2015-12-14"})).when(take(64, "m2"))


def test_a_lower_paragraph_is_taken_after_a_higher_one_as_the_minutes_have_it() -> None:
    assert given(SLICE, *HELD).when(take(60))


NUMBERS = st.lists(st.tuples(st.sampled_from(["m1", "m2", "m3"]), st.integers(1, 4)), max_size=12)


@drawn(asked=NUMBERS)
def test_no_address_ever_names_two_items(asked: list[tuple[str, int]]) -> None:
    past = given(
        SLICE,
        CALLED,
        MeetingCalled(meeting="m2", body="ksau", date="2015-06-09"),
        MeetingCalled(meeting="m3", body="ksau", date="2016-01-12"),
    )
    addresses = set()
    for meeting, paragraph in asked:
        address = ("2016" if meeting == "m3" else "2015", paragraph)
        try:
            past = past.and_then(*past.when(take(paragraph, meeting)))
            assert address not in addresses
            addresses.add(address)
        except no.ParagraphTaken:
            assert address in addresses


def test_a_motion_is_sealed_and_its_mover_is_not() -> None:
    command = MoveMotion(meeting="m1", motion="y1", paragraph=64, person="p1", party="V", text="Avslag")
    (moved,) = given(SLICE, *HELD).when(command)
    assert isinstance(moved, MotionMoved)
    assert [(each.pointer, each.key) for each in words_of(moved)] == [("/text", "meeting:m1|P")]
    assert (moved.person, moved.party) == ("p1", "V")


def test_an_item_is_put_off_without_touching_the_meeting_it_is_put_off_to() -> None:
    later = MeetingCalled(meeting="m2", body="ksau", date="2015-06-09")
    (tabled,) = given(SLICE, *HELD, later).when(TableItem(meeting="m1", paragraph=64, to_meeting="m2"))
    assert tabled == ItemTabled(**OF, paragraph=64, to_meeting="m2")
    with pytest.raises(no.ItemNotTaken):
        given(SLICE, *HELD, later, tabled).when(TableItem(meeting="m2", paragraph=64))


def test_an_item_is_sent_back_with_the_reason_sealed() -> None:
    (returned,) = given(SLICE, *HELD).when(ReturnItem(meeting="m1", paragraph=64, reason="Mer underlag", supporters=5))
    assert isinstance(returned, ItemReturned)
    assert [(each.pointer, each.key) for each in words_of(returned)] == [("/reason", "meeting:m1|P")]


# --- Votes ------------------------------------------------------------------------------------
def test_votes_are_recorded_by_name() -> None:
    (held,) = given(SLICE, *HELD, attended("p1"), attended("p2")).when(
        vote("p1", no=("p2",), casting_vote=Settling.YES)
    )
    assert isinstance(held, RollCallHeld)
    assert held.votes == (MemberVote(person="p1", choice="yes"), MemberVote(person="p2", choice="no"))
    assert held.casting_vote == "yes"
    assert "officer:p2" in held.tags()


def test_a_secret_election_has_counts_and_a_lot() -> None:
    command = HoldRollCall(
        meeting="m1",
        roll_call="r1",
        paragraph=64,
        question="Val av ledamot",
        counts=StatedVoteCounts(yes=7, no=7),
        secret=True,
        election=True,
        lot=Settling.NO,
    )
    (held,) = given(SLICE, *HELD).when(command)
    assert isinstance(held, RollCallHeld)
    assert (held.counts, held.votes, held.lot) == (VoteCounts(yes=7, no=7), (), "no")


def test_without_recorded_attendance_anyone_may_have_voted() -> None:
    assert given(SLICE, *HELD).when(vote("p1"))


def test_a_substitute_votes_only_where_it_served() -> None:
    served = attended("p1", from_paragraph=60, to_paragraph=64)
    assert given(SLICE, *HELD, served).when(vote("p1"))
    late = attended("p1", from_paragraph=65)
    with pytest.raises(no.VoterDidNotServe):
        given(SLICE, *HELD, late).when(vote("p1"))


def test_a_recusal_after_the_vote_is_recorded_as_it_was() -> None:
    (held,) = given(SLICE, *HELD).when(vote("p1"))
    assert given(SLICE, *HELD, held).when(
        RecordRecusal(meeting="m1", person="p1", paragraph=64, ground="own_interest")
    ) == (recused("p1", paragraph=64),)


# --- Minutes ----------------------------------------------------------------------------------
def test_s0_25_minutes_are_adjusted_announced_and_the_notice_comes_down() -> None:
    past = given(SLICE, *HELD)
    assert past.when(ADJUST) == (ADJUSTED,)
    past = past.and_then(ADJUSTED)
    assert past.when(ANNOUNCE) == (ANNOUNCED,)
    past = past.and_then(ANNOUNCED)
    assert past.when(RemoveAnnouncement(meeting="m1", on="2015-06-12")) == (REMOVED,)
    # What came down too early goes up again.
    assert past.and_then(REMOVED).when(AnnounceAdjustment(meeting="m1", on="2015-06-15", where="Webben"))


def test_late_minutes_are_recorded_as_late_as_they_were() -> None:
    command = ADJUST.model_copy(update={"on": "2016-05-16"})
    assert given(SLICE, *HELD).when(command)[0].dated() == "2016-05-16"


ON_ITS_DAY = datetime(2015, 5, 19, 22, 30, tzinfo=UTC)


def test_the_swedish_day_has_begun_two_hours_before_the_utc_day_in_summer() -> None:
    assert given(SLICE, *HELD).when(ADJUST, ON_ITS_DAY)
    with pytest.raises(no.DayNotCome):
        given(SLICE, *HELD).when(ADJUST, ON_ITS_DAY.replace(hour=21))


CHANGES: tuple[Command, ...] = (
    PostNotice(meeting="m1", on="2015-05-01", where="Anslagstavlan"),
    attend("p9"),
    RecordRecusal(meeting="m1", person="p9", paragraph=64, ground="own_interest"),
    take(65),
    MoveMotion(meeting="m1", motion="y9", paragraph=64, party="V", text="Avslag"),
    vote("p1"),
    TableItem(meeting="m1", paragraph=64),
    ReturnItem(meeting="m1", paragraph=64, reason="Mer underlag"),
    EndMeeting(meeting="m1", at="2015-05-12"),
    ADJUST,
)


@pytest.mark.parametrize("command", CHANGES, ids=lambda command: type(command).__name__)
def test_adjusted_minutes_take_no_change(command: Command) -> None:
    assert given(SLICE, *HELD).when(command)
    with pytest.raises(no.MinutesAreAdjusted):
        given(SLICE, *HELD, ADJUSTED).when(command)


def test_every_command_but_the_notice_is_barred_after_the_adjustment() -> None:
    barred = {type(command) for command in CHANGES}
    assert set(SLICE.commands) - barred == {CallMeeting, AnnounceAdjustment, RemoveAnnouncement}


# --- Every no ---------------------------------------------------------------------------------
TABLED = ItemTabled(**OF, paragraph=64)
REJECTED: list[tuple[tuple[Event, ...], Command, type[Rejection]]] = [
    (HELD, CallMeeting(meeting="m1", body="ksau", date="2015-06-09"), no.MeetingExists),
    ((), CallMeeting(meeting="m1", body="ksau", date="2015-06-09"), no.BodyUnknown),
    ((), EndMeeting(meeting="m1", at="2015-05-12"), no.MeetingUnknown),
    ((), take(64), no.MeetingUnknown),
    ((CALLED,), take(64, matter="dialog"), no.MatterUnknown),
    (HELD, take(64), no.ParagraphTaken),
    ((CALLED,), vote("p1"), no.ItemNotTaken),
    ((*HELD, TABLED), TableItem(meeting="m1", paragraph=64), no.ItemSettled),
    ((*HELD, TABLED), ReturnItem(meeting="m1", paragraph=64, reason="Mer"), no.ItemSettled),
    (
        (*HELD, MotionMoved(**OF, motion="y1", paragraph=64, party="V", text="Avslag")),
        MoveMotion(meeting="m1", motion="y1", paragraph=64, party="V", text="Bifall"),
        no.MotionExists,
    ),
    ((*HELD, RollCallHeld(**OF, roll_call="r1", paragraph=64, question="?")), vote("p1"), no.RollCallExists),
    ((*HELD, attended("p1", to_paragraph=64)), attend("p1", from_paragraph=64), no.AttendanceOverlaps),
    ((*HELD, attended("p1")), attend("p1", served=False), no.AttendanceOverlaps),
    (
        (*HELD, recused("p1", paragraph=64)),
        RecordRecusal(meeting="m1", person="p1", paragraph=64, ground="confidence"),
        no.RecusalExists,
    ),
    ((*HELD, attended("p1", served=False)), vote("p1"), no.VoterDidNotServe),
    ((*HELD, attended("p1")), vote("p1", "p2"), no.VoterDidNotServe),
    ((*HELD, attended("p1"), recused("p1", paragraph=64)), vote("p1"), no.VoterRecused),
    ((*HELD, attended("p1"), recused("p1", matter="dialog")), vote("p1"), no.VoterRecused),
    ((*HELD, MeetingEnded(**OF, at="2015-05-12")), EndMeeting(meeting="m1", at="2015-05-12"), no.MeetingHasEnded),
    ((*HELD, ADJUSTED), take(65), no.MinutesAreAdjusted),
    (HELD, ANNOUNCE, no.MinutesNotAdjusted),
    (HELD, ADJUST.model_copy(update={"on": "2015-05-11"}), no.AdjustedBeforeMeeting),
    ((*HELD, ADJUSTED), ANNOUNCE.model_copy(update={"on": "2015-05-19"}), no.AnnouncedBeforeAdjusted),
    ((*HELD, ADJUSTED, ANNOUNCED), ANNOUNCE, no.AnnouncementStands),
    ((*HELD, ADJUSTED), RemoveAnnouncement(meeting="m1", on="2015-06-12"), no.NothingAnnounced),
    ((*HELD, ADJUSTED, ANNOUNCED, REMOVED), RemoveAnnouncement(meeting="m1", on="2015-06-12"), no.NothingAnnounced),
    ((*HELD, ADJUSTED, ANNOUNCED), RemoveAnnouncement(meeting="m1", on="2015-05-20"), no.RemovedBeforeAnnounced),
    (HELD, ADJUST.model_copy(update={"on": "2016-05-17"}), no.DayNotCome),
]


def test_every_no_is_shown() -> None:
    assert {rejection for _, _, rejection in REJECTED} == rejections_of(rejections)


@pytest.mark.parametrize("history, command, rejection", REJECTED)
def test_meetings_say_no(history: tuple[Event, ...], command: Command, rejection: type[Rejection]) -> None:
    with pytest.raises(rejection):
        given(SLICE, *history).when(command)


VOTES = {"meeting": "m", "roll_call": "r", "paragraph": 1, "question": "?"}
TIE = [{"person": "a", "choice": "yes"}, {"person": "b", "choice": "no"}]


@pytest.mark.parametrize(
    "command, fields, words",
    [
        (
            CallMeeting,
            {"meeting": "m", "body": "b", "date": "2015-05-12", "agenda": [{"number": 1, "title": "A"}] * 2},
            "agenda holds the same number twice",
        ),
        (RecordAttendance, {"meeting": "m", "person": "p", "role": "secretary", "served": True}, "does not serve"),
        (
            RecordAttendance,
            {"meeting": "m", "person": "p", "role": "member", "from_paragraph": 9, "to_paragraph": 8},
            "to_paragraph is before",
        ),
        (RecordRecusal, {"meeting": "m", "person": "p", "ground": "counsel"}, "state one of paragraph and matter"),
        (MoveMotion, {"meeting": "m", "motion": "y", "paragraph": 1, "text": "Avslag"}, "give person or party"),
        (HoldRollCall, VOTES, "state one of votes and counts"),
        (HoldRollCall, VOTES | {"votes": TIE, "counts": {"yes": 1, "no": 1}}, "state one of votes and counts"),
        (HoldRollCall, VOTES | {"votes": TIE, "secret": True}, "leave votes out"),
        (HoldRollCall, VOTES | {"votes": [TIE[0], TIE[0]]}, "each has one vote"),
        (HoldRollCall, VOTES | {"votes": TIE[:1], "casting_vote": "yes"}, "the vote is no tie"),
        (HoldRollCall, VOTES | {"votes": TIE, "lot": "yes"}, "settled by the chair"),
        (HoldRollCall, VOTES | {"votes": TIE, "election": True, "casting_vote": "yes"}, "settled by lot"),
        (
            AdjustMinutes,
            {"meeting": "m", "on": "2015-05-20", "chair": "p", "adjusters": ["a", "a"], "minutes_hash": HASH},
            "adjusters names the same person twice",
        ),
    ],
)
def test_what_contradicts_itself_is_no_command(command: type[BaseModel], fields: dict[str, Any], words: str) -> None:
    with pytest.raises(ValidationError, match=words):
        command.model_validate(fields)


def test_a_notice_says_where_and_when() -> None:
    command = PostNotice(meeting="m1", on="2015-05-05", where="Anslagstavlan")
    assert given(SLICE, *HELD).when(command) == (NoticePosted(**OF, on="2015-05-05", where="Anslagstavlan"),)


@drawn(history=st.lists(st.one_of([any_event(kind) for kind in SLICE.events]), max_size=12))
def test_what_happened_never_breaks_the_reading_of_it(history: list[Event]) -> None:
    state: Any = None
    for event in (CALLED, *history):
        state = SLICE.evolve(state, event)
        assert state is not None
    assert (state.meeting, state.date) == ("m1", "2015-05-12")
