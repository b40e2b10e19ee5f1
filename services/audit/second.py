"""The tree and the votes once more, by DuckDB: another engine, another language, none of our code.

Hashes are made level by level, and votes counted by what last happened to each, in SQL of its own
(`queries/second.sql`). What comes out must be the signed root and the figures of the replay. Entries are handed over in
pages through a file of one chunk at a time, or read from a bundle's Parquet files.

Counted are votes cast, current votes, and both by option; of papers in the voter's order the first choices, of papers
with points their sums. Also every published result, as of where it stands. Not counted again are the rounds of an
instant run-off and what a budget buys.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from types import ModuleType, TracebackType
from typing import Any, NamedTuple, Self, TypeAlias

from ledger.store.statements import statements
from projections.ballots import VOTES
from projections.projection import State
from services.audit.report import Kind, Report

SQL = statements("services.audit", "queries/second.sql")
CHUNK_ENTRIES = 1 << 16
MEMORY_MB = 1_024
AT_THE_END = 2**63 - 1

NOT_INSTALLED = "a second count by DuckDB: it is not installed; the extra `duckdb` brings it"
NOT_COUNTED_AGAIN = "the rounds of an instant run-off and what budgets buy: the second count does not repeat them"

Figure: TypeAlias = tuple[str, str, str, str]
"""Ballot, statement (empty where there is none), what is counted, option (empty for a total)."""


class Published(NamedTuple):
    """A published result as its event states it: `lines` are votes by option."""

    position: int
    ballot: str
    rule: str
    paper: str | None
    edition: int
    votes_cast: int
    current_votes: int
    lines: dict[str, int]


class Counted(NamedTuple):
    """What the second count came to; `at` has the figures at the positions of published results."""

    size: int
    gapless: bool
    root: bytes
    figures: dict[Figure, int]
    at: dict[int, dict[Figure, int]]
    published: list[Published]
    newer: int


class NotCounted(Exception):
    """DuckDB could not count; the message says why."""


def duckdb() -> ModuleType | None:
    """Return the engine if it is installed."""
    try:
        import duckdb as engine  # noqa: PLC0415
    except ImportError:
        return None
    return engine


class SecondCount:
    """One count, in a folder of its own for what does not fit into memory; a context manager.

    `threads` and `memory` (MB) bound what DuckDB takes. Raises NotCounted.
    """

    def __init__(self, engine: ModuleType, folder: Path, *, threads: int = 1, memory: int = MEMORY_MB) -> None:
        self._engine, self._file = engine, folder / "chunk.csv"
        self._spill = folder / "spill"
        # Nothing is fetched, whatever the entries hold; files are read from the places named below alone.
        fixed: dict[str, Any] = {
            "autoinstall_known_extensions": False,
            "autoload_known_extensions": False,
            "memory_limit": f"{memory}MB",
            "temp_directory": str(self._spill),
            "threads": threads,
            "preserve_insertion_order": False,
        }
        self._connection: Any = engine.connect(":memory:", config=fixed)
        self._ask(SQL["tables"])
        self._lines: list[str] = []
        self._newer = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._connection.close()

    def on_page(self, first: int, entries: Sequence[bytes], _leaves: Sequence[bytes] = ()) -> None:
        """Take entries from the position `first` on."""
        self._lines += [f"{position},{entry.hex()}\n" for position, entry in enumerate(entries, first)]
        if len(self._lines) >= CHUNK_ENTRIES:
            self._take_chunk()

    def read_parquet(self, files: Iterable[Path]) -> None:
        """Take the entries of Parquet files with the columns `position` and `entry`."""
        named = [str(file) for file in files]
        self._ask(SQL["parquet"].replace("$files", _literal(named)))
        self._take()

    def finish(self) -> Counted:
        """Count, and return what it comes to."""
        if self._lines:
            self._take_chunk()
        ((size, gapless),) = self._ask(SQL["gapless"])
        root = self._root(size) if gapless else b""
        return Counted(size, gapless, root, *self._counted(), self._newer)

    # --- Taking in --------------------------------------------------------------------------------
    def _take_chunk(self) -> None:
        self._file.write_text("".join(self._lines), encoding="ascii")
        self._lines.clear()
        self._ask(SQL["fed"].replace("$file", _literal(str(self._file))))
        self._take()
        self._file.unlink()

    def _take(self) -> None:
        for step in ("leaves", "read", "moves", "struck", "turns"):
            self._ask(SQL[step])
        ((newer,),) = self._ask(SQL["newer"])
        self._newer += newer

    def _ask(self, statement: str) -> list[tuple[Any, ...]]:
        try:
            found: list[tuple[Any, ...]] = self._connection.execute(statement).fetchall()
        except self._engine.Error as error:
            raise NotCounted(" ".join(str(error).split())[:300]) from error
        return found

    # --- Counting ---------------------------------------------------------------------------------
    def _root(self, size: int) -> bytes:
        if not size:
            return bytes.fromhex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855")
        while size > 1:
            self._ask(SQL["level"])
            size = -(-size // 2)
        ((root,),) = self._ask("SELECT h FROM node")
        return bytes(root)

    def _counted(self) -> tuple[dict[Figure, int], dict[int, dict[Figure, int]], list[Published]]:
        for step in ("shut", "lawful", "moments", "standing"):
            self._ask(SQL[step])
        at: dict[int, dict[Figure, int]] = {}
        for moment, *named, votes in self._ask(SQL["figures"]):
            ballot, statement, what, option = named
            at.setdefault(moment, {})[ballot, statement, what, option] = votes
        published = [
            Published._make((*told, {line["option"]: line["votes"] for line in lines or ()}))
            for *told, lines in self._ask(SQL["published"])
        ]
        return at.pop(AT_THE_END, {}), at, published


def _literal(value: str | list[str]) -> str:
    """Return a name, or several, as SQL: a view takes no parameters."""
    if isinstance(value, list):
        return f"[{', '.join(map(_literal, value))}]"
    return "'" + value.replace("'", "''") + "'"


@contextmanager
def counting(threads: int = 1) -> Iterator[SecondCount | None]:
    """Yield a second count in a folder that vanishes afterwards; None where DuckDB is not installed."""
    engine = duckdb()
    if engine is None:
        yield None
        return
    with TemporaryDirectory(prefix="liggare-") as folder, SecondCount(engine, Path(folder), threads=threads) as second:
        yield second


# --- What the replay says of the same -----------------------------------------------------------
def figures_of(votes: Iterable[tuple[str, State]]) -> dict[Figure, int]:
    """Return the figures of the rows of the read model `votes`, named as the second count names them."""
    figures: Counter[Figure] = Counter()
    for key, state in votes:
        ballot, _, rest = key.partition("|")
        statement = rest.partition("|")[2]
        for name, number in VOTES.emit(key, state):
            _, what, *further = name.split("|")
            if what in {"cast", "current"}:
                figures[ballot, statement, what, further[1]] += number
            elif what == "hour" and further[1] == "cast":
                figures[ballot, statement, "votes cast", ""] += number
        if state["current"] is not None:
            figures[ballot, statement, "current votes", ""] += 1
            _of_paper(figures, ballot, statement, state)
    return dict(figures)


def _of_paper(figures: Counter[Figure], ballot: str, statement: str, state: dict[str, Any]) -> None:
    choices = state["current"]
    if isinstance(choices, list) and choices:
        figures[ballot, statement, "first choices", choices[0]] += 1
        for option, points in zip(choices, state.get("points", ()), strict=False):
            figures[ballot, statement, "points", option] += points


# --- Compared -----------------------------------------------------------------------------------
def compare_counts(report: Report, counted: Counted, root: bytes, figures: Mapping[Figure, int] | None) -> None:
    """Take down where the second count differs: from the signed root, the replayed figures, the published results."""
    place = "second count by DuckDB"
    report.count("entries hashed again", counted.size)
    if not counted.gapless:
        report.add(Kind.INTEGRITY, place, "the positions are not gapless")
    elif counted.root != root:
        report.add(Kind.INTEGRITY, place, f"its {counted.size:,} entries give the root {counted.root.hex()}")
    if counted.newer:
        report.leave("votes once more: events of a newer version, which the second count does not know")
        return
    if any(each.rule in _IN_ROUNDS for each in counted.published):
        report.leave(NOT_COUNTED_AGAIN)
    if figures is not None:
        report.count("figures counted again", len(counted.figures))
        for figure in sorted(counted.figures.keys() | figures.keys()):
            one, other = counted.figures.get(figure, 0), figures.get(figure, 0)
            if one != other:
                report.add(Kind.VIEW_DIFFERS, _place(figure), f"DuckDB counts {one:,}, the replay {other:,}")
    for each in counted.published:
        report.count("published results counted again")
        _compare_published(report, each, counted.at.get(each.position, {}))


def _place(figure: Figure) -> str:
    ballot, statement, what, option = figure
    about = f" on {statement}" if statement else ""
    return f"ballot {ballot}{about}, {what}" + (f" for {option}" if option else "")


_IN_ROUNDS = {"irv", "budget_greedy", "budget_mes"}
_BY_RULE = {"support": "current", "yes_no_abstain": "current", "approval": "current", "irv": "first choices"}
_BY_PAPER = {"approvals": "current", "points": "points"}
"""Which figure the lines of a published result state. Ranks of a budget have weights that are not counted again."""


def _compare_published(report: Report, stated: Published, found: Mapping[Figure, int]) -> None:
    totals = {"votes cast": stated.votes_cast, "current votes": stated.current_votes}
    wanted = {(stated.ballot, "", what, ""): votes for what, votes in totals.items()}
    by = _BY_RULE.get(stated.rule) or _BY_PAPER.get(stated.paper or "")
    if by is not None:
        wanted |= {(stated.ballot, "", by, option): votes for option, votes in stated.lines.items()}
    for figure, votes in wanted.items():
        if (counted := found.get(figure, 0)) != votes:
            place = f"position {stated.position}, edition {stated.edition} of {_place(figure)}"
            report.add(Kind.VIEW_DIFFERS, place, f"published {votes:,}, DuckDB counts {counted:,}", stated.position)
