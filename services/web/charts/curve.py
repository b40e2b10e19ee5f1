"""Votes over time: how many were cast and how many stand, with every correction drawn where it changed them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, date, datetime
from typing import Any, NamedTuple

from markupsafe import Markup

from ledger.edtf import earliest
from services.web.charts.svg import element, picture

WIDE, NARROW, HEIGHT = 720.0, 380.0, 300.0
LEFT, RIGHT, TOP, BOTTOM = 62.0, 104.0, 18.0, 34.0
POINTS_MAX = 400
"""Hours drawn; of more, those in between are drawn at the end of their stretch."""

_TICKS = 4
_LABEL_GAP = 18.0


class Lines(NamedTuple):
    """What the two lines and the corrections are called in the reader's language."""

    cast: str
    current: str
    struck: str


def curve(
    title: str, hours: Sequence[Mapping[str, Any]], lines: Lines, said: Callable[[str], str], width: float = WIDE
) -> Markup:
    """Return the curve of a ballot; `hours` as its view gives them, `said` writes an ISO day on the axis.

    Both lines are steps: between two hours nothing changed. A lozenge marks the hours in which votes were struck.
    """
    points = _thinned([(_seconds(each["hour"]), each) for each in hours])
    first, last = points[0][0], points[-1][0]
    top = nice(max(each["votes_cast"] for _, each in points))

    def x(at: float) -> float:
        return LEFT + (width - LEFT - RIGHT) * ((at - first) / (last - first) if last > first else 1.0)

    def y(value: float) -> float:
        return HEIGHT - BOTTOM - (HEIGHT - TOP - BOTTOM) * value / top

    ends = points[-1][1]
    drawn = [*_grid(top, y, width - RIGHT), *_days(first, last, x, said)]
    drawn += [
        element("path", class_="line cast", d=_steps(points, "votes_cast", x, y), fill="none"),
        element("path", class_="line current", d=_steps(points, "current_votes", x, y), fill="none"),
    ]
    drawn += [_struck(x(at), y(each["current_votes"]), each, lines) for at, each in points if each["invalidated"]]
    drawn += _ends(ends, lines, y, width - RIGHT + 8)
    return picture(title, width, HEIGHT, drawn)


def nice(value: float) -> float:
    """Return the least of 4, 8, 20, 40, 80, 200 … that is not below a value: an axis of four steps in whole numbers."""
    step = 1.0
    while True:
        for factor in (1, 2, 5):
            if factor * step * _TICKS >= value:
                return factor * step * _TICKS
        step *= 10


# --- Parts ------------------------------------------------------------------------------------
Point = tuple[float, Mapping[str, Any]]


def _seconds(hour: str) -> float:
    """Return the instant an hour, day, month or year of the record begins."""
    if "T" in hour:
        return datetime.fromisoformat(f"{hour}:00+00:00").timestamp()
    first = earliest(hour) or date(1970, 1, 1)
    return datetime(first.year, first.month, first.day, tzinfo=UTC).timestamp()


def _thinned(points: list[Point]) -> list[Point]:
    points.sort(key=lambda point: point[0])
    every = -(-len(points) // POINTS_MAX)
    last = len(points) - 1
    return [point for at, point in enumerate(points) if at % every == 0 or at == last or point[1]["invalidated"]]


def _steps(points: list[Point], name: str, x: Callable[[float], float], y: Callable[[float], float]) -> str:
    """Return the steps, to the pixel: most of a page's weight would be in what nobody sees."""
    d, left, height = f"M{x(points[0][0]):.0f} {y(0):.0f}", "", f"{y(0):.0f}"
    for at, each in points:
        left, now = f"{x(at):.0f}", f"{y(each[name]):.0f}"
        if now != height:
            d, height = f"{d}H{left}V{now}", now
    return f"{d}H{left}"


def _struck(x: float, y: float, each: Mapping[str, Any], lines: Lines) -> Markup:
    said = f"\N{MINUS SIGN}{each['invalidated']} {lines.struck}"
    mark = element("rect", class_="struck", x=-6, y=-6, width=12, height=12, transform="rotate(45)")
    label = element("text", said, class_="tick strong", x=0, y=24, text_anchor="end")
    return element("g", element("title", said), mark, label, transform=f"translate({x:.1f} {y:.1f})")


def _grid(top: float, y: Callable[[float], float], right: float) -> list[Markup]:
    drawn = []
    for number in range(_TICKS + 1):
        value = top * number / _TICKS
        drawn.append(element("line", class_="grid", x1=LEFT, x2=right, y1=y(value), y2=y(value)))
        drawn.append(element("text", _spaced(value), class_="tick", x=LEFT - 8, y=y(value) + 4, text_anchor="end"))
    return drawn


def _spaced(value: float) -> str:
    return f"{value:,.0f}".replace(",", "\N{NO-BREAK SPACE}")


def _days(first: float, last: float, x: Callable[[float], float], said: Callable[[str], str]) -> list[Markup]:
    ends = [(first, "start")] + ([(last, "end")] if last > first else [])
    return [
        element(
            "text",
            said(datetime.fromtimestamp(at, UTC).date().isoformat()),
            class_="tick",
            x=x(at),
            y=HEIGHT - 10,
            text_anchor=anchor,
        )
        for at, anchor in ends
    ]


def _ends(each: Mapping[str, Any], lines: Lines, y: Callable[[float], float], left: float) -> list[Markup]:
    """Return the names of the lines beside their ends, apart from each other."""
    above, below = y(each["votes_cast"]), y(each["current_votes"])
    if below - above < _LABEL_GAP * 2:
        middle = min(max((above + below) / 2, TOP + _LABEL_GAP), HEIGHT - BOTTOM - _LABEL_GAP)
        above, below = middle - _LABEL_GAP, middle + _LABEL_GAP
    found = []
    for at, value, name, kind in (
        (above, each["votes_cast"], lines.cast, "cast"),
        (below, each["current_votes"], lines.current, "current"),
    ):
        found.append(element("text", _spaced(value), class_=f"end {kind}", x=left, y=at))
        found.append(element("text", name, class_="tick", x=left, y=at + 14))
    return found
