"""`liggare verify` of a database: is the record whole, is it what was signed, and is what is shown what it says.

    every event row    bytes ↔ leaf hash, canonical form, columns, gapless positions
    the tree           entries ↔ tiles, every kept checkpoint, older checkpoints from elsewhere
    the other orders   events ↔ tag index, events ↔ requests
    sealed fields      commitments ↔ ciphertexts, opened where the keys are at hand
    cosignatures       witnesses' lines ↔ checkpoints, where log.policy names their keys
    read models        shown ↔ replayed from the record

One pass over the events in pages, one over each index; memory does not grow with the record but for 16 bytes per
4,096 events, and for the states that the replay of the read models needs. Writes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import TypeAlias
from uuid import UUID

from ledger.log.checkpoint import Checkpoint, read_unverified
from ledger.log.errors import ProofError
from ledger.log.folder import LogFolder
from ledger.log.verify import verify_checkpoint
from ledger.log.vkeys import AnyKey
from ledger.vault.vault import Vault
from projections.ballots import VOTES
from services.audit.entries import Told, UnknownType, Unsound, examined, hashed, leaf_of
from services.audit.index import (
    UUID_BYTES,
    Balance,
    Fact,
    Impossible,
    first_difference,
    request_facts,
    tag_facts,
    tag_said,
)
from services.audit.reading import EventRow, Record
from services.audit.report import Kind, Report
from services.audit.sealed import Field, SealedFields
from services.audit.second import NOT_INSTALLED, NotCounted, SecondCount, compare_counts, counting, figures_of
from services.audit.tree import Tree, known_heads
from services.audit.views import OpenRows, compare_views
from services.audit.witnesses import check_cosignatures
from services.engines import engine
from services.keys import at_hand, key_store, log_folder
from services.settings import Settings
from services.witness.marks import Marks

Progress: TypeAlias = Callable[[int, int], None]
"""Called with the position reached and the head, once a page."""

REQUESTS_NOT_CHECKED = "the keyed hashes of the requests' contents: only the caller has the contents"
TIMES_NOT_CHECKED = "the times in the entries: they are the server's own testimony"


class NotComparable(ProofError):
    """The older checkpoint to compare with is none of this ledger by its key."""


def verify(
    settings: Settings, *, since: Sequence[Path] = (), jobs: int = 1, progress: Progress | None = None
) -> Report:
    """Audit the ledger that the settings name; `since` are files with older checkpoints, kept elsewhere.

    The second count takes up to `jobs` threads. Raises a StoreError, an OSError, KeyRefused for a `log.vkey` that is damaged or another ledger's, or NotComparable
    for a `since` that is no checkpoint of this ledger by its key.
    """
    chosen = engine(settings)
    folder = log_folder(settings)
    with ExitStack() as stack:
        reader = stack.enter_context(closing(chosen.reader()))
        keys = folder.verifiers()
        known = [(f"checkpoint in {path}", _older(path, settings.ledger, keys)) for path in since]
        report = Report(settings.ledger)
        kept = _last_signed(folder, keys, report)
        vault = _vault(settings, stack)
        second = stack.enter_context(counting(jobs))
        audit = Audit(Record(reader), report, keys, vault, [*known, *kept], second)
        audit.run(progress)
        check_cosignatures(report, reader, Marks.of(folder))
        compare_views(report, reader, chosen.rows, progress)
        _count_again(report, second, chosen.rows)
    return report


def _count_again(report: Report, second: SecondCount | None, open_rows: OpenRows) -> None:
    """Let DuckDB count what it was given, and compare with the read model of the votes where that has come as far."""
    if second is None:
        report.leave(NOT_INSTALLED)
        return
    if any(finding.kind is Kind.INTEGRITY for finding in report.findings):
        report.leave("a second count by DuckDB: the record is damaged")
        return
    figures = None
    with open_rows(None) as rows:
        reached = rows.position >= report.size
    if reached:
        with open_rows(report.size) as rows:
            figures = figures_of((row.key, row.state) for row in rows.scan(VOTES.name))
    try:
        compare_counts(report, second.finish(), bytes.fromhex(report.root), figures)
    except NotCounted as error:
        report.add(Kind.INCOMPLETE, "second count by DuckDB", str(error))


def _older(since: Path, origin: str, keys: Sequence[AnyKey]) -> Checkpoint:
    try:
        return opened(since.read_bytes(), origin, keys)
    except ProofError as error:
        reason = f"it is no checkpoint of {origin} by the key in log.vkey ({error}); name a file that holds one"
        raise NotComparable(str(since), reason) from error


def opened(note: bytes, origin: str, keys: Sequence[AnyKey]) -> Checkpoint:
    """Return a checkpoint, its signatures checked where keys are known; raise ProofError."""
    return verify_checkpoint(note, origin, keys) if keys else read_unverified(note)


def _last_signed(folder: LogFolder, keys: Sequence[AnyKey], report: Report) -> list[tuple[str, Checkpoint]]:
    """Return the last head that was signed as the folder of keys and a second place have it: they know of a restored copy."""
    heads = []
    for path, note in folder.notes():
        place = f"checkpoint in {path}"
        try:
            heads.append((place, opened(note, folder.origin, keys)))
        except ProofError as error:
            report.add(Kind.INTEGRITY, place, str(error))
    return heads


def _vault(settings: Settings, stack: ExitStack) -> Vault | None:
    """Return the vault if its key store is at hand; an audit makes no keys."""
    return Vault(settings.ledger, stack.enter_context(key_store(settings))) if at_hand(settings) else None


class Audit:
    """One audit of the record itself, without the read models. `known` are heads from elsewhere, by place."""

    def __init__(
        self,
        record: Record,
        report: Report,
        keys: Sequence[AnyKey] = (),
        vault: Vault | None = None,
        known: Sequence[tuple[str, Checkpoint]] = (),
        second: SecondCount | None = None,
    ) -> None:
        self._second = second
        self._record, self._report, self._origin = record, report, report.ledger
        # In this order: each lies within the next, however much is recorded meanwhile.
        newest = record.reader.last_checkpoint()
        last = record.last_event()
        self._head = report.size = record.reader.head()
        published = newest.size if newest is not None else 0
        self._check_head(last, published)
        self._tree = Tree(record, report, keys, self._head, published, known_heads(known, self._head, report))
        self._sealed = SealedFields(record, report, vault)
        self._tags, self._requests = Balance(self._head), Balance(self._head)
        self._unknown = 0
        self._note_limits(keys, vault, published)

    def run(self, progress: Progress | None = None) -> None:
        """Check everything."""
        position = 0
        for page in self._record.events(self._head):
            position = self._pass(page, position)
            if progress is not None:
                progress(position, self._head)
        if position < self._head:
            self._missing(position + 1, self._head)
        self._tree.finish()
        self._check_tags()
        self._check_requests()

    # --- Before ---------------------------------------------------------------------------------
    def _check_head(self, last: int, published: int) -> None:
        if last > self._head:
            reason = f"the head says {self._head} events, and there is one at position {last}"
            self._report.add(Kind.INTEGRITY, "head", reason, self._head + 1)
        if published > self._head:
            reason = f"it was signed over {published} events, and the record has {self._head}"
            self._report.add(Kind.INTEGRITY, f"checkpoint of size {published}", reason)

    def _note_limits(self, keys: Sequence[AnyKey], vault: Vault | None, published: int) -> None:
        left = self._report.not_checked
        if self._head and not published:
            self._report.add(Kind.INCOMPLETE, "checkpoints", "nothing has been signed yet; `liggare serve` publishes")
        elif self._head > published:
            left.append(f"signatures over the last {self._head - published} events: no checkpoint covers them yet")
        if published and not keys:
            self._report.add(
                Kind.INCOMPLETE, "signatures", "log.vkey is not in the folder of keys; name it with --keys"
            )
        if vault is None:
            left.append("what sealed fields hold: the key store is not at hand")
        left += [REQUESTS_NOT_CHECKED, TIMES_NOT_CHECKED]

    # --- Events ---------------------------------------------------------------------------------
    def _pass(self, page: Sequence[EventRow], position: int) -> int:
        """Check one page of events, of which `position` is the one before; return the last position."""
        leaves, fields, after = [], [], position
        for row in page:
            if row.position != position + 1:
                self._missing(position + 1, row.position - 1)
            position = row.position
            leaf = leaf_of(row)
            leaves.append(leaf)
            if leaf != row.leaf:
                self._report.add(
                    Kind.INTEGRITY,
                    f"position {position}",
                    "the entry does not have the leaf hash kept for it",
                    position,
                )
            fields += self._examine(row)
            self._tree.look_for_keys(position, row.entry)
        self._report.count("events", len(page))
        if self._second is not None and self._report.exit_code != Kind.INTEGRITY:
            self._second.on_page(after + 1, [row.entry for row in page])
        self._tree.add(leaves)
        self._sealed.compare(after, position, fields)
        return position

    def _examine(self, row: EventRow) -> list[Field]:
        self._requests.add(row.position, row.id)
        try:
            told = examined(row, self._origin)
        except Unsound as error:
            self._report.add(Kind.INTEGRITY, f"position {row.position}", str(error), row.position)
            return []
        except UnknownType as error:
            self._report.add(Kind.INCOMPLETE, f"position {row.position}", str(error), row.position)
            return []
        for fact in _tags_told(row.position, told):
            self._tags.add(*fact)
        return [Field(row.position, row.id, words) for words in told.sealed]

    def _missing(self, first: int, last: int) -> None:
        place = f"position {first}" if first == last else f"positions {first} to {last}"
        self._report.add(Kind.INTEGRITY, place, "missing", first)

    # --- The other orders -------------------------------------------------------------------------
    def _check_tags(self) -> None:
        self._settle(self._tags, self._tag_facts, self._tags_of, "tag index")

    def _check_requests(self) -> None:
        self._settle(self._requests, self._request_facts, _id_of, "requests")

    def _settle(
        self,
        balance: Balance,
        facts: Callable[[bool], Iterator[Fact]],
        told: Callable[[EventRow], list[Fact]],
        what: str,
    ) -> None:
        """Take what the rows say off the balance; look closer at the first stretch that does not come out even."""
        for fact in facts(True):
            balance.take(*fact)
        uneven = list(balance.uneven())
        for after, upto in uneven[:1]:
            stretch = self._record.stretch(max(after, 0), upto)
            found = first_difference(
                after, upto, (fact for row in stretch for fact in told(row)), facts(False), _describe
            )
            assert found is not None, "sums that differ have members that differ"
            position, reason = found
            self._report.add(Kind.INTEGRITY, f"{what}, position {position}", reason, position)
        if len(uneven) > 1:
            self._report.add(Kind.INTEGRITY, what, f"{len(uneven) - 1} further stretches of 4,096 positions differ")

    def _tag_facts(self, taking_down: bool) -> Iterator[Fact]:
        for row in self._record.tags():
            try:
                yield from tag_facts(row, self._head)
            except Impossible as error:
                if taking_down:
                    self._report.add(Kind.INTEGRITY, "tag index", str(error), min(row.position, self._head))
            if taking_down:
                self._report.count("index rows")

    def _request_facts(self, taking_down: bool) -> Iterator[Fact]:
        for row in self._record.requests():
            try:
                yield from request_facts(row, self._origin, self._head)
            except Impossible as error:
                if taking_down:
                    self._report.add(Kind.INTEGRITY, "requests", str(error))
            if taking_down:
                self._report.count("requests")

    def _tags_of(self, row: EventRow) -> list[Fact]:
        try:
            return list(_tags_told(row.position, examined(row, self._origin)))
        except (Unsound, UnknownType):
            return []


def _tags_told(position: int, told: Told) -> Iterator[Fact]:
    for tag in told.tags:
        yield Fact(position, tag_said(hashed(tag), told.topic))


def _id_of(row: EventRow) -> list[Fact]:
    return [Fact(row.position, row.id)]


def _describe(fact: Fact, missing: bool) -> str:
    if len(fact.said) == UUID_BYTES:
        named = UUID(bytes=fact.said)
        return f"no request accounts for the event {named}" if missing else f"a request gives it the id {named}"
    topic = fact.said[16:].decode(errors="replace")
    said = f"the tag with hash {fact.said[:16].hex()} and topic {topic}"
    return f"{said} is missing" if missing else f"{said} is listed, and the event does not carry it"
