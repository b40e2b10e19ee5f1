"""Inputs as they are shown: *my proposal*, from what was written to what became of it."""

from __future__ import annotations

from typing import Any

from ledger.inputs.events import SupportGiven, SupportWithdrawn
from projections.claims import EVIDENCE
from projections.decisions import DECISIONS, DISPOSITIONS
from projections.governance import RULES
from projections.inputs import INPUTS, SCOPE, SUPPORTS
from projections.matters import MATTERS
from projections.petitions import SIGNATURES
from projections.processes import PROCESSES
from projections.projection import Row, Rows
from projections.responses import RESPONSES
from projections.views import petitions
from projections.views.answer import (
    FIRST_PAGE,
    Answer,
    Definition,
    Page,
    answer,
    events,
    figure,
    one_page,
    picked,
    state_of,
    states,
)
from projections.views.claims import resting_on
from projections.views.presence import linked
from projections.views.scope import account_of, line, merged_into

DEFINITION = Definition(
    "inputs",
    3,
    "Support given counts every time support was given; live support counts distinct supporters who have not "
    "withdrawn it, in all and for the version of the text each of them supported. Supporters of an input that was "
    "merged into another one stay its own and are listed with it. Every decision that answers for the input is "
    "listed, also while its disposition is pending. Signatures kept in the ledger are those who support the input now, "
    "each on the Swedish day they signed, from the day the signing opened to the day it closed; valid are those given "
    "within the window that the terms or the rule of the day set. Signatures kept elsewhere are the last count told; "
    "where a count fell, at least that many were struck. A threshold is recorded, or derived from the signatures; the "
    "number it asks for is that of the signing's terms, else that of the rule in force when the signing opened, else "
    "nobody's. A petition without an end of its own ends by the rule in force when it opened. A signing has lapsed "
    "when, at the end of the day judged on, it is over and reached no threshold whose number is known. "
    "A citizens' initiative is due as many days after its receipt as the rule of that day says; "
    "without a rule nothing is due.",
    (INPUTS, SUPPORTS, SIGNATURES, SCOPE, RESPONSES, DISPOSITIONS, DECISIONS, EVIDENCE, RULES),
)


APART = frozenset({"signing", "thresholds", "year"})
"""Members of an input's state that are shown with what they amount to, or only counted by."""


def proposal(rows: Rows, input: str, *, on: str) -> Answer | None:
    """Return *my proposal*: an input of any kind, with its support, its answers, and what each decision did with it.

    Signing and the deadline of an initiative are judged on a day (ISO 8601).
    """
    state = state_of(rows, INPUTS.name, input)
    if state is None:
        return None
    taken_in = [each for each in state["took_in"] if _still_in(rows, each, input)]
    signing, initiative = petitions.signing(rows, state, on), petitions.initiative(rows, state, on)
    return answer(
        rows,
        DEFINITION,
        on=on,
        input=_shown(rows, state),
        signing=signing,
        initiative=initiative,
        flags=petitions.flags(state, signing, initiative),
        parts=[_part(rows, each) for each in state["parts"]],
        claims=resting_on(rows, "input", input),
        stands_for=merged_into(rows, state["merged_into"], input),
        support=support(rows, input),
        taken_in=[{"input": each, "support": support(rows, each)} for each in taken_in],
        responses=_responses(rows, input),
        dispositions=[disposition(rows, decision, state) for decision in answered_by(rows, state)],
        events=events((), f"input:{input}"),
    )


def _shown(rows: Rows, state: dict[str, Any]) -> Answer:
    kept = {name: value for name, value in state.items() if name not in APART}
    return kept | {"criticises": linked(rows, state["criticises"])}


def _part(rows: Rows, part: str) -> Answer:
    state = state_of(rows, INPUTS.name, part)
    return (
        {"input": part, "status": None, "decisions": []}
        if state is None
        else picked(state, "input", "status", "decisions")
    )


def support(rows: Rows, input: str) -> Answer:
    """Return the support of one input: `given` ever, `live` now, and `versions` the live by version of the text."""
    figures = rows.figures(SUPPORTS.name, f"{input}|")
    tag = f"input:{input}"
    versions = sorted((int(name.rsplit("|", 1)[1]), live) for name, live in figures.items() if "|version|" in name)
    return {
        "given": figure(figures.get(f"{input}|given", 0), (SupportGiven,), tag),
        "live": figure(figures.get(f"{input}|live", 0), (SupportGiven, SupportWithdrawn), tag),
        "versions": [{"version": version, "live": live} for version, live in versions],
    }


def _still_in(rows: Rows, source: str, target: str) -> bool:
    """Tell whether an input once merged is so still; restoring it names only itself."""
    state = state_of(rows, INPUTS.name, source)
    return state is not None and state["merged_into"] == target


def _responses(rows: Rows, input: str) -> Answer | None:
    state = state_of(rows, RESPONSES.name, input)
    names = ("due", "dues", "receipt", "answer", "responses", "follow_ups")
    return None if state is None else picked(state, *names)


def answered_by(rows: Rows, state: dict[str, Any]) -> list[str]:
    """Return the decisions that have a line for the input or owe it one, in the order of their ids."""
    decisions = set(state["decisions"])
    for projection, place in ((PROCESSES.name, state["process"]), (MATTERS.name, state["matter"])):
        owner = None if place is None else state_of(rows, projection, place)
        decisions.update(() if owner is None else owner["in_scope_of"])
    return sorted(decisions)


def disposition(rows: Rows, decision: str, state: dict[str, Any]) -> Answer:
    """Return what a decision did with the input: its line in the trace, every wording, every contest."""
    facts = state | {"received": state["received"]["position"]}
    account = account_of(rows, decision)
    traced = line(rows, account, Row(f"|{state['input']}", rows.position, facts))
    own = account(state["input"])
    known = state_of(rows, DECISIONS.name, decision)
    named = dict.fromkeys(("title", "body", "meeting_date", "status")) if known is None else known
    return {
        "decision": decision,
        **picked(named, "title", "body", "meeting_date", "status"),
        **picked(traced, "code", "basis", "of_input"),
        "revisions": [] if own is None else own["revisions"],
        "contests": [] if own is None else own["contests"],
        "events": events((), f"decision:{decision}|input:{state['input']}"),
    }


def inputs(rows: Rows, page: Page = FIRST_PAGE, place: str | None = None, status: str | None = None) -> Answer:
    """Return a page of inputs, of one place (`process:p`, `matter:m`) or all, of one status or all."""
    if place is None:
        found = states(rows, INPUTS.name, after=page.after)
        chosen = (row for row in found if status in {None, row.state["status"]})
    else:
        scoped = states(rows, SCOPE.name, f"{place}|", page.after)
        whole = (_full(rows, row) for row in scoped)
        chosen = (row for row in whole if status in {None, row.state["status"]})
    items, token = one_page(rows, chosen, page, _listed)
    return answer(rows, DEFINITION, inputs=items, next_page_token=token)


def _full(rows: Rows, scoped: Row) -> Row:
    """Return the whole state of an input under its key in `scope`, where the list goes on."""
    return scoped._replace(state=state_of(rows, INPUTS.name, scoped.key.partition("|")[2]))


def _listed(row: Row) -> Answer:
    names = ("input", "kind", "channel", "process", "matter", "author_kind", "language", "external_id", "status",
             "district", "theme", "subtheme", "about", "stance")  # fmt: skip
    latest = row.state["versions"][-1]
    return picked(row.state, *names, "merged_into", "received") | {"latest": latest}
