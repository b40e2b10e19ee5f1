"""Tables found by their header: names, languages, encodings, separators, rows that do not fit."""

from __future__ import annotations

import gzip
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from services.imports.columns import Cells, Sheet, mapped, read_sheet
from services.imports.tables import ImportBroken


def read(folder: Path, content: str | bytes, name: str = "proposals.csv") -> Sheet:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return read_sheet(path)


def cells(sheet: Sheet) -> list[dict[str, str]]:
    return [dict(row.cells) for row in sheet.rows]


@pytest.mark.parametrize(
    "content",
    [
        'id,body\n1,"a, b"\n',
        'id;body\n1;"a, b"\n',
        '\ufeffid;body\r\n1;"a, b"\r\n',
        ' ID ;Body\n1;"a, b"\n\n',
    ],
)
def test_separators_marks_and_line_ends_make_no_difference(content: str, tmp_path: Path) -> None:
    assert cells(read(tmp_path, content)) == [{"id": "1", "body": "a, b"}]


def test_a_cell_may_hold_lines_formulas_quotes_and_a_very_long_text(tmp_path: Path) -> None:
    huge = "x" * 200_000
    content = f'id,body\n1,"one\ntwo ""three"""\n2,"=HYPERLINK(1)"\n3,{huge}\n4,nul\x00\n'
    sheet = read(tmp_path, content)
    assert [row["body"] for row in cells(sheet)] == ['one\ntwo "three"', "=HYPERLINK(1)", huge, "nul\x00"]
    assert [row.line for row in sheet.rows] == [3, 4, 5, 6]


def test_one_object_a_line_reads_like_a_table(tmp_path: Path) -> None:
    packed = gzip.compress(
        b'{"id": 1, "votes": 3, "hidden": false, "body": null}\n\n{"id": "2", "Extra": [1]}\n[]\n{\n'
    )
    sheet = read(tmp_path, packed, "comments.jsonl.gz")
    assert sheet.name == "comments.jsonl"
    assert cells(sheet) == [{"id": "1", "votes": "3", "hidden": "false", "body": ""}, {"id": "2", "extra": "[1]"}]
    assert sheet.columns == ("id", "votes", "hidden", "body", "extra")
    assert [(each.line, each.why.partition(":")[0]) for each in sheet.refused] == [
        (4, "is no JSON object"),
        (5, "is not JSON"),
    ]


def test_a_row_of_another_width_is_refused_alone(tmp_path: Path) -> None:
    sheet = read(tmp_path, "id,body\n1,a\n2\n3,c,d\n4,e\n")
    assert [row["id"] for row in cells(sheet)] == ["1", "4"]
    assert [str(each) for each in sheet.refused] == [
        "proposals.csv, line 3: has 1 columns, the header 2",
        "proposals.csv, line 4: has 3 columns, the header 2",
    ]


@pytest.mark.parametrize(
    "content, sentence",
    [
        ("id,body\n1,Gràcia\n".encode("latin-1"), "line 2: is not UTF-8, perhaps Latin-1"),
        ("id,body\n1,a\n".encode("utf-16"), "line 1: is not UTF-8"),
        (b"", "is empty"),
        (b'id,body\n1,"a\n', "line 2: .* cut off"),
        (b"id,body,id\n", "names the column 'id' twice"),
        (b",".join(b"c%d" % number for number in range(1001)), "over 1000 columns"),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(content: bytes, sentence: str, tmp_path: Path) -> None:
    with pytest.raises(ImportBroken, match=sentence):
        read(tmp_path, content)


def test_a_damaged_file_or_none_says_so(tmp_path: Path) -> None:
    with pytest.raises(ImportBroken, match="cut off or damaged"):
        read(tmp_path, gzip.compress(b"id,body\n" * 100)[:20], "proposals.csv.gz")
    with pytest.raises(ImportBroken, match="cannot be read"):
        read_sheet(tmp_path / "nowhere.csv")


# --- Columns ----------------------------------------------------------------------------------
NAMES = {"title": ("title",), "status": ("state", "status"), "answer": ("answer",)}


def test_the_first_name_that_is_there_is_used_and_the_rest_is_listed() -> None:
    found = mapped(("id", "status", "state", "title/ca", "title/es", "titled"), NAMES, None)
    assert found.fields == {"title": (("title/ca", "ca"), ("title/es", "es")), "status": (("state", None),)}
    assert (found.absent, found.unused) == (("answer",), ("id", "status", "titled"))


def test_the_language_asked_for_comes_first_and_another_stands_in_for_it() -> None:
    found = mapped(("title/ca", "title/es"), NAMES, "es")
    assert found.find(Cells(2, {"title/ca": "Pont", "title/es": "Puente"}), "title") == ("Puente", "es")
    assert found.find(Cells(3, {"title/ca": "Pont", "title/es": " "}), "title") == ("Pont", "ca")
    assert found.find(Cells(4, {"title/ca": "", "title/es": ""}), "title") is None
    assert found.value(Cells(5, {}), "answer") is None


@given(st.lists(st.text(max_size=8), max_size=8, unique=True), st.none() | st.sampled_from(["ca", "es"]))
def test_every_column_is_used_or_listed_and_every_field_is_found_or_absent(
    columns: list[str], language: str | None
) -> None:
    found = mapped(columns, NAMES, language)
    used = [column for places in found.fields.values() for column, _ in places]
    assert sorted([*used, *found.unused]) == sorted(columns)
    assert {*found.fields, *found.absent} == set(NAMES)
