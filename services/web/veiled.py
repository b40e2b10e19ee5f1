"""The rows of a moment as they may be shown now: what is taken off or secret now is so in views of the past, too.

Sealed words are looked at as they are opened. Words in the clear, such as a document's title, stand in the rows
themselves; every view leaves them out by what the document's row says, so that is what is taken from now. Where the words
of the event that named a thing were taken off what is shown, the thing is called by its id.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import cached_property
from itertools import islice
from typing import Any

from projections.ballots import BALLOTS
from projections.decisions import DECISIONS
from projections.documents import DOCUMENTS, TAKEN_DOWN
from projections.indicators import INDICATORS
from projections.matters import MATTERS
from projections.meetings import MEETINGS
from projections.processes import PROCESSES
from projections.programmes import PROGRAMMES
from projections.projection import Row, Rows
from projections.surveys import SURVEYS

TITLED = {
    BALLOTS.name: ("opened", "question"),
    DECISIONS.name: ("recorded", "title"),
    INDICATORS.name: ("recorded", "title"),
    MATTERS.name: ("opened", "title"),
    MEETINGS.name: ("recorded", "title"),
    PROCESSES.name: ("opened", "title"),
    PROGRAMMES.name: ("recorded", "title"),
    SURVEYS.name: ("planned", "title"),
}
"""By read model: which member says where a thing was named, and which how it is called."""


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
        return None if row is None else self._shown(projection, row)

    def scan(self, projection: str, prefix: str = "", after: str = "", limit: int | None = None) -> Iterator[Row]:
        if projection == TAKEN_DOWN.name:
            self.looked = True
            return self._newest.scan(projection, prefix, after, limit)
        found = self._rows.scan(projection, prefix, after, limit)
        if projection not in _VEILED:
            return found
        return (self._shown(projection, row) for row in islice(found, limit))

    def history(self, projection: str, key: str) -> list[Row]:
        return [self._shown(projection, row) for row in self._rows.history(projection, key)]

    def figures(self, projection: str, prefix: str = "") -> dict[str, int]:
        return self._rows.figures(projection, prefix)

    @cached_property
    def _taken(self) -> dict[str, Any]:
        """What was taken off what is shown by its position (`position:12`), with who said so."""
        return {row.key: row.state for row in self._newest.scan(TAKEN_DOWN.name, "position:") if row.state is not None}

    def _shown(self, projection: str, row: Row) -> Row:
        if projection == DOCUMENTS.name:
            return self._document(row)
        if projection not in TITLED or row.state is None:
            return row
        # Any of these may be taken off later.
        self.looked = True
        said, called = TITLED[projection]
        at = row.state.get(said) if self._taken else None
        if at is None or f"position:{at['position']}" not in self._taken:
            return row
        return row._replace(state=row.state | {called: row.key})

    def _document(self, row: Row) -> Row:
        self.looked = True
        now = self._newest.get(DOCUMENTS.name, row.key)
        if now is None or now.state is None or row.state is None:
            return row
        veil = {name: now.state[name] for name in ("unpublished", "marks")}
        veil["unpublished"] = veil["unpublished"] or self._taken.get(f"position:{row.state['recorded']['position']}")
        return row._replace(state=row.state | veil)


_VEILED = frozenset({DOCUMENTS.name, *TITLED})
