"""Bodies: their names over time, their place in the tree, who holds office in them, what they delegated.

    bodies             body                 what it is and was called
    units              parent|body          one row for each body that has a parent
    mandates           body|mandate         one person's time in office
    delegation_orders  body|order|version   one version of a delegation order; the version has four digits

A body may be a unit of another before that one's own row says anything, hence the second read model.
"""

from __future__ import annotations

from typing import Any

from ledger.bodies import (
    BodyDissolved,
    BodyRegistered,
    BodyRenamed,
    DelegationOrderAdopted,
    MandateEnded,
    MandateGranted,
)
from ledger.messages import RecordedEvent
from projections.projection import Projection, State
from projections.references import external_id, moment, words


def _body_keys(event: BodyRegistered | BodyRenamed | BodyDissolved) -> tuple[str, ...]:
    return (event.body,)


def _body(state: State, recorded: RecordedEvent) -> State:
    match recorded.event, state:
        case BodyRegistered() as registered, None:
            name = {"name": registered.name, "name_en": registered.name_en}
            return {
                "body": registered.body,
                "kind": str(registered.kind),
                **name,
                "parent": registered.parent,
                "numbers": [number.model_dump() for number in registered.numbers],
                "external_id": external_id(recorded),
                "status": "standing",
                "names": [name | {"since": moment(recorded)}],
                "dissolved": None,
            }
        case BodyRenamed() as renamed, dict():
            name = {"name": renamed.name, "name_en": renamed.name_en}
            return state | name | {"names": [*state["names"], name | {"since": moment(recorded)}]}
        case BodyDissolved(), dict():
            return state | {"status": "dissolved", "dissolved": moment(recorded)}
    return state


BODIES = Projection(
    name="bodies",
    version=1,
    types=(BodyRegistered, BodyRenamed, BodyDissolved),
    keys=_body_keys,
    apply=_body,
)


def _unit_keys(event: BodyRegistered) -> tuple[str, ...]:
    return () if event.parent is None else (f"{event.parent}|{event.body}",)


def _unit(state: State, recorded: RecordedEvent) -> State:
    event = recorded.event
    return {"body": event.body} if state is None and isinstance(event, BodyRegistered) else state


UNITS = Projection(name="units", version=1, types=(BodyRegistered,), keys=_unit_keys, apply=_unit)


# --- Who holds office -------------------------------------------------------------------------
def _mandate_keys(event: MandateGranted | MandateEnded) -> tuple[str, ...]:
    return (f"{event.body}|{event.mandate}",)


def _mandate(state: State, recorded: RecordedEvent) -> State:
    match recorded.event, state:
        case MandateGranted() as granted, None:
            return {
                "body": granted.body,
                "mandate": granted.mandate,
                "person": granted.person,
                "name": words(recorded, "/name", granted.name),
                "party": granted.party,
                "role": granted.role,
                "from_date": granted.from_date,
                "to_date": granted.to_date,
                "recorded": moment(recorded),
                "ended": None,
            }
        case MandateEnded(to_date=to_date), dict():
            return state | {"to_date": to_date, "ended": moment(recorded)}
    return state


MANDATES = Projection(
    name="mandates", version=1, types=(MandateGranted, MandateEnded), keys=_mandate_keys, apply=_mandate
)


# --- What is delegated ------------------------------------------------------------------------
def _order_keys(event: DelegationOrderAdopted) -> tuple[str, ...]:
    return (f"{event.body}|{event.order}|{event.order_version:04d}",)


def _order(state: State, recorded: RecordedEvent) -> State:
    order = recorded.event
    if state is not None or not isinstance(order, DelegationOrderAdopted):
        return state
    return {
        "body": order.body,
        "order": order.order,
        "order_version": order.order_version,
        "valid_from": order.valid_from,
        "clauses": [_clause(clause, place, recorded) for place, clause in enumerate(order.clauses)],
        "recorded": moment(recorded),
    }


def _clause(clause: Any, place: int, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "number": clause.number,
        "text": words(recorded, f"/clauses/{place}/text", clause.text),
        "delegate_body": clause.delegate_body,
        "delegate_role": clause.delegate_role,
        "reporting": clause.reporting,
        "condition": clause.condition,
        "flags": list(clause.flags),
    }


DELEGATION_ORDERS = Projection(
    name="delegation_orders", version=1, types=(DelegationOrderAdopted,), keys=_order_keys, apply=_order
)
