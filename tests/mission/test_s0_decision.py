"""§ 64 of 12 May 2015 as a decision: what was proposed, on what basis, who dissented and what nobody knows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from projections.projection import Rows
from projections.views import assignments, claims, decisions, inputs, positions, surveys
from tests.mission.anchors import anchored, words_at
from tests.mission.conftest import Past

DECISION, V = "ksau-2015-05-12-64", "Vänsterpartiet"


def decision(rows: Rows, name: str = DECISION, on: str = "2015-05-12") -> dict[str, Any]:
    found = decisions.decision(rows, name, on=on)
    assert found is not None
    return found


def claim(rows: Rows, name: str) -> dict[str, Any]:
    found = claims.claim(rows, name)
    assert found is not None
    shown: dict[str, Any] = found["claim"]
    return shown


# --- What was proposed --------------------------------------------------------------------------
def test_s0_06_x09_the_committee_proposed_and_nobody_knows_what_the_board_decided(told: Rows, on: Past) -> None:
    for rows, day in ((on("2015-05-12"), "2015-05-12"), (told, "2026-01-01")):
        found = decision(rows, on=day)
        assert (found["decision"]["force"], found["decision"]["addressed_to"]) == ("preparatory", "kommunstyrelsen")
        assert (found["standing"]["state"], found["standing"]["final"]) == ("preparatory", None)
        assert found["standing"]["addressee_outcome"] == {
            "body": "kommunstyrelsen",
            "outcome": "not_in_the_ledger",
            "decisions": [],
        }
        # What only prepares cannot be appealed, so no clock runs.
        assert found["standing"]["appeal_clock"]["until"] is None
        anchored(found["decision"], "S0", 16)


def test_s0_07_the_first_clause_notes_a_report_and_its_date(told: Rows, shared: Path) -> None:
    found = decision(told)["decision"]
    clause = found["clauses"][0]
    (noted,) = clause["refs"]
    assert (clause["verb"], noted["id"], noted["said_date"]) == ("note", "rapport-goda-exempel", "2015-04-27")
    anchored(found, "S0", 18)
    assert "den 27 april 2015" in words_at(shared, found)


def test_s0_08_the_second_clause_hands_the_report_on(told: Rows) -> None:
    found = decision(told)["decision"]
    assert (found["clauses"][1]["verb"], found["clauses"][1]["refs"][0]["id"]) == ("forward", "rapport-goda-exempel")
    anchored(found, "S0", 18)


# --- On what basis ------------------------------------------------------------------------------
def test_s0_23_the_basis_is_three_documents_as_they_were_known(told: Rows, on: Past) -> None:
    for rows in (on("2015-05-12"), told):
        found = decision(rows)
        basis = [(each["document"], each["document_date"], each["sha256"]) for each in found["basis"]["documents"]]
        assert basis == [
            ("tjansteskrivelse-2015-04-27", "2015-04-27", None),
            ("rapport-goda-exempel", "2015-04-27", None),
            ("lagesrapport-konsten-att-skapa-stad", None, None),
        ]
        assert all(each["in_ledger"] and each["changed_since"] is None for each in found["basis"]["documents"])
        anchored(found["decision"], "S0", 33, 35, 37)


def test_s0_24_decision_and_proposal_agree_because_the_minutes_say_so(told: Rows, shared: Path) -> None:
    found = decision(told)
    compared = found["basis"]["proposal"]
    assert (compared["by_unit"], compared["difference"], compared["known_by"]) == (
        "fornyelseenheten",
        "identical",
        "minutes",
    )
    assert (compared["differs"], compared["contradicts_minutes"]) == ([], False)
    anchored(found["decision"], "S0", 41)
    assert "i enlighet med förnyelseenhetens förslag" in words_at(shared, found["decision"])


def test_s0_29_a_decision_names_the_surveys_it_rests_on_with_their_quality(told: Rows, illustrated: Rows) -> None:
    # That surveys steer is said by a party; § 64 itself names none.
    said = claim(told, "undersokningar-styr")
    assert (said["by_party"], said["decision"], said["without_evidence"]) == (V, DECISION, True)
    anchored(said, "S0", 57)
    assert decision(told)["basis"]["relied_on"] == []
    # Where a decision names one, here in the filler, its quality stands beside it, and the survey names the decision.
    (relied,) = decision(illustrated, "ksau-2018-natverk", "2018-04-10")["basis"]["relied_on"]
    assert (relied["id"], relied["quality"]) == ("scb-medborgarundersokning-2015", "card")
    assert (relied["survey"]["response_stated"], relied["survey"]["under_warning"]) == ("knappt 40 procent", True)
    survey = surveys.survey(illustrated, "scb-medborgarundersokning-2015", on="2018-04-10")
    assert survey is not None
    assert [each["decision"] for each in survey["relied_on_by"]] == ["ksau-2018-natverk"]


# --- Who dissented ------------------------------------------------------------------------------
def test_s0_26_a_note_by_a_named_member_is_no_reservation(told: Rows, shared: Path) -> None:
    (note,) = decision(told)["decision"]["dissents"]
    assert (note["kind"], note["party"]) == ("note", V)
    # The name and the words are private until they are opened; where they stand is public.
    assert note["by_name"] == {"position": note["recorded"]["position"], "pointer": "/by_name"}
    assert note["text"] == {"position": note["recorded"]["position"], "pointer": "/text"}
    anchored(note, "S0", 53, 55, 57, 59, 61)
    assert words_at(shared, note).startswith("Rolf Wasteson (V) lät anteckna följande.")


def test_s0_27_the_rights_of_others_are_said_to_limit_influence_and_are_a_reason(
    told: Rows, illustrated: Rows, shared: Path
) -> None:
    said = claim(told, "andras-rattigheter")
    assert (said["kind"], said["by_party"], said["decision"]) == ("position", V, DECISION)
    anchored(said, "S0", 55)
    assert "inte negativt påverkar andra medborgares rättigheter" in words_at(shared, said)
    # A body that says no for that reason says so by its code; in the filler one did.
    view = inputs.proposal(illustrated, "illustrativt-forslag-09", on="2019-03-01")
    assert view is not None
    (line,) = view["dispositions"]
    newest = line["revisions"][-1]
    assert (newest["code"], newest["reason_codes"]) == ("considered_not_adopted", ["equality_or_rights_of_others"])
    assert newest["recorded"]["source"]["basis"] == "illustrative"


def test_s0_28_a_party_stands_against_and_the_majority_is_only_spoken_of(told: Rows, shared: Path) -> None:
    found = positions.positions(told, matter="inflytande-och-innovation")["positions"]
    assert {each["party"] for each in found} == {V}
    (stands,) = (each for each in found if each["kind"] == "standing")
    assert (stands["stance"], stands["basis"], stands["status"]) == ("against", "asserted", "unverified")
    assert stands["towards"]["paragraph"] == "§ 64"
    anchored(stands, "S0", 55)
    assert "alliansmajoritetens syn" in words_at(shared, stands)


def test_s0_36_a_consequence_is_the_partys_claim_and_nobody_verified_it(told: Rows, shared: Path) -> None:
    said = claim(told, "kostnadspress")
    assert (said["kind"], said["by_party"], said["by_body"]) == ("effect", V, None)
    assert (said["decision"], said["evidence"], said["without_evidence"]) == (DECISION, [], True)
    anchored(said, "S0", 61)
    assert "pressa kostnaderna" in words_at(shared, said)


def test_x09_what_came_of_the_proposals_of_2016_and_2018_is_not_known_either(told: Rows) -> None:
    assert decision(told, "ksau-2016-12-20-208", "2026-01-01")["standing"]["addressee_outcome"]["outcome"] == (
        "not_in_the_ledger"
    )
    for matter in ("metoder-for-inflytande-och-innovation", "natverk-medborgardialog-kring-resultat"):
        assert decisions.decisions(told, matter=matter, on="2026-01-01")["decisions"] == []
    # So the assignment stands as proposed, although it was reported.
    assignment = assignments.assignment(told, "metoder-for-inflytande", on="2026-01-01")
    assert assignment is not None and assignment["judged"]["standing"] == "proposed"
