"""The public words of a bundle: each class-P field opened by its seed, or withheld with the reason and the event that says so.

    receipt of an erasure ▷ taken back, rejected, taken off, secret ▷ opened with the key store ▷ unaccounted for

Class S fields never appear. A field without words that no event accounts for is left out: the verifier calls it withheld,
and so does the export. What may be shown is judged by the record as it is now, also for an older size, so the event named
in `by` may lie beyond that size.
"""

from __future__ import annotations

from base64 import urlsafe_b64encode
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

from ledger.entries import UnreadableEntry, decode
from ledger.log.tiles import Tile, bundles_of, split_bundle
from ledger.sealing import SealedWords, sealed_of
from ledger.store.port import Reader, Recorded, SealedRow
from ledger.vault.vault import Disclosure, SealedField, ToOpen, Vault
from projections.projection import Rows
from services.audit.offline.layout import CHUNK_ENTRIES, opened_path
from services.export.folder import BundleFolder
from services.export.refusals import RecordDamaged
from services.words import withheld

UNACCOUNTED_MAX = 100
"""Unaccounted fields named one by one; of further ones only the number."""

PUBLIC = b'"class":"P"'
"""Stands in every entry with a public sealed field; without a sealed field an entry need not be decoded."""


class Unaccounted(NamedTuple):
    """A public field without words, and without an event that says why."""

    position: int
    pointer: str
    reason: str


@dataclass(slots=True)
class Opened:
    """How many public fields were opened, how many withheld by reason, and those that nothing accounts for."""

    opened: int = 0
    withheld: dict[str, int] = field(default_factory=dict)
    unaccounted: list[Unaccounted] = field(default_factory=list)
    further: int = 0

    def lacks(self, position: int, pointer: str, reason: str) -> None:
        """Take down a field that nothing accounts for."""
        if len(self.unaccounted) < UNACCOUNTED_MAX:
            self.unaccounted.append(Unaccounted(position, pointer, reason))
        else:
            self.further += 1


class Gate(NamedTuple):
    """What decides on the words as of now: every event up to `position` that closes words; rows; receipts of erasures by key."""

    position: int
    rows: Rows
    receipts: dict[str, int]


class _Field(NamedTuple):
    position: int
    event: str
    entry: dict[str, Any]
    words: SealedWords
    row: SealedRow | None


class OpenedWords:
    """Writes the words of a bundle's entries, which it reads from the bundle itself."""

    def __init__(self, folder: BundleFolder, reader: Reader, vault: Vault, gate: Gate) -> None:
        self._folder, self._reader, self._vault, self._gate = folder, reader, vault, gate
        self.counted = Opened()

    def write(self, size: int, moved: Callable[[int, int], None]) -> list[str]:
        """Write one file for each chunk of the first `size` entries; return their names."""
        names = []
        for chunk, tiles in groupby(bundles_of(size), key=lambda tile: tile.number * 256 // CHUNK_ENTRIES):
            names.append(opened_path(chunk))
            with self._folder.drafted(names[-1]) as file:
                for tile in tiles:
                    entries = entries_of(self._folder, tile)
                    file.writelines(self._lines(entries))
                    moved(entries[-1].position, size)
        return names

    def _lines(self, entries: Sequence[Recorded]) -> Iterator[bytes]:
        """Yield the lines of some entries, by position and pointer."""
        fields = list(self._fields(entries))
        asked: list[_Field] = []
        lines: dict[tuple[int, str], bytes] = {}
        for each in fields:
            line = self._closed(each)
            if line is None:
                asked.append(each)
            else:
                lines[each.position, each.words.pointer] = line
        for each, answer in zip(asked, self._vault.disclose_many([_asked(each) for each in asked]), strict=True):
            if isinstance(answer, Disclosure):
                lines[each.position, each.words.pointer] = _open(each, answer)
                self.counted.opened += 1
            else:
                self.counted.lacks(each.position, each.words.pointer, str(answer))
        for place in sorted(lines):
            yield lines[place]

    def _fields(self, entries: Sequence[Recorded]) -> Iterator[_Field]:
        found: list[tuple[Recorded, str, SealedWords]] = []
        for recorded in entries:
            if PUBLIC not in recorded.entry:
                continue
            try:
                event = decode(*recorded)
            except UnreadableEntry as error:
                self.counted.lacks(recorded.position, "", f"this version cannot read the entry: {error}")
                continue
            fields = (each for each in sealed_of(event.event) if each.sealing_class == "P")
            found += [(recorded, event.entry.id, each) for each in fields]
        rows = {(row.position, row.pointer): row for row in self._reader.sealed({each[0].position for each in found})}
        for recorded, event_id, words in found:
            row = rows.get((recorded.position, words.pointer))
            if row is not None and row.key != words.key:
                row = None
            yield _Field(recorded.position, event_id, from_json(recorded.entry), words, row)

    def _closed(self, each: _Field) -> bytes | None:
        """Return the line of a field that is not to be opened; None for one that may be."""
        receipt = self._gate.receipts.get(each.words.key)
        if receipt is not None:
            return self._withheld(each, "erased", receipt)
        place = (each.position, each.entry, each.words.pointer, each.words.key)
        found = withheld(self._reader, self._gate.rows, *place)
        return None if found is None else self._withheld(each, found.why, found.by)

    def _withheld(self, each: _Field, why: str, by: int) -> bytes:
        self.counted.withheld[why] = self.counted.withheld.get(why, 0) + 1
        line = {"position": each.position, "pointer": each.words.pointer, "withheld": why, "by": by}
        return to_json(line) + b"\n"


def _asked(each: _Field) -> ToOpen:
    sealed = None if each.row is None else SealedField(each.words.commit, each.row.nonce, each.row.ciphertext)
    return ToOpen(each.words.key, each.event, each.words.pointer, sealed)


def _open(each: _Field, found: Disclosure) -> bytes:
    """Return a line whose value is the committed text byte by byte (RFC 8785)."""
    start = to_json(
        {
            "position": each.position,
            "pointer": each.words.pointer,
            "seed": urlsafe_b64encode(found.seed).rstrip(b"=").decode(),
        }
    )
    return start[:-1] + b',"value":' + found.plaintext + b"}\n"


def entries_of(folder: BundleFolder, tile: Tile) -> list[Recorded]:
    """Return the entries of one entry bundle as it lies in the folder, with their positions."""
    bundle = folder.read(tile.path())
    if bundle is None:
        raise RecordDamaged(str(folder.path / tile.path()), "it was removed meanwhile")
    first = tile.number * 256 + 1
    return [Recorded(position, entry) for position, entry in enumerate(split_bundle(bundle, tile.width), first)]
