"""Entries: an event as bytes, for ever.

One recorded event is one canonical JSON line in CloudEvents 1.0 shape, at most 65,535 bytes (the
C2SP tlog-tiles limit of an entry bundle). These bytes are stored, hashed, exported, served and
decoded; nothing is ever re-encoded. Reading lifts old versions to the newest shape (upcasting) and
changes no byte.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterable
from enum import Enum
from functools import cache
from typing import Any, get_args
from uuid import UUID

from pydantic import ValidationError
from pydantic_core import from_json, to_json

from ledger.canonical import canonical
from ledger.messages import EVENT_TYPES, Entry, Event, RecordedEvent

ENTRY_BYTES_MAX = 65_535

_TYPE_MARK = b'"type":"'
_PLAIN = (str, int, bool, type(None), Enum)


class EntryTooLarge(ValueError):
    """The entry would pass 65,535 bytes; send less in one command."""


class UnreadableEntry(ValueError):
    """The bytes are not an entry this version of the ledger knows. An audit stops here."""


# --- Writing ----------------------------------------------------------------------------------
@cache
def type_of(kind: type[Event]) -> str:
    """Return the CloudEvents type of an event class, topic and version: `vote-cast.v1`."""
    return f"{kind.topic}.v{kind.version}"


def event_id(ledger: str, request_id: UUID, ordinal: int) -> str:
    """Return the id of the n-th event (from 0) of a request: a UUIDv8 (RFC 9562 §5.8).

    It is the start of SHA-256 over the ledger's origin, the request id and the ordinal, so a retry
    makes the same ids, and no clock leaks through an id.
    """
    digest = _started(ledger).copy()
    digest.update(request_id.bytes + ordinal.to_bytes(8, "big"))
    text = digest.hexdigest()
    return f"{text[:8]}-{text[8:12]}-8{text[13:16]}-{_VARIANT[text[16]]}{text[17:20]}-{text[20:32]}"


_VARIANT = {digit: "89ab"[int(digit, 16) & 3] for digit in "0123456789abcdef"}
"""The digit with its two high bits set to 10, as RFC 9562 §4.1 wants it."""


@cache
def _started(ledger: str) -> Any:
    """Return SHA-256 fed with the ledger's origin, its length in 8 bytes first."""
    name = ledger.encode()
    return hashlib.sha256(len(name).to_bytes(8, "big") + name)


class Encoder:
    """Encodes the events of one group: same ledger, same stamp.

    The members of an entry stand in canonical order (actor, data, id, source, …), so everything but
    data and id is the same for events of one actor, type and subject, and is written once.
    """

    def __init__(self, ledger: str, time: str) -> None:
        self._ledger, self._time = ledger, time
        self._starts: dict[str, bytes] = {}
        self._ends: dict[tuple[type[Event], str], bytes] = {}

    def encode(self, event: Event, *, id: str, actor: str) -> bytes:
        """Return the entry bytes of an event whose words are sealed already.

        Raises EntryTooLarge, or NotCanonical for a value outside the record's JSON.
        """
        start = self._starts.get(actor)
        if start is None:
            start = self._starts[actor] = b'{"actor":' + canonical(actor) + b',"data":'
        key = type(event), event.subject()
        end = self._ends.get(key)
        if end is None:
            end = self._ends[key] = self._end(*key)
        entry = b"".join((start, _members(event), b',"id":"', id.encode(), end))
        if len(entry) > ENTRY_BYTES_MAX:
            raise EntryTooLarge(f"the entry has {len(entry)} bytes; at most {ENTRY_BYTES_MAX} are allowed")
        return entry

    def _end(self, kind: type[Event], subject: str) -> bytes:
        members = {
            "source": self._ledger,
            "specversion": "1.0",
            "subject": subject,
            "time": self._time,
            "type": type_of(kind),
        }
        return b'",' + canonical(members)[1:]


def encode(event: Event, *, id: str, ledger: str, actor: str, time: str) -> bytes:
    """Return the entry bytes of one event; see Encoder.encode."""
    return Encoder(ledger, time).encode(event, id=id, actor=actor)


