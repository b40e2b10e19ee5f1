"""Where a shown fact stands in the four documents: the document by its hash, the lines by its anchor."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from services.demo.story import SOURCES

ANCHOR = re.compile(r"lines? \d+(-\d+)?(, \d+(-\d+)?)*")


def source_of(shown: Mapping[str, Any]) -> Mapping[str, Any]:
    """Return the source of a shown fact: of a state with its `recorded`, or of such a moment itself."""
    source: Mapping[str, Any] = shown.get("recorded", shown)["source"]
    return source


def lines_of(shown: Mapping[str, Any]) -> set[int]:
    """Return the lines that the anchor of a shown fact covers: `lines 14-20, 41`."""
    anchor = source_of(shown)["anchor"]
    assert ANCHOR.fullmatch(anchor), anchor
    spans = (span.partition("-") for span in anchor.split(" ", 1)[1].split(", "))
    return {line for first, _, last in spans for line in range(int(first), int(last or first) + 1)}


def anchored(shown: Mapping[str, Any], seed: str, *lines: int) -> None:
    """Fail unless a shown fact names this document, by its hash, and its anchor covers all these lines."""
    source = source_of(shown)
    place = (source["basis"], source["document"])
    assert place == ("document", SOURCES[seed]), f"stands in {place}, not in {seed}"
    assert lines, "an anchor covers at least one line"
    assert set(lines) <= lines_of(shown), f"{source['anchor']} does not cover {lines}"


def external(shown: Mapping[str, Any], words: str) -> None:
    """Fail unless a shown fact says that it comes from another source than the four documents, and names it."""
    source = source_of(shown)
    assert source["basis"] == "external" and words in source["external_id"], source


def words_at(shared: Path, shown: Mapping[str, Any]) -> str:
    """Return what the document says on the lines to which a shown fact is anchored."""
    wanted = source_of(shown)["document"]
    content = {hashlib.sha256(path.read_bytes()).hexdigest(): path for path in (shared / "seeds").glob("*.txt")}
    lines = content[wanted].read_text(encoding="utf-8").splitlines()
    return "\n".join(lines[number - 1] for number in sorted(lines_of(shown)))
