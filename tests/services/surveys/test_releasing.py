"""From three tables to a release: sealed on the way, weighed, hidden where few would be shown, computed again the same."""

from __future__ import annotations

import asyncio
import json
from contextlib import closing
from pathlib import Path
from typing import Any
from uuid import uuid4

import pytest

from ledger.messages import Receipt, Submission
from ledger.surveys.commands import PublishResults
from ledger.surveys.rejections import SnapshotAhead
from services.bootstrap import prepared, running
from services.cli.surveying import release
from services.keys import key_store
from services.sentences import in_swedish
from services.settings import settings
from services.surveys.opened import Surveyed, surveyed
from services.surveys.releasing import backgrounds
from services.surveys.tables import limits_of, tables_of
from tests.fix_liggare import ROOT, Liggare
from tests.services.surveys.survey_folder import FRAME, SECRET_WORDS, answer, write
from tests.services.test_sentences import FALLBACK, raised_sentences

BODY = '{"command":"register-body","body":"ks","kind":"board","name":"Kommunstyrelsen"}'
RULES = "\n".join(
    json.dumps(
        {
            "command": "adopt-rule",
            "rule": rule,
            "value": value,
            "unit": "persons",
            "citation": "Nämnden",
            "valid_from": "2010-01-01",
        }
    )
    for rule, value in (("survey_min_cell", 5), ("survey_min_base", 20))
)


@pytest.fixture
def town(liggare: Liggare, tmp_path: Path) -> Liggare:
    """A ledger with a body and the rules of disclosure."""
    path = tmp_path / "town.ndjson"
    path.write_text(f"{BODY}\n{RULES}\n")
    liggare("do", "--json", f"@{path}")
    return liggare


def shown(liggare: Liggare) -> dict[str, Any]:
    view: dict[str, Any] = liggare("show", "survey", "enkat", "--json").json
    return view


def table(view: dict[str, Any], name: str) -> dict[str, Any]:
    found: dict[str, Any] = next(each for each in view["releases"][-1]["tables"] if each["table"] == name)
    return found


def test_a_survey_is_imported_weighed_carded_and_released(town: Liggare, tmp_path: Path) -> None:
    folder = write(tmp_path / "enkat")
    first = town("import", "survey", folder, "--json").json
    assert first["answers"] == 120
    again = town("import", "survey", folder, "--json").json
    assert (again["answers"], again["position"]) == (first["answers"], first["position"])
    view = shown(town)
    assert [card["card"] for card in view["cards"]] == [1]
    assert view["cards"][0]["reminders"] == 1
    assert {"fieldwork", "known_limits", "raw_data"} <= set(view["cards"][0]["missing"])
    assert view["survey"]["weights"]["n"] == 120
    assert view["response"]["unknown"] == ["partial", "refusal", "other", "unknown_household", "unknown_other"]
    town("survey", "release", "enkat")
    view = shown(town)
    yes, no = table(view, "q2")["cells"]
    assert (yes["numerator"], yes["denominator"], no["numerator"]) == (90, 120, 30)
    # Women are two thirds of those who answered and half of the population.
    women = [number for number in range(120) if number % 3]
    share = [sum(number % 4 != 0 for number in group) / len(group) for group in (women, range(0, 120, 3))]
    assert float(yes["value"]) == pytest.approx(sum(share) / 2, abs=1e-4)
    assert float(yes["low"]) < float(yes["value"]) < float(yes["high"])
    assert {each["weighted"] for each in view["releases"][0]["tables"]} == {True}
    assert view["releases"][0]["quality"]["card"] == 1
    assert (view["releases"][0]["min_cell"], view["releases"][0]["min_base"]) == (5, 20)


def test_an_index_is_not_compared_with_nothing(town: Liggare, tmp_path: Path) -> None:
    town("import", "survey", write(tmp_path / "enkat"))
    ran = town("survey", "compare", "enkat", "--index", "overall", code=2)
    assert ran.out == "" and "name that survey" in ran.err


