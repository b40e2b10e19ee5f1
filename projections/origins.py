"""Origins: how many events of the record are made up to show what a ledger can hold.

    origins   illustrative   how many such events there are, the first and the last of them

Whoever shows anything of such a ledger says so on every page.
"""

from __future__ import annotations

from ledger.messages import Event, RecordedEvent
from projections.projection import Projection, State

ILLUSTRATIVE = "illustrative"


def _keys(event: Event) -> tuple[str, ...]:
    return (ILLUSTRATIVE,) if event.source is not None and event.source.basis == ILLUSTRATIVE else ()


def _counted(state: State, recorded: RecordedEvent) -> State:
    position = recorded.position
    if state is None:
        return {"events": 1, "first": position, "last": position}
    return state | {"events": state["events"] + 1, "last": position}


def origins(types: tuple[type[Event], ...]) -> Projection:
    """Return the read model over the events of all slices."""
    return Projection(name="origins", version=1, types=types, keys=_keys, apply=_counted)
