"""Every kind of page in Chromium: accessible by axe, readable at phone width, quiet, and without anybody else.

Each kind is seen once at each of three widths, in light and dark. `test_every_page.py` sees more pages of each kind in
every way.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any, Literal

import pytest
from playwright.sync_api import Browser, Page

from tests.browser import faults
from tests.browser.conftest import inside
from tests.browser.crawl import examples

Scheme = Literal["light", "dark"]
WAYS: tuple[tuple[int, Scheme, tuple[str, ...]], ...] = (
    (320, "light", ()),
    (768, "light", ("color-contrast",)),
    (1280, "dark", ("color-contrast",)),
)
"""A width, a colour scheme, and the rules of axe that are not asked again; contrast we measure ourselves each time."""


@dataclass
class Visit:
    """A page as it was seen, and what it did beside being shown."""

    headings: list[str] = field(default_factory=list)
    obstacles: list[Any] = field(default_factory=list)
    errors: list[str] = field(default_factory=list)
    requests: list[str] = field(default_factory=list)
    cookies: list[Any] = field(default_factory=list)


@pytest.fixture(scope="module")
def addresses(site: str) -> dict[str, list[str]]:
    return examples(site, 1)


@pytest.fixture(scope="module")
def visits(browser: Browser, site: str, addresses: dict[str, list[str]]) -> dict[str, Visit]:
    return inside(lambda: dict(_visited(browser, site, [found for each in addresses.values() for found in each])))


def _visited(browser: Browser, site: str, places: list[str]) -> Iterator[tuple[str, Visit]]:
    context = browser.new_context(locale="sv-SE")
    page, visit = context.new_page(), Visit()
    page.on("console", lambda said: visit.errors.append(said.text) if said.type in {"error", "warning"} else None)
    page.on("pageerror", lambda error: visit.errors.append(str(error)))
    page.on("request", lambda request: visit.requests.append(request.url))
    for place in places:
        visit = Visit()
        page.goto(site + place)
        visit.headings = page.locator("h1, h2").all_inner_texts()
        for width, scheme, without in WAYS:
            page.set_viewport_size({"width": width, "height": 900})
            page.emulate_media(color_scheme=scheme)
            found = faults.axe(page, without) + faults.sideways(page) + faults.small_targets(page) + faults.faint(page)
            visit.obstacles += [(width, each) for each in found]
        visit.cookies = list(context.cookies())
        yield place, visit
    context.close()


def test_every_page_can_be_reached_from_the_start(addresses: dict[str, list[str]]) -> None:
    assert [name for name, found in addresses.items() if not found] == []


def test_no_kind_of_page_has_an_obstacle(visits: dict[str, Visit]) -> None:
    assert {place: visit.obstacles for place, visit in visits.items() if visit.obstacles} == {}


def test_no_page_complains_loads_from_others_or_keeps_cookies(visits: dict[str, Visit], site: str) -> None:
    for place, visit in visits.items():
        assert visit.errors == [], place
        assert [url for url in visit.requests if not url.startswith(site + "/")] == [], place
        assert visit.cookies == [], place


def test_every_page_says_the_same_without_scripts(browser: Browser, site: str, visits: dict[str, Visit]) -> None:
    context = browser.new_context(locale="sv-SE", java_script_enabled=False)
    page = context.new_page()
    differing = []
    for place, visit in visits.items():
        page.goto(site + place)
        if not visit.headings or page.locator("h1, h2").all_inner_texts() != visit.headings:
            differing.append(place)
    context.close()
    assert differing == []


# --- The checks find what is wrong ------------------------------------------------------------
BROKEN = """<!doctype html><html lang="sv"><title>Bruten</title><style>
 a:focus{outline:none} .faint{color:#999} .tiny{display:inline-block;width:9px;height:9px;background:#000}
 </style><main><h1>Bruten</h1><p class="faint">Bleka ord</p><a class="tiny" href="#x" aria-label="liten"></a><a href="#y" tabindex="2">först</a>
 <div style="width:900px">bred</div><svg width="90" height="30"><rect width="90" height="30" fill="#336"/><text y="20" fill="#448">i bild</text></svg>
 <img src="data:image/gif;base64,R0lGODlhAQABAAAAACw="></main></html>"""


def test_each_check_finds_what_is_wrong(page: Page) -> None:
    page.set_viewport_size({"width": 320, "height": 700})
    page.set_content(BROKEN)
    assert {"image-alt", "color-contrast"} <= {each[0] for each in faults.axe(page)}
    assert faults.sideways(page)[0] > 500
    assert [each[0][:16] for each in faults.small_targets(page)] == ['<a class="tiny" ']
    assert {each[0] for each in faults.faint(page)} == {"Bleka ord", "i bild"}
    assert len(faults.unseen_focus(page)) == 2
    assert faults.cut_off(page) and faults.sheets(page) == 1
    page.set_content(BROKEN)
    assert faults.focus_out_of_order(page)
    page.set_content(BROKEN)
    assert faults.skip_link(page)
