"""Inputs: what the page *my proposal* shows, by reference; who stands behind it; where it belongs.

    inputs     input                            versions, life, decisions that accounted for it
    supports   input|supporter                  one supporter's stand; emits support per version
    scope      process:p|input, matter:m|input  the little that lists, coverage and traces need

Words are never here, only where to find them. An author is shown by capacity, never by id.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ledger.dispositions.events import DispositionRecorded
from ledger.inputs.events import (
    InputMerged,
    InputModerated,
    InputReceived,
    InputRestored,
    InputRevised,
    InputWithdrawn,
    SupportGiven,
    SupportWithdrawn,
    Verdict,
)
from ledger.inputs.links import InputSplit
from ledger.messages import Event, RecordedEvent
from projections.petitions import PETITION_EVENTS, nothing_yet, turned
from projections.projection import Projection, State
from projections.references import day_of, external_id, moment, words

LIVE = frozenset({"received", "accepted"})
"""The statuses `scope` holds as one, `live`: a revision turns one into the other and names no place."""


# --- One input --------------------------------------------------------------------------------
def _input_keys(event: Any) -> tuple[str, ...]:
    match event:
        case InputMerged(input=input, into=into):
            return tuple(dict.fromkeys((input, into)))
        case InputSplit(input=input, parts=parts):
            return tuple(dict.fromkeys((input, *parts)))
    return (event.input,)


def _input(state: State, recorded: RecordedEvent) -> State:
    event = recorded.event
    if state is None:
        return _received(event, recorded) if isinstance(event, InputReceived) else None
    return state | _changed(state, recorded)


def _received(received: InputReceived, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "input": received.input,
        "kind": str(received.kind),
        "channel": received.channel,
        "process": received.process,
        "matter": received.matter,
        "author_kind": str(received.author_kind),
        "language": received.language,
        "instrument": None if received.instrument is None else str(received.instrument),
        "party": received.party,
        "role": received.role,
        **sorted_as(received),
        "about": received.about,
        "stance": None if received.stance is None else str(received.stance),
        "external_id": external_id(recorded),
        "status": "received",
        "received": moment(recorded),
        "year": day_of(recorded)[:4],
        "versions": [_version(1, received.text, recorded)],
        "merged_into": None,
        "took_in": [],
        "life": [],
        "decisions": [],
        **nothing_yet(),
    }


def sorted_as(received: InputReceived) -> dict[str, str | None]:
    """Return what an input is about, as whoever took it in sorted it."""
    return {"district": received.district, "theme": received.theme, "subtheme": received.subtheme}


def _version(number: int, text: object, recorded: RecordedEvent) -> dict[str, Any]:
    return {"version": number, "text": words(recorded, "/text", text), "recorded": moment(recorded)}


def _changed(state: dict[str, Any], recorded: RecordedEvent) -> dict[str, Any]:
    match recorded.event:
        case InputRevised() as revised:
            version = _version(revised.input_version, revised.text, recorded)
            return {"versions": [*state["versions"], version], **_status(state, revised)}
        case InputWithdrawn(reason=reason):
            return _turn(state, recorded, reason=words(recorded, "/reason", reason))
        case InputMerged(input=source, into=into) if into == state["input"] != source:
            return {"took_in": list(dict.fromkeys([*state["took_in"], source]))}
        case InputMerged(into=into, reason_code=code):
            return _turn(state, recorded, reason_code=code, into=into)
        case InputModerated() | InputRestored() as judged:
            why = words(recorded, "/reason", judged.reason)
            return _turn(state, recorded, reason_code=judged.reason_code, reason=why, by_role=judged.by_role)
        case DispositionRecorded(decision=decision):
            return {"decisions": list(dict.fromkeys([*state["decisions"], decision]))}
    return turned(state, recorded)


def _turn(state: dict[str, Any], recorded: RecordedEvent, **why: Any) -> dict[str, Any]:
    """Return the new status and its line in the input's life, with why and by which role."""
    turned = _status(state, recorded.event)
    bare = {"reason_code": None, "reason": None, "by_role": None, "into": None}
    step = {"type": recorded.event.topic, "status": turned["status"], "recorded": moment(recorded)}
    return turned | {"life": [*state["life"], step | bare | why]}


