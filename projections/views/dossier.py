"""The dossier of a matter: its documents, proposals and links beside its own life, and how old it is."""

from __future__ import annotations

from datetime import date
from typing import Any

from ledger.edtf import bounds
from ledger.inputs.events import InputReceived
from projections.decisions import DECISIONS
from projections.inputs import SCOPE
from projections.matters import MATTERS
from projections.projection import Rows
from projections.references import day, day_of_moment
from projections.views.answer import Answer, figure, state_of
from projections.views.documents import flat, proposals, tree
from projections.views.programmes import served


def dossier(rows: Rows, state: dict[str, Any], on: str | None) -> Answer:
    """Return a matter with what belongs to it: `matter`, `age`, `documents`, `proposals`, `programmes`, `inputs_by_kind`."""
    matter = state["matter"]
    documents = tree(rows, matter)
    links = [_link(rows, state, link) for link in state["links"]]
    timeline = _timeline(state["timeline"], [step for node in flat(documents) for step in node["timeline"]])
    return {
        "matter": state | {"links": links, "timeline": timeline},
        "age": _age(state, on),
        "documents": documents,
        "proposals": proposals(rows, matter),
        "programmes": served(rows, f"matter:{matter}"),
        "inputs_by_kind": _inputs_by_kind(rows, f"matter:{matter}"),
    }


def _timeline(own: list[dict[str, Any]], others: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the steps of a matter and of its documents in the order of the record, each event once."""
    by_position = {step["recorded"]["position"]: step for step in (*others, *own)}
    return [by_position[position] for position in sorted(by_position)]


# --- How old it is ------------------------------------------------------------------------------
def _age(state: dict[str, Any], on: str | None) -> Answer | None:
    """Return the days from opening to closing, else to the day judged on, at least and at most as the dates are known."""
    closed = state["closed"]
    until = on if closed is None else day_of_moment(closed)
    if until is None:
        return None
    opened = state["opened"]["occurred"] or day(None, state["opened"]["time"])
    first, last = bounds(opened)
    return {
        "opened": opened,
        "until": until,
        "is_closed": closed is not None,
        "days_at_least": None if last is None else max(_days(last, until), 0),
        "days_at_most": None if first is None else max(_days(first, until), 0),
    }


def _days(since: date, until: str) -> int:
    return (date.fromisoformat(until) - since).days


# --- What it is linked to -----------------------------------------------------------------------
def _link(rows: Rows, state: dict[str, Any], link: dict[str, Any]) -> Answer:
    """Return a link with the other matter's title, and what bears the date a source gives the matter linked to."""
    other = state_of(rows, MATTERS.name, link["matter"])
    linked_to, said = state if link["stated_by_other"] else other, link["said_date"]
    return link | {
        "title": None if other is None else other["title"],
        "bears_said_date": [] if linked_to is None or said is None else _dated(rows, linked_to, said),
    }


def _dated(rows: Rows, matter: dict[str, Any], said: str) -> list[Answer]:
    """Return the documents and decisions of a matter, and its opening, that bear a date."""
    documents = [node for node in flat(tree(rows, matter["matter"])) if node["document_date"] == said]
    decisions = (state_of(rows, DECISIONS.name, each) for each in matter["decisions"])
    met = [each for each in decisions if each is not None and each["meeting_date"] == said]
    opened = [{"kind": "matter", "id": matter["matter"]}] if matter["opened"]["occurred"] == said else []
    return [
        *({"kind": "document", "id": each["document"]} for each in documents),
        *({"kind": "decision", "id": each["decision"]} for each in met),
        *opened,
    ]


# --- What residents said ------------------------------------------------------------------------
def _inputs_by_kind(rows: Rows, place: str) -> list[Answer]:
    """Return how many inputs of each kind came from each capacity of author, whatever became of them."""
    found = []
    prefix = f"{place}|kind|"
    for name, number in sorted(rows.figures(SCOPE.name, prefix).items()):
        kind, author_kind = name.removeprefix(prefix).split("|")
        counted = figure(number, (InputReceived,), place)
        found.append({"kind": kind, "author_kind": author_kind, "count": counted})
    return found
