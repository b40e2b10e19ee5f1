"""How much a reader on a bad line has to fetch: every page small, the style and the script once for all of them."""

from __future__ import annotations

import re
from urllib.request import Request, urlopen

from tests.browser.crawl import examples

PAGE_MAX = 15_000
"""Bytes of a page as it is sent, compressed with gzip; of its own, without what all pages share."""

STYLE_MAX, SCRIPT_MAX = 10_000, 5_000
_LOADED = re.compile(r'(?:<link rel="stylesheet" href|<script[^>]* src)="([^"]+)"')


def sent(address: str) -> tuple[bytes, str, str]:
    """Return what comes over the line for an address, in which coding and of which type."""
    with urlopen(Request(address, headers={"Accept-Encoding": "gzip"}), timeout=30) as answer:
        return answer.read(), answer.headers["Content-Encoding"], answer.headers["Content-Type"]


def test_every_page_is_small_and_so_is_what_all_pages_load(site: str) -> None:
    heavy: dict[str, int] = {}
    loaded: set[str] = set()
    visited = [path for found in examples(site, 2).values() for path in found]
    for path in visited:
        body, coding, media_type = sent(site + path)
        if media_type.startswith("text/html"):
            assert coding == "gzip", path
        if len(body) > PAGE_MAX:
            heavy[path] = len(body)
        with urlopen(site + path, timeout=30) as answer:
            loaded.update(_LOADED.findall(answer.read().decode()))
    assert heavy == {}
    assert len(visited) > 50
    weights = {path.rpartition("/")[2]: len(sent(site + path)[0]) for path in loaded}
    assert weights.keys() == {"style.css", "verify.js"}, "nothing else is loaded by any page"
    assert weights["style.css"] <= STYLE_MAX and weights["verify.js"] <= SCRIPT_MAX
