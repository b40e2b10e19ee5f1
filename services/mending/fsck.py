"""`liggare fsck`: everything in a ledger's database that is damaged, where, and what mends it. Writes nothing.

`liggare verify` gives a verdict on the record; this looks at every place, says which of several accounts is the wrong
one, and is what `liggare repair` goes by.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack, closing
from dataclasses import dataclass, field
from typing import Any

from ledger.entries import UnreadableEntry, decode
from ledger.log.checkpoint import Checkpoint
from ledger.log.errors import ProofError
from ledger.log.merkle import root, root_plan
from ledger.log.publisher import reader_of
from ledger.log.verify import verify_checkpoint
from ledger.store.port import Checkpoint as Kept
from ledger.store.port import StoreDamaged
from ledger.store.sqlite import SQLiteReader
from ledger.vault.vault import Vault
from services.audit.entries import UnknownType, Unsound, examined
from services.audit.report import Kind, Report
from services.audit.sealed import Field, SealedFields
from services.audit.views import compare_views
from services.engines import engine
from services.keys import at_hand, key_store, log_folder
from services.mending.damage import Damages, Mending, Part
from services.mending.orders import Orders, OrdersExaminer
from services.mending.owner import guards
from services.mending.reading import Readable, read_or
from services.mending.tree import Examiner, Progress, Tree
from services.search.port import WordIndex
from services.search.searching import indexed
from services.search.words import searched_types
from services.settings import Settings

SIZE_MAX = 1 << 62
PAGE_EVENTS = 5_000


@dataclass(slots=True)
class Examined:
    """What there is to mend, and to be told: `signed` is the newest head that was signed, `published` that of the database, both verified.

    `head` is how far the record reaches by any account, `last` the position of the last event there is.
    """

    ledger: str
    head: int = 0
    last: int = 0
    published: Checkpoint | None = None
    signed: Checkpoint | None = None
    damages: Damages = field(default_factory=Damages)
    tree: Tree = field(default_factory=Tree)
    orders: Orders = field(default_factory=Orders)
    checkpoints: list[tuple[Kept, Checkpoint]] = field(default_factory=list)
    notes: list[int] = field(default_factory=list)
    sealed: list[int] = field(default_factory=list)
    guards: list[str] = field(default_factory=list)
    moves_head: bool = False

    def parts(self, *wanted: Part) -> bool:
        """Tell whether any of some parts is damaged."""
        return any(self.damages.numbers[part] for part in wanted)

    def to_json(self) -> dict[str, Any]:
        """Return everything found as plain JSON values."""
        signed = self.signed
        return {
            "verdict": self.verdict,
            "whole": not self.damages.found,
            "exit_code": self.damages.exit_code,
            "ledger": self.ledger,
            "head": self.head,
            "signed_size": 0 if signed is None else signed.size,
            "damages": [damage.to_json() for damage in self.damages.found],
            "further_damages": self.damages.further,
            "not_checked": self.damages.not_checked,
        }

    @property
    def verdict(self) -> str:
        """One line: whether all is whole; else how much is not, and how much of it can be mended how."""
        if not self.damages.found:
            return f"WHOLE {self.ledger}: {self.head:,} events and everything derived from them"
        number = sum(self.damages.numbers.values())
        first = self.damages.found[0]
        return (
            f"DAMAGED {self.ledger}: {number:,} place{'' if number == 1 else 's'}, first {first.place}: {first.reason}"
        )

    def lines(self) -> list[str]:
        """Return what was found as lines for a terminal: verdict, every damage, what was not checked."""
        further = [f"  and {self.damages.further:,} more"] if self.damages.further else []
        return [
            self.verdict,
            *(f"  {damage.part.value}: {damage}" for damage in self.damages.found),
            *further,
            *(
                ["Not checked:", *(f"  {what}" for what in self.damages.not_checked)]
                if self.damages.not_checked
                else []
            ),
        ]


def fsck(settings: Settings, progress: Progress | None = None) -> Examined:
    """Look at everything. Raises a StoreError where not even the head can be read, and KeyRefused."""
    with ExitStack() as stack:
        reader = stack.enter_context(closing(engine(settings).reader()))
        vault = Vault(settings.ledger, stack.enter_context(key_store(settings))) if at_hand(settings) else None
        look = Look(settings, Readable(reader), vault)
        look.run(progress)
        return look.examined


class Look:
    """One look at a ledger in its database."""

    def __init__(self, settings: Settings, store: Readable, vault: Vault | None) -> None:
        self._settings, self._store, self._vault = settings, store, vault
        self._folder = log_folder(settings)
        self._keys = self._folder.verifiers()
        self.examined = Examined(settings.ledger)
        self._damages = self.examined.damages

    def run(self, progress: Progress | None = None) -> None:
        """Look at the record, then at the rest as far as the record bears it."""
        newest = self._checkpoints()
        self._head()
        examined = self.examined
        examined.tree = Examiner(
            self._store, self._damages, examined.ledger, examined.head, examined.signed, newest
        ).run(progress)
        self._older_roots()
        examined.orders = OrdersExaminer(
            self._store, self._damages, examined.ledger, examined.head, examined.tree.unsure
        ).run()
        self._sealed()
        if examined.parts(Part.FILE, Part.ENTRY, Part.HEAD):
            self._damages.not_checked.append("read models and search index: the entries they come from are damaged")
        else:
            self._read_models(progress)
            self._search()
        self._guards()

    # --- Head and checkpoints -------------------------------------------------------------------
    def _guards(self) -> None:
        wanted = guards("sqlite" if isinstance(self._store.reader, SQLiteReader) else "postgres")
        there = self._store.guards()
        for guard in wanted:
            if guard not in there:
                self.examined.guards.append(guard)
                reason = "it is off or gone: what is recorded could be changed"
                self._damages.add(Part.GUARD, f"trigger {guard}", reason, Mending.ALONE)

    def _head(self) -> None:
        head, last = self._store.reader.head(), self._store.record.last_event()
        signed = self.examined.signed
        self.examined.last = last
        self.examined.head = max(head, last, 0 if signed is None else signed.size)
        if last > head:
            self.examined.moves_head = True
            reason = f"it says {head} events, and there is one at position {last}"
            self._damages.add(Part.HEAD, "head", reason, Mending.ALONE, head + 1)

    def _checkpoints(self) -> int:
        """Look at every kept checkpoint; return the size of the newest: that of the tiles."""
        if not self._keys:
            reason = "log.vkey is not in the folder of keys, so nothing proves which side is right; name it with --keys"
            self._damages.add(Part.CHECKPOINT, "signatures", reason, Mending.NOTHING, None, Kind.INCOMPLETE)
        newest = 0
        for kept in self._kept():
            signed = self._opened(kept) if self._keys else None
            newest = max(newest, kept.size if signed is None else signed.size)
            if signed is not None:
                self.examined.published = signed
                self._take(signed)
        for path, note in self._folder.notes() if self._keys else ():
            try:
                self._take(verify_checkpoint(note, self._settings.ledger, self._keys))
            except ProofError as error:
                self._damages.add(Part.CHECKPOINT, str(path), str(error), Mending.BACKUP)
        return newest

    def _kept(self) -> Iterator[Kept]:
        def damaged(reason: str) -> None:
            self._damages.add(Part.FILE, "checkpoints", reason, Mending.BACKUP)

        return read_or(lambda: self._store.record.checkpoints(SIZE_MAX), damaged)

    def _opened(self, kept: Kept) -> Checkpoint | None:
        place = f"checkpoint of size {kept.size}"
        try:
            signed = verify_checkpoint(kept.note.encode(), self._settings.ledger, self._keys)
        except ProofError as error:
            self.examined.notes.append(kept.size)
            self._damages.add(Part.CHECKPOINT, place, f"its note: {error}", Mending.COPY)
            return None
        if (signed.size, signed.root) != (kept.size, kept.root):
            self.examined.checkpoints.append((kept, signed))
            self._damages.add(Part.CHECKPOINT, place, "its row and its signed note differ", Mending.ALONE)
        return signed

    def _take(self, signed: Checkpoint) -> None:
        newest = self.examined.signed
        if newest is None or signed.size > newest.size:
            self.examined.signed = signed
        elif signed.size == newest.size and signed.root != newest.root:
            reason = "two roots are signed for this size: two histories"
            self._damages.add(Part.CHECKPOINT, f"size {signed.size}", reason, Mending.NOTHING, None, Kind.FORK)

    def _older_roots(self) -> None:
        """See whether the tree, now that its tiles are known to be right, gives what was signed before."""
        if not self._keys or self.examined.tree.tiles or self.examined.tree.undecided:
            return
        for kept in self._kept():
            if kept.size in self.examined.notes or (self.examined.signed and kept.size > self.examined.signed.size):
                continue
            try:
                found = root(kept.size, reader_of(self._store.reader, root_plan(kept.size)))
                signed = verify_checkpoint(kept.note.encode(), self._settings.ledger, self._keys)
            except ProofError:
                continue
            if signed.size == kept.size and found != signed.root:
                reason = "the tree had another root at this size: two histories were signed"
                self._damages.add(Part.CHECKPOINT, f"checkpoint of size {kept.size}", reason, Mending.NOTHING)

    # --- Sealed fields --------------------------------------------------------------------------
    def _sealed(self) -> None:
        report = Report(self._settings.ledger)
        try:
            fields = SealedFields(self._store.record, report, self._vault)
            for after in range(0, self.examined.head, PAGE_EVENTS):
                upto = min(after + PAGE_EVENTS, self.examined.head)
                fields.compare(after, upto, list(self._fields(after, upto)))
                self._tell_sealed(report)
            self._tell_sealed(report)
        except StoreDamaged as error:
            self._damages.add(Part.FILE, "sealed fields", " ".join(str(error).split()), Mending.BACKUP)
        if self._vault is None:
            self._damages.not_checked.append("what sealed fields hold: the key store is not at hand")

    def _fields(self, after: int, upto: int) -> Iterator[Field]:
        for row in self._store.stretch(after, upto).rows:
            if row.position not in self.examined.tree.unsure:
                try:
                    told = examined(row, self._settings.ledger)
                except (Unsound, UnknownType):
                    continue
                yield from (Field(row.position, row.id, words) for words in told.sealed)

    def _tell_sealed(self, report: Report) -> None:
        for finding in report.findings:
            if finding.position in self.examined.tree.unsure:
                continue
            stray = "there is a ciphertext" in finding.reason or "without an event" in finding.reason
            if not stray and finding.position is not None:
                self.examined.sealed.append(finding.position)
            mending = Mending.NOTHING if stray else Mending.COPY
            self._damages.add(Part.SEALED, finding.place, finding.reason, mending, finding.position, finding.kind)
        report.findings.clear()

    # --- What is derived ------------------------------------------------------------------------
    def _read_models(self, progress: Progress | None) -> None:
        report = Report(self._settings.ledger, self.examined.head)
        compare_views(report, self._store.reader, engine(self._settings).rows, progress)
        for finding in report.findings:
            reason = finding.reason.partition("; `liggare rebuild`")[0]
            self._damages.add(Part.READ_MODEL, finding.place, reason, Mending.REBUILD, None, finding.kind)
        self._damages.not_checked += report.not_checked

    def _search(self) -> None:
        if self.examined.parts(Part.SEALED):
            self._damages.not_checked.append("search index: the words it comes from are damaged")
            return
        if self._vault is None:
            self._damages.not_checked.append("search index: it holds public words, and the key store is not at hand")
            return
        with closing(engine(self._settings).words()) as words:
            try:
                self._compare_words(words, self._vault)
            except StoreDamaged as error:
                self._wrong_words(" ".join(str(error).split()))

    def _compare_words(self, words: WordIndex, vault: Vault) -> None:
        upto, reader = words.position(), self._store.reader
        if upto > reader.head():
            self._wrong_words(f"it has reached position {upto}, and the record has {reader.head()} events")
            return
        wanted: set[tuple[int, str]] = set()
        after = 0
        while after < upto and (page := reader.entries(after, PAGE_EVENTS, searched_types())):
            after = page[-1].position
            try:
                events = [decode(*each) for each in page if each.position <= upto]
            except UnreadableEntry:
                self._damages.not_checked.append("search index: an entry is of a type this version cannot read")
                return
            wanted.update((each.position, each.pointer) for each in indexed(events, reader, vault))
        if differing := sorted(wanted ^ set(self._store.search_places())):
            position, pointer = differing[0]
            said = "lacks" if differing[0] in wanted else "has, and should not have,"
            self._wrong_words(f"it {said} the text {pointer} of position {position}; {len(differing)} texts differ")

    def _wrong_words(self, reason: str) -> None:
        self._damages.add(Part.SEARCH, "search index", reason, Mending.REBUILD, None, Kind.VIEW_DIFFERS)
