"""The questions about taking part, asked on the command line: what is open, who was heard, what works, what was kept."""

from __future__ import annotations

import csv
import io
from typing import Any

import pytest
from pydantic_core import to_json

from tests.fix_liggare import Liggare

STORY: tuple[dict[str, Any], ...] = (
    {"command": "register-body", "body": "ks", "kind": "board", "name": "Kommunstyrelsen", "occurred": "2012"},
    {"command": "register-body", "body": "skl", "kind": "external", "name": "SKL", "occurred": "2012"},
    {"command": "register-channel", "channel": "web", "kind": "voice", "name_sv": "Webb", "occurred": "2018"},
    {
        "command": "register-channel",
        "channel": "provider_choice",
        "kind": "exit",
        "name_sv": "Kundval",
        "occurred": "2015",
    },
    {
        "command": "register-method",
        "method": "dialog",
        "name_sv": "dialog",
        "aliases": ["dialogisk metodik"],
        "facets": [{"component": "way_of_working", "attribute": "small_scale"}],
        "occurred": "2016",
    },
    {
        "command": "open-process",
        "process": "network",
        "title": "Nätverk",
        "kind": "network",
        "owner": "ks",
        "period": "2018-04-10/2019-04-10",
        "period_as_decided": "2018-04/2019-04",
        "channels": ["web", "provider_choice"],
        "groups": ["residents", "older_residents"],
        "methods": ["dialog"],
        "planned_sessions": 7,
        "participants": {"minimum": 8, "maximum": 10},
        "unit_named_later": True,
        "occurred": "2018-04-10",
    },
    {"command": "receive-invitation", "process": "network", "organisation": "skl", "occurred": "../2018-04-10"},
    {"command": "apply-to-process", "process": "network", "organisation": "skl", "occurred": "../2018-04-10"},
    {"command": "confirm-place", "process": "network", "organisation": "skl", "occurred": "../2018-04-10"},
    {
        "command": "declare-promise",
        "process": "network",
        "level": "involve",
        "can_change": ["vilka mått som visas"],
        "decided_by": "ks",
        "occurred": "2018-04-10",
    },
    {
        "command": "change-phase",
        "process": "network",
        "phase": "collecting",
        "until": "2018-12-31",
        "occurred": "2018-04-10",
    },
    {
        "command": "hold-session",
        "process": "network",
        "session": "s1",
        "date": "2018-04-10",
        "groups": [{"group": "residents", "count": 12}],
        "shown_indicators": ["nii"],
    },
    {
        "command": "assess-trial",
        "assessment": "a1",
        "method": "dialog",
        "process": "network",
        "verdict": "works",
        "evidence": [{"kind": "document", "id": "report"}],
        "claimed_by": "owner",
        "by_body": "ks",
        "occurred": "2019-04-10",
    },
    {
        "command": "publish-lesson",
        "process": "network",
        "lesson": "l1",
        "method": "dialog",
        "text": "Fråga innan måtten väljs.",
        "occurred": "2019-04-10",
    },
    {
        "command": "make-commitment",
        "commitment": "c1",
        "owner": "ks",
        "text": "Visa måtten på webben.",
        "due": "2018-12-31",
        "process": "network",
        "occurred": "2018-04-10",
    },
    {"command": "deliver-commitment", "commitment": "c1", "on": "2019-01-15"},
)


@pytest.fixture
def told(liggare: Liggare) -> Liggare:
    liggare("do", "--json", "\n".join(to_json(command).decode() for command in STORY))
    return liggare


def test_question_2_what_can_i_influence_until_when_at_which_level(told: Liggare) -> None:
    found = told("show", "open-process", "--json", "--asof", "2018-06-01").json["open_processes"]
    assert [(each["process"], each["influence"]["level"], each["influence"]["until"]) for each in found] == [
        ("network", "involve", "2018-12-31")
    ]
    assert found[0]["influence"]["channels"] == ["web"]
    assert told("show", "open-process", "--json", "--asof", "2019-01-01").json["open_processes"] == []


def test_s2_03_s2_07_s2_09_s2_19_the_network_is_shown_as_its_letter_has_it(told: Liggare) -> None:
    view = told("show", "process", "network", "--json", "--asof", "2018-05-01").json
    assert (view["course"]["sessions_planned"], view["course"]["sessions_held"]["value"]) == (7, 1)
    assert [each["step"] for each in view["course"]["steps"]] == ["invited", "applied", "confirmed"]
    assert (view["terms"]["participants"]["minimum"], view["terms"]["period_as_decided"]) == (8, "2018-04/2019-04")


@pytest.mark.parametrize("day, status", [("2018-12-31", "due"), ("2019-01-01", "broken"), ("2019-01-15", "late")])
def test_question_10_what_was_promised_in_2018_and_was_it_delivered(told: Liggare, day: str, status: str) -> None:
    view = told("show", "commitments", "--json", "--asof", day).json
    assert [(each["commitment"], each["year"], each["status"]) for each in view["commitments"]] == [
        ("c1", "2018", status)
    ]
    assert view["commitments"][0]["text"]["text"] == "Visa måtten på webben."


def test_commitments_are_a_table_beside_their_counts(told: Liggare) -> None:
    rows = list(csv.DictReader(io.StringIO(told("show", "commitments", "--csv", "--asof", "2019-02-01").out)))
    assert [(row["commitment"], row["status"], row["days_late"]) for row in rows] == [("c1", "late", "15")]


def test_question_20_who_has_not_been_heard(told: Liggare) -> None:
    for asked in (("participation",), ("participation", "network")):
        view = told("show", *asked, "--json").json
        assert view["not_evidenced"] == ["older_residents"]
        assert [each["channel"] for each in view["exits"]] == ["provider_choice"]
        assert view["not_published"] == ["area", "age_band", "group"]


def test_question_23_question_30_which_methods_work_on_whose_word_and_what_was_learnt(told: Liggare) -> None:
    method = told("show", "method", "dialog", "--json").json["method"]
    assert method["verdicts"] == [{"verdict": "works", "standing": "claimed", "count": 1}]
    assert method["lessons"][0]["text"]["text"] == "Fråga innan måtten väljs."
    listed = told("show", "methods", "--json", "--asof", "2018-06-01").json["methods"]
    assert [(each["method"], each["verdicts"]) for each in listed] == [("dialog", [])]


def test_a_promise_is_asked_for_before_views_are_collected(told: Liggare) -> None:
    told(
        "do",
        "open-process",
        "--json",
        to_json({"process": "bare", "title": "Dialog", "kind": "dialogue", "owner": "ks"}).decode(),
    )
    refused = told(
        "do", "change-phase", "--json", to_json({"process": "bare", "phase": "collecting"}).decode(), code=None
    )
    assert "PROMISE_MISSING" in refused.out + refused.err
