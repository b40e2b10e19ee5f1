"""Who answered a survey, and what the rest could have said: non-response is drawn as part of the whole, always."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from services.web.charts.bar import HATCHED, Part, bar
from services.web.charts.drawn import Cell, Drawn, Line, Say
from services.web.charts.svg import element, hatch, hatch_name, picture

WIDE, NARROW = 700, 340
_TRACK, _HEIGHT, _EDGE = 46, 92, 30


class Share(NamedTuple):
    """A share (of one) among those who answered, its interval, and what it may be among all who were asked."""

    name: str
    value: float
    low: float | None = None
    high: float | None = None
    least: float | None = None
    most: float | None = None
    link: str | None = None


class Said(NamedTuple):
    """What the picture says: of those who answered, what was possible had all answered, and the heads of the table."""

    of_answered: str
    possible: str
    header: tuple[str, str, str, str, str, str]


def answered_bar(title: str, answered: int, asked: int, names: tuple[str, str]) -> Markup:
    """Return the bar of those who answered and those who did not; `names` of the two."""
    return bar(title, [Part("changed", names[0], answered), Part(HATCHED, names[1], max(asked - answered, 0))])


def bounds(title: str, shares: Sequence[Share], said: Said, percent: Say) -> Drawn:
    """Return every share with its interval, and the hatched bounds of what all who were asked may think."""
    return Drawn(
        _drawn(title, shares, said, percent, WIDE),
        _drawn(title, shares, said, percent, NARROW),
        said.header,
        [Line(each.name, _cells(each, percent)) for each in shares],
    )


def _cells(share: Share, percent: Say) -> list[Cell]:
    ends = (share.low, share.high, share.least, share.most)
    found = [Cell("–") if end is None else Cell(percent(end), end, share.link) for end in ends]
    return [Cell(percent(share.value), share.value, share.link), *found]


def _drawn(title: str, shares: Sequence[Share], said: Said, percent: Say, width: int) -> Markup:
    pattern = hatch_name(title, shares, width)
    content = [hatch(pattern)]
    for number, share in enumerate(shares):
        content += _share(share, number * _HEIGHT, (said, percent, width, pattern))
    return picture(title, width, _HEIGHT * len(shares), content)


def _share(share: Share, top: float, drawing: tuple[Said, Say, int, str]) -> list[Markup]:
    said, percent, width, pattern = drawing
    y, middle = top + _TRACK, top + _TRACK + 5
    content = [
        element("text", share.name, x=0, y=top + 16, font_size=15, font_weight=600),
        element("rect", class_="track", x=0, y=y, width=width, height=10),
    ]
    if share.least is not None and share.most is not None:
        left, right = width * share.least, width * share.most
        content.append(
            element(
                "rect", class_="hatched", fill=f"url(#{pattern})", x=left, y=y, width=max(right - left, 1.0), height=10
            )
        )
        text = f"{percent(share.least)}–{percent(share.most)} {said.possible}"
        content.append(_within(text, (left + right) / 2, top + _TRACK + 30, width, size=13.5, soft=True))
    if share.low is not None and share.high is not None:
        left, right = width * share.low, width * share.high
        content.append(element("line", class_="whisker", x1=left, x2=right, y1=middle, y2=middle, stroke_width=4))
        content += [element("line", class_="whisker", x1=x, x2=x, y1=y - 5, y2=y + 15) for x in (left, right)]
    at = width * share.value
    content.append(element("circle", class_="dotted", cx=at, cy=middle, r=8))
    content.append(
        _within(f"{percent(share.value)} {said.of_answered}", at, top + _TRACK - 11, width, size=14, soft=False)
    )
    return content


def _within(text: str, x: float, y: float, width: int, *, size: float, soft: bool) -> Markup:
    """Return a text about a place, kept inside the picture: its room is told from its length."""
    half = len(text) * size * 0.27
    place = min(max(x, half), width - half)
    return element("text", text, class_="soft" if soft else "said", x=place, y=y, text_anchor="middle", font_size=size)
