"""Programmes: what each consists of, what became of it, and what serves it.

    programmes        programme                    elements, lineage, follow-ups, reports, links, life
    programme_links   matter:m|programme|element   also process:p, indicator:i; element is empty for the whole

A new version is a programme of its own; both know of each other.
"""

from __future__ import annotations

from typing import Any

from ledger.messages import RecordedEvent
from ledger.programmes.events import (
    FollowUpRecorded,
    GoalLineageStated,
    ProgrammeAdopted,
    ProgrammeClosed,
    ProgrammeLinked,
    ProgrammeReported,
)
from projections.projection import Projection, State
from projections.references import day_of, moment, words


# --- One programme ------------------------------------------------------------------------------
def _programme_keys(event: Any) -> tuple[str, ...]:
    if isinstance(event, ProgrammeAdopted) and event.replaces is not None:
        return tuple(dict.fromkeys((event.programme, event.replaces)))
    return (event.programme,)


def _programme(state: State, recorded: RecordedEvent) -> State:
    event = recorded.event
    if state is None:
        return _adopted(event, recorded) if isinstance(event, ProgrammeAdopted) else None
    return state | _changed(state, recorded)


def _adopted(programme: ProgrammeAdopted, recorded: RecordedEvent) -> dict[str, Any]:
    elements = [
        {
            "element": each.element,
            "kind": str(each.kind),
            "title": each.title,
            "text": words(recorded, f"/elements/{place}/text", each.text),
        }
        for place, each in enumerate(programme.elements)
    ]
    return {
        "programme": programme.programme,
        "programme_version": programme.programme_version,
        "title": programme.title,
        "language": programme.language,
        "aliases": list(programme.aliases),
        "period": programme.period,
        "body": programme.body,
        "initiator_role": programme.initiator_role,
        "matter": programme.matter,
        "document": programme.document,
        "elements": elements,
        "replaces": programme.replaces,
        "replaced_by": [],
        "lineage": [],
        "follow_ups": [],
        "reports": [],
        "links": [],
        "day": day_of(recorded),
        "status": "adopted",
        "recorded": moment(recorded),
        "closed": None,
    }


def _changed(state: dict[str, Any], recorded: RecordedEvent) -> dict[str, Any]:
    at = {"recorded": moment(recorded)}
    match recorded.event:
        # Two programmes may replace the same one; a programme is adopted once.
        case ProgrammeAdopted(programme=programme) if programme != state["programme"]:
            later = {"programme": programme, "day": day_of(recorded)} | at
            return {"status": "replaced", "replaced_by": [*state["replaced_by"], later]}
        case GoalLineageStated() as lineage:
            return {"lineage": [*state["lineage"], _lineage(lineage) | at]}
        case FollowUpRecorded(year=year, document=document, summary=summary):
            found = {"year": year, "document": document, "summary": words(recorded, "/summary", summary)}
            return {"follow_ups": [*state["follow_ups"], found | at]}
        case ProgrammeReported() as report:
            return {"reports": [*state["reports"], _report(report, recorded) | at]}
        case ProgrammeClosed(summary=summary):
            closed = {"summary": words(recorded, "/summary", summary), "day": day_of(recorded)} | at
            return {"status": "closed", "closed": closed}
        case ProgrammeLinked() as link:
            return {"links": [*state["links"], _link(link) | at]}
    return {}


def _lineage(lineage: GoalLineageStated) -> dict[str, Any]:
    return {
        "element": lineage.element,
        "relation": str(lineage.relation),
        "new_programme": lineage.new_programme,
        "new_element": lineage.new_element,
        "by_role": lineage.by_role,
    }


def _report(report: ProgrammeReported, recorded: RecordedEvent) -> dict[str, Any]:
    return {
        "kind": str(report.kind),
        "period": report.period,
        "document": report.document,
        "summary": words(recorded, "/summary", report.summary),
    }


def _link(link: ProgrammeLinked) -> dict[str, Any]:
    return {
        "element": link.element,
        "matter": link.matter,
        "process": link.process,
        "indicator": link.indicator,
    }


PROGRAMMES = Projection(
    name="programmes",
    version=1,
    types=(
        ProgrammeAdopted,
        GoalLineageStated,
        FollowUpRecorded,
        ProgrammeReported,
        ProgrammeClosed,
        ProgrammeLinked,
    ),
    keys=_programme_keys,
    apply=_programme,
)


# --- What serves it -------------------------------------------------------------------------------
def _link_keys(event: ProgrammeLinked) -> tuple[str, ...]:
    named = {"matter": event.matter, "process": event.process, "indicator": event.indicator}
    return tuple(f"{kind}:{each}|{event.programme}|{event.element or ''}" for kind, each in named.items() if each)


def _linked(state: State, recorded: RecordedEvent) -> State:
    event = recorded.event
    assert isinstance(event, ProgrammeLinked)
    return {"programme": event.programme, "element": event.element, "recorded": moment(recorded)}


PROGRAMME_LINKS = Projection(
    name="programme_links",
    version=1,
    types=(ProgrammeLinked,),
    keys=_link_keys,
    apply=_linked,
)
