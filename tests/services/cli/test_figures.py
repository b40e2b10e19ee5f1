"""Budgets and indicators from the command line, and one process compared in two ledgers."""

from __future__ import annotations

import json
from pathlib import Path

from tests.fix_liggare import Liggare

BUDGET = """META
key;value
description;Ett torg
budget;10
vote_type;approval
rule;greedy
PROJECTS
project_id;cost;name
a;3;A
b;3;B
c;2;C
d;4;D
VOTES
voter_id;vote
"""
VOTES = "".join(f"{n};a,b,d\n" for n in range(6)) + "".join(f"{n};c\n" for n in range(6, 10))


def test_a_budget_is_imported_with_its_result_and_again_without_harm(liggare: Liggare, tmp_path: Path) -> None:
    path = tmp_path / "torg.pb"
    path.write_text(BUDGET + VOTES)
    first = liggare("import", "pabulib", str(path), "--json").json
    assert first == liggare("import", "pabulib", str(path), "--json").json
    assert (first["ballot"], first["options"], first["votes"], first["position"]) == ("torg", 4, 10, 15)
    shown = liggare("show", "ballot", "torg", "--json").json
    assert {each["option"] for each in shown["budget"]["bought"]} == {"a", "b", "d"}
    (result,) = shown["ballot"]["tallies"]
    assert (sorted(result["winners"]), result["left"], shown["ballot"]["status"]) == (["a", "b", "d"], 0, "tallied")
    totals = liggare("show", "ballot", "torg", "--totals", "--csv").out.splitlines()
    assert sorted(totals[1:]) == ["a,6,6", "b,6,6", "c,4,4", "d,6,6"]
    shares = liggare("import", "pabulib", str(path), "--source", "andelar", "--rule", "shares", "--json").json
    assert "c" in {
        each["option"] for each in liggare("show", "ballot", shares["ballot"], "--json").json["budget"]["bought"]
    }


def test_how_a_budget_is_shared_is_one_of_two_ways(liggare: Liggare, tmp_path: Path) -> None:
    path = tmp_path / "torg.pb"
    path.write_text(BUDGET + VOTES)
    assert "greedy or shares" in liggare("import", "pabulib", str(path), "--rule", "lot", code=2).err
    assert "utilitarian or add1" in liggare("import", "pabulib", str(path), "--completion", "none", code=2).err


def values(path: Path, number: float | None) -> str:
    held = {"gender": "T", "count": 1, "status": "", "value": number}
    item = {"kpi": "U00001", "municipality": "9998", "period": 2015, "values": [held]}
    path.write_text(json.dumps({"count": 1, "values": [item]}))
    return str(path)


def test_a_newer_file_revises_what_differs_and_nothing_else(liggare: Liggare, tmp_path: Path) -> None:
    path = tmp_path / "kolada.json"
    first = liggare("import", "kolada", values(path, 40.5), "--json").json
    assert first == liggare("import", "kolada", values(path, 40.5), "--json").json
    assert (first["values"], first["position"]) == (1, 2)
    assert liggare("import", "kolada", values(path, 41.5), "--json").json["position"] == 3
    shown = liggare("show", "indicator", "kolada-u00001", "--json").json
    (held,) = shown["series"][0]["values"]
    assert (held["value"], [each["value"] for each in held["earlier"]]) == ("41.5", ["40.5"])
    assert shown["attribution"] == "Källa: Kolada"


def test_one_process_is_compared_in_two_ledgers(liggare: Liggare, tmp_path: Path) -> None:
    assert "no process" in liggare("compare", "natverk", liggare.ledger, code=None).err
    for command, fields in (
        ("register-body", {"body": "ks", "kind": "board", "name": "KS"}),
        ("open-process", {"process": "natverk", "title": "N", "kind": "network", "owner": "ks", "planned_sessions": 7}),
    ):
        liggare("do", command, "--json", json.dumps(fields))
    other = tmp_path / "other.db"
    store = f"sqlite:///{other}"
    elsewhere = Liggare(store, tmp_path / "other.keys", liggare._capture, "test/other")
    elsewhere("init")
    answer = liggare("compare", "natverk", liggare.ledger, f"test/other={store}", "--json", "--on", "2019-04-10").json
    one, two = sorted(answer["ledgers"], key=lambda each: not each["found"])
    assert (one["ledger"], one["position"], one["sessions_planned"]) == (liggare.ledger, 2, 7)
    assert (two["ledger"], two["position"], two["found"]) == ("test/other", 0, False)
    assert "named twice" in liggare("compare", "natverk", liggare.ledger, liggare.ledger, code=2).err
