"""Open data over HTTP: which file lies where, and how it is handed out.

Small files (feeds, calendars, traces, the catalogue, zips) are made whole and kept while the record stands still. Tables
are written anew to an unnamed file for whoever asks, for they hold words that may be erased. Chunks of entries lie in a
folder. Everything may be fetched from anybody's page (CORS), and is validated by an ETag.

`?at=POSITION` gives a trace, a table or a zip as it was known then.
"""

from __future__ import annotations

import asyncio
import re
import tempfile
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator, Mapping, Sequence
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from email.utils import format_datetime
from hashlib import sha256
from http import HTTPStatus
from typing import BinaryIO, NamedTuple, TypeVar, cast

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse
from starlette.routing import Route

from ledger.log.errors import ProofError
from ledger.store.port import StoreError
from projections.references import swedish_day
from projections.rows.port import NotReached
from services.audit.offline.layout import chunks_of
from services.bootstrap import Parts
from services.engines import LedgerReader
from services.readers import Readers
from services.web.answers import NOT_KEPT, PUBLIC, Refusal, not_now
from services.web.moments import Moment
from services.web.open import chunks, columns, feeds
from services.web.open.catalogue import catalogue
from services.web.open.chunks import Chunks
from services.web.open.material import Made, Material
from services.web.open.promises import calendar
from services.web.open.proof import Packer
from services.web.open.tables import TABLES
from services.web.open.telling import PAGES
from services.web.open.trace import traced
from services.web.open.vocabulary import in_form, words
from services.web.page import Page
from services.web.responses import REVALIDATED, Bodies, Body, respond
from services.web.wrong import Wrong

METHODS = ["GET", "HEAD", "OPTIONS"]
THREADS = 3
LARGE_AT_ONCE = 2
"""Tables and chunks that are made at the same time; more wait."""

WAITING_MAX = 16
KEPT_BYTES = 16 << 20
SPOOLED_BYTES = 8 << 20
READ_BYTES = 256 << 10

_HOST = re.compile(r"([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?")
_CHUNK = re.compile(r"[0-9]{6}")

Make = Callable[[Material], Made]
T = TypeVar("T")


class Asked(NamedTuple):
    """A request taken apart; equal ones get equal files at one position."""

    file: str
    language: str
    position: int | None
    address: str
    path: tuple[tuple[str, str], ...]


class Large(NamedTuple):
    """A file that is sent piece by piece, its pieces open already."""

    pieces: Sequence[BinaryIO]
    size: int

    def close(self) -> None:
        for piece in self.pieces:
            piece.close()


