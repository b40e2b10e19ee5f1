"""Responses: what staff owed and wrote, and when; the clock stops at the first answer in substance.

    responses   input   received, due, receipt, first answer, every text with its corrections

A receipt or a clarification answers nothing. Days are Swedish days, by what occurred, else by the
record's stamp.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ledger.inputs.events import InputReceived, InputWithdrawn
from ledger.messages import RecordedEvent
from ledger.responses import FollowUpAsked, ResponseCorrected, ResponseDue, ResponseGiven, ResponseKind
from projections.projection import Projection, State
from projections.references import day_of, moment, words

ANSWERS = frozenset({ResponseKind.ANSWER, ResponseKind.DECISION_NOTICE})
"""The kinds that answer in substance."""


def _keys(event: Any) -> tuple[str, ...]:
    return (event.input,)


def _response(state: State, recorded: RecordedEvent) -> State:
    event = recorded.event
    state = state or _nothing_yet()
    match event:
        case InputReceived():
            return state | {
                "process": event.process,
                "matter": event.matter,
                "author_kind": str(event.author_kind),
                "received": _dated(recorded),
            }
        case InputWithdrawn():
            return state | {"withdrawn": _dated(recorded)}
        case ResponseDue(by=by, rule=rule):
            due = {"by": by, "rule": rule, "recorded": moment(recorded)}
            return state | {"due": due, "dues": [*state["dues"], due]}
        case ResponseGiven():
            return _given(state, event, recorded)
        case ResponseCorrected():
            return state | {"responses": [_corrected(one, event, recorded) for one in state["responses"]]}
        case FollowUpAsked():
            asked = {
                "follow_up": event.follow_up,
                "text": words(recorded, "/text", event.text),
                "recorded": moment(recorded),
            }
            return state | {"follow_ups": [*state["follow_ups"], asked]}
    return state


def _nothing_yet() -> dict[str, Any]:
    return {
        "process": None,
        "matter": None,
        "author_kind": None,
        "received": None,
        "withdrawn": None,
        "due": None,
        "dues": [],
        "receipt": None,
        "answer": None,
        "responses": [],
        "follow_ups": [],
    }


def _dated(recorded: RecordedEvent) -> dict[str, Any]:
    return {"day": day_of(recorded), "position": recorded.position}


def _given(state: dict[str, Any], given: ResponseGiven, recorded: RecordedEvent) -> dict[str, Any]:
    response = {
        "response": given.response,
        "kind": given.kind,
        "by_office": given.by_office,
        "revision": 1,
        "text": words(recorded, "/text", given.text),
        "recorded": moment(recorded),
        "corrections": [],
    }
    state = state | {"responses": [*state["responses"], response]}
    by = _dated(recorded) | {"response": given.response, "by_office": given.by_office}
    if given.kind in ANSWERS and state["answer"] is None:
        return state | {"answer": by}
    if given.kind == ResponseKind.RECEIPT and state["receipt"] is None:
        return state | {"receipt": by}
    return state


def _corrected(response: dict[str, Any], corrected: ResponseCorrected, recorded: RecordedEvent) -> dict[str, Any]:
    if response["response"] != corrected.response:
        return response
    correction = {
        "revision": corrected.revision,
        "text": words(recorded, "/text", corrected.text),
        "reason": words(recorded, "/reason", corrected.reason),
        "recorded": moment(recorded),
    }
    return response | {"revision": corrected.revision, "corrections": [*response["corrections"], correction]}


def _figures(key: str, state: State) -> Iterable[tuple[str, int]]:
    """Emit each input with a due day once, under that day and how it stands apart from today's date.

    `due|2015-06-01|open` is overdue on any later day, so every day's figures are sums over these.
    """
    if state["due"] is None:
        return ()
    return ((f"due|{state['due']['by']}|{standing(state)}", 1),)


def standing(state: dict[str, Any]) -> str:
    """Return how an input with a due day stands: on_time, late, withdrawn (unanswered) or open."""
    if state["answer"] is not None:
        return "on_time" if state["answer"]["day"] <= state["due"]["by"] else "late"
    return "open" if state["withdrawn"] is None else "withdrawn"


RESPONSES = Projection(
    name="responses",
    version=1,
    types=(InputReceived, InputWithdrawn, ResponseDue, ResponseGiven, ResponseCorrected, FollowUpAsked),
    keys=_keys,
    apply=_response,
    emit=_figures,
    figures_start_like_keys=False,
)
