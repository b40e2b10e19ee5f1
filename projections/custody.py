"""Custody: which keys were announced and retired, and which entries were put back.

signing_keys    key    what was announced, by which signed note, and why it was retired
restorations    at     the last time that an entry was put back, and how often it was

Whether a note holds is for whoever reads: a state keeps its bytes, and no verdict that a later reader could not form.
"""

from __future__ import annotations

from typing import Any

from ledger.custody import EntryRestored, SigningKeyAnnounced, SigningKeyRetired
from ledger.messages import RecordedEvent
from projections.projection import Projection, State
from projections.references import moment


# --- Keys -------------------------------------------------------------------------------------
def _keys(event: Any) -> tuple[str, ...]:
    return (event.key,)


def _key(state: State, recorded: RecordedEvent) -> State:
    match recorded.event, state:
        case SigningKeyAnnounced() as announced, None:
            return _announced(announced, recorded)
        case SigningKeyRetired() as retired, dict():
            why = {"reason": str(retired.reason), "statement": retired.statement, "recorded": moment(recorded)}
            return state | {"retired": why}
    return state


def _announced(announced: SigningKeyAnnounced, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "key": announced.key,
        "origin": recorded.entry.source,
        "vkey": announced.vkey,
        "endorsement": announced.endorsement,
        "replaces": announced.replaces,
        "recorded": moment(recorded),
        "retired": None,
    }


SIGNING_KEYS = Projection(
    name="signing_keys", version=1, types=(SigningKeyAnnounced, SigningKeyRetired), keys=_keys, apply=_key
)


# --- Restorations -----------------------------------------------------------------------------
def _place(event: EntryRestored) -> tuple[str, ...]:
    return (f"{event.at:016d}",)


def _restored(state: State, recorded: RecordedEvent) -> State:
    match recorded.event:
        case EntryRestored() as restored:
            return {
                "at": restored.at,
                "leaf": restored.leaf,
                "found": str(restored.found),
                "taken_from": restored.taken_from,
                "times": 1 if state is None else state["times"] + 1,
                "recorded": moment(recorded),
            }
    return state


RESTORATIONS = Projection(name="restorations", version=1, types=(EntryRestored,), keys=_place, apply=_restored)
