"""What a chart returns: the picture, for wide and for narrow screens, and the rows of the table with the same numbers.

Pictures and table are made by one function of one argument, so that they cannot differ.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

from markupsafe import Markup

Say = Callable[[Any], str]
"""Writes a number as it is written in the reader's language."""


class Cell(NamedTuple):
    """A cell of the table: what it says, the number it says it of, and the address of what the number was made of."""

    text: str
    number: float | None = None
    link: str | None = None


class Line(NamedTuple):
    """A row of the table: its head, and a cell for each further column."""

    head: str
    cells: Sequence[Cell]


class Drawn(NamedTuple):
    """A chart: `narrow` takes the place of `wide` on a phone where it is not empty; `header` has the heads of all columns."""

    wide: Markup
    narrow: Markup
    header: Sequence[str]
    lines: Sequence[Line]
