"""The site: one ledger's pages, answered in every form.

An address gives page, language, form and moment, or is refused with a page that helps. The rows of the moment give what
the page shows; its words are opened; it is written as HTML, JSON or CSV, and kept as bytes until the record moves.
"""

from __future__ import annotations

import asyncio
import csv
import io
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import asynccontextmanager, closing
from dataclasses import dataclass
from datetime import UTC, datetime
from hashlib import sha256
from http import HTTPStatus
from typing import Any, NamedTuple

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from ledger.canonical import canonical
from projections.projection import Rows
from projections.references import swedish_day
from projections.rows.port import NotReached
from services.bootstrap import Parts
from services.days import Days
from services.readers import Readers, Tail
from services.web.language import LANGUAGES
from services.web.moments import Moment
from services.web.open.serving import OpenData
from services.web.page import Page, Seen, Shown, Table, Touched
from services.web.rendering import Links, build, render
from services.web.responses import IMMUTABLE, REVALIDATED, Bodies, Body, respond
from services.web.wrong import NotThere, Refused, Wrong
from services.words import opened

THREADS = 4
QUERY_CHARACTERS_MAX = 200
HTML, JSON, CSV = "text/html; charset=utf-8", "application/json", "text/csv; charset=utf-8; header=present"
_FORMULA = ("=", "+", "-", "@", "\t", "\r")


class Form(NamedTuple):
    """A form of a page: the suffix of its address, and its media type."""

    suffix: str
    media_type: str


AS_HTML, AS_JSON, AS_CSV = Form("", HTML), Form(".json", JSON), Form(".csv", CSV)


@dataclass(frozen=True, slots=True)
class Asked:
    """A request taken apart; equal ones get equal answers at one head."""

    page: str
    form: Form
    language: str
    moment: Moment
    path: tuple[tuple[str, str], ...]
    query: tuple[tuple[str, str], ...]
    prefix: str
    here: str


class Found(NamedTuple):
    """What a page shows at its moment: the answer with its words, the last event it rests on, the head it was read at."""

    shown: Shown
    touched: int
    head: int
    on: str


