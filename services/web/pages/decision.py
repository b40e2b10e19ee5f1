"""A decision: what was decided, and what became of what people had said about it."""

from __future__ import annotations

from projections.views import decisions
from projections.views.corrections import with_corrections
from services.web.outcomes import outcomes
from services.web.page import Page, Seen, Shown, Table

_view = with_corrections("decision", decisions.decision)


def show(seen: Seen) -> Shown | None:
    """Return the decision with its account, and the residents' inputs by what became of them."""
    found = _view(seen.rows, seen.path["decision"], on=seen.on)
    if found is None:
        return None
    return found | {"outcomes": outcomes(found["profile"])}


def table(shown: Shown) -> Table:
    """Return the account: how many inputs of whom met which disposition."""
    return Table(
        ("author_kind", "disposition", "count"),
        [(line["author_kind"], line["code"], line["count"]) for line in shown["profile"]],
    )


PAGE = Page("decision", "/beslut/{decision}", show, table, section="decisions")