class OpenData:
    """The open data of one ledger; `close` after the last request."""

    def __init__(self, parts: Parts, pages: Sequence[Page]) -> None:
        self._parts = parts
        self._readers: Readers[LedgerReader] = Readers(parts.reader, THREADS)
        self._bodies: Bodies[Body] = Bodies(KEPT_BYTES)
        self._chunks = Chunks(parts.settings.cache)
        self._packer = Packer(parts.folder, pages)
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)
        self._waiting = 0

    async def close(self) -> None:
        """End the threads and remove what was made."""
        await self._readers.close()
        await asyncio.to_thread(self._chunks.close)

    def forget(self) -> None:
        """Forget the small files made so far: words that were just erased may be in one."""
        self._bodies.clear()

    def routes(self) -> list[Route]:
        """Return the routes, to stand before those of the pages: an id of a page would take a suffix, too."""
        found = [route for path, make in self._made().items() for route in self._both(path, make)]
        return [*found, *self._large_routes()]

    def _made(self) -> dict[str, Make]:
        """Return what makes each small file, by its address."""
        files: dict[str, Make] = {"/flode.atom": feeds.everything, "/loften.ics": calendar()}
        for kind in ("decision", "input", "matter", "ballot"):
            files[f"/{PAGES[kind]}/{{{kind}}}.atom"] = feeds.of(kind)
            files[f"/{PAGES[kind]}/{{{kind}}}.zip"] = self._packer.of(kind)
        files["/namnd/{body}.ics"] = calendar("body")
        files["/beslut/{decision}.ics"] = calendar("decision")
        files["/beslut/{decision}.jsonld"] = traced("decision")
        files["/forslag/{input}.jsonld"] = traced("input")
        files["/handelse/{position}.jsonld"] = traced("position")
        for suffix in ("rdf", "ttl", "jsonld"):
            files[f"/data/catalog.{suffix}"] = lambda material, suffix=suffix: catalogue(suffix, material)  # type: ignore[misc]
            files[f"/data/ord.{suffix}"] = lambda material, suffix=suffix: in_form(words(material), suffix, None, "ord")  # type: ignore[misc]
        return files

    def _both(self, path: str, make: Make) -> Iterator[Route]:
        for language, place in (("sv", path), ("en", f"/en{path}")):
            yield Route(place, self._small(path, language, make), methods=METHODS)

    def _large_routes(self) -> Iterator[Route]:
        for form in chunks.FORMS:
            yield Route(f"/data/handelser.{form}", self._entries(form), methods=METHODS)
            yield Route(f"/data/handelser-{{chunk}}.{form}", self._entries(form), methods=METHODS)
        for name in TABLES:
            for form in columns.FORMS:
                yield Route(f"/data/{name}.{form}", self._table(name, form), methods=METHODS)

    # --- Small files --------------------------------------------------------------------------------
    def _small(self, file: str, language: str, make: Make) -> Callable[[Request], Awaitable[Response]]:
        async def work(request: Request) -> Response:
            asked = self._asked(request, file, language)
            return respond(request, await self._body(asked, make))

        return _endpoint(work)

    async def _body(self, asked: Asked, make: Make) -> Body:
        today = _today()
        stand = await self._readers(lambda reader: self._stand(reader, asked.position))
        key = (asked, stand, today)
        body = self._bodies.get(key)
        if body is None:
            body = await self._readers(lambda reader: self._fresh(reader, asked, stand, today, make))
            self._bodies.put(key, body)
        return body

    def _stand(self, reader: LedgerReader, position: int | None) -> tuple[int, int]:
        """Return the position of the rows and the newest signed size: nothing changes while neither does."""
        with self._parts.rows() as rows:
            if position is not None and position > rows.position:
                raise NotReached(position, rows.position)
            head = reader.last_checkpoint()
            return rows.position, 0 if head is None else head.size

    def _fresh(self, reader: LedgerReader, asked: Asked, stand: tuple[int, int], today: str, make: Make) -> Body:
        position = asked.position
        if position is None and asked.file.endswith(".zip"):
            # What is packed with its proof is what has been signed.
            position = min(stand) or None
        with self._material(reader, asked, position, today) as material:
            made = make(material)
        tag = sha256(made.content).hexdigest()[:32]
        headers = self._headers(asked.address, made.modified, made.name)
        body = Body(made.content, made.media_type, f'"{tag}"', REVALIDATED, headers)
        return body if asked.file.endswith(".zip") else body.compressed()

    @contextmanager
    def _material(self, reader: LedgerReader, asked: Asked, position: int | None, on: str) -> Iterator[Material]:
        with self._parts.rows(position) as rows, self._parts.rows() as newest:
            yield Material(
                self._parts.settings,
                rows,
                newest,
                reader,
                self._parts.vault,
                on,
                asked.language,
                asked.address,
                dict(asked.path),
            )

    # --- Large files --------------------------------------------------------------------------------
    def _table(self, name: str, form: str) -> Callable[[Request], Awaitable[Response]]:
        async def work(request: Request) -> Response:
            asked = self._asked(request, name, "sv")
            today = _today()
            rows, _ = await self._readers(lambda reader: self._stand(reader, asked.position))
            tag = f'"{name}-{form}-{rows}-{asked.position or rows}-{today}"'
            media = columns.FORMS[form]
            return await self._sent(
                request,
                asked,
                tag,
                media,
                f"{name}.{form}",
                lambda reader: self._written(reader, asked, name, form, today),
            )

        return _endpoint(work)

    def _written(self, reader: LedgerReader, asked: Asked, name: str, form: str, today: str) -> Large:
        table = TABLES[name]
        file = cast(BinaryIO, tempfile.SpooledTemporaryFile(SPOOLED_BYTES))  # noqa: SIM115  it is closed once it is sent
        with ExitStack() as stack:
            stack.callback(file.close)
            with self._material(reader, asked, asked.position, today) as material:
                columns.write(form, file, table.columns, table.rows(material))
            size = file.tell()
            file.seek(0)
            stack.pop_all()
        return Large([file], size)

    def _entries(self, form: str) -> Callable[[Request], Awaitable[Response]]:
        async def work(request: Request) -> Response:
            asked = self._asked(request, form, "sv")
            _, signed = await self._readers(lambda reader: self._stand(reader, None))
            numbers = _numbers(dict(asked.path).get("chunk"), form, signed)
            name = f"handelser{'' if 'chunk' not in dict(asked.path) else f'-{numbers[0]:06}'}.{form}"
            return await self._sent(
                request,
                asked,
                None,
                chunks.FORMS[form],
                name,
                lambda reader: self._opened(reader, numbers, form, signed),
            )

        return _endpoint(work)

    def _opened(self, reader: LedgerReader, numbers: Sequence[int], form: str, signed: int) -> Large:
        with ExitStack() as stack:
            pieces: list[BinaryIO] = []
            for number in numbers:
                made = self._chunks.chunk(reader, number, form, signed)
                pieces.append(stack.enter_context(made.path.open("rb")))
            size = sum(piece.seek(0, 2) for piece in pieces)
            for piece in pieces:
                piece.seek(0)
            stack.pop_all()
        return Large(pieces, size)

    async def _sent(
        self,
        request: Request,
        asked: Asked,
        tag: str | None,
        media_type: str,
        name: str,
        make: Callable[[LedgerReader], Large],
    ) -> Response:
        """Return a large file, or 304 where the client has it; made by one of a few at a time."""
        position = asked.position
        headers = dict(await self._readers(lambda reader: self._dated(reader, asked.address, position, name)))
        headers["Cache-Control"] = REVALIDATED
        if tag is not None:
            headers["ETag"] = tag
            if _has_it(request, tag):
                return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        large = await self._in_turn(make)
        if tag is None:
            headers["ETag"] = tag = f'"{name}-{large.size}-{position or ""}-{await asyncio.to_thread(_tail, large)}"'
            if _has_it(request, tag):
                large.close()
                return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
        headers["Content-Length"] = str(large.size)
        if request.method == "HEAD":
            large.close()
            return Response(headers=headers, media_type=media_type)
        return StreamingResponse(_pieces(large), HTTPStatus.OK, headers, media_type)

    async def _in_turn(self, make: Callable[[LedgerReader], Large]) -> Large:
        if self._waiting >= WAITING_MAX:
            raise not_now("Many are fetching whole files at the moment; try again soon.")
        self._waiting += 1
        try:
            async with self._large:
                return await self._readers(make)
        finally:
            self._waiting -= 1

    def _dated(self, reader: LedgerReader, address: str, position: int | None, name: str) -> Mapping[str, str]:
        with self._parts.rows(position) as rows, self._parts.rows() as newest:
            at = Material(self._parts.settings, rows, newest, reader, self._parts.vault, "", "sv", address, {})
            return self._headers(address, at.time(rows.position), name)

    # --- What every file says -------------------------------------------------------------------------
    def _headers(self, address: str, modified: str | None, name: str | None) -> dict[str, str]:
        settings = self._parts.settings
        links = [f'<{address}/data/catalog.jsonld>; rel="describedby"; type="application/ld+json"']
        if settings.licence is not None:
            links.append(f'<{settings.licence}>; rel="license"')
        headers = {**PUBLIC, "Link": ", ".join(links)}
        if modified is not None:
            headers["Last-Modified"] = format_datetime(datetime.fromisoformat(modified).astimezone(UTC), usegmt=True)
        if name is not None:
            safe = re.sub(r"[^A-Za-z0-9._-]", "-", name)
            headers["Content-Disposition"] = f'attachment; filename="{safe}"'
        return headers

    def _asked(self, request: Request, file: str, language: str) -> Asked:
        moment = Moment.asked(request.query_params.get("at"), None)
        path = tuple(sorted(request.path_params.items()))
        return Asked(file, language, moment.position, self._address(request), path)

    def _address(self, request: Request) -> str:
        """Return the address of the site: the one that was set, else the one that was asked."""
        if self._parts.settings.web_address is not None:
            return self._parts.settings.web_address.rstrip("/")
        host = request.headers.get("host", "")
        if not _HOST.fullmatch(host):
            raise Refusal(400, "The Host header names no host.")
        return f"{request.url.scheme}://{host}{request.scope.get('root_path', '')}"


