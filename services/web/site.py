"""The site: one ledger's pages, answered in every form.

An address gives page, language, form and moment, or is refused with a page that helps. The rows of the moment give what
the page shows; its words are opened; it is written as HTML, JSON or CSV. The bytes are kept until what they say changes:
after an event the answer is read again, and only another answer is written again.
"""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Mapping, Sequence
from contextlib import asynccontextmanager, closing, suppress
from dataclasses import replace
from datetime import UTC, datetime
from time import monotonic
from urllib.parse import urlsplit
from uuid import uuid4

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route, compile_path

from ledger.store.port import StoreError
from projections.projection import Rows
from projections.references import swedish_day
from projections.rows.port import NotReached
from projections.rows.whole import Mirror
from services.bootstrap import Parts
from services.days import Days
from services.readers import Readers
from services.search.port import Asked as Wanted
from services.search.searching import Found as SearchHit
from services.search.searching import Searching
from services.web.asked import CHARACTERS_MAX, Asked, Found, asked_once, forms_of, links_of
from services.web.beside import Immutable, beside
from services.web.drawing import NAME, picture
from services.web.fair import Fair
from services.web.forms import AS_CSV, AS_HTML, AS_JSON, AS_SVG, Form, address, written
from services.web.judged import made_up
from services.web.kept import Kept
from services.web.language import LANGUAGES, prefers_english
from services.web.moments import NOW, Moment
from services.web.open.serving import OpenData
from services.web.others import Others
from services.web.pace import Network, Pace, client
from services.web.page import Looked, Page, Shown
from services.web.reading import Connections
from services.web.refusing import local_path, moved, refusal, without_day
from services.web.rendering import Links, build, render
from services.web.responses import IMMUTABLE, REVALIDATED, Bodies, Body, respond
from services.web.stated import MarkedRows, NotingSeen, digest, holds_words, own, placed
from services.web.veiled import VeiledRows
from services.web.watch import Behind, Watch
from services.web.wrong import Broken, Elsewhere, NotAllowed, NotNow, NotThere, Refused, TooMany, Wrong
from services.words import opened

THREADS = 4
LOOK_AGAIN_SECONDS = 0.05
"""While the read models are behind the record, an answer is looked at again no sooner."""

SEE_OTHER = 303
WARM = ("start", "proposals", "answer_times", "decisions")
"""The pages for which whole read models are held in memory."""

log = logging.getLogger("liggare.web")


