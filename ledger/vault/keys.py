"""Subject keys: made on first use, wrapped at rest, destroyed for good.

    absent ──keys()──> live ──destroy()──> destroyed        (and absent ──destroy()──> destroyed)

One SQLite file, apart from the event database and its backups, holds 32-byte keys wrapped by a key-encryption key
(KEK) of an epoch. Destroying a key takes its bytes from the file and its write-ahead log at once and leaves the id
behind. Copies in older backups die with the KEK of their epoch: re-wrap under a new one, then destroy the old. A
file system or SSD that copies on write promises less; there, keep the KEK in hardware. Unwrapped keys live in the
memory of the process until they are destroyed or pushed out of the cache; Python cannot wipe them.
"""

from __future__ import annotations

import os
import re
import sqlite3
import threading
import time
from collections import OrderedDict
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self, TypeAlias

from pydantic_core import to_json

from ledger.vault.commitment import KEY_BYTES
from ledger.vault.errors import KekMissing, KeyDestroyed, KeyStoreBroken, KeyStoreUnavailable
from ledger.vault.kek import Kek, Randomness
from ledger.vault.secret_files import check_private, create_once

_KEY_ID = re.compile(r"[!-~]{1,255}")  # printable ASCII without spaces, such as author:9f…
_SQL = dict(
    re.findall(r"(?m)^-- (\w+): .*\n([^-][\s\S]*?)(?=^-- |\Z)", Path(__file__).with_name("keys.sql").read_text())
)
"""Statements by name: a line `-- name: what it is for` and all that follows up to the next."""

Row: TypeAlias = tuple[str | None, bytes | None]
"""Epoch and wrapped key of a live row; both None once destroyed."""


