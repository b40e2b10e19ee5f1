"""A flow in three columns (Sankey): by which channel something came, what it was, what became of it.

The width of a band is a number of inputs. On a narrow screen every middle node is a bar of its own instead.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from typing import NamedTuple

from markupsafe import Markup

from services.web.charts.bar import HATCHED, Part, bar
from services.web.charts.drawn import Cell, Drawn, Line, Say
from services.web.charts.svg import element, hatch, hatch_name, picture

NODES_MAX = 8
"""In one column; the smallest of more are drawn as one."""

WIDTH, HEAD, FOOT = 1060, 40, 14
_COLUMNS = (170, 500, 850)
_NODE, _GAP, _SLOT, _BANDS = 16, 20, 34, 300


class Stream(NamedTuple):
    """So many inputs that came by one channel, were of one group and met one outcome (a kind of `services.web.outcomes`)."""

    source: str
    group: str
    outcome: str
    number: int


class Said(NamedTuple):
    """What the picture says: its finding, the heads of its columns, the outcomes in order, the rest, and the sum.

    `link` gives the address of what a number was counted from: those of a source and a group, of an outcome or of all.
    """

    title: str
    heads: tuple[str, str, str]
    outcomes: Sequence[tuple[str, str]]
    other: str
    total: str
    link: Callable[[str, str, str], str | None] | None = None


class _Node(NamedTuple):
    name: str
    top: float
    height: float
    number: int


def flow(streams: Sequence[Stream], said: Said, say: Say) -> Drawn:
    """Return the flow; streams of nothing are left out."""
    kept = _gathered([each for each in streams if each.number], said.other)
    return Drawn(_wide(kept, said, say), _narrow(kept, said, say), _header(said), _lines(kept, said, say))


def _gathered(streams: Sequence[Stream], other: str) -> list[Stream]:
    """Return the streams with the smallest sources and groups beyond `NODES_MAX` as one."""
    sources = _largest((each.source, each.number) for each in streams)
    groups = _largest((each.group, each.number) for each in streams)
    sums: defaultdict[tuple[str, str, str], int] = defaultdict(int)
    for each in streams:
        source = each.source if each.source in sources else other
        group = each.group if each.group in groups else other
        sums[source, group, each.outcome] += each.number
    return [Stream(*names, number) for names, number in sums.items()]


def _largest(numbers: Iterable[tuple[str, int]]) -> list[str]:
    """Return the names with the largest sums, largest first; all of them where they are few."""
    sums: defaultdict[str, int] = defaultdict(int)
    for name, number in numbers:
        sums[name] += number
    ordered = sorted(sums, key=lambda name: (-sums[name], name))
    return ordered if len(ordered) <= NODES_MAX else ordered[: NODES_MAX - 1]


# --- The picture ------------------------------------------------------------------------------
def _wide(streams: Sequence[Stream], said: Said, say: Say) -> Markup:
    total = sum(each.number for each in streams)
    scale = _BANDS / total if total else 0.0
    order = [kind for kind, _ in said.outcomes]
    sources = _column(((each.source, each.number) for each in streams), scale)
    groups = _column(((each.group, each.number) for each in streams), scale)
    ends = _column(((each.outcome, each.number) for each in streams), scale, order)
    pattern = hatch_name(said.title, streams)
    height = max((node.top + max(node.height, _SLOT) for node in (*sources, *groups, *ends)), default=HEAD) + FOOT
    content = [
        hatch(pattern),
        *(
            element("text", head, class_="soft head", x=x, y=16, font_size=12.5, letter_spacing=0.6)
            for x, head in zip((0, *_COLUMNS[1:]), said.heads, strict=True)
        ),
        *_bands(streams, (sources, groups, ends), scale, said, say),
        *(_box(node, _COLUMNS[0], "node") for node in sources),
        *(_box(node, _COLUMNS[1], "node") for node in groups),
        *(_end(node, pattern) for node in ends),
        *_labels((sources, groups, ends), said, say),
    ]
    return picture(said.title, WIDTH, height, content)


def _column(numbers: Iterable[tuple[str, int]], scale: float, order: Sequence[str] = ()) -> list[_Node]:
    """Return the nodes of a column from top to bottom: in a given order, else the largest first."""
    sums: defaultdict[str, int] = defaultdict(int)
    for name, number in numbers:
        sums[name] += number
    names = [name for name in order if name in sums] or sorted(sums, key=lambda name: (-sums[name], name))
    nodes, top = [], float(HEAD)
    for name in names:
        height = sums[name] * scale
        nodes.append(_Node(name, top, height, sums[name]))
        top += max(height, _SLOT) + _GAP
    return nodes


Columns = tuple[Sequence[_Node], Sequence[_Node], Sequence[_Node]]


def _bands(streams: Sequence[Stream], columns: Columns, scale: float, said: Said, say: Say) -> list[Markup]:
    """Return the bands, those into the middle first; each leaves and meets a node below the one before it."""
    sources, groups, ends = columns
    names = dict(said.outcomes)
    leaving, entering, onwards, ending = (
        {node.name: node.top for node in column} for column in (sources, groups, groups, ends)
    )
    drawn: list[Markup] = []
    for source in sources:
        for group in groups:
            number = sum(each.number for each in streams if (each.source, each.group) == (source.name, group.name))
            if number:
                title = f"{source.name} → {group.name}: {say(number)}"
                ys = _taken(leaving, source.name, entering, group.name, number * scale)
                drawn.append(_band(_COLUMNS[0], _COLUMNS[1], *ys, "flow", title))
    for group in groups:
        for end in ends:
            number = sum(each.number for each in streams if (each.group, each.outcome) == (group.name, end.name))
            if number:
                title = f"{group.name} → {names[end.name]}: {say(number)}"
                ys = _taken(onwards, group.name, ending, end.name, number * scale)
                drawn.append(_band(_COLUMNS[1], _COLUMNS[2], *ys, f"stream {end.name}", title))
    return drawn


def _taken(
    first: dict[str, float], name: str, second: dict[str, float], other: str, width: float
) -> tuple[float, float, float]:
    """Return where a band of a width leaves and meets its nodes, and take that place."""
    left, right = first[name], second[other]
    first[name] += width
    second[other] += width
    return left, right, width


def _band(x0: float, x1: float, y0: float, y1: float, width: float, class_: str, title: str) -> Markup:
    x0, middle = x0 + _NODE, (x0 + _NODE + x1) / 2
    path = (
        f"M{x0:.1f},{y0:.1f}C{middle:.1f},{y0:.1f} {middle:.1f},{y1:.1f} {x1:.1f},{y1:.1f}V{y1 + width:.1f}"
        f"C{middle:.1f},{y1 + width:.1f} {middle:.1f},{y0 + width:.1f} {x0:.1f},{y0 + width:.1f}Z"
    )
    return element("path", element("title", title), class_=class_, d=path)


def _box(node: _Node, x: float, class_: str) -> Markup:
    return element("rect", class_=class_, x=x, y=node.top, width=_NODE, height=max(node.height, 1.0))


def _end(node: _Node, pattern: str) -> Markup:
    if node.name != HATCHED:
        return _box(node, _COLUMNS[2], node.name)
    place = {"x": _COLUMNS[2], "y": node.top, "width": _NODE, "height": max(node.height, 1.0)}
    return element("rect", class_="hatched", fill=f"url(#{pattern})", **place)


def _labels(columns: Columns, said: Said, say: Say) -> list[Markup]:
    sources, groups, ends = columns
    names = dict(said.outcomes)
    drawn = [each for node in sources for each in _two_lines(node, node.name, say, _COLUMNS[0] - 12, "end")]
    for node in groups:
        number = element("tspan", f" {say(node.number)}", font_weight=400)
        place = {"x": _COLUMNS[1] + _NODE + 8, "y": node.top + max(node.height, 16) / 2 + 5}
        drawn.append(
            element("text", _short(node.name, 36), number, class_="over", font_size=14.5, font_weight=600, **place)
        )
    at = _COLUMNS[2] + _NODE + 12
    return drawn + [each for node in ends for each in _two_lines(node, names[node.name], say, at, None)]


def _two_lines(node: _Node, name: str, say: Say, x: float, anchor: str | None) -> list[Markup]:
    y = node.top + max(node.height, _SLOT) / 2 - 2
    return [
        element("text", _short(name, 24), x=x, y=y, text_anchor=anchor, font_size=15, font_weight=600),
        element("text", say(node.number), class_="soft", x=x, y=y + 18, text_anchor=anchor, font_size=14),
    ]


def _short(name: str, length: int) -> str:
    return name if len(name) <= length else name[: length - 1].rstrip() + "…"


# --- On a narrow screen, and as a table ---------------------------------------------------------
def _narrow(streams: Sequence[Stream], said: Said, say: Say) -> Markup:
    """Return a list with a bar for every node of the middle."""
    items = []
    for group in _column(((each.group, each.number) for each in streams), 0.0):
        parts = [Part(kind, name, _number(streams, group=group.name, outcome=kind)) for kind, name in said.outcomes]
        title = f"{group.name}: " + ", ".join(f"{say(part.number)} {part.name}" for part in parts if part.number)
        head = [element("b", group.name), Markup(" "), element("span", say(group.number))]
        items.append(element("li", *head, bar(title, parts, 30)))
    return element("ul", *items, class_="lanes")


def _header(said: Said) -> list[str]:
    return [*said.heads[:2], *(name for _, name in said.outcomes), said.total]


def _lines(streams: Sequence[Stream], said: Said, say: Say) -> list[Line]:
    lines = []
    for source in _column(((each.source, each.number) for each in streams), 0.0):
        for group in _column(((each.group, each.number) for each in streams), 0.0):
            kinds = [kind for kind, _ in said.outcomes]
            numbers = [_number(streams, source.name, group.name, kind) for kind in kinds]
            if any(numbers):
                counted = [
                    Cell(
                        say(number), number, said.link(source.name, group.name, kind) if said.link and number else None
                    )
                    for kind, number in zip((*kinds, ""), (*numbers, sum(numbers)), strict=True)
                ]
                lines.append(Line(source.name, [Cell(group.name), *counted]))
    return lines


def _number(
    streams: Sequence[Stream], source: str | None = None, group: str | None = None, outcome: str | None = None
) -> int:
    return sum(
        each.number
        for each in streams
        if source in {None, each.source} and group in {None, each.group} and outcome in {None, each.outcome}
    )
