"""The comparison of a page with itself at another event: which pieces changed, told without the position it was read at."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from html.parser import HTMLParser

import pytest
import pytest_asyncio
from hypothesis import given
from hypothesis import strategies as st

from services.web.page import Page, Seen, Shown
from services.web.pages import compare
from services.web.pages.compare import marked
from tests.services.web.paged import OPENING, Paged, paged, received
from tests.services.web.test_site import PAGES

TEXTS = st.text("ab \n<", max_size=30)


@given(TEXTS, TEXTS)
def test_the_pieces_of_two_texts_make_both_again(before: str, after: str) -> None:
    pieces = list(marked(before, after))
    assert "".join(each["text"] for each in pieces if each["kind"] != "new") == before
    assert "".join(each["text"] for each in pieces if each["kind"] != "gone") == after


def test_of_a_long_text_only_the_whole_is_told() -> None:
    assert [each["kind"] for each in marked("a " * 5_000, "b " * 5_000)] == ["gone", "new"]


def _hostile(seen: Seen) -> Shown:
    return {
        "title": f"<script>alert({seen.rows.position and 1})</script>",
        "count": len(list(seen.rows.scan("inputs"))),
    }


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Paged]:
    pages = (*PAGES, compare.PAGE, Page("hostile", "/elak", _hostile))
    async with paged(tmp_path_factory.mktemp("town"), None, pages) as found:
        await found.do(*OPENING, received("i1", "En <b>cykelbana</b>"), received("i2", "Ett träd"))
        yield found


class _Marks(HTMLParser):
    """The texts of <del> and <ins>, and whether there was a script."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, str]] = []
        self.scripts = 0
        self._within: list[str] = []

    def handle_starttag(self, tag: str, attrs: object) -> None:  # noqa: ARG002  as the parser calls it
        self._within.append(tag)
        self.scripts += tag == "script"

    def handle_endtag(self, tag: str) -> None:
        while self._within and self._within.pop() != tag:
            pass

    def handle_data(self, text: str) -> None:
        for tag in ("del", "ins"):
            if tag in self._within:
                self.found.append((tag, text))


@pytest.mark.asyncio(loop_scope="module")
class TestCompared:
    async def test_changes_are_told_by_value(self, town: Paged) -> None:
        told = json.loads((await town.ask("/jamfor.json?sida=/lista&fran=4&till=5")).body)
        assert told["before"] and told["after"]
        kinds = {each["name"]: (each["kind"], each["before"], each["after"]) for each in told["changes"]}
        assert kinds == {
            "/count": ("changed", "1", "2"),
            '/inputs[input="i2"]': ("added", None, kinds['/inputs[input="i2"]'][2]),
        }
        assert "Ett träd" in str(kinds['/inputs[input="i2"]'][2])
        assert json.loads((await town.ask("/jamfor.json?sida=/lista&fran=5&till=5")).body)["changes"] == []
        assert json.loads((await town.ask("/jamfor.json?sida=/lista&fran=5")).body)["changes"] == []

    async def test_html_marks_them_and_nothing_is_executed(self, town: Paged) -> None:
        said = await town.ask("/jamfor?sida=/elak&fran=3&till=5")
        marks = _Marks()
        marks.feed(said.text)
        assert said.status == 200 and marks.found == [("del", "0"), ("ins", "2")] and marks.scripts == 0
        english = await town.ask("/en/jamfor?sida=/en-insats/i2&fran=4&till=5")
        assert "The page was not there yet at event 4." in english.text
        assert "Sidan fanns inte än vid händelse 4." in (await town.ask("/jamfor?sida=/en-insats/i2&fran=4")).text
        assert (await town.ask("/jamfor")).status == 200

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ("sida=//evil.example/x", 400),
            ("sida=javascript:alert(1)", 400),
            ("sida=/lista&fran=0", 400),
            ("sida=/lista&till=abc", 400),
            ("sida=/lista&fran=" + "9" * 18, 404),
            ("sida=/lista&fran=" + "9" * 30, 400),
            ("sida=/jamfor&fran=1", 200),
            ("sida=/nowhere", 200),
            ("sida=" + "x" * 300, 400),
            ("sida=/trasig", 500),
        ],
    )
    async def test_what_is_asked_wrongly_is_said(self, town: Paged, query: str, status: int) -> None:
        for form in ("", ".json"):
            assert (await town.ask(f"/jamfor{form}?{query}")).status == status
