"""Assignments: how a command leads to events. Why one may be rejected is told in `rejections`.

Late, early, unreported or without the groups it asked for: all that is recorded as it was, and the
view says so.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ledger.assignments import rejections as no
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
from ledger.bodies import BodyRegistered
from ledger.decisions.events import DecisionRecorded
from ledger.edtf import earliest
from ledger.messages import Command, Event, Part, Slice


# --- What is remembered -----------------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Assignment:
    """An assignment as far as later commands depend on it."""

    matter: str
    decision: str
    due: str | None
    reported: bool = False
    over: bool = False


@dataclass(frozen=True, slots=True)
class Decision:
    """A decision that gives an assignment, changes one or notes its report; `day` is the first it may have been made on."""

    matter: str
    body: str
    clauses: tuple[int, ...]
    day: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Something that exists, and nothing more is asked of it."""


_LIFE = (AssignmentGiven, DueDateChanged, AssignmentReported, AssignmentClosed, AssignmentCancelled)


def boundary(command: Command) -> tuple[Part, ...]:
    """Return the parts of the record that `command` depends on."""
    match command:
        case GiveAssignment():
            bodies = (_body(body) for body in _bodies(command))
            return (_assignment(command.assignment), _decision(command.decision), *bodies)
        case StateAccount(account=account, to_unit=unit):
            known = Part(f"account:{account}", (AssignmentAccountStated,))
            return (_assignment(command.assignment), known, *([] if unit is None else [_body(unit)]))
        case ChangeDueDate(by_decision=str(decision)) | CancelAssignment(by_decision=str(decision)):
            return (_assignment(command.assignment), _decision(decision))
        case NoteReport(decision=decision):
            return (_assignment(command.assignment), _decision(decision))
        case ReportAssignmentProgress() | ReportAssignment() | CloseAssignment() | CancelAssignment():
            return (_assignment(command.assignment),)
    raise TypeError(f"{type(command).__name__} is no command of assignments")


def widen(states: tuple[Any, ...], command: Command) -> tuple[Part, ...]:
    """Return the decision that gave an assignment, before which nothing of it can have been told."""
    if not isinstance(command, ReportAssignment | ReportAssignmentProgress) or states[0] is None:
        return ()
    return (_decision(states[0].decision),)


def _assignment(id: str) -> Part:
    return Part(f"assignment:{id}", _LIFE)


def _decision(id: str) -> Part:
    return Part(f"decision:{id}", (DecisionRecorded,))


def _body(id: str) -> Part:
    return Part(f"body:{id}", (BodyRegistered,))


def _bodies(command: GiveAssignment) -> tuple[str, ...]:
    """Return the bodies an assignment names."""
    by = () if command.by_body is None else (command.by_body,)
    return (*by, command.to_unit, command.report_to)


def evolve(state: Any, event: Event) -> Any:
    """Return the state of one part after `event`. Never raises: what happened, happened."""
    match event, state:
        case AssignmentGiven(matter=matter, decision=decision, due=due), None:
            return Assignment(matter, decision, due)
        case DueDateChanged(due=due), Assignment():
            return replace(state, due=due)
        case AssignmentReported(), Assignment():
            return replace(state, reported=True)
        case ((AssignmentClosed() | AssignmentCancelled()), Assignment()):
            return replace(state, over=True)
        case DecisionRecorded(matter=matter, clauses=clauses), None:
            # A preparatory decision proposes what the body it is addressed to will decide.
            body = event.addressed_to or event.body
            return Decision(matter, body, tuple(clause.number for clause in clauses), _made(event))
        case ((BodyRegistered() | AssignmentAccountStated()), None):
            return Known()
    return state


def _made(decision: DecisionRecorded) -> str | None:
    first = None if decision.occurred is None else earliest(decision.occurred)
    return decision.meeting_date or (None if first is None else first.isoformat())


# --- Deciding ---------------------------------------------------------------------------------
def decide(states: tuple[Any, ...], command: Command, at: datetime) -> Iterable[Event]:
    """Return the events that follow from `command`, or raise a Rejection."""
    if isinstance(command, GiveAssignment):
        return (_give(states, command),)
    if isinstance(command, StateAccount):
        return (_account(states, command),)
    assert isinstance(command, COMMANDS)
    assignment = _given(states[0], command.assignment)
    if assignment.over:
        raise no.AssignmentIsOver(assignment=command.assignment)
    return (_next(assignment, states[1:], command),)


def _given(state: Assignment | None, id: str) -> Assignment:
    if state is None:
        raise no.AssignmentUnknown(assignment=id)
    return state


def _decided(state: Decision | None, id: str) -> Decision:
    if state is None:
        raise no.DecisionUnknown(decision=id)
    return state


