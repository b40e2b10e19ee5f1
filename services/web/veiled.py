"""The rows of a moment as they may be shown now: what is taken off or secret now is so in views of the past, too.

Sealed words are looked at as they are opened. Words in the clear, such as a document's title, stand in the rows
themselves; every view leaves them out by what the document's row says, so that is what is taken from now.
"""

from __future__ import annotations

from collections.abc import Iterator
from itertools import islice

from projections.documents import DOCUMENTS, TAKEN_DOWN
from projections.projection import Row, Rows


class VeiledRows:
    """The rows of a moment, with what is withheld now. `looked` tells whether anything that may be withheld was read."""

    def __init__(self, rows: Rows, newest: Rows) -> None:
        self._rows, self._newest = rows, newest
        self.position: int = rows.position
        self.looked = False
        self.derived = getattr(rows, "derived", None)

    def get(self, projection: str, key: str) -> Row | None:
        if projection == TAKEN_DOWN.name:
            self.looked = True
            return self._newest.get(projection, key)
        row = self._rows.get(projection, key)
        return self._veiled(row) if row is not None and projection == DOCUMENTS.name else row

    def scan(self, projection: str, prefix: str = "", after: str = "", limit: int | None = None) -> Iterator[Row]:
        if projection == TAKEN_DOWN.name:
            self.looked = True
            return self._newest.scan(projection, prefix, after, limit)
        found = self._rows.scan(projection, prefix, after, limit)
        if projection != DOCUMENTS.name:
            return found
        return (self._veiled(row) for row in islice(found, limit))

    def history(self, projection: str, key: str) -> list[Row]:
        found = self._rows.history(projection, key)
        return [self._veiled(row) for row in found] if projection == DOCUMENTS.name else found

    def figures(self, projection: str, prefix: str = "") -> dict[str, int]:
        return self._rows.figures(projection, prefix)

    def _veiled(self, row: Row) -> Row:
        self.looked = True
        now = self._newest.get(DOCUMENTS.name, row.key)
        if now is None or now.state is None or row.state is None:
            return row
        return row._replace(state=row.state | {name: now.state[name] for name in ("unpublished", "marks")})
