"""Petitions and criticism: how an input was signed, what it led to, what it is about; who wrote what.

    signatures   input|instant   one row for each event of counts: the last count of every hour, and falls
    criticism    input           what it criticises, for inputs of that kind and all others that do
    authors      author|input    which inputs one author wrote; shown to nobody but their holder

What the state of an input itself keeps of this is added to it in `projections.inputs`.
"""

from __future__ import annotations

from typing import Any

from ledger.inputs.events import InputKind, InputReceived
from ledger.inputs.links import CriticismLinked, InputSplit
from ledger.inputs.petitions import (
    DebateRecorded,
    EligibilityConfirmed,
    SignaturesCounted,
    SignaturesInvalidated,
    SigningClosed,
    SigningOpened,
    SubmittedToBody,
    ThresholdReached,
)
from ledger.messages import Event, RecordedEvent
from projections.projection import Projection, State
from projections.references import moment

HOUR = len("2016-06-25T08")

PETITION_EVENTS: tuple[type[Event], ...] = (
    SigningOpened,
    SigningClosed,
    ThresholdReached,
    EligibilityConfirmed,
    SubmittedToBody,
    DebateRecorded,
    CriticismLinked,
    InputSplit,
)
"""The events of this file that change the state of an input."""


# --- What the state of an input keeps ---------------------------------------------------------
def nothing_yet() -> dict[str, Any]:
    """Return what an input keeps of signing and links when it is received."""
    return {
        "signing": None,
        "thresholds": [],
        "eligibility": [],
        "submitted": [],
        "debates": [],
        "criticises": [],
        "parts": [],
        "part_of": [],
    }


def turned(state: dict[str, Any], recorded: RecordedEvent) -> dict[str, Any]:
    """Return the members of an input's state that the event changed."""
    at = {"recorded": moment(recorded)}
    match recorded.event:
        case SigningOpened() as opened if state["signing"] is None:
            return {"signing": _stated(opened) | at | {"closed": None}}
        case SigningClosed() if state["signing"] is not None:
            return {"signing": state["signing"] | {"closed": moment(recorded)}}
        case ThresholdReached() as reached:
            return {"thresholds": [*state["thresholds"], _stated(reached) | at]}
        case EligibilityConfirmed() as confirmed:
            return {"eligibility": [*state["eligibility"], _stated(confirmed) | at]}
        case SubmittedToBody() as submitted:
            return {"submitted": [*state["submitted"], _stated(submitted) | at]}
        case DebateRecorded() as debate:
            return {"debates": [*state["debates"], _stated(debate) | at]}
        case CriticismLinked() as linked:
            return {"criticises": [*state["criticises"], _stated(linked) | at]}
        case InputSplit(input=whole, parts=parts):
            return _split(state, whole, parts)
    return {}


def _stated(event: Event) -> dict[str, Any]:
    """Return the event's own words, but for the input that it is of."""
    return event.model_dump(mode="json", exclude={"input", "occurred", "source"})


def _split(state: dict[str, Any], whole: str, parts: tuple[str, ...]) -> dict[str, Any]:
    changed: dict[str, Any] = {}
    if whole == state["input"]:
        changed["parts"] = list(dict.fromkeys([*state["parts"], *parts]))
    if state["input"] in parts:
        changed["part_of"] = list(dict.fromkeys([*state["part_of"], whole]))
    return changed


# --- Counts -----------------------------------------------------------------------------------
def _count_keys(event: Any) -> tuple[str, ...]:
    if isinstance(event, SignaturesInvalidated):
        return (f"{event.input}|{event.before}",)
    return (f"{event.input}|{event.counts[0].at}",) if event.counts else ()


def _counted(state: State, recorded: RecordedEvent) -> State:
    state = state or {"counts": 0, "first": None, "last": None, "highest": None, "hours": [], "falls": []}
    match recorded.event:
        case SignaturesCounted(counts=counts):
            return state | {
                "counts": len(counts),
                "first": counts[0].model_dump(),
                "last": counts[-1].model_dump(),
                "highest": max(each.count for each in counts),
                "hours": _hours(counts),
                "recorded": moment(recorded),
            }
        case SignaturesInvalidated() as struck:
            return state | {"falls": [*state["falls"], _stated(struck) | {"recorded": moment(recorded)}]}
    return state


def _hours(counts: tuple[Any, ...]) -> list[dict[str, Any]]:
    """Return the last count of every hour in which there was one."""
    last = {each.at[:HOUR]: each for each in counts}
    return [{"hour": hour, "at": each.at, "count": each.count} for hour, each in last.items()]


SIGNATURES = Projection(
    name="signatures",
    version=1,
    types=(SignaturesCounted, SignaturesInvalidated),
    keys=_count_keys,
    apply=_counted,
)


# --- What is criticised -------------------------------------------------------------------------
def _input_key(event: Any) -> tuple[str, ...]:
    return (event.input,)


def _criticism(state: State, recorded: RecordedEvent) -> State:
    match recorded.event:
        case InputReceived(kind=kind):
            return {"links": []} if kind is InputKind.CRITICISM and state is None else state
        case CriticismLinked() as linked:
            links = [] if state is None else state["links"]
            return {"links": [*links, _stated(linked) | {"recorded": moment(recorded)}]}
    return state


CRITICISM = Projection(
    name="criticism",
    version=1,
    types=(InputReceived, CriticismLinked),
    keys=_input_key,
    apply=_criticism,
)


# --- Who wrote what -----------------------------------------------------------------------------
def _author_key(event: InputReceived) -> tuple[str, ...]:
    return (f"{event.author}|{event.input}",)


def _authored(state: State, recorded: RecordedEvent) -> State:
    return {"received": moment(recorded)} if state is None else state


AUTHORS = Projection(name="authors", version=1, types=(InputReceived,), keys=_author_key, apply=_authored)
