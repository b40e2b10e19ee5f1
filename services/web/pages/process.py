"""A process: what was promised against what was delivered, with the test that failed; who was heard; how it went."""

from __future__ import annotations

from projections.measures.catalogue import MEASURES
from projections.measures.scope import Scope
from projections.views import groups, processes
from projections.views.corrections import with_corrections
from services.web.influence import of_place
from services.web.listing import whole
from services.web.names import names
from services.web.page import Page, Seen, Shown, Table

LEVEL = "promised_level"
"""The measure that holds a promise against the record, test by test."""

_view = with_corrections("process", processes.process)


def show(seen: Seen) -> Shown | None:
    """Return the process with what became of its inputs, and the tests of its promised level."""
    process = seen.path["process"]
    found = _view(seen.rows, process, on=seen.on)
    if found is None:
        return None
    own, course = found["process"], found["course"]
    level = MEASURES[LEVEL](seen.rows, Scope(process=process), seen.on)
    things = [("body", own["owner"]), ("matter", own["matter"]), ("programme", found["terms"]["programme"])]
    things += [("ballot", each) for each in own["ballots"]] + [("decision", each) for each in own["in_scope_of"]]
    things += [("body", each["decided_by"]) for each in own["promises"]]
    things += [("body", each["organisation"]) for each in course["steps"]]
    things += [("body", each["body"]) for each in course["participants"]]
    things += [("document", each["document"]) for each in course["documents"]]
    return {
        **found,
        "influence_open": found["influence"],
        "influence": of_place(seen.rows, Scope(process=process), seen.on),
        "level": level,
        "participation": groups.participation(seen.rows, process),
        "moments": _moments(found),
        "names": names(seen.rows, things),
        "definitions": whole(processes.DEFINITION, groups.DEFINITION),
    }


def _moments(found: Shown) -> list[int]:
    own, course = found["process"], found["course"]
    recorded = [own["opened"], own["closed"], *(each["recorded"] for each in (*own["promises"], *course["phases"]))]
    return sorted({each["position"] for each in recorded if each is not None})


def table(shown: Shown) -> Table:
    """Return the groups: who was named, and who took part in how many sessions."""
    members = ("group", "named", "evidenced", "sessions", "attendances", "uncounted_sessions")
    lines = shown["participation"]["groups"]
    return Table(members, [[_plain(each[name]) for name in members] for each in lines])


def _plain(value: object) -> object:
    return str(value).lower() if isinstance(value, bool) else value


PAGE = Page("process", "/process/{process}", show, table, section="processes")
