"""Every kind of page in Chromium: accessible by axe, readable at phone width, quiet, and without anybody else.

Each kind is seen once at each of three widths, in light and dark. `test_every_page.py` sees more pages of each kind in
every way.
"""

from __future__ import annotations

from typing import Any, Literal

import pytest
from playwright.sync_api import Page

from services.web.pages import PAGES
from tests.browser import faults
from tests.browser.crawl import examples

NAMES = [page.name for page in PAGES]
Scheme = Literal["light", "dark"]
WAYS: tuple[tuple[int, Scheme, tuple[str, ...]], ...] = (
    (320, "light", ()),
    (768, "light", ("color-contrast",)),
    (1280, "dark", ("color-contrast",)),
)
"""A width, a colour scheme, and the rules of axe that are not asked again; in dark we measure contrast ourselves."""


class Heard:
    """What a page did beside being shown."""

    def __init__(self, page: Page) -> None:
        self.errors: list[str] = []
        self.requests: list[str] = []
        page.on("console", lambda said: self.errors.append(said.text) if said.type in {"error", "warning"} else None)
        page.on("pageerror", lambda error: self.errors.append(str(error)))
        page.on("request", lambda request: self.requests.append(request.url))


@pytest.fixture(scope="module")
def addresses(site: str) -> dict[str, list[str]]:
    return examples(site, enough=1)


def test_every_page_can_be_reached_from_the_start(addresses: dict[str, list[str]]) -> None:
    assert [name for name, found in addresses.items() if not found] == []


@pytest.mark.parametrize("name", NAMES)
def test_a_page_has_no_obstacle_and_asks_nobody_else(
    page: Page, site: str, addresses: dict[str, list[str]], name: str
) -> None:
    heard = Heard(page)
    wrong: dict[int | str, list[Any]] = {}
    page.goto(site + addresses[name][0])
    for width, scheme, without in WAYS:
        page.set_viewport_size({"width": width, "height": 900})
        page.emulate_media(color_scheme=scheme)
        wrong[width] = faults.axe(page, without) + faults.sideways(page) + faults.small_targets(page)
    wrong["contrast"] = faults.faint(page)
    assert {way: found for way, found in wrong.items() if found} == {}
    assert heard.errors == []
    assert [url for url in heard.requests if not url.startswith(site + "/")] == []
    assert page.context.cookies() == []


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
