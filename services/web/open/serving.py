"""Open data over HTTP: which file lies where, and how it is handed out.

Small files (feeds, calendars, traces, the catalogue, zips) are made whole and kept while the record stands still; large
ones are sent piece by piece. Everything may be fetched from anybody's page (CORS), and is validated by an ETag.

`?at=POSITION` gives a file as it was known then.
"""

from __future__ import annotations

import asyncio
import re
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, datetime
from hashlib import sha256

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from projections.references import swedish_day
from projections.rows.port import NotReached
from services.audit.offline.layout import chunks_of
from services.bootstrap import Parts
from services.readers import Readers
from services.web.answers import Refusal
from services.web.open import chunks, columns, feeds
from services.web.open.asking import METHODS, Asked, Work, asked, endpoint, headers
from services.web.open.catalogue import catalogue
from services.web.open.chunks import Chunks
from services.web.open.large import Large, Turns, has_it, sent, table, together
from services.web.open.material import Made, Material
from services.web.open.promises import calendar
from services.web.open.proof import Packer
from services.web.open.tables import TABLES
from services.web.open.telling import PAGES
from services.web.open.trace import traced
from services.web.open.vocabulary import in_form, words
from services.web.page import Page
from services.web.reading import Connections
from services.web.rendering import build
from services.web.responses import REVALIDATED, Bodies, Body, respond
from services.web.veiled import VeiledRows

THREADS = 3
KEPT_BYTES = 16 << 20
_CHUNK = re.compile(r"[0-9]{6}")

Make = Callable[[Material], Made]


def _at_any_pace(_: Request) -> None:
    """Let everybody ask."""


