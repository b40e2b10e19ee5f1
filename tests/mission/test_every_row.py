"""Every row of the mission table and every discrepancy has a test that bears its id."""

from __future__ import annotations

import ast
import re
from pathlib import Path

FOLDER = Path(__file__).parent
ROWS = {"s0": 36, "s1": 18, "s2": 30, "s3": 38}
"""How many rows each of the four documents gave; together 122."""
DISCREPANCIES = 16

ID = re.compile(r"(s[0-3]_\d\d|x\d\d)(?=_)")


def ids_of(name: str) -> set[str]:
    """Return the ids in the name of a test: `test_s0_09_s3_21_x01_two_accounts` has three."""
    return set(ID.findall(name))


def named() -> dict[str, set[str]]:
    """Return the tests of this folder by name, each with the ids it bears."""
    return {
        node.name: ids_of(node.name)
        for path in sorted(FOLDER.glob("test_*.py"))
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.name.startswith("test_")
    }


def test_no_row_and_no_discrepancy_is_without_its_test() -> None:
    rows = {f"{document}_{number:02}" for document, count in ROWS.items() for number in range(1, count + 1)}
    rows |= {f"x{number:02}" for number in range(1, DISCREPANCIES + 1)}
    assert len(rows) == 138
    assert sorted(rows - set().union(*named().values())) == []


def test_no_test_bears_an_id_that_no_row_has() -> None:
    known = {f"{document}_{number:02}" for document, count in ROWS.items() for number in range(1, count + 1)}
    known |= {f"x{number:02}" for number in range(1, DISCREPANCIES + 1)}
    assert set().union(*named().values()) <= known


def test_ids_are_read_from_names() -> None:
    assert ids_of("test_s0_09_s3_21_x01_two_accounts") == {"s0_09", "s3_21", "x01"}
    assert ids_of("test_ids_are_read") == set()
