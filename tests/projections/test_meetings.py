"""Meetings and the notice board as they are shown: at a position, on a day, by the rules of that day."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest
from google.protobuf.json_format import ParseDict

from ledger.bodies import MandateEnded, MandateGranted
from ledger.corrections import Corrected
from ledger.governance import RuleAdopted
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
)
from ledger.messages import Event, Source
from participation.transparency.v1 import meeting_views_pb2, notices_pb2
from projections.catalogue import PROJECTIONS
from projections.meetings import paragraph_of
from projections.rows.memory import MemoryRows, happened_by
from projections.views.answer import Page, read_page_token
from projections.views.corrections import with_corrections
from projections.views.meetings import item, item_at, meeting, meetings
from projections.views.notices import notices
from tests.projections.history import record, rows_of
from tests.projections.town import SEALED, TOWN, decided

ON = "2016-05-16"
OF: dict[str, Any] = {"meeting": "s1", "body": "au"}
S0 = Source(basis="document", document="d" * 64, anchor="lines 3-8")
RULES: tuple[Event, ...] = tuple(
    RuleAdopted(rule=rule, value=value, unit="days", citation=citation, valid_from="1992-01-01", occurred="1992")
    for rule, value, citation in (
        ("adjustment_days", 14, "KL 5:69"),
        ("announcement_days", 2, "KL 8:9-12"),
        ("appeal_days", 21, "KL 13:5"),
        ("quorum_percent", 50, "KL 6:27"),
    )
)
SEATS: tuple[Event, ...] = tuple(
    MandateGranted(body="au", mandate=f"m-{person}", person=person, role=role, from_date="2015-01-01")
    for person, role in (("p1", "chair"), ("p2", "member"), ("p3", "member"), ("p4", "member"), ("p5", "substitute"))
)
CALLED = MeetingCalled(
    **OF,
    date="2015-05-12",
    agenda=(AgendaItem(number=1, matter="m1", title="Inflytande"),),
    occurred="2015-05-05",
    source=S0,
)
ITEM = ItemTaken(**OF, year=2015, paragraph=64, matter="m1", title="Inflytande", occurred="2015-05-12", source=S0)
ADJUSTED = MinutesAdjusted(**OF, on="2015-05-26", chair="p1", adjusters=("p2",), minutes_hash="a" * 64)
ANNOUNCED = AdjustmentAnnounced(**OF, on="2015-05-28", where="Anslagstavlan")


def there(person: str, *, served: bool = True, **more: Any) -> AttendanceRecorded:
    return AttendanceRecorded(**OF, person=person, name=SEALED, role="member", served=served, **more)


def voted(paragraph: int = 64, roll_call: str = "r1", **more: Any) -> RollCallHeld:
    return RollCallHeld(**OF, roll_call=roll_call, paragraph=paragraph, question="Bifall?", **more)


def by_name(**choices: str) -> tuple[MemberVote, ...]:
    return tuple(MemberVote(person=person, choice=choice) for person, choice in choices.items())


def shown(*events: Event, on: str = ON, at: int | None = None) -> dict[str, Any]:
    """Return the meeting s1 after the events, and see that it fits its message."""
    rows = rows_of(*TOWN, *RULES, *events)
    found = meeting(rows if at is None else rows.at(at), "s1", on=on)
    assert found is not None
    ParseDict(found, meeting_views_pb2.GetMeetingResponse())
    return found


# --- A meeting --------------------------------------------------------------------------------
def test_s0_01_a_meeting_shows_its_body_its_day_and_where_that_is_stated() -> None:
    found = shown(CALLED, NoticePosted(**OF, on="2015-05-05", where="Webben"), MeetingEnded(**OF, at="2015-05-12"))
    head = found["meeting"]
    assert (head["body"], head["date"], head["year"], head["agenda"][0]["title"]) == (
        "au",
        "2015-05-12",
        2015,
        "Inflytande",
    )
    assert head["recorded"]["source"]["anchor"] == "lines 3-8"
    assert (head["notices"][0]["on"], head["ended"]["at"]) == ("2015-05-05", "2015-05-12")
    assert meeting(rows_of(*TOWN), "s1", on=ON) is None


def test_s0_03_an_item_is_found_by_body_year_and_paragraph() -> None:
    rows = rows_of(*TOWN, CALLED, ITEM, decided("d1", body="au", paragraph="§ 64", meeting_date="2015-05-12"))
    found = item(rows, 64, "au", 2015, on=ON)
    assert found is not None
    assert found == item_at(rows, "/au/2015/64", on=ON) == item_at(rows, "au/2015/064", on=ON)
    assert (found["item"]["address"], found["item"]["title"]) == ("/au/2015/64", "Inflytande")
    assert found["item"]["decisions"] == [{"decision": "d1", "force": "decided"}]
    assert found["item"]["recorded"]["source"]["anchor"] == "lines 3-8"
    assert found["meeting"]["meeting"] == "s1"
    ParseDict(found, meeting_views_pb2.GetMeetingItemResponse())
    assert item(rows, 65, "au", 2015, on=ON) is None
    assert item_at(rows, "§ 64", on=ON) is None


@pytest.mark.parametrize(
    "label, number", [("§ 64", 64), ("§64", 64), ("64", 64), ("§\u00a0208", 208), (None, None), ("§ 64000", None)]
)
def test_a_paragraph_is_read_as_it_is_written(label: str | None, number: int | None) -> None:
    assert paragraph_of(label) == number


def test_s0_06_what_a_committee_proposes_is_not_decided() -> None:
    proposal = decided(
        "d1", body="au", force="preparatory", addressed_to="ks", paragraph="§ 64", meeting_date="2015-05-12"
    )
    (proposed,) = shown(CALLED, ITEM, proposal)["items"]
    assert proposed["state"] == "proposed"
    (taken,) = shown(CALLED, ITEM)["items"]
    assert taken["state"] == "taken"


def test_a_decision_that_names_its_meeting_stands_at_its_item_alone() -> None:
    named = decided("d1", body="au", paragraph="§ 64", meeting="s1")
    other = decided("d2", body="au", paragraph="§ 65", meeting="s1")
    elsewhere = decided("d3", body="au", paragraph="§ 64", meeting="s2", meeting_date="2015-05-12")
    (found,) = shown(CALLED, ITEM, named, other, elsewhere)["items"]
    assert [each["decision"] for each in found["decisions"]] == ["d1"]
    assert found["state"] == "decided"


def test_an_item_put_off_says_where_it_came_up_again() -> None:
    later = MeetingCalled(meeting="s2", body="au", date="2015-06-09")
    again = ItemTaken(meeting="s2", body="au", year=2015, paragraph=80, matter="m1", title="Inflytande")
    (tabled,) = shown(CALLED, ITEM, ItemTabled(**OF, paragraph=64, to_meeting="s2"), later, again)["items"]
    assert (tabled["state"], tabled["tabled"]["to_meeting"], tabled["taken_again"]) == ("tabled", "s2", ["/au/2015/80"])
    (returned,) = shown(CALLED, ITEM, ItemReturned(**OF, paragraph=64, reason=SEALED, supporters=3))["items"]
    assert (returned["state"], returned["returned"]["supporters"], returned["taken_again"]) == ("returned", 3, [])
    assert returned["returned"]["reason"]["pointer"] == "/reason"


def test_a_paragraph_that_runs_against_the_calendar_is_flagged_on_both_sides() -> None:
    later = MeetingCalled(meeting="s2", body="au", date="2015-06-09")
    lower = ItemTaken(meeting="s2", body="au", year=2015, paragraph=60, title="Annat")
    rows = rows_of(*TOWN, CALLED, ITEM, later, lower)
    flags = [item_at(rows, f"au/2015/{number}", on=ON) for number in (60, 64)]
    assert [each and each["item"]["out_of_order"] for each in flags] == [True, True]
    # In the order of recording alone there is nothing odd: the minutes of May may be entered after those of June.
    higher = lower.model_copy(update={"paragraph": 70})
    rows = rows_of(*TOWN, later, higher, CALLED, ITEM)
    flags = [item_at(rows, f"au/2015/{number}", on=ON) for number in (64, 70)]
    assert [each and each["item"]["out_of_order"] for each in flags] == [False, False]


def test_s0_25_a_correction_of_adjusted_minutes_stands_beside_them() -> None:
    correction = Corrected(
        correction="c1",
        tag="meeting:s1",
        position=len(TOWN) + 2,
        topic_corrected="item-taken",
        pointer="/title",
        was='"Inflytande"',
        becomes='"Inflytande och innovation"',
        holder="correction:c1",
        reason=SEALED,
        by_role="secretary",
        dated_as="2015-05-12",
    )
    rows = rows_of(*TOWN, CALLED, ITEM, ADJUSTED, correction)
    found = with_corrections("meeting", meeting)(rows, meeting="s1", on=ON)
    assert found is not None
    message = ParseDict(found, meeting_views_pb2.GetMeetingResponse())
    assert [each.becomes for each in message.corrections] == ['"Inflytande och innovation"']
    assert found["items"][0]["title"] == "Inflytande"


# --- Who was there, and how they voted ------------------------------------------------------------
@pytest.mark.parametrize("present, met", [(("p1", "p2"), False), (("p1", "p2", "p5"), True)])
def test_more_than_half_of_the_seats_make_a_quorum(present: tuple[str, ...], met: bool) -> None:
    found = shown(*SEATS, CALLED, *map(there, present))["quorum"]
    assert (found["served"]["value"], found["seats"]["value"], found["met"]) == (len(present), 4, met)
    assert found["rule"]["citation"] == "KL 6:27"


def test_a_seat_counts_on_the_day_of_the_meeting_alone() -> None:
    before = MandateEnded(body="au", mandate="m-p4", to_date="2015-05-11")
    found = shown(*SEATS, before, CALLED, there("p1"), there("p2"))["quorum"]
    assert (found["seats"]["value"], found["met"]) == (3, True)


def test_a_quorum_is_not_judged_without_seats_attendance_or_rule() -> None:
    assert shown(CALLED, there("p1"))["quorum"]["met"] is None
    assert shown(*SEATS, CALLED)["quorum"]["met"] is None
    rows = rows_of(*TOWN, *SEATS, CALLED, there("p1"))
    found = meeting(rows, "s1", on=ON)
    assert found is not None
    assert (found["quorum"]["met"], found["quorum"]["rule"]) == (None, None)


def test_who_is_recused_does_not_fill_a_seat_at_the_item() -> None:
    events = (*SEATS, CALLED, *map(there, ("p1", "p2", "p3")), ITEM)
    recusal = RecusalRecorded(**OF, person="p3", matter="m1", ground="own_interest")
    (found,) = shown(*events, recusal)["items"]
    assert (found["recused"], found["quorum"]["served"]["value"], found["quorum"]["met"]) == (["p3"], 2, False)


def test_a_roll_call_shows_every_member_and_the_casting_vote() -> None:
    votes = by_name(p1="yes", p2="no")
    motion = MotionMoved(**OF, motion="y1", paragraph=64, person="p2", party="V", text=SEALED)
    events = (CALLED, *map(there, ("p1", "p2", "p3")), ITEM, motion, voted(votes=votes, casting_vote="yes"))
    (found,) = shown(*events)["items"]
    (held,) = found["roll_calls"]
    assert held["result"] == {
        "yes": 1,
        "no": 1,
        "abstain": 0,
        "passed": True,
        "decided_by": "casting_vote",
        "outcome": "passed",
    }
    assert [(each["person"], each["choice"]) for each in held["votes"]] == [("p1", "yes"), ("p2", "no")]
    assert (held["did_not_vote"], held["irregular"]) == (["p3"], [])
    assert found["motions"][0]["text"]["pointer"] == "/text"


def test_an_irregular_vote_is_counted_and_flagged() -> None:
    recusal = RecusalRecorded(**OF, person="p2", paragraph=64, ground="own_interest")
    late = there("p3", from_paragraph=65)
    (found,) = shown(CALLED, ITEM, voted(votes=by_name(p1="yes", p2="yes", p3="no")), there("p1"), late, recusal)[
        "items"
    ]
    (held,) = found["roll_calls"]
    assert held["irregular"] == [{"person": "p2", "why": "recused"}, {"person": "p3", "why": "did_not_serve"}]
    assert (held["result"]["yes"], held["result"]["passed"]) == (2, True)


def test_a_secret_election_shows_counts_and_the_lot_and_nobody() -> None:
    secret = voted(counts=VoteCounts(yes=7, no=7), secret=True, election=True, lot="no")
    (found,) = shown(CALLED, ITEM, voted(roll_call="r0", counts=VoteCounts(yes=1, no=1)), secret)["items"]
    unsettled, held = found["roll_calls"]
    assert (held["votes"], held["result"]["passed"], held["result"]["decided_by"]) == ([], False, "lot")
    assert (unsettled["result"]["passed"], unsettled["result"]["decided_by"]) == (None, None)
    assert [each["result"]["outcome"] for each in (unsettled, held)] == ["not_recorded", "lost"]
    assert [each["flags"] for each in (unsettled, held)] == [["counts_of_an_open_vote"], []]


# --- The notice board ---------------------------------------------------------------------------
def minutes(*events: Event, on: str = ON) -> dict[str, Any]:
    found: dict[str, Any] = shown(CALLED, ITEM, *events, on=on)["minutes"]
    return found


def test_q15_minutes_adjusted_announced_and_left_up_in_time() -> None:
    found = minutes(ADJUSTED, ANNOUNCED, AnnouncementRemoved(**OF, on="2015-06-22"))
    adjustment, announcement, left_up = (found[each] for each in ("adjustment", "announcement", "left_up"))
    assert (adjustment["days"], adjustment["due"], adjustment["status"]) == (14, "2015-05-26", "on_time")
    assert (announcement["days"], announcement["due"], announcement["status"]) == (2, "2015-05-28", "on_time")
    assert adjustment["rule"]["citation"] == "KL 5:69"
    # 21 days after 28 May is 18 June 2015, a Thursday.
    assert (left_up["appeal_until"], left_up["days_up"], left_up["status"]) == ("2015-06-18", 25, "left_up")
    assert (left_up["appeal_over"], found["state"], found["flagged"]) == (True, "removed", False)


@pytest.mark.parametrize("on, status, flagged", [("2015-05-26", "waiting", False), ("2015-05-27", "overdue", True)])
def test_minutes_that_are_not_adjusted_are_waited_for_until_their_last_day(on: str, status: str, flagged: bool) -> None:
    found = minutes(on=on)
    assert (found["adjustment"]["status"], found["flagged"], found["state"]) == (status, flagged, "drafted")
    assert found["announcement"]["status"] == "not_begun"


def test_late_minutes_and_a_late_announcement_are_flagged_never_refused() -> None:
    late = ADJUSTED.model_copy(update={"on": "2015-05-27"})
    found = minutes(late, ANNOUNCED.model_copy(update={"on": "2015-06-01"}))
    assert (found["adjustment"]["status"], found["adjustment"]["days"]) == ("late", 15)
    # The second day after 27 May is a Friday; 1 June is late.
    assert (found["announcement"]["status"], found["announcement"]["due"]) == ("late", "2015-05-29")
    assert found["flagged"]


def test_a_deadline_on_a_day_off_moves_to_the_next_working_day() -> None:
    friday = ADJUSTED.model_copy(update={"on": "2015-05-22"})
    found = minutes(friday, ANNOUNCED.model_copy(update={"on": "2015-05-25"}))
    assert (found["announcement"]["due"], found["announcement"]["status"]) == ("2015-05-25", "on_time")


def test_an_announcement_taken_down_too_early_does_not_let_the_appeal_time_run_out() -> None:
    found = minutes(ADJUSTED, ANNOUNCED, AnnouncementRemoved(**OF, on="2015-06-18"))
    assert (found["left_up"]["status"], found["left_up"]["appeal_over"], found["flagged"]) == ("too_early", False, True)
    again = ANNOUNCED.model_copy(update={"on": "2015-06-22"})
    found = minutes(ADJUSTED, ANNOUNCED, AnnouncementRemoved(**OF, on="2015-06-18"), again)
    assert [each["removed_on"] for each in found["other_announcements"]] == ["2015-06-18"]
    assert (found["state"], found["left_up"]["status"], found["left_up"]["appeal_until"]) == (
        "announced",
        "up",
        "2015-07-13",
    )
    assert found["announcement"]["status"] == "on_time"


def test_nothing_is_judged_without_a_rule_and_nothing_of_a_meeting_not_yet_held() -> None:
    rows = rows_of(*TOWN, CALLED, ITEM, ADJUSTED, ANNOUNCED)
    found = meeting(rows, "s1", on=ON)
    assert found is not None
    steps = [found["minutes"][each] for each in ("adjustment", "announcement", "left_up")]
    assert [each["status"] for each in steps] == ["no_rule"] * 3
    assert (steps[0]["days"], steps[0]["due"], found["minutes"]["flagged"]) == (14, None, False)
    assert shown(CALLED)["minutes"]["adjustment"]["status"] == "not_held"


def test_the_board_lists_meetings_by_day_and_what_is_late() -> None:
    other = MeetingCalled(meeting="s0", body="au", date="2015-06-09", occurred="2015-06-01")
    item_of_other = ItemTaken(meeting="s0", body="au", year=2015, paragraph=80, title="Annat", occurred="2015-06-09")
    cancelled = MeetingCalled(meeting="s3", body="au", date="2015-06-16")
    rows = rows_of(*TOWN, *RULES, other, item_of_other, CALLED, ITEM, ADJUSTED, ANNOUNCED, cancelled)
    board = notices(rows, body="au", on="2015-06-30")
    ParseDict(board, notices_pb2.ListNoticesResponse())
    assert [(each["meeting"], each["minutes"]["flagged"]) for each in board["notices"]] == [("s1", False), ("s0", True)]
    assert [each["meeting"] for each in notices(rows, flagged=True, on="2015-06-30")["notices"]] == ["s0"]
    assert [each["meeting"] for each in notices(rows, on="2015-06-08")["notices"]] == ["s1"]
    assert notices(rows, body="ks", on=ON)["notices"] == []


def test_on_a_day_only_what_had_happened_is_judged() -> None:
    history = record((*TOWN, *RULES, CALLED, ITEM, ADJUSTED, ANNOUNCED))
    for day, state, status in (
        ("2015-05-20", "drafted", "waiting"),
        ("2015-05-27", "adjusted", "on_time"),
        ("2015-05-28", "announced", "on_time"),
    ):
        rows = MemoryRows(PROJECTIONS, happened_by(date.fromisoformat(day), history))
        found = meeting(rows, "s1", on=day)
        assert found is not None
        assert (found["minutes"]["state"], found["minutes"]["adjustment"]["status"]) == (state, status)
    assert shown(CALLED, ITEM, ADJUSTED, on="2015-05-25")["minutes"]["adjustment"]["on"] is None
    at = shown(CALLED, ITEM, ADJUSTED, at=len((*TOWN, *RULES)) + 2)
    assert at["minutes"]["state"] == "drafted"


# --- Lists ------------------------------------------------------------------------------------
def test_meetings_are_listed_by_the_calendar_of_a_body() -> None:
    early = MeetingCalled(meeting="z", body="au", date="2015-01-13")
    next_year = MeetingCalled(meeting="a", body="au", date="2016-01-12")
    rows = rows_of(*TOWN, *RULES, next_year, CALLED, ITEM, early)
    first = meetings(rows, Page(size=2), body="au", on=ON)
    ParseDict(first, meeting_views_pb2.ListMeetingsResponse())
    assert [each["meeting"] for each in first["meetings"]] == ["z", "s1"]
    _, after = read_page_token(first["next_page_token"])
    assert [each["meeting"] for each in meetings(rows, Page(2, after), body="au", on=ON)["meetings"]] == ["a"]
    (listed,) = meetings(rows, body="au", year=2016, on=ON)["meetings"]
    assert (listed["meeting"], listed["items"]["value"], listed["first_paragraph"]) == ("a", 0, None)
    assert [each["meeting"] for each in meetings(rows, year=2015, on=ON)["meetings"]] == ["s1", "z"]
    (_, of_may) = meetings(rows, body="au", year=2015, on=ON)["meetings"]
    assert (of_may["last_paragraph"], of_may["flagged"]) == (64, True)
