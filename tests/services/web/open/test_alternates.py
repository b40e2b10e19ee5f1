"""Every file that a page names is there, in both languages, and every page that has some names them."""

from __future__ import annotations

from html.parser import HTMLParser

import pytest

from services.web.open.alternates import ALTERNATES
from services.web.pages import PAGES
from tests.services.web.site import Site

THINGS = {
    "survey": "enkat",
    "decision": "park-1",
    "input": "nf-1",
    "matter": "bankar",
    "ballot": "stangd",
    "body": "park",
    "position": "4",
}


class Heads(HTMLParser):
    """The alternates in the head of a page, and every address that it links to."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.files: dict[str, str] = {}
        self.links: set[str] = set()
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        if tag == "link" and given.get("rel") == "alternate" and "type" in given:
            self.files[given["href"]] = given["type"]
        if tag == "a":
            self.links.add(given.get("href", ""))


@pytest.mark.parametrize("prefix", ["", "/en"])
@pytest.mark.parametrize("path", [page.path for page in PAGES if page.path in ALTERNATES])
def test_a_page_names_the_files_beside_it(site: Site, path: str, prefix: str) -> None:
    here = prefix + path.format(**THINGS)
    said = site(here)
    assert said.status == 200
    heads = Heads(said.text)
    assert f"{prefix}/flode.atom" in heads.files
    for each in ALTERNATES[path]:
        assert heads.files[here + each.suffix] == each.media_type
    for address, media_type in heads.files.items():
        found = site(address)
        assert found.status == 200, address
        assert found.headers["content-type"].partition(";")[0] == media_type


@pytest.mark.parametrize("path", [*ALTERNATES])
def test_every_file_that_may_be_named_is_there(site: Site, path: str) -> None:
    for each in ALTERNATES[path]:
        assert site(path.format(**THINGS) + each.suffix).status == 200
