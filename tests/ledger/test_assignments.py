"""Assignments: given in a clause, told otherwise elsewhere, reported, noted, over."""

from typing import Any

import pytest
from hypothesis import given as for_all
from hypothesis import strategies as st
from pydantic import ValidationError

from ledger.assignments import SLICE, rejections
from ledger.assignments.events import (
    AssignmentAccountStated,
    AssignmentCancelled,
    AssignmentClosed,
    AssignmentGiven,
    AssignmentProgressReported,
    AssignmentReported,
    CancelAssignment,
    ChangeDueDate,
    CloseAssignment,
    DueDateChanged,
    GiveAssignment,
    NoteReport,
    ReportAssignment,
    ReportAssignmentProgress,
    ReportNoted,
    StateAccount,
)
from ledger.bodies import BodyKind, BodyRegistered
from ledger.decisions.events import Clause, DecisionRecorded
from ledger.messages import Command, Event, Rejection
from tests.slices import given, rejections_of


def body(id: str) -> BodyRegistered:
    return BodyRegistered(body=id, name="Ett organ", kind=BodyKind.UNIT)


def decided(
    id: str, force: str = "decided", addressed_to: str | None = None, day: str | None = None
) -> DecisionRecorded:
    return DecisionRecorded(
        decision=id,
        matter="inflytande",
        body="utskott",
        title="Inflytande och innovation",
        force=force,
        addressed_to=addressed_to,
        meeting_date=day,
        clauses=(Clause(number=1, verb="note", text="Noteras."), Clause(number=3, verb="assign", text="Uppdras.")),
    )


UNITS: tuple[Event, ...] = tuple(body(each) for each in ("styrelse", "utskott", "kontoret", "enheten"))
TOWN: tuple[Event, ...] = (
    *UNITS,
    decided("p64", "preparatory", "styrelse"),
    decided("p90"),
)
GIVE: dict[str, Any] = {
    "assignment": "metoder",
    "decision": "p64",
    "clause": 3,
    "to_unit": "kontoret",
    "text": "Vidareutveckla metoder för inflytande.",
    "with_groups": ("residents", "staff", "civil_society"),
    "report_to": "styrelse",
    "due": "2015-12-14",
}
GIVEN = AssignmentGiven(
    assignment="metoder",
    matter="inflytande",
    decision="p64",
    clause=3,
    by_body="styrelse",
    to_unit="kontoret",
    text="Vidareutveckla metoder för inflytande.",
    with_groups=("residents", "staff", "civil_society"),
    report_to="styrelse",
    due="2015-12-14",
)
ON: dict[str, Any] = {"assignment": "metoder", "matter": "inflytande"}
ACCOUNT = AssignmentAccountStated(
    **ON, account="brev", document="tjs-2016", to_unit="enheten", text="Strukturera.", text_differs=True
)
REPORTED = AssignmentReported(**ON, document="rapport", on="2016-05-16")
CLOSED = AssignmentClosed(**ON)
CANCELLED = AssignmentCancelled(**ON, reason="Inte längre aktuellt.", by_decision="p90")
REPORT = ReportAssignment(assignment="metoder", document="rapport", on="2016-05-16")
STATE = StateAccount(assignment="metoder", account="brev", document="tjs-2016", to_unit="enheten", text="Strukturera.")
POSTPONE = ChangeDueDate(assignment="metoder", by_decision="p90", due="2016-06-01")
POSTPONED = DueDateChanged(**ON, by_decision="p90", due="2016-06-01")
PROGRESS = ReportAssignmentProgress(assignment="metoder", on="2015-10-01", text="Fyra metoder prövas.")
NOTE = NoteReport(assignment="metoder", decision="p90")
CANCEL = CancelAssignment(assignment="metoder", reason="Inte längre aktuellt.", by_decision="p90")
CLOSE = CloseAssignment(assignment="metoder")


def give(**fields: Any) -> GiveAssignment:
    return GiveAssignment(**(GIVE | fields))


def test_an_assignment_of_a_preparatory_decision_is_given_by_the_body_that_will_decide() -> None:
    assert given(SLICE, *TOWN).when(give()) == (GIVEN,)
    (event,) = given(SLICE, *TOWN).when(give(decision="p90"))
    assert isinstance(event, AssignmentGiven)
    assert event.by_body == "utskott"
    (event,) = given(SLICE, *TOWN).when(give(decision="p90", by_body="enheten"))
    assert event.tags() == (
        *("assignment:metoder", "decision:p90", "matter:inflytande"),
        *("body:enheten", "body:kontoret", "body:styrelse"),
    )


@pytest.mark.parametrize(
    "history, command, event",
    [
        ((GIVEN,), STATE, ACCOUNT),
        (
            (GIVEN,),
            StateAccount(assignment="metoder", account="brev", expected_effect="Högre effekt."),
            AssignmentAccountStated(**ON, account="brev", expected_effect="Högre effekt."),
        ),
        ((GIVEN,), POSTPONE, POSTPONED),
        (
            (GIVEN,),
            PROGRESS,
            AssignmentProgressReported(**ON, on="2015-10-01", text="Fyra metoder prövas."),
        ),
        ((GIVEN,), REPORT, REPORTED),
        ((GIVEN, REPORTED), NOTE, ReportNoted(**ON, decision="p90")),
        ((GIVEN,), CLOSE, CLOSED),
        ((GIVEN, REPORTED), CANCEL, CANCELLED),
    ],
)
def test_it_is_recorded(history: tuple[Event, ...], command: Command, event: Event) -> None:
    assert given(SLICE, *TOWN, *history).when(command) == (event,)


