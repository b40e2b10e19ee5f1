"""Whether something that a source names is in the ledger: a link may be older than what it points to."""

from __future__ import annotations

from typing import Any

from projections.projection import Rows
from projections.views.answer import Answer, state_of, states

READ_MODELS = {
    "assignment": "assignments",
    "ballot": "ballots",
    "body": "bodies",
    "claim": "claims",
    "decision": "decisions",
    "document": "documents",
    "indicator": "indicators",
    "input": "inputs",
    "matter": "matters",
    "process": "processes",
    "programme": "programmes",
    "proposal": "proposals",
    "survey": "surveys",
}
"""The read model that has a row for everything of a kind, under its id."""


def in_ledger(rows: Rows, kind: str, id: str) -> bool:
    """Tell whether the ledger has something of the kind under the id. What it keeps no account of, it has not."""
    if kind == "question":
        # A question stands in a survey: `survey|question|version`.
        return any(f"|{id}|" in f"{row.key}|" for row in states(rows, "survey_questions"))
    model = READ_MODELS.get(kind)
    return model is not None and state_of(rows, model, id) is not None


def linked(rows: Rows, links: list[dict[str, Any]]) -> list[Answer]:
    """Return links to what an input criticises, each with whether the ledger has it."""
    return [each | {"in_ledger": in_ledger(rows, each["target_kind"], each["target"])} for each in links]
