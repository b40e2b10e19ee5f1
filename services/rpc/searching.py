"""Looking for words, over gRPC: where they stand, never the words themselves."""

from __future__ import annotations

from datetime import date
from functools import partial

from participation.transparency.v1 import answer_pb2
from participation.transparency.v1 import search_service_pb2 as pb
from services.readers import Readers
from services.rpc.chain import Context
from services.rpc.refusals import LedgerUnknown, field_invalid
from services.search.port import Asked
from services.search.searching import Searched, Searching
from services.search.words import asked_words

THREADS = 2
HITS = 50


class SearchHandler:
    """Searches one ledger."""

    def __init__(self, ledger: str, searched: Searched) -> None:
        self._ledger = ledger
        self._searching: Readers[Searching] = Readers(lambda: Searching(searched), threads=THREADS)

    async def search(self, request: pb.SearchRequest, _context: Context) -> pb.SearchResponse:
        if request.ledger != self._ledger:
            raise LedgerUnknown(asked=request.ledger, ledger=self._ledger)
        words = asked_words(request.words)
        if not words:
            raise field_invalid("words", "holds no letter or digit to look for; write at least one word")
        asked = Asked(words, request.at_position, _day(request.as_of_date), request.kind)
        return await self._searching(partial(_found, asked=asked, limit=request.page_size or HITS))

    async def close(self) -> None:
        await self._searching.close()


def _day(text: str) -> str | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text).isoformat()
    except ValueError:
        raise field_invalid("as_of_date", f"{text} is not a day of the calendar") from None


def _found(searching: Searching, asked: Asked, limit: int) -> pb.SearchResponse:
    hits = [
        pb.Hit(
            text=answer_pb2.Words(position=hit.position, pointer=hit.pointer),
            subject=hit.subject,
            topic=hit.topic,
            day=hit.day,
            sealed=hit.sealed,
            basis=basis or "",
        )
        for hit, _, basis in searching.find(asked, limit)
    ]
    return pb.SearchResponse(position=asked.position or searching.position, hits=hits)
