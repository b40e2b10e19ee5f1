"""Meetings: how a command leads to events.

What the law says of a meeting is mostly shown, not enforced: a missing quorum (KL 6:27), minutes
adjusted late (KL 5:69) or announced late, a notice taken down too soon (KL 8:9-12) and paragraphs out
of order are recorded as they were, and the views flag them. Refused is what would make the record
contradict itself: one paragraph for two items, a vote of somebody who by the same record could not
vote, and any change of adjusted minutes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any

from ledger.bodies import BodyRegistered
from ledger.matters import MatterOpened
from ledger.meetings.commands import (
    AdjustMinutes,
    AnnounceAdjustment,
    CallMeeting,
    EndMeeting,
    HoldRollCall,
    MoveMotion,
    PostNotice,
    RecordAttendance,
    RecordRecusal,
    RemoveAnnouncement,
    ReturnItem,
    TableItem,
    TakeItem,
)
from ledger.meetings.events import (
    AdjustmentAnnounced,
    AgendaItem,
    AnnouncementRemoved,
    AttendanceRecorded,
    ItemReturned,
    ItemTabled,
    ItemTaken,
    MeetingCalled,
    MeetingEnded,
    MemberVote,
    MinutesAdjusted,
    MotionMoved,
    NoticePosted,
    RecusalRecorded,
    RollCallHeld,
    VoteCounts,
    year_tag,
)
from ledger.meetings.rejections import (
    AdjustedBeforeMeeting,
    AnnouncedBeforeAdjusted,
    AnnouncementStands,
    AttendanceOverlaps,
    BodyUnknown,
    DayNotCome,
    ItemNotTaken,
    ItemSettled,
    MatterUnknown,
    MeetingExists,
    MeetingHasEnded,
    MeetingUnknown,
    MinutesAreAdjusted,
    MinutesNotAdjusted,
    MotionExists,
    NothingAnnounced,
    ParagraphTaken,
    RecusalExists,
    RemovedBeforeAnnounced,
    RollCallExists,
    VoterDidNotServe,
    VoterRecused,
)
from ledger.meetings.states import Known, Meeting, Numbering, Stretch, evolve
from ledger.messages import Command, Event, Part, Slice

SWEDEN_AHEAD_MAX = timedelta(hours=2)
"""The furthest Swedish time is ahead of UTC: a day that has begun there is no future day."""

_MEETING = (
    MeetingCalled,
    AttendanceRecorded,
    RecusalRecorded,
    MeetingEnded,
    ItemTaken,
    ItemTabled,
    ItemReturned,
    MinutesAdjusted,
    AdjustmentAnnounced,
    AnnouncementRemoved,
)


# --- What it depends on -----------------------------------------------------------------------
def boundary(command: Any) -> tuple[Part, ...]:
    """Return the meeting and what the command names or creates."""
    meeting = Part(f"meeting:{command.meeting}", _MEETING)
    match command:
        case CallMeeting(body=body):
            return (meeting, Part(f"body:{body}", (BodyRegistered,)))
        case TakeItem(matter=str(matter)):
            return (meeting, Part(f"matter:{matter}", (MatterOpened,)))
        case MoveMotion(motion=motion):
            return (meeting, Part(f"motion:{motion}", (MotionMoved,)))
        case HoldRollCall(roll_call=roll_call):
            return (meeting, Part(f"roll-call:{roll_call}", (RollCallHeld,)))
    return (meeting,)


def widen(states: tuple[Any, ...], command: Command) -> tuple[Part, ...]:
    """Return the paragraphs of the body in the year, which follow from the meeting."""
    meeting = states[0]
    if not isinstance(command, TakeItem) or meeting is None:
        return ()
    return (Part(year_tag(meeting.body, meeting.year), (ItemTaken,)),)


# --- What follows -----------------------------------------------------------------------------
def decide(states: tuple[Any, ...], command: Any, at: datetime) -> Iterable[Event]:
    """Return the event that follows from `command`, or raise a Rejection."""
    if isinstance(command, CallMeeting):
        return (_call(states, command),)
    meeting = _held(states[0], command.meeting)
    if isinstance(command, AdjustMinutes | AnnounceAdjustment | RemoveAnnouncement | PostNotice):
        _check_day(command.on, at)
    match command:
        case AnnounceAdjustment():
            return (_announce(meeting, command),)
        case RemoveAnnouncement():
            return (_remove(meeting, command),)
    if meeting.adjusted is not None:
        raise MinutesAreAdjusted(meeting=command.meeting, on=meeting.adjusted)
    match command:
        case TakeItem():
            return (_take(meeting, states, command),)
        case MoveMotion() | HoldRollCall() | TableItem() | ReturnItem():
            return (_of_item(meeting, states, command),)
    return (_of_meeting(meeting, command),)


def _held(meeting: Meeting | None, id: str) -> Meeting:
    if meeting is None:
        raise MeetingUnknown(meeting=id)
    return meeting


def _check_day(on: str, at: datetime) -> None:
    if on > (at + SWEDEN_AHEAD_MAX).date().isoformat():
        raise DayNotCome(on=on)


def _call(states: tuple[Any, ...], command: CallMeeting) -> MeetingCalled:
    meeting, body = states
    if meeting is not None:
        raise MeetingExists(meeting=command.meeting)
    if body is None:
        raise BodyUnknown(body=command.body)
    return MeetingCalled(
        meeting=command.meeting,
        body=command.body,
        date=command.date,
        title=command.title,
        agenda=tuple(AgendaItem(number=each.number, matter=each.matter, title=each.title) for each in command.agenda),
    )


def _of_meeting(meeting: Meeting, command: Any) -> Event:
    """Return what follows from a command about the meeting as a whole."""
    of: dict[str, Any] = {"meeting": meeting.meeting, "body": meeting.body}
    match command:
        case PostNotice(on=on, where=where):
            return NoticePosted(**of, on=on, where=where)
        case RecordAttendance():
            return _attend(meeting, command)
        case RecordRecusal(person=person, paragraph=paragraph, matter=matter, ground=ground):
            if meeting.is_recorded_recusal(person, paragraph, matter):
                raise RecusalExists(person=person)
            return RecusalRecorded(**of, person=person, paragraph=paragraph, matter=matter, ground=ground)
        case EndMeeting(at=at):
            if meeting.ended is not None:
                raise MeetingHasEnded(meeting=meeting.meeting, ended=meeting.ended)
            return MeetingEnded(**of, at=at)
        case AdjustMinutes():
            return _adjust(meeting, command)
    raise TypeError(f"{type(command).__name__} is no command of meetings")


def _attend(meeting: Meeting, command: RecordAttendance) -> AttendanceRecorded:
    stretch = Stretch.of(command.person, command.served, command.from_paragraph, command.to_paragraph)
    if any(each.overlaps(stretch) for each in meeting.attendance):
        raise AttendanceOverlaps(person=command.person)
    return AttendanceRecorded(
        meeting=meeting.meeting,
        body=meeting.body,
        person=command.person,
        name=command.name,
        party=command.party,
        role=command.role,
        served=command.served,
        from_paragraph=command.from_paragraph,
        to_paragraph=command.to_paragraph,
    )


# --- Items ------------------------------------------------------------------------------------
def _take(meeting: Meeting, states: tuple[Any, ...], command: TakeItem) -> ItemTaken:
    *matter, numbering = states[1:]
    if matter == [None]:
        raise MatterUnknown(matter=command.matter)
    if isinstance(numbering, Numbering) and command.paragraph in numbering.paragraphs:
        raise ParagraphTaken(paragraph=command.paragraph, body=meeting.body, year=meeting.year)
    return ItemTaken(
        meeting=meeting.meeting,
        body=meeting.body,
        year=meeting.year,
        paragraph=command.paragraph,
        matter=command.matter,
        title=command.title,
        agenda_number=command.agenda_number,
    )


def _of_item(meeting: Meeting, states: tuple[Any, ...], command: Any) -> Event:
    """Return what follows from a command about an item that was taken up."""
    if meeting.item(command.paragraph) is None:
        raise ItemNotTaken(paragraph=command.paragraph, meeting=meeting.meeting)
    of: dict[str, Any] = {"meeting": meeting.meeting, "body": meeting.body, "paragraph": command.paragraph}
    match command:
        case MoveMotion(motion=motion, person=person, party=party, text=text):
            if isinstance(states[1], Known):
                raise MotionExists(motion=motion)
            return MotionMoved(**of, motion=motion, person=person, party=party, text=text)
        case HoldRollCall():
            return _vote(meeting, states[1], command)
        case TableItem(to_meeting=to_meeting):
            _check_unsettled(meeting, command.paragraph)
            return ItemTabled(**of, to_meeting=to_meeting)
    _check_unsettled(meeting, command.paragraph)
    return ItemReturned(**of, reason=command.reason, supporters=command.supporters)


def _check_unsettled(meeting: Meeting, paragraph: int) -> None:
    item = meeting.item(paragraph)
    if item is not None and item.settled is not None:
        raise ItemSettled(paragraph=paragraph, settled=item.settled)


def _vote(meeting: Meeting, known: Known | None, command: HoldRollCall) -> RollCallHeld:
    if known is not None:
        raise RollCallExists(roll_call=command.roll_call)
    for vote in command.votes:
        if meeting.is_recused(vote.person, command.paragraph):
            raise VoterRecused(person=vote.person, paragraph=command.paragraph)
        if not meeting.may_have_served(vote.person, command.paragraph):
            raise VoterDidNotServe(person=vote.person, paragraph=command.paragraph)
    counts = command.counts
    return RollCallHeld(
        meeting=meeting.meeting,
        body=meeting.body,
        roll_call=command.roll_call,
        paragraph=command.paragraph,
        question=command.question,
        yes_label=command.yes_label,
        no_label=command.no_label,
        votes=tuple(MemberVote(person=each.person, party=each.party, choice=each.choice) for each in command.votes),
        counts=None if counts is None else VoteCounts(yes=counts.yes, no=counts.no, abstain=counts.abstain),
        secret=command.secret,
        election=command.election,
        casting_vote=command.casting_vote,
        lot=command.lot,
    )


# --- Minutes ----------------------------------------------------------------------------------
def _adjust(meeting: Meeting, command: AdjustMinutes) -> MinutesAdjusted:
    if command.on < meeting.date:
        raise AdjustedBeforeMeeting(meeting=meeting.meeting, date=meeting.date)
    return MinutesAdjusted(
        meeting=meeting.meeting,
        body=meeting.body,
        on=command.on,
        chair=command.chair,
        adjusters=command.adjusters,
        minutes_hash=command.minutes_hash,
        document=command.document,
    )


def _announce(meeting: Meeting, command: AnnounceAdjustment) -> AdjustmentAnnounced:
    if meeting.adjusted is None:
        raise MinutesNotAdjusted(meeting=meeting.meeting)
    if meeting.announced is not None:
        raise AnnouncementStands(on=meeting.announced)
    if command.on < meeting.adjusted:
        raise AnnouncedBeforeAdjusted(on=meeting.adjusted)
    return AdjustmentAnnounced(meeting=meeting.meeting, body=meeting.body, on=command.on, where=command.where)


def _remove(meeting: Meeting, command: RemoveAnnouncement) -> AnnouncementRemoved:
    if meeting.announced is None:
        raise NothingAnnounced(meeting=meeting.meeting)
    if command.on < meeting.announced:
        raise RemovedBeforeAnnounced(on=meeting.announced)
    return AnnouncementRemoved(meeting=meeting.meeting, body=meeting.body, on=command.on)


SLICE = Slice(
    name="meetings",
    commands=(
        CallMeeting,
        PostNotice,
        RecordAttendance,
        RecordRecusal,
        TakeItem,
        MoveMotion,
        HoldRollCall,
        TableItem,
        ReturnItem,
        EndMeeting,
        AdjustMinutes,
        AnnounceAdjustment,
        RemoveAnnouncement,
    ),
    events=(
        MeetingCalled,
        NoticePosted,
        AttendanceRecorded,
        RecusalRecorded,
        ItemTaken,
        MotionMoved,
        RollCallHeld,
        ItemTabled,
        ItemReturned,
        MeetingEnded,
        MinutesAdjusted,
        AdjustmentAnnounced,
        AnnouncementRemoved,
    ),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
    widen=widen,
)
