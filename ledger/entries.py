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
from functools import cache, lru_cache
from typing import Any, Generic, Literal, TypeVar, cast, get_args
from uuid import UUID

from pydantic import BaseModel, ConfigDict, ValidationError
from pydantic_core import from_json, to_json

from ledger.canonical import canonical
from ledger.messages import EVENT_TYPES, Entry, Event, RecordedEvent

ENTRY_BYTES_MAX = 65_535

_TYPE_MARK = b'"type":"'
_PLAIN = (str, int, bool, type(None), Enum)

E_co = TypeVar("E_co", bound=Event, covariant=True)
T = TypeVar("T")


class EntryTooLarge(ValueError):
    """The entry would pass 65,535 bytes; send less in one command."""


class UnreadableEntry(ValueError):
    """The bytes are not an entry this version of the ledger knows. An audit stops here."""


class NotInPieces(ValueError):
    """An entry cannot be read piece by piece; it is read whole, and nobody hears of this."""


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
    data, id and time is the same for events of one actor, type and subject, and is written once.
    """

    def __init__(self, ledger: str, time: str) -> None:
        self._ledger = ledger
        self._time = canonical(time)

    def encode(self, event: Event, *, id: str, actor: str) -> bytes:
        """Return the entry bytes of an event whose words are sealed already.

        Raises EntryTooLarge, or NotCanonical for a value outside the record's JSON.
        """
        middle, end = _middle(self._ledger, event.subject()), _end(type(event))
        entry = b"".join((_start(actor), _members(event), b',"id":"', id.encode(), middle, self._time, end))
        if len(entry) > ENTRY_BYTES_MAX:
            raise EntryTooLarge(f"the entry has {len(entry)} bytes; at most {ENTRY_BYTES_MAX} are allowed")
        return entry


@lru_cache(maxsize=4_096)
def _start(actor: str) -> bytes:
    return b'{"actor":' + canonical(actor) + b',"data":'


@lru_cache(maxsize=4_096)
def _middle(ledger: str, subject: str) -> bytes:
    return b'",' + canonical({"source": ledger, "specversion": "1.0", "subject": subject})[1:-1] + b',"time":'


@cache
def _end(kind: type[Event]) -> bytes:
    return b"," + canonical({"type": type_of(kind)})[1:]


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
    return _in_pieces(position, entry) or _whole(position, entry)


def decode_all(entries: Iterable[tuple[int, bytes]]) -> list[RecordedEvent]:
    """Return what `decode` returns for each (position, entry)."""
    return [_in_pieces(position, entry) or _whole(position, entry) for position, entry in entries]


class _Envelope(BaseModel, Generic[E_co]):
    """The members of an entry, for validation."""

    # Keeping every short text in a cache costs more than it saves here; the names of members repeat.
    model_config = ConfigDict(extra="forbid", cache_strings="keys")

    actor: str
    data: E_co
    id: str
    source: str
    specversion: Literal["1.0"]
    subject: str
    time: str
    type: str


def _whole(position: int, entry: bytes) -> RecordedEvent:
    name = entry_type(entry)
    try:
        kind, version = _class_of(name)
        found = _validator(kind).validate_json(entry) if version == kind.version else _lifted(kind, version, entry)
    except (ValueError, KeyError, TypeError, AttributeError) as error:  # also from an upcast that met odd data
        raise UnreadableEntry(f"position {position}: {error}") from error
    if found.type != name:
        raise UnreadableEntry(f"position {position}: the entry names two types")
    return RecordedEvent(position, Entry(*(getattr(found, member) for member in Entry._fields)))


@cache
def _validator(kind: type[Event]) -> Any:
    return _Envelope[kind].__pydantic_validator__  # type: ignore[valid-type]


def _class_of(name: str) -> tuple[type[Event], int]:
    topic, mark, version = name.rpartition(".v")
    if not mark or not version.isdigit() or topic not in EVENT_TYPES:
        raise UnreadableEntry(f"the type {name!r} is unknown to this version of the ledger")
    kind = EVENT_TYPES[topic]
    if not 1 <= int(version) <= kind.version:
        raise UnreadableEntry(f"{name!r} is newer than this version of the ledger")
    return kind, int(version)


def _lifted(kind: type[Event], version: int, entry: bytes) -> _Envelope[Event]:
    """Lift the data of an older version step by step, by `upcast_v1_v2(data)` and its successors."""
    envelope = from_json(entry)
    for step in range(version, kind.version):
        getattr(kind, f"upcast_v{step}_v{step + 1}")(envelope["data"])
    found: _Envelope[Event] = _Envelope[kind].model_validate(envelope)  # type: ignore[valid-type]
    return found


# --- Reading what repeats only once -----------------------------------------------------------
# An entry is cut where what differs from event to event begins and ends: the data, the id, the time. Between
# them stand three pieces that recur by the thousand. Each is decoded once, on its own, and is canonical on its
# own, so that pieces that are all known, with a valid value in each cut, can be read in one way alone.
_ID_MARK, _ID_LENGTH = b',"id":"', 36
_TIME_LENGTH = len("2015-05-12T08:00:00.000000Z")
_MIDDLE_AT = len(_ID_MARK) + _ID_LENGTH
_PLAIN_BYTES = b"0123456789abcdefTZ:.-"
_PIECES_MAX = 4_096

_starts: dict[bytes, str] = {}
"""`{"actor":"…","data":` to the actor."""
_middles: dict[bytes, tuple[str, str, str]] = {}
"""`","source":"…","specversion":"1.0","subject":"…","time":"` to source, version and subject."""
_ends: dict[bytes, tuple[Callable[[bytes], Event], str]] = {}
"""`","type":"vote-cast.v1"}` to the validation of the data, where the version is the newest, and the type."""


def _in_pieces(position: int, entry: bytes) -> RecordedEvent | None:
    """Return what `_whole` returns, at two thirds of its cost; None where that has to look."""
    id_at = entry.rfind(_ID_MARK)
    time_end = entry.rfind(b'","type":"', id_at)
    data_at = entry.find(b',"data":', 0, id_at) + 8
    start, end = entry[:data_at], entry[time_end:]
    middle = entry[id_at + _MIDDLE_AT : time_end - _TIME_LENGTH]
    try:
        actor = _starts.get(start) or _learned_start(start)
        source, specversion, subject = _middles.get(middle) or _learned_middle(middle)
        validated, name = _ends.get(end) or _learned_end(end)
    except ValueError:
        return None
    named = entry[id_at + len(_ID_MARK) : id_at + _MIDDLE_AT]
    time = entry[time_end - _TIME_LENGTH : time_end]
    if (named + time).translate(None, _PLAIN_BYTES):
        return None
    try:
        data = validated(entry[data_at:id_at])
    except ValidationError:
        return None
    held = _new(Entry, (actor, data, named.decode(), source, specversion, subject, time.decode(), name))
    return cast(RecordedEvent, _new(RecordedEvent, (position, held)))


_new: Any = tuple.__new__
"""Makes a named tuple in half the time of its own constructor."""


def _learned_start(start: bytes) -> str:
    (actor,) = _texts(start + b'""}', ("actor",), ("data",))
    return _keep(_starts, start, actor)


def _learned_middle(middle: bytes) -> tuple[str, str, str]:
    source, specversion, subject = _texts(
        b'{"id":"' + middle + b'"}', ("source", "specversion", "subject"), ("id", "time")
    )
    if specversion != "1.0":
        raise NotInPieces("not CloudEvents 1.0")
    return _keep(_middles, middle, (source, specversion, subject))


def _learned_end(end: bytes) -> tuple[Callable[[bytes], Event], str]:
    (name,) = _texts(b'{"time":"' + end, ("type",), ("time",))
    kind, version = _class_of(name)
    if version != kind.version:
        raise NotInPieces("an older version")
    return _keep(_ends, end, (kind.__pydantic_validator__.validate_json, name))


def _keep(pieces: dict[bytes, T], piece: bytes, meaning: T) -> T:
    if len(pieces) >= _PIECES_MAX:
        pieces.clear()
    pieces[piece] = meaning
    return meaning


def _texts(piece: bytes, members: tuple[str, ...], cut: tuple[str, ...]) -> tuple[str, ...]:
    """Return the members of a piece that was made an object by an empty text for each one `cut` out of it."""
    found = from_json(piece)
    if not isinstance(found, dict) or list(found) != sorted(members + cut) or to_json(found) != piece:
        raise NotInPieces("not a piece of an entry")
    if any(found[member] != "" for member in cut) or not all(isinstance(text, str) for text in found.values()):
        raise NotInPieces("cut elsewhere than in an empty text")
    return tuple(found[member] for member in members)
