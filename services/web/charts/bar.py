"""One bar of parts, such as what became of all inputs: a colour or a pattern and a number for each part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from services.web.charts.drawn import Cell, Drawn, Line, Say
from services.web.charts.svg import element, hatch, hatch_name

HEIGHT = 46
HATCHED = "unanswered"
_LABEL_FROM_SHARE = 0.05
_GAP_PERCENT = 0.25


class Part(NamedTuple):
    """A part of the whole: its class in the style sheet (`changed`, `weighed`, `declined`, `unanswered`), name, number, link."""

    kind: str
    name: str
    number: int
    link: str | None = None


def bar(title: str, parts: Sequence[Part], height: int = HEIGHT, *, labelled: bool = True) -> Markup:
    """Return the bar; parts of nothing are left out, and a bar of nothing is empty. Widths are percentages: it stretches."""
    total = sum(part.number for part in parts)
    pattern = hatch_name(title, parts, height, labelled)
    drawn = [hatch(pattern)] if any(part.kind == HATCHED and part.number for part in parts) else []
    at = 0.0
    for part in parts:
        if not part.number:
            continue
        share = part.number / total
        width = f"{max(share * 100 - _GAP_PERCENT, _GAP_PERCENT):.2f}%"
        drawn.append(_rect(part.kind, pattern, x=f"{at:.2f}%", width=width, height=height))
        if labelled and share >= _LABEL_FROM_SHARE:
            drawn += _label(part, at, share, height)
        at += share * 100
    return element("svg", element("title", title), *drawn, class_="bar", role="img", width="100%", height=height)


def _rect(kind: str, pattern: str, **place: object) -> Markup:
    if kind == HATCHED:
        return element("rect", class_="hatched", fill=f"url(#{pattern})", y=0, **place)
    return element("rect", class_=kind, y=0, **place)


def _label(part: Part, at: float, share: float, height: int) -> list[Markup]:
    """Return the number in the part; on a pattern it gets a ground of its own, to be read."""
    text = f"{part.number:,}".replace(",", "\N{NO-BREAK SPACE}")
    label = element("text", text, class_=f"label {part.kind}", x=f"{at + 1:.2f}%", y=height / 2 + 6)
    if part.kind != HATCHED:
        return [label]
    ground = {"x": f"{at + 0.4:.2f}%", "y": height / 2 - 13, "width": 12 + 10 * len(text), "height": 26, "rx": 2}
    return [element("rect", class_="backing", **ground), label]


def drawn_bar(title: str, parts: Sequence[Part], header: tuple[str, str, str], say: Say, percent: Say) -> Drawn:
    """Return the bar with its table: name, number and share of the whole (`percent` writes a share of one)."""
    total = sum(part.number for part in parts)
    lines = [
        Line(
            part.name,
            (
                Cell(say(part.number), part.number, part.link),
                Cell(percent(part.number / total) if total else "–"),
            ),
        )
        for part in parts
    ]
    return Drawn(bar(title, parts), Markup(""), header, lines)