class KeyStore:
    """Subject keys by id, in one SQLite file that several processes may share.

    `kek` wraps new keys; `former` lists the KEKs of earlier epochs that still unwrap old ones. Calls block for a
    flush when they create or destroy, and may come from any thread. `path` may be ":memory:" for keys that die
    with the process. Raises KeyStoreBroken, KeyStoreUnavailable, KekMissing, KekMismatch or SecretExposed.
    """

    def __init__(
        self,
        path: Path | str,
        kek: Kek,
        former: Sequence[Kek] = (),
        *,
        random: Randomness = os.urandom,
        now: Callable[[], datetime] = lambda: datetime.now(UTC),
        cached_max: int = 65_536,
        wait_seconds: float = 10.0,
    ) -> None:
        self._path, self._kek, self._random, self._now = str(path), kek, random, now
        self._keks = {each.epoch: each for each in (*former, kek)}
        self._cached_max, self._cache = cached_max, OrderedDict[str, bytes]()
        self._lock, self._wait_seconds = threading.RLock(), wait_seconds
        with self._translated():
            self._connection = _connect(self._path, wait_seconds)
            try:
                self._last_destruction = self._prepare()
                # A crash between a destruction and its checkpoint leaves old frames behind; who is busy now has none.
                self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()
            except BaseException:
                self._connection.close()
                raise

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file and forget every unwrapped key."""
        with self._lock:
            self._cache.clear()
            self._connection.close()

    # --- The four things one may ask ----------------------------------------
    def keys(self, ids: Collection[str]) -> dict[str, bytes]:
        """Return the key of each id, making those that do not exist in one transaction.

        What this returns is on disk, whoever made it: with several processes the first creator wins. Raises
        KeyDestroyed, and makes nothing, if any of the ids was destroyed.
        """
        with self._lock, self._translated():
            found = self._from_cache(ids)
            if missing := [key_id for key_id in ids if key_id not in found]:
                _check_ids(missing)
                rows = self._rows(missing)
                if len(rows) < len(set(missing)):
                    rows = self._create(missing)
                found |= self._unwrapped(rows)
            return found

    def find(self, ids: Collection[str]) -> dict[str, bytes]:
        """Return the live keys among the ids; unknown and destroyed ones are absent. Creates nothing."""
        with self._lock, self._translated():
            found = self._from_cache(ids)
            missing = [key_id for key_id in ids if key_id not in found]
            live = {key_id: row for key_id, row in self._rows(missing).items() if row[1] is not None}
            return found | self._unwrapped(live)

    def destroyed(self, ids: Collection[str]) -> frozenset[str]:
        """Return those of the ids whose keys were destroyed."""
        with self._lock, self._translated():
            return frozenset(key_id for key_id, (_, wrapped) in self._rows(ids).items() if wrapped is None)

    def destroy(self, ids: Collection[str]) -> None:
        """Destroy the keys for good and empty the write-ahead log; may be repeated, also for ids never used.

        When this returns no wrapped byte is left in the store's files and no later call can revive an id. Raises
        KeyStoreUnavailable if a reader kept the log from being emptied: the keys are destroyed, ask once more.
        """
        _check_ids(ids)
        with self._lock, self._translated():
            for key_id in ids:
                self._cache.pop(key_id, None)
            with self._transaction():
                number = self._one("last_destruction") + 1
                created = self._stamp()
                rows = [{"key_id": key_id, "created": created, "number": number} for key_id in ids]
                self._connection.executemany(_SQL["destroy_key"], rows)
            self._empty_log()

    def rewrap(self) -> int:
        """Wrap every live key of a former epoch under the present KEK; return how many there were.

        Afterwards the former KEKs may be destroyed, and with them every older backup of this file.
        """
        with self._lock, self._translated():
            with self._transaction():
                old = self._connection.execute(_SQL["find_former"], {"epoch": self._kek.epoch}).fetchall()
                rows = [self._wrapped_row(key_id, self._unwrap(key_id, *rest)) for key_id, *rest in old]
                self._connection.executemany(_SQL["rewrap_key"], rows)
            self._empty_log()
            return len(rows)

    # --- How --------------------------------------------------------------------
    def _prepare(self) -> int:
        """Create the tables, prove the KEKs, and return the number of the last destruction."""
        with self._transaction():
            for name, statement in _SQL.items():
                if name.startswith(("create_", "forbid_")):
                    self._connection.execute(statement)
            proof = self._kek.wrap(f"kek/{self._kek.epoch}", self._random(KEY_BYTES))
            self._connection.execute(_SQL["add_kek"], {"epoch": self._kek.epoch, "proof": proof})
            for epoch, kek in self._keks.items():
                for (proof,) in self._connection.execute(_SQL["find_kek"], {"epoch": epoch}).fetchall():
                    kek.unwrap(f"kek/{epoch}", proof)
            return self._one("last_destruction")

    def _from_cache(self, ids: Collection[str]) -> dict[str, bytes]:
        """Return what the cache holds of the ids, once it has learnt what other processes destroyed."""
        after = {"after": self._last_destruction}
        for key_id, number in self._connection.execute(_SQL["destroyed_after"], after).fetchall():
            self._cache.pop(key_id, None)
            self._last_destruction = max(self._last_destruction, number)
        found = {key_id: self._cache[key_id] for key_id in ids if key_id in self._cache}
        for key_id in found:
            self._cache.move_to_end(key_id)
        return found

    def _rows(self, ids: Collection[str]) -> dict[str, Row]:
        """Return (epoch, wrapped) of each id the file knows; both are None once destroyed."""
        if not ids:
            return {}
        rows = self._connection.execute(_SQL["find_keys"], {"ids": to_json(list(ids)).decode()}).fetchall()
        return {key_id: (epoch, wrapped) for key_id, epoch, wrapped in rows}

    def _create(self, ids: Collection[str]) -> dict[str, Row]:
        with self._transaction():
            rows = [self._wrapped_row(key_id, self._random(KEY_BYTES)) for key_id in dict.fromkeys(ids)]
            self._connection.executemany(_SQL["add_key"], rows)
            return self._refuse_destroyed(self._rows(ids))

    def _wrapped_row(self, key_id: str, key: bytes) -> dict[str, Any]:
        wrapped = self._kek.wrap(key_id, key)
        return {"key_id": key_id, "created": self._stamp(), "epoch": self._kek.epoch, "wrapped": wrapped}

    def _unwrapped(self, rows: dict[str, Row]) -> dict[str, bytes]:
        """Unwrap the rows and remember them, forgetting the keys longest unused beyond the cache's bound."""
        self._refuse_destroyed(rows)
        found = {key_id: self._unwrap(key_id, *row) for key_id, row in rows.items()}
        self._cache.update(found)
        while len(self._cache) > self._cached_max:
            self._cache.popitem(last=False)
        return found

    def _refuse_destroyed(self, rows: dict[str, Row]) -> dict[str, Row]:
        if destroyed := tuple(sorted(key_id for key_id, (_, wrapped) in rows.items() if wrapped is None)):
            raise KeyDestroyed(destroyed)
        return rows

    def _unwrap(self, key_id: str, epoch: str | None, wrapped: bytes | None) -> bytes:
        assert epoch is not None, "destroyed rows are refused before"
        assert wrapped is not None, "as above"
        if epoch not in self._keks:
            raise KekMissing(f"{key_id} is wrapped under epoch {epoch}, whose KEK was not given")
        return self._keks[epoch].unwrap(key_id, wrapped)

    def _stamp(self) -> str:
        return self._now().astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")

    def _one(self, statement: str) -> int:
        return int(self._connection.execute(_SQL[statement]).fetchone()[0])

    def _empty_log(self) -> None:
        """Move the write-ahead log into the file and cut it to nothing: old frames still hold old keys."""
        # SQLite waits for readers and writers by itself, but not for another checkpoint: hence the loop.
        deadline = time.monotonic() + self._wait_seconds
        while self._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]:
            if time.monotonic() > deadline:
                raise KeyStoreUnavailable(f"{self._path}: a reader kept the write-ahead log from being emptied; repeat")
            time.sleep(0.005)

    @contextmanager
    def _transaction(self) -> Iterator[None]:
        # IMMEDIATE takes the write lock before the first read, so nobody creates or destroys between the two.
        self._connection.execute("BEGIN IMMEDIATE")
        try:
            yield
            self._connection.execute("COMMIT")
        except BaseException:
            if self._connection.in_transaction:
                self._connection.execute("ROLLBACK")
            raise

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except sqlite3.DatabaseError as error:
            code = getattr(error, "sqlite_errorcode", sqlite3.SQLITE_ERROR) & 0xFF
            broken = code in (sqlite3.SQLITE_CORRUPT, sqlite3.SQLITE_NOTADB, sqlite3.SQLITE_ERROR)
            if broken:
                sentence = f"{self._path} is not a key store ({error}); restore it from its backup"
                raise KeyStoreBroken(sentence) from error
            raise KeyStoreUnavailable(f"{self._path}: {error}") from error


