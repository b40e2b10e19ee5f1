"""Charts: picture and table say the same, at any size, and every pattern that is used stands in the same picture."""

from __future__ import annotations

import re
from collections import Counter
from xml.etree import ElementTree as ET

from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup

from services.web.charts import flow, heat, response, trend
from services.web.charts.bar import Part, bar, drawn_bar
from services.web.charts.drawn import Drawn
from services.web.outcomes import KINDS

HOSTILE = '<script>alert("1")</script>\u202e&amp;'
NAMES = st.sampled_from(["Enkät", "Möte", HOSTILE, "x" * 200, "a", "b", "c", "d", "e", "f", "g"])
STREAMS = st.lists(
    st.builds(flow.Stream, NAMES, NAMES, st.sampled_from(KINDS), st.integers(0, 500)), min_size=1, max_size=40
)
SAID = flow.Said("The finding", ("How", "What", "Became"), [(kind, kind.title()) for kind in KINDS], "Other", "Sum")


def pictures(drawn: Drawn) -> list[ET.Element]:
    """Return the pictures of a chart as they parse, each held to what every picture keeps."""
    found = [ET.fromstring(f"<div>{each}</div>") for each in (drawn.wide, drawn.narrow)]
    for each in found:
        for element in each.iter():
            assert "style" not in element.attrib and not any(name.startswith("on") for name in element.attrib)
            assert element.tag != "script"
            used = re.fullmatch(r"url\(#(.+)\)", element.attrib.get("fill", ""))
            assert used is None or any(pattern.attrib["id"] == used[1] for pattern in each.iter("pattern"))
        assert all(float(each.attrib["height"]) >= 0 for each in each.iter("rect"))
    return found


def numbers(markup: Markup, class_: str) -> list[str]:
    tree = ET.fromstring(f"<div>{markup}</div>")
    return [each.text or "" for each in tree.iter("text") if class_ in each.attrib.get("class", "").split()]


@given(STREAMS)
def test_a_flow_draws_what_its_table_says(streams: list[flow.Stream]) -> None:
    drawn = flow.flow(streams, SAID, str)
    total = sum(each.number for each in streams)
    pictures(drawn)
    assert sum(line.cells[-1].number or 0 for line in drawn.lines) == total
    assert all(sum(cell.number or 0 for cell in line.cells[1:-1]) == line.cells[-1].number for line in drawn.lines)
    # Each end of the picture states the sum of its column of the table.
    stated = Counter(int(each) for each in numbers(drawn.wide, "soft") if each.isdecimal())
    columns = [sum(line.cells[place].number or 0 for line in drawn.lines) for place in range(1, 1 + len(KINDS))]
    sources: Counter[str] = Counter()
    for line in drawn.lines:
        sources[line.head] += int(line.cells[-1].number or 0)
    assert stated == Counter(int(each) for each in columns if each) + Counter(sources.values())
    assert len(sources) <= flow.NODES_MAX


@given(STREAMS)
def test_on_a_narrow_screen_each_group_is_a_bar_of_the_same_numbers(streams: list[flow.Stream]) -> None:
    drawn = flow.flow(streams, SAID, str)
    groups: Counter[str] = Counter()
    for line in drawn.lines:
        groups[line.cells[0].text] += int(line.cells[-1].number or 0)
    items = ET.fromstring(str(drawn.narrow)).findall("li")
    assert {(each[0].text, int(each[1].text or 0)) for each in items} == set(groups.items())


PARTS = st.lists(st.builds(Part, st.sampled_from(KINDS), NAMES, st.integers(0, 10_000)), max_size=6)


@given(PARTS)
def test_a_bar_is_as_wide_as_its_parts(parts: list[Part]) -> None:
    drawn = drawn_bar(HOSTILE, parts, ("", "", ""), str, str)
    (tree, _) = pictures(drawn)
    total = sum(part.number for part in parts)
    assert [line.cells[0].number for line in drawn.lines] == [part.number for part in parts]
    drawing = [each for each in tree.iter("rect") if each.attrib.get("y") == "0" and "width" in each.attrib]
    widths = [float(each.attrib["width"].rstrip("%")) for each in drawing if each.attrib["width"].endswith("%")]
    assert len(widths) == sum(part.number > 0 for part in parts)
    assert not total or abs(sum(widths) - 100) < 3


