"""A heat map: rows by columns, each field with its number in it, so that the colour is never alone."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from services.web.charts.drawn import Cell, Drawn, Line, Say
from services.web.charts.svg import element, picture

LEVELS = (0.25, 0.5, 0.75, 1.0, 1.5)
"""Up to which share of what was promised each colour goes; the last two colours lie above the promise."""

_WITHOUT_PROMISE = 5
"""Where nothing was promised, no colour may say that it was broken: the scale ends before those two."""

WIDE_HEAD, CELL, ROW, TOP = 170, 28, 36, 24
COLUMNS_MIN = 12
"""For how many columns there is room at least: fewer are drawn no larger."""

NARROW_CELL, NARROW_ROW = 28, 58


class Field(NamedTuple):
    """One field: its number, None where there is none, what it says when there is no number, and a link."""

    number: float | None
    link: str | None = None


class Grid(NamedTuple):
    """What is drawn: the rows with one field for every column, and the number that was promised, None for none."""

    columns: Sequence[str]
    rows: Sequence[tuple[str, Sequence[Field]]]
    promised: float | None = None


def heat(title: str, grid: Grid, head: str, say: Say, none: str = "–") -> Drawn:
    """Return the map; `head` is the head of the table's first column, `none` what an empty field says."""
    lines = [
        Line(name, [Cell(none if each.number is None else say(each.number), each.number, each.link) for each in fields])
        for name, fields in grid.rows
    ]
    return Drawn(_wide(title, grid, say), _narrow(title, grid, say), [head, *grid.columns], lines)


def _wide(title: str, grid: Grid, say: Say) -> Markup:
    content = _months(grid, WIDE_HEAD, CELL)
    for number, (name, fields) in enumerate(grid.rows):
        y = TOP + number * ROW
        content.append(element("text", _short(name), x=WIDE_HEAD - 10, y=y + 22, text_anchor="end", font_size=12.5))
        content += _fields(fields, grid, (WIDE_HEAD, y, CELL), say)
    return picture(title, WIDE_HEAD + CELL * max(len(grid.columns), COLUMNS_MIN), TOP + ROW * len(grid.rows), content)


def _narrow(title: str, grid: Grid, say: Say) -> Markup:
    """Return the map with every row's name above its fields."""
    content = _months(grid, 0, NARROW_CELL)
    for number, (name, fields) in enumerate(grid.rows):
        y = TOP + number * NARROW_ROW
        content.append(element("text", name, x=0, y=y + 14, font_size=13, font_weight=600))
        content += _fields(fields, grid, (0, y + 20, NARROW_CELL), say)
    return picture(title, NARROW_CELL * max(len(grid.columns), COLUMNS_MIN), TOP + NARROW_ROW * len(grid.rows), content)


def _months(grid: Grid, left: float, cell: float) -> list[Markup]:
    return [
        element(
            "text",
            name,
            class_="soft",
            x=left + place * cell + cell / 2 - 1,
            y=14,
            text_anchor="middle",
            font_size=11.5,
        )
        for place, name in enumerate(grid.columns)
    ]


def _fields(fields: Sequence[Field], grid: Grid, at: tuple[float, float, float], say: Say) -> list[Markup]:
    left, y, cell = at
    most = max((each.number or 0.0 for _, row in grid.rows for each in row), default=0.0)
    drawn = []
    for place, each in enumerate(fields):
        x = left + place * cell
        level = _level(each.number, grid.promised, most)
        drawn.append(element("rect", class_=f"w{level}", x=x + 0.5, y=y + 0.5, width=cell - 3, height=ROW - 4))
        if each.number is not None:
            text = {"x": x + (cell - 2) / 2, "y": y + 21, "text_anchor": "middle", "font_size": 12.5}
            drawn.append(element("text", say(each.number), class_=f"in{level}", **text))
    return drawn


def _level(number: float | None, promised: float | None, most: float) -> int:
    """Return the colour of a number, 1 to 6, 0 for none: by what was promised, else by the largest of all."""
    if number is None:
        return 0
    whole = promised or most
    share = number / whole if whole else 0.0
    level = 1 + sum(share > limit for limit in LEVELS)
    return level if promised else min(level, _WITHOUT_PROMISE - 1)


def _short(name: str) -> str:
    return name if len(name) <= _NAME_MAX else name[: _NAME_MAX - 1].rstrip() + "…"


_NAME_MAX = 25
