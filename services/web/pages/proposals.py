"""Proposals and other inputs as a list: by matter, process, status, channel, theme and outcome, or by reference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ledger.inputs.events import InputReceived
from projections.decisions import DECISIONS
from projections.inputs import INPUTS
from projections.projection import Rows, once
from projections.references import number_form
from projections.views import inputs
from projections.views.answer import answer, figure, picked, state_of, states
from projections.views.scope import accounted
from services.web import naming
from services.web.judged import counted, outcomes_of
from services.web.outcomes import OFFICIAL, outcome
from services.web.page import Page, Seen, Shown, Table
from services.web.pages.decisions import page_number

FACETS = {
    "arende": "matter",
    "process": "process",
    "status": "status",
    "kanal": "channel",
    "tema": "theme",
    "typ": "kind",
    "av": "author_kind",
    "utfall": "outcome",
    "besked": "counted",
}
"""The parameters of the address, and the member each limits."""

ITEMS = 25
_MEMBERS = (
    *("input", "kind", "channel", "process", "matter", "theme"),
    *("author_kind", "external_id", "status", "received"),
)
VALUES_MAX = 12
"""Of one facet that are shown, the most frequent first; the one chosen always."""


def show(seen: Seen) -> Shown | None:
    """Return a page of the inputs that were asked for, newest first, and how many there are by each facet.

    With `beslut` only those in a decision's scope, each with its outcome there; with `ref` those of that reference.
    """
    rows, asked = seen.rows, seen.query
    decision = asked.get("beslut", "")
    if decision and state_of(rows, DECISIONS.name, decision) is None:
        return None
    chosen = {member: asked[name] for name, member in FACETS.items() if asked.get(name)}
    matched: list[Shown] = []
    counts: dict[str, Counter[str]] = {member: Counter() for member in FACETS.values()}
    for each in _asked(rows, decision, number_form(asked["ref"]) if asked.get("ref") else None):
        missed = [member for member, value in chosen.items() if each[member] != value]
        if not missed:
            matched.append(each)
        for member, counter in counts.items():
            if each[member] is not None and not set(missed) - {member}:
                counter[each[member]] += 1
    matched.sort(key=lambda each: -int(each["received"]["position"]))
    pages = max(1, -(-len(matched) // ITEMS))
    number = page_number(asked.get("sida", ""), pages)
    shown = matched[(number - 1) * ITEMS : number * ITEMS]
    return answer(
        rows,
        inputs.DEFINITION,
        found=len(matched),
        owed=sum(each["counted"] == "owed" for each in _all(rows)),
        total=figure(len(_all(rows)), (InputReceived,)),
        decision=None if not decision else picked(state_of(rows, DECISIONS.name, decision), "decision", "title"),
        chosen=chosen,
        facets=_facets(rows, counts, chosen),
        page=number,
        pages=pages,
        inputs=[_listed(rows, each) for each in shown],
    )


def _asked(rows: Rows, decision: str, reference: str | None) -> Iterator[Shown]:
    """Yield the inputs of a decision's scope or all, with the little that facets need."""
    if decision:
        known = {each["input"]: each for each in _all(rows)}
        for scoped, traced in accounted(rows, decision):
            yield known[scoped.key.partition("|")[2]] | {"outcome": _outcome(traced)}
        return
    for each in _all(rows):
        given = each["external_id"]
        if reference is None or each["input"] == reference or (given is not None and number_form(given) == reference):
            yield each


def _all(rows: Rows) -> list[Shown]:
    """Return every input with the little that facets need, and how it is counted."""
    return once(rows, "proposals", lambda: _listed_all(rows))


def _listed_all(rows: Rows) -> list[Shown]:
    outcomes = outcomes_of(rows)
    kinds = counted(rows, outcomes)
    return [
        {name: row.state[name] for name in _MEMBERS}
        | {
            "outcome": outcomes.get(row.key),
            "text": row.state["versions"][-1]["text"],
            "counted": kinds[row.key],
        }
        for row in states(rows, INPUTS.name)
    ]


def _outcome(traced: Shown) -> str | None:
    """Return the outcome as a decision's bar counts it: of residents' and organisations' inputs that were not merged."""
    if traced["author_kind"] == OFFICIAL or traced["status"] == "merged":
        return None
    return outcome(traced["code"])


def _facets(rows: Rows, counts: dict[str, Counter[str]], chosen: dict[str, str]) -> list[Shown]:
    """Return for every facet with more than one value, or one that is chosen, its values with how many each has."""
    facets = []
    for name, member in FACETS.items():
        found = counts[member].most_common()
        shown = [each for place, each in enumerate(found) if place < VALUES_MAX or each[0] == chosen.get(member)]
        if len(found) > 1 or member in chosen:
            values = [{"value": value, "count": count, "name": _name(rows, member, value)} for value, count in shown]
            facets.append({"name": name, "member": member, "values": values, "more": len(found) - len(shown)})
    return facets


def _name(rows: Rows, member: str, value: str) -> Any:
    """Return the name of a value in both languages; None where the page has words for its code."""
    if member == "channel":
        return naming.channel(rows, value)
    if member in {"matter", "process"}:
        return {"sv": naming.title(rows, f"{member}:{value}"), "en": None}
    return None


def _listed(rows: Rows, found: Shown) -> Shown:
    """Return one item with what each decision did with it, and its support."""
    state = state_of(rows, INPUTS.name, found["input"])
    judged = [inputs.disposition(rows, each, state) for each in inputs.answered_by(rows, state)]
    return found | {
        "channel_name": naming.channel(rows, found["channel"]),
        "dispositions": [picked(each, "decision", "title", "code") for each in judged],
        "support": inputs.support(rows, found["input"])["live"],
    }


def table(shown: Shown) -> Table:
    """Return the inputs of the page, without their words."""
    names = ("input", "external_id", "kind", "channel", "theme", "author_kind", "status")
    return Table(
        (*names, "received", "event", "dispositions", "support"),
        [
            (
                *(each[name] for name in names),
                each["received"]["occurred"] or each["received"]["time"],
                each["received"]["position"],
                " ".join(judged["code"] for judged in each["dispositions"]),
                each["support"]["value"],
            )
            for each in shown["inputs"]
        ],
    )


PAGE = Page("proposals", "/forslag", show, table, (*FACETS, "beslut", "ref", "sida"), section="proposals")
