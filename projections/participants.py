"""Participants: consents, requests for access and erasure, holds, and which keys were destroyed on what basis.

    erasures       request        asked, decided, begun, destroyed
    participants   participant    consents, access, erasures, restrictions, holds of one participant
    holds          hold           where nothing may be erased, and until when

A refusal stays with its reasons, as an erasure stays with its receipt.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ledger.messages import RecordedEvent
from ledger.participants.events import (
    AccessAnswered,
    AccessRequested,
    ConsentGiven,
    ConsentWithdrawn,
    ErasureBegun,
    ErasureDecided,
    ErasureRequested,
    KeyDestroyed,
    LegalHoldLifted,
    LegalHoldPlaced,
    RestrictionLifted,
    RestrictionSet,
)
from projections.projection import Projection, State
from projections.references import moment, words

UNDECIDED = "undecided"
NO_BASIS = "none"


# --- A request for erasure --------------------------------------------------------------------
def _request_key(event: Any) -> tuple[str, ...]:
    return (event.request,)


def _erasure(state: State, recorded: RecordedEvent) -> State:
    match recorded.event, state:
        case ErasureRequested() as asked, None:
            return _asked(asked, recorded)
        case ErasureDecided() as decided, dict():
            return state | {"status": str(decided.outcome), "decided": _decided(decided, recorded)}
        case ErasureBegun() as begun, dict():
            at = moment(recorded) | {"by_role": begun.by_role, "matters": list(begun.matters)}
            return state | {"status": "begun", "begun": at}
        case KeyDestroyed() as done, dict():
            at = moment(recorded) | {"by_role": done.by_role, "keys": list(done.keys)}
            return state | {"status": "destroyed", "destroyed": at}
    return state


def _asked(asked: ErasureRequested, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "request": asked.request,
        "participant": asked.participant,
        "scope": list(asked.scope),
        "authors": list(asked.authors),
        "text": words(recorded, "/text", asked.text),
        "status": UNDECIDED,
        "requested": moment(recorded),
        "decided": None,
        "begun": None,
        "destroyed": None,
    }


def _decided(decided: ErasureDecided, recorded: RecordedEvent) -> dict[str, Any]:
    return moment(recorded) | {
        "outcome": str(decided.outcome),
        "basis": None if decided.basis is None else str(decided.basis),
        "disposal_decision": decided.disposal_decision,
        "refusal_ground": decided.refusal_ground,
        "keys": list(decided.keys),
        "by_role": decided.by_role,
        "reasons": words(recorded, "/reasons", decided.reasons),
    }


def _erasure_figures(key: str, state: State) -> Iterable[tuple[str, int]]:
    """Emit each request by outcome and basis, and the keys that are destroyed."""
    decided = state["decided"]
    outcome, basis = (UNDECIDED, None) if decided is None else (decided["outcome"], decided["basis"])
    yield f"outcome|{outcome}|{basis or NO_BASIS}", 1
    if state["destroyed"] is not None:
        yield "requests|destroyed", 1
        if keys := state["destroyed"]["keys"]:
            yield "keys|destroyed", len(keys)


ERASURES = Projection(
    name="erasures",
    version=1,
    types=(ErasureRequested, ErasureDecided, ErasureBegun, KeyDestroyed),
    keys=_request_key,
    apply=_erasure,
    emit=_erasure_figures,
    figures_start_like_keys=False,
)


# --- A participant ----------------------------------------------------------------------------
def _participant_keys(event: Any) -> tuple[str, ...]:
    return () if event.participant is None else (event.participant,)


def _participant(state: State, recorded: RecordedEvent) -> State:
    event = recorded.event
    match event:
        case ConsentGiven() | ConsentWithdrawn():
            return _with(state, event.participant, "consents", _consents, recorded)
        case AccessRequested() | AccessAnswered():
            return _with(state, event.participant, "accesses", _accesses, recorded)
        case RestrictionSet() | RestrictionLifted():
            return _with(state, event.participant, "restrictions", _restrictions, recorded)
        case LegalHoldPlaced(participant=str(participant), hold=hold):
            return _with(state, participant, "holds", lambda holds, _: [*holds, hold], recorded)
        case ErasureRequested(request=request):
            return _with(state, event.participant, "erasures", lambda ids, _: [*ids, request], recorded)
    return state


def _with(state: State, participant: str, member: str, change: Any, recorded: RecordedEvent) -> State:
    empty: dict[str, Any] = {"consents": [], "accesses": [], "restrictions": [], "holds": [], "erasures": []}
    known = {"participant": participant} | empty if state is None else state
    return known | {member: change(known[member], recorded)}


Items = list[dict[str, Any]]


def _consents(consents: Items, recorded: RecordedEvent) -> Items:
    match recorded.event:
        case ConsentGiven(purpose=purpose):
            return [*consents, {"purpose": purpose, "given": moment(recorded), "withdrawn": None}]
        case ConsentWithdrawn(purpose=purpose):
            stands = [each["purpose"] == purpose and each["withdrawn"] is None for each in consents]
            return _ended(consents, stands, {"withdrawn": moment(recorded)})
    return consents


def _accesses(accesses: Items, recorded: RecordedEvent) -> Items:
    match recorded.event:
        case AccessRequested(request=request):
            return [*accesses, {"request": request, "requested": moment(recorded), "answered": None}]
        case AccessAnswered() as answer:
            at = moment(recorded) | {
                "outcome": str(answer.outcome),
                "by_role": answer.by_role,
                "reasons": words(recorded, "/reasons", answer.reasons),
            }
            return _ended(accesses, [each["request"] == answer.request for each in accesses], {"answered": at})
    return accesses


def _restrictions(restrictions: Items, recorded: RecordedEvent) -> Items:
    match recorded.event:
        case RestrictionSet(ground=ground, by_role=role):
            at = moment(recorded) | {"by_role": role}
            return [*restrictions, {"ground": ground, "set": at, "lifted": None}]
        case RestrictionLifted(by_role=role):
            stands = [each["lifted"] is None for each in restrictions]
            return _ended(restrictions, stands, {"lifted": moment(recorded) | {"by_role": role}})
    return restrictions


def _ended(items: Items, stands: list[bool], end: dict[str, Any]) -> Items:
    return [each | end if ends else each for each, ends in zip(items, stands, strict=True)]


PARTICIPANTS = Projection(
    name="participants",
    version=1,
    types=(
        *(ConsentGiven, ConsentWithdrawn, AccessRequested, AccessAnswered, RestrictionSet, RestrictionLifted),
        *(LegalHoldPlaced, ErasureRequested),
    ),
    keys=_participant_keys,
    apply=_participant,
)


# --- A legal hold -----------------------------------------------------------------------------
def _hold_key(event: Any) -> tuple[str, ...]:
    return (event.hold,)


def _hold(state: State, recorded: RecordedEvent) -> State:
    match recorded.event, state:
        case LegalHoldPlaced() as placed, None:
            return {
                "hold": placed.hold,
                "participant": placed.participant,
                "matter": placed.matter,
                "citation": placed.citation,
                "placed": moment(recorded) | {"by_role": placed.by_role},
                "lifted": None,
            }
        case LegalHoldLifted(by_role=role), dict():
            return state | {"lifted": moment(recorded) | {"by_role": role}}
    return state


HOLDS = Projection(
    name="holds",
    version=1,
    types=(LegalHoldPlaced, LegalHoldLifted),
    keys=_hold_key,
    apply=_hold,
)
