"""SVG elements as markup. Attributes only, never `style`: the content security policy allows none."""

from __future__ import annotations

from collections.abc import Iterable

from markupsafe import Markup


def element(name: str, *content: str, **attributes: object) -> Markup:
    """Return an element; `class_` is class, `text_anchor` text-anchor; attributes that are None are left out."""
    parts = "".join(
        Markup(' {}="{}"').format(key.rstrip("_").replace("_", "-") if key != "viewBox" else key, _number(value))
        for key, value in attributes.items()
        if value is not None
    )
    inner = Markup("").join(content)
    return Markup("<{0}{1}>{2}</{0}>").format(name, Markup(parts), inner)  # noqa: S704  each part was escaped


def picture(title: str, width: float, height: float, content: Iterable[str]) -> Markup:
    """Return a whole picture whose title states the finding; it scales with its column."""
    return element(
        "svg", element("title", title), *content, role="img", viewBox=f"0 0 {_number(width)} {_number(height)}"
    )


def _number(value: object) -> object:
    return f"{value:.1f}".removesuffix(".0") if isinstance(value, float) else value
