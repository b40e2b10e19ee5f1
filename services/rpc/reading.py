"""The record out: Read, Subscribe, GetEvent and ListEvents.

A stream is a cursor over positions: pages are read on worker threads when the subscriber is ready for
them, nothing queues up for anybody, and what is sent are the stored bytes.
"""

from __future__ import annotations

import base64
import hashlib
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any
from uuid import UUID

from pydantic_core import from_json, to_json

from ledger.store.committer import Stopped
from ledger.store.port import Reader, Recorded
from participation.ledger.v1 import ledger_service_pb2 as pb
from services.filters import Filter, Page
from services.readers import Readers, Tail
from services.rpc.chain import Context
from services.rpc.drain import Drain
from services.rpc.filters import read_filter
from services.rpc.refusals import EventUnknown, LedgerUnknown, field_invalid

CHUNK_EVENTS = 1_000
CHUNK_BYTES = 256 << 10
LIST_EVENTS, LIST_EVENTS_MAX = 50, 1_000
LIST_BYTES_MAX = 1 << 20
MARK_SECONDS = 1.0
FELL_BEHIND_EVENTS = 10_000


class ReadingHandlers:
    """Hands out the events of one ledger."""

    def __init__(self, ledger: str, readers: Readers[Any], tail: Tail, drain: Drain) -> None:
        self._ledger, self._readers, self._tail, self._drain = ledger, readers, tail, drain

    # --- Streams ------------------------------------------------------------------------------
    async def read(self, request: pb.ReadRequest, _context: Context) -> AsyncIterator[pb.ReadResponse]:
        """Hand out the events up to the head at the time of the call."""
        self._check_ledger(request.ledger)
        wanted = read_filter(request.filter)
        head = await self._readers(lambda reader: reader.head())
        head = min(head, request.upto) if request.upto else head
        cursor, upto = await self._bounds(wanted, request.after, head)
        sent = False
        while cursor < upto:
            self._refuse_when_stopping()
            page = await self._page(wanted, cursor, upto)
            cursor = page.reached
            for events in chunks(page.events):
                sent = True
                yield pb.ReadResponse(events=events, head=head)
        if not sent:
            yield pb.ReadResponse(head=head)

    async def subscribe(self, request: pb.SubscribeRequest, _context: Context) -> AsyncIterator[pb.SubscribeResponse]:
        """Hand out the events after a position, for as long as the subscriber stays."""
        self._check_ledger(request.ledger)
        wanted = read_filter(request.filter)
        if wanted.before:
            raise field_invalid("filter.recorded_before", "must be empty: a subscription has no end")
        head = await self._readers(lambda reader: reader.head())
        if request.after > head:
            raise field_invalid("after", f"lies beyond the end of the record, {head}", "out_of_range")
        cursor, _ = await self._bounds(wanted, request.after, head)
        async for message in self._followed(wanted, cursor, head):
            yield message

    async def _followed(self, wanted: Filter, cursor: int, head: int) -> AsyncIterator[pb.SubscribeResponse]:
        caught_up, told, said_at = False, cursor, time.monotonic()
        while not self._drain.started:
            if cursor >= head:
                if not caught_up:
                    caught_up, told, said_at = True, cursor, time.monotonic()
                    yield pb.SubscribeResponse(caught_up=pb.CaughtUp(position=cursor))
                head = await self._tail.beyond(cursor, MARK_SECONDS if told < cursor else None)
            elif caught_up and head - cursor > FELL_BEHIND_EVENTS:
                caught_up = False
                yield pb.SubscribeResponse(fell_behind=pb.FellBehind(position=cursor, head=head))
            page = await self._page(wanted, cursor, head)
            cursor = page.reached
            for events in chunks(page.events):
                told, said_at = events.positions[-1], time.monotonic()
                yield pb.SubscribeResponse(events=events)
            del page  # an idle subscriber holds no events
            if told < cursor and time.monotonic() - said_at >= MARK_SECONDS:
                told, said_at = cursor, time.monotonic()
                yield pb.SubscribeResponse(checkpoint=pb.Checkpoint(position=cursor))
            head = max(head, self._tail.head)
        yield pb.SubscribeResponse(checkpoint=pb.Checkpoint(position=cursor))
        self._refuse_when_stopping()

    # --- Single events and pages ----------------------------------------------------------------
    async def get_event(self, request: pb.GetEventRequest, _context: Context) -> pb.GetEventResponse:
        """Return the event at a position, or all events of a request."""
        self._check_ledger(request.ledger)
        place = request.WhichOneof("event")
        if place == "position":
            found = await self._readers(lambda reader: reader.at([request.position]))
        else:
            request_id = UUID(request.request_id)
            found = await self._readers(lambda reader: _events_of(reader, request_id))
        if not found:
            raise EventUnknown(place=f"{place} {getattr(request, place or '')}")
        return pb.GetEventResponse(events=_recorded(found))

    async def list_events(self, request: pb.ListEventsRequest, _context: Context) -> pb.ListEventsResponse:
        """Return a page of events (AIP-158); all its pages end at the head of the first."""
        self._check_ledger(request.ledger)
        wanted = read_filter(request.filter)
        size = min(request.page_size or LIST_EVENTS, LIST_EVENTS_MAX)
        if request.page_token:
            cursor, upto, head = _read_token(request.page_token, request.filter)
        else:
            head = await self._readers(lambda reader: reader.head())
            cursor, upto = await self._bounds(wanted, 0, head)
        events: list[Recorded] = []
        while cursor < upto and len(events) < size:
            page = await self._page(wanted, cursor, upto)
            events += page.events
            cursor = page.reached
        kept = _within(events[:size], LIST_BYTES_MAX)
        if len(kept) < len(events):
            cursor = kept[-1].position
        token = _token(cursor, upto, head, request.filter) if cursor < upto else ""
        return pb.ListEventsResponse(events=_recorded(kept), next_page_token=token, head=head)

    # --- Shared ---------------------------------------------------------------------------------
    async def _page(self, wanted: Filter, after: int, upto: int) -> Page:
        return await self._readers(lambda reader: wanted.page(reader, after, upto))

    async def _bounds(self, wanted: Filter, after: int, upto: int) -> tuple[int, int]:
        return await self._readers(lambda reader: wanted.bounds(reader, after, upto))

    def _check_ledger(self, asked: str) -> None:
        if asked != self._ledger:
            raise LedgerUnknown(asked=asked, ledger=self._ledger)

    def _refuse_when_stopping(self) -> None:
        if self._drain.started:
            raise Stopped("the server is stopping")


