"""Pages of every kind in every way a reader may have set their browser: `make test ARGS='-m slow tests/browser'`.

Two pages of each kind where the demonstration has two, one of them in English, too: at three widths, in light, in dark,
in forced colours, on paper, by keyboard, and as they are where scripts do not run. Axe is a script: there the document
is loaded with every script of ours kept away, and axe alone is put in. That `noscript` is not used is checked, too.
"""

from __future__ import annotations

from typing import Any, Literal
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import Browser, Page

from services.web.pages import PAGES
from tests.browser import faults
from tests.browser.crawl import examples

pytestmark = pytest.mark.slow

NAMES = [page.name for page in PAGES]
Scheme = Literal["light", "dark"]
WIDTHS = (320, 768, 1280)
WAYS: tuple[tuple[int, Scheme, Scheme], ...] = ((320, "light", "dark"), (768, "dark", "light"), (1280, "light", "dark"))
"""A width, the colours in which axe looks, and those in which contrast is measured, too."""

SHEETS_MAX = 6


@pytest.fixture(scope="module")
def addresses(site: str) -> dict[str, list[str]]:
    return examples(site)


def in_both(places: list[str]) -> list[str]:
    """Return addresses in Swedish, whichever language they were found in, and the first in English, too."""
    swedish = [place.removeprefix("/en") or "/" for place in places]
    return [*swedish, f"/en{swedish[0]}"]


@pytest.mark.parametrize("name", NAMES)
def test_on_a_screen(page: Page, site: str, addresses: dict[str, list[str]], name: str) -> None:
    wrong: dict[Any, list[Any]] = {}
    for place in in_both(addresses[name]):
        page.goto(site + place)
        for width, chosen, other in WAYS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=other, forced_colors="none")
            found = faults.faint(page)
            page.emulate_media(color_scheme=chosen)
            found += faults.axe(page) + faults.sideways(page) + faults.small_targets(page) + faults.faint(page)
            page.emulate_media(forced_colors="active")
            wrong[place, width] = found + faults.faint(page)
        wrong[place, "forced"] = faults.axe(page, without=["color-contrast"])
    assert wrong and {way: found for way, found in wrong.items() if found} == {}


@pytest.mark.parametrize("name", NAMES)
def test_on_paper(page: Page, site: str, addresses: dict[str, list[str]], name: str) -> None:
    wrong: dict[Any, list[Any]] = {}
    page.emulate_media(media="print")
    for place in in_both(addresses[name]):
        page.goto(site + place)
        found = faults.cut_off(page) + faults.faint(page)
        wrong[place] = found + faults.axe(page, without=["target-size", "color-contrast"])
        if (sheets := faults.sheets(page)) > SHEETS_MAX:
            wrong[place].append(f"{sheets} sheets")
    assert wrong and {place: found for place, found in wrong.items() if found} == {}


@pytest.mark.parametrize("name", NAMES)
def test_by_keyboard(page: Page, site: str, addresses: dict[str, list[str]], name: str) -> None:
    wrong: dict[Any, list[Any]] = {}
    for width in (WIDTHS[0], WIDTHS[-1]):
        page.set_viewport_size({"width": width, "height": 700})
        for place in in_both(addresses[name]):
            page.goto(site + place)
            found = faults.skip_link(page)
            found += faults.unseen_focus(page)
            page.goto(site + place)
            wrong[place, width] = found + faults.focus_out_of_order(page)
    assert wrong and {way: found for way, found in wrong.items() if found} == {}


@pytest.mark.parametrize("name", NAMES)
def test_without_scripts(browser: Browser, site: str, addresses: dict[str, list[str]], name: str) -> None:
    wrong: dict[Any, list[Any]] = {}
    context = browser.new_context(locale="sv-SE")
    page = context.new_page()
    page.route(lambda url: urlsplit(url).path.endswith(".js"), lambda route: route.abort())
    for place in in_both(addresses[name]):
        page.goto(site + place)
        assert page.locator("noscript, [onclick], script:not([src])").count() == 0
        for width in WIDTHS:
            page.set_viewport_size({"width": width, "height": 900})
            wrong[place, width] = faults.axe(page, without=["color-contrast"]) + faults.sideways(page)
    context.close()
    assert wrong and {way: found for way, found in wrong.items() if found} == {}


def test_every_page_says_the_same_without_scripts(browser: Browser, site: str, addresses: dict[str, list[str]]) -> None:
    with_scripts, without = browser.new_context(), browser.new_context(java_script_enabled=False)
    pages = with_scripts.new_page(), without.new_page()
    differing = []
    for address, *_ in addresses.values():
        headings = []
        for each in pages:
            each.goto(site + address, wait_until="domcontentloaded")
            headings.append(each.locator("h1, h2").all_inner_texts())
        if headings[0] != headings[1] or not headings[1]:
            differing.append(address)
    with_scripts.close()
    without.close()
    assert differing == []
