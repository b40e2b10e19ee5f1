"""Calendars of promises, read by an independent parser: dates, states, revisions, hostile words."""

from __future__ import annotations

import re
from datetime import date
from typing import Any, cast

import pytest
from hypothesis import given
from hypothesis import strategies as st
from icalendar import Calendar

from ledger.commitments import DropCommitment
from ledger.messages import Command
from services.settings import Settings
from services.web.open.ical import Due, written
from services.web.open.texts import plain
from tests.services.web.open.town import HOSTILE, record, served
from tests.services.web.site import Site

STAMP = "2016-05-01T08:00:00.123456Z"


def events(site: Site, path: str) -> dict[str, Any]:
    said = site(path)
    assert said.status == 200, said.text
    assert said.headers["content-type"] == "text/calendar; charset=utf-8"
    assert all(len(line) <= 75 for line in said.body.split(b"\r\n"))
    calendar = Calendar.from_ical(said.body)
    assert not calendar.errors and calendar["version"] == "2.0"
    return {str(event["uid"]): event for event in calendar.walk("VEVENT")}


UPP = "uppdrag/upp@kommun.example/inflytande"


@pytest.mark.parametrize("path", ["/loften.ics", "/namnd/park.ics", "/en/loften.ics"])
def test_a_promise_stands_on_its_day_with_its_state(site: Site, path: str) -> None:
    found = events(site, path)
    own = {"loften/tio@kommun.example/inflytande", "loften/fem@kommun.example/inflytande"}
    assert set(found) - {UPP} == own and (UPP in found) is ("namnd" not in path)
    kept, broken = found["loften/tio@kommun.example/inflytande"], found["loften/fem@kommun.example/inflytande"]
    assert kept["dtstart"].dt == date(2016, 5, 1) and kept["dtend"].dt == date(2016, 5, 2)
    assert (kept["sequence"], broken["sequence"]) == (1, 0)
    states = ("Kept", "Date passed") if path.startswith("/en") else ("Uppfyllt", "Datumet har passerat")
    assert (kept["categories"].cats[0], broken["categories"].cats[0]) == states
    assert str(kept["summary"]).startswith(f"{states[0]}: Tio, bänkar; ")
    assert f"Tio, bänkar; {HOSTILE}\nsnart" in str(kept["description"])
    assert str(kept["url"]).startswith(site.url)


def test_the_calendar_of_a_decision_has_its_own_promises(site: Site) -> None:
    assert set(events(site, "/beslut/park-1.ics")) == {"loften/tio@kommun.example/inflytande", UPP}
    (assignment,) = events(site, "/namnd/fullmaktige.ics").values()
    assert str(assignment["summary"]) == "Datumet har passerat: Räkna bänkarna"
    assert site("/namnd/nobody.ics").status == 404
    assert site("/beslut/nobody.ics").status == 404


def test_an_empty_ledger_has_a_calendar(empty: Site) -> None:
    assert events(empty, "/loften.ics") == {}


def test_a_dropped_promise_is_cancelled_and_keeps_its_uid(chosen: Settings) -> None:
    more: list[Command] = [DropCommitment.model_validate({"commitment": "fem", "reason": "Inga pengar"})]
    record(chosen, more)
    with served(chosen) as site:
        dropped = events(site, "/loften.ics")["loften/fem@kommun.example/inflytande"]
    assert str(dropped["status"]) == "CANCELLED"
    assert dropped["sequence"] == 1


WORDS = st.text(st.characters(), max_size=300) | st.sampled_from(
    ["\r\nBEGIN:VEVENT", "a\\nb", "x" * 500, '\x00\x7f;,:"', "å" * 90]
)


@given(WORDS, WORDS, st.dates(min_value=date(1, 1, 1), max_value=date(9999, 12, 30)))
def test_hostile_words_make_no_lines_of_their_own(summary: str, description: str, day: date) -> None:
    due = Due(
        "u@a.example", day, summary, description, "https://a.example/loften", "Kept, late", STAMP, 3, is_cancelled=False
    )
    octets = written("name" + summary, "sv", [due])
    assert all(len(line) <= 75 for line in octets.split(b"\r\n"))
    calendar = Calendar.from_ical(octets)
    (event,) = cast(list[Any], calendar.walk("VEVENT"))
    assert not event.errors
    assert event["dtstart"].dt == day
    assert str(event["description"]) == re.sub("[\x00-\x08\x0b-\x1f\x7f]", "", plain(description))
    assert event["categories"].cats == ["Kept, late"]
    assert written("name" + summary, "sv", [due]) == octets
