"""Processes as they are shown: terms, promises, what was done, and what can be influenced on a day."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from ledger.processes import SessionHeld
from projections.commitments import COMMITMENTS
from projections.documents import DOCUMENTS
from projections.inputs import SCOPE
from projections.methods import CHANNELS, GROUPS, METHODS
from projections.processes import HEARD, PROCESSES
from projections.projection import Row, Rows
from projections.views.answer import (
    FIRST_PAGE,
    Answer,
    Definition,
    Page,
    answer,
    figure,
    one_page,
    picked,
    state_of,
    states,
)
from projections.views.commitments import judged as judged_commitment
from projections.views.groups import channel, groups_of
from projections.views.matters import inputs_of
from projections.views.promises import LEVELS, began_collecting, influence, is_paused, judged

DEFINITION = Definition(
    "processes",
    3,
    "A process with its terms and its life in the order of the record. The inputs are all that were received in it, by "
    "capacity of the author and by status: live, rejected, withdrawn, merged; none is left out. A promise is compared "
    "with the one before it; where it takes something back after views began to come in (first phase of collecting or "
    "first input), that is flagged: a lower level, something that could change and no longer can, a later answer. "
    "On a day, something can be influenced where the process runs, promises at least consultation, is in no phase but "
    "collecting, and neither its phase nor its period has ended. Participation at the level involve or above is "
    "evidenced by a session in which somebody took part; until then it is claimed. So is the co-creation that a process is "
    "described with, whatever it promised. A group is evidenced by a session. "
    "Members of a panel are counted by their seats and never named.",
    (PROCESSES, SCOPE, HEARD, CHANNELS, GROUPS, METHODS, COMMITMENTS, DOCUMENTS),
)

PROCESS = (
    *("process", "title", "kind", "owner", "period", "channels", "groups", "matter", "open_ended", "external_id"),
    *("status", "opened", "closed", "promises", "ballots", "in_scope_of"),
)
"""What is shown of a process as such; its terms and its course stand beside it."""

CO_CREATION = "co_creation"
"""The trait of a process that is said to create together with others: a level above involve, promised or not."""


# --- One process ------------------------------------------------------------------------------
def process(rows: Rows, process: str, *, on: str) -> Answer | None:
    """Return a process, its promises in order, how it is run, and what can be influenced on an ISO day."""
    state = state_of(rows, PROCESSES.name, process)
    if state is None:
        return None
    return answer(
        rows,
        DEFINITION,
        process=picked(state, *PROCESS),
        **inputs_of(rows, f"process:{process}"),
        terms=_terms(rows, state),
        course=_course(rows, state, on),
        influence=_influence(rows, state, on),
    )


_TERMS = (
    *("period_as_decided", "stage", "facets", "parts", "programme", "decision", "planned_sessions", "participants"),
    *("unit_named_later", "legal_basis", "scope_method", "scope_object", "scope_changes"),
)


def _terms(rows: Rows, state: dict[str, Any]) -> Answer:
    units = [each["body"] for each in state["joined"] if each["role"] == "operating_unit"]
    return picked(state, *_TERMS) | {
        "methods": [_method(rows, method) for method in state["methods"]],
        "channels": [channel(rows, code) for code in state["channels"]],
        "operating_units": units,
    }


def _method(rows: Rows, method: str) -> Answer:
    known = state_of(rows, METHODS.name, method)
    is_registered = known is not None and known["registered"] is not None
    return {"method": method, "name_sv": known["name_sv"] if known else None, "registered": is_registered}


def _course(rows: Rows, state: dict[str, Any], on: str) -> Answer:
    held = [each for each in state["sessions"] if each["held"] is not None]
    planned = state["planned_sessions"]
    return picked(state, "phases", "pauses", "steps", "sessions", "lessons", "assessments", "commitments") | {
        "documents": [
            each | {"in_ledger": rows.get(DOCUMENTS.name, each["document"]) is not None} for each in state["documents"]
        ],
        "members": {"seated": state["seated"] - state["left"], "ever": state["seated"]},
        "phase": state["phases"][-1]["phase"] if state["phases"] else None,
        "paused": is_paused(state),
        "participants": [_participant(rows, state, each, on) for each in state["joined"]],
        "sessions_planned": len(state["sessions"]) if planned is None else planned,
        "sessions_held": figure(len(held), (SessionHeld,), f"process:{state['process']}"),
        "groups": groups_of(rows, state),
        "shown_indicators": list(dict.fromkeys(name for each in held for name in each["shown_indicators"])),
        "began_collecting": began_collecting(state),
        "promises": judged(state),
        "participation": _participation(state),
    }


def _participation(state: dict[str, Any]) -> str | None:
    """Return whether involvement that was promised or described is evidenced or only claimed; None where none was."""
    level = state["promises"][-1]["level"] if state["promises"] else "inform"
    described = any(each["attribute"] == CO_CREATION for each in state["facets"])
    if LEVELS.index(level) < LEVELS.index("involve") and not described:
        return None
    heard = any(each["count"] != 0 for session in state["sessions"] for each in session["groups"])
    return "evidenced" if heard else "claimed"


def _participant(rows: Rows, state: dict[str, Any], joined: dict[str, Any], on: str) -> Answer:
    """Return a participant with the commitments it made in this process: what it does of its duty."""
    made: list[Answer] = []
    for commitment in state["commitments"]:
        known = state_of(rows, COMMITMENTS.name, commitment)
        if known is not None and known["owner"] == joined["body"]:
            made.append({"commitment": commitment, "status": judged_commitment(known, on)["status"]})
    return joined | {"commitments": made}


def _influence(rows: Rows, state: dict[str, Any], on: str) -> Answer:
    """Return what can be influenced; a channel where one only chooses another provider is no way to it."""
    codes = [code for code in state["channels"] if channel(rows, code)["kind"] != "exit"]
    return influence(state, on, codes)


# --- Lists ------------------------------------------------------------------------------------
def processes(rows: Rows, page: Page = FIRST_PAGE, matter: str | None = None) -> Answer:
    """Return a page of processes, of one matter or all, in the order of their ids."""
    names = ("process", "title", "kind", "owner", "period", "matter", "status", "opened", "stage", "methods")
    found = (
        row for row in states(rows, PROCESSES.name, after=page.after) if matter is None or row.state["matter"] == matter
    )
    items, token = one_page(rows, found, page, lambda row: picked(row.state, *names))
    return answer(rows, DEFINITION, processes=items, next_page_token=token)


def open_processes(rows: Rows, page: Page = FIRST_PAGE, *, on: str) -> Answer:
    """Return a page of the processes in which something can be influenced on an ISO day."""
    names = ("process", "title", "kind", "owner", "matter", "groups")
    items, token = one_page(
        rows,
        _open(rows, page.after, on),
        page,
        lambda row: picked(row.state, *names) | {"influence": _influence(rows, row.state, on)},
    )
    return answer(rows, DEFINITION, on=on, open_processes=items, next_page_token=token)


def _open(rows: Rows, after: str, on: str) -> Iterator[Row]:
    return (row for row in states(rows, PROCESSES.name, after=after) if influence(row.state, on, ())["open"])
