"""What a page is: where it lies, what it shows, and what of it is a table.

    show(seen)   → the page's contents as plain JSON: its `.json` twin, and all that its template may use
    table(shown) → the same as rows: its `.csv` twin

HTML, JSON and CSV are three forms of one answer, so no two of them can differ. Both functions are plain: they look at
read models, not at requests. Words come as references (`{"position", "pointer"}`) and are opened afterwards, for those
forms alike.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ledger.store.port import Reader
from projections.projection import Row, Rows
from services.web.moments import Moment

Shown = dict[str, Any]
"""A JSON object."""


class Table(NamedTuple):
    """Rows under a header; cells are texts, whole numbers, decimals as texts, or None."""

    header: Sequence[str]
    rows: Sequence[Sequence[Any]]


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page is made from: one moment of one ledger, and what was asked.

    `on` is the ISO day that deadlines are judged on: the day asked for, else today in Sweden. `path` holds the parameters
    of the address, `query` those after the question mark that the page names.
    """

    origin: str
    rows: Rows
    reader: Reader
    moment: Moment
    on: str
    path: Mapping[str, str]
    query: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `name` is that of its template (`NAME.html`); `section` the entry of the menu it belongs to."""

    name: str
    path: str
    show: Callable[[Seen], Shown | None]
    table: Callable[[Shown], Table] | None = None
    query: tuple[str, ...] = ()
    section: str = ""


class Touched:
    """Rows that remember the last event of all they were asked for: a page changes when that does."""

    def __init__(self, rows: Rows) -> None:
        self._rows = rows
        self.position = rows.position
        self.last = 0

    def get(self, projection: str, key: str) -> Row | None:
        row = self._rows.get(projection, key)
        if row is not None:
            self._touch(row)
        return row

    def scan(self, projection: str, prefix: str = "", after: str = "", limit: int | None = None) -> Iterator[Row]:
        for row in self._rows.scan(projection, prefix, after, limit):
            self._touch(row)
            yield row

    def history(self, projection: str, key: str) -> list[Row]:
        rows = self._rows.history(projection, key)
        for row in rows:
            self._touch(row)
        return rows

    def figures(self, projection: str, prefix: str = "") -> dict[str, int]:
        return self._rows.figures(projection, prefix)

    def _touch(self, row: Row) -> None:
        self.last = max(self.last, row.position)
