"""A trend: values over time with the interval of each as whiskers; a series that broke off is not joined to the next."""

from __future__ import annotations

from collections.abc import Sequence
from math import ceil, floor, log10
from typing import NamedTuple

from markupsafe import Markup

from services.web.charts.drawn import Cell, Drawn, Line, Say
from services.web.charts.svg import element, picture

WIDE, NARROW, HEIGHT = 488, 330, 214
LEFT, RIGHT, TOP, BOTTOM = 40, 96, 12, 28
_LINES = 5
_CAP = 6
_LABEL_EVERY = 44


class Point(NamedTuple):
    """A value of a period, with the ends of its interval where it has one; `series` changes where comparison ends."""

    period: str
    value: float
    low: float | None = None
    high: float | None = None
    series: int = 0
    link: str | None = None


def trend(title: str, points: Sequence[Point], header: tuple[str, str, str, str], say: Say) -> Drawn:
    """Return the trend; the columns of the table are period, value, and the ends of the interval."""
    lines = [
        Line(
            each.period,
            [
                Cell(say(each.value), each.value, each.link),
                *(Cell("–") if end is None else Cell(say(end), end, each.link) for end in (each.low, each.high)),
            ],
        )
        for each in points
    ]
    return Drawn(_drawn(title, points, WIDE, say), _drawn(title, points, NARROW, say), header, lines)


class _Scales(NamedTuple):
    width: float
    places: int
    low: float
    step: float

    def x(self, place: int) -> float:
        room = self.width - LEFT - RIGHT
        return LEFT + 12 + (room * place / (self.places - 1) if self.places > 1 else room / 2)

    def y(self, value: float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - (value - self.low) / (self.step * (_LINES - 1)))


def _drawn(title: str, points: Sequence[Point], width: int, say: Say) -> Markup:
    low, step = _axis(points)
    scales = _Scales(width, len(points), low, step)
    content = [part for number in range(_LINES) for part in _line(low + number * step, scales, say)]
    content += _curves(points, scales)
    for place, each in enumerate(points):
        content.append(_point(each, place, scales, say))
    content += _periods(points, scales)
    if points:
        last, place = points[-1], len(points) - 1
        at = {"x": scales.x(place) + 11, "y": scales.y(last.value) + 5, "font_size": 14}
        content.append(element("text", say(last.value) + _margin(last, say), class_="said", **at))
    return picture(title, width, HEIGHT, content)


def _axis(points: Sequence[Point]) -> tuple[float, float]:
    """Return the lowest line and the step between lines: a round number, wide enough for every interval."""
    values = [end for each in points for end in (each.low, each.value, each.high) if end is not None]
    least, most = min(values, default=0.0), max(values, default=1.0)
    rough = max((most - least) / (_LINES - 2), 1e-9)
    unit = 10 ** floor(log10(rough))
    step = next(unit * factor for factor in (1, 2, 2.5, 5, 10, 20) if unit * factor >= rough)
    low = floor(least / step) * step
    if low + step * (_LINES - 1) < most:
        step = ceil((most - low) / (_LINES - 1) / unit) * unit
    return low, step


def _line(value: float, scales: _Scales, say: Say) -> list[Markup]:
    y = scales.y(value)
    return [
        element("line", class_="grid", x1=LEFT, x2=scales.width - 8, y1=y, y2=y),
        element("text", say(round(value, 6)), class_="soft", x=LEFT - 8, y=y + 4, text_anchor="end", font_size=12.5),
    ]


def _curves(points: Sequence[Point], scales: _Scales) -> list[Markup]:
    joined: dict[int, list[str]] = {}
    for place, each in enumerate(points):
        joined.setdefault(each.series, []).append(f"{scales.x(place):.1f},{scales.y(each.value):.1f}")
    return [element("polyline", class_="curve", points=" ".join(each)) for each in joined.values()]


def _point(point: Point, place: int, scales: _Scales, say: Say) -> Markup:
    x, content = scales.x(place), list[Markup]()
    content.append(element("title", f"{point.period}: {say(point.value)}{_margin(point, say)}"))
    if point.low is not None and point.high is not None:
        low, high = scales.y(point.low), scales.y(point.high)
        content.append(element("line", class_="whisker", x1=x, x2=x, y1=low, y2=high))
        content += [element("line", class_="whisker", x1=x - _CAP, x2=x + _CAP, y1=end, y2=end) for end in (low, high)]
    content.append(element("circle", class_="dotted", cx=x, cy=scales.y(point.value), r=5))
    return element("g", *content)


def _periods(points: Sequence[Point], scales: _Scales) -> list[Markup]:
    """Return the periods below the axis; as many as have room, the last one always."""
    room = scales.x(1) - scales.x(0) if len(points) > 1 else _LABEL_EVERY
    every = max(1, ceil(_LABEL_EVERY / room))
    return [
        element(
            "text", each.period, class_="soft", x=scales.x(place), y=HEIGHT - 8, text_anchor="middle", font_size=12.5
        )
        for place, each in enumerate(points)
        if (len(points) - 1 - place) % every == 0
    ]


def _margin(point: Point, say: Say) -> str:
    """Return what is written after a value: plus or minus where its interval is even, else nothing."""
    if point.low is None or point.high is None:
        return ""
    below, above = point.value - point.low, point.high - point.value
    even = abs(below - above) < 1e-6  # noqa: PLR2004  what rounding leaves
    return f" ± {say(round((below + above) / 2, 4))}" if even else ""
