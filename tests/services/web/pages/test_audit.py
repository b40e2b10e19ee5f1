"""Audit, corrections, erasures, gaps, definitions, open data, about: what the record says of itself."""

import json
from typing import Any

import pytest

from ledger.log.checkpoint import read_unverified
from ledger.log.note import encode_base64
from tests.services.web.pages.audited import EVENTS
from tests.services.web.pages.seen import Read
from tests.services.web.site import Site

PATHS = ("/granska", "/rattelser", "/raderingar", "/brister", "/data", "/definitioner", "/om")


def shown(site: Site, path: str, query: str = "") -> Any:
    said = site(f"{path}.json{query}")
    assert said.status == 200, said.text
    return json.loads(said.body)


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("prefix", ["", "/en"])
def test_every_page_is_there_with_something_and_with_nothing(audit: Site, empty: Site, path: str, prefix: str) -> None:
    for site in (audit, empty):
        read = Read.of(site(prefix + path).text)
        assert [level for level, _ in read.headings].count(1) == 1
        assert read.lead.endswith(".")
        assert "onerror=" not in " ".join(name for _, attributes in read.tags for name in attributes)
        assert site(f"{prefix}{path}.csv").status == 200


def test_the_newest_head_is_the_one_that_was_signed(audit: Site) -> None:
    head = read_unverified(audit("/checkpoint").body)
    found = shown(audit, "/granska")
    assert found["newest"]["size"] == head.size == EVENTS
    assert found["newest"]["root"] == encode_base64(head.root)
    assert "ed25519" in {each["algorithm"] for each in found["newest"]["signatures"]}
    assert (found["unsigned"], found["witnessed"]) == (0, None)
    assert "No witness has seen it" in Read.of(audit("/en/granska").text).lead
    assert [each["size"] for each in found["earlier"]] == sorted(each["size"] for each in found["earlier"])


def test_of_an_earlier_moment_only_heads_up_to_it_are_shown(audit: Site) -> None:
    found = shown(audit, "/granska", "?at=3")
    assert found["events"] == 3
    assert all(each["size"] <= 3 for each in [*found["earlier"], *filter(None, [found["newest"]])])


def test_an_empty_ledger_says_that_nothing_is_signed(empty: Site) -> None:
    found = shown(empty, "/granska")
    assert (found["events"], found["corrections"]["value"], found["keys_destroyed"]["value"]) == (0, 0, 0)
    assert shown(empty, "/brister")["total"] == 0


def test_every_claim_names_who_must_be_honest_in_both_languages(audit: Site) -> None:
    for path in ("/granska", "/en/granska"):
        assert audit(path).text.count("<tr>") >= len(shown(audit, "/granska")["properties"]) == 13


def test_a_correction_is_shown_before_and_after(audit: Site) -> None:
    (correction,) = shown(audit, "/rattelser")["corrections"]
    assert (correction["was"], correction["becomes"], correction["position"]) == ('"Skolan"', '"Skolorna"', 2)
    text = Read.of(audit("/en/rattelser").text).text
    assert text.index('"Skolan"') < text.index('"Skolorna"')
    assert "Fel namn." in text


def test_an_erasure_is_counted_and_nobody_is_named(audit: Site) -> None:
    found = shown(audit, "/raderingar")
    assert (found["requests"]["value"], found["keys_destroyed"]["value"]) == (1, 0)
    (asked,) = found["erasures"]
    assert asked["requested"]["position"] == EVENTS
    assert "author" not in json.dumps(found) and "r1" not in json.dumps(found["erasures"])
    assert "author-i2" not in audit("/raderingar").text


def test_gaps_are_listed_by_rule_and_an_unknown_rule_is_refused(audit: Site) -> None:
    rules = {each["rule"]: each["count"] for each in shown(audit, "/brister")["rules"]}
    for rule, count in rules.items():
        assert len(shown(audit, "/brister", f"?regel={rule}")["gaps"]) == count
    assert audit("/brister?regel=x").status == 400


def test_definitions_are_those_that_answers_name(audit: Site) -> None:
    hashes = {each["name"]: each["sha256"] for each in shown(audit, "/definitioner")["definitions"]}
    assert hashes["corrections"] == shown(audit, "/rattelser")["definition"]["sha256"]
    assert hashes["gaps"] in audit("/definitioner/gaps").text


def test_the_files_that_are_offered_are_there(audit: Site) -> None:
    found = shown(audit, "/data")
    assert (found["events"], found["signed"]) == (EVENTS, EVENTS)
    for path in [*found["catalogue"], *(path for each in found["files"] for path in each["forms"] if "csv" in path)]:
        assert audit(path).status == 200, path


def test_what_is_not_in_the_ledger_stands_under_about(audit: Site) -> None:
    found, gaps = shown(audit, "/om"), shown(audit, "/brister")
    counts = {each["rule"]: each["count"] for each in gaps["rules"]}
    assert found["missing_in_all"] == sum(counts[each["rule"]] for each in found["missing"])
    assert found["gaps"] == gaps["total"]
