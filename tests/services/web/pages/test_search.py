"""Search: what is named leads straight there; words are found where anyone may read them."""

import json

import pytest

from tests.services.web.pages.audited import HOSTILE
from tests.services.web.pages.seen import Read
from tests.services.web.site import Site


@pytest.mark.parametrize(
    ("asked", "place"),
    [
        ("2", "/handelse/2"),
        ("%232", "/handelse/2"),
        ("i1", "/forslag/i1"),
        ("input:i1", "/forslag/i1"),
        ("KFKS+2015/174-001", "/arende/m"),
        ("kfks2015/174001", "/arende/m"),
        ("cykelbana", "/forslag/i2"),
    ],
)
def test_a_reference_a_number_and_a_single_hit_lead_to_their_page(audit: Site, asked: str, place: str) -> None:
    for prefix in ("", "/en"):
        said = audit(f"{prefix}/sok?q={asked}")
        assert (said.status, said.headers["location"]) == (303, prefix + place)


def test_programs_get_the_answer_itself(audit: Site) -> None:
    shown = json.loads(audit("/sok.json?q=cykelbana").body)
    assert (shown["count"], shown["complete"], shown["direct"]) == (1, True, "/forslag/i2")
    assert shown["hits"][0]["words"]["text"] == "En cykelbana till skolan"
    assert audit("/sok.csv?q=cykelbana").text.splitlines()[1].endswith("En cykelbana till skolan")


def test_hits_are_counted_by_what_they_are_about(audit: Site) -> None:
    shown = json.loads(audit("/sok.json?q=onerror").body)
    assert {each["kind"]: each["count"] for each in shown["kinds"]} == {"input": 1, "matter": 1}
    only = json.loads(audit("/sok.json?q=onerror&slag=matter").body)
    assert [each["subject"] for each in only["hits"]] == ["matter:m2"]
    page = audit("/sok?q=onerror")
    assert "<img" not in page.text
    assert HOSTILE[:20] in Read.of(page.text).text


def test_words_are_found_as_of_a_moment(audit: Site) -> None:
    assert json.loads(audit("/sok.json?q=cykelbana&at=4").body)["count"] == 0
    assert json.loads(audit("/sok.json?q=cykelbana&at=5").body)["count"] == 1


@pytest.mark.parametrize("asked", ["zzzz", "%3Cb%3Ezork(2)%3C/b%3E", "%27%22%29%3B--", "%E2%80%AE", "*", "9" * 60])
def test_what_is_not_there_is_said_without_a_fault(audit: Site, asked: str) -> None:
    said = audit(f"/sok?q={asked}")
    assert said.status == 200
    assert "Inget hittades för" in said.text
    assert "<b>zork" not in said.text


def test_without_a_word_the_page_asks_for_one(empty: Site) -> None:
    read = Read.of(empty("/en/sok").text)
    assert read.lead == "Write a word, a reference or a number."


def test_several_places_of_one_thing_are_one_hit_with_what_it_is_called(audit: Site) -> None:
    shown = json.loads(audit("/sok.json?q=onerror").body)
    read = Read.of(audit("/sok?q=onerror").text)
    subjects = list(dict.fromkeys(each["subject"] for each in shown["hits"]))
    assert read.html.count("<h3>") == len(subjects)
    assert not any(subject in read.text for subject in subjects)
