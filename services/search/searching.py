"""Filling the index from the record, and looking up what anyone may read now.

The index only proposes: every hit that is sealed is opened before it is answered, so what was erased,
taken back, rejected or taken down since is never found, whatever the index still holds.
"""

from __future__ import annotations

import logging
from contextlib import AbstractContextManager, closing
from threading import Event
from typing import Any, NamedTuple, Protocol

from pydantic_core import from_json

from ledger.entries import decode
from ledger.messages import RecordedEvent
from ledger.store.port import PAGE_EVENTS, Reader, SealedRow, StoreError
from ledger.vault.errors import Unopened
from ledger.vault.vault import SealedField, ToOpen, Vault
from projections.projection import Rows
from projections.references import day, starts_open
from projections.rows.port import NotReached
from projections.views.withholding import why_withheld
from services.search.port import Asked, Hit, Indexed, WordIndex
from services.search.words import clear_words, searched_types
from services.words import opened

POLL_SECONDS = 1.0
RETRY_SECONDS = 5.0

log = logging.getLogger("liggare.search")


class Searched(Protocol):
    """What searching needs of a ledger; services.bootstrap.Parts is one."""

    @property
    def vault(self) -> Vault: ...

    def reader(self) -> Reader: ...

    def words(self) -> WordIndex: ...

    def rows(self, at: int | None = None) -> AbstractContextManager[Rows]: ...


# --- Filling ----------------------------------------------------------------------------------
class Filling:
    """Keeps the words up with the record, in a thread of its own or once."""

    def __init__(self, ledger: Searched) -> None:
        self._ledger = ledger

    def run(self, stopping: Event) -> None:
        """Run until `stopping` is set; a store that does not answer is asked again."""
        lost = False
        while not stopping.is_set():
            try:
                with closing(self._ledger.reader()) as reader, closing(self._ledger.words()) as words:
                    lost = False
                    while not stopping.is_set():
                        position = fill(reader, words, self._ledger.vault)
                        reader.wait(position, POLL_SECONDS)
            except StoreError as error:
                if not lost:
                    log.warning("the words to search wait until the store answers: %s", error)
                lost = True
                stopping.wait(RETRY_SECONDS)

    def catch_up(self) -> int:
        """Take in all words up to the head, and return its position. Raises StoreError."""
        with closing(self._ledger.reader()) as reader, closing(self._ledger.words()) as words:
            return fill(reader, words, self._ledger.vault)


def fill(reader: Reader, words: WordIndex, vault: Vault) -> int:
    """Take in the words of everything recorded so far; return up to which position they are in."""
    types = searched_types()
    while (after := words.position()) < (head := reader.head()):
        page = reader.entries(after, PAGE_EVENTS, types)
        # A full page may end before the head; a short one held all there is.
        position = page[-1].position if len(page) == PAGE_EVENTS else head
        events = [decode(each.position, each.entry) for each in page if each.position <= position]
        words.add(indexed(events, reader, vault), after, position)
    return after


def indexed(events: list[RecordedEvent], reader: Reader, vault: Vault) -> list[Indexed]:
    """Return the texts of some events that can be looked for: those in the clear, and public ones that open."""
    found = [_text(event, clear.pointer, None, clear.text) for event in events for clear in clear_words(event.event)]
    by_position = {event.position: event for event in events}
    sealed = [row for row in reader.sealed(by_position.keys()) if row.key.endswith("|P")]
    asked = [_to_open(by_position[row.position], row) for row in sealed]
    for row, text in zip(sealed, vault.open_many(asked), strict=True):
        if not isinstance(text, Unopened):
            found.append(_text(by_position[row.position], row.pointer, row.key, text))
    return found


def _to_open(event: RecordedEvent, row: SealedRow) -> ToOpen:
    value: Any = event.event.model_dump(mode="json", by_alias=True)
    for part in row.pointer.split("/")[1:]:
        value = value[int(part)] if isinstance(value, list) else value[part]
    return ToOpen(row.key, event.entry.id, row.pointer, SealedField(value["commit"], row.nonce, row.ciphertext))


def _text(event: RecordedEvent, pointer: str, key: str | None, body: str) -> Indexed:
    dated = event.event.dated()
    on = "" if starts_open(dated) else day(dated, event.time)
    return Indexed(event.position, pointer, event.event.subject(), event.event.topic, on, key, body)


# --- Looking up -------------------------------------------------------------------------------
class Found(NamedTuple):
    """A hit that anyone may read now, with its text, and how the fact is known: `illustrative` where it is invented."""

    hit: Hit
    text: str
    basis: str | None = None


class Searching:
    """Looks up words in one ledger. Belongs to one thread; close it."""

    def __init__(self, ledger: Searched) -> None:
        self._ledger = ledger
        self._reader = ledger.reader()
        self._words = ledger.words()

    def find(self, asked: Asked, limit: int) -> list[Found]:
        """Return up to `limit` of the best hits that anyone may read now; none where no word was asked for.

        What was recorded a moment ago is found, too. Raises StoreError, and NotReached for a position to come.
        """
        head = fill(self._reader, self._words, self._ledger.vault)
        if asked.position > head:
            raise NotReached(asked.position, head)
        asked = asked._replace(position=asked.position or head)
        found: list[Found] = []
        skip = 0
        with self._ledger.rows() as newest:
            while asked.words and len(found) < limit and (hits := self._words.find(asked, limit, skip)):
                skip += len(hits)
                found += _readable(hits, self._reader, self._ledger.vault, newest)
        return found[:limit]

    @property
    def position(self) -> int:
        """Up to which position the words are in."""
        return self._words.position()

    def close(self) -> None:
        self._words.close()
        self._reader.close()


def _readable(hits: list[Hit], reader: Reader, vault: Vault, newest: Rows) -> list[Found]:
    """Return the hits whose words are still public. The index is asked first, the record has the last word."""
    references = [{"position": hit.position, "pointer": hit.pointer} for hit in hits if hit.sealed]
    sealed = iter(opened(references, reader, vault, newest))
    entries = {at: from_json(entry) for at, entry in reader.at(sorted({hit.position for hit in hits}))}
    texts = [
        next(sealed).get("text")
        if hit.sealed
        else _clear_text(newest, hit.position, entries[hit.position], hit.pointer)
        for hit in hits
    ]
    return [
        Found(hit, text, _basis(entries[hit.position]))
        for hit, text in zip(hits, texts, strict=True)
        if text is not None
    ]


def _basis(entry: dict[str, Any]) -> str | None:
    source = entry["data"].get("source")
    return None if source is None else str(source["basis"])


def _clear_text(newest: Rows, position: int, entry: dict[str, Any], pointer: str) -> str | None:
    if why_withheld(newest, position, entry, pointer, None) is not None:
        return None
    value: Any = entry["data"]
    for part in pointer.split("/")[1:]:
        value = value[int(part)] if isinstance(value, list) else value[part]
    return str(value)
