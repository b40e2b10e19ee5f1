"""A real survey: Santa Monica's wellbeing survey of 2014, from those reached to those counted, and its coded answers.

The data: City of Santa Monica, The Wellbeing Project, ODC-By 1.0. No text of it stands in the repository.
"""

from __future__ import annotations

import csv
import gzip
import json
from collections import Counter
from pathlib import Path

import pytest

from tests.fix_liggare import Liggare

FUNNEL = (
    ("unique responses", "3182"),
    ("more than 20 questions answered", "2640"),
    ("living in the city", "2321"),
    ("all background questions answered", "2238"),
)
FACTS = (
    ("survey", "", "wellbeing-2014"),
    ("title", "", "Wellbeing survey 2014"),
    ("commissioner", "", "city"),
    ("population", "", "Residents of Santa Monica"),
    ("design", "", "open"),
    ("language", "en", ""),
)
CATEGORIES = range(2, 18, 2)


@pytest.fixture(scope="session")
def coded(shared: Path) -> list[list[str]]:
    """The open answers: for each, the categories somebody gave it, without the words."""
    path = shared / "data" / "santa-monica-wellbeing-2014" / "open-ended-responses.csv.gz"
    if not path.exists():
        pytest.skip(f"{path} is not there")
    with gzip.open(path, "rt", encoding="cp1252", newline="") as file:
        rows = list(csv.reader(file))[1:]
    return [sorted({row[place].strip() for place in CATEGORIES if row[place].strip()}) for row in rows]


def codes_of(answers: list[list[str]]) -> dict[str, str]:
    """Return a code for each category as it is spelt; two spellings stay two."""
    codes: dict[str, str] = {}
    for name in sorted({name for answer in answers for name in answer}):
        plain = "".join(letter if letter.isalnum() else "_" for letter in name.lower())
        codes[name] = plain if plain not in codes.values() else f"{plain}_2"
    return codes


def write(folder: Path, answers: list[list[str]], codes: dict[str, str]) -> str:
    folder.mkdir()
    options = ";".join(f"{code}:{name}" for name, code in codes.items())
    tables: dict[str, list[tuple[str, ...]]] = {
        "frame.csv": [("field", "code", "value"), *FACTS, *(("attrition", *step) for step in FUNNEL)],
        "questionnaire.csv": [
            ("question", "text", "kind", "options"),
            ("topics", "Coded open answer", "choice", options),
        ],
        "answers.csv": [
            ("respondent", "topics"),
            *((str(number), ";".join(codes[name] for name in answer)) for number, answer in enumerate(answers)),
        ],
    }
    for name, rows in tables.items():
        with (folder / name).open("w", newline="", encoding="utf-8") as file:
            csv.writer(file).writerows(rows)
    return str(folder)


def town(folder: Path) -> str:
    """Write the commands for the body and the rules of disclosure, and return the file."""
    rules = [
        {"command": "adopt-rule", "rule": rule, "value": value, "unit": "persons", "citation": "x", "valid_from": "2010-01-01"}
        for rule, value in (("survey_min_cell", 5), ("survey_min_base", 20))
    ]  # fmt: skip
    body = {"command": "register-body", "body": "city", "kind": "council", "name": "City of Santa Monica"}
    path = folder / "town.ndjson"
    path.write_text("\n".join(json.dumps(each) for each in (body, *rules)))
    return f"@{path}"


def test_s0_31_the_wellbeing_survey_shows_its_funnel_and_its_coded_answers(
    liggare: Liggare, coded: list[list[str]], tmp_path: Path
) -> None:
    liggare("do", "--json", town(tmp_path))
    codes = codes_of(coded)
    imported = liggare("import", "survey", write(tmp_path / "sm", coded, codes), "--json").json
    assert imported["answers"] == len(coded) == 1837
    liggare("survey", "release", "wellbeing-2014")
    view = liggare("show", "survey", "wellbeing-2014", "--json").json
    steps = view["survey"]["dispositions"]["attrition"]
    assert [step["count"] for step in steps] == [3182, 2640, 2321, 2238]
    assert view["self_selected"]
    assert {"sample_size", "complete", "weights"} <= set(view["cards"][0]["missing"])
    (table,) = view["releases"][0]["tables"]
    shown = {cell["answer"]: cell for cell in table["cells"]}
    counts = Counter(codes[name] for answer in coded for name in answer)
    assert shown["transport"]["numerator"] == counts["transport"] == 481
    for code, count in counts.items():
        cell = shown[code]
        assert cell["suppressed"] is (count < 5), code
        if count >= 5:
            assert (cell["numerator"], cell["denominator"], cell["low"]) == (count, 1837, None)
