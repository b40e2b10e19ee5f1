"""Every page in Chromium: accessible by axe, readable at phone width, quiet, and without anybody else."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page

from tests.browser.crawl import examples

pytestmark = pytest.mark.slow

WIDTHS = (320, 768, 1280)
WCAG = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]


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


@pytest.fixture
def page(browser: Browser) -> Iterator[Page]:
    context = browser.new_context(locale="sv-SE")
    yield context.new_page()
    context.close()


def violations(page: Page) -> list[Any]:
    options = {"runOnly": {"type": "tag", "values": WCAG}}
    found = Axe().run(page, options=options).response["violations"]
    return [(each["id"], each["help"], [node["html"][:200] for node in each["nodes"][:3]]) for each in found]


def test_every_page_can_be_reached_from_the_start(addresses: dict[str, list[str]]) -> None:
    assert [name for name, found in addresses.items() if not found] == []


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", WIDTHS)
def test_no_page_has_an_obstacle_axe_knows(
    page: Page, site: str, addresses: dict[str, list[str]], width: int, scheme: Any
) -> None:
    page.set_viewport_size({"width": width, "height": 900})
    page.emulate_media(color_scheme=scheme)
    wrong = {}
    for found in addresses.values():
        for address in found[:1]:
            page.goto(site + address)
            if broken := violations(page):
                wrong[address] = broken
    assert wrong == {}


def test_no_page_needs_scrolling_sideways_on_a_phone(page: Page, site: str, addresses: dict[str, list[str]]) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    wide = {}
    for found in addresses.values():
        for address in found:
            page.goto(site + address)
            width = page.evaluate("document.documentElement.scrollWidth")
            if width > 320:
                wide[address] = width
    assert wide == {}


def test_no_page_complains_loads_from_others_or_keeps_cookies(
    page: Page, site: str, addresses: dict[str, list[str]]
) -> None:
    heard = Heard(page)
    for found in addresses.values():
        for address in (*found, *(f"/en{each}" for each in found[:1])):
            page.goto(site + address)
    assert heard.errors == []
    assert [url for url in heard.requests if not url.startswith(site + "/")] == []
    assert page.context.cookies() == []


def test_every_page_says_the_same_without_scripts(browser: Browser, site: str, addresses: dict[str, list[str]]) -> None:
    with_scripts, without = browser.new_context(), browser.new_context(java_script_enabled=False)
    pages = with_scripts.new_page(), without.new_page()
    differing = []
    for found in addresses.values():
        for address in found[:1]:
            headings = []
            for each in pages:
                each.goto(site + address)
                headings.append(each.locator("h1, h2").all_inner_texts())
            if headings[0] != headings[1] or not headings[1]:
                differing.append(address)
    with_scripts.close()
    without.close()
    assert differing == []
