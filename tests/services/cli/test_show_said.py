"""`liggare show`: mine, influence, criticism, claims and references."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic_core import to_json

from tests.fix_liggare import Liggare

HISTORY: tuple[dict[str, Any], ...] = (
    {"command": "register-body", "body": "ks", "kind": "board", "name": "Kommunstyrelsen"},
    {"command": "open-matter", "matter": "m", "title": "Skolan", "kind": "decision", "body": "ks"},
    {
        "command": "receive-input",
        "input": "i1",
        "kind": "criticism",
        "channel": "minutes",
        "matter": "m",
        "author": "a1",
        "author_kind": "official",
        "party": "V",
        "text": "Bortfallet är stort.",
    },
    {"command": "link-criticism", "input": "i1", "target_kind": "survey", "target": "scb"},
    {"command": "record-claim", "claim": "c1", "kind": "effect", "text": "Det gick bra.", "matter": "m"},
    {
        "command": "assert-reference",
        "reference": "r1",
        "kind": "vote",
        "what": "Vi röstade emot.",
        "said_in_kind": "input",
        "said_in": "i1",
    },
)


@pytest.fixture
def told(liggare: Liggare) -> Liggare:
    liggare("do", "--json", "\n".join(to_json(command).decode() for command in HISTORY))
    return liggare


@pytest.mark.parametrize("id", ["a1", "i1"])
def test_mine_is_asked_for_by_either_id(id: str, told: Liggare) -> None:
    (own,) = told("show", "mine", id, "--json").json["inputs"]
    assert own["input"]["versions"][0]["text"]["text"] == "Bortfallet är stort."
    assert told("show", "mine", "nobody", "--json").json["inputs"] == []


def test_influence_is_asked_for_by_decision_or_matter(told: Liggare) -> None:
    assert [each["input"] for each in told("show", "influence", "m", "--json").json["undecided"]] == ["i1"]
    assert "there is no influence" in told("show", "influence", "nothing", code=8).err


def test_what_is_not_listed_needs_an_id(told: Liggare) -> None:
    assert "say which mine" in told("show", "mine", code=2).err


def test_influence_without_an_id_is_that_of_every_decision(told: Liggare) -> None:
    listed = told("show", "influence", "--json").json
    known = {each["decision"] for each in told("show", "decisions", "--json").json["decisions"]}
    assert {each["decision"] for each in listed["influence"]} == known


def test_lists_show_the_words_and_what_is_missing(told: Liggare) -> None:
    (criticism,) = told("show", "criticism", "--json").json["criticism"]
    assert (criticism["answered"], criticism["text"]["text"]) == (False, "Bortfallet är stort.")
    (claim,) = told("show", "claims", "--json").json["claims"]
    assert (claim["without_evidence"], claim["text"]["text"]) == (True, "Det gick bra.")
    assert told("show", "claim", "c1", "--json").json["claim"]["claim"] == "c1"
    (reference,) = told("show", "references", "--json").json["references"]
    assert (reference["status"], reference["what"]["text"]) == ("asserted_unverified", "Vi röstade emot.")
    assert "Det gick bra." in told("show", "claims", "--csv").out
