"""Promises with a day as calendars: `/loften.ics`, `/namnd/BODY.ics`, `/beslut/DECISION.ics`."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from typing import Any, NamedTuple

from projections.assignments import ASSIGNMENTS
from projections.views import assignments, commitments
from projections.views.answer import state_of
from services.web.codes import code
from services.web.directions import isolated
from services.web.language import translations
from services.web.open.ical import MEDIA_TYPE, Due, written
from services.web.open.material import Made, Material, there
from services.web.open.telling import KNOWN, name_of
from services.web.open.whole import every
from services.web.pages.promises import assignment_status


def calendar(kind: str | None = None) -> Callable[[Material], Made]:
    """Return the maker of the calendar of all promises, of one body's or of those about one decision."""

    def made(material: Material) -> Made:
        text = translations(material.language).gettext
        name = text("Promises in %(origin)s") % {"origin": material.origin}
        if kind is not None:
            there(state_of(material.rows, KNOWN[kind], material.path[kind]))
            name = text("Promises: %(name)s") % {"name": isolated(name_of(material.rows, kind, material.path[kind]))}
        promises = [*_commitments(material, kind), *_assignments(material, kind)]
        material.opened([each.text for each in promises])
        dues = [_due(material, each) for each in promises]
        modified = max((due.stamped for due in dues), default=None)
        return Made(written(name, material.language, dues), MEDIA_TYPE, modified, "loften.ics")

    return made


class _Promise(NamedTuple):
    """A commitment or an assignment with a day; `times` are those of the events about it (RFC 3339)."""

    id: str
    owner: str
    text: dict[str, Any] | None
    due: str
    status: str
    times: list[str]
    is_cancelled: bool


def _commitments(material: Material, kind: str | None) -> Iterator[_Promise]:
    owner = material.path["body"] if kind == "body" else None
    rows, on = material.rows, material.on
    for each in every(lambda page: commitments.commitments(rows, page, owner, on=on), "commitments"):
        named = {each["decision"], *(line["decision"] for line in each["dispositions"])}
        if each["due"] is None or each["made"] is None or not _is_about(material, kind, named):
            continue
        told = {name: each[name] for name in ("made", "progress", "deliveries", "disputes", "dropped")}
        dropped = each["status"] == "dropped"
        owed = (each["owner"], each["text"], each["due"], each["status"])
        yield _Promise(f"loften/{each['commitment']}", *owed, _times(told), dropped)


def _assignments(material: Material, kind: str | None) -> Iterator[_Promise]:
    unit = material.path["body"] if kind == "body" else None
    rows, on = material.rows, material.on
    for each in every(lambda page: assignments.assignments(rows, page, unit, on=on), "assignments"):
        due = each["judged"]["due"]
        if due is None or not _is_about(material, kind, {each["decision"]}):
            continue
        state = state_of(rows, ASSIGNMENTS.name, each["assignment"])
        status, cancelled = assignment_status(each["status"], each["judged"]), state["cancelled"] is not None
        owed = (each["to_unit"], state["text"], due, status)
        yield _Promise(f"uppdrag/{each['assignment']}", *owed, _times(state), cancelled)


def _is_about(material: Material, kind: str | None, decisions: set[str | None]) -> bool:
    return kind != "decision" or material.path["decision"] in decisions


def _times(value: Any) -> list[str]:
    """Return when each event of a state was recorded, in order."""
    return [time for _, time in sorted(_moments(value))]


def _moments(value: Any) -> set[tuple[int, str]]:
    if isinstance(value, dict):
        is_one = {"position", "time", "actor"} <= value.keys()
        own = {(int(value["position"]), str(value["time"]))} if is_one else set[tuple[int, str]]()
        return own.union(*map(_moments, value.values()))
    return set[tuple[int, str]]().union(*map(_moments, value)) if isinstance(value, list) else set()


def _due(material: Material, promise: _Promise) -> Due:
    state = code(promise.status, material.language, "commitment_status").capitalize()
    owner = name_of(material.rows, "body", promise.owner)
    words = (promise.text or {}).get("text")
    return Due(
        uid=f"{promise.id}@{material.origin}",
        day=date.fromisoformat(promise.due),
        summary=f"{state}: {isolated(words or owner)}",
        description="\n\n".join(part for part in (words, f"{isolated(owner)}. {state}.") if part),
        address=material.page("loften"),
        state=state,
        stamped=promise.times[-1],
        revisions=len(promise.times) - 1,
        is_cancelled=promise.is_cancelled,
    )
