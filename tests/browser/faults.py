"""What is wrong with a page as Chromium shows it: by axe, by its width, by its targets, by its focus, and on paper."""

from __future__ import annotations

import re
from collections.abc import Sequence
from functools import cache
from importlib.resources import files
from typing import Any

from playwright.sync_api import Page

from tests.services.web.colours import Colour, contrast, over

TAGS = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa", "best-practice"]
TARGET = 24
"""CSS pixels that a target has in both directions at least (WCAG 2.2, 2.5.8)."""

A4_PIXELS = 680
"""CSS pixels between the margins of 15 mm of an A4 page."""

MARGIN = "15mm"

_TABBED = """
const isShown = each => each.checkVisibility({visibilityProperty: true}) && !each.closest('[inert]');
const tabbed = () => [...document.querySelectorAll(
  'a[href],area[href],button,input:not([type=hidden]),select,textarea,summary,[tabindex]')]
  .filter(each => each.tabIndex >= 0 && !each.disabled && isShown(each));
const named = each => each.outerHTML.replace(/\\s+/g, ' ').slice(0, 160);
"""


@cache
def _axe() -> str:
    return (files("axe_playwright_python") / "axe.min.js").read_text()


def axe(page: Page, without: Sequence[str] = ()) -> list[Any]:
    """Return what axe finds by the rules of WCAG 2.2 A and AA and its own best practices, with where it found it.

    On paper there are no targets. In forced colours axe takes the colour the page asked for, not the one it got, so
    `faint` measures there.
    """
    if not page.evaluate("'axe' in window"):
        page.evaluate(_axe())
    options = {
        "runOnly": {"type": "tag", "values": TAGS},
        "rules": {"target-size": {"enabled": True}, **{rule: {"enabled": False} for rule in without}},
        "resultTypes": ["violations"],
    }
    found = page.evaluate(
        """async options => (await axe.run(options)).violations.map(each =>
            [each.id, each.help, each.nodes.slice(0, 3).map(node => [node.html.slice(0, 200), node.failureSummary])])""",
        options,
    )
    return list(found)


def faint(page: Page) -> list[Any]:
    """Return the words, of pictures too, whose contrast with what is behind them is below 4.5, or 3 where they are large.

    Behind words in a picture is the topmost shape below their middle, or the edge that is drawn around them; of a
    hatched shape, whichever of its two colours is nearer to theirs.
    """
    found = page.evaluate(
        f"""() => {{ {_TABBED}
          const parsed = text => (text.match(/[\\d.]+/g) ?? []).map(Number);
          const opaque = each => (parsed(each)[3] ?? 1) > 0;
          const ground = each => {{
            const layers = [];
            for (let at = each; at; at = at.parentElement) {{
              const colour = getComputedStyle(at).backgroundColor;
              if (opaque(colour)) layers.push(parsed(colour));
              if ((parsed(colour)[3] ?? 1) === 1) return layers;
            }}
            const root = matchMedia('(prefers-color-scheme:dark)').matches ? [18, 18, 18] : [255, 255, 255];
            return [...layers, root];
          }};
          const painted = (shape, fill, opacity) => fill.startsWith('url')
            ? ['.hatch0', '.hatch1'].map(part => parsed(getComputedStyle(document.querySelector(part)).fill))
            : [[...parsed(fill).slice(0, 3), opacity]];
          const behind = text => {{
            const style = getComputedStyle(text);
            if (style.stroke !== 'none' && style.paintOrder.startsWith('stroke')) return [[parsed(style.stroke)]];
            const box = text.getBoundingClientRect();
            const all = document.elementsFromPoint(box.left + box.width / 2, box.top + box.height / 2);
            const layers = [];
            for (const shape of all.slice(all.indexOf(text) + 1)) {{
              if (!(shape instanceof SVGGeometryElement)) {{
                if (shape instanceof SVGElement && !(shape instanceof SVGSVGElement)) continue;
                return [[...layers, ...ground(shape)]];
              }}
              const {{fill, fillOpacity}} = getComputedStyle(shape);
              if (fill === 'none') continue;
              const colours = painted(shape, fill, Number(fillOpacity));
              if (colours.length > 1) return colours.map(each => [...layers, each]);
              layers.push(colours[0]);
              if (Number(fillOpacity) === 1) return [layers];
            }}
            return [[...layers, ...ground(document.body)]];
          }};
          const found = [], walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
          for (let node = walker.nextNode(); node; node = walker.nextNode()) {{
            const each = node.parentElement;
            if (!node.data.trim() || !isShown(each) || ['TITLE', 'SCRIPT', 'OPTION'].includes(each.tagName.toUpperCase())) continue;
            const style = getComputedStyle(each), picture = each.closest('svg');
            if (picture) each.scrollIntoView({{block: 'center', inline: 'center'}});
            const size = parseFloat(style.fontSize), large = size >= 24 || (size >= 18.66 && style.fontWeight >= 700);
            for (const layers of picture ? behind(each) : [ground(each)])
              found.push([parsed(picture ? style.fill : style.color), layers, large, node.data.trim().slice(0, 40)]);
          }}
          return found; }}"""
    )
    wrong = set()
    for colour, layers, large, words in found:
        below = Colour(*layers[-1][:3])
        for red, green, blue, *opacity in reversed(layers[:-1]):
            below = over(Colour(red, green, blue), below, opacity[0] if opacity else 1)
        seen = over(Colour(*colour[:3]), below, colour[3] if len(colour) > 3 else 1)
        ratio = contrast(seen, below)
        if ratio < (3 if large else 4.5):
            wrong.add((words, str(colour), str([round(part) for part in below]), round(ratio, 2)))
    return sorted(wrong)


