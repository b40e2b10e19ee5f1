"""A reader and read models on connections that stay: no page pays for opening one."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass

from projections.projection import Rows
from projections.rows.stored import StoredRows
from projections.rows.whole import Mirror
from services.engines import Engine, LedgerReader, RowsConnection


@dataclass(slots=True)
class Connections:
    """What one thread reads with: the record, the rows of a moment, and beside them the newest rows."""

    reader: LedgerReader
    _rows: RowsConnection
    _newest: RowsConnection

    _mirror: Mirror

    @classmethod
    def of(cls, engine: Engine, mirror: Mirror | None = None) -> Connections:
        """Connect; what is read whole is held in `mirror`, for all that are given the same. Raises StoreError."""
        with ExitStack() as opened:
            reader = opened.enter_context(closing(engine.reader()))
            rows = opened.enter_context(closing(engine.rows_connection()))
            newest = opened.enter_context(closing(engine.rows_connection()))
            opened.pop_all()
        return cls(reader, rows, newest, mirror or Mirror())

    def rows(self, at: int | None = None) -> StoredRows:
        """Begin to read the rows of a moment; one such at a time. Raises NotReached and StoreError."""
        return self._rows.rows(at)

    @contextmanager
    def moment(self, at: int | None = None) -> Iterator[Rows]:
        """Open the rows of a moment; those of the present are held in memory where a page reads them whole.

        One such at a time. Raises NotReached and StoreError.
        """
        with self.rows(at) as rows:
            yield self._mirror.rows(rows, self.reader) if at is None else rows

    def newest(self) -> StoredRows:
        """Begin to read the rows as they are now, beside those of a moment; one such at a time."""
        return self._newest.rows()

    def close(self) -> None:
        with ExitStack() as opened:
            for each in (self.reader, self._rows, self._newest):
                opened.callback(each.close)
