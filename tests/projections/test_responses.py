"""Answer times: what is due stays in the denominator, whoever answered and whoever did not."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.inputs.events import InputWithdrawn
from ledger.messages import Event
from ledger.responses import ResponseDue, ResponseGiven
from projections.responses import RESPONSES
from projections.views.responses import STANDINGS, answer_times
from tests.projections.history import rows_of
from tests.projections.town import SEALED, TOWN, received

TODAY = "2016-06-10"


def due(input: str, by: str) -> ResponseDue:
    return ResponseDue(input=input, by=by, rule="service_guarantee")


def answered(input: str, day: str | None = None, kind: str = "answer", office: str = "Trafik") -> ResponseGiven:
    return ResponseGiven(
        response=f"{kind}-to-{input}", input=input, kind=kind, text=SEALED, by_office=office, occurred=day
    )


def parts(*events: Event, on: str = TODAY) -> dict[str, int]:
    view = answer_times(rows_of(*TOWN, *events), on)
    assert view["due"]["value"] == sum(view[name] for name in STANDINGS)
    return {name: view[name] for name in STANDINGS if view[name]}


def test_an_answer_on_the_due_day_is_on_time_and_the_day_after_it_is_late() -> None:
    assert parts(received("i1"), due("i1", "2016-06-01"), answered("i1", "2016-06-01")) == {"on_time": 1}
    assert parts(received("i1"), due("i1", "2016-06-01"), answered("i1", "2016-06-02")) == {"late": 1}


def test_the_day_is_the_swedish_one() -> None:
    events = (received("i1"), due("i1", "2016-06-01"))
    assert parts(*events, answered("i1", "2016-06-01T21:59:00Z")) == {"on_time": 1}
    assert parts(*events, answered("i1", "2016-06-01T22:00:00Z")) == {"late": 1}


@pytest.mark.parametrize("kind", ["receipt", "clarification"])
def test_a_receipt_answers_nothing(kind: str) -> None:
    assert parts(received("i1"), due("i1", "2016-06-01"), answered("i1", kind=kind)) == {"overdue": 1}


def test_unanswered_is_waiting_through_the_due_day_and_overdue_after_it() -> None:
    events = (received("i1"), due("i1", "2016-06-10"))
    assert parts(*events, on="2016-06-10") == {"waiting": 1}
    assert parts(*events, on="2016-06-11") == {"overdue": 1}


def test_the_latest_deadline_holds_and_the_earlier_ones_stay_visible() -> None:
    events = (received("i1"), due("i1", "2016-06-01"), due("i1", "2016-07-01"))
    assert parts(*events) == {"waiting": 1}
    row = rows_of(*events).get(RESPONSES.name, "i1")
    assert row is not None
    assert [each["by"] for each in row.state["dues"]] == ["2016-06-01", "2016-07-01"]


def test_only_the_first_answer_stops_the_clock() -> None:
    again = answered("i1", "2016-07-01", kind="decision_notice")
    assert parts(received("i1"), due("i1", "2016-06-01"), answered("i1", "2016-05-30"), again) == {"on_time": 1}


def test_what_its_author_took_back_unanswered_is_named_apart() -> None:
    gone = InputWithdrawn(input="i1", author="author-of-i1", process="p1", matter="m1")
    assert parts(received("i1"), due("i1", "2016-06-01"), gone) == {"withdrawn": 1}
    assert parts(received("i1"), due("i1", "2016-06-01"), answered("i1", "2016-05-30"), gone) == {"on_time": 1}


def test_groups_are_by_body_office_and_month_and_the_oldest_come_first() -> None:
    rows = rows_of(
        *TOWN,
        received("i1", occurred="2016-04-02"),
        received("i2", occurred="2016-05-03"),
        received("i3", process=None, occurred="2016-04-01"),
        received("i4", process=None, matter=None),
        *(due(each, "2016-06-01") for each in ("i1", "i2", "i3", "i4")),
        answered("i1", "2016-05-20"),
    )
    view = answer_times(rows, TODAY)
    assert [(group["body"], group["month"], group["due"], group["overdue"]) for group in view["by_body"]] == [
        ("", "2016-05", 1, 1),
        ("au", "2016-04", 1, 0),
        ("au", "2016-05", 1, 1),
        ("ks", "2016-04", 1, 1),
    ]
    assert [(group["office"], group["due"], group["on_time"]) for group in view["by_office"]] == [("Trafik", 1, 1)]
    assert [(each["input"], each["days_waited"]) for each in view["oldest"]] == [("i3", 70), ("i2", 38), ("i4", 25)]
    assert view["answered"]["value"] == 1


@given(
    st.lists(
        st.one_of(
            st.builds(received, st.sampled_from(["i1", "i2", "i3"])),
            st.builds(
                due, st.sampled_from(["i1", "i2", "i3"]), st.sampled_from(["2016-05-01", "2016-06-10", "2016-07-01"])
            ),
            st.builds(
                answered, st.sampled_from(["i1", "i2", "i3"]), st.sampled_from(["2016-04-01", "2016-06-20", None])
            ),
        ),
        max_size=15,
    ),
    st.sampled_from(["2016-04-01", TODAY, "2017-01-01"]),
)
def test_figures_and_rows_tell_the_same(events: list[Any], on: str) -> None:
    rows = rows_of(*TOWN, *events)
    view = answer_times(rows, on)
    counted = dict.fromkeys(STANDINGS, 0)
    for name, number in rows.figures(RESPONSES.name).items():
        _, by, stands = name.split("|")
        counted[stands if stands != "open" else "overdue" if by < on else "waiting"] += number
    assert counted == {name: view[name] for name in STANDINGS}
    assert view["due"]["value"] == len({event.input for event in events if isinstance(event, ResponseDue)})
    assert view["answered"]["value"] <= view["due"]["value"]
