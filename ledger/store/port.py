"""The store port: what the record asks of an engine.

A store holds the record of one ledger. Writing goes through one path only: `read` what the whole
group depends on, then `append` the group. The engine locks the ledger's head row first, so
positions are gapless, commit order is position order, and nothing recorded between the read and
the append goes unnoticed. Reading anything else is by position.

    StoreError ─┬─ Conflict          something the group depends on was recorded since it was read
                ├─ RequestRaced      another writer recorded one of the request ids meanwhile
                ├─ ClockBehind       the group is stamped over 5 s before the head; check the clock
                ├─ StoreUnavailable  no answer; whether the group was recorded is unknown: ask again
                ├─ StoreFull         the engine has no space; nothing was written
                └─ StoreUnfit        the engine is not durable or not ours; names the remedy
                   └─ StoreDamaged   the engine found its data damaged
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache, lru_cache
from typing import NamedTuple, Protocol
from uuid import UUID

GROUP_SUBMISSIONS_MAX = 2_000
GROUP_BYTES_MAX = 4 << 20
PAGE_EVENTS = 5_000
CLOCK_BEHIND_SECONDS_MAX = 5


class StoreError(Exception):
    """The store did not do what it was asked."""


class Conflict(StoreError):
    """Something the group depends on was recorded since it was read. Read again and decide again."""

    def __init__(self, refused: Sequence[int]) -> None:
        self.refused = tuple(refused)
        super().__init__(f"{len(self.refused)} conditions no longer hold")


class RequestRaced(StoreError):
    """Another writer recorded one of the group's request ids since it was read. Read again."""


class ClockBehind(StoreError):
    """The group is stamped more than 5 s before the last recorded event; check the server's clock."""


class StoreUnavailable(StoreError):
    """The store did not answer. Whether the group was recorded is unknown; ask again with the same request ids."""


class StoreFull(StoreError):
    """The store has no space left; nothing was written. Free space and try again."""


class StoreUnfit(StoreError):
    """The store must not be used as it is set up; the message names the setting and the remedy."""


class StoreDamaged(StoreUnfit):
    """The engine found pages or rows of its own damaged; the message says what to restore from."""


@lru_cache(maxsize=4 * GROUP_SUBMISSIONS_MAX)
def tag_hash(tag: str) -> bytes:
    """Return the 16 bytes under which a tag is indexed: BLAKE2b-128, so that nobody can choose two
    tags that collide (64 bits would fall after about 2^32 tries).
    """
    return hashlib.blake2b(tag.encode(), digest_size=16).digest()


MARK = "\x1f"
"""Separates the topics of one probe; a topic never holds it."""


@cache
def joined(topics: tuple[str, ...]) -> str:
    """Return topics as the engines look them up: each between marks; empty stands for any topic."""
    return f"{MARK}{MARK.join(topics)}{MARK}" if topics else ""


class Probe(NamedTuple):
    """Ask for the events that carry `tag`, are of one of `topics` (of any, when none is named), and
    lie after `after`.
    """

    tag: str
    topics: tuple[str, ...]
    after: int = 0


class Recorded(NamedTuple):
    """What the record keeps of one event: position, entry bytes."""

    position: int
    entry: bytes


@dataclass(frozen=True, slots=True)
class KnownRequest:
    """An accepted request: its events' positions (first, count), the keyed hash of its content, its
    events' leaf hashes (32 bytes each, joined) and when they were recorded (RFC 3339, UTC).
    """

    first: int
    count: int
    content: bytes
    leaves: bytes
    recorded_at: str


class Before(NamedTuple):
    """What a group depends on, as one consistent moment of the record.

    `head` is the last position, `requests` the request ids known already, `histories` the entries
    found by each probe, in position order, in the order of the probes.
    """

    head: int
    requests: dict[UUID, KnownRequest]
    histories: list[list[Recorded]]


