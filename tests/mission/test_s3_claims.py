"""What the letter of 2016 claims, intends and aims at: each as the unit's own word, with what it leaves unmeasured."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from projections.projection import Rows
from projections.views import (
    claims,
    commitments,
    indicators,
    influence,
    inputs,
    programmes,
    surveys,
)
from projections.views.answer import Page
from projections.views.gaps import gaps
from tests.mission.anchors import anchored, external, words_at

DAY = "2016-05-16"
QUALITIES = {"upplevs-enkel": "enkel", "upplevs-oppen": "öppen", "upplevs-effektiv": "effektiv"}


def claim(rows: Rows, name: str) -> dict[str, Any]:
    found = claims.claim(rows, name)
    assert found is not None
    shown: dict[str, Any] = found["claim"]
    assert (shown["by_body"], shown["document"]) == ("fornyelseenheten", "tjansteskrivelse-2016-05-16")
    return shown


def unmeasured(rows: Rows) -> list[str]:
    found = programmes.programme(rows, "styrpaket-2016", DAY)
    assert found is not None
    elements: list[str] = found["unmeasured"]
    return elements


def survey(rows: Rows, name: str, on: str) -> dict[str, Any]:
    found = surveys.survey(rows, name, on=on)
    assert found is not None
    return found


# --- What is aimed at -----------------------------------------------------------------------------
def test_s3_07_service_from_needs_is_a_purpose_and_needs_are_traced_to_what_they_changed(
    told: Rows, illustrated: Rows, shared: Path
) -> None:
    found = programmes.programme(told, "styrpaket-2016", DAY)
    assert found is not None
    titles = {each["element"]: each["title"] for each in found["programme"]["elements"]}
    assert titles["behoven"] == "Service utifrån uttryckta behov"
    assert "behoven" in unmeasured(told)
    anchored(found["programme"], "S3", 19)
    assert "behov nackaborna gett uttryck för" in words_at(shared, found["programme"])
    # No need that a resident expressed is known to have changed § 64; in the filler each change names its inputs.
    of_2015 = influence.of_decision(told, "ksau-2015-05-12-64", on=DAY)
    assert of_2015 is not None and of_2015["decisions"][0]["changes"] == []
    filled = influence.of_decision(illustrated, "ksau-2018-natverk", on="2019-04-10")
    assert filled is not None
    (change,) = filled["decisions"][0]["changes"]
    assert change["clause"] == 1
    assert {each["author_kind"] for each in change["inputs"]} == {"resident"}
    assert all(each["recorded"]["source"]["basis"] == "illustrative" for each in change["inputs"])


def test_s3_08_three_perceived_qualities_are_unmeasured_until_a_survey_asks_for_them(
    told: Rows, illustrated: Rows, shared: Path
) -> None:
    assert set(QUALITIES) <= set(unmeasured(told))
    found = programmes.programme(told, "styrpaket-2016", DAY)
    assert found is not None
    anchored(found["programme"], "S3", 19)
    assert "upplevas enkel, öppen och effektiv" in words_at(shared, found["programme"])
    # Filler: one question asks for each, through an indicator that measures it.
    assert set(QUALITIES) & set(unmeasured(illustrated)) == set()
    asked = survey(illustrated, "servicen-2017", "2017-12-31")["questions"]
    assert {each["indicator"] for each in asked} == {"servicen-enkel", "servicen-oppen", "servicen-effektiv"}


def test_s3_25_the_belief_that_one_can_influence_is_a_claim_beside_what_a_survey_measured(
    told: Rows, shared: Path
) -> None:
    belief = claim(told, "tilltro-att-paverka")
    assert (belief["programme"], belief["without_evidence"]) == ("styrpaket-2016", True)
    anchored(belief, "S3", 27)
    said = words_at(shared, belief)
    assert "nackabon i centrum" in said and "tilltro att de kan vara med att påverka" in said
    # What residents perceive was asked the year before, and got the lowest mark; its card stands beside it.
    (release,) = survey(told, "scb-medborgarundersokning-2015", DAY)["releases"]
    (table,) = release["tables"]
    assert (table["index"], table["cells"][0]["value"]) == ("nii", None)
    assert "lägst betyg" in table["cells"][0]["note"]
    assert release["quality"]["stated_response"]["text"] == "knappt 40 procent"
    external(release, "mitti.se")


def test_s3_34_to_be_perceived_as_the_best_is_a_target_without_measure(told: Rows, shared: Path) -> None:
    found = indicators.indicator(told, "upplevs-bast", on=DAY)
    assert found is not None
    (target,) = found["targets"]
    assert (target["direction"], target["without_measure"], target["reached"]) == ("up", True, None)
    assert target["open"] == ["baseline", "value", "by"]
    assert (found["series"], found["links"]) == ([], [])
    anchored(target, "S3", 29)
    assert "upplevs bäst utifrån våra invånare" in words_at(shared, target)


# --- What is claimed ------------------------------------------------------------------------------
def test_s3_19_x10_the_unit_says_of_itself_twice_that_it_was_strengthened(told: Rows, shared: Path) -> None:
    shown = claim(told, "starkt-enheten")
    assert (shown["kind"], shown["beneficiary"], shown["without_evidence"]) == ("effect", "Förnyelseenheten", True)
    anchored(shown, "S3", 19, 29)
    assert words_at(shared, shown).count("stärkt förnyelseenheten") == 2
    without = {each["subject"] for each in gaps(told, Page(1000), "claim_without_evidence", on=DAY)["gaps"]}
    assert {"claim:starkt-enheten", "claim:goda-effekter", "claim:mer-engagemang"} <= without


def test_s3_33_an_effect_was_perceived_and_by_whom_is_not_stated(told: Rows, shared: Path) -> None:
    shown = claim(told, "goda-effekter")
    assert (shown["kind"], shown["perceived_by"], shown["number"]) == ("effect", None, None)
    assert shown["without_evidence"] is True
    anchored(shown, "S3", 29)
    assert "upplevs haft bra effekter" in words_at(shared, shown)


def test_s3_28_an_intention_without_a_day_is_listed_as_one_and_is_no_commitment(told: Rows, shared: Path) -> None:
    shown = claim(told, "fler-utforskande-metoder")
    assert shown["kind"] == "intention"
    anchored(shown, "S3", 29)
    assert "behöva utveckla fler utforskande metoder" in words_at(shared, shown)
    listed = claims.claims(told, Page(1000), kind="intention")["claims"]
    assert "fler-utforskande-metoder" in {each["claim"] for each in listed}
    promised = commitments.commitments(told, Page(1000), on=DAY)["commitments"]
    assert {each["process"] for each in promised} == {"natverk-medborgardialog"}


def test_s3_29_challenges_nobody_knows_yet_may_come_before_any_matter(told: Rows, shared: Path) -> None:
    shown = claim(told, "fler-utforskande-metoder")
    anchored(shown, "S3", 29)
    assert "utmaningar som vi ännu inte identifierat" in words_at(shared, shown)
    # An input of the same year has neither matter nor process, and is found all the same.
    found = inputs.proposal(told, "kritik-svarsfrekvens", on=DAY)
    assert found is not None
    assert (found["input"]["matter"], found["input"]["process"]) == (None, None)
    external(found["input"]["received"], "mitti.se")
    assert "kritik-svarsfrekvens" in {each["input"] for each in inputs.inputs(told, Page(1000))["inputs"]}


def test_s3_32_influence_for_real_is_an_account_of_who_was_answered(told: Rows, shared: Path) -> None:
    wish = claim(told, "inflytande-pa-riktigt")
    assert (wish["kind"], wish["without_evidence"]) == ("intention", True)
    anchored(wish, "S3", 29)
    assert "inflytande på riktigt" in words_at(shared, wish)
    found = influence.of_matter(told, "inflytande-och-innovation", on=DAY)
    assert found is not None
    (account,) = found["decisions"]
    coverage = {each["author_kind"]: (each["numerator"], each["denominator"]) for each in account["coverage"]}
    assert coverage == {"resident": (0, 0), "organisation": (0, 0), "official": (0, 4)}
    assert (account["lacking_count"], account["changes"], found["undecided"]) == (4, [], [])
    assert account["account_events"]["tags"] == ["decision:ksau-2015-05-12-64"]
