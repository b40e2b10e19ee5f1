"""What the minutes of 20 December 2016, § 208, say: a programme of 2012, its final report, and a party's note."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import pytest

from projections.projection import Rows
from projections.views import claims, decisions, documents, matters, positions, programmes
from projections.views.answer import Page
from projections.views.gaps import gaps
from tests.mission.anchors import anchored, words_at
from tests.mission.conftest import Past

MATTER, PROGRAMME = "oppenhet-och-mangfald", "oppenhet-och-mangfald-2012"
DECISION, NOTE = "ksau-2016-12-20-208", "ksau-2016-12-20-208-v"
LETTER, MINUTES = "tjansteskrivelse-2016-12-12", "protokoll-2016-12-20-208"
PARTY = "Vänsterpartiet"
DAY = "2016-12-20"


def dossier(rows: Rows) -> dict[str, Any]:
    view = matters.matter(rows, MATTER, DAY)
    assert view is not None
    return view


def programme(rows: Rows) -> dict[str, Any]:
    view = programmes.programme(rows, PROGRAMME, DAY)
    assert view is not None
    return view


def decision(rows: Rows) -> dict[str, Any]:
    view = decisions.decision(rows, DECISION, on=DAY)
    assert view is not None
    return view


def document(rows: Rows, name: str) -> dict[str, Any]:
    view = documents.document(rows, name)
    assert view is not None
    found: dict[str, Any] = view["document"]
    return found


def claim(rows: Rows, name: str) -> dict[str, Any]:
    view = claims.claim(rows, name)
    assert view is not None
    found: dict[str, Any] = view["claim"]
    return found


def standpoints(rows: Rows) -> dict[str, dict[str, Any]]:
    return {each["id"]: each for each in positions.positions(rows, party=PARTY)["positions"]}


def gap_subjects(rows: Rows, rule: str, on: str = DAY) -> list[str]:
    return [each["subject"] for each in gaps(rows, Page(1000), rule, on=on)["gaps"]]


# --- The matter and its programme -------------------------------------------------------------------
@pytest.mark.parametrize("number", ["KFKS 2012/577", "Dnr KFKS 2012/577", "KFKS 2012/577-001"])
def test_s1_01_a_number_without_an_act_is_found_however_it_is_written(told: Rows, number: str) -> None:
    (found,) = matters.matters(told, number=number)["matters"]
    assert (found["matter"], found["numbers"]) == (MATTER, [{"scheme": "dnr", "value": "KFKS 2012/577"}])
    anchored(found["opened"], "S1", 10)
    # On the minutes the number stands as it was written there.
    assert document(told, MINUTES)["numbers"] == [{"scheme": "dnr", "value": "Dnr KFKS 2012/577"}]


def test_s1_01_the_matter_of_2012_was_still_open_and_four_years_old(told: Rows, on: Past) -> None:
    age = dossier(told)["age"]
    assert (age["opened"], age["is_closed"]) == ("2012", False)
    assert (age["days_at_least"], age["days_at_most"]) == (1450, 1815)
    assert age["days_at_least"] == (date(2016, 12, 20) - date(2012, 12, 31)).days
    assert matters.matters(on("2011-12-31"), number="KFKS 2012/577")["matters"] == []


def test_s1_02_x16_one_programme_of_2012_has_three_names(told: Rows, shared: Path) -> None:
    shown = programme(told)["programme"]
    names = ["Styrning och ledning för öppenhet och mångfald", "projekt", "utvecklingsarbete"]
    assert [shown["title"], *shown["aliases"]] == names
    assert (shown["period"], shown["matter"]) == ("2012/..", MATTER)
    anchored(shown, "S1", 24, 26)
    # The heading and the text of the minutes use one name each, the party's note the third.
    anchored(dossier(told)["matter"]["opened"], "S1", 12)
    note = standpoints(told)[NOTE]
    anchored(note, "S1", 45)
    said = [words_at(shared, each) for each in (dossier(told)["matter"]["opened"], note, shown)]
    assert all(name in text for name, text in zip(names, said, strict=True))


def test_s1_03_the_final_report_closes_its_period_and_not_before(told: Rows, on: Past) -> None:
    view = programme(told)
    (final,) = (each for each in view["programme"]["reports"] if each["kind"] == "final")
    assert (final["period"], view["reported_final"]) == ("2012/2016", True)
    anchored(final, "S1", 14, 26)
    assert programme(on("2016-12-19"))["reported_final"] is False


def test_s1_04_the_outlook_has_its_years_and_its_words(told: Rows, shared: Path) -> None:
    (outlook,) = (each for each in programme(told)["programme"]["reports"] if each["kind"] == "outlook")
    assert (outlook["period"], outlook["summary"]["pointer"]) == ("2017/2018", "/summary")
    anchored(outlook, "S1", 14, 26)
    assert "utblick" in words_at(shared, outlook)


def test_s1_06_who_began_it_is_a_role_and_the_year_is_all_that_is_known(told: Rows, shared: Path) -> None:
    shown = programme(told)["programme"]
    assert (shown["initiator_role"], shown["recorded"]["occurred"]) == ("Stadsdirektör", "2012")
    anchored(shown, "S1", 24)
    assert "Stadsdirektören inledde 2012" in words_at(shared, shown)


def test_s1_07_s1_08_the_two_purposes_stand_apart_and_neither_is_measured(told: Rows, shared: Path) -> None:
    view = programme(told)
    purposes = {each["element"]: (each["kind"], each["title"]) for each in view["programme"]["elements"]}
    assert purposes == {
        "valfardstjanster": ("purpose", "Välfärdstjänster av hög kvalitet"),
        "territoriet": ("purpose", "Bevara och utveckla territoriet"),
    }
    anchored(view["programme"], "S1", 26)
    said = words_at(shared, view["programme"])
    assert "välfärdstjänster av hög kvalitet" in said and "bevara och utveckla Nackas territorium" in said
    assert view["unmeasured"] == list(purposes)
    assert gap_subjects(told, "purpose_without_measure").count(f"programme:{PROGRAMME}") == len(purposes)


def test_s1_09_the_letter_is_eight_days_older_than_the_meeting(told: Rows) -> None:
    letter, minutes = document(told, LETTER), document(told, MINUTES)
    written, met = (date.fromisoformat(each["document_date"]) for each in (letter, minutes))
    assert (letter["sender_body"], (met - written).days) == ("stadsledningskontoret", 8)
    anchored(letter, "S1", 30)
    anchored(minutes, "S1", 3)


def test_s1_10_four_years_are_followed_up_and_the_first_is_a_gap(told: Rows) -> None:
    view = programme(told)
    followed = {each["year"]: each["follow_ups"] for each in view["years"]}
    assert {year: len(found) for year, found in followed.items()} == {2012: 0, 2013: 1, 2014: 1, 2015: 1, 2016: 1}
    for found in followed.values():
        for each in found:
            anchored(each, "S1", 32)
    assert view["gap_years"] == [2012]
    report = document(told, "redovisning-uppfoljningar-2013-2016")
    assert (report["kind"], report["parent"]) == ("report", LETTER)
    anchored(report, "S1", 32)


# --- The decision ---------------------------------------------------------------------------------
def test_s1_05_the_information_is_noted_to_the_minutes_and_nothing_is_handed_on(told: Rows) -> None:
    view = decision(told)
    (clause,) = view["decision"]["clauses"]
    assert (clause["verb"], clause["number"]) == ("note_to_minutes", 1)
    anchored(view["decision"], "S1", 18, 20)
    assert [document(told, each["document"])["forwards"] for each in view["basis"]["documents"]] == [[], []]


def test_s1_11_it_was_decided_in_accordance_with_the_proposal_of_another_unit(told: Rows, shared: Path) -> None:
    view = decision(told)
    assert view["basis"]["accordance"] == {"unit": "stadsledningskontoret", "stated": True}
    proposal = view["basis"]["proposal"]
    assert (proposal["by_unit"], proposal["document"]) == ("stadsledningskontoret", LETTER)
    assert (proposal["difference"], proposal["known_by"], proposal["contradicts_minutes"]) == (
        "identical",
        "minutes",
        False,
    )
    anchored(view["decision"], "S1", 39)
    assert "i enlighet med stadsledningskontorets förslag" in words_at(shared, view["decision"])
    (lying,) = dossier(told)["proposals"]
    anchored(lying, "S1", 20, 39)


def test_s1_12_the_note_is_attached_to_this_decision_alone(told: Rows) -> None:
    (note,) = decision(told)["decision"]["dissents"]
    assert (note["dissent"], note["kind"], note["party"]) == (NOTE, "note", PARTY)
    assert note["by_name"]["pointer"] == "/by_name"
    anchored(note, "S1", 43, 45)
    standpoint = standpoints(told)[NOTE]
    assert (standpoint["decision"], standpoint["towards"]["paragraph"]) == (DECISION, "§ 208")
    assert (standpoint["kind"], standpoint["status"]) == ("note", "recorded")


# --- What the party says ----------------------------------------------------------------------------
def test_s1_13_the_opponents_description_stands_beside_the_municipalitys_own(told: Rows, shared: Path) -> None:
    (theirs,) = claims.claims(told, about_kind="programme", about=PROGRAMME)["claims"]
    assert (theirs["by_party"], theirs["by_body"], theirs["kind"]) == (PARTY, None, "position")
    anchored(theirs, "S1", 45)
    assert "mer strömlinjeformat och välfungerande" in words_at(shared, theirs)
    own = programme(told)["programme"]
    anchored(own, "S1", 26)
    assert [each["kind"] for each in own["elements"]] == ["purpose", "purpose"]


def test_s1_14_where_the_party_stood_is_followed_over_the_years(told: Rows, on: Past) -> None:
    stood = {name: (each["recorded"]["occurred"], each["stance"]) for name, each in standpoints(told).items()}
    assert stood["v-emot-projektet"] == ("2012?", "against")
    assert stood["v-styrform-2016"] == ("2016-12-20", "mixed")
    standing = standpoints(told)["v-styrform-2016"]
    assert (standing["kind"], standing["matter"], standing["status"]) == ("standing", MATTER, "unverified")
    anchored(standing, "S1", 45)
    assert "v-styrform-2016" not in standpoints(on("2016-12-19"))


def test_s1_16_the_asserted_consequence_is_the_partys_and_without_evidence(told: Rows, shared: Path) -> None:
    shown = claim(told, "ansvar-pa-enskilda")
    assert (shown["kind"], shown["by_party"], shown["decision"]) == ("effect", PARTY, DECISION)
    assert shown["without_evidence"] is True
    anchored(shown, "S1", 45)
    assert "vältrar över ansvaret på de enskilda" in words_at(shared, shown)
    assert "claim:ansvar-pa-enskilda" in gap_subjects(told, "claim_without_evidence")


def test_s1_17_x07_an_earlier_vote_that_is_not_in_the_ledger_stays_asserted(told: Rows, shared: Path) -> None:
    (reference,) = claims.references(told, status="asserted_unverified")["references"]
    assert (reference["kind"], reference["said_in_kind"], reference["said_in"]) == ("vote", "dissent", NOTE)
    assert (reference["resolved"], reference["said_date"]) == (None, None)
    anchored(reference, "S1", 45)
    assert "röstade emot att projektet skulle genomföras" in words_at(shared, reference)
    earlier = standpoints(told)["v-emot-projektet"]
    assert (earlier["kind"], earlier["decision"], earlier["status"]) == ("earlier_vote", None, "unverified")
    anchored(earlier, "S1", 45)
    assert gap_subjects(told, "dangling_reference") == [f"reference:{reference['reference']}"]


def test_s1_18_x14_dissent_may_be_mixed_and_the_reversed_negation_is_noted_apart(told: Rows, shared: Path) -> None:
    (note,) = decision(told)["decision"]["dissents"]
    assert note["stance"] == "mixed"
    # The words and what an editor says of them are two texts of the same event.
    assert (note["text"]["pointer"], note["annotation"]["pointer"]) == ("/text", "/annotation")
    assert note["text"]["position"] == note["annotation"]["position"]
    anchored(note, "S1", 45)
    assert "Det innebär dock inte att det finns många delar av projektet som är bra" in words_at(shared, note)
    assert standpoints(told)[NOTE]["annotation"] == note["annotation"]
