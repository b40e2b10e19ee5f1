"""Matters (ärenden): the dossier of each, and what belongs to it by reference.

    matters          matter        title, numbers, body, life, links both ways, processes, decisions, timeline
    matter_numbers   stem|matter   the matters that bear a number, without its act suffix

The inputs of a matter are rows of the read model `scope`, since there may be tens of thousands.
"""

from __future__ import annotations

from typing import Any

from ledger.decisions.events import DecisionRecorded, DecisionRevoked, DissentRecorded
from ledger.dispositions.events import AccountClosed
from ledger.matters import MatterClosed, MatterLinked, MatterNumberAdded, MatterOpened, MatterReopened
from ledger.messages import Event, RecordedEvent
from ledger.processes import ProcessOpened
from projections.projection import Projection, State
from projections.references import external_id, moment, number_stem, words


def _keys(event: Event) -> tuple[str, ...]:
    """Return the matters an event belongs to, each once."""
    match event:
        case MatterLinked(matter=matter, other=other):
            return tuple(dict.fromkeys((matter, other)))
        case ProcessOpened(matter=None):
            return ()
        case DecisionRecorded(matter=matter, scope=scope):
            return tuple(dict.fromkeys((matter, *(item.matter for item in scope if item.matter))))
        case (
            MatterOpened(matter=str(matter))
            | MatterNumberAdded(matter=str(matter))
            | MatterClosed(matter=str(matter))
            | MatterReopened(matter=str(matter))
            | ProcessOpened(matter=str(matter))
            | DissentRecorded(matter=str(matter))
            | DecisionRevoked(matter=str(matter))
            | AccountClosed(matter=str(matter))
        ):
            return (matter,)
    return ()


def _matter(state: State, recorded: RecordedEvent) -> State:
    """Return the dossier after an event; nothing exists before the matter was opened."""
    event = recorded.event
    if state is None:
        if not isinstance(event, MatterOpened):
            return None
        state = _opened(event, recorded)
    step = {"type": event.topic, "subject": event.subject(), "recorded": moment(recorded)}
    return state | _changed(state, recorded) | {"timeline": [*state["timeline"], step]}


def _opened(opened: MatterOpened, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "matter": opened.matter,
        "title": opened.title,
        "language": opened.language,
        "kind": str(opened.kind),
        "body": opened.body,
        "numbers": [number.model_dump() for number in opened.numbers],
        "external_id": external_id(recorded),
        "status": "open",
        "opened": moment(recorded),
        "closed": None,
        "links": [],
        "processes": [],
        "decisions": [],
        "in_scope_of": [],
        "reopened": [],
        "timeline": [],
    }


def _changed(state: dict[str, Any], recorded: RecordedEvent) -> dict[str, Any]:
    match recorded.event:
        case MatterNumberAdded(number=number):
            return {"numbers": [*state["numbers"], number.model_dump()]}
        case MatterLinked() as link:
            return {"links": [*state["links"], _link(link, state["matter"], recorded)]}
        case MatterClosed(decision=decision):
            return {"status": "closed", "closed": moment(recorded) | {"decision": decision}}
        case MatterReopened(reason=reason):
            again = moment(recorded) | {"reason": words(recorded, "/reason", reason)}
            return {"status": "open", "closed": None, "reopened": [*state["reopened"], again]}
        case ProcessOpened(process=process):
            return {"processes": [*state["processes"], process]}
        case DecisionRecorded() as decision:
            return _decided(state, decision)
    return {}


def _link(link: MatterLinked, matter: str, recorded: RecordedEvent) -> dict[str, Any]:
    """Return a link as one of its two matters sees it: `from` says whose statement it is."""
    return {
        "matter": link.other if link.matter == matter else link.matter,
        "relation": str(link.relation),
        "stated_by_other": link.matter != matter,
        "said_date": link.said_date,
        "recorded": moment(recorded),
    }


def _decided(state: dict[str, Any], decision: DecisionRecorded) -> dict[str, Any]:
    changed = {}
    if decision.matter == state["matter"]:
        changed["decisions"] = [*state["decisions"], decision.decision]
    if any(item.matter == state["matter"] for item in decision.scope):
        changed["in_scope_of"] = [*state["in_scope_of"], decision.decision]
    return changed


MATTERS = Projection(
    name="matters",
    version=1,
    types=(
        MatterOpened,
        MatterNumberAdded,
        MatterLinked,
        MatterClosed,
        MatterReopened,
        ProcessOpened,
        DecisionRecorded,
        DissentRecorded,
        DecisionRevoked,
        AccountClosed,
    ),
    keys=_keys,
    apply=_matter,
)


# --- Found by number ----------------------------------------------------------------------------
def _number_keys(event: Any) -> tuple[str, ...]:
    numbers = event.numbers if isinstance(event, MatterOpened) else (event.number,)
    return tuple(dict.fromkeys(f"{number_stem(number.value)}|{event.matter}" for number in numbers))


def _numbered(state: State, recorded: RecordedEvent) -> State:
    event: Any = recorded.event
    return event.matter


MATTER_NUMBERS = Projection(
    name="matter_numbers",
    version=1,
    types=(MatterOpened, MatterNumberAdded),
    keys=_number_keys,
    apply=_numbered,
)