def test_a_survey_is_weighed_later_and_its_card_must_follow(town: Liggare, tmp_path: Path) -> None:
    frame = [fact for fact in FRAME if not fact[0].startswith("margin")]
    town("import", "survey", write(tmp_path / "enkat", frame=frame))
    margins = "variable,code,count,source\nsex,women,20000,SCB\nsex,men,20000,SCB\n"
    (tmp_path / "margins.csv").write_text(margins)
    town("survey", "weigh", "enkat", str(tmp_path))
    assert "publish the card anew" in town("survey", "release", "enkat", code=1).err
    town("survey", "card", "enkat", "--no-series-breaks", "--raw-data", "kept")
    town("survey", "release", "enkat")
    view = shown(town)
    # 80 women weigh a half each of what 40 men do: n_eff = 120 / deff, deff = 1.125.
    assert view["cards"][1]["deff"] == view["releases"][0]["quality"]["deff"] == "1.1250"
    assert (view["cards"][1]["weights"], view["cards"][1]["raw_data"]) == ("raking", "kept")
    (tmp_path / "margins.csv").write_text(margins + "sex,others,5,SCB\n")
    assert "merge it with another" in town("survey", "weigh", "enkat", str(tmp_path), code=1).err


def test_a_group_of_three_is_hidden_and_another_with_it(town: Liggare, tmp_path: Path) -> None:
    town("import", "survey", write(tmp_path / "enkat"))
    town("survey", "release", "enkat", "--by", "area")
    view = shown(town)
    for name in ("q1-by-area", "q2-by-area", "q3-by-area"):
        hidden = {cell["group"] for cell in table(view, name)["cells"] if cell["suppressed"]}
        # Hiding the three alone would hide nobody: all less the others is the three.
        assert "islands" in hidden and len(hidden) >= 2, name
    for each in table(view, "q1-by-area")["cells"]:
        assert each["suppressed"] or each["n"] >= 20


def test_what_is_said_is_nowhere_in_the_record_nor_in_a_view(town: Liggare, tmp_path: Path) -> None:
    town("import", "survey", write(tmp_path / "enkat"))
    town("survey", "release", "enkat")
    record = town("log", "--json").out
    assert SECRET_WORDS not in record and SECRET_WORDS not in json.dumps(shown(town), ensure_ascii=False)
    assert answer(7)[0] not in record, "the id of a respondent in the file must not reach the ledger"
    received = next(json.loads(line)["entry"] for line in record.splitlines() if "answer-received" in line)
    assert received["data"]["answers"]["class"] == "S"


def test_a_table_is_not_released_again_for_nobody(town: Liggare, tmp_path: Path) -> None:
    town("import", "survey", write(tmp_path / "enkat"))
    town("survey", "release", "enkat")
    ran = town("survey", "release", "enkat", "--name", "again", code=1)
    assert "Fewer than 5 respondents changed" in ran.err


def test_the_ledger_knows_where_its_own_last_release_lies(town: Liggare, tmp_path: Path) -> None:
    town("import", "survey", write(tmp_path / "enkat"))

    def more(snapshot: int, name: str) -> PublishResults:
        table = {"table": name, "kind": "index", "index": name, "cells": [{"value": "50", "n": 100}]}
        return PublishResults.model_validate(
            {"survey": "enkat", "release": name, "snapshot": snapshot, "tables": [table]}
        )

    async def released() -> list[Any]:
        async with running(settings(town.store, town.ledger, str(town.keys), {}), background=False) as ledger:
            receipt = await release(ledger, "enkat", "one", ())
            ahead, level = (more(receipt.first + 1, "ahead"), more(receipt.first, "level"))
            asked = [Submission(each, uuid4(), "channel:cli") for each in (ahead, level)]
            return [outcome for each in asked for outcome in await ledger.committer.lane().submit([each])]

    ahead, level = asyncio.run(released())
    assert isinstance(ahead, SnapshotAhead)
    assert isinstance(level, Receipt)


