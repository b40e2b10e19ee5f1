"""*My proposal*: what was written, what became of it, the answer, and what happens now. Its author is never shown."""

from __future__ import annotations

from typing import Any

from projections.decisions import DECISIONS
from projections.inputs import INPUTS
from projections.projection import Rows
from projections.references import number_form
from projections.views import inputs, matters
from projections.views.answer import picked, state_of, states
from projections.views.corrections import with_corrections
from services.web import naming, promises, steps
from services.web.outcomes import outcome
from services.web.page import Page, Seen, Shown, Table

_view = with_corrections("input", inputs.proposal)
RESPONSES_MAX = 50


def show(seen: Seen) -> Shown | None:
    """Return the input with its verdict, its steps, the clauses it changed, the answers, and the promises made.

    The address may name it by its id or by the reference of its source.
    """
    rows = seen.rows
    name = _found(rows, seen.path["input"])
    found = None if name is None else _view(rows, name, on=seen.on)
    if found is None:
        return None
    state = found["input"]
    changed = [each for each in found["dispositions"] if outcome(each["code"]) == "changed"]
    promised = promises.of_input(rows, state["input"], {each["decision"] for each in changed}, seen.on)
    return found | {
        "verdict": steps.verdict(found),
        "steps": steps.steps(found, promised, seen.on),
        "changed": [_clauses(rows, each) for each in changed],
        "promises": promised,
        "channel": naming.channel(rows, state["channel"]),
        "matter": _place(rows, state["matter"]),
        "process_title": None if state["process"] is None else naming.title(rows, f"process:{state['process']}"),
        "bodies": {each["body"]: naming.body(rows, each["body"]) for each in found["dispositions"] if each["body"]},
        "offices": _offices(rows, found["responses"]),
        "moments": _moments(found),
    }


def _found(rows: Rows, name: str) -> str | None:
    """Return the id of an input by that or by the reference of its source; None where there is none."""
    if state_of(rows, INPUTS.name, name) is not None:
        return name
    wanted = number_form(name)
    return next(
        (
            row.key
            for row in states(rows, INPUTS.name)
            if row.state["external_id"] is not None and number_form(row.state["external_id"]) == wanted
        ),
        None,
    )


def _clauses(rows: Rows, judged: Shown) -> Shown:
    """Return the clauses and passages of a decision that a disposition names as changed."""
    state = state_of(rows, DECISIONS.name, judged["decision"])
    changes = judged["revisions"][-1]["changed"] if judged["revisions"] else []
    numbers = {each["clause"] for each in changes} - {None}
    clauses: list[Any] = [] if state is None else state["clauses"]
    return {
        **picked(judged, "decision", "title", "meeting_date"),
        "paragraph": None if state is None else state["paragraph"],
        "passages": [each["passage"] for each in changes if each["passage"] is not None],
        "clauses": [picked(each, "number", "text") for each in clauses if each["number"] in numbers or not numbers],
        "recorded": judged["revisions"][-1]["recorded"] if judged["revisions"] else None,
    }


def _place(rows: Rows, matter: str | None) -> Shown | None:
    dossier = None if matter is None else matters.matter(rows, matter)
    return None if dossier is None else picked(dossier["matter"], "matter", "title", "numbers")


def _offices(rows: Rows, responses: Shown | None) -> Shown:
    given = [] if responses is None else responses["responses"]
    return {each["by_office"]: naming.body(rows, each["by_office"]) for each in given}


def _moments(found: Shown) -> list[int]:
    """Return the positions at which the page changed, from when the input came."""
    told = {step["recorded"]["position"] for step in found["input"]["life"]}
    told |= {each["recorded"]["position"] for each in found["input"]["versions"]}
    responses = found["responses"]
    told |= set() if responses is None else {each["recorded"]["position"] for each in responses["responses"]}
    told |= {wording["recorded"]["position"] for each in found["dispositions"] for wording in each["revisions"]}
    return sorted({found["input"]["received"]["position"], *told})


def table(shown: Shown) -> Table:
    """Return the steps."""
    return Table(
        ("step", "state", "day", "days", "promised_for", "event"),
        [
            (each["what"], each["state"], each["date"], each["days"], each["by"], each["position"])
            for each in shown["steps"]
        ],
    )


PAGE = Page("proposal", "/forslag/{input}", show, table, section="proposals")
