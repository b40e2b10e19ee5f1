"""The colours of a style sheet, and how far apart two of them are (WCAG 2.2, "contrast ratio")."""

from __future__ import annotations

import re
from typing import NamedTuple


class Colour(NamedTuple):
    """Red, green and blue, each from 0 to 255."""

    red: float
    green: float
    blue: float


def hexadecimal(text: str) -> Colour:
    """Return the colour that `#rgb` or `#rrggbb` stands for."""
    digits = text.removeprefix("#")
    if len(digits) == 3:
        digits = "".join(digit * 2 for digit in digits)
    if not re.fullmatch(r"[0-9a-fA-F]{6}", digits):
        raise ValueError(f"{text} is no colour; write #rgb or #rrggbb")
    return Colour(*bytes.fromhex(digits))


def luminance(colour: Colour) -> float:
    """Return the relative luminance: 0 for black, 1 for white."""
    red, green, blue = (_linear(part / 255) for part in colour)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(part: float) -> float:
    return part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4


def contrast(one: Colour, other: Colour) -> float:
    """Return the contrast ratio of two colours: from 1, the same, to 21, black and white."""
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


def over(colour: Colour, below: Colour, opacity: float) -> Colour:
    """Return what is seen of a colour that lets some of another through."""
    return Colour(*(part * opacity + under * (1 - opacity) for part, under in zip(colour, below, strict=True)))


_TOKEN = re.compile(r"--([a-z0-9-]+):([^;}]+)", re.IGNORECASE)
_USED = re.compile(r"(?<![\w-])(?P<property>color|fill):(?:var\(--(?P<token>[\w-]+)\)|(?P<plain>#[0-9a-fA-F]{3,6}))")
_DARK = re.compile(r"@media screen and \(prefers-color-scheme:dark\)\{:root\{([^}]*)\}\}")


def tokens(style: str, *, dark: bool = False) -> dict[str, Colour]:
    """Return the named colours of a style sheet by their name without `--`, as they are in light or in dark."""
    schemes = _DARK.findall(style)
    roots = re.findall(r":root\{([^}]*)\}", _DARK.sub("", style))
    named = dict(_TOKEN.findall(";".join([*roots, *(schemes if dark else [])])))
    for name, value in named.items():
        other = re.fullmatch(r"var\(--([\w-]+)\)", value.strip())
        if other:
            named[name] = named[other[1]]
    return {name: hexadecimal(value) for name, value in named.items() if value.startswith("#")}


def used(style: str, name: str) -> set[str]:
    """Return what a property (`color`, `fill`) is set to anywhere: names of tokens, and colours as written."""
    return {each["token"] or each["plain"] for each in _USED.finditer(style) if each["property"] == name}
