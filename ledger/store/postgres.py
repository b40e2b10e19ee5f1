"""The record in PostgreSQL: the production engine.

Safety rests on one locked head row, unique keys and READ COMMITTED, never on SERIALIZABLE and never
on a replica. Any number of processes may append to one ledger; commit order is position order.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any
from uuid import UUID

import psycopg
from eventsourcing.utils import Environment, EnvType, resolve_topic
from psycopg.conninfo import make_conninfo
from psycopg.rows import tuple_row

from ledger.clock import rfc3339
from ledger.store import dcb
from ledger.store.port import (
    Before,
    Conflict,
    Group,
    KnownRequest,
    Probe,
    Recorded,
    StoreUnavailable,
    StoreUnfit,
    covered,
    joined,
    tag_hash,
    tag_rows,
)
from ledger.store.postgres_arrays import byteas, int4s, int8s, texts, uuids
from ledger.store.postgres_reading import PostgresReader, page
from ledger.store.postgres_session import (
    ANSWER_SECONDS,
    CONNECT_SECONDS,
    SCHEMA,
    SQL,
    check_durability,
    connect,
    create_ledger,
    hang_up,
    migrate,
    reached,
    session,
    translated,
)

__all__ = [
    "SCHEMA",
    "PostgresAppender",
    "PostgresFactory",
    "PostgresReader",
    "PostgresWriter",
    "check_durability",
    "connect",
    "create_ledger",
    "migrate",
]


# --- Appending --------------------------------------------------------------------------------
def append_arguments(ledger: int, group: Group) -> dict[str, Any]:
    """Return the arguments of append_group."""
    events, requests, sealed, conditions = group.events, group.requests, group.sealed, group.conditions
    tags = tag_rows(events)
    return {
        "ledger": ledger,
        "head": group.head,
        "recorded_at": group.recorded_at,
        "ids": uuids([bytes.fromhex(event.id.replace("-", "")) for event in events]),
        "types": texts([event.type for event in events]),
        "entries": byteas([event.entry for event in events]),
        "leaves": byteas([event.leaf for event in events]),
        "tags": byteas([row.tag for row in tags]),
        "topics": texts([row.topic for row in tags]),
        "lasts": int4s([row.last for row in tags]),
        "runs": byteas([row.runs for row in tags]),
        "requests": uuids([request.id.bytes for request in requests]),
        "request_ordinals": int4s([request.ordinal for request in requests]),
        "request_events": int4s([request.count for request in requests]),
        "contents": byteas([request.content for request in requests]),
        "sealed_ordinals": int4s([row.ordinal for row in sealed]),
        "pointers": texts([row.pointer for row in sealed]),
        "keys": texts([row.key for row in sealed]),
        "nonces": byteas([row.nonce for row in sealed]),
        "ciphertexts": byteas([row.ciphertext for row in sealed]),
        "condition_tags": byteas([tag_hash(probe.tag) for probe in conditions]),
        "condition_topics": texts([joined(probe.topics) for probe in conditions]),
    }


def appended(row: tuple[int, list[int] | None] | None) -> int:
    """Return the first position from the answer of append_group; raise Conflict."""
    if row is None:
        raise StoreUnavailable("append_group gave no answer")
    first, refused = row
    if refused:
        raise Conflict(refused)
    return first


class PostgresAppender:
    """The writing half on one asynchronous connection, which is renewed after a loss."""

    def __init__(self, url: str, origin: str, schema: str = SCHEMA) -> None:
        self._url, self._origin, self._schema = url, origin, schema
        self._connection: psycopg.AsyncConnection[Any] | None = None
        self._ledger = 0

    async def read(self, requests: Sequence[UUID], probes: Sequence[Probe]) -> Before:
        arguments: dict[str, Any] = {
            "requests": uuids([request.bytes for request in requests]),
            "tags": byteas([tag_hash(probe.tag) for probe in probes]),
            "topics": texts([joined(probe.topics) for probe in probes]),
            "afters": int8s([probe.after for probe in probes]),
        }
        with self._translated():
            connection = await self._connected()
            arguments["ledger"] = self._ledger
            with _answered(connection):
                cursor = await connection.execute(SQL["read_before"], arguments, prepare=True, binary=True)
                rows = await cursor.fetchall()
                return await self._before(connection, requests, probes, rows)

    async def append(self, group: Group) -> int:
        with self._translated():
            connection = await self._connected()
            arguments = append_arguments(self._ledger, group)
            with _answered(connection):
                cursor = await connection.execute(SQL["append_group"], arguments, prepare=True, binary=True)
                return appended(await cursor.fetchone())

    async def close(self) -> None:
        if self._connection is not None:
            await self._connection.close()

    async def _connected(self) -> psycopg.AsyncConnection[Any]:
        if self._connection is None or self._connection.closed:
            with reached():
                connection = await psycopg.AsyncConnection.connect(
                    self._url, autocommit=True, connect_timeout=CONNECT_SECONDS, row_factory=tuple_row
                )
            try:
                with _answered(connection):
                    for statement in session(self._schema):
                        await connection.execute(statement)
                    row = await (await connection.execute(SQL["ledger_id"], {"origin": self._origin})).fetchone()
            except BaseException:
                await connection.close()
                raise
            if row is None:
                await connection.close()
                raise StoreUnfit(f"this database holds no ledger {self._origin}; run `liggare init`")
            self._ledger = row[0]
            self._connection = connection
        return self._connection

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            with translated():
                yield
        except StoreUnavailable:
            # The connection may hang in an unknown state; the next call opens a new one.
            if self._connection is not None:
                hang_up(self._connection)
            self._connection = None
            raise

    async def _before(
        self,
        connection: psycopg.AsyncConnection[Any],
        requests: Sequence[UUID],
        probes: Sequence[Probe],
        rows: list[tuple[Any, ...]],
    ) -> Before:
        head, known = 0, {}
        found: list[list[Recorded]] = [[] for _ in probes]
        wanted: dict[int, list[int]] = {}
        for kind, ordinal, position, content, runs, number, recorded_at in rows:
            if kind == 0:
                head = position
            elif kind == 1:
                known[requests[ordinal - 1]] = KnownRequest(position, number, content, runs, rfc3339(recorded_at))
            elif runs is None:
                found[ordinal - 1].append(Recorded(position, content))
            else:
                # A row that covers several positions: their entries are fetched apart.
                after = probes[ordinal - 1].after
                for at in covered(position, runs):
                    if at > after:
                        wanted.setdefault(at, []).append(ordinal - 1)
        if wanted:
            cursor = await connection.execute(
                SQL["entries_at"], {"ledger": self._ledger, "positions": list(wanted)}, binary=True
            )
            for recorded in page(await cursor.fetchone()):
                for ordinal in wanted[recorded.position]:
                    found[ordinal].append(recorded)
        for history in found:
            history.sort()
        return Before(head, known, found)


@contextmanager
def _answered(connection: psycopg.AsyncConnection[Any]) -> Iterator[None]:
    """Hang up where no answer comes: a connection that died in silence would hold the whole queue for hours."""
    timer = asyncio.get_running_loop().call_later(ANSWER_SECONDS, hang_up, connection)
    try:
        yield
    finally:
        timer.cancel()


# --- The `eventsourcing` plug-in --------------------------------------------------------------
class PostgresWriter(PostgresReader):
    """Reads and appends on one connection, in plain calls; not shared between threads."""

    def append(self, group: Group) -> int:
        """Record the group and return its first position, alone or within `locked`."""
        return appended(self._one("append_group", **append_arguments(self.ledger, group)))

    @contextmanager
    def locked(self) -> Iterator[int]:
        """Hold the head lock and yield the last position; what is appended meanwhile is recorded at the end."""
        with translated(), self.connection.transaction():
            row = self._one("lock_head")
            if row is None or row[0] is None:
                raise StoreUnfit("this database holds no such ledger; run `liggare init`")
            yield int(row[0])


class PostgresFactory(dcb.LedgerFactory):
    """Makes recorders for applications with `PERSISTENCE_MODULE=ledger.store.postgres` and POSTGRES_….

    POSTGRES_SCHEMA defaults to our schema, not to `public`.
    """

    def __init__(self, env: Environment | EnvType | None) -> None:
        super().__init__(env)
        self._settings = {
            "dbname": self.needed("POSTGRES_DBNAME"),
            "host": self.needed("POSTGRES_HOST"),
            "port": self.env.get("POSTGRES_PORT") or "5432",
            "user": self.needed("POSTGRES_USER"),
        }
        self._schema = self.env.get("POSTGRES_SCHEMA") or SCHEMA
        topic = self.env.get("POSTGRES_GET_PASSWORD_TOPIC")
        self._get_password = resolve_topic(topic) if topic else None
        if self._get_password is None:
            self._settings["password"] = self.needed("POSTGRES_PASSWORD", empty=True)

    def prepare(self, origin: str) -> None:
        migrate(self._url(), self._schema)
        create_ledger(self._url(), origin, self._schema)

    def session(self, origin: str) -> dcb.Session:
        return PostgresWriter(self._url(), origin, self._schema)

    def _url(self) -> str:
        # A password that is fetched may change from connection to connection.
        password = {"password": self._get_password()} if self._get_password else {}
        return make_conninfo(**self._settings, **password)
