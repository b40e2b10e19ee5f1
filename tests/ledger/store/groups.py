"""Groups for the tests of the store: real entries, real leaf hashes, ids counted up."""

import hashlib
from uuid import UUID, uuid4

from ledger.canonical import canonical
from ledger.store.port import Group, NewEvent, NewRequest, NewSealed, Probe

AT = "2026-05-12T08:00:00.000000Z"


def new(topic: str, *tags: str) -> NewEvent:
    """Return an event of version 1 of a topic."""
    name = str(uuid4())
    entry = canonical({"data": {}, "id": name, "type": f"{topic}.v1"})
    return NewEvent(name, f"{topic}.v1", topic, entry, hashlib.sha256(b"\0" + entry).digest(), tags)


def group(
    head: int,
    *events: NewEvent,
    conditions: tuple[Probe, ...] = (),
    request: UUID | None = None,
    at: str = AT,
    sealed: tuple[NewSealed, ...] = (),
) -> Group:
    """Return events as one request."""
    requests = [NewRequest(request or uuid4(), 0, len(events), b"content")]
    return Group(head, at, list(conditions), list(events), requests, list(sealed))
