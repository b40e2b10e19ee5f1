"""Promises with a day as calendars: `/loften.ics`, `/namnd/BODY.ics`, `/beslut/DECISION.ics`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any

from projections.views import commitments
from projections.views.answer import state_of
from services.web.language import translations
from services.web.open.ical import MEDIA_TYPE, Due, written
from services.web.open.material import Made, Material, there
from services.web.open.telling import KNOWN, name_of
from services.web.open.whole import every

STATES = {
    "due": "Promised",
    "kept": "Kept",
    "late": "Kept late",
    "broken": "Its day has passed",
    "disputed": "Disputed",
    "dropped": "Dropped",
    "unclear": "Unclear whether kept in time",
}
"""What a calendar calls the states of a promise that has a day (messages of the catalogue)."""


def calendar(kind: str | None = None) -> Callable[[Material], Made]:
    """Return the maker of the calendar of all promises, of one body's or of those about one decision."""

    def made(material: Material) -> Made:
        text = translations(material.language).gettext
        name = text("Promises in %(origin)s") % {"origin": material.origin}
        if kind is not None:
            there(state_of(material.rows, KNOWN[kind], material.path[kind]))
            name = text("Promises: %(name)s") % {"name": name_of(material.rows, kind, material.path[kind])}
        found = [each for each in _promises(material, kind) if each["due"] is not None and each["made"] is not None]
        material.opened([each["text"] for each in found])
        dues = [_due(material, each) for each in found]
        modified = max((due.stamped for due in dues), default=None)
        return Made(written(name, material.language, dues), MEDIA_TYPE, modified, "loften.ics")

    return made


def _promises(material: Material, kind: str | None) -> Iterator[dict[str, Any]]:
    owner = material.path["body"] if kind == "body" else None
    found = every(lambda page: commitments.commitments(material.rows, page, owner, on=material.on), "commitments")
    decision = material.path["decision"] if kind == "decision" else None
    for each in found:
        named = {each["decision"], *(line["decision"] for line in each["dispositions"])}
        if decision is None or decision in named:
            yield each


def _due(material: Material, promise: dict[str, Any]) -> Due:
    text = translations(material.language).gettext
    state = text(STATES[promise["status"]])
    owner = name_of(material.rows, "commitment", promise["commitment"])
    words = (promise["text"] or {}).get("text")
    stamps = _stamps(promise)
    return Due(
        uid=f"loften/{promise['commitment']}@{material.origin}",
        day=date.fromisoformat(promise["due"]),
        summary=f"{state}: {words or owner}",
        description="\n\n".join(part for part in (words, f"{owner}. {state}.") if part),
        address=material.page("loften"),
        state=state,
        stamped=max(stamps),
        revisions=len(stamps) - 1,
        is_cancelled=promise["status"] == "dropped",
    )


def _stamps(promise: dict[str, Any]) -> list[str]:
    """Return when each event about a promise was recorded."""
    disputes = promise["disputes"]
    steps = [*promise["progress"], *promise["deliveries"], *disputes]
    steps += [dispute["answer"] for dispute in disputes if dispute["answer"] is not None]
    moments = [promise["made"], *(step["recorded"] for step in steps)]
    if promise["dropped"] is not None:
        moments.append(promise["dropped"])
    return [moment["time"] for moment in moments]
