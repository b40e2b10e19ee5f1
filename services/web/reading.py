"""A reader and read models on connections that stay: no page pays for opening one."""

from __future__ import annotations

from contextlib import ExitStack, closing
from dataclasses import dataclass

from projections.rows.stored import StoredRows
from services.engines import Engine, LedgerReader, RowsConnection


@dataclass(slots=True)
class Connections:
    """What one thread reads with: the record, the rows of a moment, and beside them the newest rows."""

    reader: LedgerReader
    _rows: RowsConnection
    _newest: RowsConnection

    @classmethod
    def of(cls, engine: Engine) -> Connections:
        """Connect. Raises StoreError."""
        with ExitStack() as opened:
            reader = opened.enter_context(closing(engine.reader()))
            rows = opened.enter_context(closing(engine.rows_connection()))
            newest = opened.enter_context(closing(engine.rows_connection()))
            opened.pop_all()
        return cls(reader, rows, newest)

    def rows(self, at: int | None = None) -> StoredRows:
        """Begin to read the rows of a moment; one such at a time. Raises NotReached and StoreError."""
        return self._rows.rows(at)

    def newest(self) -> StoredRows:
        """Begin to read the rows as they are now, beside those of a moment; one such at a time."""
        return self._newest.rows()

    def close(self) -> None:
        with ExitStack() as opened:
            for each in (self.reader, self._rows, self._newest):
                opened.callback(each.close)
