"""Topics: the themes that inputs were sorted under, and the goals that matters and processes serve.

The ledger has no register of topics. A theme is a word of whoever took an input in; a goal is an element of a programme.
"""

from __future__ import annotations

from collections import Counter

from projections.inputs import INPUTS
from projections.programmes import PROGRAMMES
from projections.projection import Rows
from projections.views import inputs, programmes
from projections.views.answer import states
from services.web.listing import whole
from services.web.page import Page, Seen, Shown, Table


def show(seen: Seen) -> Shown:
    """Return every theme with the number of its inputs, and every goal with a name."""
    return {
        "themes": [{"topic": name, "inputs": number} for name, number in sorted(themes(seen.rows).items())],
        "goals": _goals(seen.rows),
        "definitions": whole(inputs.DEFINITION, programmes.DEFINITION),
    }


def themes(rows: Rows) -> Counter[str]:
    """Return how many inputs were sorted under each theme."""
    return Counter(row.state["theme"] for row in states(rows, INPUTS.name) if row.state["theme"])


def _goals(rows: Rows) -> list[Shown]:
    named = [
        {"topic": element["element"], "title": element["title"], "programme": row.state["title"]}
        for row in states(rows, PROGRAMMES.name)
        for element in row.state["elements"]
        if element["kind"] == "goal" and element["title"]
    ]
    return sorted(named, key=lambda each: (each["title"], each["programme"]))


def table(shown: Shown) -> Table:
    """Return a line for each theme and each goal."""
    lines: list[tuple[object, ...]] = [("theme", each["topic"], None, each["inputs"]) for each in shown["themes"]]
    lines += [("goal", each["topic"], each["title"], None) for each in shown["goals"]]
    return Table(("kind", "topic", "title", "inputs"), lines)


PAGE = Page("topics", "/amne", show, table, section="topics")
