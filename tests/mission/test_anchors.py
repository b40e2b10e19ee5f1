"""The place of a fact is read as it is written, and a wrong place is noticed."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from services.demo.story import SOURCES
from tests.mission.anchors import anchored, external, lines_of, words_at


def fact(anchor: str, seed: str = "S0") -> dict[str, Any]:
    return {"recorded": {"source": {"basis": "document", "document": SOURCES[seed], "anchor": anchor}}}


def test_an_anchor_is_lines_and_ranges_of_lines() -> None:
    assert lines_of(fact("lines 14-16, 41")) == {14, 15, 16, 41}
    assert lines_of(fact("line 57")) == {57}
    anchored(fact("lines 14-16, 41"), "S0", 15, 41)
    anchored(fact("line 57")["recorded"], "S0", 57)


@pytest.mark.parametrize(
    "anchor, seed, lines", [("lines 14-16", "S1", (15,)), ("lines 14-16", "S0", (17,)), ("p. 4", "S0", (4,))]
)
def test_another_document_or_another_line_is_noticed(anchor: str, seed: str, lines: tuple[int, ...]) -> None:
    with pytest.raises(AssertionError):
        anchored(fact(anchor), seed, *lines)


def test_a_fact_of_the_documents_is_not_taken_for_an_external_one() -> None:
    external({"source": {"basis": "external", "external_id": "mitti.se, 2015"}}, "mitti.se")
    with pytest.raises(AssertionError):
        external(fact("line 1"), "mitti.se")


def test_the_words_at_an_anchor_are_those_of_the_document(shared: Path) -> None:
    assert words_at(shared, fact("lines 8, 10")) == "§ 64\nKFKS 2015/174-001"
