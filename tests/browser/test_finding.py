"""From the start page, without JavaScript, a reference leads in one submit to what became of it, on one small screen."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, ViewportSize

PHONE: ViewportSize = {"width": 390, "height": 844}


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize(
    ("reference", "place"),
    [
        ("illustrativt-torg-37", "/forslag/illustrativt-torg-37"),
        ("illustrativt-torg-13", "/forslag/illustrativt-torg-13"),
        ("ksau-2015-05-12-64", "/beslut/ksau-2015-05-12-64"),
    ],
)
def test_a_reference_leads_to_what_became_of_it(
    browser: Browser, site: str, reference: str, place: str, prefix: str
) -> None:
    context = browser.new_context(viewport=PHONE, java_script_enabled=False, locale="sv-SE")
    try:
        page = context.new_page()
        page.goto(f"{site}{prefix}/")
        page.fill("input[name=q]", reference)
        page.press("input[name=q]", "Enter")
        page.wait_for_url(re.compile(re.escape(prefix + place) + "$"))
        lead = page.locator(".verdict .lead").bounding_box()
        assert lead is not None
        assert lead["y"] >= 0 and lead["y"] + lead["height"] <= PHONE["height"]
    finally:
        context.close()
