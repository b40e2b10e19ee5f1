"""What figures mean: a short list, a page for each definition, in the reader's own language."""

from __future__ import annotations

import gzip
import re

import pytest

from projections.measures.catalogue import definitions
from projections.views.answer import Definition
from projections.views.definitions import DEFINITIONS
from services.web.definitions import TITLES, slug, title, with_codes, words
from services.web.language import translations
from services.web.pages.definitions import ONE, PAGE
from tests.projections.history import rows_of
from tests.services.web.pages.seen import drawn, shown

ALL = definitions(rows_of())["definitions"]
BYTES_MAX = 15_000


def test_every_definition_has_a_title_in_both_languages_and_an_address_of_its_own() -> None:
    assert {each["name"] for each in ALL} == set(TITLES)
    same = {"definition"}
    assert not [each for each in TITLES.values() if translations("sv").gettext(each) == each and each not in same]
    assert len({slug(each["name"]) for each in ALL}) == len(ALL)


@pytest.mark.parametrize("definition", DEFINITIONS, ids=lambda each: each.name)
def test_every_definition_of_a_view_is_translated_as_it_reads_now(definition: Definition) -> None:
    swedish = words(definition.whole(), "sv")
    assert swedish != definition.text
    # Names that programs use are the same in both, and every sentence is told.
    codes = re.findall(r"[a-z0-9]+(?:_[a-z0-9]+)+", definition.text)
    assert set(codes) == set(re.findall(r"[a-z0-9]+(?:_[a-z0-9]+)+", swedish))
    assert 0.8 < len(swedish) / len(definition.text) < 1.4


@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_list_leads_to_every_definition_and_is_light(language: str) -> None:
    data = shown(PAGE, rows_of())
    assert data is not None
    read = drawn(PAGE, data, language)
    prefix = "/en" if language == "en" else ""
    assert {f"{prefix}{each['path']}" for each in data["definitions"]} <= set(read.links)
    for each in ALL:
        assert title(each["name"], language) in read.text
    assert len(gzip.compress(read.html.encode())) < BYTES_MAX


@pytest.mark.parametrize("definition", ALL, ids=lambda each: each["name"])
def test_a_definition_stands_in_the_language_of_the_page_and_says_what_its_hash_is_of(
    definition: dict[str, str],
) -> None:
    data = shown(ONE, rows_of(), {"definition": slug(definition["name"])})
    assert data is not None
    swedish, english = drawn(ONE, data, "sv"), drawn(ONE, data, "en")
    assert plain(words(definition, "sv")) in plain(swedish.text)
    assert plain(definition["text"]) in plain(english.text)
    assert definition["sha256"] in swedish.text and definition["sha256"] in english.text
    of_english = "Hashen gäller de engelska orden. De svenska är en översättning."
    of_both = "Hashen gäller orden på båda språken."
    assert (of_english in swedish.text, of_both in swedish.text) == (
        (True, False) if definition["text_sv"] == "" else (False, True)
    )


def plain(text: str) -> str:
    return " ".join(text.split())


@pytest.mark.parametrize("name", ["nope", "../x", "\x00", "x" * 5_000, "answer times"])
def test_an_unknown_definition_is_none(name: str) -> None:
    assert shown(ONE, rows_of(), {"definition": name}) is None


def test_names_of_programs_are_set_apart_and_nothing_runs() -> None:
    assert with_codes("<b> known_by & n") == "&lt;b&gt; <code>known_by</code> &amp; n"
