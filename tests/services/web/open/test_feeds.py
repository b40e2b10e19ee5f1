"""Feeds as somebody else's reader takes them."""

from __future__ import annotations

from typing import Any

import feedparser
import pytest

from ledger.bodies import RegisterBody
from ledger.commitments import DropCommitment
from ledger.messages import Command
from services.settings import Settings
from tests.services.web.open.town import HOSTILE, record, served
from tests.services.web.site import Site

FEEDS = [
    "/flode.atom",
    "/beslut/park-1.atom",
    "/forslag/nf-1.atom",
    "/forslag/nf-2.atom",
    "/arende/bankar.atom",
    "/omrostningar/oppen.atom",
    "/enkater/enkat.atom",
]


def read(site: Site, path: str) -> Any:
    said = site(path)
    assert said.status == 200, said.text
    assert said.headers["content-type"] == "application/atom+xml; charset=utf-8"
    found = feedparser.parse(said.body, sanitize_html=False)
    assert not found.bozo, found.get("bozo_exception")
    assert found.version == "atom10"
    return found


@pytest.mark.parametrize("path", [*FEEDS, *(f"/en{each}" for each in FEEDS)])
def test_a_feed_is_what_the_standard_says(site: Site, path: str) -> None:
    found = read(site, path)
    assert found.feed.id.startswith("tag:kommun.example,")
    assert found.feed.language == ("en" if path.startswith("/en/") else "sv")
    assert found.feed.author == "kommun.example/inflytande"
    own = {link.rel: link.href for link in found.feed.links}
    assert own["self"] == f"{site.url}{path}"
    assert site(own["self"].removeprefix(site.url)).status == 200
    assert found.feed.updated_parsed == max(entry.updated_parsed for entry in found.entries)
    assert len({entry.id for entry in found.entries}) == len(found.entries)
    assert all(entry.title and entry.link.startswith(site.url) for entry in found.entries)


def test_the_feed_of_everything_tells_what_is_news(site: Site) -> None:
    found = read(site, "/en/flode.atom")
    told = {entry.tags[0].term for entry in found.entries}
    assert {"decision-recorded", "disposition-recorded", "response-given", "commitment-delivered"} <= told
    assert {"commitment-late", "checkpoint", "ballot-closed"} <= told
    assert "input-received" not in told
    (late,) = [entry for entry in found.entries if entry.tags[0].term == "commitment-late"]
    assert "Fem lampor" in late.content[0].value
    assert "Promised for 2 May 2016; no delivery is recorded." in late.content[0].value


def test_hostile_titles_are_texts(site: Site) -> None:
    found = read(site, "/en/beslut/park-1.atom")
    assert found.feed.title_detail.type == "text/plain"
    assert found.feed.title == " ".join(HOSTILE.split())
    assert any(f"Tio bänkar {HOSTILE}" in entry.content[0].value for entry in found.entries)


def test_an_author_follows_what_becomes_of_a_proposal(site: Site) -> None:
    found = read(site, "/forslag/nf-1.atom")
    told = [entry.tags[0].term for entry in found.entries]
    assert set(told) == {
        "input-received",
        "response-given",
        "disposition-recorded",
        "commitment-made",
        "commitment-delivered",
    }
    assert any("Ett löfte uppges vara uppfyllt" in entry.title for entry in found.entries)


def test_ids_and_dates_are_the_events_own(site: Site) -> None:
    one, other = read(site, "/beslut/park-1.atom"), read(site, "/flode.atom")
    shared = {each.id: each.updated for each in one.entries}
    of_all = {each.id: each.updated for each in other.entries}
    assert shared.keys() & of_all.keys()
    assert all(of_all[named] == updated for named, updated in shared.items() if named in of_all)
    english = {each.id for each in read(site, "/en/beslut/park-1.atom").entries}
    assert not shared.keys() & english


@pytest.mark.parametrize("path", ["/beslut/nobody.atom", "/forslag/%3Cscript%3E.atom", "/arende/x.atom"])
def test_what_is_not_there_has_no_feed(site: Site, path: str) -> None:
    said = site(path)
    assert said.status == 404
    assert "script" not in said.text


def test_a_feed_grows_with_the_record_and_keeps_its_ids(chosen: Settings) -> None:
    more: list[Command] = [
        RegisterBody.model_validate({"body": "ny", "kind": "unit", "name": "Ny"}),
        DropCommitment.model_validate({"commitment": "fem", "reason": "Inga pengar"}),
    ]
    with served(chosen) as site:
        before = read(site, "/flode.atom")
        tag = site("/flode.atom").headers["etag"]
        assert site("/flode.atom", If_None_Match=tag).status == 304
        record(chosen, more)
        after = read(site, "/flode.atom")
    gone = {each.id for each in before.entries} - {each.id for each in after.entries}
    # The promise is no longer late, and the newest head is another.
    assert {"late" if named.endswith("/sen") else named.split("/")[-2] for named in gone} == {"late", "granska"}
    assert "commitment-dropped" in {each.tags[0].term for each in after.entries}


def test_an_empty_ledger_has_a_feed(empty: Site) -> None:
    found = read(empty, "/flode.atom")
    assert found.entries == []
    assert found.feed.updated == "1970-01-01T00:00:00Z"
