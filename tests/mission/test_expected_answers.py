"""What an outsider must be able to find out from the four documents: each answer as of its day, with its place."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from projections.projection import Rows
from projections.views import (
    assignments,
    criticism,
    decisions,
    documents,
    indicators,
    meetings,
    processes,
    programmes,
)
from tests.mission.anchors import anchored, external
from tests.mission.conftest import Past

ASSIGNMENT, NETWORK = "metoder-for-inflytande", "natverk-medborgardialog"
FIRST, SECOND = "ksau-2015-05-12-64", "ksau-2016-12-20-208"


def assignment(rows: Rows, on: str) -> dict[str, Any]:
    found = assignments.assignment(rows, ASSIGNMENT, on=on)
    assert found is not None
    return found


def decision(rows: Rows, name: str, on: str = "2018-04-10") -> dict[str, Any]:
    found = decisions.decision(rows, name, on=on)
    assert found is not None
    return found


def network(rows: Rows) -> dict[str, Any]:
    found = processes.process(rows, NETWORK, on="2019-04-10")
    assert found is not None
    course: dict[str, Any] = found["course"]
    return course


def test_as_of_15_december_2015_one_assignment_is_overdue_by_one_day(on: Past) -> None:
    (overdue,) = assignments.assignments(on("2015-12-15"), overdue=True, on="2015-12-15")["assignments"]
    assert (overdue["assignment"], overdue["judged"]["overdue_days"]) == (ASSIGNMENT, 1)
    assert (overdue["judged"]["due"], overdue["judged"]["reported_on"]) == ("2015-12-14", None)
    anchored(overdue, "S0", 20)
    # The day before it was not: it was due on that day.
    assert assignments.assignments(on("2015-12-14"), overdue=True, on="2015-12-14")["assignments"] == []


def test_as_of_16_may_2016_it_is_reported_154_days_late_under_two_accounts_that_differ(on: Past) -> None:
    found = assignment(on("2016-05-16"), "2016-05-16")
    judged = found["judged"]
    assert (judged["reported_on"], judged["days_late"], judged["overdue_days"]) == ("2016-05-16", 154, 0)
    anchored(found["assignment"]["reported"], "S3", 1, 23)
    assert [each["to_unit"] for each in found["accounts"]] == ["stadsledningskontoret", "fornyelseenheten"]
    assert found["conflicts"] == ["unit", "text", "date"]
    assert judged["standing"] == "proposed"


@pytest.mark.parametrize(
    "name, paragraph, seed, note", [(FIRST, "§ 64", "S0", (53, 61)), (SECOND, "§ 208", "S1", (43, 45))]
)
def test_both_paragraphs_are_preparatory_with_no_outcome_and_one_note_by_v(
    told: Rows, name: str, paragraph: str, seed: str, note: tuple[int, ...]
) -> None:
    found = decision(told, name)
    assert (found["decision"]["force"], found["decision"]["paragraph"]) == ("preparatory", paragraph)
    assert found["standing"]["state"] == "preparatory"
    outcome = {"body": "kommunstyrelsen", "outcome": "not_in_the_ledger", "decisions": []}
    assert found["standing"]["addressee_outcome"] == outcome
    anchored(found["decision"], seed, 16, 20)
    (dissent,) = found["decision"]["dissents"]
    assert (dissent["kind"], dissent["party"]) == ("note", "Vänsterpartiet")
    anchored(dissent, seed, *note)


def test_number_174_001_stands_on_two_documents(told: Rows) -> None:
    found = documents.documents(told, number="KFKS 2015/174-001")["documents"]
    assert [(each["document"], each["kind"]) for each in found] == [
        ("protokoll-2015-05-12-64", "minutes"),
        ("tjansteskrivelse-2016-05-16", "staff_letter"),
    ]
    assert {number["value"] for each in found for number in each["numbers"]} == {"KFKS 2015/174-001"}
    anchored(found[0], "S0", 10)
    anchored(found[1], "S3", 5)


def test_eight_goals_became_four_and_no_lineage_is_known(told: Rows) -> None:
    found = programmes.goals(told, "2016-06-01")
    (change,) = found["changes"]
    assert (change["before"]["value"], change["after"]["value"]) == (8, 4)
    assert change["unknown"] == {"numerator": 8, "denominator": 8}


def test_the_target_for_the_index_has_no_measure_and_its_series_is_broken(told: Rows, on: Past) -> None:
    found = indicators.indicator(told, "nii", on="2021-12-31")
    assert found is not None
    (target,) = found["targets"]
    assert (target["direction"], target["baseline"], target["value"], target["by"]) == ("up", None, None, None)
    assert (target["without_measure"], target["broken_since"], target["reached"]) == (True, ["2021"], None)
    anchored(target, "S2", 27)
    (broken,) = found["indicator"]["breaks"]
    external(broken, "orebro.se")
    before = indicators.indicator(on("2018-12-31"), "nii", on="2018-12-31")
    assert before is not None and before["targets"][0]["broken_since"] == []


def test_the_network_planned_seven_and_held_one_or_with_filler_seven(told: Rows, illustrated: Rows) -> None:
    documented, filled = network(told), network(illustrated)
    assert (documented["sessions_planned"], documented["sessions_held"]["value"]) == (7, 1)
    assert (filled["sessions_planned"], filled["sessions_held"]["value"]) == (7, 7)
    # Filler is known as filler wherever it is shown.
    held = [each["held"]["source"]["basis"] for each in filled["sessions"]]
    assert held == ["document"] + ["illustrative"] * 6
    anchored(documented["sessions"][0]["held"], "S2", 21)


def test_the_four_criticisms_have_no_answer_and_no_disposition(told: Rows) -> None:
    found = criticism.criticism(told, target_kind="decision", target=FIRST, not_answered=True)["criticism"]
    assert [each["input"] for each in found] == [
        "kritik-a-bortfall",
        "kritik-b-fragornas-ordalydelse",
        "kritik-c-val-av-anordnare",
        "kritik-d-kostnadspress",
    ]
    for each, line in zip(found, (57, 57, 59, 61), strict=True):
        assert each["response"] is None
        assert [one["code"] for one in each["dispositions"]] == ["pending"]
        anchored(each["received"], "S0", line)


def test_consequences_of_paragraph_64_are_not_in_the_source(told: Rows) -> None:
    stated = {each["kind"]: each for each in decision(told, FIRST)["basis"]["consequences"]}
    assert set(stated) == {"economy", "children"}
    assert [each["none_reason"] for each in stated.values()] == ["not in the source"] * 2
    assert all(each["text"] is None and each["amount"] is None for each in stated.values())


def test_the_committee_met_on_tuesdays_and_the_board_was_to_hear_on_a_monday(told: Rows) -> None:
    met = [each["date"] for each in meetings.meetings(told, body="ksau", on="2018-04-10")["meetings"]]
    assert met == ["2015-05-12", "2016-12-20"]
    assert {date.fromisoformat(day).strftime("%A") for day in met} == {"Tuesday"}
    judged = assignment(told, "2016-05-16")["judged"]
    mondays = [judged["due"], judged["reported_on"]]
    assert {date.fromisoformat(day).strftime("%A") for day in mondays} == {"Monday"}
    assert (date.fromisoformat(mondays[1]) - date.fromisoformat(mondays[0])).days == judged["days_late"]
