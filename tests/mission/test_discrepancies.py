"""Where the four documents disagree with one another or with what can be known: both sides are shown, none is put right."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from projections.projection import Rows
from projections.views import bodies, claims, decisions, documents, matters, positions, processes, programmes
from projections.views.answer import Page
from projections.views.gaps import gaps
from tests.mission.anchors import anchored, words_at

TODAY = "2026-01-01"
NUMBER = "KFKS 2015/174-001"


def found(rows: Rows, rule: str) -> list[str]:
    return [each["subject"] for each in gaps(rows, Page(100), rule, on=TODAY)["gaps"]]


def test_x06_one_act_number_is_on_the_minutes_and_on_a_letter_of_the_next_year(told: Rows, shared: Path) -> None:
    minutes, letter = documents.documents(told, number=NUMBER)["documents"]
    assert (minutes["document_date"], letter["document_date"]) == ("2015-05-12", "2016-05-16")
    for shown, seed, line in ((minutes, "S0", 10), (letter, "S3", 5)):
        assert [(each["scheme"], each["value"]) for each in shown["numbers"]] == [("dnr", NUMBER)]
        anchored(shown, seed, line)
        assert NUMBER in words_at(shared, shown)
    # The number is no key: two matters bear it, and the gap names what carries it.
    assert [each["title"] for each in matters.matters(told, number=NUMBER)["matters"]] == [
        "Inflytande och innovation som verktyg för att bli bäst på att vara kommun",
        "Metoder för inflytande och innovation",
    ]
    (gap,) = gaps(told, Page(10), "number_on_several_documents", on=TODAY)["gaps"]
    facts = {each["name"]: each["value"] for each in gap["facts"]}
    assert NUMBER in facts.values() and gap["positions"]


def test_x07_of_an_earlier_vote_neither_day_nor_body_nor_count_is_known(told: Rows, shared: Path) -> None:
    (vote,) = claims.references(told, status="asserted_unverified")["references"]
    assert (vote["kind"], vote["resolved"], vote["said_date"]) == ("vote", None, None)
    assert (vote["said_in_kind"], vote["said_in"]) == ("dissent", "ksau-2016-12-20-208-v")
    anchored(vote, "S1", 45)
    assert "röstade emot att projektet skulle genomföras" in words_at(shared, vote)
    (stand,) = (each for each in positions.positions(told)["positions"] if each["kind"] == "earlier_vote")
    assert (stand["party"], stand["stance"], stand["body"], stand["decision"]) == (
        "Vänsterpartiet",
        "against",
        None,
        None,
    )
    # The year is the one in which the project began, and uncertain.
    assert (stand["recorded"]["occurred"], stand["status"], stand["verified"]) == ("2012?", "unverified", None)
    anchored(stand, "S1", 45)
    assert found(told, "dangling_reference") == ["reference:tidigare-omrostning"]


@pytest.mark.parametrize(
    "name, line, words, beneficiary",
    [
        ("starkt-enheten", 19, "stärkt förnyelseenheten", "Förnyelseenheten"),
        ("goda-effekter", 29, "upplevs haft bra effekter", None),
        ("effektiv-agil-framtidssaker", 33, "effektiv, agil och framtidssäker", "Organisationen"),
    ],
)
def test_x10_an_effect_is_claimed_by_the_unit_itself_and_nothing_measures_it(
    told: Rows, shared: Path, name: str, line: int, words: str, beneficiary: str | None
) -> None:
    view = claims.claim(told, name)
    assert view is not None
    said: dict[str, Any] = view["claim"]
    assert (said["kind"], said["by_body"], said["beneficiary"]) == ("effect", "fornyelseenheten", beneficiary)
    assert (said["evidence"], said["without_evidence"], said["perceived_by"]) == ([], True, None)
    anchored(said, "S3", line)
    assert words in words_at(shared, said)
    unproved = claims.claims(told, kind="effect", without_evidence=True)["claims"]
    assert name in [each["claim"] for each in unproved]


def test_x10_a_purpose_without_a_measure_is_named(told: Rows, shared: Path) -> None:
    view = programmes.programme(told, "oppenhet-och-mangfald-2012", TODAY)
    assert view is not None
    assert view["unmeasured"] == ["valfardstjanster", "territoriet"]
    anchored(view["programme"], "S1", 26)
    assert "välfärdstjänster av hög kvalitet" in words_at(shared, view["programme"])


def test_x15_two_spellings_are_one_unit_and_each_document_keeps_its_own(told: Rows, shared: Path) -> None:
    renewal = bodies.body(told, "fornyelseenheten", on="2016-05-16")
    assert renewal is not None
    assert (renewal["body"]["name"], len(renewal["body"]["names"])) == ("Förnyelseenheten", 1)
    letter = documents.document(told, "tjansteskrivelse-2016-05-16")
    assert letter is not None
    # The line of titles is kept as it is spelt in S3; the unit is the one that S0 names.
    for signed in letter["document"]["signed_by"]:
        assert signed["unit"] == "fornyelseenheten"
        assert "Förnyelsenheten" in signed["title_line"] and "Förnyelseenheten" not in signed["title_line"]
    decision = decisions.decision(told, "ksau-2015-05-12-64", on=TODAY)
    assert decision is not None
    assert decision["basis"]["accordance"]["unit"] == "fornyelseenheten"
    # "Äldre enheten" in S0 is the unit of that name, written as one word.
    activity = processes.process(told, "teknik-med-aldre", on=TODAY)
    elderly = bodies.body(told, "aldreenheten", on=TODAY)
    assert activity is not None and elderly is not None
    assert (activity["process"]["owner"], elderly["body"]["name"]) == ("aldreenheten", "Äldreenheten")
    anchored(activity["process"]["opened"], "S0", 26)
    assert "äldre enhetens" in words_at(shared, activity["process"]["opened"])
