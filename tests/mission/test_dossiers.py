"""Matters, documents, staff proposals and programmes as the four documents tell them, each fact with its place."""

from __future__ import annotations

from typing import Any

from projections.processes import PROCESSES
from projections.projection import Rows
from projections.views import documents, matters, programmes
from tests.mission.anchors import anchored
from tests.mission.conftest import Past

INFLUENCE, OPENNESS = "inflytande-och-innovation", "oppenhet-och-mangfald"
METHODS, NETWORK = "metoder-for-inflytande-och-innovation", "natverk-medborgardialog-kring-resultat"
LETTER_2015, LETTER_2016 = "tjansteskrivelse-2015-04-27", "tjansteskrivelse-2016-05-16"


def dossier(rows: Rows, matter: str, on: str = "2016-12-20") -> dict[str, Any]:
    view = matters.matter(rows, matter, on)
    assert view is not None
    return view


def document(rows: Rows, name: str) -> dict[str, Any]:
    view = documents.document(rows, name)
    assert view is not None
    found: dict[str, Any] = view["document"]
    return found


def programme(rows: Rows, name: str, on: str = "2016-12-20") -> dict[str, Any]:
    view = programmes.programme(rows, name, on)
    assert view is not None
    return view


def anchor(fact: dict[str, Any]) -> str:
    """Return where in its source document a fact stands; the document itself is named by its hash."""
    source = fact["recorded"]["source"]
    assert source["basis"] == "document"
    assert len(source["document"]) == 64
    place: str = source["anchor"]
    return place


def consequences(view: dict[str, Any]) -> dict[str, dict[str, Any]]:
    return {each["kind"]: each for each in view["proposals"][0]["consequences"]}


# --- S0: the minutes of 12 May 2015 -----------------------------------------------------------------
def test_s0_04_x06_one_number_stands_on_two_documents_and_is_found_however_it_is_written(told: Rows) -> None:
    for number in ("KFKS 2015/174-001", "Dnr KFKS 2015/174-001", "KFKS 2015/174"):
        listed = documents.documents(told, number=number)["documents"]
        assert [each["document"] for each in listed] == ["protokoll-2015-05-12-64", LETTER_2016]
        assert [each["matter"] for each in matters.matters(told, number=number)["matters"]] == [INFLUENCE, METHODS]
    for each, seed, line in zip(listed, ("S0", "S3"), (10, 5), strict=True):
        anchored(each, seed, line)


def test_s0_05_the_title_is_as_written_with_its_language(told: Rows) -> None:
    matter = dossier(told, INFLUENCE)["matter"]
    assert matter["title"] == "Inflytande och innovation som verktyg för att bli bäst på att vara kommun"
    assert matter["language"] == "sv"
    anchored(matter["opened"], "S0", 12)


def test_s0_07_s0_23_the_report_noted_is_in_the_dossier_with_its_date(told: Rows) -> None:
    report = document(told, "rapport-goda-exempel")
    assert (report["kind"], report["document_date"]) == ("report", "2015-04-27")
    anchored(report, "S0", 35)
    names = [node["document"] for node in documents.flat(dossier(told, INFLUENCE)["documents"])]
    assert {LETTER_2015, "rapport-goda-exempel", "lagesrapport-konsten-att-skapa-stad"} <= set(names)


def test_s0_08_the_report_was_to_be_handed_on_and_no_acknowledgement_is_recorded(told: Rows, illustrated: Rows) -> None:
    clauses = dossier(told, INFLUENCE)["proposals"][0]["clauses"]
    assert [each["verb"] for each in clauses] == ["note", "forward", "assign"]
    assert document(told, "rapport-goda-exempel")["forwards"] == []
    (forward,) = document(illustrated, "rapport-goda-exempel")["forwards"]
    assert (forward["addressees"], forward["purpose"], forward["none_recorded"]) == ("Nämnderna", "information", True)


def test_s0_13_the_matter_serves_one_of_eight_goals(told: Rows, on: Past) -> None:
    (served,) = dossier(told, INFLUENCE)["programmes"]
    assert (served["programme"], served["element_title"]) == ("mal-och-budget-2015-2017", "Starkt medborgarinflytande")
    anchored(served, "S0", 24)
    assert len(programmes.goals(on("2015-06-01"), "2015-06-01")["goals"]) == 8


def test_s0_14_the_budget_has_its_years_and_is_quoted_with_its_place(told: Rows) -> None:
    assert programme(told, "mal-och-budget-2015-2017")["programme"]["period"] == "2015/2017"
    (quote,) = document(told, "mal-och-budget-2015-2017")["quotes"]
    assert quote["text"]["pointer"] == "/text"
    anchored(quote, "S0", 24)


def test_s0_16_x15_the_letter_has_its_two_attachments(told: Rows) -> None:
    letter = dossier(told, INFLUENCE)["documents"][0]
    assert (letter["document"], letter["sender_body"]) == (LETTER_2015, "fornyelseenheten")
    attached = [(each["document"], each["attachment_number"]) for each in letter["attachments"]]
    assert attached == [("rapport-goda-exempel", 1), ("lagesrapport-konsten-att-skapa-stad", 2)]
    for each, line in zip((letter, *letter["attachments"]), (33, 35, 37), strict=True):
        anchored(each, "S0", line)
        # Their content is not in the ledger, and that is said.
        assert (each["sha256"], "sha256" in each["missing"]) == (None, True)
    # The spelling of S3 stands under the names; the unit is the same one.
    signatory = document(told, LETTER_2016)["signed_by"][0]
    assert (signatory["unit"], "Förnyelsenheten" in signatory["title_line"]) == ("fornyelseenheten", True)


def test_s0_22_the_status_report_is_about_one_process(told: Rows) -> None:
    assert told.get(PROCESSES.name, "konsten-att-skapa-stad") is not None
    (report,) = documents.documents(told, process="konsten-att-skapa-stad")["documents"]
    assert report["kind"] == "status_report"
    anchored(report, "S0", 37)


def test_question_19_what_was_said_before_the_decision_is_counted_by_who_speaks(told: Rows) -> None:
    counts = {
        (each["kind"], each["author_kind"]): each["count"]["value"]
        for each in dossier(told, INFLUENCE)["inputs_by_kind"]
    }
    assert counts == {("criticism", "official"): 4}
