"""Processes: how residents take part, every promise made about it, what was done in it, who was heard.

    processes   process                             terms, life, promises, phases, sessions, participants, lessons
    heard       process:p|session, matter:m|p|s     a session that was held, and the groups that took part
    voices      process:p|input, none|input         channel, capacity and language of one input; emits their counts

Every declaration of the promise is kept, so a promise that shrank is seen to have shrunk.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ledger.ballots.events import BallotOpened
from ledger.commitments.events import CommitmentMade
from ledger.decisions.events import DecisionRecorded
from ledger.inputs.events import InputReceived
from ledger.messages import Event, RecordedEvent
from ledger.methods import TrialAssessed
from ledger.processes import (
    InvitationReceived,
    LessonPublished,
    MemberLeft,
    MemberSeated,
    ParticipantJoined,
    ParticipationApplied,
    PhaseChanged,
    PlaceConfirmed,
    ProcessClosed,
    ProcessDocumentAttached,
    ProcessOpened,
    ProcessPaused,
    ProcessResumed,
    PromiseDeclared,
    ScopeChanged,
    SessionHeld,
    SessionPlanned,
)
from projections.projection import Projection, State
from projections.references import external_id, moment, words

STEPS: dict[type[Event], str] = {
    InvitationReceived: "invited",
    ParticipationApplied: "applied",
    PlaceConfirmed: "confirmed",
}
"""The steps on the way into a process of somebody else."""

OWN: tuple[type[Event], ...] = (
    ProcessOpened,
    PromiseDeclared,
    ScopeChanged,
    PhaseChanged,
    ProcessPaused,
    ProcessResumed,
    ProcessClosed,
    *STEPS,
    ParticipantJoined,
    MemberSeated,
    MemberLeft,
    ProcessDocumentAttached,
    SessionPlanned,
    SessionHeld,
    LessonPublished,
)
"""What happens in a process itself; the other events only name one."""


# --- One process ------------------------------------------------------------------------------
def _keys(event: Any) -> tuple[str, ...]:
    if isinstance(event, DecisionRecorded):
        return tuple(dict.fromkeys(item.process for item in event.scope if item.process))
    return () if event.process is None else (event.process,)


def _process(state: State, recorded: RecordedEvent) -> State:
    event = recorded.event
    if state is None:
        return _opened(event, recorded) if isinstance(event, ProcessOpened) else None
    changed = _named(state, recorded) if not isinstance(event, OWN) else _changed(state, recorded)
    return state | changed if changed else state


def _opened(opened: ProcessOpened, recorded: RecordedEvent) -> dict[str, Any]:
    stated = {
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
    }
    lists = ("promises", "ballots", "in_scope_of", "scope_changes", "phases", "pauses", "steps", "joined", "sessions")
    empty: dict[str, Any] = {name: [] for name in (*lists, "lessons", "assessments", "commitments", "documents")}
    life: dict[str, Any] = {"status": "open", "opened": moment(recorded), "closed": None, "first_input": None}
    life |= {"seated": 0, "left": 0}
    return stated | _terms(opened) | empty | life


def _terms(opened: ProcessOpened) -> dict[str, Any]:
    return {
        "period_as_decided": opened.period_as_decided,
        "stage": opened.stage,
        "methods": list(opened.methods or ()),
        "facets": [each.model_dump() for each in opened.facets or ()],
        "parts": list(opened.parts or ()),
        "programme": opened.programme,
        "decision": opened.decision,
        "planned_sessions": opened.planned_sessions,
        "participants": None if opened.participants is None else opened.participants.model_dump(),
        "unit_named_later": bool(opened.unit_named_later),
        "legal_basis": opened.legal_basis,
        "scope_method": opened.scope_method,
        "scope_object": opened.scope_object,
    }


def _named(state: dict[str, Any], recorded: RecordedEvent) -> dict[str, Any]:
    """Return what changes where an event of another subject names the process; empty for nothing."""
    match recorded.event:
        case InputReceived():
            return {} if state["first_input"] is not None else {"first_input": moment(recorded)}
        case BallotOpened(ballot=ballot):
            return {"ballots": [*state["ballots"], ballot]}
        case DecisionRecorded(decision=decision):
            return {"in_scope_of": [*state["in_scope_of"], decision]}
        case TrialAssessed(assessment=assessment):
            return {"assessments": [*state["assessments"], assessment]}
        case CommitmentMade(commitment=commitment):
            return {"commitments": [*state["commitments"], commitment]}
    return {}


def _changed(state: dict[str, Any], recorded: RecordedEvent) -> dict[str, Any]:
    match recorded.event:
        case PromiseDeclared() as promise:
            return {"promises": [*state["promises"], _promise(promise, recorded)]}
        case ScopeChanged() as change:
            return _scope(state, change, recorded)
        case PhaseChanged(phase=phase, until=until):
            step = {"phase": phase, "until": until, "recorded": moment(recorded)}
            return {"phases": [*state["phases"], step]}
        case ProcessPaused(reason=reason):
            pause = {"reason": words(recorded, "/reason", reason), "recorded": moment(recorded), "resumed": None}
            return {"pauses": [*state["pauses"], pause]}
        case ProcessResumed() if state["pauses"]:
            return {"pauses": [*state["pauses"][:-1], state["pauses"][-1] | {"resumed": moment(recorded)}]}
        case ProcessClosed(summary=summary):
            return {"status": "closed", "closed": moment(recorded) | {"summary": words(recorded, "/summary", summary)}}
    return _took_part(state, recorded)


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


_SCOPE = ("scope_method", "scope_object", "period", "planned_sessions", "channels", "groups", "methods")


def _scope(state: dict[str, Any], change: ScopeChanged, recorded: RecordedEvent) -> dict[str, Any]:
    """Return the frame as it is now, and the change with what stood there before."""
    stated = {name: getattr(change, name) for name in _SCOPE if getattr(change, name) is not None}
    now = {name: list(value) if isinstance(value, tuple) else value for name, value in stated.items()}
    fields = [{"field": name, "before": _listed(state[name]), "after": _listed(now[name])} for name in now]
    step = {"fields": fields, "reason": words(recorded, "/reason", change.reason), "recorded": moment(recorded)}
    return now | {"scope_changes": [*state["scope_changes"], step]}


def _listed(value: Any) -> list[str]:
    if value is None:
        return []
    return value if isinstance(value, list) else [str(value)]


# --- Who took part, and in what -----------------------------------------------------------------
def _took_part(state: dict[str, Any], recorded: RecordedEvent) -> dict[str, Any]:
    match recorded.event:
        case (InvitationReceived() | ParticipationApplied() | PlaceConfirmed()) as event:
            step = {
                "step": STEPS[type(event)],
                "organisation": event.organisation,
                "document": event.document,
                "recorded": moment(recorded),
            }
            return {"steps": [*state["steps"], step]}
        case ParticipantJoined(body=body, role=role, duty=duty):
            joined = {"body": body, "role": role, "duty": duty, "recorded": moment(recorded)}
            return {"joined": [*state["joined"], joined]}
        case MemberSeated():
            return {"seated": state["seated"] + 1}
        case MemberLeft():
            return {"left": state["left"] + 1}
        case ProcessDocumentAttached(document=document, purpose=purpose):
            attached = {"document": document, "purpose": purpose, "recorded": moment(recorded)}
            return {"documents": [*state["documents"], attached]}
        case (SessionPlanned() | SessionHeld()) as session:
            return {"sessions": _sessions(state, session, recorded)}
        case LessonPublished(lesson=lesson, method=method, text=text):
            said = {"lesson": lesson, "method": method, "text": words(recorded, "/text", text)}
            return {"lessons": [*state["lessons"], said | {"recorded": moment(recorded)}]}
    return {}


_NO_SESSION: dict[str, Any] = {
    "number": None,
    "title": None,
    "planned_date": None,
    "planned": None,
    "date": None,
    "place": None,
    "held": None,
    "groups": [],
    "shown_indicators": [],
    "notes_document": None,
    "recorded_after_close": False,
}


def _sessions(
    state: dict[str, Any], session: SessionPlanned | SessionHeld, recorded: RecordedEvent
) -> list[dict[str, Any]]:
    """Return the sessions in the order in which each was first named, with `session` put in or filled in."""
    sessions = {each["session"]: each for each in state["sessions"]}
    before = sessions.get(session.session, {"session": session.session} | _NO_SESSION)
    known = {"number": session.number or before["number"], "place": session.place or before["place"]}
    if isinstance(session, SessionPlanned):
        known |= {"title": session.title, "planned_date": session.date, "planned": moment(recorded)}
    else:
        known |= {
            "date": session.date,
            "held": moment(recorded),
            "groups": [each.model_dump() for each in session.groups],
            "shown_indicators": list(session.shown_indicators),
            "notes_document": session.notes_document,
            "recorded_after_close": state["status"] == "closed",
        }
    return list((sessions | {session.session: before | known}).values())


PROCESSES = Projection(
    name="processes",
    version=2,
    types=(*OWN, BallotOpened, DecisionRecorded, InputReceived, TrialAssessed, CommitmentMade),
    keys=_keys,
    apply=_process,
)


# --- Who was heard -----------------------------------------------------------------------------
def _heard_keys(held: SessionHeld) -> tuple[str, ...]:
    session = f"process:{held.process}|{held.session}"
    return (session,) if held.matter is None else (session, f"matter:{held.matter}|{held.process}|{held.session}")


def _heard(state: State, recorded: RecordedEvent) -> State:
    held = recorded.event
    assert isinstance(held, SessionHeld)
    return state or {
        "process": held.process,
        "session": held.session,
        "date": held.date,
        "groups": [each.model_dump() for each in held.groups],
        "recorded": moment(recorded),
    }


HEARD = Projection(name="heard", version=1, types=(SessionHeld,), keys=_heard_keys, apply=_heard)


# --- Through which channel ----------------------------------------------------------------------
def _voice_keys(received: InputReceived) -> tuple[str, ...]:
    place = "none" if received.process is None else f"process:{received.process}"
    return (f"{place}|{received.input}",)


def _voice(state: State, recorded: RecordedEvent) -> State:
    received = recorded.event
    assert isinstance(received, InputReceived)
    kind = str(received.author_kind)
    return state or {"channel": received.channel, "author_kind": kind, "language": received.language}


def _voice_figures(key: str, state: State) -> Iterable[tuple[str, int]]:
    """Emit the inputs received by place, channel, capacity of who speaks and language."""
    yield f"{key.partition('|')[0]}|{state['channel']}|{state['author_kind']}|{state['language']}", 1


VOICES = Projection(
    name="voices", version=1, types=(InputReceived,), keys=_voice_keys, apply=_voice, emit=_voice_figures
)
