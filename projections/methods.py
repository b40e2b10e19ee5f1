"""Methods and channels: what they are called, where they were tried, and what was said of them.

    methods    method    names, traits, the processes that use it, assessments of trials, lessons
    channels   channel   name and kind
    groups     group     name

A method that a process names but nobody registered has a row too, with `registered` None.
"""

from __future__ import annotations

from typing import Any

from ledger.messages import RecordedEvent
from ledger.methods import ChannelRegistered, GroupRegistered, MethodRegistered, TrialAssessed
from ledger.processes import LessonPublished, ProcessOpened, ScopeChanged
from projections.projection import Projection, State
from projections.references import moment, words


# --- Methods ----------------------------------------------------------------------------------
def _keys(event: Any) -> tuple[str, ...]:
    if isinstance(event, ProcessOpened | ScopeChanged):
        return tuple(dict.fromkeys(event.methods or ()))
    return () if event.method is None else (event.method,)


_UNREGISTERED: dict[str, Any] = {
    "name_sv": None,
    "name_en": None,
    "aliases": [],
    "facets": [],
    "registered": None,
    "processes": [],
    "assessments": [],
    "lessons": [],
}


def _method(state: State, recorded: RecordedEvent) -> State:
    """Return the method after an event; the first that names it makes its row."""
    known = state or _UNREGISTERED
    match recorded.event:
        case MethodRegistered() as method:
            return known | {
                "name_sv": method.name_sv,
                "name_en": method.name_en,
                "aliases": list(method.aliases),
                "facets": [each.model_dump() for each in method.facets],
                "registered": moment(recorded),
            }
        case ProcessOpened(process=process) | ScopeChanged(process=process):
            return known | {"processes": list(dict.fromkeys([*known["processes"], process]))}
        case TrialAssessed() as trial:
            return known | {"assessments": [*known["assessments"], _assessment(trial, recorded)]}
        case LessonPublished(process=process, lesson=lesson, text=text):
            said = {"process": process, "lesson": lesson, "text": words(recorded, "/text", text)}
            return known | {"lessons": [*known["lessons"], said | {"recorded": moment(recorded)}]}
    return state


def _assessment(trial: TrialAssessed, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "assessment": trial.assessment,
        "process": trial.process,
        "verdict": trial.verdict,
        "evidence": [each.model_dump() for each in trial.evidence],
        "claimed_by": trial.claimed_by,
        "by_body": trial.by_body,
        "text": words(recorded, "/text", trial.text),
        "recorded": moment(recorded),
    }


METHODS = Projection(
    name="methods",
    version=1,
    types=(MethodRegistered, TrialAssessed, ProcessOpened, ScopeChanged, LessonPublished),
    keys=_keys,
    apply=_method,
)


# --- Channels ---------------------------------------------------------------------------------
def _channel_keys(event: ChannelRegistered) -> tuple[str, ...]:
    return (event.channel,)


def _channel(state: State, recorded: RecordedEvent) -> State:
    channel = recorded.event
    assert isinstance(channel, ChannelRegistered)
    return state or {
        "channel": channel.channel,
        "kind": channel.kind,
        "name_sv": channel.name_sv,
        "name_en": channel.name_en,
        "from_date": channel.from_date,
        "registered": moment(recorded),
    }


CHANNELS = Projection(name="channels", version=1, types=(ChannelRegistered,), keys=_channel_keys, apply=_channel)


# --- Groups -----------------------------------------------------------------------------------
def _group_keys(event: GroupRegistered) -> tuple[str, ...]:
    return (event.group,)


def _group(state: State, recorded: RecordedEvent) -> State:
    group = recorded.event
    assert isinstance(group, GroupRegistered)
    names = {"group": group.group, "name_sv": group.name_sv, "name_en": group.name_en}
    return state or names | {"registered": moment(recorded)}


GROUPS = Projection(name="groups", version=1, types=(GroupRegistered,), keys=_group_keys, apply=_group)
