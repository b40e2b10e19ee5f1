"""A meeting from the call to the notice board, as an office records it and anyone reads it."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic_core import to_json

from tests.fix_liggare import Liggare

S0 = {"basis": "document", "document": "d" * 64, "anchor": "lines 3-8"}
COMMANDS: tuple[dict[str, Any], ...] = (
    {"command": "register-body", "body": "ksau", "kind": "committee", "name": "Arbetsutskottet", "occurred": "2012"},
    {"command": "open-matter", "matter": "m", "title": "Inflytande", "kind": "decision", "body": "ksau"},
    {
        "command": "adopt-rule",
        "rule": "adjustment_days",
        "value": 14,
        "unit": "days",
        "citation": "KL 1991:900",
        "valid_from": "1992-01-01",
        "occurred": "1992",
    },
    {
        "command": "call-meeting",
        "meeting": "s1",
        "body": "ksau",
        "date": "2015-05-12",
        "agenda": [{"number": 1, "matter": "m", "title": "Inflytande"}],
        "occurred": "2015-05-05",
        "source": S0,
    },
    {
        "command": "record-attendance",
        "meeting": "s1",
        "person": "p1",
        "name": "Rolf Wasteson",
        "party": "V",
        "role": "member",
        "served": True,
        "occurred": "2015-05-12",
    },
    {"command": "take-item", "meeting": "s1", "paragraph": 64, "title": "Inflytande", "occurred": "2015-05-12"},
    {
        "command": "hold-roll-call",
        "meeting": "s1",
        "roll_call": "r1",
        "paragraph": 64,
        "question": "Bifall?",
        "votes": [{"person": "p1", "choice": "no"}],
        "occurred": "2015-05-12",
    },
    {"command": "adjust-minutes", "meeting": "s1", "on": "2015-05-27", "chair": "p1", "minutes_hash": "a" * 64},
)


@pytest.fixture
def held(liggare: Liggare) -> Liggare:
    liggare("do", "--json", "\n".join(to_json(command).decode() for command in COMMANDS))
    return liggare


def test_a_meeting_is_read_with_its_names_votes_and_deadlines(held: Liggare) -> None:
    found = held("show", "meeting", "s1", "--json").json
    assert found["meeting"]["attendance"][0]["name"]["text"] == "Rolf Wasteson"
    assert found["meeting"]["recorded"]["source"]["anchor"] == "lines 3-8"
    assert found["items"][0]["roll_calls"][0]["result"]["passed"] is False
    assert (found["minutes"]["adjustment"]["status"], found["minutes"]["adjustment"]["days"]) == ("late", 15)
    assert "§" not in found["items"][0]["address"]
    assert "Rolf Wasteson" in held("show", "meeting", "s1").out


def test_an_item_is_found_by_its_address_and_the_board_as_of_a_day(held: Liggare) -> None:
    assert held("show", "item", "/ksau/2015/64", "--json").json["item"]["title"] == "Inflytande"
    assert held("show", "item", "/ksau/2015/65", code=8).out == ""
    board = [
        held("show", "notices", "--json", "--asof", day).json["notices"][0]["minutes"]["adjustment"]["status"]
        for day in ("2015-05-26", "2015-05-27")
    ]
    assert board == ["waiting", "late"]
    assert held("show", "meetings", "--json").json["meetings"][0]["first_paragraph"] == 64


def test_adjusted_minutes_are_not_changed(held: Liggare) -> None:
    late = {"command": "take-item", "meeting": "s1", "paragraph": 65, "title": "Annat"}
    refused = held("do", "--json", to_json(late).decode(), code=None)
    assert refused.code and "MINUTES_ARE_ADJUSTED" in refused.out + refused.err
