"""A page read as lines, and two readings compared."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from services.web.compared import differing
from services.web.lines import Line, lines_of

PAGE = """<!doctype html><body><header><p>Menu</p></header><main>
<nav><a href="/">Start</a></nav><h1>The board</h1><p class="lead"><b>3</b> of <a href="#">4</a> were answered<span
class="vh">, hidden</span>.</p>
<section aria-labelledby="a"><h2 id="a">Answers</h2><form><p>Search</p></form>
<table><caption>Months</caption><thead><tr><th>Month</th><th>Late</th></tr></thead>
<tbody><tr><th>May</th><td>2<br>of 3</td></tr></tbody></table>
<dl><div><dt>Asked</dt><dd>9 &lt; 10</dd></div></dl></section>
<section><h2>Who</h2><h3 id="b">Staff</h3><ul><li><h4>One</h4><p>first</p><ul><li>nested</li></ul></li><li><b>Two</b><span>second</span></li>
</ul><svg><title>a picture</title></svg></section></main><footer><p>Made</p></footer>"""


def line(text: str, key: str = "", section: str = "s") -> Line:
    return Line(section, "", key, text)


def test_a_page_is_read_by_its_headings_columns_and_terms() -> None:
    assert lines_of(PAGE) == [
        Line("", "", "h1", "The board"),
        Line("", "", "", "3 of 4 were answered."),
        Line("Answers", "a", "", "Months"),
        Line("Answers", "a", "May", "May · Late: 2 of 3"),
        Line("Answers", "a", "Asked", "Asked: 9 < 10"),
        Line("Who › Staff", "b", "One", "One · first · nested"),
        Line("Who › Staff", "b", "", "Two second"),
    ]


@given(st.text('<>/abp li="&;mainh1td', max_size=200))
def test_whatever_is_no_page_is_read_to_its_end(html: str) -> None:
    assert all(each.text for each in lines_of(f"<main>{html}"))


def test_a_figure_that_changed_is_one_difference_and_what_only_moved_is_none() -> None:
    before = [line("Ks · Late: 3", "Ks"), line("7 of 9 answered"), line("stays"), line("gone entirely")]
    after = [line("8 of 10 answered"), line("stays"), line("Ks · Late: 4", "Ks"), line("quite another thing")]
    assert [
        (told.before and told.before.text, told.after and told.after.text) for told in differing(before, after)
    ] == [
        ("7 of 9 answered", "8 of 10 answered"),
        ("gone entirely", None),
        ("Ks · Late: 3", "Ks · Late: 4"),
        (None, "quite another thing"),
    ]
    assert differing(before, [before[2], before[0], before[1], before[3]]) == []
    # In another section it is not the same line.
    assert len(differing([line("a", section="x")], [line("a", section="y")])) == 2


LINES = st.lists(
    st.builds(line, st.sampled_from(["a 1", "a 2", "b", "c d e", "c d f"]), st.sampled_from(["", "k"])), max_size=12
)


@given(LINES, LINES)
def test_every_line_of_one_side_alone_is_told_once(before: list[Line], after: list[Line]) -> None:
    told = differing(before, after)
    gone, come = [each.before for each in told if each.before], [each.after for each in told if each.after]
    assert sorted([*after, *gone]) == sorted([*before, *come])
    assert differing(before, before) == []
