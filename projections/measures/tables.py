"""A measure, or the list of them, as one table: a line for every figure, of the whole and of every cell."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from projections.views.answer import Answer

HEADER = (
    *("measure", "by", "of", "key", "figure", "unit"),
    *("numerator", "denominator", "n", "value", "low", "high", "level", "method", "hidden"),
)
"""The columns; `by`, `of` and `key` are empty for the whole."""


def table_of(shown: Answer) -> list[list[Any]]:
    """Return the lines of what `catalogue.measure` or `catalogue.listed` answered, under HEADER."""
    if "measures" in shown:
        return [_line(each["definition"]["name"], ("", "public", ""), each["headline"]) for each in shown["measures"]]
    name = shown["definition"]["name"]
    return [_line(name, place, figure) for place, figure in _figures(shown)]


def _figures(shown: Answer) -> Iterator[tuple[tuple[str, str, str], Answer]]:
    for figure in shown["figures"]:
        yield ("", "official" if figure["name"].endswith("_official") else "public", ""), figure
    for breakdown in shown["strata"]:
        for cell in breakdown["cells"]:
            for figure in cell["figures"]:
                yield (breakdown["by"], breakdown["of"], cell["key"]), figure


def _line(name: str, place: tuple[str, str, str], figure: Answer) -> list[Any]:
    span = figure["interval"] or dict.fromkeys(("low", "high", "level", "method"))
    counts = [figure[each] for each in ("numerator", "denominator", "n", "value")]
    ends = [span[each] for each in ("low", "high", "level", "method")]
    return [name, *place, figure["name"], figure["unit"], *counts, *ends, figure["hidden"]]
