"""One event: what it says in plain words, where it was taken from, its fingerprint, and the very bytes that were signed."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Any

from pydantic_core import from_json

from ledger.entries import decode
from ledger.log.merkle import leaf_hash
from projections.corrections import CORRECTIONS
from projections.documents import DOCUMENTS
from projections.projection import Rows
from projections.views.answer import states
from projections.views.withholding import why_withheld
from services.web.kinds import sentence
from services.web.page import Page, Seen, Shown

PLACES = {
    "ballot": "/omrostningar",
    "body": "/namnd",
    "decision": "/beslut",
    "indicator": "/index",
    "input": "/forslag",
    "matter": "/arende",
    "survey": "/enkater",
    "topic": "/amne",
}
"""The folder of the pages of each kind of thing that has pages."""

_POSITION = re.compile(r"[1-9][0-9]{0,15}")
_OWN = frozenset({"occurred", "source"})


def show(seen: Seen) -> Shown | None:
    """Return the event at a position, None where there is none."""
    text = seen.path["position"]
    if not _POSITION.fullmatch(text) or not (position := int(text)) <= seen.rows.position:
        return None
    found = seen.reader.at([position])
    if not found:
        return None
    entry = found[0].entry
    plain, recorded = from_json(entry), decode(position, entry)
    event, rows = recorded.event, seen.rows
    data, withheld = _readable(rows, position, plain)
    tags = event.tags()
    return {
        "event": {
            "position": position,
            "id": recorded.entry.id,
            "type": recorded.entry.type,
            "topic": event.topic,
            "what": sentence(event.topic),
            "subject": event.subject(),
            "tags": list(tags),
            "actor": recorded.actor,
            "occurred": event.dated(),
            "time": recorded.time,
            "data": data,
            "source": _source(rows, plain["data"].get("source")),
        },
        "leaf_hash": leaf_hash(entry).hex(),
        "bytes": len(entry),
        # What was taken off what is shown is not shown here in another dress; the log has it, as signed.
        "entry": None if withheld else entry.decode(),
        "corrections": [each for each in _corrections(rows, event.subject()) if each["position"] == position],
        "previous": position - 1 or None,
        "next": position + 1 if position < rows.position else None,
        "pages": [f"{PLACES[kind]}/{name}" for kind, _, name in (tag.partition(":") for tag in tags) if kind in PLACES],
    }


def _readable(rows: Rows, position: int, entry: dict[str, Any]) -> tuple[Any, bool]:
    """Return the event's fields, sealed words as references; and whether words in the clear were left out."""
    withheld = False

    def read(value: Any, pointer: str) -> Any:
        nonlocal withheld
        if isinstance(value, dict) and value.keys() == {"class", "commit"}:
            return {"position": position, "pointer": pointer}
        if isinstance(value, dict):
            return {name: read(each, f"{pointer}/{name}") for name, each in value.items()}
        if isinstance(value, list):
            return [read(each, f"{pointer}/{number}") for number, each in enumerate(value)]
        if isinstance(value, str) and (why := why_withheld(rows, position, entry, pointer, None)) is not None:
            withheld = True
            return {"withheld": why}
        return value

    own = {name: value for name, value in entry["data"].items() if name not in _OWN}
    return {name: read(value, f"/{name}") for name, value in own.items()}, withheld


def _source(rows: Rows, source: dict[str, Any] | None) -> dict[str, Any] | None:
    if source is None or "document" not in source:
        return source
    fingerprint = source["document"]
    named = (row.key for row in states(rows, DOCUMENTS.name) if row.state["sha256"] == fingerprint)
    return source | {"registered_as": next(named, None)}


def _corrections(rows: Rows, subject: str) -> Iterator[dict[str, Any]]:
    return (row.state for row in states(rows, CORRECTIONS.name, f"{subject}|"))


PAGE = Page("event", "/handelse/{position}", show, section="audit")