class Site:
    """The pages of one ledger. Reads on threads of its own: `start` before the first request, `close` after the last."""

    def __init__(
        self, parts: Parts, pages: Sequence[Page], pace: Pace | None = None, trusted: Sequence[Network] = ()
    ) -> None:
        self._parts, self._pages = parts, {page.name: page for page in pages}
        self._others = Others(parts, [(page, compile_path(page.path)[0]) for page in pages])
        self._pace, self._trusted = pace or Pace(), trusted
        # Paths have the prefix already.
        known = urlsplit(parts.settings.web_address or "")
        self._host = f"{known.scheme}://{known.netloc}" if known.netloc else ""
        self._answers: Bodies[Kept] = Bodies()
        self._working: dict[Asked, asyncio.Task[Body]] = {}
        self._watch = Watch(parts.engine, self.forget)
        self._reading: Readers[Connections] = Readers(self._connections, THREADS)
        self._replaying: Fair[Connections] = Fair(self._connections)
        self._looking_back: Fair[Connections] = Fair(self._connections, threads=2)
        self._days, self._mirror = Days(), Mirror()
        self._open = OpenData(parts, pages, self._take_turn)

    def routes(self) -> list[BaseRoute]:
        """Return the routes of every page, in every form and language, of what pages load, and of all other addresses."""
        pages = [route for page in self._pages.values() for route in self._routes(page)]
        static = Mount(f"/static/{build()}", Immutable(packages=[("services.web", "static")]))
        files = beside(self._parts.settings, list(self._pages.values()))
        nowhere = Route("/{address:path}", self._nowhere, methods=["GET", "HEAD"])
        return [*self._open.routes(), *pages, static, *files, nowhere]

    async def start(self) -> None:
        """Begin to watch the record. Raises StoreError."""
        await self._watch.start()

    async def close(self) -> None:
        await self._watch.close()
        await self._reading.close()
        await self._replaying.close()
        await self._looking_back.close()
        await self._open.close()

    async def warm(self, names: Sequence[str] = WARM) -> None:
        """Make the pages that count over everything once, so that no reader is the first to wait for it."""
        for page in filter(None, map(self._pages.get, names)):
            # Whoever asks for the page is told what is wrong with it.
            with suppress(Exception):
                await self._body(page, Asked(page.name, AS_HTML, "sv", NOW, (), (), "", page.path), None)

    def refuse(self, request: Request, status: int) -> Response:
        """Return the page for what the routing refuses."""
        return self._refusal(request, NotAllowed() if status == NotAllowed.status else _nothing())

    # --- Requests -----------------------------------------------------------------------------
    def _routes(self, page: Page) -> Iterable[Route]:
        # The longer addresses first: an id has no dot, but `{id}` would take one.
        for form in reversed(forms_of(page)):
            for language in LANGUAGES:
                endpoint = self._guarded(self._answering(page, form, language))
                yield Route(address(page.path, form, language), endpoint, methods=["GET", "HEAD"])

    def _answering(self, page: Page, form: Form, language: str) -> Callable[[Request], Awaitable[Response]]:
        async def answer(request: Request) -> Response:
            asked = self._asked(request, page, form, language)
            body = await self._body(page, asked, self._who(request))
            return respond(request, body, more={"Ledger-Head": str(self._watch.head)})

        return answer

    def _guarded(self, answer: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
        """Return the endpoint that answers whatever happens; what a page does wrong is told in the log alone."""

        async def guarded(request: Request) -> Response:
            try:
                self._take_turn(request)
                return await answer(request)
            except Elsewhere as elsewhere:
                return RedirectResponse(elsewhere.place, SEE_OTHER, {"Cache-Control": "no-store"})
            except Refused as refused:
                return self._refusal(request, refused)
            except StoreError as error:
                log.warning("a page cannot be read: %s", error)
                return self._refusal(request, NotNow())
            except Exception:
                found = uuid4().hex[:12]
                log.exception("error %s in the page %s", found, local_path(request)[:CHARACTERS_MAX])
                return self._refusal(request, Broken(found))

        return guarded

    def _who(self, request: Request) -> str | None:
        peer = request.client.host if request.client else ""
        return client(peer, request.headers.get("x-forwarded-for", ""), self._trusted)

    def _take_turn(self, request: Request) -> None:
        who = self._who(request)
        seconds = self._pace.wait(who) if who is not None else 0
        if seconds:
            raise TooMany(seconds)

    def _asked(self, request: Request, page: Page, form: Form, language: str) -> Asked:
        query = asked_once(request.query_params, ("at", "asof", NAME, *page.query))
        moment = Moment.asked(query.get("at"), query.get("asof"))
        if moment.day is not None and moment.day.isoformat() > _today():
            raise Elsewhere(without_day(request))
        wanted = page.query if form is not AS_SVG else (*page.query, NAME)
        named = tuple((name, query[name]) for name in wanted if name in query)
        for name, value in named:
            if "\x00" in value or len(value) > CHARACTERS_MAX:
                raise Wrong(name, "is too long or holds a character that no text has; shorten it")
        path = tuple(sorted(request.path_params.items()))
        if any("\x00" in value or len(value) > CHARACTERS_MAX for _, value in path):
            raise _nothing()
        here = page.path.format(**request.path_params)
        hint = page.path == "/" and language == "sv" and prefers_english(request.headers.get("accept-language", ""))
        return Asked(page.name, form, language, moment, path, named, request.scope.get("root_path", ""), here, hint)

    def _refusal(self, request: Request, refused: Refused) -> Response:
        """Return the page that helps; first try whether the address only was in capitals."""
        path = local_path(request)
        if isinstance(refused, NotThere) and path != path.lower():
            return moved(request, path.lower())
        asked_for = next(iter(request.path_params.values()), "") if isinstance(refused, NotThere) else ""
        return refusal(request, refused, self._parts.settings.ledger, str(asked_for).rpartition("/")[2])

    async def _nowhere(self, request: Request) -> Response:
        """Answer an address that is no page's: the one it was meant for, where only slashes are too many, or none."""
        path = local_path(request)
        parts = [part for part in path.split("/") if part]
        meant = "/" + "/".join(parts)
        if parts == ["en"]:
            meant = "/en/"
        if meant != path:
            return moved(request, meant)
        return await self._guarded(_none)(request)

    def forget(self) -> None:
        """Empty every cache: words that must not be shown any more may be in one."""
        self._answers.clear()
        self._open.forget()

    # --- What is kept -------------------------------------------------------------------------
    async def _body(self, page: Page, asked: Asked, who: str | None) -> Body:
        kept = None if page.live else self._answers.get(asked)
        if kept is not None and self._holds(kept, asked):
            return kept.body
        working = self._working.get(asked)
        if working is None:
            # Whoever asks for the same meanwhile waits for the same answer.
            working = asyncio.create_task(self._renewed(page, asked, kept, who))
            self._working[asked] = working
            working.add_done_callback(lambda _: self._working.pop(asked))
        return await asyncio.shield(working)

    def _holds(self, kept: Kept, asked: Asked) -> bool:
        if kept.fixed:
            return True
        if kept.today != _today() or kept.behind != self._behind(asked):
            return False
        return kept.reached >= self._watch.head or monotonic() - kept.checked < LOOK_AGAIN_SECONDS

    def _behind(self, asked: Asked) -> Behind | None:
        return self._watch.behind if asked.moment == NOW else None

    async def _renewed(self, page: Page, asked: Asked, kept: Kept | None, who: str | None) -> Body:
        today, behind, erased = _today(), self._behind(asked), self._watch.erased

        def work(connections: Connections) -> Kept:
            found = self._found(connections, page, asked, today)
            return self._made(
                page, asked, found, kept, Kept(_NOBODY, "", 0, 0, today, behind, False, monotonic()), erased
            )

        try:
            made = await self._read(page, asked.moment, who, work)
        except StoreError:
            # The connection may have been lost long ago; the next one is new.
            made = await self._read(page, asked.moment, who, work)
        if self._watch.erased == erased and not page.live:
            self._answers.put(asked, made)
        return made.body

    # --- At a moment --------------------------------------------------------------------------
    def _read(
        self, page: Page, moment: Moment, who: str | None, work: Callable[[Connections], Kept]
    ) -> Awaitable[Kept]:
        if moment.day is not None:
            return self._replaying(who, work)
        return self._looking_back(who, work) if moment != NOW or page.looks_back else self._reading(work)

    def _connections(self) -> Connections:
        return Connections.of(self._parts.engine, self._mirror)

    def _found(self, connections: Connections, page: Page, asked: Asked, today: str) -> Found:
        day = asked.moment.day
        if day is not None:
            return self._shown(
                connections, self._days.rows(connections.reader, day, None), page, asked, day.isoformat()
            )
        try:
            with connections.moment(asked.moment.position) as rows:
                return self._shown(connections, rows, page, asked, today)
        except NotReached as error:
            raise NotThere("The record has not come to this position yet.") from error

    def _shown(self, connections: Connections, rows: Rows, page: Page, asked: Asked, on: str) -> Found:
        reader, query = connections.reader, dict(asked.query)
        with connections.newest() as newest:
            veiled = VeiledRows(rows, newest)

            def other(path: str, query: Mapping[str, str], moment: Moment) -> Looked | None:
                veiled.looked = True
                return self._others.look(connections, newest, path, query, moment, on, asked.language)

            def find(wanted: Wanted, limit: int) -> list[SearchHit]:
                veiled.looked = True
                return self._find(wanted, limit)

            seen = NotingSeen(
                self._parts.settings.ledger,
                MarkedRows(veiled),
                reader,
                asked.moment,
                on,
                dict(asked.path),
                query,
                other,
                find,
                self._parts.settings.contact,
            )
            shown = page.show(seen)
            if shown is None:
                raise NotThere("There is no such thing here at this moment.")
            shown = opened(own(shown), reader, self._parts.vault, newest)
            return Found(shown, rows.position, newest.position, on, seen.judged, veiled.looked, made_up(rows))

    def _find(self, wanted: Wanted, limit: int) -> list[SearchHit]:
        with closing(Searching(self._parts)) as searching:
            return searching.find(wanted, limit)

    # --- Forms --------------------------------------------------------------------------------
    def _made(self, page: Page, asked: Asked, found: Found, before: Kept | None, now: Kept, erased: int) -> Kept:
        says = digest(
            found.shown, now.today if found.judged else "", str(now.behind), str(asked.hint), str(found.made_up)
        )
        holding = holds_words(found.shown)
        changes = holding or found.veiled or found.judged or page.live
        lasts = asked.moment.position is not None and not changes
        if before is not None and before.digest == says:
            made = replace(now, body=before.body, position=before.position)
        else:
            made = replace(now, body=self._written(page, asked, found, now.behind), position=found.position)
        # At a position nothing changes any more but what erasure or a mark takes away, and what a day makes late.
        epoch = f"-{erased}" if asked.moment.position is not None and holding else ""
        etag = f'W/"{says}-{asked.language}-{build()}{epoch}"'
        body = replace(made.body, etag=etag, caching=IMMUTABLE if lasts else REVALIDATED)
        return replace(made, body=body, digest=says, reached=found.reached, fixed=lasts)

    def _written(self, page: Page, asked: Asked, found: Found, behind: Behind | None) -> Body:
        shown = placed(found.shown, found.position)
        headers = {"Ledger-Position": str(found.position), "Link": links_of(page, asked, self._host)}
        if asked.form is AS_JSON:
            plain = to_json(
                {"position": found.position, "asof": found.on if asked.moment.day else None} | shown, indent=1
            )
        elif asked.form is AS_CSV:
            assert page.table is not None
            plain = written(page.table(shown))
        else:
            if found.shown.get("direct"):
                raise Elsewhere(Links(asked.prefix, asked.language, asked.moment)(found.shown["direct"]))
            html = self._drawn(page, asked, found, shown, behind)
            if asked.form is AS_SVG:
                drawing = picture(html, dict(asked.query).get(NAME, ""))
                if drawing is None:
                    raise NotThere("The page has no picture of that name.")
                plain, headers["Content-Security-Policy"] = drawing
            else:
                plain = html.encode()
        if page.path == "/":
            headers["Vary"] = "Accept-Encoding, Accept-Language"
        return Body(plain, asked.form.media_type, "", headers=headers).compressed()

    def _drawn(self, page: Page, asked: Asked, found: Found, shown: Shown, behind: Behind | None) -> str:
        links = Links(asked.prefix, asked.language, asked.moment)
        return render(
            f"{page.name}.html",
            asked.language,
            links,
            page=page,
            data=shown,
            head=found.position,
            behind=behind,
            hint=asked.hint,
            made_up=found.made_up,
            on=found.on,
            here=asked.here,
            query=dict(asked.query),
            origin=self._parts.settings.ledger,
            host=self._host,
        )


@asynccontextmanager
async def site_of(
    parts: Parts, pages: Sequence[Page], pace: Pace | None = None, trusted: Sequence[Network] = ()
) -> AsyncIterator[Site]:
    """Open a ledger's site until the block ends."""
    site = Site(parts, pages, pace, trusted)
    await site.start()
    try:
        yield site
    finally:
        await site.close()


_NOBODY = Body(b"", "", "")


def _today() -> str:
    return swedish_day(datetime.now(UTC)).isoformat()


def _nothing() -> NotThere:
    return NotThere("There is no page at this address.")


async def _none(request: Request) -> Response:
    raise _nothing()
