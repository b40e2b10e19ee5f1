"""Indicators: what they count, what is aimed at, their values with every revision, and what else names them.

    indicators         indicator                   definition, revisions, breaks, targets, ballots about it
    indicator_values   indicator|group|period      every version of one value; emits how many there are
    indicator_links    indicator|kind|id           surveys, questions, sessions and programmes that name it

A link is kept also where the indicator itself is not in the ledger (yet).
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from ledger.indicators.events import (
    IndicatorDefined,
    IndicatorRetired,
    IndicatorRevised,
    IndicatorValueRecorded,
    IndicatorValueRevised,
    InterestBallotLinked,
    SeriesBroken,
    TargetSet,
)
from ledger.messages import Event, RecordedEvent
from ledger.processes.events import SessionHeld
from ledger.programmes.events import ProgrammeLinked
from ledger.surveys.events import QuestionVersioned, SurveyPlanned
from projections.projection import Projection, State
from projections.references import external_id, moment, words

TERMS = ("title", "unit", "direction", "affects_children")


# --- The indicator ----------------------------------------------------------------------------
def _indicator_keys(event: Any) -> tuple[str, ...]:
    return (event.indicator,)


def _indicator(state: State, recorded: RecordedEvent) -> State:
    match recorded.event, state:
        case IndicatorDefined() as defined, None:
            return _defined(defined, recorded)
        case IndicatorRevised() as revised, dict():
            return _revised(state, revised, recorded)
        case SeriesBroken() as broken, dict():
            entry = _why(broken, recorded) | {"from_period": broken.from_period, "by": "break"}
            return state | {"breaks": [*state["breaks"], entry]}
        case IndicatorRetired() as retired, dict():
            return state | {"status": "retired", "retired": _why(retired, recorded)}
        case TargetSet() as target, dict():
            return state | {"targets": _targets(state["targets"], target, recorded)}
        case InterestBallotLinked(ballot=ballot, option=option), dict():
            link = {"ballot": ballot, "option": option, "recorded": moment(recorded)}
            return state | {"interest": [*state["interest"], link]}
    return state


def _defined(defined: IndicatorDefined, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "indicator": defined.indicator,
        "title": defined.title,
        "unit": defined.unit,
        "direction": str(defined.direction),
        "origin": str(defined.origin),
        "numbers": [number.model_dump() for number in defined.numbers],
        "definition": words(recorded, "/definition", defined.definition),
        "quality": defined.quality,
        "body": defined.body,
        "affects_children": defined.affects_children,
        "external_id": external_id(recorded),
        "status": "active",
        "recorded": moment(recorded),
        "revisions": [],
        "breaks": [],
        "retired": None,
        "targets": [],
        "interest": [],
    }


def _revised(state: dict[str, Any], revised: IndicatorRevised, recorded: RecordedEvent) -> dict[str, Any]:
    """Return the indicator as it is from now on; the revision keeps what it was before."""
    dumped = revised.model_dump(mode="json", include=set(TERMS), exclude_none=True)
    entry = {
        "before": {name: state[name] for name in TERMS if name in dumped},
        "definition_changed": revised.definition is not None,
        "comparable": revised.comparable,
        "from_period": revised.from_period,
        "reason": words(recorded, "/reason", revised.reason),
        "recorded": moment(recorded),
    }
    changed = state | dumped | {"revisions": [*state["revisions"], entry]}
    if revised.definition is not None:
        changed["definition"] = words(recorded, "/definition", revised.definition)
    if revised.from_period is not None:
        broken = {"reason_code": "revised", "reason": entry["reason"], "recorded": entry["recorded"]}
        changed["breaks"] = [*state["breaks"], broken | {"from_period": revised.from_period, "by": "revision"}]
    return changed


def _why(event: SeriesBroken | IndicatorRetired, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "reason_code": event.reason_code,
        "reason": words(recorded, "/reason", event.reason),
        "recorded": moment(recorded),
    }


def _targets(targets: list[dict[str, Any]], target: TargetSet, recorded: RecordedEvent) -> list[dict[str, Any]]:
    """Return the targets with this one as it stands now; its earlier wordings go along with it."""
    dumped = target.model_dump(mode="json", exclude={"occurred", "source", "indicator", "statement"})
    entry = dumped | {
        "statement": words(recorded, "/statement", target.statement),
        "recorded": moment(recorded),
        "earlier": [],
    }
    others = []
    for each in targets:
        if each["target"] == target.target:
            before = {name: value for name, value in each.items() if name not in {"earlier", "target"}}
            entry["earlier"] = [*each["earlier"], before]
        else:
            others.append(each)
    return [*others, entry]


INDICATORS = Projection(
    name="indicators",
    version=1,
    types=(IndicatorDefined, IndicatorRevised, SeriesBroken, IndicatorRetired, TargetSet, InterestBallotLinked),
    keys=_indicator_keys,
    apply=_indicator,
)


# --- Values -----------------------------------------------------------------------------------
def _value_keys(event: IndicatorValueRecorded | IndicatorValueRevised) -> tuple[str, ...]:
    return (f"{event.indicator}|{event.group}|{event.period}",)


def _value(state: State, recorded: RecordedEvent) -> State:
    """Return every version of a value, the one that stands last."""
    value = recorded.event
    assert isinstance(value, IndicatorValueRecorded | IndicatorValueRevised)
    dumped = value.model_dump(mode="json", include={"value", "n", "interval", "status", "origin"})
    revised = isinstance(value, IndicatorValueRevised)
    version = dumped | {
        "reason_code": value.reason_code if isinstance(value, IndicatorValueRevised) else None,
        "reason": words(recorded, "/reason", value.reason) if isinstance(value, IndicatorValueRevised) else None,
        "recorded": moment(recorded),
    }
    earlier = state["versions"] if state is not None and revised else []
    return {"period": value.period, "group": str(value.group), "versions": [*earlier, version]}


def _value_figures(key: str, state: State) -> Iterable[tuple[str, int]]:
    indicator = key.partition("|")[0]
    versions = state["versions"]
    yield f"{indicator}|values", 1
    if len(versions) > 1:
        yield f"{indicator}|revisions", len(versions) - 1
    if versions[-1]["value"] is None:
        yield f"{indicator}|missing", 1


INDICATOR_VALUES = Projection(
    name="indicator_values",
    version=1,
    types=(IndicatorValueRecorded, IndicatorValueRevised),
    keys=_value_keys,
    apply=_value,
    emit=_value_figures,
)


# --- What else names an indicator -----------------------------------------------------------------
def _link_keys(event: Event) -> tuple[str, ...]:
    match event:
        case SurveyPlanned(survey=survey, indicators=indicators):
            return tuple(f"{indicator}|survey|{survey}" for indicator in dict.fromkeys(indicators))
        case QuestionVersioned(survey=survey, question=question, indicator=str(indicator)):
            return (f"{indicator}|question|{survey}|{question}",)
        case SessionHeld(process=process, session=session, shown_indicators=indicators):
            return tuple(f"{indicator}|session|{process}|{session}" for indicator in dict.fromkeys(indicators))
        case ProgrammeLinked(programme=programme, indicator=str(indicator), element=element):
            return (f"{indicator}|programme|{programme}|{element or ''}",)
    return ()


def _link(state: State, recorded: RecordedEvent) -> State:
    """Return the first event that links; later ones, such as new wordings of a question, change nothing."""
    if state is not None:
        return state
    match recorded.event:
        case SurveyPlanned(survey=survey):
            named = {"kind": "survey", "id": survey, "part": None}
        case QuestionVersioned(survey=survey, question=question):
            named = {"kind": "question", "id": survey, "part": question}
        case SessionHeld(process=process, session=session):
            named = {"kind": "session", "id": process, "part": session}
        case ProgrammeLinked(programme=programme, element=element):
            named = {"kind": "programme", "id": programme, "part": element}
        case _:
            return state
    return named | {"recorded": moment(recorded)}


INDICATOR_LINKS = Projection(
    name="indicator_links",
    version=1,
    types=(SurveyPlanned, QuestionVersioned, SessionHeld, ProgrammeLinked),
    keys=_link_keys,
    apply=_link,
)
