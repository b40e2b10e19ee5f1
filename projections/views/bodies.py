"""Bodies as they are shown: names over time, the way up the tree, the units under them."""

from __future__ import annotations

from projections.bodies import BODIES, UNITS
from projections.projection import Rows
from projections.views.answer import FIRST_PAGE, Answer, Definition, Page, answer, one_page, picked, state_of, states

DEFINITION = Definition(
    "bodies",
    1,
    "A body with all its names in order, the bodies above it from the nearest to the topmost, and the bodies "
    "directly under it, dissolved ones included.",
    (BODIES, UNITS),
)


def body(rows: Rows, body: str) -> Answer | None:
    """Return a body with `above` (ids, nearest first) and `units` (ids)."""
    state = state_of(rows, BODIES.name, body)
    if state is None:
        return None
    units = [row.state["body"] for row in states(rows, UNITS.name, f"{body}|")]
    return answer(rows, DEFINITION, body=state, above=_above(rows, state["parent"]), units=units)


def _above(rows: Rows, parent: str | None) -> list[str]:
    above: list[str] = []
    while parent is not None and parent not in above:
        above.append(parent)
        state = state_of(rows, BODIES.name, parent)
        parent = None if state is None else state["parent"]
    return above


def bodies(rows: Rows, page: Page = FIRST_PAGE) -> Answer:
    """Return a page of bodies, in the order of their ids."""
    found = states(rows, BODIES.name, after=page.after)
    items, token = one_page(
        rows, found, page, lambda row: picked(row.state, "body", "kind", "name", "name_en", "parent", "status")
    )
    return answer(rows, DEFINITION, bodies=items, next_page_token=token)
