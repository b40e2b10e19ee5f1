"""The gaps that the four documents leave, found by rule, as of the days on which they opened."""

from __future__ import annotations

from typing import Any

import pytest

from projections.projection import Rows
from projections.views.answer import Page
from projections.views.gaps import RULES, gaps
from tests.mission.conftest import Past

TODAY = "2026-11-21"


def found(rows: Rows, rule: str, on: str = TODAY) -> list[tuple[str, dict[str, str]]]:
    page: list[dict[str, Any]] = gaps(rows, Page(1000), rule, on=on)["gaps"]
    return [(each["subject"], {fact["name"]: fact["value"] for fact in each["facts"]}) for each in page]


ASSIGNMENT = "assignment:metoder-for-inflytande"


def test_an_assignment_is_overdue_until_it_is_reported_late(on: Past) -> None:
    assert found(on("2015-12-14"), "assignment_overdue", "2015-12-14") == []
    overdue = [(ASSIGNMENT, {"due": "2015-12-14", "days_overdue": "1"})]
    assert found(on("2015-12-15"), "assignment_overdue", "2015-12-15") == overdue
    late = [(ASSIGNMENT, {"due": "2015-12-14", "reported_on": "2016-05-16", "days_late": "154"})]
    assert found(on("2016-05-16"), "assignment_reported_late", "2016-05-16") == late
    assert found(on("2016-05-16"), "assignment_overdue", "2016-05-16") == []


EXPECTED = {
    "outcome_not_in_ledger": ["decision:ksau-2015-05-12-64", "decision:ksau-2016-12-20-208"],
    "proposal_undecided": ["proposal:forslag-2016-05-16", "proposal:forslag-natverk"],
    "accounts_differ": [ASSIGNMENT],
    "sessions_missing": ["process:natverk-medborgardialog"],
    "dangling_reference": ["reference:tidigare-omrostning"],
    "target_without_measure": ["indicator:nii", "indicator:upplevs-bast"],
    "series_broken": ["indicator:nii"],
    "few_answered": ["survey:scb-medborgarundersokning-2015"],
    "card_incomplete": ["survey:scb-medborgarundersokning-2015"],
    "number_on_several_documents": ["document:protokoll-2015-05-12-64"],
    "commitment_unkept": ["commitment:utvecklingsarbete-natverk"],
    "delegated_unreported": [],
    "reference_not_in_ledger": [
        "input:kritik-a-bortfall",
        "input:kritik-b-fragornas-ordalydelse",
        "input:kritik-c-val-av-anordnare",
        "input:kritik-d-kostnadspress",
    ],
    "survey_without_card": [],
}


@pytest.mark.parametrize("rule", EXPECTED)
def test_the_story_leaves_what_its_documents_leave(told: Rows, rule: str) -> None:
    assert [subject for subject, _ in found(told, rule)] == EXPECTED[rule]


def test_criticism_of_the_councillors_was_not_answered(told: Rows) -> None:
    about = [facts["about"] for _, facts in found(told, "criticism_unanswered")]
    decision, surveys, choice = "decision:ksau-2015-05-12-64", "survey:kundundersokningar", "process:kundvalssystemet"
    councillors = [f"{decision}, {surveys}"] * 2 + [f"{decision}, {choice}"] * 2
    assert about == [*councillors, "survey:scb-medborgarundersokning-2015"]


def test_eight_goals_have_no_known_successor(told: Rows) -> None:
    assert len(found(told, "goal_without_lineage")) == 8


def test_few_answered_whether_that_was_said_or_counted(illustrated: Rows) -> None:
    few = {subject: facts["response"] for subject, facts in found(illustrated, "few_answered")}
    assert few == {"survey:scb-medborgarundersokning-2015": "knappt 40 procent", "survey:medborgarenkat-2018": "41.10"}


def test_filler_fills_the_network(illustrated: Rows) -> None:
    assert found(illustrated, "sessions_missing") == []
    assert found(illustrated, "outcome_not_in_ledger") != []


def test_pages_and_subjects_give_the_same_gaps(told: Rows) -> None:
    whole = gaps(told, Page(1000), on=TODAY)
    assert sum(each["count"] for each in whole["rules"]) == len(whole["gaps"])
    first = gaps(told, Page(5), on=TODAY)
    assert first["gaps"] == whole["gaps"][:5] and first["next_page_token"]
    own = gaps(told, Page(1000), subject=ASSIGNMENT, on=TODAY)["gaps"]
    assert own == [each for each in whole["gaps"] if each["subject"] == ASSIGNMENT] != []
    assert all(each["positions"] for each in whole["gaps"])


def test_every_rule_has_a_name_of_its_own_and_words() -> None:
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert all(rule.text.endswith(".") for rule in RULES)
