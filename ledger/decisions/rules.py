"""Decisions: why a command may be rejected, and how a command leads to events.

Little is refused: a decision was made whether or not it followed the book. Refused is only what
would make the record itself say something untrue, such as a delegated decision without its clause.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ledger.bodies import BodyRegistered
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
)
from ledger.matters import MatterOpened
from ledger.messages import Command, Event, Part, Rejection, Slice, Status
from ledger.processes import ProcessOpened


# --- Why it may be rejected -------------------------------------------------------------------
class DecisionExists(Rejection):
    """A decision with the id {decision} is recorded already; choose another id."""

    sv = "Ett beslut med id {decision} är redan registrerat; välj ett annat id."
    status = Status.ALREADY_EXISTS


class DecisionNotFound(Rejection):
    """There is no decision with the id {decision} in this ledger; record it first."""

    sv = "Det finns inget beslut med id {decision} i den här liggaren; registrera det först."
    status = Status.NOT_FOUND


class MatterNotFound(Rejection):
    """There is no matter with the id {matter} in this ledger; open it first."""

    sv = "Det finns inget ärende med id {matter} i den här liggaren; öppna det först."
    status = Status.NOT_FOUND


class BodyNotFound(Rejection):
    """There is no body with the id {body} in this ledger; register it first."""

    sv = "Det finns inget organ med id {body} i den här liggaren; registrera det först."
    status = Status.NOT_FOUND


class ProcessNotFound(Rejection):
    """There is no process with the id {process} in this ledger; correct the scope of the decision."""

    sv = "Det finns ingen process med id {process} i den här liggaren; rätta beslutets omfattning."
    status = Status.NOT_FOUND


class AddresseeMissing(Rejection):
    """A preparatory decision is addressed to the body that will decide; name it."""

    sv = "Ett beredande beslut riktas till det organ som ska besluta; ange organet."
    status = Status.INVALID_ARGUMENT


class AddresseeDoesNotFit(Rejection):
    """Only a preparatory decision is addressed to another body; leave the addressee out."""

    sv = "Bara ett beredande beslut riktas till ett annat organ; utelämna mottagaren."
    status = Status.INVALID_ARGUMENT


class DelegationMissing(Rejection):
    """A delegated decision needs the clause of the delegation order it rests on; state both."""

    sv = "Ett delegationsbeslut måste ange den punkt i delegationsordningen som det vilar på; ange båda."
    status = Status.INVALID_ARGUMENT


class DelegationDoesNotFit(Rejection):
    """Only a delegated decision rests on a delegation order; leave the delegation out."""

    sv = "Bara ett delegationsbeslut vilar på en delegationsordning; utelämna delegationen."
    status = Status.INVALID_ARGUMENT


class DissentExists(Rejection):
    """A dissent with the id {dissent} is recorded already; choose another id."""

    sv = "En avvikande mening med id {dissent} är redan registrerad; välj ett annat id."
    status = Status.ALREADY_EXISTS


class AlreadyRevoked(Rejection):
    """The decision {decision} was revoked already, by the decision {by_decision}."""

    sv = "Beslutet {decision} har redan upphävts, genom beslutet {by_decision}."


class RevokesItself(Rejection):
    """The decision {decision} cannot revoke itself; name the later decision that does."""

    sv = "Beslutet {decision} kan inte upphäva sig självt; ange det senare beslut som gör det."
    status = Status.INVALID_ARGUMENT


# --- How one leads to the other ---------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Decision:
    """A decision as far as later commands depend on it."""

    decision: str
    matter: str
    revoked_by: str | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Something that exists, and nothing more is asked of it."""


_DECISION = (DecisionRecorded, DecisionRevoked)


def boundary(command: Command) -> tuple[Part, ...]:
    """Return the parts of the record that `command` depends on."""
    match command:
        case RecordDecision():
            return (_decision(command.decision), *(part for part, _ in _named(command)))
        case RecordDissent():
            return (_decision(command.decision), Part(f"dissent:{command.dissent}", (DissentRecorded,)))
        case RevokeDecision():
            return (_decision(command.decision), _decision(command.by_decision))
    raise TypeError(f"{type(command).__name__} is no command of decisions")


