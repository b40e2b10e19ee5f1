"""What a witness must never forget: the newest checkpoint of every log that it has cosigned.

    witness.db          by origin the newest checkpoint with our lines, and what was refused as no growth
    seen/HASH           the same newest checkpoint once more, in a second place, by SHA-256 of the origin

One transaction compares, signs and writes, so two requests cannot both grow from the same size; a cosignature leaves it
only when both places are on disk. Where the database is older than the second place, as after restoring a backup, the
second place is what was cosigned, and the witness goes on from there: it is never made to cosign a size twice.
"""

from __future__ import annotations

import logging
import sqlite3
import threading
from collections.abc import Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

from ledger.log.checkpoint import Checkpoint, read_unverified
from ledger.log.cosignature import Ed25519CosigningKey, MlDsaSigningKey, timestamp_of
from ledger.log.errors import ProofError
from ledger.log.folder import replace_file
from ledger.log.note import Note, Signature, parse_note, verify_note
from ledger.store.sqlite_session import transaction
from services.witness.protocol import Refusal, Submitted, check_grown, origin_hash

DATABASE, SECOND = "witness.db", "seen"
BUSY_SECONDS = 5.0
BEHIND_SECONDS_MAX = 60
"""How far our clock may lie behind the last cosignature; within it the last time is stated again."""

REFUSED_MAX = 100
"""Refused checkpoints kept for one log: more than enough to show that it forked."""

_MODE = 0o644

LOG = logging.getLogger("liggare.witness")

CosigningKey = Ed25519CosigningKey | MlDsaSigningKey

_SCHEMA = (
    (
        "CREATE TABLE IF NOT EXISTS latest"
        " (origin TEXT PRIMARY KEY, size INTEGER NOT NULL, note BLOB NOT NULL, cosigned_at INTEGER NOT NULL) WITHOUT ROWID"
    ),
    (
        "CREATE TABLE IF NOT EXISTS refused"
        " (origin TEXT NOT NULL, hash BLOB NOT NULL, note BLOB NOT NULL, reason TEXT NOT NULL, seen_at INTEGER NOT NULL,"
        " PRIMARY KEY (origin, hash)) WITHOUT ROWID"
    ),
)


class StateBroken(Exception):
    """What this witness has cosigned cannot be told for certain; it must not cosign anything before somebody looked."""


@dataclass(frozen=True, slots=True)
class Latest:
    """The newest checkpoint cosigned for a log: `note` holds the log's lines and ours."""

    checkpoint: Checkpoint
    note: bytes
    cosigned_at: int


