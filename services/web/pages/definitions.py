"""Definitions: what every figure means, in words, with the hash that answers name it by."""

from __future__ import annotations

from projections.measures import catalogue
from services.web.page import Page, Seen, Shown, Table


def show(seen: Seen) -> Shown:
    """Return every definition whole, of views and of measures."""
    return catalogue.definitions(seen.rows)


def table(shown: Shown) -> Table:
    """Return the definitions, a line each."""
    names = ("name", "version", "sha256", "text", "text_sv")
    return Table(names, [[each[name] for name in names] for each in shown["definitions"]])


PAGE = Page("definitions", "/definitioner", show, table, section="open")
