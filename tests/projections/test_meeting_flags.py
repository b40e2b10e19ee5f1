"""What does not fit in a meeting is shown and flagged, never hidden: order, time, decisions and votes."""

from __future__ import annotations

from ledger.meetings.events import MeetingEnded, VoteCounts
from projections.views.decisions import decision
from tests.projections.history import rows_of
from tests.projections.test_meetings import CALLED, ITEM, OF, ON, RULES, by_name, shown, there, voted
from tests.projections.town import TOWN, decided


def test_paragraphs_of_one_meeting_that_run_back_are_flagged() -> None:
    lower, higher = (ITEM.model_copy(update={"paragraph": number}) for number in (63, 65))
    found = shown(CALLED, ITEM, higher, lower)["items"]
    assert [(each["paragraph"], each["out_of_order"]) for each in found] == [(63, True), (64, True), (65, True)]
    assert [each["out_of_order"] for each in shown(CALLED, lower, ITEM, higher)["items"]] == [False] * 3


def test_an_item_taken_up_after_the_end_is_flagged() -> None:
    ended = MeetingEnded(**OF, at="2015-05-12")
    assert shown(CALLED, ITEM, ended)["items"][0]["flags"] == []
    assert shown(CALLED, ended, ITEM)["items"][0]["flags"] == ["taken_after_end"]
    earlier = ITEM.model_copy(update={"occurred": "2015-05-11"})
    assert shown(CALLED, ended, earlier)["items"][0]["flags"] == [], "it happened before, and was recorded late"


def test_decisions_that_share_a_paragraph_or_have_none_are_flagged() -> None:
    named = [decided(f"d{number}", body="au", paragraph="§ 64", meeting="s1") for number in (1, 2)]
    astray = decided("d3", body="au", paragraph="§ 65", meeting="s1")
    found = shown(CALLED, ITEM, *named, astray)
    assert found["items"][0]["flags"] == ["several_decisions"]
    assert [(each["decision"], each["paragraph"]) for each in found["decisions_without_item"]] == [("d3", 65)]
    rows = rows_of(*TOWN, *RULES, CALLED, ITEM, *named, astray)
    flags = [decision(rows, name, on=ON) for name in ("d1", "d3")]
    assert [each and each["standing"]["flags"] for each in flags] == [["paragraph_shared"], ["paragraph_not_taken_up"]]
    assert shown(CALLED, astray)["decisions_without_item"] == []


def test_more_votes_than_members_served_are_flagged() -> None:
    there_too = (there("p1"), there("p2"), there("p3", served=False))
    many = voted(counts=VoteCounts(yes=2, no=1), secret=True)
    (found,) = shown(CALLED, *there_too, ITEM, many, voted(roll_call="r2", votes=by_name(p1="yes", p2="no")))["items"]
    assert [each["flags"] for each in found["roll_calls"]] == [["more_votes_than_members"], []]
