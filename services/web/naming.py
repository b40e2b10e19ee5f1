"""Names of what a page speaks of, in both languages; an id stands for itself where nobody gave it a name."""

from __future__ import annotations

from typing import Any

from projections.bodies import BODIES
from projections.decisions import DECISIONS
from projections.documents import DOCUMENTS
from projections.matters import MATTERS
from projections.methods import CHANNELS
from projections.processes import PROCESSES
from projections.projection import Rows
from projections.views.answer import state_of
from projections.views.documents import without_withheld

Named = dict[str, str | None]
"""`sv` and `en`; None where there is no name in that language."""


def body(rows: Rows, id: str | None) -> Named | None:
    """Return what a body is called; None for no body."""
    if id is None:
        return None
    state = state_of(rows, BODIES.name, id)
    return {"sv": id, "en": None} if state is None else {"sv": state["name"], "en": state["name_en"]}


def channel(rows: Rows, id: str) -> Named:
    """Return what a channel is called; without a name, its own code is left to the page's words."""
    state = state_of(rows, CHANNELS.name, id)
    return {"sv": None, "en": None} if state is None else {"sv": state["name_sv"], "en": state["name_en"]}


def title(rows: Rows, subject: str) -> str | None:
    """Return the title of a decision, matter, process or document (`document:d1`); None where it has none or may not be shown."""
    kind, _, name = subject.partition(":")
    if kind == "document":
        document = state_of(rows, DOCUMENTS.name, name)
        return None if document is None else without_withheld(document)["title"]
    model = {"decision": DECISIONS.name, "matter": MATTERS.name, "process": PROCESSES.name}.get(kind)
    state: dict[str, Any] | None = None if model is None else state_of(rows, model, name)
    return None if state is None else state["title"]
