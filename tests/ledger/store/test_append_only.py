"""History is refused to everybody, the owner of the database included."""

import sqlite3
from typing import Any

import psycopg
import pytest

from ledger.store.port import Checkpoint, Cosignature
from ledger.store.postgres import PostgresAppender
from tests.ledger.store.conftest import Engine
from tests.ledger.store.groups import AT, group, new

KEPT = {"event": "entry", "event_tag": "tag", "request": "content", "checkpoint": "root", "cosignature": "line"}
ERRORS = (psycopg.DatabaseError, sqlite3.DatabaseError)


def _filled(engine: Engine) -> Any:
    writer = engine.ready().writer()
    writer.append(group(0, new("a", "x"), new("a", "x")))
    writer.add_checkpoint(Checkpoint(2, b"r" * 32, "note\n"), AT)
    writer.add_cosignatures([Cosignature(2, "w+00", f"line {at}\n", at) for at in (1, 2)])
    return engine.plain()


def _content(connection: Any) -> dict[str, list[Any]]:
    return {table: connection.execute(f"SELECT * FROM {table}").fetchall() for table in KEPT}


def _refused(connection: Any, statement: str) -> None:
    before = _content(connection)
    with pytest.raises(ERRORS, match="append-only"):
        connection.execute(statement)
    assert _content(connection) == before
    assert all(before.values())


@pytest.mark.parametrize("table", KEPT)
def test_nothing_is_changed_or_deleted(engine: Engine, table: str) -> None:
    owner = _filled(engine)
    _refused(owner, f"UPDATE {table} SET {KEPT[table]} = {KEPT[table]}")
    _refused(owner, f"DELETE FROM {table}")
    if engine.name == "postgres":
        _refused(owner, f"TRUNCATE {table}")
        owner.execute("SET session_replication_role = replica")
        _refused(owner, f"DELETE FROM {table}")


@pytest.mark.parametrize("table", KEPT)
@pytest.mark.parametrize("recursive", ["ON", "OFF"])
def test_nothing_is_replaced_in_sqlite(on_sqlite: Engine, table: str, recursive: str) -> None:
    owner = _filled(on_sqlite)
    owner.execute(f"PRAGMA recursive_triggers = {recursive}")
    _refused(owner, f"INSERT OR REPLACE INTO {table} SELECT * FROM {table}")
    _refused(owner, f"INSERT OR IGNORE INTO {table} SELECT * FROM {table}")
    _refused(owner, f"UPDATE OR REPLACE {table} SET ledger_id = 2")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE head SET next = 1",
        "DELETE FROM head",
        "INSERT OR REPLACE INTO head VALUES (1, 1, '')",
        "UPDATE head SET ledger_id = 9",
    ],
)
def test_the_head_of_sqlite_only_moves_on(on_sqlite: Engine, statement: str) -> None:
    _refused(_filled(on_sqlite), statement)


def test_nothing_is_upserted_in_postgres(on_postgres: Engine) -> None:
    change = "ON CONFLICT (ledger_id, position) DO UPDATE SET entry = excluded.entry"
    _refused(_filled(on_postgres), f"INSERT INTO event SELECT * FROM event {change}")


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE head SET next = 9",
        "DELETE FROM head",
        "INSERT INTO event SELECT * FROM event",
        "UPDATE event SET entry = ''",
        "DELETE FROM request",
        "DELETE FROM checkpoint",
        "DELETE FROM cosignature",
        "UPDATE cosignature SET signer = ''",
        "ALTER TABLE event DISABLE TRIGGER ALL",
    ],
)
async def test_our_connections_may_append_through_the_function_only(on_postgres: Engine, statement: str) -> None:
    _filled(on_postgres)
    appender = on_postgres.appender("test")
    assert isinstance(appender, PostgresAppender)
    assert await appender.append(group(2, new("a"))) == 3
    synchronous, asynchronous = on_postgres.writer().connection, await appender._connected()
    assert synchronous.execute("SELECT current_user").fetchone() == ("liggare_writer",)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        synchronous.execute(statement)
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        await asynchronous.execute(statement)
    await appender.close()


@pytest.mark.parametrize(
    "change", ["cosigned_at = cosigned_at + 1, latest = latest", "cosigned_at = 1", "cosigned_at = 9, latest = false"]
)
def test_a_witness_is_not_made_to_take_a_word_back(engine: Engine, change: str) -> None:
    _refused(_filled(engine), f"UPDATE cosignature SET {change}")
