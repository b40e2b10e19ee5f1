"""Decisions: how a command leads to events. Why one may be rejected is told in `rejections`."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Any, get_args

from ledger.decisions import afterwards
from ledger.decisions import rejections as no
from ledger.decisions.aftermath import (
    AppealDecided,
    AppealLodged,
    BecameFinal,
    DecisionExecuted,
    DelegatedDecisionReported,
    StandpointRecorded,
    StandpointVerified,
)
from ledger.decisions.afterwards import Afterwards, recorded
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
from ledger.decisions.states import body_part, decision_part, evolve, matter_part
from ledger.messages import Command, Event, Part, Rejection, Slice
from ledger.processes import ProcessOpened

AFTERWARDS: tuple[type[Command], ...] = get_args(Afterwards)


def boundary(command: Command) -> tuple[Part, ...]:
    """Return the parts of the record that `command` depends on."""
    match command:
        case RecordDecision():
            return (decision_part(command.decision), *(part for part, _ in _named(command)))
        case RecordDissent():
            return (decision_part(command.decision), Part(f"dissent:{command.dissent}", (DissentRecorded,)))
        case RevokeDecision():
            return (decision_part(command.decision), decision_part(command.by_decision))
    if isinstance(command, AFTERWARDS):
        return afterwards.parts(command)
    raise TypeError(f"{type(command).__name__} is no command of decisions")


def _named(command: RecordDecision) -> Iterable[tuple[Part, Rejection]]:
    """Yield what a decision names and must exist, each with what to say if it does not."""
    yield _matter(command.matter)
    yield _body(command.body)
    if command.addressed_to is not None:
        yield _body(command.addressed_to)
    if command.on_behalf_of is not None:
        yield _body(command.on_behalf_of)
    for item in command.scope:
        if item.process is not None:
            yield Part(f"process:{item.process}", (ProcessOpened,)), no.ProcessNotFound(process=item.process)
        if item.matter is not None:
            yield _matter(item.matter)


def _matter(id: str) -> tuple[Part, Rejection]:
    return matter_part(id), no.MatterNotFound(matter=id)


def _body(id: str) -> tuple[Part, Rejection]:
    return body_part(id), no.BodyNotFound(body=id)


def decide(states: tuple[Any, ...], command: Command, at: datetime) -> Iterable[Event]:
    """Return the events that follow from `command`, or raise a Rejection."""
    match command:
        case RecordDecision():
            return (_record(states, command),)
        case RecordDissent():
            return (_dissent(states, command),)
        case RevokeDecision():
            return (_revoke(states, command),)
    if isinstance(command, AFTERWARDS):
        return (afterwards.follow(states, command),)
    raise TypeError(f"{type(command).__name__} is no command of decisions")


# --- Recording --------------------------------------------------------------------------------
def _record(states: tuple[Any, ...], command: RecordDecision) -> DecisionRecorded:
    if states[0] is not None:
        raise no.DecisionExists(decision=command.decision)
    _check_force(command)
    for known, (_, rejection) in zip(states[1:], _named(command), strict=True):
        if known is None:
            raise rejection
    delegation = command.delegation
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
        on_behalf_of=command.on_behalf_of or _owner(states, command),
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


def _owner(states: tuple[Any, ...], command: RecordDecision) -> str | None:
    """Return the body whose delegation order a delegated decision rests on where none is stated: the one above."""
    if command.force is not DecisionForce.DELEGATED:
        return None
    owner: str | None = states[2].parent
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
def _dissent(states: tuple[Any, ...], command: RecordDissent) -> DissentRecorded:
    decision = recorded(states[0], command.decision)
    if states[1] is not None:
        raise no.DissentExists(dissent=command.dissent)
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
    recorded(states[1], command.by_decision)
    if decision.revoked_by is not None:
        raise no.AlreadyRevoked(decision=command.decision, by_decision=decision.revoked_by)
    return DecisionRevoked(decision=command.decision, matter=decision.matter, by_decision=command.by_decision)


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
)
