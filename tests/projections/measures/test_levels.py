"""Promised against delivered: every test by what the record shows, and the one that failed is named."""

from __future__ import annotations

from typing import Any

from ledger.ballots.events import BallotOpened
from ledger.dispositions.events import Change
from ledger.messages import Event
from ledger.processes import ParticipationLevel, PromiseDeclared, SessionGroup, SessionHeld
from ledger.responses import ResponseDue, ResponseGiven
from tests.projections.measures.asking import asked, cells, figures, of
from tests.projections.town import SEALED, decided, disposed, opened, received

MAY = "2016-05-{:02}"


def promised(level: str, day: int = 1, **more: Any) -> PromiseDeclared:
    terms: dict[str, Any] = {"can_change": ("vägen",), "occurred": MAY.format(day)} | more
    return PromiseDeclared(process="p1", ladder="iap2", level=ParticipationLevel(level), decided_by="ks", **terms)


def came(input: str, day: int = 3) -> Event:
    return received(input, occurred=MAY.format(day))


def answered(input: str, day: int = 5) -> tuple[Event, ...]:
    due = ResponseDue(input=input, by=MAY.format(6), rule="service_guarantee")
    text = ResponseGiven(
        response=f"to-{input}", input=input, kind="answer", text=SEALED, by_office="T", occurred=MAY.format(day)
    )
    return due, text


DECIDED = decided("d", occurred=MAY.format(10))
MET = SessionHeld(process="p1", session="s", date="2016-05-04", groups=(SessionGroup(group="residents", count=9),))
CHANGED = disposed("d", "a", "adopted", changed=(Change(clause=1),))
GOOD: tuple[Event, ...] = (came("a"), came("b"), *answered("a"), *answered("b"), MET, DECIDED, CHANGED)
REASONED = disposed("d", "b", reason_codes=("cost",))


def outcomes(*events: Event) -> dict[str, str]:
    return {each["test"]: each["outcome"] for each in asked("promised_level", *events)["findings"]}


def levels(*events: Event) -> tuple[int, int]:
    counts = cells(asked("promised_level", *events), "process")["p1"]["parts"]
    return counts["promised"], counts["delivered"]


def test_a_process_that_kept_its_promise_of_dialogue() -> None:
    events = (promised("involve"), *GOOD, REASONED)
    assert levels(*events) == (3, 4)
    assert set(outcomes(*events).values()) == {"passed"}
    assert of(figures(asked("promised_level", *events))["promised_level"]) == (1, 1, "1.0000")


def test_a_missing_reason_is_the_test_that_fails() -> None:
    events = (promised("involve"), *GOOD, disposed("d", "b", reason_codes=("not_stated",)))
    assert [test for test, outcome in outcomes(*events).items() if outcome != "passed"] == ["accounted_with_reasons"]
    assert levels(*events) == (3, 1)


def test_a_decision_before_the_last_input_fails_consultation_outright() -> None:
    events = (promised("consult"), *GOOD, REASONED, came("late", 11), disposed("d", "late", reason_codes=("timing",)))
    assert outcomes(*events)["inputs_ended_before_decision"] == "failed"
    assert levels(*events)[1] == 1


def test_a_promise_after_the_first_input_came_too_late() -> None:
    events = (promised("consult", 4), *GOOD, REASONED)
    assert outcomes(*events)["promise_before_inputs"] == outcomes(*events)["scope_before_inputs"] == "failed"


def test_a_promise_that_says_nothing_of_what_can_change_declares_no_scope() -> None:
    found = outcomes(promised("consult", can_change=()), *GOOD, REASONED)
    assert (found["promise_before_inputs"], found["scope_before_inputs"]) == ("passed", "failed")


def test_one_late_answer_of_two_is_less_than_nine_in_ten() -> None:
    events = (promised("consult"), came("a"), came("b"), *answered("a"), *answered("b", 7), DECIDED, CHANGED, REASONED)
    assert outcomes(*events)["answers_on_time"] == "failed"


def test_without_any_day_to_answer_by_nobody_can_tell() -> None:
    events = (promised("consult"), came("a"), DECIDED, CHANGED)
    assert outcomes(*events)["answers_on_time"] == "not_on_record"
    assert levels(*events) == (2, 1)


def test_only_the_tests_up_to_the_promise_are_shown() -> None:
    assert {each["level"] for each in asked("promised_level", promised("inform"), DECIDED)["findings"]} == {1}


def test_without_a_decision_not_even_information_is_delivered() -> None:
    assert levels(promised("inform")) == (1, 0)


def test_whether_a_decision_puts_an_outcome_into_effect_is_not_on_record() -> None:
    binding: BallotOpened = opened(process="p1", purpose="binding_referendum")
    found = outcomes(promised("empower"), *GOOD, REASONED, binding)
    assert (found["rule_before_vote"], found["decision_equals_outcome"]) == ("passed", "not_on_record")
    assert outcomes(promised("empower"), *GOOD, REASONED)["rule_before_vote"] == "failed"


def test_a_decision_that_only_began_the_process_is_not_the_one_that_answers() -> None:
    began = decided("began", occurred=MAY.format(2))
    assert outcomes(promised("consult"), began, *GOOD, REASONED)["inputs_ended_before_decision"] == "passed"


def test_a_process_without_a_promise_is_not_judged() -> None:
    shown = asked("promised_level", *GOOD)
    assert figures(shown)["promised_level"]["hidden"] == "nothing_to_count"
    assert shown["findings"] == []
