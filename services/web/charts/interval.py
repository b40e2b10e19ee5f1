"""One estimate on its scale: the value, its interval, and hatched what it may be among all who were asked."""

from __future__ import annotations

from typing import NamedTuple

from markupsafe import Markup

from services.web.charts.svg import element, hatch, hatch_name, picture

WIDTH, HEIGHT = 320.0, 24.0
_EDGE, _TRACK = 8.0, 8.0
_CAP = 5.0


class Range(NamedTuple):
    """From the least to the most."""

    low: float
    high: float


def interval(
    title: str, value: float | None, scale: Range, around: Range | None = None, bounds: Range | None = None
) -> Markup:
    """Return the estimate drawn on its scale; without a value it is hidden, and the whole track is hatched."""
    pattern = hatch_name(title, value, scale, around, bounds)
    middle = HEIGHT / 2

    def x(at: float) -> float:
        share = (at - scale.low) / (scale.high - scale.low) if scale.high > scale.low else 0.5
        return _EDGE + (WIDTH - 2 * _EDGE) * min(max(share, 0.0), 1.0)

    track = {"y": middle - _TRACK / 2, "height": _TRACK}
    drawn = [hatch(pattern), element("rect", class_="track", x=_EDGE, width=WIDTH - 2 * _EDGE, **track)]
    hatched = Range(scale.low, scale.high) if value is None else bounds
    if hatched is not None:
        left, right = x(hatched.low), x(hatched.high)
        width = max(right - left, 1.0)
        drawn.append(element("rect", class_="hatched", fill=f"url(#{pattern})", x=left, width=width, **track))
    if value is not None and around is not None:
        drawn.append(_whisker(x(around.low), x(around.high), middle))
    if value is not None:
        drawn.append(element("circle", class_="dotted", cx=x(value), cy=middle, r=6))
    return picture(title, WIDTH, HEIGHT, drawn, class_="interval")


def _whisker(left: float, right: float, middle: float) -> Markup:
    lines = [element("line", class_="whisker", x1=left, x2=right, y1=middle, y2=middle, stroke_width=3)]
    lines += [element("line", class_="whisker", x1=x, x2=x, y1=middle - _CAP, y2=middle + _CAP) for x in (left, right)]
    return element("g", *lines)
