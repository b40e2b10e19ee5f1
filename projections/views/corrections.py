"""Corrections as they are shown: beside what they correct, and all of them in a list."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import wraps
from typing import Any

from projections.corrections import CORRECTIONS
from projections.projection import Rows
from projections.views.answer import FIRST_PAGE, Answer, Definition, Page, answer, one_page, states
from projections.views.withholding import value_withheld_by

DEFINITION = Definition(
    "corrections",
    1,
    "A correction names one field of one recorded event, the value it had and the value it should have had, the role "
    "that says so and the reason. The event stands as it was recorded; figures are made of events as recorded.",
    (CORRECTIONS,),
)

CORRECTED = (
    *("body", "matter", "process", "input", "ballot", "decision", "document", "programme", "meeting", "assignment"),
    *("method", "commitment", "claim", "survey", "indicator"),
)
"""Kinds of things whose view also shows what was corrected about them."""

MARKED = {
    kind: "bodies" if kind == "body" else "processes" if kind == "process" else f"{kind}s"
    for kind in CORRECTED
    if kind not in {"commitment", "claim"}
}
"""Kinds of things whose list says of each how many corrections stand about it, and the member that lists them."""


def corrections(rows: Rows, page: Page = FIRST_PAGE, tag: str = "") -> Answer:
    """Return a page of corrections, of one subject (`decision:ks-12`) or all, by subject and position corrected."""
    found = states(rows, CORRECTIONS.name, f"{tag}|" if tag else "", page.after)
    items, token = one_page(rows, found, page, lambda row: _shown(rows, row.state))
    return answer(rows, DEFINITION, corrections=items, next_page_token=token)


def about(rows: Rows, subject: str) -> Iterator[dict[str, Any]]:
    """Yield what was corrected about a subject (`decision:ks-12`), in order of position."""
    return (_shown(rows, row.state) for row in states(rows, CORRECTIONS.name, f"{subject}|"))


def _shown(rows: Rows, state: dict[str, Any]) -> dict[str, Any]:
    """Return a correction as anyone may see it: of what is withheld neither the value it had nor the one it should have."""
    why = value_withheld_by(rows, state["tag"], state["position"], state["pointer"])
    if why is None or state["text"] is not None:
        return state | {"withheld": None}
    return state | {"was": None, "becomes": None, "withheld": why.why}


def with_corrections(kind: str, view: Callable[..., Answer | None]) -> Callable[..., Answer | None]:
    """Return a view of one thing that also shows what was corrected about it, `corrections` in order of position."""

    @wraps(view)
    def shown(rows: Rows, *named: str, **arguments: object) -> Answer | None:
        found = view(rows, *named, **arguments)
        if found is None:
            return None
        subject = f"{kind}:{named[0] if named else arguments[kind]}"
        return found | {"corrections": list(about(rows, subject))}

    return shown


def with_marks(kind: str, items: str, view: Callable[..., Answer]) -> Callable[..., Answer]:
    """Return a list of things whose items also say how many corrections stand about each: `corrected`."""

    @wraps(view)
    def shown(rows: Rows, *arguments: object, **named: object) -> Answer:
        found = view(rows, *arguments, **named)
        return found | {items: [each | {"corrected": _count(rows, f"{kind}:{each[kind]}")} for each in found[items]]}

    return shown


def _count(rows: Rows, subject: str) -> int:
    return sum(1 for _ in states(rows, CORRECTIONS.name, f"{subject}|"))
