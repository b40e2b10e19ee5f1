"""The letter of 16 May 2016 itself: its matter, its proposal, who signed, and the assignment it answers for."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from projections.projection import Rows
from projections.views import assignments, documents, matters, programmes
from projections.views.answer import Page
from projections.views.gaps import gaps
from tests.mission.anchors import anchored, words_at
from tests.mission.conftest import Past

DAY = "2016-05-16"
INFLUENCE, METHODS = "inflytande-och-innovation", "metoder-for-inflytande-och-innovation"
LETTER, REPORT = "tjansteskrivelse-2016-05-16", "rapport-metoder"
ASSIGNMENT = "metoder-for-inflytande"


def dossier(rows: Rows) -> dict[str, Any]:
    found = matters.matter(rows, METHODS, DAY)
    assert found is not None
    return found


def letter(rows: Rows) -> dict[str, Any]:
    found = documents.document(rows, LETTER)
    assert found is not None
    shown: dict[str, Any] = found["document"]
    return shown


def assignment(rows: Rows) -> dict[str, Any]:
    found = assignments.assignment(rows, ASSIGNMENT, on=DAY)
    assert found is not None
    return found


def programme(rows: Rows) -> dict[str, Any]:
    found = programmes.programme(rows, "styrpaket-2016", DAY)
    assert found is not None
    return found


# --- The letter -----------------------------------------------------------------------------------
def test_s3_01_the_letter_to_the_board_bears_the_number_of_the_minutes_of_the_year_before(told: Rows) -> None:
    shown = letter(told)
    assert (shown["document_date"], shown["recipient_bodies"]) == (DAY, ["kommunstyrelsen"])
    assert [each["value"] for each in shown["numbers"]] == ["KFKS 2015/174-001"]
    anchored(shown, "S3", 1, 5, 7)
    found = documents.document(told, LETTER)
    assert found is not None
    (same,) = found["same_number"]
    assert same["documents"] == ["protokoll-2015-05-12-64"]


def test_s3_02_a_matter_of_information_asks_for_nothing(told: Rows, shared: Path) -> None:
    matter = dossier(told)["matter"]
    assert (matter["kind"], matter["body"]) == ("information", "kommunstyrelsen")
    assert matter["title"] == "Metoder för inflytande och innovation"
    anchored(matter["opened"], "S3", 9, 11)
    assert "\nInformation" in words_at(shared, matter["opened"])


def test_s3_03_the_board_is_asked_to_note_the_report_and_its_outcome_is_not_known(told: Rows) -> None:
    (proposal,) = dossier(told)["proposals"]
    assert [(each["number"], each["verb"]) for each in proposal["clauses"]] == [(1, "note")]
    assert (proposal["to_body"], proposal["by_unit"]) == ("kommunstyrelsen", "fornyelseenheten")
    anchored(proposal, "S3", 15)
    undecided = gaps(told, Page(1000), "proposal_undecided", on=DAY)["gaps"]
    assert "proposal:forslag-2016-05-16" in {each["subject"] for each in undecided}


def test_s3_35_s3_36_economy_has_words_and_no_amount_and_children_are_spoken_of(told: Rows, shared: Path) -> None:
    (proposal,) = dossier(told)["proposals"]
    stated = {each["kind"]: each for each in proposal["consequences"]}
    assert set(stated) == {"economy", "children"}
    assert (stated["economy"]["amount"], stated["economy"]["amount_given"]) == (None, False)
    assert [each["stated"] for each in stated.values()] == [["text"], ["text"]]
    assert [each["text"]["pointer"] for each in stated.values()] == ["/consequences/0/text", "/consequences/1/text"]
    anchored(proposal, "S3", 31, 33, 37, 39)
    said = words_at(shared, proposal)
    assert "agil och framtidssäker" in said and "vuxna som barn" in said


def test_s3_37_the_one_attachment_is_the_report_and_what_it_lacks_is_said(told: Rows) -> None:
    (report,) = letter(told)["attachments"]
    assert (report["document"], report["attachment_number"], report["kind"]) == (REPORT, 1, "report")
    assert report["missing"] == ["document_date", "sha256"]
    anchored(report, "S3", 43)


def test_s3_38_two_signed_and_no_role_is_guessed_from_one_line_of_titles(told: Rows, shared: Path) -> None:
    shown = letter(told)
    assert [(each["role"], each["unit"]) for each in shown["signed_by"]] == [(None, "fornyelseenheten")] * 2
    (line,) = {each["title_line"] for each in shown["signed_by"]}
    # The spelling of the letter stands, and the unit is the one that the other documents spell otherwise.
    assert line == "Enhetschef Förnyelsenheten Förnyelsenheten"
    seed = (shared / "seeds" / "003_8c53236eb0eb0b29.txt").read_text(encoding="utf-8")
    assert " ".join(seed.splitlines()[46].split()) == line
    (proposal,) = dossier(told)["proposals"]
    anchored(proposal, "S3", 45, 47)


# --- The assignment it answers for ---------------------------------------------------------------
def test_s3_20_x02_it_follows_up_a_matter_under_the_date_of_the_letter_not_of_the_meeting(told: Rows) -> None:
    (link,) = dossier(told)["matter"]["links"]
    assert (link["matter"], link["relation"], link["said_date"]) == (INFLUENCE, "follows_up", "2015-04-27")
    assert {"kind": "document", "id": "tjansteskrivelse-2015-04-27"} in link["bears_said_date"]
    assert "decision" not in {each["kind"] for each in link["bears_said_date"]}
    anchored(link, "S3", 23)


def test_s3_21_the_assignment_is_told_a_second_time_with_another_unit_and_other_words(told: Rows, shared: Path) -> None:
    found = assignment(told)
    own, other = found["accounts"]
    assert (own["to_unit"], other["to_unit"]) == ("stadsledningskontoret", "fornyelseenheten")
    assert (other["unit_differs"], other["text_differs"], other["document"]) == (True, True, LETTER)
    anchored(own, "S0", 20)
    anchored(other, "S3", 23)
    assert "strukturera och systematisera" in words_at(shared, other)
    differing = gaps(told, Page(1000), "accounts_differ", on=DAY)["gaps"]
    assert [each["subject"] for each in differing] == [f"assignment:{ASSIGNMENT}"]


def test_s3_22_the_effect_it_was_to_have_on_residents_has_no_measure(told: Rows, on: Past, shared: Path) -> None:
    found = assignment(told)
    own, other = found["accounts"]
    assert (own["expected_effect"], other["expected_effect"]["pointer"]) == (None, "/expected_effect")
    assert found["judged"]["effect_unmeasured"] is True
    anchored(other, "S3", 23)
    assert "högre effekt för nackaborna" in words_at(shared, other)
    # The decision of 2015 expected no effect, so that nothing was unmeasured until the letter told of one.
    assert assignment(on("2016-05-15"))["judged"]["effect_unmeasured"] is False


def test_s3_23_the_report_answers_the_assignment_154_days_late(told: Rows) -> None:
    found = assignment(told)
    reported = found["assignment"]["reported"]
    assert (reported["document"], reported["on"], found["judged"]["days_late"]) == (LETTER, DAY, 154)
    anchored(reported, "S3", 1, 23)
    assert [each["document"] for each in letter(told)["attachments"]] == [REPORT]


# --- The programme it names ----------------------------------------------------------------------
def test_s3_04_s3_05_vision_and_value_stand_beside_the_goals(told: Rows, shared: Path) -> None:
    shown = programme(told)["programme"]
    titles = {each["kind"]: each["title"] for each in shown["elements"] if each["kind"] in {"vision", "value"}}
    assert titles == {"vision": "Öppenhet och mångfald", "value": "Tillit till var och ens förmåga"}
    anchored(shown, "S3", 19)
    said = words_at(shared, shown)
    assert "visionen om öppenhet och mångfald" in said and "tillit till var och ens förmåga" in said


def test_s3_06_x05_eight_goals_became_four_and_the_fate_of_all_eight_is_unknown(
    told: Rows, on: Past, shared: Path
) -> None:
    view = programmes.goals(told, "2016-06-01")
    (change,) = view["changes"]
    assert (change["before"]["value"], change["after"]["value"]) == (8, 4)
    assert change["unknown"] == {"numerator": 8, "denominator": 8}
    assert [each["fate"] for each in change["goals"] if each["title"] == "Starkt medborgarinflytande"] == ["unknown"]
    assert programmes.goals(on("2015-12-31"), "2015-12-31")["changes"] == []
    shown = programme(told)["programme"]
    anchored(shown, "S3", 19, 29)
    assert "de fyra övergripande målen" in words_at(shared, shown)
    before = programmes.programme(told, "mal-och-budget-2015-2017", DAY)
    assert before is not None
    anchored(before["programme"], "S0", 24)
