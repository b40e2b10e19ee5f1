"""The methods that the letter of 2016 says were tried: their names, traits and trials, on whose word, with whom."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from projections.projection import Rows
from projections.views import groups, methods, processes
from tests.mission.anchors import anchored, words_at

DAY = "2016-05-16"
TRIALS = "metodtest-2015-2016"
NAMES = ("kundinsikter", "trendspaning", "prototypande", "designtankande", "dialog")


def method(rows: Rows, name: str) -> dict[str, Any]:
    found = methods.method(rows, name)
    assert found is not None
    shown: dict[str, Any] = found["method"]
    return shown


def process(rows: Rows, name: str = TRIALS) -> dict[str, Any]:
    found = processes.process(rows, name, on=DAY)
    assert found is not None
    return found


def traits(facets: list[dict[str, str]]) -> dict[str, set[str]]:
    parts = {each["component"] for each in facets}
    return {part: {each["attribute"] for each in facets if each["component"] == part} for part in parts}


@pytest.mark.parametrize(
    "name, swedish, english, written",
    [
        ("kundinsikter", "Kundinsikter", "Customer insights", "kundinsikter"),
        ("trendspaning", "Trendspaning", "Trend spotting", "trendspaning"),
        ("prototypande", "Prototypande", "Prototyping", "prototypande"),
        ("designtankande", "Designtänkande", "Design thinking", "designtänkande"),
    ],
)
def test_s3_11_s3_12_s3_13_s3_14_each_method_is_registered_under_its_names(
    told: Rows, shared: Path, name: str, swedish: str, english: str, written: str
) -> None:
    shown = method(told, name)
    assert (shown["name_sv"], shown["name_en"]) == (swedish, english)
    anchored(shown["registered"], "S3", 19)
    assert written in words_at(shared, shown["registered"])
    assert name in {each["method"] for each in methods.methods(told)["methods"]}


def test_s3_15_dialogue_has_two_names_in_one_letter(told: Rows, shared: Path) -> None:
    shown = method(told, "dialog")
    assert (shown["name_sv"], shown["aliases"]) == ("Dialog", ["dialogisk metodik"])
    anchored(shown["registered"], "S3", 19, 27)
    said = words_at(shared, shown["registered"])
    assert "designtänkande och dialog." in said and "dialogisk metodik" in said


def test_s3_09_s3_17_the_trials_have_traits_of_approach_way_of_working_and_method(told: Rows, shared: Path) -> None:
    found = process(told)
    assert traits(found["terms"]["facets"]) == {
        "approach": {"openness_and_diversity", "curious_exploration", "co_creation"},
        "way_of_working": {"systematic", "small_scale"},
        "method": {"projects_as_prototypes"},
    }
    anchored(found["process"]["opened"], "S3", 19)
    said = words_at(shared, found["process"]["opened"])
    assert "strukturerat och systematiserat både förhållningssätt och arbetssätt" in said
    # Each method has its own: small scale, creative exploration and the collecting of insights.
    assert traits(method(told, "prototypande")["facets"]) == {"way_of_working": {"small_scale", "creative_exploration"}}
    insights = method(told, "kundinsikter")
    assert traits(insights["facets"]) == {"way_of_working": {"collecting_insights"}}
    anchored(insights["registered"], "S3", 19)
    assert "kreativt utforskande, småskalighet och insamlande av kundinsikter" in said


@pytest.mark.parametrize("name", NAMES)
def test_s3_10_s3_16_every_trial_has_period_unit_and_an_outcome_on_the_word_of_its_owner(
    told: Rows, shared: Path, name: str
) -> None:
    shown = method(told, name)
    (trial,) = (each for each in shown["trials"] if each["kind"] == "trial")
    assert (trial["owner"], trial["period"]) == ("fornyelseenheten", "2015/2016")
    anchored(process(told, trial["process"])["process"]["opened"], "S3", 19, 27)
    (assessed,) = trial["assessments"]
    assert (assessed["verdict"], assessed["claimed_by"], assessed["standing"]) == ("works", "owner", "claimed")
    # The evidence it names is the unit's own report, so that the outcome stays a claim.
    assert assessed["evidence"] == [{"kind": "document", "id": "rapport-metoder", "in_ledger": True}]
    anchored(assessed, "S3", 19, 29)
    assert "fungerande metoder" in words_at(shared, assessed)
    assert shown["verdicts"] == [{"verdict": "works", "standing": "claimed", "count": 1}]


def test_s3_18_creating_together_with_others_is_claimed_and_no_session_shows_it(told: Rows, shared: Path) -> None:
    found = process(told)
    assert {"component": "approach", "attribute": "co_creation"} in found["terms"]["facets"]
    course = found["course"]
    assert (course["participation"], course["sessions_held"]["value"], course["promises"]) == ("claimed", 0, [])
    anchored(found["process"]["opened"], "S3", 19)
    assert "samskapande med andra" in words_at(shared, found["process"]["opened"])
    # A process that says nothing of the kind claims nothing.
    assert process(told, "test-trendspaning")["course"]["participation"] is None


def test_s3_24_projects_are_the_prototypes_and_the_parts_of_the_work(told: Rows, shared: Path) -> None:
    found = process(told)
    assert found["terms"]["parts"] == [f"test-{name}" for name in NAMES]
    assert {"component": "method", "attribute": "projects_as_prototypes"} in found["terms"]["facets"]
    anchored(found["process"]["opened"], "S3", 23)
    said = words_at(shared, found["process"]["opened"])
    assert "skriva fram en strategi" in said and "använts som prototyper" in said


def test_s3_26_a_process_may_be_open_without_answers_given_beforehand(told: Rows, shared: Path) -> None:
    for name in NAMES:
        found = process(told, f"test-{name}")
        assert (found["process"]["open_ended"], found["process"]["ballots"]) == (True, [])
        anchored(found["process"]["opened"], "S3", 27)
        assert "utan att i förväg ha rätta svar" in words_at(shared, found["process"]["opened"])


def test_s3_27_residents_civil_society_business_and_staff_are_groups_with_names(told: Rows, shared: Path) -> None:
    found = groups.participation(told)
    assert found is not None
    by_code = {each["group"]: each for each in found["groups"]}
    names = {code: by_code[code]["name_sv"] for code in ("residents", "civil_society", "business", "staff")}
    assert names == {
        "residents": "Invånare",
        "civil_society": "Civilsamhälle",
        "business": "Näringsliv",
        "staff": "Medarbetare",
    }
    anchored(by_code["business"]["registered"], "S3", 29)
    assert "nackabor, civilsamhälle och näringsliv" in words_at(shared, by_code["business"]["registered"])
    for code in ("residents", "civil_society", "staff"):
        anchored(by_code[code]["registered"], "S0", 20)
    # The letter names business, and nothing shows that anybody of it took part.
    assert (by_code["business"]["named"], by_code["business"]["evidenced"]) == (False, False)
    assert set(names) <= set(found["not_evidenced"])
