"""The tag index and the requests, which order the same facts differently: every row of them that is wrong or missing."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple
from uuid import UUID

from ledger.entries import event_id
from services.audit.entries import UnknownType, Unsound, examined, hashed
from services.audit.index import Balance, Fact, Impossible, request_facts, tag_facts, tag_said
from services.audit.reading import EventRow, RequestRow, TagRow
from services.mending.damage import Damages, Mending, Part
from services.mending.reading import Readable, read_or

PAGE_EVENTS = 5_000
TAG_BYTES = 16
REQUEST_EVENTS_MAX = 100_000


class TagFact(NamedTuple):
    """One thing the index is to say: the event at a position carries a tag (hashed) and has a topic."""

    tag: bytes
    position: int
    topic: str


@dataclass(slots=True)
class Orders:
    """What is to be done: index rows to take out and facts to put in; requests to put right; positions without one."""

    wrong_tags: list[TagRow] = field(default_factory=list)
    lacking_tags: list[TagFact] = field(default_factory=list)
    requests: list[tuple[RequestRow, RequestRow]] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)


class OrdersExaminer:
    """Compares both with the events up to `head`, but for positions in `unsure`, of which nothing is known."""

    def __init__(self, store: Readable, damages: Damages, origin: str, head: int, unsure: set[int]) -> None:
        self._store, self._record, self._damages = store, store.record, damages
        self._origin, self._head, self._unsure = origin, head, unsure
        self._orders = Orders()

    def run(self) -> Orders:
        """Examine everything."""
        tags, requests = Balance(self._head), Balance(self._head)
        for row in self._events():
            requests.add(row.position, row.id)
            for fact in self._tags_of(row):
                tags.add(*fact)
        for index_row in self._tag_rows():
            for fact in self._said_by_tag(index_row) or ():
                tags.take(*fact)
        for request in self._request_rows():
            for fact in self._said_by_request(request) or ():
                requests.take(*fact)
        self._settle_tags([*tags.uneven()])
        self._settle_requests([*requests.uneven()])
        return self._orders

    # --- What is said ---------------------------------------------------------------------------
    def _events(self, after: int = 0, upto: int | None = None) -> Iterator[EventRow]:
        last = self._head if upto is None else upto
        for start in range(after, last, PAGE_EVENTS):
            for row in self._store.stretch(start, min(start + PAGE_EVENTS, last)).rows:
                if row.position not in self._unsure:
                    yield row

    def _tags_of(self, row: EventRow) -> Iterator[Fact]:
        try:
            told = examined(row, self._origin)
        except (Unsound, UnknownType):
            return
        for tag in told.tags:
            yield Fact(row.position, tag_said(hashed(tag), told.topic))

    def _tag_rows(self) -> Iterator[TagRow]:
        return read_or(self._record.tags, lambda reason: self._unreadable(Part.TAG, reason))

    def _request_rows(self) -> Iterator[RequestRow]:
        return read_or(self._record.requests, lambda reason: self._unreadable(Part.REQUEST, reason))

    def _unreadable(self, part: Part, reason: str) -> None:
        if not any(damage.place == part.value for damage in self._damages.found):
            self._damages.add(Part.FILE, part.value, reason, Mending.BACKUP)

    def _said_by_tag(self, row: TagRow) -> list[Fact] | None:
        """Return what an index row says; None where no append can have written it."""
        try:
            return [fact for fact in tag_facts(row, self._head) if fact.position not in self._unsure]
        except Impossible:
            return None

    def _said_by_request(self, row: RequestRow) -> list[Fact] | None:
        if row.events > REQUEST_EVENTS_MAX:
            return None
        try:
            facts = request_facts(row, self._origin, self._head)
            return [fact for fact in facts if fact.position not in self._unsure]
        except Impossible:
            return None

    # --- Tags -------------------------------------------------------------------------------------
    def _settle_tags(self, uneven: list[tuple[int, int]]) -> None:
        impossible = [row for row in self._tag_rows() if self._said_by_tag(row) is None]
        if not uneven and not impossible:
            return
        wanted = self._told(uneven, self._tags_of)
        said: Counter[Fact] = Counter()
        for row in self._tag_rows():
            said.update(fact for fact in self._said_by_tag(row) or () if _within(uneven, fact.position))
        extra = said - wanted
        wrong = [*impossible]
        if extra:
            wrong += [row for row in self._tag_rows() if any(fact in extra for fact in self._said_by_tag(row) or ())]
        kept = said.copy()
        again: Counter[Fact] = Counter()
        for row in wrong:
            for fact in self._said_by_tag(row) or ():
                kept[fact] -= 1
                if fact in wanted or not _within(uneven, fact.position):
                    again[fact] = 1
        lacking = {fact for fact in wanted if kept[fact] < 1} | {
            fact for fact in again if not _within(uneven, fact.position)
        }
        self._tell_tags(wanted - said, extra, impossible)
        self._orders.wrong_tags = wrong
        self._orders.lacking_tags = [
            TagFact(fact.said[:TAG_BYTES], fact.position, fact.said[TAG_BYTES:].decode()) for fact in sorted(lacking)
        ]

    def _tell_tags(self, lacking: Counter[Fact], extra: Counter[Fact], impossible: list[TagRow]) -> None:
        for row in impossible:
            reason = "an index row no append can have written"
            self._damages.add(Part.TAG, f"tag index, row ending at {row.position}", reason, Mending.ALONE)
        for facts, reason in ((lacking, "is missing"), (extra, "is listed, and the event does not carry it")):
            for fact in sorted(facts):
                topic = fact.said[TAG_BYTES:].decode(errors="replace")
                what = f"the tag with hash {fact.said[:TAG_BYTES].hex()} and topic {topic} {reason}"
                place = f"tag index, position {fact.position}"
                self._damages.add(Part.TAG, place, what, Mending.ALONE, fact.position)

    # --- Requests -----------------------------------------------------------------------------------
    def _settle_requests(self, uneven: list[tuple[int, int]]) -> None:
        if not uneven and all(self._said_by_request(row) is not None for row in self._request_rows()):
            return
        wanted = self._told(uneven, lambda row: [Fact(row.position, row.id)])
        said: Counter[Fact] = Counter()
        suspects: list[RequestRow] = []
        for row in self._request_rows():
            facts = self._said_by_request(row)
            said.update(fact for fact in facts or () if _within(uneven, fact.position))
            if facts is None or any(_within(uneven, fact.position) and fact not in wanted for fact in facts):
                suspects.append(row)
        lost = {fact.said: fact.position for fact in wanted - said}
        for row in suspects:
            self._settle_request(row, lost)
        # A row that is too short says nothing wrong, and leaves events without one.
        for row in self._request_rows() if lost else ():
            if row not in suspects and len(row.id) == TAG_BYTES and self._id(row, row.events) in lost:
                self._settle_request(row, lost)
        for position in sorted(lost.values()):
            self._orders.lost.append(position)
            reason = "no request accounts for the event; neither its id nor its content follows from the record"
            self._damages.add(Part.REQUEST, f"requests, position {position}", reason, Mending.COPY, position)

    def _id(self, row: RequestRow, ordinal: int) -> bytes:
        return bytes.fromhex(event_id(self._origin, UUID(bytes=row.id), ordinal).replace("-", ""))

    def _settle_request(self, row: RequestRow, lost: dict[bytes, int]) -> None:
        """Find the events whose ids follow from a request's, and say where they stand."""
        found = self._where(row, lost)
        if found is None:
            place = f"requests, position {row.first}"
            reason = f"a request of {row.events} events whose ids no event there has"
            self._damages.add(Part.REQUEST, place, reason, Mending.NOTHING, max(row.first, 1))
            return
        reason = f"it names {row.events} events from position {row.first}; their ids stand at {found.events} from {found.first}"
        self._orders.requests.append((row, found))
        self._damages.add(Part.REQUEST, f"requests, position {found.first}", reason, Mending.ALONE, found.first)

    def _where(self, row: RequestRow, lost: dict[bytes, int]) -> RequestRow | None:
        if len(row.id) != TAG_BYTES:
            return None
        first = self._position(self._id(row, 0), row.first, lost)
        if first is None:
            return None
        events = 0
        while self._position(self._id(row, events), first + events, lost) == first + events:
            lost.pop(self._id(row, events), None)
            events += 1
        return RequestRow(row.id, first, events) if events else None

    def _position(self, event: bytes, expected: int, lost: dict[bytes, int]) -> int | None:
        if event in lost:
            return lost[event]
        rows = self._store.stretch(expected - 1, expected).rows if expected > 0 else []
        return expected if any(row.id == event for row in rows) else None

    # --- Stretches --------------------------------------------------------------------------------
    def _told(self, uneven: list[tuple[int, int]], said: Callable[[EventRow], Iterable[Fact]]) -> Counter[Fact]:
        found: Counter[Fact] = Counter()
        for after, upto in uneven:
            for row in self._events(max(after, 0), upto):
                found.update(said(row))
        return found


def _within(stretches: Iterable[tuple[int, int]], position: int) -> bool:
    return any(after < position <= upto for after, upto in stretches)