class OpenData:
    """The open data of one ledger; `close` after the last request.

    `take_turn` raises a Refused for whoever asks too fast.
    """

    def __init__(
        self, parts: Parts, pages: Sequence[Page], take_turn: Callable[[Request], None] = _at_any_pace
    ) -> None:
        self._parts, self._take_turn = parts, take_turn
        self._readers: Readers[Connections] = Readers(lambda: Connections.of(parts.engine), THREADS)
        self._bodies: Bodies[Body] = Bodies(KEPT_BYTES)
        self._chunks = Chunks(parts.settings.cache)
        self._packer = Packer(parts.folder, pages)
        self._turns = Turns(self._readers)

    async def close(self) -> None:
        """End the threads and remove what was made."""
        await self._readers.close()
        await asyncio.to_thread(self._chunks.close)

    def forget(self) -> None:
        """Forget the small files made so far: words that were just erased may be in one."""
        self._bodies.clear()

    # --- Addresses ------------------------------------------------------------------------------------
    def routes(self) -> list[Route]:
        """Return the routes, to stand before those of the pages: an id of a page would take a suffix, too."""
        found: dict[str, Work] = {}
        for path, make in self._made().items():
            found[path] = self._small(path, "sv", make)
            found[f"/en{path}"] = self._small(path, "en", make)
        for form in chunks.FORMS:
            found[f"/data/handelser.{form}"] = self._entries(form)
            found[f"/data/handelser-{{chunk}}.{form}"] = self._entries(form)
        for name in TABLES:
            found |= {f"/data/{name}.{form}": self._table(name, form) for form in columns.FORMS}
        return [Route(path, endpoint(self._take_turn, work), methods=METHODS) for path, work in found.items()]

    def _made(self) -> dict[str, Make]:
        """Return what makes each small file, by its address."""
        files: dict[str, Make] = {"/flode.atom": feeds.everything, "/loften.ics": calendar()}
        for kind in ("decision", "input", "matter", "ballot", "survey"):
            files[f"/{PAGES[kind]}/{{{kind}}}.atom"] = feeds.of(kind)
            files[f"/{PAGES[kind]}/{{{kind}}}.zip"] = self._packer.of(kind)
        files["/namnd/{body}.ics"] = calendar("body")
        files["/beslut/{decision}.ics"] = calendar("decision")
        files["/beslut/{decision}.jsonld"] = traced("decision")
        files["/forslag/{input}.jsonld"] = traced("input")
        files["/handelse/{position}.jsonld"] = traced("position")
        for suffix in ("rdf", "ttl", "jsonld"):
            files[f"/data/catalog.{suffix}"] = lambda material, suffix=suffix: catalogue(
                suffix, self._chunks.known, material
            )  # type: ignore[misc]
            files[f"/data/ord.{suffix}"] = lambda material, suffix=suffix: in_form(words(material), suffix, None, "ord")  # type: ignore[misc]
        return files

    # --- Small files ----------------------------------------------------------------------------------
    def _small(self, file: str, language: str, make: Make) -> Work:
        async def work(request: Request) -> Response:
            return respond(request, await self._body(asked(request, self._parts.settings, file, language), make))

        return work

    async def _body(self, wanted: Asked, make: Make) -> Body:
        today = _today()
        stand = await self._readers(lambda connections: _stand(connections, wanted.position))
        key = (wanted, stand, today)
        body = self._bodies.get(key)
        if body is None:
            body = await self._readers(lambda connections: self._fresh(connections, wanted, stand, today, make))
            self._bodies.put(key, body)
        return body

    def _fresh(self, connections: Connections, wanted: Asked, stand: tuple[int, int], today: str, make: Make) -> Body:
        position, is_zip = wanted.position, wanted.file.endswith(".zip")
        if is_zip:
            # What is packed with its proof is what has been signed.
            position = min(position or stand[0], *stand) or None
        with self._material(connections, wanted, position, today) as material:
            made = make(material)
        tag = sha256(made.content).hexdigest()[:32]
        said = headers(self._parts.settings, wanted.address, made.modified, made.name)
        body = Body(made.content, made.media_type, f'"{tag}"', REVALIDATED, said)
        return body if is_zip else body.compressed()

    @contextmanager
    def _material(
        self, connections: Connections, wanted: Asked, position: int | None, today: str
    ) -> Iterator[Material]:
        parts = self._parts
        with connections.rows(position) as rows, connections.newest() as newest:
            yield Material(
                parts.settings,
                VeiledRows(rows, newest),
                newest,
                connections.reader,
                parts.vault,
                today,
                wanted.language,
                wanted.address,
                dict(wanted.path),
            )

    # --- Large files ----------------------------------------------------------------------------------
    def _table(self, name: str, form: str) -> Work:
        async def work(request: Request) -> Response:
            wanted, today = asked(request, self._parts.settings, name, "sv"), _today()
            position, _ = await self._readers(lambda connections: _stand(connections, wanted.position))
            said = await self._readers(lambda connections: self._said(connections, wanted, f"{name}.{form}"))
            tag = f'"{name}-{form}-{position}-{wanted.position or position}-{today}-{build()}"'
            if has_it(request, tag):
                return Response(status_code=304, headers=said | {"ETag": tag, "Cache-Control": REVALIDATED})

            def make(connections: Connections) -> Large:
                with self._material(connections, wanted, wanted.position, today) as material:
                    return table(TABLES[name], form, material)

            return sent(request, await self._turns(make), columns.FORMS[form], said | {"ETag": tag})

        return work

    def _entries(self, form: str) -> Work:
        async def work(request: Request) -> Response:
            wanted = asked(request, self._parts.settings, form, "sv")
            _, signed = await self._readers(lambda connections: _stand(connections, None))
            number = dict(wanted.path).get("chunk")
            numbers = _numbers(number, form, signed)
            name = f"handelser.{form}" if number is None else f"handelser-{number}.{form}"
            said = await self._readers(lambda connections: self._said(connections, wanted, name))

            def make(connections: Connections) -> Large:
                return together(self._chunks.opened(connections.reader, each, form, signed) for each in numbers)

            large = await self._turns(make)
            tag = f'"{name}-{large.size}-{await asyncio.to_thread(large.tail)}"'
            return sent(request, large, chunks.FORMS[form], said | {"ETag": tag})

        return work

    def _said(self, connections: Connections, wanted: Asked, name: str) -> dict[str, str]:
        with self._material(connections, wanted, wanted.position, "") as material:
            return headers(self._parts.settings, wanted.address, material.time(material.position), name)


def _stand(connections: Connections, position: int | None) -> tuple[int, int]:
    """Return the position of the rows and the newest signed size: nothing changes while neither does."""
    with connections.newest() as rows:
        if position is not None and position > rows.position:
            raise NotReached(position, rows.position)
        head = connections.reader.last_checkpoint()
        return rows.position, 0 if head is None else head.size


def _today() -> str:
    return swedish_day(datetime.now(UTC)).isoformat()


def _numbers(number: str | None, form: str, signed: int) -> Sequence[int]:
    """Return the chunks that a file of entries consists of. Raises a Refusal."""
    every = chunks_of(signed)
    if not every:
        raise Refusal(404, "Nothing is signed yet; ask again in a second.", retry_after="1")
    if number is not None:
        if not _CHUNK.fullmatch(number):
            raise Refusal(404, f"Write the number with six digits, such as /data/handelser-000000.{form}.")
        return [int(number)]
    if form == chunks.PARQUET and len(every) > 1:
        raise Refusal(404, f"The record has {len(every)} Parquet files: /data/handelser-000000.parquet and so on.")
    # Members of gzip may stand one after the other (RFC 1952 §2.2).
    return every
