"""What the note of § 64 criticises: surveys, how they are worded, and a choice that is no influence."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from projections.projection import Rows
from projections.views import claims, criticism, influence, methods, mine, surveys
from projections.views.answer import Page
from projections.views.gaps import gaps
from tests.mission.anchors import anchored, external, words_at

DECISION, V = "ksau-2015-05-12-64", "Vänsterpartiet"
SCB, OWN = "scb-medborgarundersokning-2015", "medborgarenkat-2018"
AUTHOR = "c6f2a1d4-37a0-4f0a-9d1b-5b0f2a6f8e11"
"""The random id of the author of the note."""


def survey(rows: Rows, name: str, on: str = "2018-12-31") -> dict[str, Any]:
    found = surveys.survey(rows, name, on=on)
    assert found is not None
    return found


def claim(rows: Rows, name: str) -> dict[str, Any]:
    found = claims.claim(rows, name)
    assert found is not None
    shown: dict[str, Any] = found["claim"]
    return shown


def criticised(rows: Rows, name: str) -> dict[str, Any]:
    found: list[dict[str, Any]] = [each for each in criticism.criticism(rows)["criticism"] if each["input"] == name]
    (shown,) = found
    return shown


# --- Surveys ------------------------------------------------------------------------------------
def test_s0_30_no_number_stands_without_how_many_answered_its_interval_and_its_limits(
    told: Rows, illustrated: Rows, shared: Path
) -> None:
    said = claim(told, "undersokningar-styr")
    anchored(said, "S0", 57)
    assert "temperaturmätare" in words_at(shared, said)
    release = survey(illustrated, OWN)["releases"][0]
    tables = {each["table"]: each["cells"] for each in release["tables"]}
    (whole,) = (each for each in tables["paverka"] if each["answer"] == "yes")
    assert (whole["numerator"], whole["denominator"], whole["n"]) == (8, 29, 29)
    assert (whole["value"], whole["low"], whole["high"]) == ("0.2957", "0.1604", "0.4799")
    # Had all others of the 146 answered no, or yes: 8, or 8 and 117 more.
    assert whole["bounds"] == {"low": "0.0548", "high": "0.8562"}
    quality = release["quality"]
    assert (quality["answered"], quality["eligible"], quality["percent"]) == (60, 146, "41.10")
    assert (quality["interval_percent"], quality["weights"], quality["missing"]) == (95, "raking", [])
    hidden = [each for each in tables["nojd-by-area"] if each["suppressed"]]
    assert {each["group"] for each in hidden} == {"oster", "soder"}
    assert all(each["value"] is None and each["n"] is None for each in hidden)
    # Of the survey of 2015 no number is known, and none is shown.
    (reported,) = survey(told, SCB)["releases"]
    (cell,) = reported["tables"][0]["cells"]
    assert (cell["value"], cell["n"], cell["low"]) == (None, None, None)
    assert "lägst betyg" in cell["note"] and "known_limits" in reported["quality"]["missing"]


def test_s0_31_x13_few_answered_in_2015_and_outside_evidence_stands_beside_the_claim(told: Rows, shared: Path) -> None:
    said = claim(told, "bortfallet-mycket-stort")
    assert (said["kind"], said["by_party"], said["without_evidence"]) == ("fact", V, True)
    anchored(said, "S0", 57)
    assert "Bortfallet i undersökningarna är ofta mycket stort" in words_at(shared, said)
    found = survey(told, SCB)
    known = found["response"]
    assert (known["basis"], known["stated"]["text"], known["stated"]["maximum"]) == (
        "stated",
        "knappt 40 procent",
        "40",
    )
    assert (known["earlier"]["minimum"], known["earlier"]["maximum"]) == ("45", "49")
    assert (known["warning"]["limit_percent"], known["warning"]["is_low"]) == (50, "yes")
    assert (found["survey"]["sample"]["size"], found["survey"]["population"]) == (1500, "Invånare i Nacka, 18–84 år")
    external(found["survey"]["sample"], "mitti.se")
    external(found["cards"][0], "mitti.se")
    # What is not known of it is listed, not left out.
    assert {"frame", "refusal", "non_contact", "item_nonresponse"} <= set(found["cards"][0]["missing"])
    councillor = criticised(told, "kritik-svarsfrekvens")
    assert (councillor["party"], councillor["role"], councillor["answered"]) == (
        "Socialdemokraterna",
        "Oppositionsråd",
        False,
    )
    assert [(each["target"], each["in_ledger"]) for each in councillor["targets"]] == [(SCB, True)]
    external(councillor["received"], "mitti.se")
    assert [each["input"] for each in found["criticism"]] == ["kritik-svarsfrekvens"]


def test_s0_31_non_response_is_shown_by_cause_and_by_question(illustrated: Rows) -> None:
    found = survey(illustrated, OWN)
    lost = found["response"]["non_response"]
    assert (lost["base"], lost["total"], lost["percent"]) == (146, 86, "58.90")
    assert {each["cause"]: each["count"] for each in lost["causes"]} == {
        "not_reached": 55,
        "refused": 22,
        "unable": 5,
        "unknown": 4,
    }
    (card,) = found["cards"]
    assert (card["frame"]["source"], card["frame"]["size"]) == ("Påhittad urvalsram", 5000)
    items = {each["question"]: (each["missing"], each["percent"]) for each in card["item_nonresponse"]}
    assert items["forvantningar"] == (3, "5.00")
    assert "response_low" in found["flags"]


def test_s0_32_the_wording_stands_beside_each_result_and_an_objection_to_it_is_answered(
    told: Rows, illustrated: Rows, shared: Path
) -> None:
    steered = criticised(told, "kritik-b-fragornas-ordalydelse")
    anchored(steered["received"], "S0", 57)
    assert "som man ropar får man svar" in words_at(shared, steered["received"])
    # The surveys it speaks of are not in the ledger, and the link says so.
    assert [(each["target_kind"], each["in_ledger"]) for each in steered["targets"]] == [
        ("decision", True),
        ("survey", False),
    ]
    assert steered["answered"] is False
    # A survey that is in the ledger shows what was asked and how; in the filler two wordings were tried by chance.
    found = survey(illustrated, OWN)
    assert (found["survey"]["commissioner"], found["survey"]["modes"], found["survey"]["languages"]) == (
        "kommunstyrelsen",
        ["web", "post"],
        ["sv"],
    )
    asked = {each["question_version"]: each for each in found["questions"] if each["question"] == "paverka"}
    assert {version: (each["split"], each["order"]) for version, each in asked.items()} == {1: ("a", 4), 2: ("b", 4)}
    assert [each["language"] for each in asked[1]["wordings"]] == ["sv"]
    assert [each["code"] for each in asked[1]["scale"]["options"]] == ["yes", "partly", "no", "no_opinion"]
    assert (asked[1]["comparability"], asked[2]["comparability"]) == ("first", "not_comparable")
    tables = [each for each in found["releases"][0]["tables"] if each["question"] == "paverka" and each["by"] is None]
    # As one asks, so one is answered: three in ten say yes to the one wording, almost half to the other.
    assert {each["question_version"]: each["cells"][0]["value"] for each in tables} == {1: "0.2957", 2: "0.4836"}
    (objection,) = found["criticism"]
    assert (objection["target_kind"], objection["target"]) == ("question", "paverka")
    assert criticised(illustrated, objection["input"])["answered"] is True


# --- Choice and influence -----------------------------------------------------------------------
def test_s0_33_the_choice_of_a_provider_is_exit_and_never_counts_as_influence(told: Rows, shared: Path) -> None:
    channels = {each["channel"]: each for each in methods.channels(told)["channels"]}
    choice = channels["provider_choice"]
    assert (choice["kind"], choice["counts_as_influence"]) == ("exit", False)
    anchored(choice["registered"], "S0", 59)
    assert "innehållet i den tjänst man får" in words_at(shared, choice["registered"])
    assert (channels["minutes"]["kind"], channels["minutes"]["counts_as_influence"]) == ("voice", True)
    found = influence.influence(told, DECISION, on="2018-04-10")
    assert found is not None
    (account,) = found["decisions"]
    assert (account["exit_inputs"], account["changes"]) == (0, [])
    said = criticised(told, "kritik-c-val-av-anordnare")
    anchored(said["received"], "S0", 59)
    assert ("process", "kundvalssystemet", False) in [
        (each["target_kind"], each["target"], each["in_ledger"]) for each in said["targets"]
    ]


def test_s0_34_fifty_companies_or_so_stay_fifty_or_so(told: Rows, shared: Path) -> None:
    said = claim(told, "femtiotal-bolag")
    assert said["number"] == {"minimum": 50, "maximum": None, "approximate": True, "text": "50-talet bolag"}
    anchored(said, "S0", 59)
    assert "50-talet bolagen" in words_at(shared, said)


def test_s0_35_who_asks_what_became_of_their_words_is_told_that_nothing_did(told: Rows, shared: Path) -> None:
    said = claim(told, "inget-inflytande")
    anchored(said, "S0", 59)
    assert "vilket inflytande har jag över verksamheten? Svar: Inget" in words_at(shared, said)
    found = mine.mine(told, [AUTHOR], on="2018-04-10")["inputs"]
    assert [each["input"]["input"] for each in found] == [
        "kritik-a-bortfall",
        "kritik-b-fragornas-ordalydelse",
        "kritik-c-val-av-anordnare",
        "kritik-d-kostnadspress",
    ]
    for each, line in zip(found, (57, 57, 59, 61), strict=True):
        anchored(each["input"]["received"], "S0", line)
        assert [one["code"] for one in each["dispositions"]] == ["pending"]
        assert each["responses"]["answer"] is None
        assert [one["what"] for one in each["due"]] == ["disposition"]
    assert mine.mine(told, ["somebody-else"], on="2018-04-10")["inputs"] == []


def test_s0_35_what_a_resident_said_is_followed_to_the_clause_it_changed(illustrated: Rows) -> None:
    (own,) = mine.mine(illustrated, ["illustrativ-01"], on="2019-03-01")["inputs"]
    (disposed,) = own["dispositions"]
    assert (disposed["code"], disposed["revisions"][-1]["changed"][0]["clause"]) == ("adopted", 1)
    (waiting,) = mine.mine(illustrated, ["illustrativ-12"], on="2019-03-01")["inputs"]
    assert [each["code"] for each in waiting["dispositions"]] == ["pending"]


def test_s0_30_a_survey_of_which_much_is_unknown_is_a_gap(told: Rows) -> None:
    (gap,) = gaps(told, Page(10), "card_incomplete", on="2018-04-10")["gaps"]
    assert gap["subject"] == f"survey:{SCB}"
    missing = next(each["value"] for each in gap["facts"] if each["name"] == "missing").split(", ")
    assert {"known_limits", "item_nonresponse", "complete"} <= set(missing)
