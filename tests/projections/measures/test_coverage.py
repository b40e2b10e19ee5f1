"""Coverage: every input stays in the denominator until something says what became of it."""

from __future__ import annotations

from typing import Any

import pytest

from ledger.decisions.events import ScopeItem
from ledger.inputs.events import AuthorKind, InputMerged, InputWithdrawn, SupportGiven, SupportWithdrawn
from ledger.messages import Event
from projections.measures.catalogue import MEASURES, Misasked, measure
from projections.measures.scope import WHOLE, Scope
from tests.projections.history import rows_of
from tests.projections.town import BOARD, MATTER, TOWN, decided, disposed, received

TODAY = "2016-06-10"


def figures(*events: Event, scope: Scope = WHOLE, name: str = "coverage") -> dict[str, Any]:
    found = measure(rows_of(*TOWN, *events), name, scope, on=TODAY)
    assert found is not None
    return {each["name"]: each for each in found["figures"]}


def of(figure: dict[str, Any]) -> tuple[Any, ...]:
    return figure["numerator"], figure["denominator"], figure["value"]


def test_the_pending_stay_in_the_denominator_and_nothing_is_hidden_for_being_few() -> None:
    found = figures(received("a"), received("b"), received("c"), decided("d"), disposed("d", "a"))
    assert of(found["coverage"]) == (1, 3, "0.3333")
    assert found["coverage"]["interval"] is None
    assert found["coverage"]["hidden"] == ""


def test_what_officials_bring_in_is_counted_apart() -> None:
    town = (received("a"), received("o", AuthorKind.OFFICIAL), decided("d"), disposed("d", "o"))
    found = figures(*town)
    assert of(found["coverage"]) == (0, 1, "0.0000")
    assert of(found["coverage_official"]) == (1, 1, "1.0000")


def test_merged_inputs_are_left_out_and_withdrawn_ones_are_accounted_for_by_their_author() -> None:
    merged = InputMerged(input="b", into="a", process="p1", matter="m1", reason_code="same")
    gone = InputWithdrawn(input="c", author="author-of-c", process="p1", matter="m1")
    found = figures(received("a"), received("b"), received("c"), merged, gone)
    assert of(found["coverage"]) == (1, 2, "0.5000")


def test_a_comment_on_another_input_counts_only_where_a_decision_answers_for_it() -> None:
    talk = (received("a"), received("c", about="a", process="talk", matter=None), decided("d"))
    assert of(figures(*talk)["coverage"]) == (0, 1, "0.0000")
    answered = decided("e", ScopeItem(process="talk"))
    assert of(figures(*talk, answered)["coverage"]) == (0, 2, "0.0000")


def test_by_support_each_input_counts_as_often_as_somebody_stands_behind_it_now() -> None:
    given = [SupportGiven(input="a", supporter=f"s{n}", input_version=1) for n in range(3)]
    given += [SupportGiven(input="b", supporter="s0", input_version=1)]
    taken = SupportWithdrawn(input="a", supporter="s2")
    found = figures(received("a"), received("b"), *given, taken, decided("d"), disposed("d", "a"))
    assert of(found["coverage_by_support"]) == (2, 3, "0.6667")


def test_nothing_to_count_is_no_share() -> None:
    empty = figures()["coverage"]
    assert of(empty) == (0, 0, None)
    assert empty["hidden"] == "nothing_to_count"


@pytest.mark.parametrize(
    "scope, whole",
    [
        (Scope(process="p1"), 2),
        (Scope(matter="m1"), 1),
        (Scope(body="au"), 2),
        (Scope(body="ks"), 0),
        (Scope(decision="d"), 2),
        (Scope(kind="comment"), 0),
        (Scope(since="2016-05-17"), 1),
        (Scope(until="2016-05-16"), 2),
    ],
)
def test_it_can_be_asked_of_a_part(scope: Scope, whole: int) -> None:
    town = (
        received("a"),
        received("b", matter=None),
        received("x", matter=None, process=None, occurred="2016-05-18"),
        decided("d"),
    )
    assert figures(*town, scope=scope)["coverage"]["denominator"] == whole


def test_a_decision_is_measured_by_its_own_account_and_the_rest_by_what_was_said_last() -> None:
    town = (received("a"), decided("d"), decided("e"), disposed("d", "a"))
    assert of(figures(*town, scope=Scope(decision="e"))["coverage"]) == (0, 1, "0.0000")
    assert of(figures(*town, scope=Scope(process="p1"))["coverage"]) == (1, 1, "1.0000")


def test_what_the_ledger_does_not_know_has_no_measure() -> None:
    rows = rows_of(BOARD, MATTER)
    assert MEASURES["coverage"](rows, Scope(process="nowhere"), TODAY) is None


@pytest.mark.parametrize(
    "scope, place",
    [
        (Scope(body="ks", matter="m1"), "matter"),
        (Scope(since="2016-02-30"), "since"),
        (Scope(until="someday"), "until"),
        (Scope(since="2016-02-02", until="2016-02-01"), "until"),
    ],
)
def test_what_cannot_be_asked_is_named(scope: Scope, place: str) -> None:
    with pytest.raises(Misasked) as told:
        measure(rows_of(*TOWN), "coverage", scope, on=TODAY)
    assert told.value.place == place


def test_an_unknown_measure_is_told_which_there_are() -> None:
    with pytest.raises(Misasked, match="coverage"):
        measure(rows_of(*TOWN), "happiness", on=TODAY)
