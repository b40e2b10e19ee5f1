"""One event row against itself: bytes, hash, canonical form, and every column that repeats what the entry says."""

from __future__ import annotations

import re
from functools import lru_cache
from hashlib import sha256
from typing import TYPE_CHECKING, Any, NamedTuple
from urllib.parse import unquote

from pydantic_core import from_json, to_json

from ledger.canonical import INTEGER_MAX
from ledger.entries import UnreadableEntry, decode
from ledger.messages import EVENT_TYPES
from ledger.sealing import SealedWords, sealed_of
from ledger.store.port import tag_hash

if TYPE_CHECKING:  # an audit of entries alone loads no database
    from services.audit.reading import EventRow


class Unsound(ValueError):
    """The row is not what an append writes; the message says in which respect."""


class UnknownType(ValueError):
    """The entry is sound as far as can be told, and of a type this version does not know."""


class Told(NamedTuple):
    """What an event says beyond its columns: the topic and tags it is indexed under, its sealed fields."""

    topic: str
    tags: tuple[str, ...]
    sealed: list[SealedWords]


_PLAIN = {str, int, bool, type(None)}

hashed = lru_cache(maxsize=8_192)(tag_hash)
"""Most tags recur: a ballot's on each of its votes."""


def leaf_of(row: EventRow) -> bytes:
    """Return the leaf hash of the entry as stored (RFC 6962 §2.1)."""
    return sha256(b"\0" + row.entry).digest()


def examined(row: EventRow, origin: str) -> Told:
    """Check all of a row but its leaf hash; return what the event says. Raises Unsound or UnknownType."""
    members = _members(row.entry)
    named = row.id.hex()
    named = f"{named[:8]}-{named[8:12]}-{named[12:16]}-{named[16:20]}-{named[20:]}"
    for member, wanted in (("id", named), ("type", row.type)):
        if members.get(member) != wanted:
            raise Unsound(f"the entry's {member} is {members.get(member)!r}, the row says {wanted!r}")
    return _told(row.position, row.entry, members, origin)


def examined_entry(position: int, entry: bytes, origin: str) -> Told:
    """Check an entry that has no row beside it; return what the event says. Raises Unsound or UnknownType."""
    members = _members(entry)
    if not isinstance(members.get("type"), str):
        raise Unsound("the entry's type is no text")
    if not (isinstance(members.get("id"), str) and is_uuid(members["id"])):
        raise Unsound("the entry's id is no UUID")
    return _told(position, entry, members, origin)


is_uuid = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}").fullmatch
"""Match the text of a UUID as entries have it (RFC 9562 §4)."""


def _told(position: int, entry: bytes, members: dict[str, Any], origin: str) -> Told:
    for member, wanted in (("source", origin), ("specversion", "1.0")):
        if members.get(member) != wanted:
            raise Unsound(f"the entry's {member} is {members.get(member)!r}, and must be {wanted!r}")
    return _foreign(members) if "data_base64" in members else _own(position, entry, members)


def _members(entry: bytes) -> dict[str, Any]:
    try:
        members = from_json(entry)
    except ValueError as error:
        raise Unsound("the entry is not JSON") from error
    if not isinstance(members, dict):
        raise Unsound("the entry is not a JSON object")
    if not in_order(members) or to_json(members) != entry:
        raise Unsound("the entry is not in canonical form (RFC 8785)")
    return members


def in_order(value: Any) -> bool:
    """Tell whether encoding `value` compactly gives its canonical form, as `ledger.canonical` does by sorting a copy.

    A fourth of the cost of that, which an audit pays for every event of the record.
    """
    kind = type(value)
    if kind is dict:
        names = list(value)
        ordered = names == sorted(names) and all(map(str.isascii, names))
        return ordered and all(type(each) is str or in_order(each) for each in value.values())
    if kind is list:
        return all(type(each) is str or in_order(each) for each in value)
    return kind in _PLAIN and (kind is not int or abs(value) <= INTEGER_MAX)


def _own(position: int, entry: bytes, members: dict[str, Any]) -> Told:
    name = members["type"]
    topic, _, version = name.rpartition(".v")
    if topic not in EVENT_TYPES:
        raise UnknownType(f"the type {name!r} is unknown to this version; a newer liggare is needed")
    try:
        event = decode(position, entry).event
    except UnreadableEntry as error:
        if version.isdigit() and int(version) > EVENT_TYPES[topic].version:
            raise UnknownType(f"the type {name!r} is newer than this version; a newer liggare is needed") from error
        raise Unsound("the entry does not have the shape of its type") from error
    if members.get("subject") != event.subject():
        raise Unsound("the entry's subject is not its main tag")
    return Told(topic, event.tags(), sealed_of(event))


def _foreign(members: dict[str, Any]) -> Told:
    if not isinstance(members.get("tags", ""), str):
        raise Unsound("the entry's tags are not a text")
    tags = tuple(dict.fromkeys(unquote(tag) for tag in members["tags"].split(","))) if "tags" in members else ()
    return Told(members["type"], tags, [])
