"""Look-ups go by the index from the first group on, before PostgreSQL has any statistics.

A plan that compares hundreds of look-ups with the whole table is right while the table is empty and
is kept while it grows; appending then slows down a hundredfold within a minute.
"""

from typing import Any
from uuid import uuid4

from ledger.store.port import Probe
from ledger.store.postgres import PostgresAppender
from tests.ledger.store.conftest import Engine
from tests.ledger.store.groups import group, new

ROWS = 300
READ = """
    SELECT sum(idx_tup_read) + (SELECT sum(seq_tup_read) FROM pg_stat_user_tables WHERE relname IN ('event_tag', 'request'))
    FROM pg_stat_user_indexes WHERE relname IN ('event_tag', 'request')"""


async def test_what_is_not_there_is_not_found_without_reading_what_is(on_postgres: Engine) -> None:
    owner = on_postgres.ready().plain()
    for table in ("event", "event_tag", "request"):
        owner.execute(f"ALTER TABLE {table} SET (autovacuum_enabled = off)")
    appender = on_postgres.appender("test")
    assert isinstance(appender, PostgresAppender)
    for number in range(3):
        # A stale head, so that conditions are checked; the first rounds make the plans.
        probes = [Probe(f"new{number}-{n}", ("a",)) for n in range(ROWS)]
        before = await _rows_read(appender, owner)
        await appender.read([uuid4() for _ in probes], probes)
        events = [new("a", f"x{number}-{n}") for n in range(ROWS)]
        await appender.append(group(0, *events, conditions=tuple(probes)))
        assert await _rows_read(appender, owner) - before < ROWS / 10
    await appender.close()


async def _rows_read(appender: PostgresAppender, owner: Any) -> int:
    await (await appender._connected()).execute("SELECT pg_stat_force_next_flush()")
    (rows,) = owner.execute(READ).fetchone()
    return int(rows)