def sideways(page: Page) -> list[Any]:
    """Return by how much the page is wider than its window, with what reaches out, or nothing."""
    found = page.evaluate(
        f"""() => {{ {_TABBED}
          const room = document.documentElement.clientWidth, wide = document.documentElement.scrollWidth;
          if (wide <= room) return [];
          const out = [...document.body.querySelectorAll('*')].filter(each => isShown(each)
            && each.getBoundingClientRect().right > room + 1 && !each.closest('.tw,.wide'));
          return [wide - room, ...out.slice(-3).map(named)]; }}"""
    )
    return list(found)


def small_targets(page: Page) -> list[Any]:
    """Return the targets below 24 by 24 pixels that do not stand within a sentence or a cell's text."""
    found = page.evaluate(
        f"""least => {{ {_TABBED}
          const small = each => {{
            const box = each.getBoundingClientRect();
            return box.width > 1 && (box.width < least || box.height < least);
          }};
          return tabbed().filter(each => getComputedStyle(each).display !== 'inline' && small(each))
            .map(each => [named(each), each.getBoundingClientRect().width, each.getBoundingClientRect().height]); }}""",
        TARGET,
    )
    return list(found)


def unseen_focus(page: Page) -> list[Any]:
    """Return what can have the focus and does not show it: no outline, of no size, outside the window, or covered."""
    page.keyboard.press("Tab")  # from here on the browser takes the reader for one with a keyboard
    found = page.evaluate(
        f"""() => {{ {_TABBED}
          const wrong = [];
          for (const each of tabbed()) {{
            each.focus({{focusVisible: true}});
            const style = getComputedStyle(each), box = each.getBoundingClientRect();
            const seen = document.activeElement === each && each.matches(':focus-visible');
            const drawn = style.outlineStyle !== 'none' && parseFloat(style.outlineWidth) >= 2;
            const inView = box.width > 1 && box.height > 1 && box.bottom > 0 && box.top < innerHeight
              && box.right > 0 && box.left < innerWidth;
            const parts = [...each.getClientRects()];
            const top = inView && parts.map(part => document.elementFromPoint(
              Math.min(Math.max(part.left + part.width / 2, 1), innerWidth - 1),
              Math.min(Math.max(part.top + part.height / 2, 1), innerHeight - 1)));
            const uncovered = top && top.some(over => over && (each.contains(over) || over.contains(each)));
            if (!seen || !drawn || !uncovered) wrong.push([named(each), {{seen, drawn, inView, uncovered}}]);
          }}
          return wrong; }}"""
    )
    return list(found)


def focus_out_of_order(page: Page) -> list[Any]:
    """Return where the Tab key leads to something else than the next in the order of the document.

    The page is to be fresh: nothing has had the focus yet.
    """
    count = page.evaluate(
        f"""() => {{ {_TABBED}
          window.expected = tabbed(); window.reached = [];
          document.addEventListener('focusin', each => window.reached.push(each.target), true);
          // A field for a day has a stop for each of its parts, and for its calendar.
          const days = window.expected.filter(each => each.type === 'date').length;
          return window.expected.length + 4 * days; }}"""
    )
    for _ in range(count):
        page.keyboard.press("Tab")
    found = page.evaluate(
        f"""() => {{ {_TABBED}
          const at = window.expected.findIndex((each, index) => each !== window.reached[index]);
          return at < 0 ? [] : [at, named(window.expected[at]), window.reached[at] ? named(window.reached[at]) : null]; }}"""
    )
    return list(found)


def skip_link(page: Page) -> list[Any]:
    """Return what is wrong with the first thing the Tab key reaches: it is to be seen, and to lead to the content."""
    page.keyboard.press("Tab")
    shown = page.evaluate(
        """() => { const link = document.activeElement, box = link.getBoundingClientRect();
          return [link.className, box.left >= 0 && box.top >= 0 && box.right <= innerWidth && box.height >= 24]; }"""
    )
    page.keyboard.press("Enter")
    there = page.evaluate("document.activeElement.id")
    return [] if shown == ["skip", True] and there == "main" else [shown, there]


def cut_off(page: Page) -> list[Any]:
    """Return what a sheet of A4 would not show whole; the page is to be in print media already."""
    page.set_viewport_size({"width": A4_PIXELS, "height": 960})
    found = page.evaluate(
        f"""room => {{ {_TABBED}
          const wrong = [];
          for (const each of document.body.querySelectorAll('*')) {{
            if (!isShown(each) || each.closest(".vh,svg *")) continue;
            const style = getComputedStyle(each), box = each.getBoundingClientRect();
            const scrolls = style.overflowX !== 'visible' && each.scrollWidth > each.clientWidth + 1;
            if (scrolls || (box.width > 1 && box.right > room + 1)) wrong.push([named(each), box.right, each.scrollWidth]);
          }}
          return wrong.slice(0, 5); }}""",
        A4_PIXELS,
    )
    return list(found)


def sheets(page: Page) -> int:
    """Return how many sheets of A4 the page is when printed."""
    margin = dict.fromkeys(("top", "right", "bottom", "left"), MARGIN)
    printed = page.pdf(format="A4", margin=margin)  # type: ignore[arg-type]  # a dict of its four sides
    return len(re.findall(rb"/Type\s*/Page\b", printed))
