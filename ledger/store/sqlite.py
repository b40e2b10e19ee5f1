"""The record in SQLite: one file, nothing to install; for trials, small bodies and tests.

The same tables and the same way of writing as in PostgreSQL. BEGIN IMMEDIATE is the head lock, so
several processes may append to one file; they wait for one another.
"""

from __future__ import annotations

import asyncio
import tempfile
import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, TypeVar
from uuid import UUID

from eventsourcing.utils import Environment, EnvType
from pydantic_core import to_json

from ledger.store import dcb
from ledger.store.port import (
    CLOCK_BEHIND_SECONDS_MAX,
    PAGE_EVENTS,
    Before,
    Checkpoint,
    ClockBehind,
    Conflict,
    Cosignature,
    Group,
    KnownRequest,
    Probe,
    Recorded,
    SealedRow,
    StoredTile,
    StoreUnavailable,
    StoreUnfit,
    covered,
    joined,
    tag_hash,
    tag_rows,
)
from ledger.store.sqlite_session import (
    SQL,
    check_durability,
    connect,
    create_ledger,
    ledger_number,
    migrate,
    signal_of,
    transaction,
    translated,
)

__all__ = [
    "SQLiteAppender",
    "SQLiteFactory",
    "SQLiteReader",
    "SQLiteWriter",
    "check_durability",
    "connect",
    "create_ledger",
    "migrate",
]

POLL_SECONDS = 0.2
"""How soon an append of another process is noticed."""

T = TypeVar("T")


# --- Reading ----------------------------------------------------------------------------------
LOOK_UPS_MAX = 500
"""Keys looked up in one statement; SQLite allowed 999 parameters before 3.32."""


class SQLiteReader:
    """The reading half on one connection; not shared between threads."""

    def __init__(self, path: str | Path, origin: str) -> None:
        self.connection = connect(path)
        self._signal = signal_of(path)
        try:
            self.ledger = ledger_number(self.connection, origin)
        except BaseException:
            self.connection.close()
            raise

    def head(self) -> int:
        (row,) = self._all("head")
        return int(row[0])

    def entries(self, after: int, limit: int = PAGE_EVENTS, types: Collection[str] = ()) -> list[Recorded]:
        if types:
            rows = self._all("entries_of_types", after=after, limit=limit, types=_json(types))
        else:
            rows = self._all("entries", after=after, limit=limit)
        return [Recorded(*row) for row in rows]

    def leaves(self, after: int, limit: int) -> list[bytes]:
        return [leaf for (leaf,) in self._all("leaves", after=after, limit=limit)]

    def positions(self, tags: Collection[str], after: int, upto: int, topics: Collection[str] = ()) -> list[int]:
        found: set[int] | None = None
        for tag in tags:
            rows = self._all("tag_rows", tag=tag_hash(tag), after=after, topics=joined(tuple(topics)))
            places = {at for last, runs in rows for at in covered(last, runs) if after < at <= upto}
            found = places if found is None else found & places
            if not found:
                return []
        return sorted(found or ())

    def at(self, positions: Sequence[int]) -> list[Recorded]:
        return [Recorded(*row) for row in self._all("entries_at", positions=_json(positions))]

    def request(self, request_id: UUID) -> KnownRequest | None:
        rows = self._all("request", id=request_id.bytes)
        if not rows:
            return None
        first, count, content = rows[0]
        places = self._all("recorded", first=first, next=first + count)
        return KnownRequest(first, count, content, b"".join(leaf for leaf, _ in places), places[-1][1])

    def sealed(self, positions: Collection[int]) -> list[SealedRow]:
        return [SealedRow(*row) for row in self._all("sealed", positions=_json(positions))]

    def delete_sealed(self, keys: Collection[str]) -> None:
        """Take away the ciphertexts under destroyed keys, and overwrite them in the file and its write-ahead log."""
        with translated():
            self.connection.execute("PRAGMA secure_delete = ON")
            try:
                with transaction(self.connection):
                    self._all("delete_sealed", keys=_json(keys))
            finally:
                self.connection.execute("PRAGMA secure_delete = OFF")
            # Old frames of the log hold what was deleted; whoever reads meanwhile leaves that to the next time.
            self.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()

    def wait(self, after: int, timeout: float) -> int:
        """An append in this process wakes this up at once; others are noticed by polling."""
        deadline = time.monotonic() + timeout
        while True:
            seen = self._signal.count()
            head = self.head()
            left = deadline - time.monotonic()
            if head > after or left <= 0:
                return head
            self._signal.wait(seen, min(left, POLL_SECONDS))

    def close(self) -> None:
        self.connection.close()

    # --- What the publisher keeps ---
    def last_checkpoint(self) -> Checkpoint | None:
        rows = self._all("last_checkpoint")
        return Checkpoint(*rows[0]) if rows else None

    def checkpoint_covering(self, size: int) -> Checkpoint | None:
        rows = self._all("checkpoint_covering", size=size)
        return Checkpoint(*rows[0]) if rows else None

    def checkpoints(self, after: int, limit: int) -> list[Checkpoint]:
        return [Checkpoint(*row) for row in self._all("checkpoints", after=after, limit=limit)]

    def cosignatures(self, size: int) -> list[Cosignature]:
        return [Cosignature(*row) for row in self._all("cosignatures", size=size)]

    def cosignatures_between(self, low: int, high: int) -> list[Cosignature]:
        return [Cosignature(*row) for row in self._all("cosignatures_between", low=low, high=high)]

    def last_cosigned(self, limit: int) -> list[int]:
        return [size for (size,) in self._all("last_cosigned", limit=limit)]

    def cosigned_from(self, size: int, limit: int) -> list[int]:
        return [found for (found,) in self._all("cosigned_from", size=size, limit=limit)]

    def add_cosignatures(self, cosignatures: Sequence[Cosignature]) -> None:
        with translated(), transaction(self.connection):
            for each in cosignatures:
                self._all("add_cosignature", **each._asdict())
                self._all("renew_cosignature", **each._asdict())

    def tiles(self, level: int, numbers: Collection[int]) -> dict[int, bytes]:
        return dict(self._all("tiles", level=level, numbers=_json(numbers)))

    def put_tiles(self, tiles: Sequence[StoredTile]) -> None:
        with translated(), transaction(self.connection):
            for tile in tiles:
                self._all("put_tile", **tile._asdict())

    def add_checkpoint(self, checkpoint: Checkpoint, signed_at: str, tiles: Sequence[StoredTile] = ()) -> None:
        with translated(), transaction(self.connection):
            for tile in tiles:
                self._all("put_tile", **tile._asdict())
            self._all("add_checkpoint", **checkpoint._asdict(), signed_at=signed_at)

    def _all(self, statement: str, **arguments: Any) -> list[tuple[Any, ...]]:
        with translated():
            arguments["ledger"] = self.ledger
            return self.connection.execute(SQL[statement], arguments).fetchall()


