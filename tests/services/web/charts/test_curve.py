"""The curve of votes: two lines of steps, a lozenge for every correction, never more points than there is room for."""

from __future__ import annotations

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from services.web.charts.curve import POINTS_MAX, Lines, curve, nice

LINES = Lines("votes cast", "current votes", "struck")


def hour(day: int, cast: int, struck: int = 0) -> dict[str, Any]:
    return {"hour": f"2016-05-{day:02}T10", "invalidated": struck, "votes_cast": cast, "current_votes": cast - struck}


def test_both_lines_are_named_at_their_ends_and_a_correction_is_marked() -> None:
    drawn = str(curve("40 votes", [hour(1, 10), hour(2, 40, 5)], LINES, str))
    assert "<title>40 votes</title>" in drawn
    assert all(f">{text}</text>" in drawn for text in ("votes cast", "current votes", "40", "35"))
    assert drawn.count('class="struck"') == 1
    assert "−5 struck" in drawn
    assert ">2016-05-01</text>" in drawn


def test_a_month_or_one_hour_alone_is_drawn_too() -> None:
    for name in ("2016-05", "2016", "2016-05-01", "2016-05-01T08"):
        assert "NaN" not in str(curve("t", [hour(1, 3) | {"hour": name}], LINES, str))


def test_of_many_hours_few_are_drawn_and_every_correction() -> None:
    hours = [
        hour(1, n + 1, int(n % 500 == 7)) | {"hour": f"{2000 + n // 8760}-01-01T{n % 24:02}"} for n in range(3_000)
    ]
    drawn = str(curve("t", hours, LINES, str))
    assert drawn.count('class="struck"') == 6
    assert max(len(re.findall("H", path)) for path in re.findall(r' d="([^"]*)"', drawn)) <= POINTS_MAX + 8


@given(st.floats(0, 1e9))
def test_an_axis_holds_its_value_in_four_whole_steps(value: float) -> None:
    top = nice(value)
    assert top >= value
    assert (top / 4).is_integer()
    assert top <= max(4, value * 2.6)
