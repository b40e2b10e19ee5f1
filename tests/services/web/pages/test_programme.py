"""Programmes: the years nobody followed up, and the goals nobody measures."""

from __future__ import annotations

from ledger.programmes.events import FollowUpRecorded
from services.web.pages import programme, programmes
from tests.projections.test_programmes import EIGHT, FOUR, OPENNESS
from tests.projections.town import TOWN
from tests.services.web.pages.seen import drawn, shown


def test_years_without_a_follow_up_are_counted() -> None:
    followed = FollowUpRecorded(programme="openness", year=2013)
    data = shown(programme.PAGE, (*TOWN, OPENNESS, followed), {"programme": "openness"})
    assert data is not None
    read = drawn(programme.PAGE, data)
    assert read.lead == "1 of 5 years was followed up. 2 of 4 goals and purposes have no indicator.".replace(
        "was", "were"
    )
    assert read.text.count("none in the ledger") == 4
    assert [row[0] for row in programme.table(data).rows] == ["services", "territory", "vision", "trust"]


def test_goals_in_force_and_what_became_of_those_before() -> None:
    data = shown(programmes.PAGE, (*TOWN, EIGHT, FOUR))
    assert data is not None
    read = drawn(programmes.PAGE, data)
    assert read.lead == "4 goals are in force. 4 have no indicator."
    assert "8 goals became 4. For 8 of 8 nobody states what became of them." in read.text