def _json(values: Collection[Any]) -> str:
    """Return values as the JSON list that `json_each` takes apart; SQLite knows no arrays."""
    return to_json(list(values)).decode()


# --- Appending --------------------------------------------------------------------------------
class SQLiteWriter(SQLiteReader):
    """Reads and appends on one connection, in plain calls; not shared between threads."""

    def before(self, requests: Sequence[UUID], probes: Sequence[Probe]) -> Before:
        """Return what a group depends on, as one consistent moment."""
        with translated():
            # A deferred transaction: one moment of the record, and no lock.
            self.connection.execute("BEGIN")
            try:
                ids = self._present("present_requests", [request.bytes for request in requests])
                found = ((request, self.request(request)) for request in requests if request.bytes in ids)
                known = {request: each for request, each in found if each is not None}
                tags = self._present("present_tags", [tag_hash(probe.tag) for probe in probes])
                histories = [self._history(probe) if tag_hash(probe.tag) in tags else [] for probe in probes]
                return Before(self.head(), known, histories)
            finally:
                if self.connection.in_transaction:
                    self.connection.execute("COMMIT")

    def _present(self, statement: str, keys: Sequence[bytes]) -> set[bytes]:
        """Return those of the keys that are in the record at all; nearly none are, so asking for each would be waste."""
        found: set[bytes] = set()
        for start in range(0, len(keys), LOOK_UPS_MAX):
            some = keys[start : start + LOOK_UPS_MAX]
            marks = ",".join("?" * len(some))
            found.update(key for (key,) in self.connection.execute(f"{SQL[statement]} ({marks})", (self.ledger, *some)))
        return found

    def _history(self, probe: Probe) -> list[Recorded]:
        arguments = (self.ledger, tag_hash(probe.tag), probe.after, joined(probe.topics))
        rows = self.connection.execute(SQL["history"], arguments).fetchall()
        found = {position: entry for position, entry, runs in rows if runs is None}
        # A row that covers several positions: their entries are fetched apart.
        several = {
            at for position, _, runs in rows if runs is not None for at in covered(position, runs) if at > probe.after
        }
        if several:
            found |= self.at(sorted(several))
        return [Recorded(position, found[position]) for position in sorted(found)]

    def append(self, group: Group) -> int:
        """Record the group and return its first position, alone or within `locked`."""
        with translated():
            if self.connection.in_transaction:
                return self._insert(group)
            with transaction(self.connection):
                first = self._insert(group)
        self._signal.send()
        return first

    @contextmanager
    def locked(self) -> Iterator[int]:
        """Hold the head lock and yield the last position; what is appended meanwhile is recorded at the end."""
        with translated(), transaction(self.connection):
            yield self.head()
        self._signal.send()

    def _insert(self, group: Group) -> int:
        row = self.connection.execute(SQL["head_row"], {"ledger": self.ledger}).fetchone()
        if row is None:
            raise StoreUnfit("this database holds no such ledger; run `liggare init`")
        first, last_recorded = row
        _check_clock(group.recorded_at, last_recorded)
        if first - 1 != group.head:
            refused = [ordinal for ordinal, probe in enumerate(group.conditions) if self._refuted(probe, group.head)]
            if refused:
                raise Conflict(refused)
        self._insert_rows(group, first)
        moved = {"ledger": self.ledger, "events": len(group.events), "recorded_at": group.recorded_at}
        self.connection.execute(SQL["move_head"], moved)
        return int(first)

    def _refuted(self, probe: Probe, head: int) -> bool:
        arguments = (self.ledger, tag_hash(probe.tag), head, joined(probe.topics))
        return self.connection.execute(SQL["refuted"], arguments).fetchone() is not None

    def _insert_rows(self, group: Group, first: int) -> None:
        ledger, at, many = self.ledger, group.recorded_at, self.connection.executemany
        many(
            SQL["add_event"],
            [
                (ledger, position, bytes.fromhex(each.id.replace("-", "")), each.type, at, each.entry, each.leaf)
                for position, each in enumerate(group.events, first)
            ],
        )
        # In the order of the index, which then touches each of its pages once.
        rows = sorted(tag_rows(group.events), key=lambda row: row.tag)
        many(SQL["add_tag"], [(ledger, row.tag, first + row.last, row.topic, row.runs) for row in rows])
        requests = sorted(group.requests, key=lambda each: each.id.bytes)
        many(
            SQL["add_request"],
            [(ledger, each.id.bytes, first + each.ordinal, each.count, each.content) for each in requests],
        )
        many(SQL["add_sealed"], [(ledger, first + each.ordinal, *each[1:]) for each in group.sealed])


