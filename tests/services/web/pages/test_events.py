"""The event explorer: filters, pages, and what it says of its own completeness."""

import csv
import io
import json

import pytest

from ledger.messages import EVENT_TYPES
from services.web.kinds import KINDS, label, sentence
from services.web.language import translations
from tests.services.web.pages.audited import EVENTS
from tests.services.web.pages.seen import Read
from tests.services.web.site import Site


def found(site: Site, query: str = "") -> dict[str, object]:
    said = site(f"/handelser.json{query}")
    assert said.status == 200, said.text
    return dict(json.loads(said.body))


def test_a_list_says_whether_it_is_whole(audit: Site) -> None:
    whole = found(audit)
    assert (whole["count"], whole["complete"], whole["next_after"]) == (EVENTS, True, None)
    part = found(audit, "?antal=4")
    assert (part["count"], part["complete"], part["next_after"]) == (EVENTS, False, 4)
    assert f"All {EVENTS} events are shown here." in Read.of(audit("/en/handelser").text).lead
    assert "till #4." in Read.of(audit("/handelser?antal=4").text).lead


def test_pages_of_a_list_follow_each_other_without_a_gap(audit: Site) -> None:
    positions, after = [], 0
    while True:
        page = found(audit, f"?antal=3&after={after}")
        positions += [each["position"] for each in page["events"]]  # type: ignore[attr-defined]
        if page["next_after"] is None:
            break
        after = page["next_after"]  # type: ignore[assignment]
    assert positions == list(range(1, EVENTS + 1))


def test_events_are_chosen_by_type_by_tag_and_by_day(audit: Site) -> None:
    inputs = found(audit, "?typ=input-received")
    assert (inputs["count"], {each["type"] for each in inputs["events"]}) == (2, {"input-received"})  # type: ignore[attr-defined]
    both = found(audit, "?typ=input-received,matter-opened")
    assert both["count"] == 4
    assert found(audit, "?tagg=matter:m&typ=matter-opened")["count"] == 1
    day = found(audit)["events"][0]["time"][:10]  # type: ignore[index]
    assert found(audit, "?dag=1999-01-01")["count"] == 0
    assert found(audit, f"?dag={day}")["complete"] in {True, False}


def test_the_table_has_the_same_events(audit: Site) -> None:
    lines = list(csv.DictReader(io.StringIO(audit("/handelser.csv").text)))
    assert [int(line["position"]) for line in lines] == list(range(1, EVENTS + 1))


@pytest.mark.parametrize(
    "query",
    [
        "?typ=no-such",
        "?dag=2015-02-30",
        "?dag=x",
        "?after=-1",
        "?after=1e9",
        "?after=" + "9" * 60,
        "?antal=0",
        "?antal=1001",
        "?typ=%3Cscript%3E",
        "?dag=9999-12-31",
    ],
)
def test_what_cannot_be_asked_is_refused_with_the_name_of_the_parameter(audit: Site, query: str) -> None:
    said = audit(f"/handelser{query}")
    assert said.status == 400
    assert query[1:].partition("=")[0] in said.text


def test_a_tag_of_hostile_signs_finds_nothing_and_runs_nothing(audit: Site) -> None:
    said = audit("/handelser?tagg=%3Cimg%20src=x%20onerror=alert(1)%3E")
    assert said.status == 200
    assert "<img" not in said.text


def test_an_empty_ledger_has_no_events(empty: Site) -> None:
    assert found(empty)["count"] == 0
    assert Read.of(empty("/handelser").text).lead == "Ingen händelse passar det du frågade efter."


def test_every_type_of_event_is_said_in_both_languages() -> None:
    swedish = translations("sv")
    assert set(KINDS) <= set(EVENT_TYPES)
    for topic in KINDS:
        english = sentence(topic)
        assert english.endswith(".") and "`" not in english and " " in english
        assert swedish.gettext(english) != english, topic


def test_fields_have_swedish_names_and_else_their_words() -> None:
    assert label("by_role", "sv") == "i rollen"
    assert label("by_role", "en") == "by role"
    assert label("no_such_field", "sv") == "no such field"


def test_what_is_made_up_can_be_listed_alone(audit: Site) -> None:
    assert found(audit, "?grund=illustrative")["count"] == 0
    refused = audit("/handelser.json?grund=hittepa")
    assert refused.status == 400 and "illustrative" in refused.text
