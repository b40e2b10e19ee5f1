"""SVG elements as markup. Attributes only, never `style`: the content security policy allows none."""

from __future__ import annotations

from collections.abc import Iterable
from hashlib import sha256

from markupsafe import Markup

HATCH_SIZE = 7


def element(name: str, *content: str, **attributes: object) -> Markup:
    """Return an element; `class_` is class, `text_anchor` text-anchor; attributes that are None are left out."""
    parts = "".join(
        Markup(' {}="{}"').format(_attribute(key), _number(value))
        for key, value in attributes.items()
        if value is not None
    )
    inner = Markup("").join(content)
    return Markup("<{0}{1}>{2}</{0}>").format(name, Markup(parts), inner)  # noqa: S704  each part was escaped


def picture(title: str, width: float, height: float, content: Iterable[str], class_: str | None = None) -> Markup:
    """Return a whole picture whose title states the finding; it scales with its column."""
    box = f"0 0 {_number(width)} {_number(height)}"
    return element("svg", element("title", title), *content, class_=class_, role="img", viewBox=box)


def hatch(name: str) -> Markup:
    """Return the definition of the pattern for what nobody answered; fill with `url(#NAME)`."""
    ground = element("rect", class_="hatch0", width=HATCH_SIZE, height=HATCH_SIZE)
    line = element("rect", class_="hatch1", width=2, height=HATCH_SIZE)
    pattern = element(
        "pattern",
        ground,
        line,
        id=name,
        width=HATCH_SIZE,
        height=HATCH_SIZE,
        patternUnits="userSpaceOnUse",
        patternTransform="rotate(45)",
    )
    return element("defs", pattern)


def hatch_name(*of: object) -> str:
    """Return an id that pictures of other things do not have: ids are one per page."""
    return "hatch-" + sha256(repr(of).encode()).hexdigest()[:10]


def _attribute(key: str) -> str:
    return key if key in {"viewBox", "patternUnits", "patternTransform"} else key.rstrip("_").replace("_", "-")


def _number(value: object) -> object:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else value