class Site:
    """The pages of one ledger. Reads on threads of its own: `start` before the first request, `close` after the last."""

    def __init__(self, parts: Parts, pages: Sequence[Page]) -> None:
        self._parts, self._pages = parts, {page.name: page for page in pages}
        self._tail = Tail(parts.reader)
        self._executor = ThreadPoolExecutor(THREADS, thread_name_prefix="page")
        self._replaying: Readers[Any] = Readers(parts.reader, threads=1)
        self._days = Days()
        self._bodies = Bodies()
        self._open = OpenData(parts, pages)

    def routes(self) -> list[BaseRoute]:
        """Return the routes of every page, in every form and language, of what pages load, and of all other addresses."""
        pages = [route for page in self._pages.values() for route in self._routes(page)]
        static = Mount(f"/static/{build()}", Immutable(packages=[("services.web", "static")]))
        return [*self._open.routes(), *pages, static, Route("/{address:path}", self._nowhere, methods=["GET", "HEAD"])]

    async def start(self) -> None:
        """Begin to watch the record."""
        await self._tail.start()

    async def close(self) -> None:
        await self._tail.close()
        await asyncio.to_thread(self._executor.shutdown)
        await self._replaying.close()
        await self._open.close()

    # --- Requests -----------------------------------------------------------------------------
    def _routes(self, page: Page) -> Iterable[Route]:
        forms = [AS_HTML, AS_JSON] + ([AS_CSV] if page.table is not None else [])
        # The longer addresses first: an id has no dot, but `{id}` would take one.
        for form in reversed(forms):
            for language in LANGUAGES:
                place = f"/en{page.path}" if language == "en" else page.path
                address = (
                    place + form.suffix if not place.endswith("/") or form is AS_HTML else f"{place}index{form.suffix}"
                )
                yield Route(address, self._endpoint(page, form, language), methods=["GET", "HEAD"])

    def _endpoint(self, page: Page, form: Form, language: str) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            links = Links(request.scope.get("root_path", ""), language)
            try:
                asked = self._asked(request, page, form, language)
                return respond(request, await self._body(page, asked))
            except Refused as refused:
                return self.refusal(request, refused, links)

        return answer

    def _asked(self, request: Request, page: Page, form: Form, language: str) -> Asked:
        query = request.query_params
        moment = Moment.asked(query.get("at"), query.get("asof"))
        named = tuple((name, query[name]) for name in page.query if query.get(name))
        for _, value in named:
            if "\x00" in value or len(value) > QUERY_CHARACTERS_MAX:
                raise Wrong("query", "is too long or holds a character that no text has; shorten it")
        path = tuple(sorted(request.path_params.items()))
        here = page.path.format(**request.path_params)
        return Asked(page.name, form, language, moment, path, named, request.scope.get("root_path", ""), here)

    async def _body(self, page: Page, asked: Asked) -> Body:
        head = self._tail.head
        today = swedish_day(datetime.now(UTC)).isoformat()
        kept = self._bodies.get((asked, head, today))
        if kept is None:
            kept = await self._read(asked, lambda seen: self._made(page, asked, seen))
            self._bodies.put((asked, head, today), kept)
        return kept

    async def _nowhere(self, request: Request) -> Response:
        """Answer an address that is no page's, in the language it begins with."""
        language = "en" if request.path_params["address"].partition("/")[0] == "en" else "sv"
        links = Links(request.scope.get("root_path", ""), language)
        return self.refusal(request, NotThere("There is no page at this address."), links)

    # --- At a moment --------------------------------------------------------------------------
    async def _read(self, asked: Asked, work: Callable[[Found], Body]) -> Body:
        page = self._pages[asked.page]
        if asked.moment.day is not None:
            return await self._replaying(lambda reader: work(self._of_day(reader, page, asked)))
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._executor, lambda: work(self._of_position(page, asked)))

    def _of_position(self, page: Page, asked: Asked) -> Found:
        try:
            with self._parts.rows(asked.moment.position) as rows, closing(self._parts.reader()) as reader:
                return self._found(page, asked, rows, reader)
        except NotReached as error:
            raise NotThere("The record has not come to this position yet.") from error

    def _of_day(self, reader: Any, page: Page, asked: Asked) -> Found:
        assert asked.moment.day is not None
        return self._found(page, asked, self._days.rows(reader, asked.moment.day, None), reader)

    def _found(self, page: Page, asked: Asked, rows: Rows, reader: Any) -> Found:
        touched = Touched(rows)
        on = (asked.moment.day or swedish_day(datetime.now(UTC))).isoformat()
        seen = Seen(self._parts.settings.ledger, touched, reader, asked.moment, on, dict(asked.path), dict(asked.query))
        shown = page.show(seen)
        if shown is None:
            raise NotThere("There is no such thing here at this moment.")
        with self._parts.rows() as newest:
            shown = opened(shown, reader, self._parts.vault, newest)
        return Found(shown, touched.last, rows.position, on)

    # --- Forms --------------------------------------------------------------------------------
    def _made(self, page: Page, asked: Asked, found: Found) -> Body:
        envelope = {"position": found.head, "asof": found.on if asked.moment.day else None}
        if asked.form is AS_JSON:
            plain = to_json(envelope | found.shown, indent=1)
        elif asked.form is AS_CSV:
            assert page.table is not None
            plain = written(page.table(found.shown))
        else:
            plain = self._drawn(page, asked, found).encode()
        digest = sha256(canonical({**found.shown, "position": found.touched})).hexdigest()[:12]
        etag = f'"{found.touched}-{asked.language}-{build()}-{digest}"'
        # At a position nothing changes any more but what erasure takes away.
        caching = IMMUTABLE if asked.moment.position is not None and not _holds_words(found.shown) else REVALIDATED
        return Body(plain, asked.form.media_type, etag, caching).compressed()

    def _drawn(self, page: Page, asked: Asked, found: Found) -> str:
        links = Links(asked.prefix, asked.language, asked.moment)
        return render(
            f"{page.name}.html",
            asked.language,
            links,
            page=page,
            data=found.shown,
            head=found.head,
            on=found.on,
            here=asked.here,
            query=dict(asked.query),
            origin=self._parts.settings.ledger,
        )

    def refusal(self, request: Request, refused: Refused, links: Links) -> Response:
        """Return what is answered instead of a page: the reason, and where to go on from."""
        parameter = refused.parameter if isinstance(refused, Wrong) else ""
        text = render(
            "refused.html",
            links.language,
            links,
            status=refused.status,
            parameter=parameter,
            sentence=refused.sentence,
            said=refused.said,
            here="/",
            origin=self._parts.settings.ledger,
        )
        body = Body(text.encode(), HTML, f'"{refused.status}"', "no-store")
        return respond(request, body, refused.status)


class Immutable(StaticFiles):
    """Files whose address changes with their content."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        response = await super().get_response(path, scope)
        if response.status_code == HTTPStatus.OK:
            response.headers["Cache-Control"] = IMMUTABLE
        return response


@asynccontextmanager
async def site_of(parts: Parts, pages: Sequence[Page]) -> AsyncIterator[Site]:
    """Open a ledger's site until the block ends."""
    site = Site(parts, pages)
    await site.start()
    try:
        yield site
    finally:
        await site.close()


def written(table: Table) -> bytes:
    """Return a table as CSV (RFC 4180, UTF-8); what a spreadsheet would take for a formula gets an apostrophe."""
    file = io.StringIO()
    writer = csv.writer(file)
    writer.writerow(table.header)
    writer.writerows([[_cell(value) for value in row] for row in table.rows])
    return file.getvalue().encode()


def _cell(value: Any) -> Any:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return "" if value is None else value


def _holds_words(value: Any) -> bool:
    """Tell whether an answer shows words, which an erasure may take away."""
    if isinstance(value, dict):
        return "pointer" in value or any(_holds_words(member) for member in value.values())
    return isinstance(value, list | tuple) and any(_holds_words(member) for member in value)
