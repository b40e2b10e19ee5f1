"""Processes: how residents take part, every promise made about it, and what it led to.

    processes   process   title, owner, life, promises in order, ballots, decisions that answer for it

Every declaration of the promise is kept, so a promise that shrank is seen to have shrunk.
"""

from __future__ import annotations

from typing import Any

from ledger.ballots.events import BallotOpened
from ledger.decisions.events import DecisionRecorded
from ledger.messages import Event, RecordedEvent
from ledger.processes import ProcessClosed, ProcessOpened, PromiseDeclared
from projections.projection import Projection, State
from projections.references import external_id, moment, words


def _keys(event: Event) -> tuple[str, ...]:
    match event:
        case ProcessOpened(process=process) | PromiseDeclared(process=process) | ProcessClosed(process=process):
            return (process,)
        case BallotOpened(process=str(process)):
            return (process,)
        case DecisionRecorded(scope=scope):
            return tuple(dict.fromkeys(item.process for item in scope if item.process))
    return ()


def _process(state: State, recorded: RecordedEvent) -> State:
    match recorded.event, state:
        case ProcessOpened() as opened, None:
            return _opened(opened, recorded)
        case PromiseDeclared() as promise, dict():
            return state | {"promises": [*state["promises"], _promise(promise, recorded)]}
        case ProcessClosed(summary=summary), dict():
            closed = moment(recorded) | {"summary": words(recorded, "/summary", summary)}
            return state | {"status": "closed", "closed": closed}
        case BallotOpened(ballot=ballot), dict():
            return state | {"ballots": [*state["ballots"], ballot]}
        case DecisionRecorded(decision=decision), dict():
            return state | {"in_scope_of": [*state["in_scope_of"], decision]}
    return state


def _opened(opened: ProcessOpened, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "process": opened.process,
        "title": opened.title,
        "kind": str(opened.kind),
        "owner": opened.owner,
        "period": opened.period,
        "channels": list(opened.channels),
        "groups": list(opened.groups),
        "matter": opened.matter,
        "open_ended": opened.open_ended,
        "external_id": external_id(recorded),
        "status": "open",
        "opened": moment(recorded),
        "closed": None,
        "promises": [],
        "ballots": [],
        "in_scope_of": [],
    }


def _promise(promise: PromiseDeclared, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "ladder": promise.ladder,
        "level": str(promise.level),
        "can_change": list(promise.can_change),
        "cannot_change": list(promise.cannot_change),
        "decided_by": promise.decided_by,
        "answer_due": promise.answer_due,
        "recorded": moment(recorded),
    }


PROCESSES = Projection(
    name="processes",
    version=1,
    types=(ProcessOpened, PromiseDeclared, ProcessClosed, BallotOpened, DecisionRecorded),
    keys=_keys,
    apply=_process,
)
