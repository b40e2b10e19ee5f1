"""A topic: the inputs of a theme and what became of them, or a goal with the matters and processes that serve it."""

from __future__ import annotations

from typing import Any

from projections.inputs import INPUTS
from projections.programmes import PROGRAMMES
from projections.projection import Rows
from projections.views import inputs, programmes
from projections.views.answer import states
from services.web.influence import of_inputs
from services.web.listing import whole
from services.web.names import names
from services.web.page import Page, Seen, Shown, Table
from services.web.topics import topic_of

INPUTS_SHOWN = 100


def show(seen: Seen) -> Shown | None:
    """Return the theme and the goals of that name; None where there is neither."""
    topic = topic_of(seen.path["topic"])
    sorted_here = [row.state for row in states(seen.rows, INPUTS.name) if row.state["theme"] == topic]
    goals = list(_goals(seen.rows, topic))
    if not sorted_here and not goals:
        return None
    found = {each["input"]: each for each in (*sorted_here, *_under(seen.rows, goals))}
    things = [(kind, link[kind]) for each in goals for link in each["links"] for kind in _LINKED]
    things += [("programme", each["programme"]) for each in goals]
    return {
        "topic": topic,
        "is_theme": bool(sorted_here),
        "goals": goals,
        "influence": of_inputs(seen.rows, set(found), seen.on, f"topic:{topic}"),
        "inputs": [_input(each) for each in list(found.values())[:INPUTS_SHOWN]],
        "inputs_all": len(found),
        "names": names(seen.rows, things),
        "definitions": whole(inputs.DEFINITION, programmes.DEFINITION),
    }


_LINKED = ("matter", "process", "indicator")


def inputs_of(rows: Rows, topic: str) -> set[str]:
    """Return the inputs of a topic: those sorted under the theme, and those of what serves the goal of that name."""
    sorted_here = {row.key for row in states(rows, INPUTS.name) if row.state["theme"] == topic}
    return sorted_here | {each["input"] for each in _under(rows, list(_goals(rows, topic)))}


def _under(rows: Rows, goals: list[Shown]) -> list[Shown]:
    served = {(kind, link[kind]) for each in goals for link in each["links"] for kind in ("matter", "process")}
    places = {(kind, each) for kind, each in served if each}
    return [
        row.state
        for row in states(rows, INPUTS.name)
        if ("matter", row.state["matter"]) in places or ("process", row.state["process"]) in places
    ]


def _goals(rows: Rows, topic: str) -> list[Shown]:
    return [
        {
            "programme": row.state["programme"],
            "title": element["title"],
            "text": element["text"],
            "recorded": row.state["recorded"],
            "links": [link for link in row.state["links"] if link["element"] == topic],
        }
        for row in states(rows, PROGRAMMES.name)
        for element in row.state["elements"]
        if element["element"] == topic
    ]


def _input(state: dict[str, Any]) -> Shown:
    members = ("input", "kind", "author_kind", "status", "district", "subtheme")
    return {name: state[name] for name in members} | {
        "text": dict(state["versions"][-1]["text"]),
        "recorded": state["received"],
    }


def table(shown: Shown) -> Table:
    """Return a line for each input shown."""
    members = ("input", "kind", "author_kind", "status", "district", "subtheme")
    return Table(
        (*members, "text"), [(*(each[name] for name in members), each["text"].get("text")) for each in shown["inputs"]]
    )


PAGE = Page("topic", "/amne/{topic}", show, table, section="topics")
