"""Files that are sent piece by piece: whole tables, and the entries.

A table is written anew to an unnamed file for whoever asks, for it holds words that may be erased. Two are made at a time;
more wait, and more than a few are asked to come again.
"""

from __future__ import annotations

import asyncio
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import ExitStack
from hashlib import sha256
from http import HTTPStatus
from typing import BinaryIO, NamedTuple, cast

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from services.readers import Readers
from services.web.answers import not_now
from services.web.open import columns
from services.web.open.material import Material
from services.web.open.tables import WholeTable
from services.web.reading import Connections
from services.web.responses import REVALIDATED

AT_ONCE = 2
WAITING_MAX = 16
SPOOLED_BYTES = 8 << 20
READ_BYTES = 256 << 10
_TAIL_BYTES = 64 << 10


class Large(NamedTuple):
    """A file that is ready: its pieces, open, and the bytes of all of them."""

    pieces: Sequence[BinaryIO]
    size: int

    def close(self) -> None:
        for piece in self.pieces:
            piece.close()

    def tail(self) -> str:
        """Return a digest of its end: files of entries of one length that end alike are the same."""
        last = self.pieces[-1]
        last.seek(max(0, last.seek(0, 2) - _TAIL_BYTES))
        found = sha256(last.read()).hexdigest()[:16]
        last.seek(0)
        return found


def table(found: WholeTable, form: str, material: Material) -> Large:
    """Return a table, written."""
    file = cast(BinaryIO, tempfile.SpooledTemporaryFile(SPOOLED_BYTES))  # noqa: SIM115  it is closed once it is sent
    with ExitStack() as stack:
        stack.callback(file.close)
        columns.write(form, file, found.columns, found.rows(material))
        size = file.tell()
        file.seek(0)
        stack.pop_all()
    return Large([file], size)


def together(opened: Iterator[BinaryIO]) -> Large:
    """Return files as one, each after the other."""
    with ExitStack() as stack:
        pieces = [stack.enter_context(piece) for piece in opened]
        size = sum(piece.seek(0, 2) for piece in pieces)
        for piece in pieces:
            piece.seek(0)
        stack.pop_all()
    return Large(pieces, size)


class Turns:
    """Makes large files, a few at a time; belongs to the event loop."""

    def __init__(self, readers: Readers[Connections]) -> None:
        self._readers = readers
        self._making = asyncio.Semaphore(AT_ONCE)
        self._waiting = 0

    async def __call__(self, make: Callable[[Connections], Large]) -> Large:
        """Return a file once it is made. Raises a Refusal where too many wait already."""
        if self._waiting >= WAITING_MAX:
            raise not_now("Many are fetching whole files at the moment; try again soon.")
        self._waiting += 1
        try:
            async with self._making:
                return await self._readers(make)
        finally:
            self._waiting -= 1


def sent(request: Request, large: Large, media_type: str, headers: dict[str, str]) -> Response:
    """Return the answer that sends a file and closes it, or 304 where the client has it."""
    headers = headers | {"Cache-Control": REVALIDATED}
    if has_it(request, headers["ETag"]):
        large.close()
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    headers["Content-Length"] = str(large.size)
    if request.method == "HEAD":
        large.close()
        return Response(headers=headers, media_type=media_type)
    return StreamingResponse(_octets(large), HTTPStatus.OK, headers, media_type)


async def _octets(large: Large) -> AsyncIterator[bytes]:
    try:
        for piece in large.pieces:
            while octets := await asyncio.to_thread(piece.read, READ_BYTES):
                yield octets
    finally:
        large.close()


def has_it(request: Request, tag: str) -> bool:
    """Tell whether a client says that it has an answer (RFC 9110 §13.1.2)."""
    asked = request.headers.get("if-none-match", "")
    return asked.strip() == "*" or any(each.strip().removeprefix("W/") == tag for each in asked.split(","))
