"""Answer times: the unanswered counted in, by body and month, and the oldest in words."""

from __future__ import annotations

import pytest

from ledger.messages import Event
from ledger.responses import ResponseDue, ResponseGiven
from services.web.page import Shown
from services.web.pages import answer_times
from tests.projections.town import SEALED, TOWN, received
from tests.services.web.pages.seen import drawn, shown


def waiting(number: int, days: int | None) -> list[Event]:
    """Return an input of March 2016 that is owed an answer, and was answered after some days or never."""
    name = f"i{number:03}"
    found: list[Event] = [
        received(name, occurred="2016-03-01"),
        ResponseDue(input=name, by="2016-03-31", rule="30 days", occurred="2016-03-01"),
    ]
    if days is not None:
        day = f"2016-03-{1 + days:02}"
        found.append(
            ResponseGiven(response=f"r{name}", input=name, kind="answer", text=SEALED, by_office="k", occurred=day)
        )
    return found


def seen(*events: Event) -> Shown:
    data = shown(answer_times.PAGE, events)
    assert data is not None
    return data


def test_those_without_an_answer_stay_in_the_denominator() -> None:
    data = seen(*TOWN, *waiting(1, 9), *waiting(2, None))
    read = drawn(answer_times.PAGE, data)
    assert read.lead == "1 of 2 inputs got an answer. 1 should have had one by now."
    assert "Has waited 92 days, since 1 March 2016. The answer was due 31 March 2016." in read.text
    assert '<a href="/en/forslag/i002">' in read.html
    assert answer_times.table(data).rows == [("au", "2016-03", 2, 1, 0, 1, 0, 0, None, None)]


def test_a_field_stands_on_twenty_inputs_and_counts_the_unanswered_in() -> None:
    answered = [event for number in range(15) for event in waiting(number, 9)]
    never = [event for number in range(15, 24) for event in waiting(number, None)]
    (line,) = seen(*TOWN, *answered, *never)["waits"]["bodies"]
    (field,) = line["months"]
    assert (line["body"], field["n"], field["median_days"], field["p90_days"]) == ("au", 24, 9, None)
    few = seen(*TOWN, *answered)["waits"]["bodies"][0]["months"][0]
    assert (few["n"], few["median_days"], few["hidden"]) == (15, None, "fewer_than_20")


def test_the_twenty_who_wait_longest_are_told() -> None:
    events = [event for number in range(25) for event in waiting(number, None)]
    assert len(seen(*TOWN, *events)["oldest"]) == 20


@pytest.mark.parametrize("language", ["sv", "en"])
def test_an_empty_ledger_says_that_nothing_is_owed(language: str) -> None:
    read = drawn(answer_times.PAGE, seen(), language)
    assert ("No input has a day" if language == "en" else "Ingen synpunkt har") in read.lead
    full = [event for number in range(25) for event in waiting(number, 3)]
    drawn(answer_times.PAGE, seen(*TOWN, *full), language)
