"""Text and pictures stand out from what is behind them: computed from the style sheet, in light and in dark."""

from __future__ import annotations

from importlib.resources import files

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.services.web.colours import Colour, contrast, hexadecimal, luminance, over, tokens, used

STYLE = (files("services.web") / "static" / "style.css").read_text()
TEXT, GRAPHICS = 4.5, 3.0
"""The least ratios of WCAG 2.2: 1.4.3 for text, whatever its size here, and 1.4.11 for what a picture is read by."""

GROUNDS = ("paper", "card", "tint", "dissent")
BEHIND: dict[str, tuple[str, ...]] = {
    "ink": (*GROUNDS, "foot", "past", "mark", "h0", "track", "w1", "w2", "w3"),
    "ink2": (*GROUNDS, "foot"),
    "link": (*GROUNDS, "foot", "past"),
    "brand": GROUNDS,
    "late": (*GROUNDS, "lateBg"),
    "lateInk": (*GROUNDS, "lateBg"),
    "okInk": ("okBg",),
    "waitInk": ("waitBg",),
    "inInk": ("inBg", "card", "paper"),
    "noInk": ("noBg",),
    "card": ("late",),
    "on-bar": ("bar",),
    "on-bar2": ("bar",),
    "on-brand": ("brand", "brand-2"),
    "on-o": ("o1", "o2", "o3", "late"),
    "wi4": ("w4", "w5"),
    "wi6": ("w6",),
    "#fff": ("bar",),
    "#e3efeb": ("bar",),
    "#17211f": ("#fff", "passed"),
    "#23190a": ("#ffd27a", "#ffe1a5"),
    "#000": ("#fff",),
}
"""What text is written in, and every ground it stands on."""

LINES = ("o1", "o2", "o3", "edge", "todo", "brand", "late", "ink", "ink2", "chosen", "disagree")
"""What pictures, marks and the frames of fields are drawn with."""

SHAPES = {
    "h0",
    "h1",
    "o1",
    "o2",
    "o3",
    "flow",
    "track",
    "w1",
    "w2",
    "w3",
    "w4",
    "w5",
    "w6",
    "passed",
    "disagree",
    "#ffd27a",
}
"""What shapes are filled with, whose text says the same; those that carry meaning alone are in `LINES`."""

DECORATION = {"edge"}
"""Coloured as text is, and says nothing: the mark between two crumbs."""

colours = st.builds(Colour, *[st.integers(0, 255)] * 3)


@pytest.fixture(params=[False, True], ids=["light", "dark"])
def named(request: pytest.FixtureRequest) -> dict[str, Colour]:
    return tokens(STYLE, dark=request.param)


def seen(named: dict[str, Colour], name: str) -> Colour:
    return hexadecimal(name) if name.startswith("#") else named[name]


def test_text_stands_out_from_every_ground(named: dict[str, Colour]) -> None:
    ratios = {
        f"{text} on {ground}": contrast(seen(named, text), seen(named, ground))
        for text, grounds in BEHIND.items()
        for ground in grounds
    }
    assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < TEXT} == {}


def test_what_a_picture_is_read_by_stands_out(named: dict[str, Colour]) -> None:
    ratios = {f"{line} on {ground}": contrast(named[line], named[ground]) for line in LINES for ground in GROUNDS[:2]}
    assert {pair: round(ratio, 2) for pair, ratio in ratios.items() if ratio < GRAPHICS} == {}


def test_the_focus_stands_out_from_every_ground(named: dict[str, Colour]) -> None:
    rings = [("ink", ground) for ground in (*GROUNDS, "foot", "past")] + [("#fff", "bar")]
    assert all(contrast(seen(named, ring), seen(named, ground)) >= GRAPHICS for ring, ground in rings)


def test_no_colour_of_text_is_left_out() -> None:
    assert used(STYLE, "color") - set(BEHIND) <= DECORATION
    assert used(STYLE, "fill") - set(BEHIND) <= SHAPES | {"chosen"}


def test_dark_names_every_colour_that_light_names() -> None:
    light, dark = tokens(STYLE), tokens(STYLE, dark=True)
    assert set(light) == set(dark)
    assert luminance(light["paper"]) > 0.8 and luminance(dark["paper"]) < 0.05


# --- The measure itself -----------------------------------------------------------------------
@pytest.mark.parametrize(
    ("one", "other", "ratio"), [("#000", "#fff", 21.0), ("#777", "#fff", 4.48), ("#00f", "#ff0", 8.0)]
)
def test_known_ratios(one: str, other: str, ratio: float) -> None:
    assert round(contrast(hexadecimal(one), hexadecimal(other)), 2) == ratio


@given(colours, colours)
def test_a_ratio_is_the_same_both_ways_and_never_below_one(one: Colour, other: Colour) -> None:
    assert contrast(one, other) == contrast(other, one)
    assert 1 <= contrast(one, other) <= 21.001
    assert contrast(one, one) == 1


@given(colours, colours)
def test_what_lets_all_through_is_not_seen_and_what_lets_nothing_through_is(one: Colour, other: Colour) -> None:
    assert over(one, other, 0) == other and over(one, other, 1) == one


def test_what_is_no_colour_is_refused() -> None:
    with pytest.raises(ValueError, match="no colour"):
        hexadecimal("red")