# --- Requests as they come ----------------------------------------------------------------------------
def _endpoint(work: Callable[[Request], Awaitable[Response]]) -> Callable[[Request], Awaitable[Response]]:
    """Return an endpoint that answers with what `work` does, or with the refusal of what it raises."""

    async def endpoint(request: Request) -> Response:
        if request.method == "OPTIONS":
            allowed = {
                "Allow": ", ".join(METHODS),
                "Access-Control-Allow-Methods": "GET, HEAD",
                "Cache-Control": NOT_KEPT,
            }
            return Response(None, 204, PUBLIC | allowed | {"Access-Control-Allow-Headers": "If-None-Match"})
        try:
            return await work(request)
        except Refusal as refusal:
            return refusal.answer(request)
        except Wrong as wrong:
            return Refusal(400, f"{wrong.parameter} {wrong.sentence}.").answer(request)
        except NotReached:
            return Refusal(404, "The record has not come to this position yet.", retry_after="1").answer(request)
        except ProofError as damaged:
            return not_now(f"Not provable here at the moment: {damaged}. Try again, then ask the operator.").answer(
                request
            )
        except StoreError:
            return not_now("The record cannot be reached at the moment; try again soon.").answer(request)

    return endpoint


def _today() -> str:
    return swedish_day(datetime.now(UTC)).isoformat()