def test_what_nobody_answered_is_hatched() -> None:
    drawn = str(bar("t", [Part("unanswered", "got no answer", 3), Part("changed", "changed", 5)]))
    pattern = re.search(r'<pattern id="(.+?)"', drawn)
    assert pattern is not None and f'fill="url(#{pattern[1]})"' in drawn
    assert "hatch" not in str(bar("t", [Part("changed", "changed", 5)]))


FIELDS = st.lists(st.builds(heat.Field, st.none() | st.integers(0, 400)), min_size=3, max_size=3)


@given(st.lists(st.tuples(NAMES, FIELDS), max_size=5), st.none() | st.integers(0, 60))
def test_a_heat_map_has_every_number_in_it(rows: list[tuple[str, list[heat.Field]]], promised: int | None) -> None:
    drawn = heat.heat("t", heat.Grid(["jan", "feb", "mar"], rows, promised), "Body", str)
    pictures(drawn)
    told = [str(each.number) for _, fields in rows for each in fields if each.number is not None]
    for picture in (drawn.wide, drawn.narrow):
        tree = ET.fromstring(str(picture))
        inside = [each.text for each in tree.iter("text") if each.attrib.get("class", "").startswith("in")]
        assert inside == told
    assert [cell.text for line in drawn.lines for cell in line.cells if cell.number is not None] == told
    # Without a promise no colour says that one was broken.
    assert promised or not re.search(r'class="w[56]"', drawn.wide)


POINTS = st.lists(
    st.tuples(st.floats(-1e4, 1e4), st.none() | st.floats(0, 50), st.integers(0, 2)), min_size=0, max_size=12
)


@given(POINTS)
def test_a_trend_has_a_point_for_each_row_and_stays_inside(points: list[tuple[float, float | None, int]]) -> None:
    made = [
        trend.Point(
            str(2000 + place),
            value,
            None if margin is None else value - margin,
            None if margin is None else value + margin,
            series,
        )
        for place, (value, margin, series) in enumerate(points)
    ]
    drawn = trend.trend("t", made, ("", "", "", ""), str)
    pictures(drawn)
    for picture in (drawn.wide, drawn.narrow):
        tree = ET.fromstring(str(picture))
        circles = [float(each.attrib["cy"]) for each in tree.iter("circle")]
        assert len(circles) == len(drawn.lines) == len(points)
        assert all(0 <= each <= trend.HEIGHT for each in circles)
        ends = [float(each.attrib[end]) for each in tree.iter("line") for end in ("y1", "y2")]
        assert all(-1 <= each <= trend.HEIGHT for each in ends)


def test_series_that_broke_off_are_not_joined() -> None:
    points = [trend.Point(str(year), 40 + year, series=int(year > 2)) for year in range(5)]
    assert str(trend.trend("t", points, ("", "", "", ""), str).wide).count("<polyline") == 2


SHARES = st.builds(
    response.Share,
    NAMES,
    st.floats(0, 1),
    st.none() | st.floats(0, 1),
    st.none() | st.floats(0, 1),
    st.none() | st.floats(0, 0.5),
    st.none() | st.floats(0.5, 1),
)


@given(st.lists(SHARES, max_size=4))
def test_bounds_are_drawn_for_what_the_table_says(shares: list[response.Share]) -> None:
    said = response.Said("of those who answered", "possible", ("", "", "", "", "", ""))
    drawn = response.bounds("t", shares, said, lambda share: f"{share:.2f}")
    wide, _ = pictures(drawn)
    hatched = [each for each in wide.iter("rect") if each.attrib.get("class") == "hatched"]
    assert len(hatched) == sum(each.least is not None and each.most is not None for each in shares)
    assert [line.cells[0].number for line in drawn.lines] == [each.value for each in shares]
