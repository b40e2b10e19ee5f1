"""Made-up events, projections and logs for the machinery; the real projections have tests of their own."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any
from uuid import uuid4

from hypothesis import strategies as st

from ledger.entries import decode, encode, event_id, type_of
from ledger.log.merkle import leaf_hash
from ledger.messages import Event, RecordedEvent
from ledger.store import postgres, sqlite
from ledger.store.port import Group, NewEvent, Reader, Recorded
from projections.projection import Projection, Rows, State
from projections.rows.port import RowsWriter
from projections.rows.postgres import PostgresRows, PostgresRowsWriter
from projections.rows.sqlite import SQLiteRows, SQLiteRowsWriter
from projections.rows.stored import StoredRows

LEDGER = "ledger.example/projections"
TIME = "2026-11-21T03:00:00.000000Z"


class Marked(Event, topic="synthetic-marked"):
    keys: tuple[str, ...]
    amount: int

    def subject(self) -> str:
        return "synthetic:marked"


class Wiped(Event, topic="synthetic-wiped"):
    keys: tuple[str, ...]

    def subject(self) -> str:
        return "synthetic:wiped"


class Ignored(Event, topic="synthetic-ignored"):
    def subject(self) -> str:
        return "synthetic:ignored"


def keys(event: Marked | Wiped) -> tuple[str, ...]:
    return event.keys


def apply(state: State, recorded: RecordedEvent) -> State:
    event = recorded.event
    if isinstance(event, Wiped):
        return None
    assert isinstance(event, Marked)
    if event.amount == 0:
        return state
    if state is None:
        return {"sum": event.amount, "seen": [recorded.position], "by": {str(event.amount): 1}}
    by = dict(state["by"])
    by[str(event.amount)] = by.get(str(event.amount), 0) + 1
    return {"sum": state["sum"] + event.amount, "seen": [*state["seen"][-2:], recorded.position], "by": by}


def emit(key: str, state: State) -> Iterable[tuple[str, int]]:
    yield "exist", 1
    yield f"sum|{key[0]}", state["sum"]
    for amount, number in state["by"].items():
        yield f"by|{amount}", number


SUMS = Projection("sums", 1, (Marked, Wiped), keys, apply, emit, figures_start_like_keys=False)
FIRSTS = Projection(
    "firsts", 1, (Marked,), keys, lambda state, recorded: {"since": recorded.position} if state is None else state
)
BOTH = (SUMS, FIRSTS)
ALL_KEYS = ["a", "a|1", "a|2", "a-1", "b", "å|ö", "c|\U0001f5f3"]

some_keys = st.lists(st.sampled_from(ALL_KEYS), max_size=3).map(tuple)
events: st.SearchStrategy[Event] = st.one_of(
    st.builds(Marked, keys=some_keys, amount=st.integers(-2, 3)),
    st.builds(Marked, keys=some_keys, amount=st.integers(1, 3)),
    st.builds(Wiped, keys=some_keys),
    st.builds(Ignored),
)
logs = st.lists(events, max_size=40)


def recorded(log: Sequence[Event], first: int = 1) -> list[RecordedEvent]:
    """Return the events as a reader of the record would get them."""
    return [decode(each.position, each.entry) for each in entries(log, first)]


def entries(log: Sequence[Event], first: int = 1) -> list[Recorded]:
    request = uuid4()
    return [
        Recorded(
            first + ordinal,
            encode(event, id=event_id(LEDGER, request, ordinal), ledger=LEDGER, actor="test", time=TIME),
        )
        for ordinal, event in enumerate(log)
    ]


def group(log: Sequence[Event], head: int) -> Group:
    return group_of([(type_of(event), entry) for event, (_, entry) in zip(log, entries(log), strict=True)], head)


def group_of(named: Iterable[tuple[str, bytes]], head: int) -> Group:
    """Return a group of raw entries, so that a test can record what nobody can read."""
    made = Group(head, datetime.now(UTC).isoformat().replace("+00:00", "Z"))
    for name, entry in named:
        topic = name.rpartition(".v")[0]
        made.events.append(NewEvent(str(uuid4()), name, topic, entry, leaf_hash(entry), ("synthetic",)))
    return made


@dataclass(frozen=True)
class Engine:
    """One database with one ledger, and how to open it."""

    open_reader: Callable[[], Reader]
    open_writer: Callable[[], RowsWriter]
    append: Callable[[Group], int]
    rows: Callable[..., Any]

    def record(self, log: Sequence[Event]) -> int:
        """Append events and return the head."""
        with closing(self.open_reader()) as reader:
            head = reader.head()
        if log:
            self.append(group(log, head))
        return head + len(log)


def dump(rows: Rows, projections: Iterable[Projection]) -> dict[str, Any]:
    """Return everything rows can be asked for."""
    found: dict[str, Any] = {}
    for projection in projections:
        name = projection.name
        every = list(rows.scan(name))
        found[name] = {
            "scan": every,
            "get": [rows.get(name, row.key) for row in every],
            "history": {key: rows.history(name, key) for key in ALL_KEYS},
            "figures": rows.figures(name),
            "some figures": rows.figures(name, "by|"),
            "prefix": [list(rows.scan(name, prefix)) for prefix in ("a", "a|", "c|", "d")],
            "pages": list(rows.scan(name, "", "a", 2)),
        }
    return found


def sqlite_engine(folder: Path) -> Engine:
    path = folder / f"{uuid4().hex}.db"
    sqlite.migrate(path)
    sqlite.create_ledger(path, LEDGER)

    def append(made: Group) -> int:
        with closing(sqlite.SQLiteWriter(path, LEDGER)) as writer:
            return writer.append(made)

    @contextmanager
    def rows(projections: Iterable[Projection], at: int | None = None) -> Iterator[StoredRows]:
        with (
            closing(sqlite.SQLiteReader(path, LEDGER)) as reader,
            SQLiteRows(reader.connection, reader.ledger, projections, at) as opened,
        ):
            yield opened

    return Engine(lambda: sqlite.SQLiteReader(path, LEDGER), lambda: SQLiteRowsWriter(path, LEDGER), append, rows)


def postgres_engine(url: str) -> Engine:
    """A ledger of its own in a migrated database, so that many examples can share one."""
    origin = f"{LEDGER}/{uuid4().hex}"
    postgres.create_ledger(url, origin)

    def append(made: Group) -> int:
        with closing(postgres.PostgresWriter(url, origin)) as writer:
            return writer.append(made)

    @contextmanager
    def rows(projections: Iterable[Projection], at: int | None = None) -> Iterator[StoredRows]:
        with (
            closing(postgres.PostgresReader(url, origin)) as reader,
            PostgresRows(reader.connection, reader.ledger, projections, at) as opened,
        ):
            yield opened

    return Engine(lambda: postgres.PostgresReader(url, origin), lambda: PostgresRowsWriter(url, origin), append, rows)
