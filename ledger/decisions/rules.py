"""Decisions: how a command leads to events. Why one may be rejected is told in `rejections`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, cast, get_args

from ledger.decisions import afterwards_rules, grounds
from ledger.decisions import rejections as no
from ledger.decisions.afterwards import (
    AppealDecided,
    AppealLodged,
    BecameFinal,
    DecisionExecuted,
    DelegatedDecisionReported,
    StandpointRecorded,
    StandpointVerified,
)
from ledger.decisions.afterwards_rules import Afterwards, recorded
from ledger.decisions.events import (
    Clause,
    DecisionForce,
    DecisionRecorded,
    DecisionRevoked,
    Delegation,
    DissentRecorded,
    RecordDecision,
    RecordDissent,
    RevokeDecision,
    ScopeItem,
    StatedClause,
)
from ledger.decisions.grounds import Ground
from ledger.decisions.states import Body, Decision, body_part, decision_part, evolve
from ledger.messages import Command, Event, Part, Slice

AFTERWARDS: tuple[type[Command], ...] = get_args(Afterwards)
COUNCIL = "council"
"""The kind of the body that stands above all others of a municipality or a region."""
BODY = 2
"""Where the state of the deciding body stands among the states of RecordDecision."""


def boundary(command: Command) -> tuple[Part, ...]:
    """Return the parts of the record that `command` depends on."""
    match command:
        case RecordDecision():
            return (decision_part(command.decision), *(part for part, _ in grounds.named(command)))
        case RecordDissent():
            return (decision_part(command.decision), Part(f"dissent:{command.dissent}", (DissentRecorded,)))
        case RevokeDecision():
            return (decision_part(command.decision), decision_part(command.by_decision))
    if isinstance(command, AFTERWARDS):
        return afterwards_rules.parts(cast(Afterwards, command))
    raise TypeError(f"{type(command).__name__} is no command of decisions")


def widen(states: tuple[Any, ...], command: Command) -> tuple[Part, ...]:
    """Return the parts that are known by what was read: delegation orders, a reservation's meeting, deciding bodies."""
    if isinstance(command, RevokeDecision):
        return tuple(body_part(each.body) for each in states[:2] if each is not None)
    return tuple(part for part, _ in _further(states, command))


def _further(states: tuple[Any, ...], command: Command) -> Iterable[Ground]:
    match command:
        case RecordDecision():
            return grounds.delegation(command, states[BODY])
        case RecordDissent():
            return grounds.reservation(command, states[0])
    return ()


def decide(states: tuple[Any, ...], command: Command, at: datetime) -> Iterable[Event]:
    """Return the events that follow from `command`, or raise a Rejection."""
    match command:
        case RecordDecision():
            return (_record(states, command, at),)
        case RecordDissent():
            return (_dissent(states, command, at),)
        case RevokeDecision():
            return (_revoke(states, command),)
    if isinstance(command, AFTERWARDS):
        return (afterwards_rules.follow(states, cast(Afterwards, command)),)
    raise TypeError(f"{type(command).__name__} is no command of decisions")


# --- Recording --------------------------------------------------------------------------------
def _record(states: tuple[Any, ...], command: RecordDecision, at: datetime) -> DecisionRecorded:
    if states[0] is not None:
        raise no.DecisionExists(decision=command.decision)
    _check_force(command)
    grounds.refuse_future(command, at)
    needed = (*grounds.named(command), *_further(states, command))
    for state, (_, check) in zip(states[1:], needed, strict=True):
        check(state, at)
    owner = _owner(states[BODY], command)
    delegation = command.delegation
    if delegation is not None:
        *_, rules, orders = states
        grounds.refuse_barred(command, rules, orders, at)
    return DecisionRecorded(
        decision=command.decision,
        matter=command.matter,
        body=command.body,
        title=command.title,
        force=command.force,
        paragraph=command.paragraph,
        meeting_date=command.meeting_date,
        addressed_to=command.addressed_to,
        delegation=Delegation(order=delegation.order, clause=delegation.clause) if delegation else None,
        clauses=tuple(_clause(each) for each in command.clauses),
        scope=tuple(ScopeItem(process=each.process, matter=each.matter) for each in command.scope),
        reasons=command.reasons,
        meeting=command.meeting,
        on_behalf_of=owner,
        proposal=command.proposal,
        accordance=command.accordance.kept() if command.accordance else None,
        differs=command.differs if command.compared else None,
        basis_documents=tuple(each.kept() for each in command.basis_documents) or None,
        relied_on=tuple(each.kept() for each in command.relied_on) or None,
        matter_flags=command.matter_flags or None,
    )


