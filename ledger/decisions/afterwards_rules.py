"""Decisions: how commands about what happens afterwards, and about standpoints, lead to events."""

from __future__ import annotations

from typing import Any, TypeAlias

from ledger.decisions import rejections as no
from ledger.decisions.afterwards import (
    AppealDecided,
    AppealLodged,
    BecameFinal,
    DecideAppeal,
    DecisionExecuted,
    DeclareFinal,
    DelegatedDecisionReported,
    ExecuteDecision,
    LodgeAppeal,
    RecordStandpoint,
    ReportDelegatedDecision,
    StandpointRecorded,
    StandpointVerified,
    VerifyStandpoint,
)
from ledger.decisions.events import DecisionForce
from ledger.decisions.states import (
    Appeal,
    Decision,
    appeal_part,
    body_part,
    decision_part,
    life_part,
    matter_part,
    standpoint_part,
)
from ledger.messages import Event, Part

Afterwards: TypeAlias = (
    ReportDelegatedDecision
    | LodgeAppeal
    | DecideAppeal
    | DeclareFinal
    | ExecuteDecision
    | RecordStandpoint
    | VerifyStandpoint
)


def parts(command: Afterwards) -> tuple[Part, ...]:
    """Return the parts of the record that `command` depends on."""
    match command:
        case ReportDelegatedDecision(to_body=body):
            return (life_part(command.decision), body_part(body))
        case LodgeAppeal(appeal=appeal) | DecideAppeal(appeal=appeal):
            return (life_part(command.decision), appeal_part(appeal))
        case DeclareFinal() | ExecuteDecision():
            return (life_part(command.decision),)
        case RecordStandpoint():
            named = [] if command.body is None else [body_part(command.body)]
            named += [] if command.decision is None else [decision_part(command.decision)]
            return (standpoint_part(command.standpoint), matter_part(command.matter), *named)
        case VerifyStandpoint():
            return (standpoint_part(command.standpoint), decision_part(command.by_decision))


def follow(states: tuple[Any, ...], command: Afterwards) -> Event:
    """Return the event that follows from `command`, or raise a Rejection."""
    match command:
        case ReportDelegatedDecision():
            return _report(states, command)
        case LodgeAppeal():
            return _lodge(states, command)
        case DecideAppeal():
            return _decide(states, command)
        case DeclareFinal():
            return _final(states, command)
        case ExecuteDecision():
            return _execute(states, command)
        case RecordStandpoint():
            return _standpoint(states, command)
        case VerifyStandpoint():
            return _verify(states, command)


def recorded(state: Decision | None, id: str) -> Decision:
    """Return the decision, or raise DecisionUnknown."""
    if state is None:
        raise no.DecisionUnknown(decision=id)
    return state


def _since(decision: Decision, on: str) -> None:
    if decision.day is not None and on < decision.day:
        raise no.BeforeTheDecision(on=on, day=decision.day)


# --- Reporting --------------------------------------------------------------------------------
def _report(states: tuple[Any, ...], command: ReportDelegatedDecision) -> Event:
    decision = recorded(states[0], command.decision)
    if states[1] is None:
        raise no.BodyUnknown(body=command.to_body)
    if decision.force not in {DecisionForce.DELEGATED, DecisionForce.URGENT}:
        raise no.NotToBeReported(decision=command.decision)
    if command.to_body in decision.reported_to:
        raise no.DecisionAlreadyReported(decision=command.decision, body=command.to_body)
    _since(decision, command.on)
    return DelegatedDecisionReported(
        decision=command.decision,
        matter=decision.matter,
        to_body=command.to_body,
        on=command.on,
        meeting=command.meeting,
    )


# --- Appeals ----------------------------------------------------------------------------------
def _lodge(states: tuple[Any, ...], command: LodgeAppeal) -> Event:
    decision = recorded(states[0], command.decision)
    if decision.force == DecisionForce.PREPARATORY:
        raise no.NotAppealable(decision=command.decision)
    if states[1] is not None:
        raise no.AppealExists(appeal=command.appeal)
    _since(decision, command.on)
    return AppealLodged(
        decision=command.decision,
        matter=decision.matter,
        appeal=command.appeal,
        on=command.on,
        court=command.court,
        ref=command.ref,
        appellant=command.appellant,
    )


def _decide(states: tuple[Any, ...], command: DecideAppeal) -> Event:
    decision = recorded(states[0], command.decision)
    appeal: Appeal | None = states[1]
    if appeal is None or appeal.decision != command.decision:
        raise no.AppealUnknown(appeal=command.appeal, decision=command.decision)
    if appeal.decided:
        raise no.AppealAlreadyDecided(appeal=command.appeal)
    _since(decision, command.on)
    if command.on < appeal.on:
        raise no.BeforeTheAppeal(on=command.on, appeal=command.appeal, lodged=appeal.on)
    return AppealDecided(
        decision=command.decision,
        matter=decision.matter,
        appeal=command.appeal,
        outcome=command.outcome,
        on=command.on,
        ref=command.ref,
    )


def _final(states: tuple[Any, ...], command: DeclareFinal) -> Event:
    decision = recorded(states[0], command.decision)
    if decision.force == DecisionForce.PREPARATORY:
        raise no.NeverFinal(decision=command.decision)
    if decision.annulled:
        raise no.DecisionAnnulled(decision=command.decision)
    if decision.final:
        raise no.DecisionAlreadyFinal(decision=command.decision)
    if decision.open_appeals:
        raise no.AppealOpen(appeal=decision.open_appeals[0], decision=command.decision)
    _since(decision, command.on)
    return BecameFinal(decision=command.decision, matter=decision.matter, on=command.on)


def _execute(states: tuple[Any, ...], command: ExecuteDecision) -> Event:
    decision = recorded(states[0], command.decision)
    if decision.annulled:
        raise no.DecisionAnnulled(decision=command.decision)
    if decision.executed:
        raise no.DecisionAlreadyExecuted(decision=command.decision)
    _since(decision, command.on)
    return DecisionExecuted(decision=command.decision, matter=decision.matter, on=command.on, document=command.document)


# --- Standpoints ------------------------------------------------------------------------------
def _standpoint(states: tuple[Any, ...], command: RecordStandpoint) -> Event:
    known, matter, *named = states
    if known is not None:
        raise no.StandpointExists(standpoint=command.standpoint)
    if matter is None:
        raise no.MatterUnknown(matter=command.matter)
    if command.body is not None and named[0] is None:
        raise no.BodyUnknown(body=command.body)
    if command.decision is not None:
        recorded(named[-1], command.decision)
    return StandpointRecorded(
        standpoint=command.standpoint,
        matter=command.matter,
        party=command.party,
        kind=command.kind,
        stance=command.stance,
        body=command.body,
        decision=command.decision,
        text=command.text,
    )


def _verify(states: tuple[Any, ...], command: VerifyStandpoint) -> Event:
    standpoint = states[0]
    if standpoint is None:
        raise no.StandpointUnknown(standpoint=command.standpoint)
    recorded(states[1], command.by_decision)
    if standpoint.verified_by is not None:
        raise no.StandpointAlreadyVerified(standpoint=command.standpoint, by_decision=standpoint.verified_by)
    return StandpointVerified(standpoint=command.standpoint, matter=standpoint.matter, by_decision=command.by_decision)
