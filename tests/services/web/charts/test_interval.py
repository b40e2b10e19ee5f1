"""One estimate on its scale: inside the picture whatever it is told, hatched where nobody knows."""

from __future__ import annotations

import re

from hypothesis import given
from hypothesis import strategies as st

from services.web.charts.interval import WIDTH, Range, interval

NUMBERS = st.floats(-1e6, 1e6)
RANGES = st.builds(Range, NUMBERS, NUMBERS)


@given(NUMBERS | st.none(), RANGES, RANGES | st.none(), RANGES | st.none())
def test_everything_is_drawn_inside(
    value: float | None, scale: Range, around: Range | None, bounds: Range | None
) -> None:
    drawn = str(interval("t", value, scale, around, bounds))
    for at in re.findall(r' (?:x|cx|x1|x2)="([^"]*)"', drawn):
        assert 0 <= float(at) <= WIDTH


def test_a_hidden_value_is_hatched_and_has_no_mark() -> None:
    drawn = str(interval("hidden", None, Range(0, 1)))
    assert "hatched" in drawn
    assert "circle" not in drawn
    assert "hatched" not in str(interval("shown", 0.5, Range(0, 1), Range(0.4, 0.6)))
    assert str(interval("bounds", 0.5, Range(0, 1), None, Range(0.2, 0.9))).count("hatched") == 1
