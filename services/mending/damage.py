"""What is damaged: where, what it is derived from, and whether it can be mended from what is left."""

from __future__ import annotations

from collections import Counter
from enum import StrEnum
from typing import Any, NamedTuple

from services.audit.report import Kind

DAMAGES_MAX = 1_000
"""Damages of one part told one by one; of further ones only the number."""


class Mending(StrEnum):
    """What mends a damage."""

    ALONE = "repair"
    COPY = "repair --from COPY"
    REBUILD = "rebuild"
    BACKUP = "a backup"
    NOTHING = "nothing"


class Part(StrEnum):
    """What a ledger's database consists of."""

    FILE = "file"
    HEAD = "head"
    ENTRY = "entry"
    LEAF = "leaf hash"
    COLUMN = "column"
    TILE = "tile"
    CHECKPOINT = "checkpoint"
    TAG = "tag index"
    REQUEST = "request"
    SEALED = "sealed field"
    READ_MODEL = "read model"
    SEARCH = "search index"
    GUARD = "trigger"


ORIGIN = {
    Part.FILE: "the storage engine's own pages",
    Part.HEAD: "the last event",
    Part.ENTRY: "nothing: it is the record itself",
    Part.LEAF: "the entry",
    Part.COLUMN: "the entry",
    Part.TILE: "the leaf hashes",
    Part.CHECKPOINT: "its signed note; a note is derived from nothing",
    Part.TAG: "the entries",
    Part.REQUEST: "the caller's request; its place and length also from the entries' ids",
    Part.SEALED: "nothing: it is sealed under a subject's key",
    Part.READ_MODEL: "the entries",
    Part.SEARCH: "the entries and the public words",
    Part.GUARD: "the schema",
}

MENDS = {
    Mending.ALONE: "`liggare repair` mends it from what is left here",
    Mending.COPY: "`liggare repair --from COPY` mends it where a replica or bundle has bytes that fit the signed tree",
    Mending.REBUILD: "`liggare repair` or `liggare rebuild` builds it anew",
    Mending.BACKUP: "restore the database from a backup that verifies; nothing here can mend it",
    Mending.NOTHING: "nothing mends it; it stays told",
}


class Damage(NamedTuple):
    """One thing that is damaged. `position` is the first event concerned, where one is."""

    part: Part
    place: str
    reason: str
    mending: Mending
    position: int | None = None
    kind: Kind = Kind.INTEGRITY

    def __str__(self) -> str:
        return f"{self.place}: {self.reason}; derived from {ORIGIN[self.part]}; {MENDS[self.mending]}"

    def to_json(self) -> dict[str, Any]:
        """Return the damage as plain JSON values."""
        return {
            "part": self.part.value,
            "place": self.place,
            "position": self.position,
            "reason": self.reason,
            "derived_from": ORIGIN[self.part],
            "mended_by": self.mending.value,
            "advice": MENDS[self.mending],
        }


class Damages:
    """Everything that was found, in the order it was looked at."""

    def __init__(self) -> None:
        self.found: list[Damage] = []
        self.numbers: Counter[Part] = Counter()
        self.not_checked: list[str] = []

    def add(
        self, part: Part, place: str, reason: str, mending: Mending, position: int | None = None,
        kind: Kind = Kind.INTEGRITY,
    ) -> None:  # fmt: skip
        """Take down a damage."""
        self.numbers[part] += 1
        if self.numbers[part] <= DAMAGES_MAX:
            self.found.append(Damage(part, place, reason, mending, position, kind))

    @property
    def further(self) -> int:
        """How many damages are counted only."""
        return sum(self.numbers.values()) - len(self.found)

    @property
    def exit_code(self) -> int:
        """0 whole, 3 the record is damaged, 5 only something shown is, 6 something could not be looked at."""
        return min((int(damage.kind) for damage in self.found), default=0)
