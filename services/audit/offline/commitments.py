"""Sealed fields of entries: whether what is shown was committed to, and what is not shown is accounted for.

    {"class":"P","commit":"…"}   public: its words are opened, or an event says why not; else they are *withheld*
    {"class":"S","commit":"…"}   private: never opened, and nothing is asked of it

An operator may leave words away; what cannot be done is to show others than were committed to, to call public words
private, or to name an event that does not say so (docs/record-format.md, "Sealed fields").
"""

from __future__ import annotations

import re
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from hashlib import sha256
from typing import Any, NamedTuple

from services.audit.offline.strict import NotStrict, read_object
from services.audit.offline.subjects import SEALED_FIELDS
from services.audit.offline.words import OpenedLine, WithheldLine, WordLines
from services.audit.report import Kind, Report

PENDING_MAX = 1_000_000
"""Withheld fields whose event comes later in the record, kept until it is read."""

COVERS_MAX = 4_000_000
"""What events were found to cover, kept for the fields that refer back to them."""

CORRECTED = "corrected.v1"
_IN_LIST = re.compile(r"/[0-9]+(?=/|$)")
_MEMBER = re.compile(r"\{([a-z_]+)\}")
_SIGNS = (b'"commit"', b"\\u")
"""Without these an entry has no sealed field: in canonical form they are written so, otherwise with an escape."""

_COVERING = tuple(
    f'"type":"{name}"}}'.encode()
    for name in ("key-destroyed.v1", "input-withdrawn.v1", "input-moderated.v1", "unpublished.v1", "secrecy-marked.v1")
)
_PARTS = {
    "title": ("/title",),
    "parties": ("/sender", "/recipient"),
    "signatories": ("/signed_by",),
    "quotes": ("/text",),
}
"""Where the parts of a document that a secrecy mark may name lie in its events."""


class SealedField(NamedTuple):
    """A sealed field of an entry; `commit` is 43 characters of base64url."""

    pointer: str
    sealing_class: str
    commit: str


class _Pending(NamedTuple):
    """A withheld field whose event has not been read yet: any of `wanted` there will do."""

    place: str
    position: int
    why: str
    wanted: frozenset[str]


class Commitments:
    """Checks the sealed fields of a log's entries in one pass; `words` are None where the bundle has none."""

    def __init__(self, report: Report, size: int, words: WordLines | None, *, whole: bool) -> None:
        self._report, self._size, self._words, self._whole = report, size, words, whole
        self._covers: dict[int, frozenset[str]] = {}
        self._pending: dict[int, list[_Pending]] = {}
        self._held = self._kept = 0
        self._after = 0
        self._unknown: set[str] = set()

    def look(self, first: int, entries: list[bytes]) -> None:
        """Check the entries of a page, from position `first` on; pages come in order, damaged ones are left out."""
        if self._words is not None and first > self._after + 1:
            self._words.skip(first)
        self._after = first + len(entries) - 1
        for position, entry in enumerate(entries, first):
            if _SIGNS[0] in entry or _SIGNS[1] in entry or entry.endswith(_COVERING):
                self._entry(position, entry)
        if self._words is not None:
            self._words.refuse_before(self._after + 1)

    def finish(self) -> None:
        """Settle what waits for events that were not found."""
        for by, fields in sorted(self._pending.items()):
            for each in fields:
                if by > self._size:
                    reason = f"withheld as {each.why} by the event at position {by}, which lies beyond this log's size"
                    self._report.add(Kind.INCOMPLETE, each.place, f"{reason}: export it anew", each.position)
                elif self._whole:
                    self._uncovered(each, by)
                else:
                    self._report.count("withheld by events outside of this part")
        for name in sorted(self._unknown):
            self._report.leave(f"sealed fields of events of type {name} as to their keys: unknown to this verifier")

    # --- Entries --------------------------------------------------------------------------------
    def _entry(self, position: int, entry: bytes) -> None:
        try:
            members = read_object(entry)
        except NotStrict as error:
            self._report.add(Kind.INTEGRITY, f"position {position}", f"the entry cannot be read: {error}", position)
            return
        kind, told = members.get("type"), members.get("data")
        if not isinstance(kind, str) or not isinstance(told, dict):
            return
        if entry.endswith(_COVERING):
            self._cover(position, kind, told)
        fields = list(sealed_fields(told))
        if fields:
            self._fields(position, kind, told, fields)

    def _fields(self, position: int, kind: str, told: dict[str, Any], fields: list[SealedField]) -> None:
        lines = self._words.of(position) if self._words is not None else {}
        for each in fields:
            self._report.count("sealed fields")
            known = SEALED_FIELDS.get(kind, {}).get(_IN_LIST.sub("/*", each.pointer))
            place = f"position {position} ({kind}), field {each.pointer}"
            if known is None:
                self._unknown.add(kind)
            elif known[0] != each.sealing_class:
                reason = f"it is sealed as class {each.sealing_class}, and such a field is of class {known[0]}"
                self._report.add(Kind.INTEGRITY, place, reason, position)
            line = lines.pop(each.pointer, None)
            if each.sealing_class == "S":
                if line is not None:
                    self._report.add(Kind.INTEGRITY, place, f"words of class S have a line ({line.place})", position)
            elif isinstance(line, OpenedLine):
                self._open(place, each, line)
            elif line is not None:
                self._withhold(place, line, kind, told, each)
            elif self._words is not None:
                reason = "withheld: its words are not here, and nothing says why"
                self._report.add(Kind.INCOMPLETE, place, reason, position)
                self._report.count("words unaccounted for")
        if self._words is not None:
            for line in lines.values():
                self._words.refuse(line, "the entry has no such sealed field")

    def _open(self, place: str, field: SealedField, line: OpenedLine) -> None:
        if commitment(line.seed, line.plaintext) == field.commit:
            self._report.count("commitments opened")
            return
        reason = f"the words shown are not those the entry committed to ({line.place})"
        self._report.add(Kind.INTEGRITY, place, reason, line.position)

    # --- What is not shown ------------------------------------------------------------------------
    def _withhold(self, place: str, line: WithheldLine, kind: str, told: dict[str, Any], field: SealedField) -> None:
        if line.why not in {"erased", "hidden", "unpublished", "secret"}:
            self._report.add(
                Kind.INTEGRITY, place, f"it is withheld as {line.why!r}, which is no reason", line.position
            )
            return
        wanted = frozenset(_coverings(line.position, kind, told, field, line.why))
        pending = _Pending(place, line.position, line.why, wanted)
        self._report.count(f"withheld: {line.why}")
        if line.by in self._covers:
            self._settle(pending, line.by)
        elif line.by < line.position and self._whole:
            self._uncovered(pending, line.by)
        elif self._held < PENDING_MAX:
            self._held += 1
            self._pending.setdefault(line.by, []).append(pending)
        else:
            self._report.leave(f"what covers withheld fields after position {line.position}: there are too many")

    def _settle(self, pending: _Pending, by: int) -> None:
        if not pending.wanted & self._covers.get(by, frozenset()):
            self._uncovered(pending, by)

    def _uncovered(self, pending: _Pending, by: int) -> None:
        reason = f"withheld as {pending.why}, and the event at position {by} does not say so of it"
        self._report.add(Kind.INCOMPLETE, pending.place, reason, pending.position)

    def _cover(self, position: int, kind: str, told: dict[str, Any]) -> None:
        found = frozenset(_covered(kind, told))
        if self._kept + len(found) > COVERS_MAX:
            self._report.leave(f"what events after position {position} cover: there are too many")
            return
        self._kept += len(found)
        self._covers[position] = found
        for pending in self._pending.pop(position, ()):
            self._held -= 1
            self._settle(pending, position)