def _give(states: tuple[Any, ...], command: GiveAssignment) -> AssignmentGiven:
    if states[0] is not None:
        raise no.AssignmentExists(assignment=command.assignment)
    decision = _decided(states[1], command.decision)
    if command.clause not in decision.clauses:
        raise no.ClauseUnknown(decision=command.decision, clause=command.clause)
    for known, body in zip(states[2:], _bodies(command), strict=True):
        if known is None:
            raise no.BodyUnknown(body=body)
    _check_due(command.due, decision, command.decision)
    return AssignmentGiven(
        assignment=command.assignment,
        matter=decision.matter,
        decision=command.decision,
        clause=command.clause,
        by_body=command.by_body or decision.body,
        to_unit=command.to_unit,
        text=command.text,
        with_groups=command.with_groups,
        report_to=command.report_to,
        due=command.due,
        due_meeting=command.due_meeting,
        expected_effect=command.expected_effect,
        effect_indicator=command.effect_indicator,
    )


def _account(states: tuple[Any, ...], command: StateAccount) -> AssignmentAccountStated:
    # What a document says is recorded whatever became of the assignment.
    assignment = _given(states[0], command.assignment)
    if states[1] is not None:
        raise no.AccountExists(account=command.account)
    if command.to_unit is not None and states[2] is None:
        raise no.BodyUnknown(body=command.to_unit)
    return AssignmentAccountStated(
        assignment=command.assignment,
        matter=assignment.matter,
        account=command.account,
        document=command.document,
        to_unit=command.to_unit,
        text=command.text,
        text_differs=None if command.text is None else not command.same_text,
        said_date=command.said_date,
        expected_effect=command.expected_effect,
    )


def _next(assignment: Assignment, named: tuple[Any, ...], command: Command) -> Event:
    """Return what happens next to an assignment that is not over."""
    matter = assignment.matter
    match command:
        case ChangeDueDate():
            return _postpone(assignment, named[0], command)
        case ReportAssignmentProgress(assignment=id, on=on, document=document, text=text):
            _unreported(assignment, id)
            _since(named[0], on, id)
            return AssignmentProgressReported(assignment=id, matter=matter, on=on, document=document, text=text)
        case ReportAssignment(assignment=id, document=document, on=on):
            _unreported(assignment, id)
            _since(named[0], on, id)
            return AssignmentReported(assignment=id, matter=matter, document=document, on=on)
        case NoteReport(assignment=id, decision=decision):
            _decided(named[0], decision)
            if not assignment.reported:
                raise no.NotReported(assignment=id)
            return ReportNoted(assignment=id, matter=matter, decision=decision)
        case CloseAssignment(assignment=id):
            return AssignmentClosed(assignment=id, matter=matter)
        case CancelAssignment(assignment=id, reason=reason, by_decision=decision):
            if decision is not None:
                _decided(named[0], decision)
            return AssignmentCancelled(assignment=id, matter=matter, reason=reason, by_decision=decision)
    raise TypeError(f"{type(command).__name__} is no command of assignments")


def _postpone(assignment: Assignment, decision: Decision | None, command: ChangeDueDate) -> DueDateChanged:
    changed_by = _decided(decision, command.by_decision)
    _unreported(assignment, command.assignment)
    if command.due == assignment.due:
        raise no.DueDateUnchanged(assignment=command.assignment, due=command.due)
    _check_due(command.due, changed_by, command.by_decision)
    return DueDateChanged(
        assignment=command.assignment, matter=assignment.matter, by_decision=command.by_decision, due=command.due
    )


def _unreported(assignment: Assignment, id: str) -> None:
    if assignment.reported:
        raise no.AssignmentAlreadyReported(assignment=id)


def _check_due(due: str | None, decision: Decision, id: str) -> None:
    if due is not None and decision.day is not None and due < decision.day:
        raise no.DueBeforeDecision(due=due, decision=id, day=decision.day)


def _since(given_by: Decision | None, on: str, id: str) -> None:
    if given_by is not None and given_by.day is not None and on < given_by.day:
        raise no.ReportedBeforeGiven(on=on, assignment=id, day=given_by.day)


COMMANDS = (
    GiveAssignment,
    StateAccount,
    ChangeDueDate,
    ReportAssignmentProgress,
    ReportAssignment,
    NoteReport,
    CloseAssignment,
    CancelAssignment,
)

SLICE = Slice(
    name="assignments",
    commands=COMMANDS,
    events=(
        AssignmentGiven,
        AssignmentAccountStated,
        DueDateChanged,
        AssignmentProgressReported,
        AssignmentReported,
        ReportNoted,
        AssignmentClosed,
        AssignmentCancelled,
    ),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
    widen=widen,
)
