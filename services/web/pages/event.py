"""One event: what it says in plain words, where it was taken from, its fingerprint, and the very bytes that were signed."""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Any

from pydantic_core import from_json

from ledger.entries import decode
from ledger.log.merkle import leaf_hash
from projections.documents import DOCUMENTS
from projections.projection import Rows
from projections.views.answer import states
from projections.views.corrections import about
from services.web.kinds import sentence
from services.web.page import Page, Seen, Shown
from services.web.readable import readable
from services.web.subjects import subject

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
    read = readable(rows, position, plain)
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
            "data": {name: value for name, value in read.data.items() if name not in _OWN},
            "source": _source(rows, read.data.get("source")),
        },
        "leaf_hash": leaf_hash(entry).hex(),
        "bytes": len(entry),
        # What was taken off what is shown is not shown here in another dress; the log has it, as signed.
        "entry": None if read.withheld else entry.decode(),
        "corrections": [each for each in about(rows, event.subject()) if each["position"] == position],
        "previous": position - 1 or None,
        "next": position + 1 if position < rows.position else None,
        "pages": _pages(rows, tags),
    }


def _pages(rows: Rows, tags: Iterable[str]) -> list[Shown]:
    """Return the things that an event is about, each once, for those there is a page or a line about."""
    things = (subject(rows, tag) for tag in tags)
    return list({thing["path"]: thing for thing in things if thing["path"] is not None}.values())


def _source(rows: Rows, source: dict[str, Any] | None) -> dict[str, Any] | None:
    if source is None or "document" not in source:
        return source
    fingerprint = source["document"]
    named = (row.key for row in states(rows, DOCUMENTS.name) if row.state["sha256"] == fingerprint)
    return source | {"registered_as": next(named, None)}


PAGE = Page("event", "/handelse/{position}", show, section="audit")
