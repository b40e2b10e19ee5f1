"""Commitments: what was promised, by when, what was said of it since, and which dispositions name it.

    commitments   commitment   the promise, progress, deliveries, disputes, dropped or not, dispositions

A commitment that a disposition names but nobody made has a row too, with `made` None.
"""

from __future__ import annotations

from typing import Any

from ledger.commitments import (
    CommitmentDelivered,
    CommitmentDropped,
    CommitmentMade,
    CommitmentProgressed,
    DeliveryDisputed,
    DisputeAnswered,
)
from ledger.dispositions.events import DispositionRecorded, DispositionRevised
from ledger.edtf import latest
from ledger.messages import RecordedEvent
from projections.projection import Projection, State
from projections.references import day_of, moment, starts_open, words


def _keys(event: Any) -> tuple[str, ...]:
    if isinstance(event, DispositionRecorded | DispositionRevised):
        return tuple(dict.fromkeys(each.commitment for each in event.changed if each.commitment is not None))
    return (event.commitment,)


_UNMADE: dict[str, Any] = {
    "owner": None,
    "text": None,
    "due": None,
    "decision": None,
    "process": None,
    "input": None,
    "year": None,
    "made": None,
    "progress": [],
    "deliveries": [],
    "disputes": [],
    "dropped": None,
    "dispositions": [],
}


def _commitment(state: State, recorded: RecordedEvent) -> State:
    """Return the commitment after an event; the first that names it makes its row."""
    known = state or _UNMADE
    match recorded.event:
        case CommitmentMade() as made:
            return known | _made(made, recorded)
        case DispositionRecorded() | DispositionRevised() as disposed:
            line = {
                "decision": disposed.decision,
                "input": disposed.input,
                "code": disposed.code,
                "recorded": moment(recorded),
            }
            return known | {"dispositions": [*known["dispositions"], line]}
        case CommitmentProgressed(text=text):
            step = {"text": words(recorded, "/text", text), "recorded": moment(recorded)}
            return known | {"progress": [*known["progress"], step]}
        case CommitmentDelivered() as delivered:
            return known | {"deliveries": [*known["deliveries"], _delivery(delivered, recorded)]}
        case CommitmentDropped(reason=reason, by_decision=decision):
            why = {"reason": words(recorded, "/reason", reason), "by_decision": decision}
            return known | {"dropped": moment(recorded) | why}
    return known | _dispute(known, recorded)


def _made(made: CommitmentMade, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "owner": made.owner,
        "text": words(recorded, "/text", made.text),
        "due": made.due,
        "decision": made.decision,
        "process": made.process,
        "input": made.input,
        "year": _year(recorded),
        "made": moment(recorded),
    }


def _year(recorded: RecordedEvent) -> str:
    """Return the year a commitment was made in: where its beginning is open (`../2018-04-10`), the last one it may be."""
    dated = recorded.entry.data.occurred
    last = latest(dated) if dated is not None and starts_open(dated) else None
    return day_of(recorded)[:4] if last is None else f"{last.year:04}"


def _delivery(delivered: CommitmentDelivered, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "on": delivered.on,
        "evidence": [each.model_dump() for each in delivered.evidence],
        "text": words(recorded, "/text", delivered.text),
        "withdrawn": False,
        "recorded": moment(recorded),
    }


def _dispute(known: dict[str, Any], recorded: RecordedEvent) -> dict[str, Any]:
    """Return disputes and deliveries after one was disputed or the dispute answered; an author is never shown."""
    match recorded.event:
        case DeliveryDisputed(author_kind=kind, text=text):
            said = {"author_kind": kind, "text": words(recorded, "/text", text), "recorded": moment(recorded)}
            return {"disputes": [*known["disputes"], said | {"answer": None}]}
        case DisputeAnswered(outcome=outcome, text=text) if known["disputes"]:
            answer = {"outcome": outcome, "text": words(recorded, "/text", text), "recorded": moment(recorded)}
            disputes = [*known["disputes"][:-1], known["disputes"][-1] | {"answer": answer}]
            deliveries = [*known["deliveries"]]
            if outcome == "reopened" and deliveries:
                deliveries[-1] = deliveries[-1] | {"withdrawn": True}
            return {"disputes": disputes, "deliveries": deliveries}
    return {}


COMMITMENTS = Projection(
    name="commitments",
    version=2,
    types=(
        CommitmentMade,
        CommitmentProgressed,
        CommitmentDelivered,
        DeliveryDisputed,
        DisputeAnswered,
        CommitmentDropped,
        DispositionRecorded,
        DispositionRevised,
    ),
    keys=_keys,
    apply=_commitment,
)
