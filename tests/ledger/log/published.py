"""A ledger whose events are only bytes: appended, published, proved, and changed behind the product's back."""

from dataclasses import dataclass, field
from hashlib import sha256
from pathlib import Path
from typing import Any

from ledger.log.folder import LogFolder
from ledger.log.lock import publishing_lock
from ledger.log.note import VerifierKey
from ledger.log.proofs import Proofs
from ledger.log.publisher import Publisher
from ledger.store.port import NewEvent
from tests.ledger.store.conftest import Engine, Writer
from tests.ledger.store.groups import group, new

ORIGIN = "test"
TABLES = ("event", "event_tag", "request", "checkpoint", "cosignature", "head")


CHILD = """
import sys, threading
from pathlib import Path
from ledger.log.folder import LogFolder
from ledger.log.lock import publishing_lock
from ledger.log.publisher import Publisher
from ledger.store.postgres import PostgresReader
from ledger.store.sqlite import SQLiteReader
engine, place, keys = sys.argv[1:]
store = (SQLiteReader if engine == "sqlite" else PostgresReader)(place, "test")
folder = LogFolder(Path(keys), "test")
publisher = Publisher(store, folder, publishing_lock(store, folder))
publisher.step()
print("publishing" if not publisher.standing_by else "standing by", flush=True)
publisher.run(threading.Event())
"""
"""A process that publishes: takes the engine's name, its place and the folder of keys, and says first what it does."""


@dataclass
class Published:
    """One ledger `test` and the folder its log keeps."""

    engine: Engine
    keys: Path
    leaves: list[bytes] = field(default_factory=list)
    entries: list[bytes] = field(default_factory=list)
    second: Path | None = None

    @property
    def folder(self) -> LogFolder:
        return LogFolder(self.keys, ORIGIN, self.second)

    @property
    def key(self) -> VerifierKey:
        key = self.folder.verifier()
        assert key is not None
        return key

    def writer(self) -> Writer:
        return self.engine.writer(ORIGIN)

    def publisher(self) -> Publisher:
        return self.publisher_on(self.writer())

    def publisher_on(self, store: Writer) -> Publisher:
        publisher = Publisher(store, self.folder, publishing_lock(store, self.folder))
        self.engine.opened.append(publisher)
        return publisher

    def proofs(self) -> Proofs:
        return Proofs(self.writer())

    def record(self, count: int, writer: Writer | None = None) -> None:
        """Append that many events, as one group."""
        if count:
            events: list[NewEvent] = [new("noted", "tag") for _ in range(count)]
            (writer or self.writer()).append(group(len(self.leaves), *events))
            self.leaves += [event.leaf for event in events]
            self.entries += [event.entry for event in events]

    def publish(self) -> int:
        """Publish all there is, as a process that starts and ends; return the size."""
        publisher = self.publisher()
        newest = publisher.catch_up()
        publisher.close()
        assert newest is not None
        return newest.size

    def tamper(self, *statements: str) -> None:
        """Do as the owner of the database can, with the triggers out of the way."""
        connection = self.engine.plain()
        disarm(connection, self.engine.name)
        for statement in statements:
            connection.execute(statement)

    def forget_keys(self) -> None:
        """Take every key away, private and public."""
        for name in ("log.key", "log.vkey", "log.mldsa.key", "log.mldsa.vkey", "log.vkeys"):
            (self.keys / name).unlink(missing_ok=True)

    def tiles(self) -> dict[tuple[int, int], bytes]:
        rows = self.engine.plain().execute("SELECT level, number, hashes FROM tile").fetchall()
        return {(level, number): bytes(hashes) for level, number, hashes in rows}


def disarm(connection: Any, engine: str) -> None:
    """Put the triggers out of the way."""
    if engine == "postgres":
        for table in TABLES:
            connection.execute(f"ALTER TABLE {table} DISABLE TRIGGER ALL")
    else:
        for (name,) in connection.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
            connection.execute(f"DROP TRIGGER {name}")


def literal(engine: str, octets: bytes) -> str:
    """Return bytes as the engine writes them in SQL."""
    return f"'\\x{octets.hex()}'" if engine == "postgres" else f"x'{octets.hex()}'"


def flipped(octets: bytes, at: int = -1) -> bytes:
    """Return the bytes with one bit of one of them changed."""
    changed = bytearray(octets)
    changed[at] ^= 1
    return bytes(changed)


def leaf(entry: bytes) -> bytes:
    return sha256(b"\0" + entry).digest()