def test_a_report_may_come_on_the_day_of_the_decision() -> None:
    assert given(SLICE, *UNITS, decided("p64", day="2016-05-16"), GIVEN).when(REPORT) == (REPORTED,)
    assert given(SLICE, *UNITS, decided("p64", day="2015-12-14")).when(give())


def test_an_account_is_kept_even_after_the_assignment_is_over() -> None:
    (event,) = given(SLICE, *TOWN, GIVEN, CLOSED).when(STATE.model_copy(update={"same_text": True}))
    assert isinstance(event, AssignmentAccountStated)
    assert event.text_differs is False


REFUSED: list[tuple[tuple[Event, ...], Command, type[Rejection]]] = [
    ((*TOWN, GIVEN), give(), rejections.AssignmentExists),
    (TOWN, give(decision="p1"), rejections.DecisionUnknown),
    (TOWN, give(clause=2), rejections.ClauseUnknown),
    (TOWN, give(to_unit="nobody"), rejections.BodyUnknown),
    (TOWN, give(by_body="nobody"), rejections.BodyUnknown),
    (TOWN, REPORT, rejections.AssignmentUnknown),
    (TOWN, STATE, rejections.AssignmentUnknown),
    ((*TOWN, GIVEN, ACCOUNT), STATE, rejections.AccountExists),
    ((GIVEN,), STATE, rejections.BodyUnknown),
    ((GIVEN,), POSTPONE, rejections.DecisionUnknown),
    ((*TOWN, GIVEN, POSTPONED), POSTPONE, rejections.DueDateUnchanged),
    ((*TOWN, GIVEN, REPORTED), POSTPONE, rejections.AssignmentAlreadyReported),
    ((*TOWN, GIVEN, REPORTED), REPORT, rejections.AssignmentAlreadyReported),
    ((*TOWN, GIVEN, REPORTED), PROGRESS, rejections.AssignmentAlreadyReported),
    ((*TOWN, GIVEN), NOTE, rejections.NotReported),
    ((GIVEN, REPORTED), NOTE, rejections.DecisionUnknown),
    ((GIVEN,), CANCEL, rejections.DecisionUnknown),
    ((*UNITS, decided("p64", day="2015-12-15")), give(), rejections.DueBeforeDecision),
    ((*TOWN[:-1], decided("p90", day="2016-06-02"), GIVEN), POSTPONE, rejections.DueBeforeDecision),
    ((*UNITS, decided("p64", day="2016-05-17"), GIVEN), REPORT, rejections.ReportedBeforeGiven),
    ((*UNITS, decided("p64", day="2015-10-02"), GIVEN), PROGRESS, rejections.ReportedBeforeGiven),
    *(
        ((*TOWN, GIVEN, end), command, rejections.AssignmentIsOver)
        for end in (CLOSED, CANCELLED)
        for command in (REPORT, PROGRESS, POSTPONE, NOTE, CLOSE, CANCEL)
    ),
]


@pytest.mark.parametrize("history, command, rejection", REFUSED)
def test_it_is_refused(history: tuple[Event, ...], command: Command, rejection: type[Rejection]) -> None:
    with pytest.raises(rejection) as refused:
        given(SLICE, *history).when(command)
    assert "{" not in str(refused.value) + refused.value.message_sv


def test_every_rejection_is_shown() -> None:
    assert {rejection for _, _, rejection in REFUSED} == rejections_of(rejections)


@pytest.mark.parametrize(
    "kind, fields",
    [
        (GiveAssignment, GIVE | {"with_groups": ("staff", "staff")}),
        (GiveAssignment, GIVE | {"clause": 0}),
        (GiveAssignment, GIVE | {"due": "den 14 december"}),
        (StateAccount, {"assignment": "metoder", "account": "brev", "document": "tjs-2016"}),
        (StateAccount, {"assignment": "metoder", "account": "brev", "to_unit": "enheten", "same_text": True}),
        (ReportAssignmentProgress, {"assignment": "metoder", "on": "2015-10-01"}),
    ],
)
def test_a_command_that_does_not_hold_together_is_refused(kind: type[Command], fields: dict[str, Any]) -> None:
    with pytest.raises(ValidationError):
        kind(**fields)


@for_all(st.lists(st.sampled_from((*TOWN, GIVEN, ACCOUNT, POSTPONED, REPORTED, CLOSED, CANCELLED))))
def test_folding_never_raises_and_an_assignment_is_reported_at_most_once(events: list[Event]) -> None:
    state = None
    for event in events:
        state = SLICE.evolve(state, event)
    ledger = given(SLICE, *events)
    try:
        ledger = ledger.and_then(*ledger.when(REPORT))
    except Rejection:
        return
    with pytest.raises(rejections.AssignmentAlreadyReported):
        ledger.when(REPORT)
