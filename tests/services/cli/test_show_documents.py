"""Documents through the command line: what is secret or taken off is neither shown nor found, also in the past."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic_core import to_json

from tests.fix_liggare import Liggare

LETTER = {
    "command": "register-document",
    "document": "letter",
    "title": "Utredning om Hemvägen",
    "kind": "staff_letter",
    "status": "established",
    "matter": "m",
    "sender": "En boende vid Storgatan",
    "numbers": [{"scheme": "dnr", "value": "KFKS 2015/174-001"}],
}
COMMANDS = (
    {"command": "register-body", "body": "ks", "kind": "board", "name": "Kommunstyrelsen"},
    {"command": "open-matter", "matter": "m", "title": "Vägar", "kind": "decision", "body": "ks", "occurred": "2012"},
    LETTER,
    {"command": "quote-passage", "quote": "q", "document": "letter", "from_anchor": "rad 1", "text": "Vägen är smal."},
    {
        "command": "submit-staff-proposal",
        "proposal": "p",
        "document": "letter",
        "matter": "m",
        "to_body": "ks",
        "by_unit": "ks",
        "clauses": [{"number": 1, "verb": "note", "text": "Styrelsen noterar utredningen."}],
        "consequences": [
            {"kind": "economy", "text": "Avgiftsfritt.", "amount": 0, "currency": "SEK"},
            {"kind": "children", "none_reason": "Rör inte barn."},
        ],
    },
)
HIDDEN = ("Hemvägen", "Storgatan", "smal", "noterar")


def record(liggare: Liggare, *commands: dict[str, Any]) -> None:
    liggare("do", "--json", "\n".join(to_json(command).decode() for command in commands))


@pytest.fixture
def filled(liggare: Liggare) -> Liggare:
    record(liggare, *COMMANDS)
    return liggare


def shown(liggare: Liggare, *options: str) -> str:
    asked = (("document", "letter"), ("matter", "m"), ("documents",))
    return "".join(liggare("show", *each, "--json", *options).out for each in asked)


def test_a_dossier_shows_words_age_and_consequences(filled: Liggare) -> None:
    everything = shown(filled, "--asof", "2099-01-01")
    assert all(word in everything for word in HIDDEN)
    matter = filled("show", "matter", "m", "--json", "--asof", "2013-01-01").json
    assert (matter["age"]["days_at_least"], matter["age"]["days_at_most"]) == (1, 366)


@pytest.mark.parametrize(
    "command, why",
    [
        (
            {"command": "mark-secret", "mark": "s", "document": "letter", "provision": "OSL 25:1", "by_role": "x"},
            "secret",
        ),
        ({"command": "unpublish", "document": "letter", "reason_code": "personal_data", "by_role": "x"}, "unpublished"),
    ],
)
def test_what_is_withheld_of_a_document_now_has_its_words_closed_in_the_past_too(
    command: dict[str, Any], why: str, filled: Liggare
) -> None:
    record(filled, command)
    now = shown(filled)
    assert not [word for word in HIDDEN if word in now]
    assert "KFKS 2015/174-001" in now and why in now
    past = filled("show", "document", "letter", "--json", "--at", "5").json["document"]
    assert past["quotes"][0]["text"]["withheld"] == why
    assert past["sender"]["withheld"] == why
    assert filled("show", "event", "5", "--json").json["words"][0]["withheld"] == why


def test_the_words_of_one_event_are_taken_off_by_position_and_shown_again(filled: Liggare) -> None:
    record(filled, {"command": "unpublish", "position": 4, "reason_code": "personal_data", "by_role": "x"})
    assert filled("show", "event", "4", "--json").json["words"][0]["withheld"] == "unpublished"
    assert "noterar" in shown(filled)
    record(filled, {"command": "republish", "position": 4, "by_role": "x"})
    assert "smal" in shown(filled)


def test_a_secret_documents_title_and_words_are_not_found(filled: Liggare) -> None:
    assert filled("search", "--json", "Hemvägen").json["hits"]
    record(
        filled, {"command": "mark-secret", "mark": "s", "document": "letter", "provision": "OSL 25:1", "by_role": "x"}
    )
    for word in HIDDEN:
        assert filled("search", "--json", word, code=8).json["hits"] == []
    record(filled, {"command": "lift-secrecy", "mark": "s", "document": "letter", "by_role": "x"})
    assert filled("search", "--json", "smal").json["hits"]


def test_programmes_and_goals_are_shown(liggare: Liggare) -> None:
    goal = {"element": "g", "kind": "goal", "title": "Starkt medborgarinflytande"}
    first = {
        "command": "adopt-programme",
        "programme": "v1",
        "programme_version": "1",
        "title": "Mål",
        "period": "2015",
    }
    record(liggare, first | {"elements": [goal]})
    assert liggare("show", "goals", "--json", "--asof", "2015-06-01").json["goals"] == []
    record(liggare, first | {"programme": "v2", "elements": [goal], "occurred": "2015", "replaces": "v1"})
    answer = liggare("show", "programme", "v1", "--json").json
    assert answer["programme"]["elements"][0]["fate"] == "unknown"
    assert "v2" in liggare("show", "programmes", "--csv").out
