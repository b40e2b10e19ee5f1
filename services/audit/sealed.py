"""Sealed fields: whether every commitment still has its words, or a reason not to.

Without keys only the presence of a ciphertext is seen. With the key store each one is opened and compared with the
commitment in the entry; what was opened is forgotten at once. Words that are gone are accounted for by a receipt
in the record, and by nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple
from uuid import UUID

from ledger.sealing import SealedWords
from ledger.store.port import SealedRow
from ledger.vault.errors import CommitmentBroken, KeyDestroyed
from ledger.vault.vault import SealedField, ToOpen, Vault
from services.audit.reading import Record
from services.audit.report import Kind, Report
from services.receipts import destroyed_keys


class Field(NamedTuple):
    """A sealed field as an entry has it, and where: `event` is the event's id, 16 bytes."""

    position: int
    event: bytes
    words: SealedWords

    @property
    def place(self) -> str:
        return f"position {self.position}, field {self.words.pointer}"


class SealedFields:
    """Checks the side table a stretch of the record at a time."""

    def __init__(self, record: Record, report: Report, vault: Vault | None) -> None:
        self._record, self._report, self._vault = record, report, vault
        self._receipts = destroyed_keys(record.reader)
        if (found := record.sealed_beyond()) is not None:
            self._report.add(Kind.INTEGRITY, f"position {found[0]}, field {found[1]}", "a ciphertext without an event")

    def compare(self, after: int, upto: int, fields: Sequence[Field]) -> None:
        """Compare the fields of the entries in (after, upto] with what lies beside them."""
        rows = {(row.position, row.pointer): row for row in self._record.sealed(after, upto)}
        self._report.count("sealed fields", len(fields))
        present = []
        for field in fields:
            row = rows.pop((field.position, field.words.pointer), None)
            if row is not None and row.key != field.words.key:
                reason = f"the ciphertext is kept under the key {row.key}, the event names {field.words.key}"
                self._report.add(Kind.INTEGRITY, field.place, reason, field.position)
            else:
                present.append((field, row))
        for position, pointer in rows:
            place = f"position {position}, field {pointer}"
            self._report.add(
                Kind.INTEGRITY, place, "there is a ciphertext, and the entry has no such sealed field", position
            )
        if self._vault is None:
            self._seen(present)
        elif present:
            self._opened(self._vault, present)

    def _seen(self, fields: Sequence[tuple[Field, SealedRow | None]]) -> None:
        for field, row in fields:
            if row is None:
                self._gone(field)

    def _opened(self, vault: Vault, fields: Sequence[tuple[Field, SealedRow | None]]) -> None:
        asked = [_asked(field, row) for field, row in fields]
        for (field, row), answer in zip(fields, vault.disclose_many(asked), strict=True):
            if isinstance(answer, KeyDestroyed) or row is None:
                self._gone(field)
            elif isinstance(answer, CommitmentBroken):
                self._report.add(
                    Kind.INTEGRITY, field.place, "the sealed words are not those committed to", field.position
                )
            elif isinstance(answer, Exception):
                self._report.add(Kind.INTEGRITY, field.place, str(answer), field.position)
            else:
                self._report.count("commitments opened")

    def _gone(self, field: Field) -> None:
        """Count words as erased where the record holds a receipt for their key; else they are withheld."""
        if field.words.key in self._receipts:
            self._report.count("erased fields")
            return
        reason = "withheld: its words are gone, and no receipt of an erasure explains that"
        self._report.add(Kind.INCOMPLETE, field.place, reason, field.position)


def _asked(field: Field, row: SealedRow | None) -> ToOpen:
    sealed = None if row is None else SealedField(field.words.commit, row.nonce, row.ciphertext)
    return ToOpen(field.words.key, str(UUID(bytes=field.event)), field.words.pointer, sealed)
