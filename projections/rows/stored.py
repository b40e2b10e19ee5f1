"""Reading stored rows at one moment: what PostgreSQL and SQLite have in common.

A moment is a position. One read transaction holds it for as long as the rows are open, so a swap
of generations meanwhile is not noticed. A projection that halted before the moment shows what it
reached; its status tells why.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections.abc import Iterable, Iterator, Sequence
from types import TracebackType
from typing import Any, NamedTuple, Self

from pydantic_core import from_json

from projections.projection import Projection, Row, State
from projections.rows.change import add_figures
from projections.rows.port import NotReached

SCAN_ROWS = 2_000
LAST = "\U0010ffff"
"""Sorts after every text, in both engines and in Python."""


class Shown(NamedTuple):
    """The live generation of a projection and the position it has reached."""

    generation: int
    position: int


class StoredRows(ABC):
    """Rows as of a position; without one, the newest position that every running projection has reached."""

    def __init__(self, projections: Iterable[Projection], at: int | None = None) -> None:
        self._projections = {projection.name: projection for projection in projections}
        rows = self._begin()
        self._shown = {name: Shown(generation, position) for name, generation, position, _ in rows}
        running = [position for name, _, position, halted in rows if name in self._projections and not halted]
        reached = min(running or [shown.position for shown in self._shown.values()], default=0)
        if at is not None and at > reached:
            self.close()
            raise NotReached(at, reached)
        self.position = reached if at is None else at

    @abstractmethod
    def _begin(self) -> Sequence[tuple[str, int, int, bool]]:
        """Begin the read transaction; return the live generations as (name, generation, position, halted)."""

    @abstractmethod
    def _all(self, statement: str, **arguments: Any) -> list[tuple[Any, ...]]: ...

    @abstractmethod
    def close(self) -> None:
        """End the read transaction; the connection stays open and belongs to who made it."""

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.close()

    def reached(self, projection: str) -> int:
        """Return the position the projection has reached, up to the moment; less only where it halted."""
        shown = self._shown.get(projection)
        return min(self.position, shown.position) if shown else 0

    def generation(self, projection: str) -> int:
        """Return which of its generations is shown of a projection, 0 where none is."""
        shown = self._shown.get(projection)
        return shown.generation if shown else 0

    def get(self, projection: str, key: str) -> Row | None:
        for position, state in self._rows("row", projection, key=key):
            if state is not None:
                return Row(key, position, from_json(state))
        return None

    def scan(self, projection: str, prefix: str = "", after: str = "", limit: int | None = None) -> Iterator[Row]:
        left = limit
        while left is None or left > 0:
            size = SCAN_ROWS if left is None else min(left, SCAN_ROWS)
            found = self._rows("rows", projection, first=prefix, after=after, end=prefix + LAST, limit=size)
            for key, position, state in found:
                yield Row(key, position, from_json(state))
            if len(found) < size:
                return
            after = found[-1][0]
            left = None if left is None else left - size

    def history(self, projection: str, key: str) -> list[Row]:
        rows = self._rows("history", projection, key=key)
        return [Row(key, position, _state(state)) for position, state in rows]

    def figures(self, projection: str, prefix: str = "") -> dict[str, int]:
        """At the position reached last they are kept; for an earlier one the rows of that moment emit them."""
        shown = self._shown.get(projection)
        if shown is not None and shown.position <= self.position:
            return dict(self._rows("figures", projection, first=prefix, end=prefix + LAST))
        figures: dict[str, int] = {}
        definition = self._projections[projection]
        start = prefix.partition("|")[0] if definition.figures_start_like_keys else ""
        add_figures(definition, ((row.key, row.state) for row in self.scan(projection, start)), 1, figures)
        return {name: figures[name] for name in sorted(figures) if figures[name] and name.startswith(prefix)}

    def _rows(self, statement: str, projection: str, **arguments: Any) -> list[tuple[Any, ...]]:
        shown = self._shown.get(projection)
        if shown is None:
            return []
        return self._all(statement, name=projection, generation=shown.generation, at=self.position, **arguments)


def _state(stored: bytes | None) -> State:
    return None if stored is None else from_json(stored)
