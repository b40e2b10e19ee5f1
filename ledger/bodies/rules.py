"""Bodies: how a command leads to events.

Refused is only what would make the record contradict itself: two chairs at once, two versions of a
delegation order under one number or from one day. What a clause may not delegate (KL 6:38) is
recorded as adopted, and the view of the body says so.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ledger.bodies.commands import (
    AdoptDelegationOrder,
    DissolveBody,
    EndMandate,
    GrantMandate,
    RegisterBody,
    RenameBody,
)
from ledger.bodies.events import (
    BodyDissolved,
    BodyRegistered,
    BodyRenamed,
    DelegationClause,
    DelegationOrderAdopted,
    MandateEnded,
    MandateGranted,
    MandateRole,
)
from ledger.bodies.rejections import (
    BodyAlreadyDissolved,
    BodyAlreadyRegistered,
    BodyIsDissolved,
    BodyIsItsOwnParent,
    BodyUnknown,
    ChairTaken,
    DelegateUnknown,
    MandateAlreadyEnds,
    MandateEndsBeforeItBegins,
    MandateExists,
    MandateUnknown,
    NameUnchanged,
    OrderDayMissing,
    OrderNotLater,
    OrderOfAnotherBody,
    OrderVersionNotNew,
)
from ledger.messages import Command, Event, Part, Slice

NO_END = "9999-12-31"
"""Later than every day: where a mandate has no known end."""


@dataclass(frozen=True, slots=True)
class Body:
    """What deciding needs to know of a body."""

    name: str
    name_en: str | None
    dissolved: bool = False


@dataclass(frozen=True, slots=True)
class Mandate:
    """One person's time in office."""

    mandate: str
    role: str
    from_date: str
    to_date: str | None


@dataclass(frozen=True, slots=True)
class Mandates:
    """All mandates of one body, by id."""

    by_id: tuple[Mandate, ...]

    def of(self, mandate: str) -> Mandate | None:
        return next((each for each in self.by_id if each.mandate == mandate), None)

    def ended(self, mandate: str, to_date: str) -> Mandates:
        return Mandates(
            tuple(replace(each, to_date=to_date) if each.mandate == mandate else each for each in self.by_id)
        )


@dataclass(frozen=True, slots=True)
class Order:
    """The last version of a delegation order."""

    body: str
    order_version: int
    valid_from: str | None


# --- What it depends on -----------------------------------------------------------------------
def boundary(command: Command) -> tuple[Part, ...]:
    """Return the body itself and what the command names: parent, mandates, order, delegates."""
    match command:
        case RegisterBody(body=body, parent=None):
            return (_body(body),)
        case RegisterBody(body=body, parent=str(parent)):
            return (_body(body), _body(parent))
        case RenameBody(body=body) | DissolveBody(body=body):
            return (_body(body),)
        case GrantMandate(body=body, mandate=mandate):
            return (_body(body), _mandates(f"body:{body}"), _mandates(f"mandate:{mandate}"))
        case EndMandate(body=body):
            return (_body(body), _mandates(f"body:{body}"))
        case AdoptDelegationOrder(body=body, order=order):
            return (_body(body), Part(f"order:{order}", (DelegationOrderAdopted,)), *map(_body, _delegates(command)))
    raise TypeError(f"{type(command).__name__} is no command of bodies")


def _body(body: str) -> Part:
    return Part(f"body:{body}", (BodyRegistered, BodyRenamed, BodyDissolved))


def _mandates(tag: str) -> Part:
    return Part(tag, (MandateGranted, MandateEnded))


def _delegates(command: AdoptDelegationOrder) -> tuple[str, ...]:
    return tuple(dict.fromkeys(each.delegate_body for each in command.clauses if each.delegate_body is not None))


def evolve(state: Any, event: Event) -> Any:
    """Return the state of one part after `event`. Never raises: what happened, happened."""
    match event, state:
        case BodyRegistered(name=name, name_en=name_en), None:
            return Body(name, name_en)
        case BodyRenamed(name=name, name_en=name_en), Body():
            return replace(state, name=name, name_en=name_en)
        case BodyDissolved(), Body():
            return replace(state, dissolved=True)
        case MandateGranted() as granted, (None | Mandates()):
            mandate = Mandate(granted.mandate, granted.role, granted.from_date, granted.to_date)
            return Mandates((*(state.by_id if state else ()), mandate))
        case MandateEnded(mandate=mandate, to_date=to_date), Mandates():
            return state.ended(mandate, to_date)
        case DelegationOrderAdopted() as order, (None | Order()):
            return Order(order.body, order.order_version, order.valid_from)
    return state