def test_without_a_rule_nothing_is_released(liggare: Liggare, tmp_path: Path) -> None:
    liggare("do", "--json", BODY)
    liggare("import", "survey", write(tmp_path / "enkat"))
    assert "No rule survey_min_cell is adopted" in liggare("survey", "release", "enkat", code=1).err


def test_an_open_survey_is_released_without_intervals(town: Liggare, tmp_path: Path) -> None:
    facts = [fact for fact in FRAME if not fact[0].startswith(("margin", "sample"))]
    frame = [("design", "", "open") if fact[0] == "design" else fact for fact in facts if fact[0] != "reminder"]
    town("import", "survey", write(tmp_path / "enkat", frame=frame))
    town("survey", "release", "enkat")
    view = shown(town)
    assert view["self_selected"]
    cells = [cell for each in view["releases"][0]["tables"] for cell in each["cells"]]
    assert any(cell["value"] for cell in cells)
    assert all(cell["low"] is None and cell["se"] is None and cell["bounds"] is None for cell in cells)


@pytest.mark.parametrize(
    "changed, said",
    [
        ({"answers": [("1", "web", "11", "yes", "bus", "", "men", "north")]}, "fits"),
        ({"frame": [*FRAME, ("colour", "", "red")]}, "'colour' is no field"),
        ({"frame": [fact for fact in FRAME if fact[0] != "population"]}, "does not say population"),
        ({"answers": [("", "web", "1", "yes", "bus", "", "men", "north")]}, "respondent"),
    ],
)
def test_a_bad_file_is_named_with_its_line_or_refused_row(
    town: Liggare, tmp_path: Path, changed: dict[str, Any], said: str
) -> None:
    ran = town("import", "survey", write(tmp_path / "enkat", **changed), code=None)
    if said == "fits":
        assert ran.code == 6
        assert "The answer to the question q1 does not fit its scale; it takes: 1-10, no_opinion." in ran.err
    else:
        assert ran.code != 0
        assert said in ran.err


# --- Whoever may open the answers ---------------------------------------------------------------
def opened_now(liggare: Liggare) -> Surveyed:
    chosen = settings(liggare.store, liggare.ledger, str(liggare.keys), {})
    with prepared(chosen) as parts, closing(parts.reader()) as reader:
        found = surveyed(reader, parts.vault, "enkat")
    assert found is not None
    return found


def test_who_may_open_the_answers_computes_the_very_tables_that_were_released(town: Liggare, tmp_path: Path) -> None:
    town("import", "survey", write(tmp_path / "enkat"))
    town("survey", "release", "enkat")
    known = opened_now(town)
    again = tables_of(known, limits_of(known.survey, 5, 20), backgrounds(known))
    released = [
        {name: value for name, value in each.items() if name != "weighted"}
        | {"cells": [{name: value for name, value in cell.items() if name != "bounds"} for cell in each["cells"]]}
        for release in shown(town)["releases"]
        for each in release["tables"]
    ]
    assert [each.model_dump(mode="json") for each in again] == released


def test_an_erased_respondent_is_left_out_and_the_others_stay(town: Liggare, tmp_path: Path) -> None:
    town("import", "survey", write(tmp_path / "enkat"))
    tag = opened_now(town).respondents[0].tag
    with key_store(settings(town.store, town.ledger, str(town.keys), {})) as keys:
        keys.destroy([f"respondent:enkat|{tag}|S"])
    known = opened_now(town)
    assert (len(known.respondents), known.erased) == (119, 1)
    assert tag not in {each.tag for each in known.respondents}


def test_every_sentence_of_a_check_on_surveys_has_its_swedish_one() -> None:
    sentences = raised_sentences(ROOT / "ledger" / "surveys" / "stated.py")
    assert len(sentences) > 5
    assert {each for each in sentences if in_swedish(each) == FALLBACK} == set()
