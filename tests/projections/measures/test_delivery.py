"""Delivery: what is due stays due until it is delivered, and a word in dispute delivers nothing."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.commitments import (
    CommitmentDelivered,
    CommitmentDropped,
    CommitmentMade,
    DeliveryDisputed,
    DeliveryEvidence,
    DisputeAnswered,
)
from ledger.messages import Event
from projections.measures.scope import Scope
from tests.projections.measures.asking import asked, figures, of, parts
from tests.projections.town import SEALED, decided


def made(commitment: str, due: str | None = "2016-05-20", **more: Any) -> CommitmentMade:
    return CommitmentMade(commitment=commitment, owner=more.pop("owner", "ks"), text=SEALED, due=due, **more)


def delivered(commitment: str, on: str, *evidence: str) -> CommitmentDelivered:
    shown = tuple(DeliveryEvidence(kind="document", id=each) for each in evidence)
    return CommitmentDelivered(commitment=commitment, on=on, evidence=shown)


def disputed(commitment: str) -> DeliveryDisputed:
    return DeliveryDisputed(commitment=commitment, author="x", author_kind="resident", text=SEALED)


EVENTS: tuple[Event, ...] = (
    *(made(name) for name in "abcdef"),
    made("later", "2016-07-01"),
    made("some day", None),
    delivered("a", "2016-05-20", "report"),
    delivered("b", "2016-05-25"),
    delivered("c", "2016-05-19"),
    disputed("c"),
    CommitmentDropped(commitment="d", reason=SEALED),
    delivered("e", "2016-05-19"),
    disputed("e"),
    DisputeAnswered(commitment="e", outcome="reopened", text=SEALED),
)
"""Due are six: a kept with evidence, b late, c disputed, d dropped, e reopened and so undelivered, f broken."""


def test_delivered_is_what_nobody_disputes_of_all_that_was_due() -> None:
    shown = asked("delivery_rate", *EVENTS)
    found = figures(shown)
    assert of(found["delivery_rate"]) == (2, 6, "0.3333")
    assert of(found["delivered_on_time"]) == (1, 6, "0.1667")
    assert of(found["delivered_with_evidence"]) == (1, 6, "0.1667")
    assert parts(shown) == {"broken": 2, "disputed": 1, "dropped": 1, "due": 1, "kept": 1, "late": 1, "open": 1}


@pytest.mark.parametrize(
    "scope, due",
    [
        (Scope(body="ks"), 2),
        (Scope(body="au"), 1),
        (Scope(decision="d"), 1),
        (Scope(process="p1"), 1),
        (Scope(matter="m1"), 2),
        (Scope(since="2016-05-21"), 1),
        (Scope(until="2016-05-20"), 2),
    ],
)
def test_it_can_be_asked_of_a_part(scope: Scope, due: int) -> None:
    events = (decided("d"), made("a", decision="d"), made("b", owner="au", process="p1"), made("c", "2016-05-21"))
    assert figures(asked("delivery_rate", *events, scope=scope))["delivery_rate"]["denominator"] == due


def test_slippage_counts_what_has_not_come_for_as_long_as_it_is_late() -> None:
    on_time = [event for each in range(10) for event in (made(f"a{each}"), delivered(f"a{each}", "2016-05-01"))]
    late = [event for each in range(5) for event in (made(f"b{each}"), delivered(f"b{each}", "2016-05-25"))]
    never = [made(f"c{each}") for each in range(10)]
    shown = asked("slippage", *on_time, *late, *never)
    median = figures(shown)["median_days"]
    assert (median["value"], median["numerator"], median["n"]) == ("5", 15, 25)
    assert figures(shown)["p90_days"]["hidden"] == "not_reached"


def test_of_few_no_slippage_is_told() -> None:
    assert figures(asked("slippage", *EVENTS))["median_days"]["hidden"] == "fewer_than_20"
