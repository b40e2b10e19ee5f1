"""Definitions: what every figure means, in words, with the hash that answers name it by."""

from __future__ import annotations

from typing import Any

from projections.measures import catalogue
from services.web.definitions import slug, words
from services.web.page import Page, Seen, Shown, Table


def show(seen: Seen) -> Shown:
    """Return every definition whole, of views and of measures, each with the address of its page."""
    found = catalogue.definitions(seen.rows)
    return {**found, "definitions": [_whole(each) for each in found["definitions"]]}


def _whole(definition: dict[str, Any]) -> dict[str, Any]:
    return definition | {"path": f"/definitioner/{slug(definition['name'])}", "swedish": words(definition, "sv")}


def table(shown: Shown) -> Table:
    """Return the definitions, a line each."""
    names = ("name", "version", "sha256", "text", "swedish")
    return Table(names, [[each[name] for name in names] for each in shown["definitions"]])


def show_one(seen: Seen) -> Shown | None:
    """Return one definition by the last part of its address, None where there is none."""
    found = catalogue.definitions(seen.rows)
    for each in found["definitions"]:
        if slug(each["name"]) == seen.path["definition"]:
            return {"position": found["position"], "definition": _whole(each)}
    return None


PAGE = Page("definitions", "/definitioner", show, table, section="open")
ONE = Page("definition", "/definitioner/{definition}", show_one, section="open")
