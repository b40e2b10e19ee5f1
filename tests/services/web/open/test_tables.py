"""Whole tables: the same rows in CSV, JSON and Parquet, and what the views say."""

from __future__ import annotations

import csv
import io
from typing import Any

import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import from_json

from services.web.open.columns import Column, write
from services.web.open.tables import TABLES
from tests.services.web.open.town import HOSTILE
from tests.services.web.site import Site


def as_json(site: Site, name: str, query: str = "") -> list[dict[str, Any]]:
    said = site(f"/data/{name}.json{query}")
    assert said.status == 200, said.text
    return list(from_json(said.body))


@pytest.mark.parametrize("name", TABLES)
def test_the_three_forms_hold_the_same_rows(site: Site, name: str) -> None:
    rows = as_json(site, name)
    parquet = pq.read_table(io.BytesIO(site(f"/data/{name}.parquet").body))
    assert parquet.column_names == [column.name for column in TABLES[name].columns]
    assert parquet.to_pylist() == rows
    lines = list(csv.DictReader(io.StringIO(site(f"/data/{name}.csv").body.decode(), newline="")))
    assert len(lines) == len(rows)
    for line, row in zip(lines, rows, strict=True):
        assert line == {key: _written(value) for key, value in row.items()}


def _written(value: Any) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    text = "" if value is None else str(value)
    return f"'{text}" if isinstance(value, str) and text.startswith(("=", "+", "-", "@", "\t", "\r")) else text


@pytest.mark.parametrize("name", TABLES)
@pytest.mark.parametrize("form", ["csv", "json", "parquet"])
def test_an_empty_ledger_has_every_table(empty: Site, name: str, form: str) -> None:
    assert empty(f"/data/{name}.{form}").status == 200


def test_inputs_have_their_words_or_a_word_why_not(site: Site) -> None:
    found = {row["input"]: (row["text"], row["withheld"]) for row in as_json(site, "forslag")}
    assert found == {
        "nf-1": (f"Fler bänkar {HOSTILE}", None),
        "nf-2": (None, "hidden"),
        "nf-3": (None, "hidden"),
        "nf-4": (None, "erased"),
    }


def test_every_input_in_scope_has_its_line(site: Site) -> None:
    found = {row["input"]: row["code"] for row in as_json(site, "besvaranden")}
    assert found == {"nf-1": "adopted", "nf-2": "withdrawn", "nf-3": "moderated", "nf-4": "pending"}


def test_promises_stand_as_the_view_says(site: Site) -> None:
    found = {row["commitment"]: (row["due"], row["status"]) for row in as_json(site, "loften")}
    assert found == {"tio": ("2016-05-01", "kept"), "fem": ("2016-05-02", "broken"), "utan-dag": (None, "open")}


def test_votes_are_those_of_closed_ballots(site: Site) -> None:
    assert [(row["ballot"], row["voter"], row["choice"]) for row in as_json(site, "roster")] == [
        ("stangd", "v-1", "no")
    ]


def test_a_table_of_the_past_knows_no_more(site: Site) -> None:
    assert [row["body"] for row in as_json(site, "namnder", "?at=1")] == ["fullmaktige"]
    assert [row["commitment"] for row in as_json(site, "loften", "?at=12")] == ["tio"]


CELLS = st.none() | st.text(st.characters(), max_size=30) | st.sampled_from(["=1+1", "\ud800", 'a"b', "a\r\nb", "\x00"])


@given(st.lists(st.tuples(CELLS, st.none() | st.integers(-(2**63), 2**63 - 1), st.none() | st.booleans()), max_size=4))
def test_hostile_cells_come_back(rows: list[tuple[str | None, int | None, bool | None]]) -> None:
    columns = [Column("a"), Column("b", "whole"), Column("c", "truth")]
    files = {form: io.BytesIO() for form in ("csv", "json", "parquet")}
    for form, file in files.items():
        write(form, file, columns, rows)
    wanted = [{"a": None if a is None else a.encode("utf-8", "replace").decode(), "b": b, "c": c} for a, b, c in rows]
    assert from_json(files["json"].getvalue()) == wanted
    assert pq.read_table(io.BytesIO(files["parquet"].getvalue())).to_pylist() == wanted
    lines = list(csv.reader(io.StringIO(files["csv"].getvalue().decode(), newline="")))
    assert [tuple(line) for line in lines[1:]] == [tuple(_written(value) for value in row.values()) for row in wanted]


def test_no_cell_of_csv_begins_a_formula() -> None:
    file = io.BytesIO()
    write("csv", file, [Column("a")], [["=1+1"], ["+1+1"], ["-1+1"], ["@x"], ["\tx"]])
    assert all(line.lstrip(b'"').startswith(b"'") for line in file.getvalue().split(b"\r\n")[1:-1])


def test_a_negative_number_is_no_formula() -> None:
    file = io.BytesIO()
    write("csv", file, [Column("a")], [["-1"], ["-0.5"]])
    assert file.getvalue().split(b"\r\n")[1:-1] == [b"-1", b"-0.5"]
