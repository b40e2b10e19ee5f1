"""Decisions: what a decision must rest on, each part of the record with the check of it.

A check takes the state of its part and raises a Rejection, or lets it pass. What is only wanting in
law, and not untrue in the record, passes: the view says so.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any, TypeAlias

from ledger.bodies import DelegationOrderAdopted
from ledger.decisions import rejections as no
from ledger.decisions.events import DecisionForce, DissentKind, RecordDecision, RecordDissent
from ledger.decisions.pieces import RelianceKind
from ledger.decisions.states import (
    Body,
    Card,
    Decision,
    Held,
    Meeting,
    Orders,
    Rules,
    body_part,
    matter_part,
)
from ledger.edtf import earliest, is_to_come, latest
from ledger.governance import RuleAdopted, RuleRepealed
from ledger.meetings import AttendanceRecorded, MeetingCalled, MeetingEnded
from ledger.messages import Part, Rejection
from ledger.processes import ProcessOpened
from ledger.surveys import SurveyCardPublished

NOT_DELEGABLE = "not_delegable"
"""The rule whose codes say which matters must not be delegated (KL 6:38)."""

Check: TypeAlias = Callable[[Any, datetime], None]
Ground: TypeAlias = tuple[Part, Check]


# --- What a decision names --------------------------------------------------------------------
def named(command: RecordDecision) -> Iterable[Ground]:
    """Yield what a decision names and rests on; the first two are its matter and its body."""
    yield _matter(command.matter)
    yield _body(command.body)
    for body in (command.addressed_to, command.on_behalf_of):
        if body is not None:
            yield _body(body)
    for item in command.scope:
        if item.process is not None:
            part = Part(f"process:{item.process}", (ProcessOpened,))
            yield part, _exists(no.ProcessUnknown(process=item.process))
        if item.matter is not None:
            yield _matter(item.matter)
    for reliance in command.relied_on:
        if reliance.kind is RelianceKind.SURVEY and not reliance.quality_unknown:
            part = Part(f"survey:{reliance.id}", (SurveyCardPublished,))
            yield part, _exists(no.SurveyWithoutCard(survey=reliance.id))
    if command.meeting is not None:
        yield Part(f"meeting:{command.meeting}", (MeetingCalled,)), _held(command)
    if command.force is DecisionForce.DELEGATED:
        # Judged with the flags of the clause, which only the delegation order tells.
        yield Part(f"rule:{NOT_DELEGABLE}", (RuleAdopted, RuleRepealed)), _passes


def _matter(id: str) -> Ground:
    return matter_part(id), _exists(no.MatterUnknown(matter=id))


def _body(id: str) -> Ground:
    return body_part(id), _exists(no.BodyUnknown(body=id))


def _exists(rejection: Rejection) -> Check:
    def check(state: Body | Card | None, at: datetime) -> None:
        if state is None:
            raise rejection

    return check


def _passes(state: object, at: datetime) -> None:
    return


def _held(command: RecordDecision) -> Check:
    """Return the check that a body decides at its own meeting, on the day of it; a meeting not recorded here passes."""

    def check(state: Held | None, at: datetime) -> None:
        if state is None:
            return
        if state.body != command.body:
            raise no.MeetingOfAnotherBody(meeting=command.meeting, body=command.body, met=state.body)
        if command.meeting_date not in {None, state.date}:
            raise no.MeetingOnAnotherDay(meeting=command.meeting, date=state.date, meeting_date=command.meeting_date)

    return check


def refuse_future(command: RecordDecision, at: datetime) -> None:
    """Refuse a decision on a day that has not come."""
    if command.meeting_date is not None and is_to_come(command.meeting_date, at):
        raise no.MeetingDateToCome(meeting_date=command.meeting_date)


def day_of(command: RecordDecision, at: datetime) -> str:
    """Return the day a decision is judged on: of its meeting, else when it occurred, else now."""
    if command.meeting_date is not None:
        return command.meeting_date
    occurred = command.occurred and (earliest(command.occurred) or latest(command.occurred))
    return (occurred or at.date()).isoformat()


# --- Delegation -------------------------------------------------------------------------------
def refuse_barred(command: RecordDecision, rules: Rules | None, orders: Orders, at: datetime) -> None:
    """Refuse a delegated decision about what must not be delegated, as it says itself or as its clause does."""
    assert command.delegation is not None
    day = day_of(command, at)
    barred = () if rules is None else rules.codes_on(day)
    said = orders.clauses_on(command.delegation.order, day)[command.delegation.clause].flags
    if hit := [flag for flag in dict.fromkeys((*command.matter_flags, *said)) if flag in barred]:
        raise no.NotDelegable(flags=", ".join(hit))


def delegation(command: RecordDecision, body: Body | None) -> Iterable[Ground]:
    """Yield the delegation orders a delegated decision rests on: of the body stated, else of the one above."""
    if command.force is not DecisionForce.DELEGATED or command.delegation is None or body is None:
        return
    owner = command.on_behalf_of or body.parent
    if owner is not None:
        yield Part(f"delegation:{owner}", (DelegationOrderAdopted,)), _in_force(command, owner)


def _in_force(command: RecordDecision, owner: str) -> Check:
    assert command.delegation is not None
    order, clause = command.delegation.order, command.delegation.clause

    def check(state: Orders | None, at: datetime) -> None:
        day = day_of(command, at)
        clauses = {} if state is None else state.clauses_on(order, day)
        if clause not in clauses:
            raise no.ClauseNotInForce(order=order, clause=clause, body=owner, day=day)
        delegate = clauses[clause].delegate
        if delegate is not None and delegate != command.body:
            raise no.NotTheDelegate(order=order, clause=clause, delegate=delegate, body=command.body)

    return check


# --- Reservations -----------------------------------------------------------------------------
def reservation(command: RecordDissent, decision: Decision | None) -> Iterable[Ground]:
    """Yield the meeting at which a reservation was made, where the decision names it."""
    if command.kind is DissentKind.RESERVATION and decision is not None and decision.meeting is not None:
        yield Part(f"meeting:{decision.meeting}", (AttendanceRecorded, MeetingEnded)), _by_participant(command)


def _by_participant(command: RecordDissent) -> Check:
    """Return the check of KL 4:27: one who took part in the decision, before the meeting ends."""

    def check(state: Meeting | None, at: datetime) -> None:
        if state is None:
            return
        if command.by_member is not None and state.served and command.by_member not in state.served:
            raise no.NotAParticipant(member=command.by_member)
        made = command.occurred and earliest(command.occurred)
        ended = state.ended and latest(state.ended)
        if made and ended and made > ended:
            raise no.ReservationTooLate(occurred=command.occurred, ended=state.ended)

    return check
