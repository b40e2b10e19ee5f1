"""HTTP for pages: forms by suffix, validators, compression, headers. Knows nothing of what is shown."""

from __future__ import annotations

import gzip
from collections import OrderedDict
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from http import HTTPStatus
from typing import Generic, Protocol, TypeVar

import zstandard
from starlette.requests import Request
from starlette.responses import Response

CACHE_BYTES = 64 << 20
COMPRESSED_FROM_BYTES = 512
HTML, JSON, CSV = "text/html; charset=utf-8", "application/json", "text/csv; charset=utf-8; header=present"
PROBLEM = "application/problem+json"

SECURITY = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; font-src 'self'; img-src 'self'; script-src 'self'; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Permissions-Policy": "camera=(), geolocation=(), microphone=(), interest-cohort=()",
    "Referrer-Policy": "no-referrer",
    "Strict-Transport-Security": "max-age=31536000",
    "X-Content-Type-Options": "nosniff",
}
"""On every answer. No cookie is ever set; nothing is loaded from anybody else."""

NOTHING: Mapping[str, str] = {}
IMMUTABLE = "public, max-age=31536000, immutable"
REVALIDATED = "public, max-age=0, must-revalidate"


@dataclass(frozen=True, slots=True)
class Body:
    """An answer's bytes as they may be sent: plain, and compressed once for all who ask."""

    plain: bytes
    media_type: str
    etag: str
    caching: str = REVALIDATED
    headers: Mapping[str, str] = field(default_factory=dict)
    gzipped: bytes | None = None
    zstd: bytes | None = None

    def compressed(self) -> Body:
        """Return the same with its compressed forms, where they are worth it."""
        if len(self.plain) < COMPRESSED_FROM_BYTES:
            return self
        gzipped = gzip.compress(self.plain, 6, mtime=0)
        zstd = zstandard.ZstdCompressor(level=3).compress(self.plain)
        return Body(self.plain, self.media_type, self.etag, self.caching, self.headers, gzipped, zstd)

    @property
    def size(self) -> int:
        """Bytes held."""
        return len(self.plain) + len(self.gzipped or b"") + len(self.zstd or b"")


class Sized(Protocol):
    """What knows how many bytes it holds."""

    @property
    def size(self) -> int: ...


T = TypeVar("T", bound=Sized)


class Bodies(Generic[T]):
    """The answers given last, up to a number of bytes; belongs to the event loop."""

    def __init__(self, size: int = CACHE_BYTES) -> None:
        self._left, self._kept = size, OrderedDict[Hashable, T]()

    def get(self, key: Hashable) -> T | None:
        body = self._kept.get(key)
        if body is not None:
            self._kept.move_to_end(key)
        return body

    def put(self, key: Hashable, body: T) -> None:
        before = self._kept.pop(key, None)
        self._left += before.size if before is not None else 0
        self._kept[key] = body
        self._left -= body.size
        while self._left < 0:
            _, oldest = self._kept.popitem(last=False)
            self._left += oldest.size

    def clear(self) -> None:
        """Forget everything: words that were just erased may be in it."""
        while self._kept:
            _, body = self._kept.popitem()
            self._left += body.size

    def __iter__(self) -> Iterator[T]:
        return iter(self._kept.values())


def respond(request: Request, body: Body, status: int = 200, more: Mapping[str, str] = NOTHING) -> Response:
    """Return the answer in the coding the client takes, or 304 where it has it already (RFC 9110 §13.1.2).

    `more` are headers of this answer alone, whatever is kept.
    """
    headers = {**SECURITY, "Vary": "Accept-Encoding", **body.headers, **more, "Cache-Control": body.caching}
    if body.etag:
        headers["ETag"] = body.etag
    if status == HTTPStatus.OK and _has_it(request, body.etag):
        return Response(status_code=304, headers=headers)
    octets = body.plain
    accepted = _codings(request.headers.get("accept-encoding", ""))
    if body.zstd is not None and "zstd" in accepted:
        octets, headers["Content-Encoding"] = body.zstd, "zstd"
    elif body.gzipped is not None and "gzip" in accepted:
        octets, headers["Content-Encoding"] = body.gzipped, "gzip"
    return Response(octets, status_code=status, headers=headers, media_type=body.media_type)


def _has_it(request: Request, etag: str) -> bool:
    asked, bare = request.headers.get("if-none-match", ""), etag.removeprefix("W/")
    return asked.strip() == "*" or any(each.strip().removeprefix("W/") == bare for each in asked.split(","))


def _codings(header: str) -> set[str]:
    """Return the codings a client takes; what it gives the weight 0 it refuses."""
    taken = set()
    for each in header.split(","):
        coding, _, weight = each.strip().lower().partition(";")
        if weight.replace(" ", "") not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}:
            taken.add(coding.strip())
    return taken
