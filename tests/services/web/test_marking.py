"""Marking: passages and common words are found and marked, and nothing else of a text changes."""

from __future__ import annotations

from html import unescape

from hypothesis import given
from hypothesis import strategies as st

from services.web.marking import HEADLINE_CHARACTERS, alike, headline, marked

TEXTS = st.text(alphabet="ab <>&\"'åÅ.\n", max_size=80)


@given(TEXTS, st.lists(TEXTS, max_size=4))
def test_a_marked_text_is_the_text(text: str, passages: list[str]) -> None:
    written = str(marked(text, passages))
    assert unescape(written.replace("<mark>", "").replace("</mark>", "")) == text
    assert written.count("<mark>") == written.count("</mark>")


def test_passages_are_marked_whatever_their_capitals() -> None:
    assert marked("Ta fram det Tillsammans med invånare.", ["tillsammans med invånare"]) == (
        "Ta fram det <mark>Tillsammans med invånare</mark>."
    )


def test_passages_that_overlap_become_one() -> None:
    assert marked("a b c d", ["a b", "b c"]) == "<mark>a b c</mark> d"


def test_the_words_that_come_back_are_found() -> None:
    wrote = "Ta fram sätten att påverka tillsammans med invånare och föreningar."
    says = "… att Tillsammans med invånare, medarbetare och civilsamhälle vidareutveckla metoder."
    assert alike(wrote, says) == ["tillsammans med invånare"]
    assert alike("och så", "och så vidare") == []


@given(TEXTS, TEXTS)
def test_what_is_alike_stands_in_the_text(text: str, other: str) -> None:
    assert all(each in text for each in alike(text, other))


@given(st.text(max_size=400))
def test_a_headline_is_how_a_text_begins(text: str) -> None:
    found = headline(text)
    assert len(found) <= HEADLINE_CHARACTERS + 1
    assert text.strip().startswith(found.removesuffix("…"))


def test_a_headline_is_the_first_sentence() -> None:
    assert headline("Bjud in oss innan. Ni frågar oss sent.\nOch mer.") == "Bjud in oss innan."
    assert headline("Kort rad\nnästa") == "Kort rad"