def _status(state: dict[str, Any], event: Event) -> dict[str, Any]:
    """Return `status` and `merged_into` after an event; what its author withdrew stays withdrawn."""
    match event:
        case InputWithdrawn():
            return {"status": "withdrawn", "merged_into": None}
        case InputMerged(into=into) if state["status"] != "withdrawn":
            return {"status": "merged", "merged_into": into}
        case InputModerated(verdict=Verdict.REJECTED) if state["status"] != "withdrawn":
            return {"status": "rejected", "merged_into": None}
        case InputModerated(verdict=Verdict.ACCEPTED) if state["status"] not in {"withdrawn", "merged"}:
            return {"status": "accepted", "merged_into": None}
        case InputRevised() if state["status"] == "accepted":
            # What a moderator accepted was the former text.
            return {"status": "received", "merged_into": None}
        case InputRestored() if state["status"] != "withdrawn":
            return {"status": "received", "merged_into": None}
    return {"status": state["status"], "merged_into": state["merged_into"]}


def _input_figures(key: str, state: State) -> Iterable[tuple[str, int]]:
    """Emit the number of inputs of the whole ledger: by kind, capacity and status, by language, by the year of receipt."""
    yield f"kind|{state['kind']}|{state['author_kind']}|{state['status']}", 1
    yield f"language|{state['language']}", 1
    yield f"year|{state['year']}", 1


INPUTS = Projection(
    name="inputs",
    version=4,
    types=(
        InputReceived,
        InputRevised,
        InputWithdrawn,
        InputMerged,
        InputModerated,
        InputRestored,
        DispositionRecorded,
        *PETITION_EVENTS,
    ),
    keys=_input_keys,
    apply=_input,
    emit=_input_figures,
    figures_start_like_keys=False,
)


# --- Who stands behind it ---------------------------------------------------------------------
def _support_keys(event: SupportGiven | SupportWithdrawn) -> tuple[str, ...]:
    return (f"{event.input}|{event.supporter}",)


def _support(state: State, recorded: RecordedEvent) -> State:
    """Return which version somebody stands behind and since which day, None for none any more, and how often it was given."""
    match recorded.event:
        case SupportGiven(input_version=version):
            given = 1 if state is None else state["given"] + 1
            return {"version": version, "given": given, "day": day_of(recorded)}
        case SupportWithdrawn() if state is not None:
            return state | {"version": None}
    return state


def _support_figures(key: str, state: State) -> Iterable[tuple[str, int]]:
    """Emit support given, ever, and the live support, in all, for each version of the text and by the day it was given."""
    supported = key.partition("|")[0]
    yield f"{supported}|given", state["given"]
    if state["version"] is not None:
        yield f"{supported}|live", 1
        yield f"{supported}|version|{state['version']}", 1
        yield f"{supported}|day|{state['day']}", 1


SUPPORTS = Projection(
    name="supports",
    version=2,
    types=(SupportGiven, SupportWithdrawn),
    keys=_support_keys,
    apply=_support,
    emit=_support_figures,
)


# --- Where it belongs -------------------------------------------------------------------------
def _places(event: Any) -> tuple[str, ...]:
    places: tuple[str, ...] = ()
    if event.process is not None:
        places += (f"process:{event.process}|{event.input}",)
    if event.matter is not None:
        places += (f"matter:{event.matter}|{event.input}",)
    return places


def _in_scope(state: State, recorded: RecordedEvent) -> State:
    event = recorded.event
    if state is None and isinstance(event, InputReceived):
        return {
            "kind": str(event.kind),
            "channel": event.channel,
            "author_kind": str(event.author_kind),
            **sorted_as(event),
            "external_id": external_id(recorded),
            "received": recorded.position,
            "day": day_of(recorded),
            "status": "live",
            "merged_into": None,
        }
    if state is None:
        return None
    turned = _status(state, event)
    return state | turned | {"status": "live" if turned["status"] in LIVE else turned["status"]}


def _scope_figures(key: str, state: State) -> Iterable[tuple[str, int]]:
    """Emit the number of inputs by place, capacity of the author and status, and by kind and capacity."""
    place = key.partition("|")[0]
    yield f"{place}|{state['author_kind']}|{state['status']}", 1
    yield f"{place}|kind|{state['kind']}|{state['author_kind']}", 1


SCOPE = Projection(
    name="scope",
    version=3,
    types=(InputReceived, InputWithdrawn, InputMerged, InputModerated, InputRestored),
    keys=_places,
    apply=_in_scope,
    emit=_scope_figures,
)
