"""What things are called and where their pages lie, so that a page need not show ids."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from projections.ballots import BALLOTS
from projections.bodies import BODIES
from projections.decisions import DECISIONS
from projections.documents import DOCUMENTS
from projections.indicators import INDICATORS
from projections.inputs import INPUTS
from projections.matters import MATTERS
from projections.meetings import MEETINGS
from projections.methods import METHODS
from projections.processes import PROCESSES
from projections.programmes import PROGRAMMES
from projections.projection import Rows
from projections.surveys import SURVEYS
from projections.views.answer import state_of
from projections.views.documents import without_withheld

PLACES = {
    "assignment": "/uppdrag",
    "ballot": "/omrostningar",
    "body": "/namnd",
    "decision": "/beslut",
    "document": "/handlingar",
    "indicator": "/index",
    "input": "/forslag",
    "matter": "/arende",
    "meeting": "/sammantrade",
    "method": "/metoder",
    "process": "/process",
    "programme": "/program",
    "survey": "/enkater",
}
"""The folder of the pages of each kind of thing."""

_NAMED_BY = {
    "ballot": (BALLOTS.name, "question"),
    "body": (BODIES.name, "name"),
    "decision": (DECISIONS.name, "title"),
    "indicator": (INDICATORS.name, "title"),
    "matter": (MATTERS.name, "title"),
    "method": (METHODS.name, "name_sv"),
    "process": (PROCESSES.name, "title"),
    "programme": (PROGRAMMES.name, "title"),
    "survey": (SURVEYS.name, "title"),
}


def names(rows: Rows, things: Iterable[tuple[str, str | None]]) -> dict[str, str | None]:
    """Return what things (kind, id) are called, by `kind:id`; None for what is not in the ledger at this moment."""
    wanted = dict.fromkeys(thing for thing in things if thing[1])
    return {f"{kind}:{named}": _name(rows, kind, str(named)) for kind, named in wanted}


def pages_of(rows: Rows, tags: Iterable[str]) -> list[str]:
    """Return the paths of the pages about the things that tags name, each once, for those there is a page about.

    A tag may name a part of a thing (`process:p|session:s`); its page is that of the thing.
    """
    things = dict.fromkeys(tuple(tag.partition("|")[0].split(":", 1)) for tag in tags)
    return [
        f"{PLACES[kind]}/{named}"
        for kind, named in things
        if kind in PLACES and names(rows, [(kind, named)])[f"{kind}:{named}"] is not None
    ]


def _name(rows: Rows, kind: str, id: str) -> str | None:
    if kind == "document":
        state = state_of(rows, DOCUMENTS.name, id)
        return None if state is None else without_withheld(state)["title"] or id
    if kind == "meeting":
        return _meeting(rows, id)
    if kind == "input":
        return None if state_of(rows, INPUTS.name, id) is None else id
    if kind not in _NAMED_BY:
        return None
    projection, member = _NAMED_BY[kind]
    state = state_of(rows, projection, id)
    return None if state is None else state[member] or id


def _meeting(rows: Rows, id: str) -> str | None:
    state: dict[str, Any] | None = state_of(rows, MEETINGS.name, id)
    if state is None:
        return None
    body = _name(rows, "body", state["body"]) or state["body"]
    return state["title"] or f"{body} {state['date']}"