def _clause(stated: StatedClause) -> Clause:
    refs = tuple(each.kept() for each in stated.refs) or None
    return Clause(number=stated.number, verb=stated.verb, text=stated.text, refs=refs)


def _owner(body: Body, command: RecordDecision) -> str | None:
    """Return the body whose delegation order a delegated decision rests on: the one stated, else the one above."""
    if command.force is not DecisionForce.DELEGATED:
        return None
    owner = command.on_behalf_of or body.parent
    if owner is None:
        raise no.DelegatorMissing(body=command.body)
    return owner


def _check_force(command: RecordDecision) -> None:
    preparatory = command.force is DecisionForce.PREPARATORY
    if preparatory and command.addressed_to is None:
        raise no.AddresseeMissing
    if not preparatory and command.addressed_to is not None:
        raise no.AddresseeDoesNotFit
    delegated = command.force is DecisionForce.DELEGATED
    if delegated and command.delegation is None:
        raise no.DelegationMissing
    if not delegated and (command.delegation is not None or command.on_behalf_of is not None):
        raise no.DelegationDoesNotFit


# --- Dissent and revocation -------------------------------------------------------------------
def _dissent(states: tuple[Any, ...], command: RecordDissent, at: datetime) -> DissentRecorded:
    decision = recorded(states[0], command.decision)
    if states[1] is not None:
        raise no.DissentExists(dissent=command.dissent)
    for state, (_, check) in zip(states[2:], _further(states, command), strict=True):
        check(state, at)
    return DissentRecorded(
        decision=command.decision,
        matter=decision.matter,
        dissent=command.dissent,
        kind=command.kind,
        party=command.party,
        by_name=command.by_name,
        stance=command.stance,
        text=command.text,
        by_member=command.by_member,
        annotation=command.annotation,
    )


def _revoke(states: tuple[Any, ...], command: RevokeDecision) -> DecisionRevoked:
    if command.decision == command.by_decision:
        raise no.RevokesItself(decision=command.decision)
    decision = recorded(states[0], command.decision)
    by = recorded(states[1], command.by_decision)
    if decision.revoked_by is not None:
        raise no.DecisionAlreadyRevoked(decision=command.decision, by_decision=decision.revoked_by)
    if by.force == DecisionForce.PREPARATORY:
        raise no.RevokedByProposal(by_decision=command.by_decision)
    if by.last is not None and decision.day is not None and by.last < decision.day:
        raise no.RevokedByEarlier(decision=command.decision, day=decision.day, by_decision=command.by_decision)
    if not _may_revoke(by, decision, *states[2:]):
        raise no.RevokedByAnother(decision=command.decision, body=decision.body, by_body=by.body)
    return DecisionRevoked(decision=command.decision, matter=decision.matter, by_decision=command.by_decision)


def _may_revoke(by: Decision, decision: Decision, body: Body | None, by_body: Body | None) -> bool:
    """Tell whether a decision is of the same body as another, of the one above it, or of the council."""
    above = {decision.body, decision.on_behalf_of} | ({body.parent} if body is not None else set())
    return by.body in above or (by_body is not None and by_body.kind == COUNCIL)


SLICE = Slice(
    name="decisions",
    commands=(RecordDecision, RecordDissent, RevokeDecision, *AFTERWARDS),
    events=(
        DecisionRecorded,
        DissentRecorded,
        DecisionRevoked,
        DelegatedDecisionReported,
        AppealLodged,
        AppealDecided,
        BecameFinal,
        DecisionExecuted,
        StandpointRecorded,
        StandpointVerified,
    ),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
    widen=widen,
)
