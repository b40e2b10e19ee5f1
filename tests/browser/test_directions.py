"""Why words are settled before they are written: in Chromium a control in them gets out of `<bdi>`."""

from __future__ import annotations

from html import escape

import pytest
from playwright.sync_api import Page

from services.web.directions import settled

OUT = ["a\u2069\u202eb", "\u2069\u2069\u202e", "\u2066\u202e\u2069\u2069\u202eb", "\u202eb\u2069\u202e"]
WITHIN = ["\u202eb", "\u05d0\u05d1", "\u2067b"]


def is_turned(page: Page, words: str) -> bool:
    """Tell whether what stands behind the words runs from right to left."""
    page.set_content(f"<meta charset=utf-8><p><bdi>{escape(words)}</bdi> <span>cd</span></p>")
    first, last = page.evaluate(
        """() => [0, 1].map(at => {
          const range = document.createRange(), text = document.querySelector('span').firstChild;
          range.setStart(text, at); range.setEnd(text, at + 1);
          return range.getBoundingClientRect().left;
        })"""
    )
    return bool(first > last)


@pytest.mark.parametrize("words", OUT)
def test_words_get_out_unless_they_are_settled(browser: object, page: Page, words: str) -> None:
    assert is_turned(page, words)
    assert not is_turned(page, settled(words))


@pytest.mark.parametrize("words", WITHIN)
def test_words_that_stay_within_are_left_as_they_mean(browser: object, page: Page, words: str) -> None:
    assert not is_turned(page, words) and not is_turned(page, settled(words))