def _numbers(asked: str | None, form: str, signed: int) -> Sequence[int]:
    """Return the chunks that a file of entries consists of. Raises a Refusal."""
    every = chunks_of(signed)
    if not every:
        raise Refusal(404, "Nothing is signed yet; ask again in a second.", retry_after="1")
    if asked is not None:
        if not _CHUNK.fullmatch(asked):
            raise Refusal(404, f"Write the number with six digits, such as /data/handelser-000000.{form}.")
        return [int(asked)]
    if form == "parquet" and len(every) > 1:
        raise Refusal(404, f"The record has {len(every)} Parquet files: /data/handelser-000000.parquet and so on.")
    # Members of gzip stand one after the other (RFC 1952 §2.2).
    return every


async def _pieces(large: Large) -> AsyncIterator[bytes]:
    try:
        for piece in large.pieces:
            while octets := await asyncio.to_thread(piece.read, READ_BYTES):
                yield octets
    finally:
        large.close()


def _tail(large: Large) -> str:
    """Return a digest of the end of a file: a file of entries of one length that ends alike is the same one."""
    last = large.pieces[-1]
    last.seek(max(0, last.seek(0, 2) - (64 << 10)))
    found = sha256(last.read()).hexdigest()[:16]
    last.seek(0)
    return found


def _has_it(request: Request, tag: str) -> bool:
    asked = request.headers.get("if-none-match", "")
    return asked.strip() == "*" or any(each.strip().removeprefix("W/") == tag for each in asked.split(","))
