"""A matter: its life in order, its documents, its decisions, what people said in it and what was promised."""

from __future__ import annotations

from typing import Any

from projections.views import decisions, matters
from projections.views.corrections import with_corrections
from projections.views.documents import flat
from services.web import naming, promises, story
from services.web.page import Page, Seen, Shown, Table
from services.web.pages.decisions import listed

_view = with_corrections("matter", matters.matter)


def show(seen: Seen) -> Shown | None:
    """Return the dossier with its story, its decisions with their outcomes, and its promises.

    The address may name the matter by its id or by a number it bears.
    """
    rows, name = seen.rows, seen.path["matter"]
    found = _view(rows, name, on=seen.on) or _by_number(seen, name)
    if found is None:
        return None
    dossier = found["matter"]
    processes = set(dossier["processes"])
    names = list(dict.fromkeys([*dossier["decisions"], *dossier["in_scope_of"]]))
    accounts = [each for name in names if (each := decisions.decision(rows, name, on=seen.on)) is not None]
    promised = promises.ordered(
        each
        for each in promises.every(rows, seen.on)
        if not set(names).isdisjoint(each["decisions"]) or each["process"] in processes
    )
    steps = story.story(rows, dossier, accounts, promised, seen.on)
    return found | {
        "body": naming.body(rows, dossier["body"]),
        "decisions": [listed(rows, name, seen.on) for name in names],
        "processes": [
            {"process": each, "title": naming.title(rows, f"process:{each}")} for each in dossier["processes"]
        ],
        "promises": promised,
        "filed": [_document(each) for each in flat(found["documents"])],
        "story": steps,
        "moments": _moments(dossier, steps, found["position"]),
    }


def _by_number(seen: Seen, number: str) -> Shown | None:
    """Return the only matter that bears a number; None for none or several."""
    bearing = matters.matters(seen.rows, number=number)["matters"]
    names = {each["matter"] for each in bearing}
    return _view(seen.rows, names.pop(), on=seen.on) if len(names) == 1 else None


def _document(node: dict[str, Any]) -> Shown:
    members = ("document", "title", "kind", "document_date", "recorded", "withheld")
    return {name: node[name] for name in members}


def _moments(dossier: dict[str, Any], steps: list[Shown], head: int) -> list[int]:
    first: int = dossier["opened"]["position"]
    told = {position for each in steps for position in each["positions"]}
    return sorted({first, *(each for each in told if first < each <= head)})[-100:]


def table(shown: Shown) -> Table:
    """Return the steps of the matter's life."""
    return Table(
        ("day", "date", "what", "titles", "first_event", "last_event"),
        [
            (
                each["day"],
                each["date"],
                each["what"],
                "; ".join(each["titles"]),
                each["positions"][0],
                each["positions"][-1],
            )
            for each in shown["story"]
        ],
    )


PAGE = Page("matter", "/arende/{matter}", show, table, section="decisions")