def _members(event: Event) -> bytes:
    """Return the event's present fields as canonical JSON."""
    names = _flat_names(type(event))
    values = event.__dict__
    if names and values["source"] is None:
        return to_json({name: value for name in names if (value := values[name]) is not None})
    return canonical(event.model_dump(mode="json", by_alias=True, exclude_none=True))


@cache
def _flat_names(kind: type[Event]) -> tuple[str, ...]:
    """Return the fields in canonical order where each own one is a plain value or a tuple of them, so that no
    nested order can matter; else none.
    """
    own = [field.annotation for name, field in kind.model_fields.items() if name not in Event.model_fields]
    return tuple(sorted(kind.model_fields)) if all(map(_is_plain, own)) else ()


def _is_plain(annotation: Any) -> bool:
    if isinstance(annotation, type):
        return issubclass(annotation, _PLAIN)
    return all(part is Ellipsis or _is_plain(part) for part in get_args(annotation))


# --- Reading ----------------------------------------------------------------------------------
def entry_type(entry: bytes) -> str:
    """Return the type named by an entry. `type` sorts last, so it ends the line."""
    start = entry.rfind(_TYPE_MARK)
    if start < 0 or not entry.endswith(b'"}'):
        raise UnreadableEntry("the entry does not end with its type")
    return entry[start + len(_TYPE_MARK) : -2].decode("ascii", "replace")


def decode(position: int, entry: bytes) -> RecordedEvent:
    """Return the recorded event held by `entry`, lifted to the newest version of its shape.

    Raises UnreadableEntry for an unknown type or shape.
    """
    name = entry_type(entry)
    try:
        validator = _validator(name)
        decoded = _decode_older(name, entry) if validator is None else validator.validate_json(entry)
    except (ValueError, KeyError, TypeError, AttributeError) as error:  # also from an upcast that met odd data
        raise UnreadableEntry(f"position {position}: {error}") from error
    if decoded.type != name:
        raise UnreadableEntry(f"position {position}: the entry names two types")
    return RecordedEvent(position, decoded)


def decode_all(entries: Iterable[tuple[int, bytes]]) -> list[RecordedEvent]:
    """Return what `decode` returns for each (position, entry), with less to do in between for a replay."""
    events = []
    known, event_of = _known_ends.get, tuple.__new__
    for position, entry in entries:
        end = entry[entry.rfind(_TYPE_MARK) :]
        found = known(end)
        if found is not None:
            name, validate = found
            try:
                decoded = validate(entry)
            except ValidationError:
                decoded = None
            if decoded is not None and decoded.type == name:
                events.append(event_of(RecordedEvent, (position, decoded)))
                continue
        # The first of its type, an older version, or unreadable: `decode` tells why.
        recorded = decode(position, entry)
        events.append(recorded)
        if (validator := _validator(recorded.entry.type)) is not None:
            _known_ends[end] = (recorded.entry.type, validator.validate_json)
    return events


_known_ends: dict[bytes, tuple[str, Callable[[bytes], Any]]] = {}
"""By the last bytes of an entry, which name its type: that type, and the newest version's validation."""


@cache
def _validator(name: str) -> Any:
    """Return the validator of the newest version's entries; None for an older version."""
    kind, version = _class_of(name)
    return Entry[kind].__pydantic_validator__ if version == kind.version else None  # type: ignore[valid-type]


def _class_of(name: str) -> tuple[type[Event], int]:
    topic, mark, version = name.rpartition(".v")
    if not mark or not version.isdigit() or topic not in EVENT_TYPES:
        raise UnreadableEntry(f"the type {name!r} is unknown to this version of the ledger")
    kind = EVENT_TYPES[topic]
    if not 1 <= int(version) <= kind.version:
        raise UnreadableEntry(f"{name!r} is newer than this version of the ledger")
    return kind, int(version)


def _decode_older(name: str, entry: bytes) -> Entry[Event]:
    """Lift the data of an older version step by step, by `upcast_v1_v2(data)` and its successors."""
    kind, version = _class_of(name)
    envelope = from_json(entry)
    for step in range(version, kind.version):
        getattr(kind, f"upcast_v{step}_v{step + 1}")(envelope["data"])
    decoded: Entry[Event] = Entry[kind].model_validate(envelope)  # type: ignore[valid-type]
    return decoded
