"""Bodies as they are shown: names over time, their place in the tree, who holds office, what is delegated."""

from __future__ import annotations

from typing import Any

from projections.bodies import BODIES, DELEGATION_ORDERS, MANDATES, UNITS
from projections.governance import RULES
from projections.projection import Rows
from projections.views.answer import FIRST_PAGE, Answer, Definition, Page, answer, one_page, picked, state_of, states
from projections.views.rules import rule_on

DEFINITION = Definition(
    "bodies",
    2,
    "A body with all its names in order, the bodies above it from the nearest to the topmost, and the bodies "
    "directly under it, dissolved ones included. A mandate is held from its first day to its last, both included. "
    "Of the versions of a delegation order the one that began last is in force; a version whose first day is not "
    "known is taken to have begun before all others. The flags of a clause that the rule not_delegable names on the "
    "first day of its version, else on the day the answer is judged on, are barred; no rule is guessed.",
    (BODIES, UNITS, MANDATES, DELEGATION_ORDERS, RULES),
)


def body(rows: Rows, body: str, *, on: str) -> Answer | None:
    """Return a body with `above` (ids, nearest first), `units` (ids), its mandates and its delegation orders on a day."""
    state = state_of(rows, BODIES.name, body)
    if state is None:
        return None
    units = [row.state["body"] for row in states(rows, UNITS.name, f"{body}|")]
    return answer(
        rows,
        DEFINITION,
        on=on,
        body=state,
        above=_above(rows, state["parent"]),
        units=units,
        mandates=[row.state | {"held": held(row.state, on)} for row in states(rows, MANDATES.name, f"{body}|")],
        delegation_orders=_orders(rows, body, on),
    )


def held(mandate: dict[str, Any], on: str) -> bool:
    """Tell whether a mandate is held on an ISO day."""
    return bool(mandate["from_date"] <= on and (mandate["to_date"] is None or on <= mandate["to_date"]))


def _above(rows: Rows, parent: str | None) -> list[str]:
    above: list[str] = []
    while parent is not None and parent not in above:
        above.append(parent)
        state = state_of(rows, BODIES.name, parent)
        parent = None if state is None else state["parent"]
    return above


# --- What is delegated ------------------------------------------------------------------------
def _orders(rows: Rows, body: str, on: str) -> list[Answer]:
    """Return every version of every order in order, each with whether it is in force and what law bars in it."""
    versions = [row.state for row in states(rows, DELEGATION_ORDERS.name, f"{body}|")]
    # The versions of an order come by number, and a later number begins later.
    last = {each["order"]: each["order_version"] for each in versions if (each["valid_from"] or "") <= on}
    return [
        each | _clauses(rows, each, on) | {"in_force": last.get(each["order"]) == each["order_version"]}
        for each in versions
    ]


def _clauses(rows: Rows, version: dict[str, Any], on: str) -> Answer:
    rule = rule_on(rows, "not_delegable", version["valid_from"] or on)
    codes = set() if rule is None else set(rule["codes"])
    clauses = [clause | {"barred": sorted(codes & set(clause["flags"]))} for clause in version["clauses"]]
    return {"clauses": clauses, "not_delegable": None if rule is None else said(rule)}


def said(rule: dict[str, Any]) -> Answer:
    """Return a rule as far as a judgement by it needs: what it says, where it stands, where it was adopted."""
    shown = picked(rule, "rule", "body", "value", "codes", "unit", "citation", "valid_from")
    return shown | {"position": rule["recorded"]["position"]}


def bodies(rows: Rows, page: Page = FIRST_PAGE) -> Answer:
    """Return a page of bodies, in the order of their ids."""
    found = states(rows, BODIES.name, after=page.after)
    items, token = one_page(
        rows, found, page, lambda row: picked(row.state, "body", "kind", "name", "name_en", "parent", "status")
    )
    return answer(rows, DEFINITION, bodies=items, next_page_token=token)
