"""Answers: the unanswered and the late stay in every denominator, and those who wait are counted for as long as they do."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from ledger.inputs.events import AuthorKind, InputMerged, InputWithdrawn
from ledger.messages import Event
from ledger.responses import ResponseDue, ResponseGiven
from tests.projections.measures.asking import asked, cells, figures, of, parts
from tests.projections.town import SEALED, received


def due(input: str, by: str) -> ResponseDue:
    return ResponseDue(input=input, by=by, rule="service_guarantee")


def answered(input: str, day: str, kind: str = "answer") -> ResponseGiven:
    return ResponseGiven(
        response=f"{kind}-to-{input}", input=input, kind=kind, text=SEALED, by_office="Trafik", occurred=day
    )


MIXED: tuple[Event, ...] = (
    *(received(name, occurred="2016-05-01") for name in "abcde"),
    received("o", AuthorKind.OFFICIAL, occurred="2016-05-01"),
    due("a", "2016-05-10"),
    answered("a", "2016-05-10"),
    due("b", "2016-05-10"),
    answered("b", "2016-05-11"),
    due("c", "2016-05-10"),
    due("d", "2016-07-01"),
    due("o", "2016-05-10"),
)
"""Of five, e is owed nothing, a was answered in time, b late, c not, and d has time left."""


def test_the_answer_rate_counts_everybody_who_is_owed_an_answer() -> None:
    shown = asked("answer_rate", *MIXED)
    assert of(figures(shown)["answer_rate"]) == (2, 4, "0.5000")
    assert of(figures(shown)["answer_rate_official"]) == (0, 1, "0.0000")
    assert parts(shown) == {"late": 1, "on_time": 1, "overdue": 1, "waiting": 1}


def test_in_time_are_those_answered_by_their_day_of_all_whose_day_has_passed() -> None:
    shown = asked("on_time_rate", *MIXED)
    assert of(figures(shown)["on_time_rate"]) == (1, 3, "0.3333")
    assert of(cells(shown, "channel")["web"]["on_time_rate"]) == (1, 3, "0.3333")


def test_on_the_last_day_itself_nobody_is_late_yet() -> None:
    assert of(figures(asked("on_time_rate", *MIXED, on="2016-05-10"))["on_time_rate"]) == (0, 0, None)


def test_a_receipt_is_no_answer() -> None:
    events = (received("a"), due("a", "2016-05-20"), answered("a", "2016-05-17", "receipt"))
    assert of(figures(asked("answer_rate", *events))["answer_rate"]) == (0, 1, "0.0000")


def test_what_was_merged_or_withdrawn_unanswered_is_still_owed() -> None:
    events = (
        *(received(name) for name in "abc"),
        *(due(name, "2016-05-20") for name in "abc"),
        InputMerged(input="b", into="a", process="p1", matter="m1", reason_code="duplicate"),
        InputWithdrawn(input="c", author="author-of-c", process="p1", matter="m1"),
    )
    assert of(figures(asked("answer_rate", *events))["answer_rate"]) == (0, 3, "0.0000")


def many(answers: list[int | None]) -> list[Event]:
    """Return inputs of 1 May, each answered after so many days or not at all."""
    events: list[Event] = []
    for number, days in enumerate(answers):
        events += [received(f"i{number}", occurred="2016-05-01"), due(f"i{number}", "2016-06-01")]
        if days is not None:
            events.append(answered(f"i{number}", f"2016-05-{1 + days:02}"))
    return events


def test_the_median_is_the_day_by_which_half_were_answered_the_waiting_counted_in() -> None:
    shown = asked("time_to_answer", *many([*range(1, 13), *[None] * 12]))
    median, p90 = figures(shown)["median_days"], figures(shown)["p90_days"]
    assert (median["value"], median["numerator"], median["n"], median["unit"]) == ("12", 12, 24, "days")
    assert median["interval"]["method"] == "kaplan_meier_log_log"
    assert (p90["value"], p90["hidden"]) == (None, "not_reached")
    assert parts(shown) == {"answered": 12, "unanswered": 12}


def test_of_fewer_than_twenty_no_time_is_told() -> None:
    median = figures(asked("time_to_answer", *many([3] * 19)))["median_days"]
    assert (median["value"], median["hidden"], median["interval"]) == (None, "fewer_than_20", None)
    assert figures(asked("time_to_answer", *many([3] * 20)))["median_days"]["value"] == "3"


@given(st.lists(st.one_of(st.none(), st.integers(0, 25)), max_size=12), st.integers(0, 5))
@settings(max_examples=30, deadline=None)
def test_more_unanswered_ones_only_lower_the_rates(answers: list[int | None], more: int) -> None:
    for name in ("answer_rate", "on_time_rate"):
        before = figures(asked(name, *many(answers)))[name]
        after = figures(asked(name, *many([*answers, *[None] * more])))[name]
        assert after["denominator"] == before["denominator"] + more
        assert after["numerator"] == before["numerator"] <= after["denominator"]
