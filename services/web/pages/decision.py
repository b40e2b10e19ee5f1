"""A decision: what was decided, what became of what people had said about it, what was promised, who objected."""

from __future__ import annotations

from typing import Any

from projections.projection import Rows
from projections.references import day_of_moment
from projections.views import decisions, flows, gaps, influence, matters
from projections.views.answer import picked
from projections.views.corrections import with_corrections
from projections.views.scope import MERGED, accounted
from services.web import evidence, naming, promises, story
from services.web.open.whole import every
from services.web.outcomes import OFFICIAL, outcome, outcomes, set_aside
from services.web.page import Page, Seen, Shown, Table

MOMENTS_MAX = 100
NAMED_MAX = 50
"""Inputs named beside a passage they changed; the list of the decision's inputs has all."""

_view = with_corrections("decision", decisions.decision)


def show(seen: Seen) -> Shown | None:
    """Return the decision with its account, its flow, its story, what it promised, rests on, and what speaks against it."""
    rows, name = seen.rows, seen.path["decision"]
    found = _view(rows, name, on=seen.on)
    if found is None:
        return None
    decision = found["decision"]
    promised = promises.of_decision(rows, name, {each["process"] for each in decision["scope"]} - {None}, seen.on)
    dossier = matters.matter(rows, decision["matter"], seen.on)
    steps = [] if dossier is None else story.story(rows, dossier["matter"], [found], promised, seen.on)
    criticised = evidence.against(rows, name)
    relied = [each["id"] for each in found["basis"]["relied_on"] if each["kind"] == "survey"]
    spoken_of = dict.fromkeys([*relied, *evidence.surveys_spoken_of(criticised)])
    cards = [evidence.card(rows, each, seen.on) for each in spoken_of]
    streams = flows.flow(rows, name) or []
    met, official, aside = (
        outcomes(found["profile"]),
        outcomes(found["profile"], official=True),
        set_aside(found["profile"]),
    )
    return found | {
        "inputs": sum(met.values()),
        "unreasoned": _unreasoned(rows, name),
        "outcomes": met,
        "officials": sum(official.values()),
        "official": official,
        "aside": sum(aside.values()),
        "set_aside": aside,
        "body": naming.body(rows, decision["body"]),
        "addressed_to": naming.body(rows, decision["addressed_to"]),
        "matter": _matter(dossier),
        "streams": streams,
        "flow": _flow(streams),
        "channels": {each: naming.channel(rows, each) for each in sorted({each["channel"] for each in streams})},
        "changes": _changes(rows, name, seen.on),
        "promises": promised,
        "criticism": criticised,
        "surveys": cards,
        "nearest": _nearest(rows, decision, cards, seen.on),
        "story": steps,
        "gaps": _gaps(rows, found, promised, seen.on),
        "moments": _moments(found, steps),
    }


def _unreasoned(rows: Rows, decision: str) -> int:
    """Return how many inputs of residents and organisations were declined without a reason that is in the ledger."""
    stated = (line for _, line in accounted(rows, decision) if line["status"] != MERGED)
    return sum(
        outcome(line["code"]) == "declined" and line["author_kind"] != OFFICIAL and not _has_reason(line["disposition"])
        for line in stated
    )


def _has_reason(wording: Shown | None) -> bool:
    return wording is not None and bool(set(wording["reason_codes"]) - {"not_stated"} or wording["text"])


def _nearest(rows: Rows, decision: Shown, cards: list[Shown], on: str) -> list[Shown]:
    """Return the surveys of the decision's bodies and year, where one that is spoken of is not in the ledger."""
    if all(each["in_ledger"] for each in cards):
        return []
    boards = {decision["body"], decision["addressed_to"]} - {None}
    year = (decision["meeting_date"] or day_of_moment(decision["recorded"]))[:4]
    known = {each["survey"] for each in cards}
    found = evidence.of_that_year(rows, boards, year)
    return [evidence.card(rows, each, on) for each in found if each not in known]


def _matter(dossier: Shown | None) -> Shown | None:
    return None if dossier is None else picked(dossier["matter"], "matter", "title", "numbers")


def _flow(streams: list[Shown]) -> list[Shown]:
    """Return the streams of residents' and organisations' inputs that met an outcome, by channel and what they were about."""
    sums: dict[tuple[str, str | None, str, str], int] = {}
    for each in streams:
        met = outcome(each["code"])
        if met is not None and each["author_kind"] != OFFICIAL:
            about = (each["channel"], each["theme"], "" if each["theme"] else each["kind"], met)
            sums[about] = sums.get(about, 0) + each["count"]
    return [
        {"channel": channel, "theme": theme, "kind": kind, "outcome": met, "count": count}
        for (channel, theme, kind, met), count in sums.items()
    ]


def _changes(rows: Rows, decision: str, on: str) -> list[Shown]:
    """Return what inputs changed, each with how many they were and the first of them."""
    found = influence.of_decision(rows, decision, on=on)
    changes = [] if found is None else found["decisions"][0]["changes"]
    return [
        picked(each, "clause", "passage", "commitment")
        | {"count": len(each["inputs"]), "inputs": each["inputs"][:NAMED_MAX]}
        for each in changes
    ]


def _gaps(rows: Rows, found: Shown, promised: list[Shown], on: str) -> list[Shown]:
    """Return what the record itself shows to be missing about the decision, its proposal and its promises."""
    subjects = {f"decision:{found['decision']['decision']}"} | {f"{each['kind']}:{each['id']}" for each in promised}
    proposal = found["basis"]["proposal"]
    subjects |= set() if proposal is None else {f"proposal:{proposal['proposal']}"}
    return [
        each | {"facts": {fact["name"]: fact["value"] for fact in each["facts"]}}
        for each in every(lambda part: gaps.gaps(rows, part, on=on), "gaps")
        if each["subject"] in subjects
    ]


def _moments(found: Shown, steps: list[Shown]) -> list[int]:
    """Return the positions at which the page changed, as far as it tells of them; the earliest is the decision's."""
    first: int = found["decision"]["recorded"]["position"]
    told: set[Any] = {position for each in steps for position in each["positions"]}
    told |= {each["recorded"]["position"] for each in found["corrections"]}
    later = sorted(position for position in told if first < position <= found["position"])
    return [first, *later[-MOMENTS_MAX:]]


def table(shown: Shown) -> Table:
    """Return the account: how many inputs of whom, by which channel and about what, met which disposition."""
    names = ("author_kind", "channel", "theme", "kind", "code", "count")
    return Table(
        (*names[:-2], "disposition", "count"), [tuple(each[name] for name in names) for each in shown["streams"]]
    )


PAGE = Page("decision", "/beslut/{decision}", show, table, section="decisions", pictures=True)