# --- What follows -----------------------------------------------------------------------------
def decide(states: tuple[Any, ...], command: Command, at: datetime) -> Iterator[Event]:
    """Yield the event that follows from `command`, or raise a Rejection. No rule here asks the time."""
    match command:
        case RegisterBody():
            yield _register(states, command)
        case RenameBody(body=body, name=name, name_en=name_en):
            known = _standing(states[0], command, body)
            if (known.name, known.name_en) == (name, name_en):
                raise NameUnchanged(body=body)
            yield BodyRenamed(body=body, name=name, name_en=name_en)
        case DissolveBody(body=body):
            if _known(states[0], body).dissolved:
                raise BodyAlreadyDissolved(body=body)
            yield BodyDissolved(body=body)
        case GrantMandate():
            yield _grant(states, command)
        case EndMandate():
            yield _end(states, command)
        case AdoptDelegationOrder():
            yield _adopt(states, command)


def _register(states: tuple[Any, ...], command: RegisterBody) -> BodyRegistered:
    if states[0] is not None:
        raise BodyAlreadyRegistered(body=command.body)
    if command.parent == command.body:
        raise BodyIsItsOwnParent(body=command.body)
    if command.parent is not None:
        _standing(states[1], command, command.parent)
    return BodyRegistered(
        body=command.body,
        kind=command.kind,
        name=command.name,
        name_en=command.name_en,
        parent=command.parent,
        numbers=tuple(number.kept() for number in command.numbers),
    )


def _known(state: Body | None, body: str) -> Body:
    if state is None:
        raise BodyUnknown(body=body)
    return state


def _standing(state: Body | None, command: Command, body: str) -> Body:
    """Return the body if it could act; one that is dissolved acts only in the past (`occurred`)."""
    known = _known(state, body)
    if known.dissolved and command.occurred is None:
        raise BodyIsDissolved(body=body)
    return known


def _grant(states: tuple[Any, ...], command: GrantMandate) -> MandateGranted:
    body, mandates, same = states
    _standing(body, command, command.body)
    if same is not None:
        raise MandateExists(mandate=command.mandate)
    if command.role is MandateRole.CHAIR and mandates is not None:
        _check_chair(mandates, command)
    return MandateGranted(
        body=command.body,
        mandate=command.mandate,
        person=command.person,
        name=command.name,
        party=command.party,
        role=command.role,
        from_date=command.from_date,
        to_date=command.to_date,
    )


def _check_chair(mandates: Mandates, command: GrantMandate) -> None:
    last = command.to_date or NO_END
    for each in mandates.by_id:
        overlaps = each.from_date <= last and command.from_date <= (each.to_date or NO_END)
        if each.role == MandateRole.CHAIR and overlaps:
            raise ChairTaken(body=command.body, mandate=each.mandate)


def _end(states: tuple[Any, ...], command: EndMandate) -> MandateEnded:
    body, mandates = states
    _known(body, command.body)
    mandate = mandates.of(command.mandate) if mandates is not None else None
    if mandate is None:
        raise MandateUnknown(mandate=command.mandate, body=command.body)
    if command.to_date < mandate.from_date:
        raise MandateEndsBeforeItBegins(mandate=command.mandate, from_date=mandate.from_date)
    if mandate.to_date is not None and command.to_date >= mandate.to_date:
        raise MandateAlreadyEnds(mandate=command.mandate, to_date=mandate.to_date)
    return MandateEnded(body=command.body, mandate=command.mandate, to_date=command.to_date)


def _adopt(states: tuple[Any, ...], command: AdoptDelegationOrder) -> DelegationOrderAdopted:
    body, order, *delegates = states
    _standing(body, command, command.body)
    for delegate, known in zip(_delegates(command), delegates, strict=True):
        if known is None:
            raise DelegateUnknown(body=delegate)
    if order is not None:
        _check_later(order, command)
    return DelegationOrderAdopted(
        body=command.body,
        order=command.order,
        order_version=command.order_version,
        valid_from=command.valid_from,
        clauses=tuple(DelegationClause.model_validate(each.model_dump()) for each in command.clauses),
    )


def _check_later(order: Order, command: AdoptDelegationOrder) -> None:
    if order.body != command.body:
        raise OrderOfAnotherBody(order=command.order, body=order.body)
    if command.order_version <= order.order_version:
        raise OrderVersionNotNew(order=command.order, order_version=order.order_version)
    if command.valid_from is None:
        raise OrderDayMissing(order=command.order, order_version=command.order_version)
    if order.valid_from is not None and command.valid_from <= order.valid_from:
        raise OrderNotLater(order=command.order, order_version=order.order_version, valid_from=order.valid_from)


SLICE = Slice(
    name="bodies",
    commands=(RegisterBody, RenameBody, DissolveBody, GrantMandate, EndMandate, AdoptDelegationOrder),
    events=(BodyRegistered, BodyRenamed, BodyDissolved, MandateGranted, MandateEnded, DelegationOrderAdopted),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
)