def _check_clock(stamp: str, last_recorded: str) -> None:
    """Raise ClockBehind for a group stamped more than 5 s before the last one."""
    if stamp >= last_recorded:
        return
    behind = datetime.fromisoformat(last_recorded) - datetime.fromisoformat(stamp)
    if behind > timedelta(seconds=CLOCK_BEHIND_SECONDS_MAX):
        raise ClockBehind(f"the group is stamped {stamp}, the last event {last_recorded}")


class SQLiteAppender:
    """The writing half for the committer: the blocking calls run in a thread, one at a time."""

    def __init__(self, path: str | Path, origin: str) -> None:
        self._path, self._origin = path, origin
        self._lock = threading.Lock()
        self._writer: SQLiteWriter | None = None

    async def read(self, requests: Sequence[UUID], probes: Sequence[Probe]) -> Before:
        return await asyncio.to_thread(self._call, lambda writer: writer.before(requests, probes))

    async def append(self, group: Group) -> int:
        return await asyncio.to_thread(self._call, lambda writer: writer.append(group))

    async def close(self) -> None:
        await asyncio.to_thread(self._close)

    def _call(self, work: Callable[[SQLiteWriter], T]) -> T:
        with self._lock:
            if self._writer is None:
                self._writer = SQLiteWriter(self._path, self._origin)
            try:
                return work(self._writer)
            except StoreUnavailable:
                # Start afresh: after a failed read or write nothing is known about this connection.
                self._writer.close()
                self._writer = None
                raise

    def _close(self) -> None:
        with self._lock:
            if self._writer is not None:
                self._writer.close()
                self._writer = None


# --- The `eventsourcing` plug-in --------------------------------------------------------------
class SQLiteFactory(dcb.LedgerFactory):
    """Makes recorders for applications with `PERSISTENCE_MODULE=ledger.store.sqlite` and SQLITE_DBNAME."""

    SQLITE_DBNAME = "SQLITE_DBNAME"

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        self._path = self.needed(self.SQLITE_DBNAME)
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        if self._path.startswith("file:"):
            raise OSError(f"{self.SQLITE_DBNAME} must be a path or :memory:, not an address")
        if self._path == ":memory:":
            # The record needs a write-ahead log, which memory has none of: a file, gone at the end.
            self._folder = tempfile.TemporaryDirectory(prefix="liggare-")
            self._path = str(Path(self._folder.name, "ledger.sqlite"))

    def prepare(self, origin: str) -> None:
        migrate(self._path)
        create_ledger(self._path, origin)

    def session(self, origin: str) -> dcb.Session:
        return SQLiteWriter(self._path, origin)

    def close(self) -> None:
        super().close()
        if self._folder is not None:
            self._folder.cleanup()
