"""One bar of parts, such as what became of all inputs: a colour or a pattern and a number for each part."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

from markupsafe import Markup

from services.web.charts.svg import element

HEIGHT = 46
_LABEL_FROM_SHARE = 0.05
_GAP_PERCENT = 0.25


class Part(NamedTuple):
    """A part of the whole: its class in the style sheet (`changed`, `weighed`, `declined`, `unanswered`), its name, its number."""

    kind: str
    name: str
    number: int


def bar(title: str, parts: Sequence[Part], height: int = HEIGHT, *, labelled: bool = True) -> Markup:
    """Return the bar; parts of nothing are left out, and a bar of nothing is empty. Widths are percentages: it stretches."""
    total = sum(part.number for part in parts)
    drawn, at = [], 0.0
    for part in parts:
        if not part.number:
            continue
        share = part.number / total
        width = max(share * 100 - _GAP_PERCENT, _GAP_PERCENT)
        kind = f"part {part.kind}"
        drawn.append(element("rect", class_=kind, x=f"{at:.2f}%", y=0, width=f"{width:.2f}%", height=height))
        if labelled and share >= _LABEL_FROM_SHARE:
            place = f"{at + 1:.2f}%"
            drawn.append(element("text", str(part.number), class_=f"label {part.kind}", x=place, y=height / 2 + 6))
        at += share * 100
    return element("svg", element("title", title), *drawn, class_="bar", role="img", width="100%", height=height)
