"""Whether the tag index and the request rows say exactly what the events say, in one pass and little memory.

Both are other orders of the same facts: the index by tag, the requests by id. Every fact (position and what belongs
to it) is hashed under a key made for this audit, added up where the events tell it and taken off where the rows do.
What is left in a stretch of positions shows that something differs there, and only that stretch is then compared
fact by fact. The key is secret and fresh, so nobody can have arranged facts that cancel.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from hashlib import blake2b
from itertools import islice
from typing import NamedTuple
from uuid import UUID

from ledger.entries import event_id
from services.audit.reading import RequestRow, TagRow

STRETCH = 4_096
_DIGEST = 16
UUID_BYTES = 16


class Fact(NamedTuple):
    """Something the rows say about one position."""

    position: int
    said: bytes


class Balance:
    """What the events say less what the rows say, by stretches of positions up to `head`."""

    def __init__(self, head: int) -> None:
        self.head = head
        self._left = [0] * (head // STRETCH + 1)
        self._key = os.urandom(32)

    def add(self, position: int, said: bytes) -> None:
        self._left[position // STRETCH] += self._number(position, said)

    def take(self, position: int, said: bytes) -> None:
        self._left[position // STRETCH] -= self._number(position, said)

    def uneven(self) -> Iterator[tuple[int, int]]:
        """Yield the stretches (after, upto] in which events and rows differ."""
        for number, left in enumerate(self._left):
            if left:
                yield number * STRETCH - 1, min(self.head, (number + 1) * STRETCH - 1)

    def _number(self, position: int, said: bytes) -> int:
        keyed = blake2b(position.to_bytes(8) + said, digest_size=_DIGEST, key=self._key)
        return int.from_bytes(keyed.digest())


class Impossible(ValueError):
    """A row that no append can have written."""


# --- What the rows say ------------------------------------------------------------------------
def tag_said(tag: bytes, topic: str) -> bytes:
    """Return a tag (16 bytes, hashed) and a topic as one fact."""
    return tag + topic.encode()


def tag_facts(row: TagRow, head: int) -> Iterator[Fact]:
    """Yield what an index row says about positions up to `head`; raise Impossible for runs that make no sense."""
    said = tag_said(row.tag, row.topic)
    for start, length in _runs(row):
        if start < 1 or length < 1 or start + length - 1 > row.position:
            raise Impossible(f"the index row ending at position {row.position} covers positions that cannot be")
        for position in range(start, min(start + length, head + 1)):
            yield Fact(position, said)


def _runs(row: TagRow) -> Iterator[tuple[int, int]]:
    if row.runs is None:
        yield row.position, 1
        return
    if len(row.runs) % 8:
        raise Impossible(f"the index row ending at position {row.position} is cut short")
    for at in range(0, len(row.runs), 8):
        distance, length = int.from_bytes(row.runs[at : at + 4]), int.from_bytes(row.runs[at + 4 : at + 8])
        yield row.position - distance, length


def request_facts(row: RequestRow, origin: str, head: int) -> Iterator[Fact]:
    """Yield the ids that a request gives its events, with their positions; raise Impossible."""
    if len(row.id) != UUID_BYTES:
        raise Impossible(f"the request at position {row.first} has an id that is none")
    name = UUID(bytes=row.id)
    if row.first < 1 or row.events < 1:
        raise Impossible(f"request {name} has no possible positions")
    for ordinal, position in enumerate(range(row.first, min(row.first + row.events, head + 1))):
        yield Fact(position, bytes.fromhex(event_id(origin, name, ordinal).replace("-", "")))


# --- Comparing --------------------------------------------------------------------------------
def first_difference(
    after: int,
    upto: int,
    told: Iterable[Fact],
    facts: Iterable[Fact],
    describe: Callable[[Fact, bool], str],
) -> tuple[int, str] | None:
    """Compare one stretch fact by fact; return the first position at which the two differ, and how.

    `told` is what the events say, `facts` what all rows say; `describe(fact, missing)` puts a difference in words.
    """
    left = Counter(told)
    left.subtract(Counter(fact for fact in facts if after < fact.position <= upto))
    differing = sorted((fact, number) for fact, number in left.items() if number)
    for fact, number in islice(differing, 1):
        return fact.position, describe(fact, number > 0)
    return None
