"""No cell of a CSV is run by a spreadsheet, and every number stays one (OWASP, CSV Injection)."""

from __future__ import annotations

import csv
import io

import pytest

from services.web.forms import written
from services.web.formulas import inert
from services.web.open.columns import Column, write_csv
from services.web.page import Table

FORMULAS = [
    "=1+1",
    "+1",
    "-1+1|cmd",
    "@SUM(1)",
    "\t=1",
    "\r=1",
    "\n=1",
    " =1",
    "-",
    "\uff1d1",
    "\uff0b1",
    "\uff0dx",
    "\uff20x",
    "-1 ",
]
PLAIN = ["-1", "-0.25", "", "a=1", "1-2", "'=1", "0.5", "ä"]


@pytest.mark.parametrize("text", FORMULAS)
def test_a_formula_is_text(text: str) -> None:
    assert inert(text) == f"'{text}"


@pytest.mark.parametrize("text", PLAIN)
def test_anything_else_is_as_it_was(text: str) -> None:
    assert inert(text) == text


def test_both_writers_of_csv_do_it() -> None:
    cells = [*FORMULAS, *PLAIN]
    file = io.BytesIO()
    write_csv(file, [Column("words")], [[each] for each in cells])
    for octets in (file.getvalue(), written(Table(["words"], [[each] for each in cells]))):
        _, *rows = csv.reader(io.StringIO(octets.decode(), newline=""))
        assert [row[0] if row else "" for row in rows] == list(map(inert, cells))
