"""Every kind of page in Chromium: accessible by axe, readable at phone width, quiet, and without anybody else.

Each kind is seen once at each of three widths, in light and dark by turns. `test_every_page.py` sees every address in
every way.
"""

from __future__ import annotations

from itertools import cycle
from typing import Any

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import faults
from tests.browser.crawl import examples

WIDTHS = (320, 768, 1280)


@pytest.fixture(scope="module")
def addresses(site: str) -> dict[str, list[str]]:
    return examples(site)


class Heard:
    """What a page did beside being shown."""

    def __init__(self, page: Page) -> None:
        self.errors: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda said: self.errors.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))


def test_every_page_can_be_reached_from_the_start(addresses: dict[str, list[str]]) -> None:
    assert [name for name, found in addresses.items() if not found] == []


def test_no_kind_of_page_has_an_obstacle(page: Page, site: str, addresses: dict[str, list[str]]) -> None:
    wrong: dict[str, list[Any]] = {}
    schemes = cycle(["light", "dark"])
    for address, *_ in addresses.values():
        page.goto(site + address)
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=next(schemes))  # type: ignore[arg-type]  # one of two words
            wrong[f"{address} at {width}"] = [*faults.axe(page), *faults.sideways(page), *faults.small_targets(page)]
    assert {place: found for place, found in wrong.items() if found} == {}


def test_no_page_complains_loads_from_others_or_keeps_cookies(
    page: Page, site: str, addresses: dict[str, list[str]]
) -> None:
    heard = Heard(page)
    for address, *_ in addresses.values():
        page.goto(site + address)
    assert heard.errors == []
    assert [url for url in heard.requests if not url.startswith(site + "/")] == []
    assert page.context.cookies() == []


def test_every_page_says_the_same_without_scripts(browser: Browser, site: str, addresses: dict[str, list[str]]) -> None:
    with_scripts, without = browser.new_context(), browser.new_context(java_script_enabled=False)
    pages = with_scripts.new_page(), without.new_page()
    differing = []
    for address, *_ in addresses.values():
        headings = []
        for each in pages:
            each.goto(site + address)
            headings.append(each.locator("h1, h2").all_inner_texts())
        if headings[0] != headings[1] or not headings[1]:
            differing.append(address)
    with_scripts.close()
    without.close()
    assert differing == []