def _decision(id: str) -> Part:
    return Part(f"decision:{id}", _DECISION)


def _named(command: RecordDecision) -> Iterable[tuple[Part, Rejection]]:
    """Yield what a decision names and must exist, each with what to say if it does not."""
    yield _matter(command.matter)
    yield _body(command.body)
    if command.addressed_to is not None:
        yield _body(command.addressed_to)
    for item in command.scope:
        if item.process is not None:
            yield Part(f"process:{item.process}", (ProcessOpened,)), ProcessNotFound(process=item.process)
        if item.matter is not None:
            yield _matter(item.matter)


def _matter(id: str) -> tuple[Part, Rejection]:
    return Part(f"matter:{id}", (MatterOpened,)), MatterNotFound(matter=id)


def _body(id: str) -> tuple[Part, Rejection]:
    return Part(f"body:{id}", (BodyRegistered,)), BodyNotFound(body=id)


def evolve(state: Any, event: Event) -> Any:
    """Return the state of one part after `event`. Never raises: what happened, happened."""
    match event, state:
        case DecisionRecorded(), None:
            return Decision(event.decision, event.matter)
        # The revoking decision carries the same event; only the revoked one changes.
        case DecisionRevoked(), Decision() if event.decision == state.decision and state.revoked_by is None:
            return replace(state, revoked_by=event.by_decision)
        case ((MatterOpened() | BodyRegistered() | ProcessOpened() | DissentRecorded()), None):
            return Known()
    return state


def decide(states: tuple[Any, ...], command: Command, at: datetime) -> Iterable[Event]:
    """Return the events that follow from `command`, or raise a Rejection. No rule here asks the time."""
    match command:
        case RecordDecision():
            return (_record(states, command),)
        case RecordDissent():
            return (_dissent(states, command),)
        case RevokeDecision():
            return (_revoke(states, command),)
    raise TypeError(f"{type(command).__name__} is no command of decisions")


def _record(states: tuple[Any, ...], command: RecordDecision) -> DecisionRecorded:
    if states[0] is not None:
        raise DecisionExists(decision=command.decision)
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
        clauses=tuple(Clause(number=each.number, verb=each.verb, text=each.text) for each in command.clauses),
        scope=tuple(ScopeItem(process=each.process, matter=each.matter) for each in command.scope),
        reasons=command.reasons,
    )


def _check_force(command: RecordDecision) -> None:
    preparatory = command.force is DecisionForce.PREPARATORY
    if preparatory and command.addressed_to is None:
        raise AddresseeMissing
    if not preparatory and command.addressed_to is not None:
        raise AddresseeDoesNotFit
    delegated = command.force is DecisionForce.DELEGATED
    if delegated and command.delegation is None:
        raise DelegationMissing
    if not delegated and command.delegation is not None:
        raise DelegationDoesNotFit


def _recorded(state: Decision | None, id: str) -> Decision:
    if state is None:
        raise DecisionNotFound(decision=id)
    return state


def _dissent(states: tuple[Any, ...], command: RecordDissent) -> DissentRecorded:
    decision = _recorded(states[0], command.decision)
    if states[1] is not None:
        raise DissentExists(dissent=command.dissent)
    return DissentRecorded(
        decision=command.decision,
        matter=decision.matter,
        dissent=command.dissent,
        kind=command.kind,
        party=command.party,
        by_name=command.by_name,
        stance=command.stance,
        text=command.text,
    )


def _revoke(states: tuple[Any, ...], command: RevokeDecision) -> DecisionRevoked:
    if command.decision == command.by_decision:
        raise RevokesItself(decision=command.decision)
    decision = _recorded(states[0], command.decision)
    _recorded(states[1], command.by_decision)
    if decision.revoked_by is not None:
        raise AlreadyRevoked(decision=command.decision, by_decision=decision.revoked_by)
    return DecisionRevoked(decision=command.decision, matter=decision.matter, by_decision=command.by_decision)


SLICE = Slice(
    name="decisions",
    commands=(RecordDecision, RecordDissent, RevokeDecision),
    events=(DecisionRecorded, DissentRecorded, DecisionRevoked),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
)
