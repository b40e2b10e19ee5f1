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
from services.web.pages import PAGES
from services.web.pages.compare import marked
from tests.services.web.paged import OPENING, Paged, paged, received
from tests.services.web.pages.seen import Read

HOSTILE = '<img src=x onerror="alert(1)"> {{7*7}} </script>'
TEXTS = st.text("ab \n<", max_size=30)


@given(TEXTS, TEXTS)
def test_the_pieces_of_two_texts_make_both_again(before: str, after: str) -> None:
    pieces = list(marked(before, after))
    assert "".join(each["text"] for each in pieces if each["kind"] != "new") == before
    assert "".join(each["text"] for each in pieces if each["kind"] != "gone") == after


def test_of_a_long_text_only_the_whole_is_told() -> None:
    assert [each["kind"] for each in marked("a " * 5_000, "b " * 5_000)] == ["gone", "new"]


def _raise(seen: Seen) -> Shown:
    raise RuntimeError(seen.origin)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def town(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Paged]:
    pages = (*PAGES, Page("broken", "/trasig", _raise))
    async with paged(tmp_path_factory.mktemp("town"), None, pages) as found:
        await found.do(*OPENING, received("i1", "En <b>cykelbana</b>"), received("i2", HOSTILE))
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
    async def test_data_is_compared_by_value(self, town: Paged) -> None:
        told = json.loads((await town.ask("/jamfor.json?sida=/forslag&fran=4&till=5")).body)
        assert told["before"] and told["after"]
        kinds = {each["name"]: (each["kind"], each["before"], each["after"]) for each in told["changes"]}
        assert kinds["/inputs/value"] == ("changed", "1", "2") if "/inputs/value" in kinds else kinds
        assert any(name.endswith('[input="i2"]') and each[0] == "added" for name, each in kinds.items())
        for query in ("fran=5&till=5", "fran=5"):
            same = json.loads((await town.ask(f"/jamfor.json?sida=/forslag&{query}")).body)
            assert (same["changes"], same["sections"], same["lines"]) == ([], [], 0)

    async def test_what_reads_otherwise_is_told_in_the_words_of_the_page(self, town: Paged) -> None:
        for path, was, becomes in (
            ("/jamfor", "1 synpunkt", "2 synpunkter"),
            ("/en/jamfor", "1 input", "2 inputs"),
        ):
            told = json.loads((await town.ask(f"{path}.json?sida=/arende/m&fran=4&till=5")).body)
            lines = [each for section in told["sections"] for each in section["lines"]]
            (figure,) = [each for each in lines if each["before"] and was in each["before"]]
            assert figure["kind"] == "changed" and becomes in figure["after"]
            assert told["lines"] == len(lines) and told["title"] == "Skolan"
            said = await town.ask(f"{path}?sida=/arende/m&fran=4&till=5")
            read = Read.of(said.text)
            prefix = path.removesuffix("/jamfor")
            assert {f"{prefix}/arende/m?at=4", f"{prefix}/arende/m?at=5"} <= {
                link.partition("#")[0] for link in read.links
            }
            # Neither a JSON Pointer nor a name of a field stands on the page.
            assert not [each["name"] for each in told["changes"] if each["name"] in read.text]
            assert "position" not in read.text and "_" not in read.text
            rows = (await town.ask(f"{path}.csv?sida=/arende/m&fran=4&till=5")).text
            assert rows.startswith("section,kind,before,after") and becomes in rows

    async def test_words_are_marked_and_nothing_is_executed(self, town: Paged) -> None:
        said = await town.ask("/jamfor?sida=/forslag&fran=4&till=5")
        marks = _Marks()
        marks.feed(said.text)
        assert said.status == 200 and ("del", "1") in marks.found and ("ins", "2") in marks.found
        assert marks.scripts == 0 and HOSTILE in Read.of(said.text).text and "<img" not in said.text

    async def test_a_page_that_was_not_there_is_said_not_to_have_been(self, town: Paged) -> None:
        english = await town.ask("/en/jamfor?sida=/forslag/i2&fran=4&till=5")
        assert "The page was not there yet at event 4." in english.text
        assert "/en/forslag/i2?at=5" in Read.of(english.text).links
        assert "Sidan fanns inte än vid händelse 4." in (await town.ask("/jamfor?sida=/forslag/i2&fran=4")).text
        assert "inte läses" not in (await town.ask("/jamfor")).text
        assert (await town.ask("/jamfor")).status == 200

    async def test_a_page_is_the_same_in_either_language(self, town: Paged) -> None:
        one, other = [
            json.loads((await town.ask(f"/jamfor.json?sida={page}&fran=4")).body)
            for page in ("/forslag?slag=proposal", "/en/forslag?slag=proposal")
        ]
        assert one["sections"] == other["sections"] and one["path"] == other["path"] == "/forslag"
        assert one["query"] == {"slag": "proposal"}

    @pytest.mark.parametrize(
        ("query", "status"),
        [
            ("sida=//evil.example/x", 400),
            ("sida=//[", 400),
            ("sida=http://[", 400),
            ("sida=/[//[?path=1%26self=2%26at=3", 200),
            ("sida=/forslag?path=1%26self=2%26at=3%26asof=x", 200),
            ("sida=javascript:alert(1)", 400),
            ("sida=/forslag&fran=0", 400),
            ("sida=/forslag&till=abc", 400),
            ("sida=/forslag&fran=" + "9" * 18, 404),
            ("sida=/forslag&fran=" + "9" * 30, 400),
            ("sida=/jamfor&fran=1", 200),
            ("sida=/nowhere", 200),
            ("sida=" + "x" * 300, 400),
            ("sida=/trasig", 500),
        ],
    )
    async def test_what_is_asked_wrongly_is_said(self, town: Paged, query: str, status: int) -> None:
        for form in ("", ".json"):
            assert (await town.ask(f"/jamfor{form}?{query}")).status == status
