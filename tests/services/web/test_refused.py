"""What is not there, not there yet, or taken away: every kind of thing has an answer that says so, and a way on."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import pytest

from services.cli.doing import command_named
from services.web.names import PLACES
from services.web.refusing import LISTS
from tests.services.web.open.town import nothing, record, served
from tests.services.web.paged import OPENING, received
from tests.services.web.pages.seen import Read
from tests.services.web.site import Site

UNKNOWN = (*(f"{place}/finns-inte" for place in PLACES.values()), "/handelse/99999", "/amne/finns-inte")
BARE: tuple[dict[str, Any], ...] = (
    *OPENING,
    *(received(f"i{number}", f"hemligt{number}") for number in range(1, 7)),
    {"command": "register-document", "document": "brev", "title": "hemligt", "kind": "staff_letter"}
    | {"status": "received"},
    {"command": "moderate-input", "input": "i1", "verdict": "rejected", "reason_code": "abuse", "by_role": "moderator"},
    {"command": "withdraw-input", "input": "i2", "author": "author-i2"},
    {"command": "unpublish", "position": 6, "reason_code": "personal_data", "by_role": "clerk"},
    {"command": "merge-input", "input": "i5", "into": "i6", "reason_code": "duplicate"},
    {"command": "unpublish", "document": "brev", "reason_code": "personal_data", "by_role": "clerk"},
    {"command": "request-erasure", "request": "r1", "participant": "author-i4", "scope": ["public_words"]},
    {"command": "decide-erasure", "request": "r1", "outcome": "granted", "by_role": "data_protection_officer"}
    | {"basis": "consent_withdrawn", "keys": ["author:author-i4|P"]},
)


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    chosen = nothing(tmp_path_factory.mktemp("gone"))
    given = [dict(each) for each in BARE]
    record(chosen, [command_named(each.pop("command")).model_validate(each) for each in given], erasing="r1")
    with served(chosen) as found:
        yield found


@pytest.mark.parametrize("path", UNKNOWN)
def test_an_unknown_thing_is_looked_for_and_its_list_is_near(site: Site, path: str) -> None:
    listed = LISTS[path.split("/")[1]][0]
    for prefix in ("", "/en"):
        said = site(prefix + path)
        read = Read.of(said.text)
        assert said.status == 404 and said.headers["cache-control"] == "no-store"
        assert f'action="{prefix}/sok"' in said.text and f'value="{path.rpartition("/")[2]}"' in said.text
        start = f"{prefix}/" if prefix else "/"
        assert {start, f"{prefix}/innehall", f"{prefix}{listed}"} <= set(read.links)
        assert {site(link).status for link in read.links if link.startswith("/") and "/finns" not in link} == {200}
        problem = json.loads(site(f"{prefix}{path}.json").body)
        assert problem["status"] == 404 and problem["detail"] and problem["instance"].endswith(f"{path}.json")


@pytest.mark.parametrize(
    "path",
    [f"/{place}/finns-inte.{form}" for place in ("beslut", "forslag", "arende") for form in ("atom", "zip")]
    + ["/beslut/finns-inte.ics", "/forslag/finns-inte.jsonld", "/namnd/finns-inte.ics", "/handelse/99999.jsonld"],
)
def test_a_file_about_an_unknown_thing_says_so(site: Site, path: str) -> None:
    said = site(path)
    assert said.status == 404 and "Traceback" not in said.text
    assert "no" in said.text.lower()


@pytest.mark.parametrize("path", ["/forslag/i6", "/handlingar/brev", "/handelse/8"])
def test_what_was_not_there_yet_leads_to_what_is_there_now(site: Site, path: str) -> None:
    for query in ("at=3", "asof=2015-01-01"):
        for prefix, words in (("", "Se om det finns där nu"), ("/en", "Look whether it is there now")):
            said = site(f"{prefix}{path}?{query}")
            if said.status == 200:
                # An event has its place whatever had happened by a day.
                assert path.startswith("/handelse/") and query.startswith("asof")
                continue
            assert said.status == 404 and words in Read.of(said.text).text
            assert f"{prefix}{path}" in Read.of(said.text).links and site(f"{prefix}{path}").status == 200
    assert "Se om det" not in site("/forslag/finns-inte").text


@pytest.mark.parametrize(
    ("path", "swedish", "english", "link"),
    [
        (
            "/forslag/i1",
            "En moderator tog bort det. [visas inte]",
            "A moderator rejected it. [not shown]",
            "/handelse/4",
        ),
        ("/forslag/i2", "tog tillbaka det. [visas inte]", "Its author took it back. [not shown]", "/handelse/5"),
        ("/forslag/i3", "[avpublicerat]", "[unpublished]", "/handelse/6"),
        ("/forslag/i4", "[raderat]", "[erased]", "/handelse/7"),
        ("/forslag/i5", "lades ihop med ett annat. Det räknas", "merged with another. It counts", "/forslag/i6"),
        ("/handlingar/brev", "Skäl: avpublicerad.", "Reason: unpublished.", "/handelse/10"),
        ("/handelse/10", "[avpublicerat]", "[unpublished]", "/handlingar/brev"),
        ("/handelse/7", "[raderat]", "[erased]", "/forslag/i4"),
    ],
)
def test_what_was_taken_away_keeps_its_page_which_says_so_and_leads_on(
    site: Site, path: str, swedish: str, english: str, link: str
) -> None:
    for prefix, words in (("", swedish), ("/en", english)):
        said = site(prefix + path)
        read = Read.of(said.text)
        assert said.status == 200
        assert all(word in read.text for word in words.replace(". [", ".|[").split("|"))
        assert f"{prefix}{link}" in {each.partition("?")[0] for each in read.links}
        for form in ("", ".json"):
            number = path.rpartition("/i")[2]
            assert path == "/forslag/i5" or f"hemligt{number}" not in site(f"{prefix}{path}{form}").text
