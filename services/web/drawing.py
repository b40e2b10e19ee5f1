"""A picture of a page as a file of its own: the very drawing that stands there, with the little style it needs.

A page marks each picture that may be taken along with `data-picture="NAME"`; `/page.svg?bild=NAME` is cut out of the page
as it is written, so that the two cannot differ.
"""

from __future__ import annotations

import re
from base64 import b64encode
from functools import cache
from hashlib import sha256
from importlib.resources import files
from typing import NamedTuple

from markupsafe import escape

NAME = "bild"
SVG = "image/svg+xml"
NESTED_MAX = 3
"""How deep variables of the style sheet stand for one another."""

WIDTH = 720
"""Of a picture that on its page is as wide as its column."""

_CLASSES = re.compile(r'\sclass="([^"]*)"')
_COMMENTS = re.compile(r"/\*.*?\*/", re.DOTALL)
_DRAWN = re.compile(r'(?:svg(?:\.[a-z]+)?(?:\[height="22"\])? ?)?(?:text|(?:\.[A-Za-z][\w-]*)+)?')
_MARKED = re.compile(r'<(?:figure|div)[^>]*\sdata-picture="([^"]*)"')
_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_RULE = re.compile(r"([^{}]+)\{([^{}]*)\}")
_VARIABLE = re.compile(r"var\((--[\w-]+)\)")


class Picture(NamedTuple):
    """A picture as a file, and what allows its style to a browser that shows the file (CSP, a source by hash)."""

    octets: bytes
    allowed: str


def names(html: str) -> list[str]:
    """Return the names of the pictures of a page, as they stand in its HTML."""
    return _MARKED.findall(html)


def picture(html: str, name: str) -> Picture | None:
    """Return a picture of a page, the first one where no name is given; None where there is no such picture."""
    wanted = str(escape(name)) if name else next(iter(names(html)), None)
    mark = -1 if wanted is None else html.find(f'data-picture="{wanted}"')
    start = html.find("<svg", mark)
    if mark < 0 or start < 0:
        return None
    drawing = html[start : html.index("</svg>", start)]
    opening, _, content = drawing.partition(">")
    style = _style(drawing)
    if "viewBox" not in opening:
        opening = opening.replace('width="100%"', f'width="{WIDTH}"')
    whole = f'{opening} xmlns="http://www.w3.org/2000/svg"><style>{style}</style>{content}</svg>\n'
    allowed = b64encode(sha256(style.encode()).digest()).decode()
    return Picture(_NOT_XML.sub("", whole).encode(), f"default-src 'none'; style-src 'sha256-{allowed}'")


def _style(drawing: str) -> str:
    """Return the rules of the style sheet for what is drawn, in the colours of a light page."""
    used = {name for found in _CLASSES.findall(drawing) for name in found.split()}
    variables, rules = _sheet()
    found = []
    for selector, declared in rules:
        classes = set(re.findall(r"\.([A-Za-z][\w-]*)", selector.replace("svg.", ".")))
        if classes <= used and (classes or selector.endswith("text")):
            found.append(f"{selector}{{{declared}}}")
    style = "".join(found)
    for _ in range(NESTED_MAX):
        style = _VARIABLE.sub(lambda each: variables.get(each[1], "inherit"), style)
    return style


@cache
def _sheet() -> tuple[dict[str, str], list[tuple[str, str]]]:
    """Return the variables of the style sheet, and its rules for parts of pictures."""
    text = _COMMENTS.sub("", files("services.web").joinpath("static/style.css").read_text(encoding="utf-8"))
    plain = "".join(_outside(text))
    variables: dict[str, str] = {}
    rules = []
    for selectors, declared in _RULE.findall(plain):
        if selectors.strip() == ":root":
            variables |= dict(re.findall(r"(--[\w-]+):([^;]+)", declared))
        kept = ";".join(each for each in declared.strip().split(";") if each and not each.startswith("background"))
        found = [each.strip() for each in selectors.split(",") if _DRAWN.fullmatch(each.strip())]
        rules += [(each, kept) for each in found if kept and not kept.startswith(("display", "width"))]
    return variables, rules


def _outside(text: str) -> list[str]:
    """Return what of a style sheet stands in no `@` rule."""
    found, depth, start, at_rule = [], 0, 0, False
    for place, mark in enumerate(text):
        if mark == "{":
            if not depth:
                at_rule = text[start:place].lstrip().startswith("@")
            depth += 1
        elif mark == "}":
            depth -= 1
            if not depth:
                if not at_rule:
                    found.append(text[start : place + 1])
                start = place + 1
    return found
