"""The assignment of § 64 and its two accounts: to whom, with whom, what and by when."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from projections.projection import Rows
from projections.views import assignments, documents, methods
from projections.views.answer import Page
from projections.views.gaps import gaps
from tests.mission.anchors import anchored, words_at
from tests.mission.conftest import Past

ASSIGNMENT = "metoder-for-inflytande"


def assignment(rows: Rows, on: str) -> dict[str, Any]:
    found = assignments.assignment(rows, ASSIGNMENT, on=on)
    assert found is not None
    return found


def test_s0_09_x01_the_assignee_is_the_city_office_until_a_letter_names_another_unit(
    on: Past, told: Rows, shared: Path
) -> None:
    before = assignment(on("2016-05-15"), "2016-05-15")
    assert (before["assignment"]["by_body"], before["assignment"]["to_unit"]) == (
        "kommunstyrelsen",
        "stadsledningskontoret",
    )
    assert before["conflicts"] == []
    anchored(before["assignment"], "S0", 20)
    own, other = assignment(told, "2016-05-16")["accounts"]
    assert (own["to_unit"], other["to_unit"], other["unit_differs"]) == (
        "stadsledningskontoret",
        "fornyelseenheten",
        True,
    )
    anchored(own, "S0", 20)
    anchored(other, "S3", 23)
    assert "uppdrar till stadsledningskontoret" in words_at(shared, own)
    assert "gav då förnyelseenheten i uppdrag" in words_at(shared, other)
    # Nothing was put right: the assignment itself is still the city office's.
    assert assignment(told, "2016-05-16")["assignment"]["to_unit"] == "stadsledningskontoret"


def test_s0_10_three_groups_were_to_take_part_and_none_is_recorded(told: Rows, shared: Path) -> None:
    found = assignment(told, "2018-04-10")
    assert [(each["group"], each["evidenced"], each["sessions"]) for each in found["groups"]] == [
        ("residents", False, 0),
        ("staff", False, 0),
        ("civil_society", False, 0),
    ]
    anchored(found["assignment"], "S0", 20)
    assert "tillsammans med invånare, medarbetare och civilsamhälle" in words_at(shared, found["assignment"])
    (listed,) = assignments.assignments(told, on="2018-04-10")["assignments"]
    assert listed["groups_missing"] == ["residents", "staff", "civil_society"]


def test_s0_11_methods_were_to_be_developed_and_each_is_an_object_that_was_tried(told: Rows, shared: Path) -> None:
    anchored(assignment(told, "2016-05-16")["assignment"], "S0", 20)
    assert "vidareutveckla metoder för inflytande" in words_at(shared, assignment(told, "2016-05-16")["assignment"])
    register = methods.methods(told)["methods"]
    assert {each["method"] for each in register} == {
        "kundinsikter",
        "trendspaning",
        "prototypande",
        "designtankande",
        "dialog",
    }
    for each in register:
        # Kept on the word of the unit that tried it; nobody else judged.
        assert each["verdicts"] == [{"verdict": "works", "standing": "claimed", "count": 1}]
        anchored(each["registered"], "S3", 19)
        found = methods.method(told, each["method"])
        assert found is not None
        (trial,) = (one for one in found["method"]["trials"] if one["kind"] == "trial")
        assert (trial["owner"], trial["period"]) == ("fornyelseenheten", "2015/2016")


@pytest.mark.parametrize("day, days", [("2015-05-12", 0), ("2015-12-14", 0), ("2015-12-15", 1), ("2016-05-15", 153)])
def test_s0_12_the_report_is_due_to_the_board_and_overdue_from_the_day_after(on: Past, day: str, days: int) -> None:
    found = assignment(on(day), day)
    assert (found["judged"]["due"], found["assignment"]["report_to"]) == ("2015-12-14", "kommunstyrelsen")
    assert (found["judged"]["overdue_days"], found["judged"]["reported_on"]) == (days, None)
    anchored(found["assignment"], "S0", 20)


def test_x02_the_letter_gives_the_assignment_the_date_of_another_letter(told: Rows) -> None:
    own, other = assignment(told, "2016-05-16")["accounts"]
    assert (own["said_date"], other["said_date"], other["date_differs"]) == ("2015-05-12", "2015-04-27", True)
    assert other["date_is_of"] == ["tjansteskrivelse-2015-04-27", "rapport-goda-exempel"]
    anchored(other, "S3", 23)
    letter = documents.document(told, "tjansteskrivelse-2015-04-27")
    assert letter is not None
    assert letter["document"]["document_date"] == other["said_date"]
    anchored(letter["document"], "S0", 33)


def test_x03_the_two_texts_differ_and_the_second_names_no_residents(told: Rows, shared: Path) -> None:
    found = assignment(told, "2016-05-16")
    own, other = found["accounts"]
    assert (own["text_differs"], other["text_differs"]) == (False, True)
    assert own["text"]["position"] != other["text"]["position"]
    assert "vidareutveckla metoder" in words_at(shared, own)
    told_of = words_at(shared, other)
    assert "strukturera och systematisera" in told_of and "invånare" not in told_of
    assert not any(each["evidenced"] for each in found["groups"])


def test_x04_the_report_came_154_days_after_it_was_due_and_nobody_gave_more_time(told: Rows) -> None:
    found = assignment(told, "2016-05-16")
    assert (found["judged"]["due"], found["judged"]["reported_on"], found["judged"]["days_late"]) == (
        "2015-12-14",
        "2016-05-16",
        154,
    )
    assert (found["assignment"]["due_changes"], found["judged"]["first_due"]) == ([], "2015-12-14")
    anchored(found["assignment"], "S0", 20)
    anchored(found["assignment"]["reported"], "S3", 1)
    late = gaps(told, Page(10), "assignment_reported_late", on="2016-05-16")["gaps"]
    assert [each["subject"] for each in late] == [f"assignment:{ASSIGNMENT}"]
