"""What every page is drawn with: a style that holds together and is small, and one Swedish word for one message."""

from __future__ import annotations

import gzip
import re
from importlib.resources import files

import pytest
from babel.messages.pofile import read_po

from services.web.language import day

WEB = files("services.web")
STYLE_BYTES_MAX = 10_000
"""Compressed: what is left of 15 KB for the page itself."""


def test_no_rule_of_the_style_is_left_open_and_it_is_small() -> None:
    style = WEB.joinpath("static/style.css").read_text(encoding="utf-8")
    depth = 0
    for character in style:
        depth += {"{": 1, "}": -1}.get(character, 0)
        assert 0 <= depth <= 2, "a rule was left open before this one"
    assert depth == 0
    assert len(gzip.compress(style.encode())) <= STYLE_BYTES_MAX


def test_templates_have_no_style_of_their_own() -> None:
    for each in WEB.joinpath("templates").iterdir():
        assert not re.search(r"\sstyle=|<style|\son[a-z]+=", each.read_text(encoding="utf-8")), each.name


def test_a_message_has_one_translation_wherever_it_stands() -> None:
    found: dict[str, set[str]] = {}
    for each in WEB.joinpath("locale/sv").iterdir():
        with each.open("rb") as file:
            for message in read_po(file, locale="sv"):
                found.setdefault(str(message.id), set()).add(str(message.string))
    assert {message: said for message, said in found.items() if message and len(said) > 1} == {}


@pytest.mark.parametrize(
    ("edtf", "swedish", "english"),
    [
        ("2015-05-12", "12 maj 2015", "12 May 2015"),
        ("2018-11-05/2018-11-25", "5–25 november 2018", "5–25 November 2018"),
        ("2019-08-28/2019-10-08", "28 augusti–8 oktober 2019", "28 August–8 October 2019"),
        ("2019-12-28/2020-01-08", "28 december 2019–8 januari 2020", "28 December 2019–8 January 2020"),
        ("2015/2016", "2015–2016", "2015–2016"),
        ("../2015-05-12", "senast 12 maj 2015", "no later than 12 May 2015"),
        ("2012~", "omkring 2012", "around 2012"),
    ],
)
def test_days_are_written_as_one_says_them(edtf: str, swedish: str, english: str) -> None:
    assert (day(edtf, "sv"), day(edtf, "en")) == (swedish, english)
