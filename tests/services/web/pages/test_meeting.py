"""Meetings: what was taken up, whether enough were there, and how the minutes fared."""

from __future__ import annotations

from services.web.pages import meeting, meetings
from tests.projections.test_meetings import ADJUSTED, ANNOUNCED, CALLED, ITEM, RULES, SEATS, there
from tests.projections.town import TOWN, decided
from tests.services.web.pages.seen import drawn, shown

MET = (*TOWN, *RULES, *SEATS, CALLED, there("p1"), there("p2"), there("p3"), ITEM, ADJUSTED, ANNOUNCED)


def test_the_page_says_what_was_taken_up_and_whether_enough_were_there() -> None:
    data = shown(meeting.PAGE, (*MET, decided("d1", body="au", meeting="s1", paragraph="§ 64")), {"meeting": "s1"})
    assert data is not None
    read = drawn(meeting.PAGE, data)
    assert read.lead.startswith("1 item was taken up. The minutes are announced")
    assert "3 of 4 seats were filled; that is enough." in read.text
    assert "§ 64 Inflytande decided" in read.text
    assert "/en/beslut/d1" in read.links
    assert meeting.table(data).rows == [(64, "Inflytande", "m1", "decided", "d1")]


def test_all_meetings_are_listed_with_their_minutes() -> None:
    data = shown(meetings.PAGE, MET)
    assert data is not None
    assert [row[:2] for row in meetings.table(data).rows] == [["s1", "au"]]
    assert "/en/sammantrade/s1" in drawn(meetings.PAGE, data).links