class NewEvent(NamedTuple):
    """One event ready to be recorded. `id` is a UUID's text, `leaf` the RFC 6962 leaf hash (32 bytes)."""

    id: str
    type: str
    topic: str
    entry: bytes
    leaf: bytes
    tags: tuple[str, ...]


class NewSealed(NamedTuple):
    """The ciphertext of one sealed field; `ordinal` counts the group's events from 0."""

    ordinal: int
    pointer: str
    key: str
    nonce: bytes
    ciphertext: bytes


@dataclass(slots=True)
class NewRequest:
    """One accepted request of a group; `ordinal` is that of its first event in the group."""

    id: UUID
    ordinal: int
    count: int
    content: bytes


@dataclass(slots=True)
class Group:
    """What is appended in one transaction: all of it, or nothing.

    `head` is the position the group was decided at, `recorded_at` its stamp (RFC 3339, UTC);
    `conditions` are probes of which none may find anything after `head` (their own `after` is not looked at).
    """

    head: int
    recorded_at: str
    conditions: list[Probe] = field(default_factory=list)
    events: list[NewEvent] = field(default_factory=list)
    requests: list[NewRequest] = field(default_factory=list)
    sealed: list[NewSealed] = field(default_factory=list)


class SealedRow(NamedTuple):
    """A sealed field as stored: position and pointer name it, `key` is the subject key's id."""

    position: int
    pointer: str
    key: str
    nonce: bytes
    ciphertext: bytes


class Appender(Protocol):
    """The writing half, used by the one committer of a process. Coroutines: a group waits for a flush."""

    async def read(self, requests: Sequence[UUID], probes: Sequence[Probe]) -> Before:
        """Return what the group depends on. Raises StoreUnavailable."""

    async def append(self, group: Group) -> int:
        """Record the group and return its first position. Raises any StoreError; then nothing was written
        (after StoreUnavailable: unknown).
        """

    async def close(self) -> None: ...


class Reader(Protocol):
    """The reading half: plain calls, safe from any thread that owns the reader."""

    def head(self) -> int:
        """Return the last position, 0 for an empty record."""

    def entries(self, after: int, limit: int = PAGE_EVENTS, types: Collection[str] = ()) -> list[Recorded]:
        """Return up to `limit` entries after a position, in order, of the given types (`vote-cast.v1`) or all."""

    def leaves(self, after: int, limit: int) -> list[bytes]:
        """Return up to `limit` leaf hashes after a position, in order."""

    def positions(self, tags: Collection[str], after: int, upto: int, topics: Collection[str] = ()) -> list[int]:
        """Return the positions in (after, upto] of the events that carry all `tags`, in order, of some topics or all."""

    def at(self, positions: Sequence[int]) -> list[Recorded]:
        """Return the entries at the given positions, in order; missing ones are left out."""

    def request(self, request_id: UUID) -> KnownRequest | None: ...

    def sealed(self, positions: Collection[int]) -> list[SealedRow]: ...

    def wait(self, after: int, timeout: float) -> int:
        """Return the head as soon as it passes `after`, at the latest after `timeout` seconds."""

    def close(self) -> None: ...


class Checkpoint(NamedTuple):
    """A signed checkpoint as kept: `size` in leaves, `root` 32 bytes, `note` the signed text (C2SP)."""

    size: int
    root: bytes
    note: str


class Cosignature(NamedTuple):
    """What a witness said of a checkpoint, as kept: nothing in it may be believed before it is checked.

    `signer` is the key's name, a plus and its id in hexadecimal; `line` the line of the note (C2SP tlog-cosignature),
    newline included; `cosigned_at` the time in it, in seconds since 1970.
    """

    size: int
    signer: str
    line: str
    cosigned_at: int


class StoredTile(NamedTuple):
    """The widest form of a tile: at most 256 hashes of 32 bytes, of one level."""

    level: int
    number: int
    hashes: bytes


