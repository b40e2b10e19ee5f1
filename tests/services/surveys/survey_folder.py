"""A survey as three tables, for the tests: 400 drawn, answers by a rule that leaves one small group."""

from __future__ import annotations

import csv
from collections.abc import Sequence
from pathlib import Path

FRAME = (
    ("survey", "", "enkat"),
    ("title", "", "Medborgarenkät"),
    ("commissioner", "", "ks"),
    ("conductor", "", "Statistikbyrån"),
    ("population", "", "Invånare 18–84 år"),
    ("design", "", "srs"),
    ("frame", "", "Folkbokföringen"),
    ("frame_size", "", "40000"),
    ("sample_size", "", "400"),
    ("invitation_mode", "", "letter"),
    ("reminder", "letter", "300"),
    ("mode", "web", ""),
    ("language", "sv", ""),
    ("disposition", "complete", "120"),
    ("disposition", "non_contact", "270"),
    ("disposition", "ineligible", "10"),
    ("margin.sex", "women", "20000"),
    ("margin.sex", "men", "20000"),
    ("no_series_breaks", "", "yes"),
)
QUESTIONS = (
    ("q1", "Hur nöjd är du?", "number", "1", "10", "*no_opinion:Vet ej", "overall", ""),
    ("q2", "Kan du påverka?", "verbal", "", "", "yes:Ja;no:Nej;*none:Vet ej", "", ""),
    ("q3", "Vad är viktigt?", "choice", "", "", "bus:Buss;school:Skola;park:Park", "", ""),
    ("q4", "Något mer?", "text", "", "", "", "", ""),
)
QUESTION_HEADER = ("question", "text", "kind", "minimum", "maximum", "options", "role", "factor")
ANSWER_HEADER = ("respondent", "mode", "q1", "q2", "q3", "q4", "background.sex", "background.area")
SECRET_WORDS = "Bänken vid stationen"


def answer(number: int) -> tuple[str, ...]:
    """Return one respondent's row: 80 women and 40 men; 3 in a small area; one in four says no."""
    sex = "women" if number % 3 else "men"
    area = "islands" if number < 3 else "north" if number % 2 else "south"
    said = "no" if number % 4 == 0 else "yes"
    ticked = "bus;park" if number % 5 == 0 else "school"
    words = SECRET_WORDS if number == 7 else ""
    return (f"19{number:010}", "web", str(1 + number % 10), said, ticked, words, sex, area)


def write(
    folder: Path, answers: Sequence[tuple[str, ...]] | None = None, frame: Sequence[tuple[str, ...]] = FRAME
) -> str:
    """Write the three tables and return the folder's path."""
    folder.mkdir(exist_ok=True)
    rows = [answer(number) for number in range(120)] if answers is None else answers
    _table(folder / "frame.csv", ("field", "code", "value"), frame)
    _table(folder / "questionnaire.csv", QUESTION_HEADER, QUESTIONS)
    _table(folder / "answers.csv", ANSWER_HEADER, rows)
    return str(folder)


def _table(path: Path, header: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file).writerows([header, *rows])