def _connect(path: str, wait_seconds: float) -> sqlite3.Connection:
    if path != ":memory:":
        # Linked into place when already closed: closing a descriptor would drop SQLite's own POSIX locks.
        if not Path(path).exists():
            create_once(Path(path), b"", mode=0o600)
        check_private(Path(path), Path(path).stat().st_mode, remedy_mode=0o600)
    connection = sqlite3.connect(path, timeout=wait_seconds, isolation_level=None, check_same_thread=False)
    try:
        _enter_wal_mode(connection, wait_seconds)
        connection.execute("PRAGMA secure_delete = ON")
        connection.execute("PRAGMA synchronous = FULL")
        connection.execute("PRAGMA temp_store = MEMORY")
    except BaseException:
        connection.close()
        raise
    return connection


def _enter_wal_mode(connection: sqlite3.Connection, wait_seconds: float) -> None:
    """Switch to write-ahead logging; SQLite does not wait by itself when another process is switching."""
    deadline = time.monotonic() + wait_seconds
    switched = False
    while not switched:
        try:
            connection.execute("PRAGMA journal_mode = WAL")
            switched = True
        except sqlite3.OperationalError as error:
            if error.sqlite_errorcode & 0xFF != sqlite3.SQLITE_BUSY or time.monotonic() > deadline:
                raise
            time.sleep(0.01)


def _check_ids(ids: Collection[str]) -> None:
    for key_id in ids:
        if not _KEY_ID.fullmatch(key_id):
            raise ValueError(f"key id {key_id!r} is not 1 to 255 printable ASCII characters without spaces")