class WitnessState:
    """The state of one witness in two folders; any number of threads and processes may use it."""

    def __init__(self, folder: Path, second: Path, keys: Sequence[CosigningKey]) -> None:
        """Open the state, made where there is none; raise StateBroken where the two places contradict each other."""
        self._path, self._second, self._keys = folder / DATABASE, second / SECOND, tuple(keys)
        self._local = threading.Lock()
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        self._second.mkdir(mode=0o700, parents=True, exist_ok=True)
        with self._transaction() as connection:
            for statement in _SCHEMA:
                connection.execute(statement)
            self._reconcile(connection)

    def latest(self, origin: str) -> Latest | None:
        """Return the newest checkpoint cosigned for a log, None before the first."""
        with self._connected() as connection:
            return _latest(connection, origin)

    def known(self) -> list[Latest]:
        """Return the newest checkpoint of every log, by origin."""
        with self._connected() as connection:
            rows = connection.execute("SELECT origin, note, cosigned_at FROM latest ORDER BY origin").fetchall()
        return [_row(*row) for row in rows]

    def refused(self, origin: str) -> list[tuple[bytes, str]]:
        """Return the checkpoints, signed by the log, that were refused as no growth, each with the reason."""
        query = "SELECT note, reason FROM refused WHERE origin = ? ORDER BY seen_at, hash"
        with self._connected() as connection:
            return [(bytes(note), reason) for note, reason in connection.execute(query, (origin,))]

    def cosign(self, submitted: Submitted, vouched: Sequence[Signature], now: int) -> tuple[Signature, ...]:
        """Cosign a checkpoint that grew from the last one, and return our lines once they are on disk.

        `vouched` are the log's lines that were checked, `now` POSIX seconds. Raises Refusal 409 or 422, and 503 where
        our clock runs behind what we have stated before.
        """
        checkpoint = submitted.checkpoint
        with self._transaction() as connection:
            latest = _latest(connection, checkpoint.origin)
            try:
                check_grown(submitted, latest.checkpoint if latest else None)
            except Refusal as refusal:
                if refusal.status == 422:  # noqa: PLR2004  Unprocessable Entity
                    _keep_refused(connection, submitted, refusal, now)
                    connection.execute("COMMIT")
                raise
            at = _time(connection, now)
            lines = tuple(key.cosign(checkpoint, at) for key in self._keys)
            note = Note(submitted.note.text, (*vouched, *lines)).to_bytes()
            self._keep_second(checkpoint.origin, note)
            connection.execute(
                "INSERT INTO latest VALUES (?, ?, ?, ?) ON CONFLICT (origin) DO UPDATE"
                " SET size = excluded.size, note = excluded.note, cosigned_at = excluded.cosigned_at",
                (checkpoint.origin, checkpoint.size, note, at),
            )
        return lines

    # --- Two places -------------------------------------------------------------------------------
    def _reconcile(self, connection: sqlite3.Connection) -> None:
        """Bring the database up to the second place, where that knows more."""
        for path in sorted(self._second.iterdir()):
            if path.name.startswith("."):
                continue
            second = self._kept(path)
            origin, size = second.checkpoint.origin, second.checkpoint.size
            first = _latest(connection, origin)
            if first is not None and first.checkpoint.size == size and first.checkpoint.root != second.checkpoint.root:
                raise StateBroken(f"{self._path} and {path} hold two roots of {origin} at size {size}")
            if first is None or first.checkpoint.size < size:
                known = first.checkpoint.size if first else 0
                LOG.warning(
                    "the database knows %s to size %d, %s to %d; going on from there", origin, known, path, size
                )
                connection.execute(
                    "INSERT OR REPLACE INTO latest VALUES (?, ?, ?, ?)", (origin, size, second.note, second.cosigned_at)
                )

    def _kept(self, path: Path) -> Latest:
        """Return what a file of the second place holds; raise StateBroken unless we have cosigned it."""
        raw = path.read_bytes()
        try:
            signatures = verify_note(parse_note(raw), [key.verifier for key in self._keys])
            checkpoint = read_unverified(raw)
        except ProofError as error:
            raise StateBroken(f"{path} is not a checkpoint that this witness cosigned ({error})") from error
        if path.name != origin_hash(checkpoint.origin):
            raise StateBroken(f"{path} is of {checkpoint.origin}, which belongs under another name")
        return Latest(checkpoint, raw, timestamp_of(signatures[0]))

    def _keep_second(self, origin: str, note: bytes) -> None:
        """Replace the file of a log; it is on disk, whole, when this returns. Called under the write lock."""
        replace_file(self._second / origin_hash(origin), note, _MODE)

    # --- Connections ------------------------------------------------------------------------------
    @contextmanager
    def _connected(self) -> Iterator[sqlite3.Connection]:
        with closing(sqlite3.connect(self._path, timeout=BUSY_SECONDS, isolation_level=None)) as connection:
            # EXTRA also flushes the folder after the journal is gone: a commit that was answered stays.
            connection.execute("PRAGMA synchronous = EXTRA")
            yield connection

    @contextmanager
    def _transaction(self) -> Iterator[sqlite3.Connection]:
        """Hold the write lock of the whole state; commit at the end, or undo everything."""
        # Threads of one process take turns here; SQLite's own waiting, for other processes, is not in order.
        with self._local, self._connected() as connection, transaction(connection):
            yield connection


# --- Rows -----------------------------------------------------------------------------------------
def _latest(connection: sqlite3.Connection, origin: str) -> Latest | None:
    query = "SELECT origin, note, cosigned_at FROM latest WHERE origin = ?"
    row = connection.execute(query, (origin,)).fetchone()
    return None if row is None else _row(*row)


def _row(origin: str, note: bytes, cosigned_at: int) -> Latest:
    try:
        checkpoint = read_unverified(note)
    except ProofError as error:
        raise StateBroken(f"the checkpoint of {origin} in {DATABASE} is damaged ({error})") from error
    return Latest(checkpoint, bytes(note), cosigned_at)


def _time(connection: sqlite3.Connection, now: int) -> int:
    """Return the time to state: now, or the last one stated where our clock is a little behind it; raise Refusal 503."""
    (last,) = connection.execute("SELECT coalesce(max(cosigned_at), 0) FROM latest").fetchone()
    if now < last - BEHIND_SECONDS_MAX:
        LOG.error("the clock is %d s behind the last cosignature; nothing is cosigned until it is right", last - now)
        raise Refusal(503, "the clock of this witness is behind what it has stated; try again later")
    return max(now, int(last))


def _keep_refused(connection: sqlite3.Connection, submitted: Submitted, refusal: Refusal, now: int) -> None:
    """Keep a checkpoint that the log signed and that does not grow from what it signed before: it may show a fork."""
    origin = submitted.checkpoint.origin
    LOG.error("%s signed a checkpoint of size %d that was refused: %s", origin, submitted.checkpoint.size, refusal.text)
    connection.execute(
        "INSERT INTO refused SELECT ?, ?, ?, ?, ? WHERE (SELECT count(*) FROM refused WHERE origin = ?) < ?"
        " ON CONFLICT DO NOTHING",
        (
            origin,
            sha256(submitted.request.note).digest(),
            submitted.request.note,
            refusal.text,
            now,
            origin,
            REFUSED_MAX,
        ),
    )
