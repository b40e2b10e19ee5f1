"""Foreign events: what an application of the `eventsourcing` library records, as entries of the ledger.

To the ledger such an event is bytes with a type and tags. It is kept as a canonical CloudEvents entry
with `data_base64`, so that it is hashed, exported and verified like everything else.
"""

from __future__ import annotations

import hashlib
from base64 import b64decode, b64encode
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from urllib.parse import quote, unquote
from uuid import uuid4

from eventsourcing.dcb.api import DCBEvent, DCBSequencedEvent
from eventsourcing.persistence import ProgrammingError
from pydantic_core import from_json

from ledger.canonical import NotCanonical, canonical
from ledger.clock import rfc3339
from ledger.entries import ENTRY_BYTES_MAX, event_id
from ledger.store.port import MARK, Group, NewEvent, NewRequest, Recorded


def check_types(types: Iterable[str]) -> None:
    """Raise ProgrammingError for a type with NUL, which PostgreSQL cannot hold, or the index's own mark."""
    for each in types:
        if "\0" in each or MARK in each:
            raise ProgrammingError(f"the type {each!r} holds a control character")


def new_event(event: DCBEvent, *, id: str, origin: str, time: str) -> NewEvent:
    """Return a foreign event as it is recorded. Raises ProgrammingError for what an entry cannot hold.

    Tags are percent-encoded and joined by commas in the order given, since an attribute of a
    CloudEvent holds no list; an event without tags has no such attribute.
    """
    check_types([event.type])
    members = {
        "actor": f"application:{origin}",
        "data_base64": b64encode(event.data).decode("ascii"),
        "id": id,
        "source": origin,
        "specversion": "1.0",
        "time": time,
        "type": event.type,
    }
    try:
        if event.tags:
            members["tags"] = ",".join(quote(tag, safe="") for tag in event.tags)
        entry = canonical(members)
    except (UnicodeEncodeError, NotCanonical) as error:
        raise ProgrammingError(f"the type or a tag has no UTF-8 form: {error}") from error
    if len(entry) > ENTRY_BYTES_MAX:
        raise ProgrammingError(
            f"the event has {len(event.data)} bytes of data and makes an entry of {len(entry)}; "
            f"at most {ENTRY_BYTES_MAX} are allowed, which is about 48 kB of data"
        )
    leaf = hashlib.sha256(b"\0" + entry).digest()
    # An event that carries a tag twice is found by it once.
    return NewEvent(id, event.type, event.type, entry, leaf, tuple(dict.fromkeys(event.tags)))


def sequenced(recorded: Recorded) -> DCBSequencedEvent:
    """Return a foreign event at its position; raise ProgrammingError for an event of the ledger's own."""
    members = from_json(recorded.entry)
    if "data_base64" not in members:
        raise ProgrammingError(f"position {recorded.position} holds no event of an application of this library")
    tags = [unquote(tag) for tag in members["tags"].split(",")] if "tags" in members else []
    return DCBSequencedEvent(DCBEvent(members["type"], b64decode(members["data_base64"]), tags), recorded.position)


def new_group(events: Sequence[DCBEvent], origin: str) -> Group:
    """Return events as one accepted request under a fresh random id, stamped now."""
    request, time = uuid4(), rfc3339(datetime.now(UTC))
    news = [
        new_event(event, id=event_id(origin, request, ordinal), origin=origin, time=time)
        for ordinal, event in enumerate(events)
    ]
    content = hashlib.sha256(b"".join(event.leaf for event in news)).digest()
    return Group(0, time, events=news, requests=[NewRequest(request, 0, len(news), content)])
