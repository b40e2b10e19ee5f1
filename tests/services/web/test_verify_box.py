"""Pages of figures have the box that checks: how many events, which, what it proves in words, and how without a script."""

from __future__ import annotations

from html import unescape
from urllib.parse import unquote

import pytest

from projections.rows.memory import MemoryRows
from services.web.page import Page
from services.web.pages import answer_times, ballot, indicator, survey
from tests.projections.history import rows_of
from tests.projections.town import cast, opened
from tests.services.web.pages.seen import drawn, shown
from tests.services.web.pages.story64 import STORY

PAGES: list[tuple[Page, dict[str, str], str]] = [
    (answer_times.PAGE, {}, "typ=response-due"),
    (indicator.PAGE, {"indicator": "nii"}, "tagg=indicator:nii"),
    (survey.PAGE, {"survey": "s1"}, "tagg=survey:s1"),
    (ballot.PAGE, {"ballot": "b"}, "tagg=ballot:b"),
]


@pytest.fixture(scope="module")
def rows() -> MemoryRows:
    return rows_of(*STORY, opened(), cast("ann", "yes"))


@pytest.mark.parametrize(("page", "path", "events"), PAGES, ids=[page.name for page, _, _ in PAGES])
@pytest.mark.parametrize("language", ["sv", "en"])
def test_the_box_stands_on_the_page(
    rows: MemoryRows, page: Page, path: dict[str, str], events: str, language: str
) -> None:
    data = shown(page, rows, path)
    assert data is not None
    html = unquote(unescape(drawn(page, data, language).html))
    assert html.count("data-verify ") == 1
    assert "/handelser.json?typ=" in html and "antal=250" in html and events in html
    assert html.count("/verify.js") == 1
    assert '<button class="btn w" type="button" hidden>' in html, "without a script there is nothing to press"
    assert "liggare verify record.zip --vkey log.vkey" in html
    assert 'download="log.vkey"' in html
    words = {"sv": "Om siffran är rätt räknad ur alla visar en omspelning", "en": "counted right from all of them"}
    assert words[language] in html


def test_where_nothing_was_counted_there_is_nothing_to_check() -> None:
    data = shown(answer_times.PAGE, rows_of())
    assert data is not None
    assert "data-verify " not in drawn(answer_times.PAGE, data).html
