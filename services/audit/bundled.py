"""A bundle that was verified, as something to replay: its entries once more, and the public words it opens.

    verify ──▶ leaf hash of every entry ──▶ entries, read again as far as a replay goes, each page compared
                                        └▶ words, each against its commitment

Nothing but the bundle is needed: no database, no key store, no word from the operator.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from typing import Any

from pydantic_core import from_json

from ledger.log.errors import ProofError
from ledger.log.merkle import HASH_SIZE, leaf_hashes
from ledger.log.tiles import WIDTH, Tile, split_bundle
from ledger.store.port import Recorded
from services.audit.offline.bundle import Wanted, verify_bundle
from services.audit.offline.commitments import commitment
from services.audit.offline.layout import CHUNK_ENTRIES, opened_path
from services.audit.offline.sources import Absent, Source, Unreadable
from services.audit.offline.strict import NotStrict
from services.audit.offline.tree import BUNDLE_MAX
from services.audit.offline.words import OPENED_LINE_MAX, OpenedLine, WithheldLine, word_line
from services.audit.report import Kind, Report
from services.words import Place, Reference, place_of, references

Words = dict[tuple[int, str], OpenedLine | WithheldLine]


def entries_in(source: Source, number: int, size: int) -> list[bytes]:
    """Return the entries of one entry bundle of a log of `size`, unverified; raise a SourceError or MalformedTile."""
    width = min(WIDTH, size - number * WIDTH)
    return list(split_bundle(source.read(Tile(None, number, width).path(), BUNDLE_MAX), width))


class NotReplayed(Exception):
    """A bundle is not what was signed, so there is nothing to replay; `report` says what was found."""

    def __init__(self, report: Report) -> None:
        super().__init__(report.verdict)
        self.report = report


class Bundled:
    """A verified bundle; `entries` is what `services.audit.replaying` asks for. The source stays the caller's to close."""

    def __init__(self, source: Source, wanted: Wanted, progress: Callable[[int, int], None] | None = None) -> None:
        """Verify the bundle. Raises NotReplayed, a SourceError, and ProofError for what the auditor brought."""
        self._source = source
        self._leaves = bytearray()
        self._held: tuple[int, list[bytes]] = -1, []
        self.report = verify_bundle(source, wanted, self._on_page, progress)
        if self.report.worst is not None and self.report.worst.kind is not Kind.INCOMPLETE:
            raise NotReplayed(self.report)
        self.head = len(self._leaves) // HASH_SIZE

    def _on_page(self, _first: int, _entries: list[bytes], leaves: list[bytes]) -> None:
        self._leaves += b"".join(leaves)

    # --- Entries ----------------------------------------------------------------------------------
    def entries(self, after: int, limit: int) -> list[Recorded]:
        """Return up to `limit` entries after a position, in order. Raises a SourceError where they are others by now."""
        found: list[Recorded] = []
        while len(found) < limit and after < self.head:
            number, offset = divmod(after, WIDTH)
            page = self._tile(number)[offset : offset + limit - len(found)]
            found += [Recorded(position, entry) for position, entry in enumerate(page, after + 1)]
            after += len(page)
        return found

    def _tile(self, number: int) -> list[bytes]:
        if self._held[0] != number:
            try:
                entries = entries_in(self._source, number, self.head)
            except ProofError as error:
                raise Unreadable(error.place, f"it is not what it was when it was verified: {error.reason}") from error
            start = number * WIDTH * HASH_SIZE
            if b"".join(leaf_hashes(entries)) != self._leaves[start : start + len(entries) * HASH_SIZE]:
                raise Unreadable(f"entry bundle {number}", "it is not what it was when it was verified")
            self._held = number, entries
        return self._held[1]

    # --- Words ------------------------------------------------------------------------------------
    def open(self, answer: Any) -> Any:
        """Add the public words to every reference in a view, in place, or why there are none; return the view."""
        wanted: defaultdict[int, list[Reference]] = defaultdict(list)
        for reference in references(answer):
            wanted[(reference["position"] - 1) // CHUNK_ENTRIES].append(reference)
        for chunk, asked in sorted(wanted.items()):
            words = self._words(chunk, {(each["position"], each["pointer"]) for each in asked})
            for reference in asked:
                self._open(reference, words)
        return answer

    def _open(self, reference: Reference, words: Words) -> None:
        at = reference["position"], reference["pointer"]
        found = self.entries(at[0] - 1, 1) if 0 < at[0] <= self.head else []
        place = place_of(from_json(found[0].entry), at[1]) if found else None
        line = words.get(at)
        if place is not None and place.sealing_class != "P":
            reference["withheld"] = "private"
        elif isinstance(line, WithheldLine):
            reference["withheld"] = line.why
        elif place is None or line is None or not _fits(line, place):
            reference["withheld"] = "missing"
        else:
            reference["text"] = from_json(line.plaintext)

    def _words(self, chunk: int, asked: set[tuple[int, str]]) -> Words:
        found: Words = {}
        for line in self._lines(chunk):
            if (line.position, line.pointer) in asked:
                found[line.position, line.pointer] = line
        return found

    def _lines(self, chunk: int) -> Iterator[OpenedLine | WithheldLine]:
        path = opened_path(chunk)
        try:
            for raw in self._source.lines(path, OPENED_LINE_MAX):
                yield word_line(raw, path)
        except Absent:  # a bundle that was exported without the key store
            return
        except NotStrict as error:
            raise Unreadable(path, f"it is not what it was when it was verified: {error}") from error


def _fits(line: OpenedLine, place: Place) -> bool:
    return commitment(line.seed, line.plaintext) == place.commit
