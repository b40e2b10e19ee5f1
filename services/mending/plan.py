"""What a repair is going to write, decided from what was found: nothing is in it that is not proved to fit."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NamedTuple, TypeVar
from uuid import UUID

from pydantic_core import from_json

from ledger.entries import UnreadableEntry, decode, event_id
from ledger.log.checkpoint import Checkpoint
from ledger.log.errors import ProofError
from ledger.log.merkle import leaf_hash, root, root_plan
from ledger.log.publisher import reader_of
from ledger.log.verify import verify_checkpoint
from ledger.log.vkeys import AnyKey
from ledger.sealing import sealed_of
from ledger.store.port import SealedRow, StoreError
from ledger.vault.vault import SealedField, ToOpen, Vault
from services.engines import LedgerReader
from services.mending.copies import Copy, CopyRequest
from services.mending.fsck import Examined
from services.mending.tree import columns_of

T = TypeVar("T")


class Step(NamedTuple):
    """One thing to be done, or why it cannot be."""

    place: str
    what: str
    accepted: bool


class Entry(NamedTuple):
    """An entry whose hash is the one that was signed at its position."""

    position: int
    entry: bytes
    leaf: bytes
    missing: bool


@dataclass(slots=True)
class Plan:
    """What is to be written, and the steps in words."""

    entries: list[Entry] = field(default_factory=list)
    notes: list[tuple[int, Checkpoint, str]] = field(default_factory=list)
    requests: list[CopyRequest] = field(default_factory=list)
    sealed: list[SealedRow] = field(default_factory=list)
    steps: list[Step] = field(default_factory=list)
    source: str = ""
    alone: bool = False

    @property
    def writes(self) -> bool:
        """Tell whether there is anything to write in the record."""
        return self.alone or bool(self.entries or self.notes or self.requests or self.sealed)

    def say(self, place: str, what: str, *, accepted: bool) -> None:
        self.steps.append(Step(place, what, accepted))


class Planner:
    """Makes the plan for what was found."""

    def __init__(
        self, examined: Examined, reader: LedgerReader, keys: tuple[AnyKey, ...], vault: Vault | None, copy: Copy | None
    ) -> None:
        self._examined, self._reader, self._keys, self._vault, self._copy = examined, reader, keys, vault, copy
        self._plan = Plan(source="" if copy is None else copy.name)

    def plan(self) -> Plan:
        """Return the plan. Raises nothing of the copy's: what it does not give is not there."""
        self._take_alone()
        for position in self._examined.tree.entries:
            self._take_entry(position)
        for size in self._examined.notes:
            self._take_note(size)
        for position in self._examined.orders.lost:
            self._take_request(position)
        for position in sorted(set(self._examined.sealed)):
            self._take_sealed(position)
        return self._plan

    def _take_alone(self) -> None:
        found, say = self._examined, self._plan.say
        for position in found.tree.leaves:
            say(f"position {position}", "its leaf hash is computed from the entry, which fits the tree", accepted=True)
        for position in found.tree.columns:
            say(f"position {position}", "its columns are read from the entry", accepted=True)
        for tile in sorted(found.tree.tiles):
            say(f"tile of level {tile.level}, number {tile.number}", "computed from the leaf hashes", accepted=True)
        for kept, signed in found.checkpoints:
            say(
                f"checkpoint of size {kept.size}",
                f"its row is read from its note, of size {signed.size}",
                accepted=True,
            )
        for row in found.orders.wrong_tags:
            say(f"tag index, row ending at {row.position}", "taken out", accepted=True)
        for fact in found.orders.lacking_tags:
            say(f"tag index, position {fact.position}", "put in, as the entry says", accepted=True)
        for _, right in found.orders.requests:
            say(f"requests, position {right.first}", "its place and length follow from the ids", accepted=True)
        for guard in found.guards:
            say(f"trigger {guard}", "put on again", accepted=True)
        if found.moves_head:
            say("head", "moved on to the last event", accepted=True)
        self._plan.alone = bool(self._plan.steps)

    # --- From a copy ----------------------------------------------------------------------------
    def _asked(self, ask: Callable[[Copy], T]) -> T | str:
        """Return what the copy answers, else in words why there is nothing."""
        if self._copy is None:
            return "no copy was named; name one with --from"
        try:
            return ask(self._copy)
        except (StoreError, OSError, ProofError) as error:
            return f"the {self._copy.name} cannot be read there: {' '.join(str(error).split())}"

    def _take_entry(self, position: int) -> None:
        place, proven = f"position {position}", self._examined.tree.proven[position]
        found = self._asked(lambda copy: copy.entry(position))
        if not isinstance(found, bytes):
            self._plan.say(place, found or "the copy does not have it", accepted=False)
        elif leaf_hash(found) != proven:
            self._plan.say(
                place, "the copy's entry does not have the hash that was signed; it is left out", accepted=False
            )
        elif columns_of(found) is None or from_json(found).get("source") != self._examined.ledger:
            self._plan.say(place, "the copy's entry is none of this ledger; it is left out", accepted=False)
        else:
            reason = f"put back from the {self._plan.source}: its hash {proven.hex()} is the one that was signed"
            self._plan.say(place, reason, accepted=True)
            missing = not self._reader.at([position])
            self._plan.entries.append(Entry(position, found, proven, missing))

    def _take_note(self, size: int) -> None:
        place = f"checkpoint of size {size}"
        found = self._asked(lambda copy: copy.note(size))
        if not isinstance(found, bytes):
            self._plan.say(place, found or "the copy does not have it", accepted=False)
            return
        try:
            signed = verify_checkpoint(found, self._examined.ledger, self._keys)
            given = root(size, reader_of(self._reader, root_plan(size)))
        except ProofError as error:
            self._plan.say(place, f"the copy's note is refused: {error}", accepted=False)
            return
        if (signed.size, signed.root) != (size, given):
            self._plan.say(place, "the copy's note is of another tree; it is left out", accepted=False)
        else:
            self._plan.say(place, "put back: the log's key signed it, and the tree gives its root", accepted=True)
            self._plan.notes.append((size, signed, found.decode()))

    def _take_request(self, position: int) -> None:
        place = f"requests, position {position}"
        if any(each.row.first <= position < each.row.first + each.row.events for each in self._plan.requests):
            return
        found = self._asked(lambda copy: copy.requests(position))
        if isinstance(found, str):
            self._plan.say(place, found, accepted=False)
            return
        fitting = next((each for each in found if self._fits(each, position)), None)
        if fitting is None:
            self._plan.say(place, "the copy has no request from which the ids of the events follow", accepted=False)
        else:
            self._plan.say(place, "put back: the ids of its events follow from its own", accepted=True)
            self._plan.requests.append(fitting)

    def _fits(self, found: CopyRequest, position: int) -> bool:
        row = found.row
        if not row.first <= position < row.first + row.events:
            return False
        for ordinal, entry in enumerate(self._reader.at(range(row.first, row.first + row.events))):
            columns = columns_of(entry.entry)
            wanted = event_id(self._examined.ledger, UUID(bytes=row.id), ordinal).replace("-", "")
            if columns is None or entry.position != row.first + ordinal or columns[0].hex() != wanted:
                return False
        return True

    def _take_sealed(self, position: int) -> None:
        place = f"sealed fields of position {position}"
        if self._vault is None:
            self._plan.say(place, "without the key store nothing shows that a ciphertext fits", accepted=False)
            return
        found = self._asked(lambda copy: copy.sealed(position))
        if isinstance(found, str):
            self._plan.say(place, found, accepted=False)
            return
        fitting = self._opening(position, {row.pointer: row for row in found}, self._vault)
        if not fitting:
            self._plan.say(place, "the copy has no ciphertext that opens its commitment", accepted=False)
        for row in fitting:
            self._plan.say(f"{place}, {row.pointer}", "put back: it opens the entry's commitment", accepted=True)
            self._plan.sealed.append(row)

    def _opening(self, position: int, rows: dict[str, SealedRow], vault: Vault) -> list[SealedRow]:
        try:
            recorded = decode(*self._reader.at([position])[0])
        except (UnreadableEntry, IndexError):
            return []
        own = {row.pointer: row for row in self._reader.sealed([position])}
        fitting = []
        for words in sealed_of(recorded.event):
            row = rows.get(words.pointer)
            if row is None or row == own.get(words.pointer) or row.key != words.key:
                continue
            asked = ToOpen(
                words.key, recorded.entry.id, words.pointer, SealedField(words.commit, row.nonce, row.ciphertext)
            )
            (answer,) = vault.disclose_many([asked])
            if not isinstance(answer, Exception):
                fitting.append(row)
        return fitting