# --- Fields -----------------------------------------------------------------------------------
def sealed_fields(value: Any, pointer: str = "") -> Iterator[SealedField]:
    """Yield every sealed field in an event's data, by JSON Pointer (RFC 6901)."""
    if isinstance(value, dict):
        if value.keys() == {"class", "commit"}:
            sealing_class, commit = value["class"], value["commit"]
            if isinstance(sealing_class, str) and sealing_class in {"P", "S"} and isinstance(commit, str):
                yield SealedField(pointer, sealing_class, commit)
            return
        for name, each in value.items():
            if isinstance(each, dict | list):
                yield from sealed_fields(each, f"{pointer}/{name.replace('~', '~0').replace('/', '~1')}")
    elif isinstance(value, list):
        for number, each in enumerate(value):
            if isinstance(each, dict | list):
                yield from sealed_fields(each, f"{pointer}/{number}")


def commitment(seed: bytes, plaintext: bytes) -> str:
    """Return the commitment to a plaintext under a seed, as an entry holds it: SHA-256("field/v1" | seed | plaintext).

    Each part stands after its length in 8 bytes, so that no two lists of parts give the same bytes.
    """
    joined = b"".join(len(part).to_bytes(8, "big") + part for part in (b"field/v1", seed, plaintext))
    return urlsafe_b64encode(sha256(joined).digest()).rstrip(b"=").decode()


def subject_key(kind: str, told: dict[str, Any], field: SealedField) -> str | None:
    """Return the id of the key a field is sealed under, as the receipt of an erasure names it; None if unknown."""
    known = SEALED_FIELDS.get(kind, {}).get(_IN_LIST.sub("/*", field.pointer))
    if known is None:
        return None
    named = _MEMBER.sub(lambda member: str(told.get(member[1])), known[1])
    return f"{named}|{field.sealing_class}"


# --- What covers what -------------------------------------------------------------------------
def _coverings(position: int, kind: str, told: dict[str, Any], field: SealedField, why: str) -> Iterator[str]:
    """Yield what an event may cover so that this field is withheld for this reason."""
    key = subject_key(kind, told, field)
    if why == "erased":
        yield f"key {key}"
        return
    yield from _hiding(position, told.get("input"), told.get("document"), field.pointer, key or "", why)
    if kind == CORRECTED and field.pointer == "/text":
        # Words that correct others are withheld where those are, which the tag names.
        corrected, _, name = str(told.get("tag")).partition(":")
        named = name if corrected == "input" else None, name if corrected == "document" else None
        yield from _hiding(told.get("position"), *named, str(told.get("pointer")), key or "", why)


def _hiding(at: Any, name: Any, document: Any, pointer: str, key: str, why: str) -> Iterator[str]:
    if why == "hidden" and key.startswith("author:"):
        yield f"input {name}"
    if why == "unpublished":
        yield f"target position:{at}"
        yield f"target document:{document}"
    if why == "secret":
        yield f"secret whole {document}"
        yield from (f"secret {part} {document}" for part, pointers in _PARTS.items() if pointer.startswith(pointers))


def _covered(kind: str, told: dict[str, Any]) -> Iterator[str]:
    """Yield what an event covers, in the words of `_coverings`."""
    match kind, told:
        case "key-destroyed.v1", {"keys": list(keys)}:
            yield from (f"key {key}" for key in keys if isinstance(key, str))
        case "input-withdrawn.v1", {"input": str(name)}:
            yield f"input {name}"
        case "input-moderated.v1", {"input": str(name), "verdict": "rejected"}:
            yield f"input {name}"
        case "unpublished.v1", {"target": str(target)}:
            yield f"target {target}"
        case "secrecy-marked.v1", {"document": str(document), "part": str(part)}:
            yield f"secret {part} {document}"
