"""Bodies: their names over time, their place in the tree, and the units under them.

    bodies   body            what it is and was called
    units    parent|body     one row for each body that has a parent

A body may be a unit of another before that one's own row says anything, hence the second read model.
"""

from __future__ import annotations

from ledger.bodies import BodyDissolved, BodyRegistered, BodyRenamed
from ledger.messages import RecordedEvent
from projections.projection import Projection, State
from projections.references import external_id, moment


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