class CheckpointStore(Protocol):
    """What the publisher keeps: tiles, and every checkpoint ever signed. The readers implement it."""

    def last_checkpoint(self) -> Checkpoint | None: ...

    def checkpoint_covering(self, size: int) -> Checkpoint | None:
        """Return the oldest checkpoint of at least `size` leaves."""

    def checkpoints(self, after: int, limit: int) -> list[Checkpoint]:
        """Return up to `limit` checkpoints above a size, in order: the history of what was signed."""

    def cosignatures(self, size: int) -> list[Cosignature]:
        """Return what witnesses said of the checkpoint of `size`: of each signer the first line, then the latest."""

    def cosignatures_between(self, low: int, high: int) -> list[Cosignature]:
        """Return the same of every checkpoint from the size `low` to the size `high`, in order of size."""

    def last_cosigned(self, limit: int) -> list[int]:
        """Return the sizes of the newest checkpoints that have cosignatures, the newest first."""

    def cosigned_from(self, size: int, limit: int) -> list[int]:
        """Return the sizes of the oldest checkpoints of at least `size` leaves that have cosignatures, in order."""

    def add_cosignatures(self, cosignatures: Sequence[Cosignature]) -> None:
        """Keep what witnesses said, all or nothing. Each signer's first line under a size stays for ever; beside it
        the one with the latest time is kept.
        """

    def tiles(self, level: int, numbers: Collection[int]) -> dict[int, bytes]:
        """Return the hashes of some tiles of a level by their numbers; missing ones are left out."""

    def put_tiles(self, tiles: Sequence[StoredTile]) -> None:
        """Write tiles, all or none; a wider form takes the place of a narrower one."""

    def add_checkpoint(self, checkpoint: Checkpoint, signed_at: str, tiles: Sequence[StoredTile] = ()) -> None:
        """Keep a checkpoint together with its tiles, all or nothing; `signed_at` is RFC 3339 UTC.

        Raises RequestRaced when another publisher has signed that size already.
        """


# --- The positions a tag row covers -----------------------------------------------------------
def pack_covered(positions: Sequence[int]) -> bytes | None:
    """Return the runs of a tag row: pairs of uint32 (distance from the last position, length).

    None stands for the last position alone. One row for a tag that hundreds of a group's events
    share costs one index entry, and still tells exactly which positions it covers.
    """
    last = positions[-1]
    if len(positions) == 1:
        return None
    packed = bytearray()
    start = previous = positions[0]
    for position in (*positions[1:], None):
        if position is not None and position == previous + 1:
            previous = position
            continue
        packed += (last - start).to_bytes(4, "big") + (previous - start + 1).to_bytes(4, "big")
        if position is not None:
            start = previous = position
    return bytes(packed)


def covered(last: int, runs: bytes | None) -> Iterator[int]:
    """Yield, in order, the positions a tag row covers (the inverse of pack_covered)."""
    if runs is None:
        yield last
        return
    for at in range(0, len(runs), 8):
        start = last - int.from_bytes(runs[at : at + 4], "big")
        yield from range(start, start + int.from_bytes(runs[at + 4 : at + 8], "big"))


class TagRow(NamedTuple):
    """One row of the tag index for a group: ordinals count the group's events from 0."""

    tag: bytes
    topic: str
    last: int
    runs: bytes | None


def tag_rows(events: Iterable[NewEvent]) -> list[TagRow]:
    """Return the index rows of a group: one per tag and topic, however many events share it."""
    topics: dict[str, dict[str, list[int]]] = {}
    for ordinal, event in enumerate(events):
        places = topics.setdefault(event.topic, {})
        for tag in event.tags:
            if tag in places:
                places[tag].append(ordinal)
            else:
                places[tag] = [ordinal]
    return [
        TagRow(tag_hash(tag), topic, ordinals[-1], pack_covered(ordinals))
        for topic, places in topics.items()
        for tag, ordinals in places.items()
    ]