def chunks(found: Sequence[Recorded]) -> Iterator[pb.Events]:
    """Cut a page into messages of at most 1,000 events and about 256 KiB."""
    start = size = 0
    for at, each in enumerate(found):
        if at - start == CHUNK_EVENTS or (size and size + len(each.entry) > CHUNK_BYTES):
            yield _events(found[start:at])
            start, size = at, 0
        size += len(each.entry)
    if start < len(found):
        yield _events(found[start:])


def _events(found: Sequence[Recorded]) -> pb.Events:
    return pb.Events(positions=[each[0] for each in found], entries=[each[1] for each in found])


def _recorded(found: Sequence[Recorded]) -> list[pb.RecordedEntry]:
    return [pb.RecordedEntry(position=each.position, entry=each.entry) for each in found]


def _events_of(reader: Reader, request_id: UUID) -> list[Recorded]:
    known = reader.request(request_id)
    return [] if known is None else reader.at(range(known.first, known.first + known.count))


def _within(found: list[Recorded], bytes_max: int) -> list[Recorded]:
    """Return the first events that fit into `bytes_max`, at least one."""
    size = 0
    for at, each in enumerate(found):
        size += len(each.entry)
        if at and size > bytes_max:
            return found[:at]
    return found


# --- Page tokens --------------------------------------------------------------------------------
def _fingerprint(stated: pb.EventFilter) -> str:
    return hashlib.sha256(stated.SerializeToString(deterministic=True)).hexdigest()[:16]


def _token(cursor: int, upto: int, head: int, stated: pb.EventFilter) -> str:
    return base64.urlsafe_b64encode(to_json([cursor, upto, head, _fingerprint(stated)])).decode().rstrip("=")


def _read_token(token: str, stated: pb.EventFilter) -> tuple[int, int, int]:
    try:
        parts = from_json(base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True))
    except ValueError:
        parts = None
    match parts:
        case [int(cursor), int(upto), int(head), str(of)] if (
            of == _fingerprint(stated) and 0 <= cursor <= upto <= head < 1 << 63
        ):
            return cursor, upto, head
    raise field_invalid("page_token", "was not given out for this list; begin again without it", "page_token")
