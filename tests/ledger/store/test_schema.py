"""One database holds many ledgers: `ledger_id` comes first in every key and index, on both engines."""

from contextlib import closing
from pathlib import Path
from typing import Any

from tests.ledger.store.conftest import Engine, postgres_engine, sqlite_engine

UNSCOPED = {
    ("ledger", "origin"),  # the origin is what a ledger is found by
    ("migration", "number"),  # migrations are the database's
}

UNSCOPED_WORDS = {("search_text", "words")}
"""PostgreSQL's index of words, which knows no prefix; every search names its ledger beside the words."""

WORDS = {("search_text", "words"), ("search_text", "body")}
"""What an engine looks words up in: a vector of stems, or the text of a full-text table."""

POSTGRES_COLUMNS = """
    SELECT table_name, column_name FROM information_schema.columns
    WHERE table_schema = 'liggare'"""
POSTGRES_KEYS = """
    SELECT t.relname, a.attname
    FROM pg_index i
    JOIN pg_class t ON t.oid = i.indrelid
    JOIN pg_namespace n ON n.oid = t.relnamespace AND n.nspname = 'liggare'
    JOIN pg_attribute a ON a.attrelid = t.oid AND a.attnum = i.indkey[0]"""
# Without the tables that a full-text table keeps for itself: they are of the type `shadow`.
SQLITE_TABLES = """
    pragma_table_list m WHERE m.schema = 'main' AND m.type IN ('table', 'virtual') AND m.name NOT LIKE 'sqlite_%'"""
SQLITE_COLUMNS = f"""
    SELECT m.name, c.name FROM pragma_table_info(m.name) c, {SQLITE_TABLES}"""
SQLITE_KEYS = f"""
    SELECT m.name, c.name FROM pragma_index_list(m.name) i, pragma_index_info(i.name) c, {SQLITE_TABLES}
    AND c.seqno = 0
    UNION ALL
    SELECT m.name, c.name FROM pragma_table_info(m.name) c, {SQLITE_TABLES}
    AND c.pk = 1"""


def _rows(engine: Engine, sqlite: str, postgres: str) -> list[Any]:
    return list(engine.ready().plain().execute(sqlite if engine.name == "sqlite" else postgres).fetchall())


def test_ledger_id_comes_first_in_every_key_and_index(engine: Engine) -> None:
    keys = _rows(engine, SQLITE_KEYS, POSTGRES_KEYS)
    assert {table for table, _ in keys} >= {"event", "event_tag", "request", "sealed", "checkpoint", "view_row"}
    unscoped = UNSCOPED if engine.name == "sqlite" else UNSCOPED | UNSCOPED_WORDS
    assert {(table, first) for table, first in keys if first != "ledger_id"} == unscoped


def test_every_table_is_scoped_by_ledger(engine: Engine) -> None:
    columns = _rows(engine, SQLITE_COLUMNS, POSTGRES_COLUMNS)
    tables = {table for table, _ in columns}
    assert tables - {table for table, column in columns if column == "ledger_id"} == {"migration"}


def test_both_engines_have_the_same_tables_and_columns(tmp_path: Path, postgres_url: str) -> None:
    one, other = sqlite_engine(tmp_path / "ledger.sqlite"), postgres_engine(postgres_url)
    with closing(one), closing(other):
        columns = [{tuple(row) for row in _rows(each, SQLITE_COLUMNS, POSTGRES_COLUMNS)} for each in (one, other)]
    assert columns[0] - WORDS == columns[1] - WORDS
    assert all(len(each & WORDS) == 1 for each in columns)
