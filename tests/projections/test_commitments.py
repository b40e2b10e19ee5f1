"""Commitments as they are shown: due, kept, late, broken, disputed on a day, and who made them when."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ledger.commitments import (
    CommitmentDelivered,
    CommitmentDropped,
    CommitmentMade,
    CommitmentProgressed,
    DeliveryDisputed,
    DeliveryEvidence,
    DisputeAnswered,
)
from ledger.dispositions.events import Change
from ledger.messages import Event
from projections.rows.memory import happened_by
from projections.views import commitments
from projections.views.answer import Page, read_page_token
from projections.views.commitments import judged
from projections.views.gaps import gaps
from tests.projections.history import record, rows_of, rows_over
from tests.projections.town import SEALED, TOWN, disposed, received

MADE = CommitmentMade(commitment="c", owner="ks", text=SEALED, due="2018-06-30", occurred="2018-04-10")


def delivered(on: str, *evidence: str, commitment: str = "c") -> CommitmentDelivered:
    return CommitmentDelivered(
        commitment=commitment,
        on=on,
        evidence=tuple(DeliveryEvidence(kind="document", id=each) for each in evidence),
        occurred=on,
    )


DISPUTED = DeliveryDisputed(commitment="c", author="a1", author_kind="resident", text=SEALED)


def shown(*events: Event, on: str = "2018-07-10") -> dict[str, Any]:
    view = commitments.commitment(rows_of(*events), "c", on=on)
    assert view is not None
    found: dict[str, Any] = view["commitment"]
    return found


@pytest.mark.parametrize(
    "events, status, late",
    [
        ((MADE,), "broken", 10),
        ((MADE.model_copy(update={"due": "2018-07-10"}),), "due", None),
        ((MADE.model_copy(update={"due": None}),), "open", None),
        ((MADE, delivered("2018-06-30")), "kept", None),
        ((MADE, delivered("2018-07-01")), "late", 1),
        ((MADE, delivered("2018-07")), "late", 1),
        ((MADE, delivered("2018")), "unclear", None),
        ((MADE.model_copy(update={"due": None}), delivered("2018")), "kept", None),
        ((MADE, delivered("2018-06-01"), DISPUTED), "disputed", None),
        ((MADE, CommitmentDropped(commitment="c", reason=SEALED)), "dropped", None),
    ],
)
def test_s2_08_question_10_a_commitment_is_judged_by_its_dates(
    events: tuple[Event, ...], status: str, late: int | None
) -> None:
    found = shown(*events)
    assert (found["status"], found["days_late"]) == (status, late)


def test_an_upheld_delivery_counts_and_a_reopened_one_does_not() -> None:
    disputed = (MADE, delivered("2018-06-01", "report"), DISPUTED)
    upheld = shown(*disputed, DisputeAnswered(commitment="c", outcome="upheld", text=SEALED))
    assert (upheld["status"], upheld["evidenced"]) == ("kept", True)
    reopened = (*disputed, DisputeAnswered(commitment="c", outcome="reopened", text=SEALED))
    again = shown(*reopened)
    assert (again["status"], again["delivered_on"], again["deliveries"][0]["withdrawn"]) == ("broken", None, True)
    late = shown(*reopened, delivered("2018-07-05"))
    assert (late["status"], late["days_late"], late["evidenced"]) == ("late", 5, False)


def test_who_disputes_is_shown_by_capacity_and_never_by_id() -> None:
    found = shown(MADE, delivered("2018-06-01"), DISPUTED)
    assert found["disputes"] == [
        {
            "author_kind": "resident",
            "text": {"position": 3, "pointer": "/text"},
            "recorded": found["disputes"][0]["recorded"],
            "answer": None,
        }
    ]
    assert "a1" not in str(found)


def test_the_disposition_that_names_a_commitment_is_linked_with_it_made_or_not() -> None:
    rows = rows_of(
        *TOWN,
        received("i1"),
        received("i2"),
        MADE,
        disposed("d1", "i1", "adopted", changed=(Change(commitment="c"), Change(clause=1))),
        disposed("d1", "i2", "adopted", changed=(Change(commitment="never-made"),)),
    )
    listed = commitments.commitments(rows, on="2018-05-01")
    assert [(each["commitment"], each["status"]) for each in listed["commitments"]] == [
        ("c", "due"),
        ("never-made", "not_made"),
    ]
    assert [(line["decision"], line["input"]) for line in listed["commitments"][0]["dispositions"]] == [("d1", "i1")]
    assert listed["made"]["value"] == 1


def test_question_10_what_was_promised_in_a_year_and_what_became_of_it() -> None:
    others = tuple(
        CommitmentMade(commitment=f"c{year}", owner=owner, text=SEALED, occurred=f"{year}-01-01")
        for year, owner in ((2017, "ks"), (2018, "au"))
    )
    rows = rows_of(MADE, *others, delivered("2018-09-01"), CommitmentProgressed(commitment="c2018", text=SEALED))
    view = commitments.commitments(rows, year="2018", on="2019-01-01")
    assert [(each["commitment"], each["status"], each["days_late"]) for each in view["commitments"]] == [
        ("c", "late", 63),
        ("c2018", "open", None),
    ]
    assert view["counts"] == [
        {"year": "2018", "status": "late", "count": 1},
        {"year": "2018", "status": "open", "count": 1},
    ]
    of_owner = commitments.commitments(rows, owner="ks", status="open", on="2019-01-01")
    assert [each["commitment"] for each in of_owner["commitments"]] == ["c2017"]
    assert of_owner["made"] == {"value": 2, "events": {"types": ["commitment-made"], "tags": ["body:ks"]}}


def test_question_10_the_answer_is_right_as_of_any_day() -> None:
    history = record([MADE, delivered("2018-07-05")])
    seen = {}
    for day in (date(2018, 4, 9), date(2018, 6, 30), date(2018, 7, 1), date(2018, 7, 5)):
        rows = rows_over(happened_by(day, history))
        seen[day.isoformat()] = [
            each["status"] for each in commitments.commitments(rows, on=day.isoformat())["commitments"]
        ]
    assert seen == {"2018-04-09": [], "2018-06-30": ["due"], "2018-07-01": ["broken"], "2018-07-05": ["late"]}


def test_commitments_come_page_by_page_and_count_whole() -> None:
    rows = rows_of(*(MADE.model_copy(update={"commitment": f"c{n}"}) for n in range(3)))
    first = commitments.commitments(rows, Page(size=2), on="2018-05-01")
    _, after = read_page_token(first["next_page_token"])
    second = commitments.commitments(rows, Page(2, after), on="2018-05-01")
    assert [each["commitment"] for each in second["commitments"]] == ["c2"]
    assert first["counts"] == second["counts"] == [{"year": "2018", "status": "due", "count": 3}]


@given(
    due=st.dates(date(2018, 1, 1), date(2018, 12, 31)),
    done=st.none() | st.dates(date(2018, 1, 1), date(2018, 12, 31)),
    on=st.dates(date(2018, 1, 1), date(2019, 12, 31)),
)
def test_days_late_and_status_never_contradict_each_other(due: date, done: date | None, on: date) -> None:
    deliveries = [] if done is None else [{"on": done.isoformat(), "evidence": [], "withdrawn": False}]
    state: dict[str, Any] = {
        "made": {},
        "dropped": None,
        "due": due.isoformat(),
        "deliveries": deliveries,
        "disputes": [],
    }
    found = judged(state, on.isoformat())
    assert (found["days_late"] is not None) == (found["status"] in {"late", "broken"})
    if found["days_late"] is not None:
        assert due + timedelta(days=found["days_late"]) == (done or on)


@pytest.mark.parametrize(
    "occurred, year", [("../2018-04-10", "2018"), ("../2017", "2017"), ("2018-12/2019-02", "2018"), ("2016~", "2016")]
)
def test_what_was_made_by_a_day_is_of_that_days_year(occurred: str, year: str) -> None:
    rows = rows_of(CommitmentMade(commitment="c", owner="ks", text=SEALED, occurred=occurred))
    view = commitments.commitment(rows, "c", on="2019-01-01")
    assert view is not None and view["commitment"]["year"] == year


def test_a_delivery_before_the_commitment_was_made_is_a_gap() -> None:
    def found(on: str) -> list[str]:
        rows = rows_of(*TOWN, MADE, delivered(on))
        return [each["subject"] for each in gaps(rows, rule="delivered_before_made", on="2018-07-10")["gaps"]]

    assert found("2018-04-09") == ["commitment:c"]
    assert (found("2018-04-10"), found("2018")) == ([], [])
