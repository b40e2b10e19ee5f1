"""Proposals and other inputs as a list: by matter, process, status, channel, theme and outcome, or by reference."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any

from ledger.inputs.events import InputReceived
from projections.decisions import DECISIONS
from projections.inputs import INPUTS
from projections.measures.population import Asked
from projections.measures.scope import WHOLE, Scope
from projections.projection import Rows, once
from projections.references import day_of_moment, number_form
from projections.views import inputs, responses
from projections.views.answer import answer, figure, picked, state_of, states
from projections.views.scope import accounted
from services.web import naming
from services.web.judged import awaited, counted, outcomes_of
from services.web.outcomes import OFFICIAL, outcome
from services.web.page import Page, Seen, Shown, Table
from services.web.pages.decisions import page_number
from services.web.pages.topic import inputs_of
from services.web.wrong import Wrong

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
    "svar": "answer",
    "namnd": "body",
    "manad": "month",
}
"""The parameters of the address, and the member each limits: to one value, or to several with commas between."""

ITEMS = 25
_MEMBERS = (
    *("input", "kind", "channel", "process", "matter", "theme"),
    *("author_kind", "external_id", "status", "received"),
)
VALUES_MAX = 12
"""Of one facet that are shown, the most frequent first; the one chosen always."""


def show(seen: Seen) -> Shown | None:
    """Return a page of the inputs that were asked for, newest first, and how many there are by each facet.

    With `beslut` only those in a decision's scope, each with its outcome there; with `plats` those that the page of a
    body, process or topic counts, likewise; with `ref` those of that reference.
    """
    rows, asked = seen.rows, seen.query
    decision = asked.get("beslut", "")
    if decision and state_of(rows, DECISIONS.name, decision) is None:
        return None
    chosen = {member: asked[name] for name, member in FACETS.items() if asked.get(name)}
    wanted = {member: value.split(",") for member, value in chosen.items()}
    matched: list[Shown] = []
    counts: dict[str, Counter[str]] = {member: Counter() for member in FACETS.values()}
    due = awaited(rows)
    for each in _asked(seen, decision):
        each["answer"] = _answer(due[each["input"]], each["author_kind"], seen) if each["input"] in due else None
        missed = [member for member, values in wanted.items() if each[member] not in values]
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


def _asked(seen: Seen, decision: str) -> Iterator[Shown]:
    """Yield the inputs of a decision's scope, of a place or all, with the little that facets need."""
    rows, kind, place = seen.rows, *_place(seen)
    known = {each["input"]: each for each in _all(rows)}
    reference = number_form(seen.query["ref"]) if seen.query.get("ref") else None
    if kind:
        found = Asked(rows, WHOLE if kind == "topic" else Scope(**{kind: place}), seen.on)
        of_topic = inputs_of(rows, place) if kind == "topic" else None
        for voice in found.voices:
            if of_topic is None or voice.input in of_topic:
                yield known[voice.input] | {"outcome": _outcome(voice._asdict())}
        return
    if decision:
        for scoped, traced in accounted(rows, decision):
            yield known[scoped.key.partition("|")[2]] | {"outcome": _outcome(traced)}
        return
    for each in known.values():
        given = each["external_id"]
        if reference is None or each["input"] == reference or (given is not None and number_form(given) == reference):
            yield dict(each)


def _all(rows: Rows) -> list[Shown]:
    """Return every input with the little that facets need, and how it is counted."""
    return once(rows, "proposals", lambda: _listed_all(rows))


def _listed_all(rows: Rows) -> list[Shown]:
    outcomes = outcomes_of(rows)
    kinds, places = counted(rows, outcomes), Asked(rows, WHOLE, "")
    return [
        {name: row.state[name] for name in _MEMBERS}
        | {
            "outcome": outcomes.get(row.key),
            "text": row.state["versions"][-1]["text"],
            "counted": kinds[row.key],
            "body": places.owner(row.state["process"], row.state["matter"]) or None,
            "month": day_of_moment(row.state["received"])[:7],
        }
        for row in states(rows, INPUTS.name)
    ]


def _answer(response: Shown, author_kind: str, seen: Seen) -> str:
    """Return how an input with a day to be answered by stands; those of officials are one value of their own."""
    return OFFICIAL if author_kind == OFFICIAL else responses.standing_on(response, seen.on)


def _outcome(traced: Shown) -> str | None:
    """Return the outcome as a decision's bar counts it, of inputs that were not merged.

    Those of officials are told apart (`official:unanswered`), and so are those that met none (`apart:withdrawn`).
    """
    met = outcome(traced["code"])
    if traced["status"] == "merged" or (met is None and traced["author_kind"] == OFFICIAL):
        return None
    if met is None:
        return f"apart:{traced['code']}"
    return f"official:{met}" if traced["author_kind"] == OFFICIAL else met


def _place(seen: Seen) -> tuple[str, str]:
    """Return the kind and the name of the place asked for, empty where there is none. Raises Wrong."""
    kind, _, name = seen.query.get("plats", "").partition(":")
    if kind not in ("", "body", "process", "topic") or bool(kind) is not bool(name):
        raise Wrong(
            "plats", "is no place that inputs are counted by; write it as process:NAME, body:NAME or topic:NAME"
        )
    if name and seen.query.get("beslut"):
        raise Wrong("plats", "cannot be asked for together with beslut; choose one of them")
    return kind, name


def _facets(rows: Rows, counts: dict[str, Counter[str]], chosen: dict[str, str]) -> list[Shown]:
    """Return for every facet with more than one value, or one that is chosen, its values with how many each has."""
    facets = []
    for name, member in FACETS.items():
        found = counts[member].most_common()
        shown = [
            each
            for place, each in enumerate(found)
            if place < VALUES_MAX or each[0] in chosen.get(member, "").split(",")
        ]
        if len(found) > 1 or member in chosen:
            values = [{"value": value, "count": count, "name": _name(rows, member, value)} for value, count in shown]
            facets.append({"name": name, "member": member, "values": values, "more": len(found) - len(shown)})
    return facets


def _name(rows: Rows, member: str, value: str) -> Any:
    """Return the name of a value in both languages; None where the page has words for its code."""
    if member == "channel":
        return naming.channel(rows, value)
    if member == "body":
        return naming.body(rows, value)
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


PAGE = Page("proposals", "/forslag", show, table, (*FACETS, "beslut", "plats", "ref", "sida"), section="proposals")
