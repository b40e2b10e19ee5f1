"""Where a reader can get from the start page by following links."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Iterable
from urllib.parse import urldefrag, urljoin, urlsplit
from urllib.request import urlopen

from services.web.pages import PAGES

EXAMPLES_PER_PAGE = 2
_HREF = re.compile(r'<a\b[^>]*\bhref="([^"]+)"')


def pattern(path: str) -> re.Pattern[str]:
    """Return what the addresses of a page look like."""
    return re.compile(re.sub(r"\\\{[a-z_]+\\\}", "[^/.]+", re.escape(path)))


PATTERNS = {page.name: pattern(page.path) for page in PAGES}


def name_of(path: str) -> str | None:
    """Return the page an address belongs to, in either language; None for a file or a feed."""
    place = path.removeprefix("/en") or "/"
    return next((name for name, each in PATTERNS.items() if each.fullmatch(place)), None)


def examples(site: str, enough: int = EXAMPLES_PER_PAGE) -> dict[str, list[str]]:
    """Return, for each page, one or two addresses that links lead to from the start page.

    Stops early once every page has `enough` of them.
    """
    found: dict[str, list[str]] = {page.name: [] for page in PAGES}
    waiting, seen = deque(["/"]), {"/"}
    while waiting and not all(len(each) >= enough for each in found.values()):
        path = waiting.popleft()
        name = name_of(urlsplit(path).path)
        if name is None or len(found[name]) == EXAMPLES_PER_PAGE:
            continue
        found[name].append(path)
        with urlopen(site + path, timeout=30) as answer:
            html = answer.read().decode()
        for link in _local(site, path, _HREF.findall(html)):
            if link not in seen:
                seen.add(link)
                waiting.append(link)
    return found


def _local(site: str, path: str, links: Iterable[str]) -> Iterable[str]:
    for link in links:
        whole, _ = urldefrag(urljoin(site + path, link.replace("&amp;", "&")))
        if whole.startswith(site + "/"):
            yield whole.removeprefix(site)
