"""Six petitions to the UK Parliament and a series of counts, imported: their life, their answers, their six falls."""

from __future__ import annotations

import csv
import gzip
import io
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from pydantic_core import from_json

from tests.fix_liggare import Liggare

COUNTED = "131215"


@pytest.fixture
def folder(shared: Path) -> Path:
    return shared / "data" / "uk-petitions"


@pytest.fixture
def petitions(folder: Path) -> dict[str, dict[str, Any]]:
    found = from_json((folder / "petitions-with-responses-sample.json").read_bytes())
    return {str(each["id"]): each for each in found}


@pytest.fixture(params=["sqlite", "postgres"])
def liggare(
    request: pytest.FixtureRequest, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes], folder: Path
) -> Liggare:
    on_sqlite = request.param == "sqlite"
    store = f"sqlite:///{tmp_path}/l.db" if on_sqlite else request.getfixturevalue("postgres_url")
    made = Liggare(store, tmp_path / "keys", capfdbinary)
    made("init")
    numbers = ("--response-signatures", "10000", "--debate-signatures", "100000")
    again = [made("import", "petitions", str(folder), *numbers, "--json").json for _ in range(2)]
    assert again[0] == again[1] and again[0]["position"] == made("status", "--json").json["head"]
    assert (again[0]["petitions"], again[0]["responses"], again[0]["falls"]) == (7, 5, 6)
    return made


def shown(liggare: Liggare, number: str, *how: str) -> dict[str, Any]:
    view: dict[str, Any] = liggare("show", "input", f"uk-petitions-{number}", "--json", *how).json
    return view


def test_six_petitions_show_their_thresholds_their_answer_their_debate_or_why_they_were_refused(
    liggare: Liggare, petitions: dict[str, dict[str, Any]]
) -> None:
    for number, petition in petitions.items():
        view = shown(liggare, number)
        reached = {each["rule"] for each in view["signing"]["thresholds"] if each["reached"] is not None}
        for rule in ("response", "debate"):
            is_reached = petition[f"{rule}_threshold_reached_at"] is not None
            assert (f"petition_{rule}_signatures" in reached) is is_reached
        assert view["signing"]["signatures"]["value"] == petition["signature_count"]
        answers = view["responses"]["responses"]
        assert bool(answers) is (petition["government_response_at"] is not None)
        if answers:
            assert answers[0]["by_office"] == petition["government_response_department"]
        debates = [(each["outcome"], each["on"]) for each in view["input"]["debates"]]
        if petition["debated_on"] is not None:
            assert debates == [("held", petition["debated_on"])]
        elif petition["debate_outcome_at"] is not None:
            assert debates == [("not_held", None)]
        turns = [(each["status"], each["reason_code"]) for each in view["input"]["life"]]
        assert (("rejected", petition["rejection_code"]) in turns) is (petition["state"] == "rejected")


def test_as_of_a_day_a_petition_stands_as_it_stood(liggare: Liggare) -> None:
    before = shown(liggare, "107516", "--asof", "2015-11-13")
    assert (before["signing"]["status"], before["responses"]["answer"]) == ("open", None)
    between = shown(liggare, "107516", "--asof", "2015-11-20")
    assert (between["signing"]["status"], between["responses"]["answer"]) == ("qualified", None)
    after = shown(liggare, "107516", "--asof", "2015-11-24")
    assert after["responses"]["answer"]["day"] == "2015-11-24"
    assert after["input"]["debates"] == []


def test_the_curve_has_every_hour_and_the_six_falls_stand_in_it_as_corrections(liggare: Liggare, folder: Path) -> None:
    text = gzip.decompress((folder / "signature-counts-131215-2016.csv.gz").read_bytes()).decode()
    counts = [(row["observed_at_utc"], int(row["signature_count"])) for row in csv.DictReader(io.StringIO(text))]
    signing = shown(liggare, COUNTED)["signing"]
    assert {each["hour"]: each["count"] for each in signing["hours"]} == {at[:13]: count for at, count in counts}
    falls = [(before[1] - after[1], before[0], after[0]) for before, after in pairwise(counts) if after[1] < before[1]]
    assert [(each["count"], each["after"], each["before"]) for each in signing["falls"]] == falls
    assert len(falls) == 6
    assert {each["reason_code"] for each in signing["falls"]} == {"unknown"}
    assert signing["signatures"]["value"] == counts[-1][1]
    (debate,) = [each for each in signing["thresholds"] if each["rule"] == "petition_debate_signatures"]
    assert (debate["reached"]["basis"], debate["reached"]["day"]) == ("derived", "2016-06-25")
