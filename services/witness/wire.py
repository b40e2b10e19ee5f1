"""One HTTP exchange with a witness, within a time and a size that hold whatever the other side does.

The time counts for all of it: finding the host, connecting, TLS, sending and every byte of the answer. Redirects are not
followed, cookies and compression not known, and what is read beyond the limit ends the exchange.
"""

from __future__ import annotations

import asyncio
import ssl
from dataclasses import dataclass
from functools import cache
from typing import NamedTuple, Self
from urllib.parse import urlsplit

import h11

from services.witness.protocol import BODY_MAX

HEAD_BYTES_MAX = 16 << 10
CHUNK_BYTES = 1 << 14
_PORTS = {"http": 80, "https": 443}


class UrlUnusable(Exception):
    """A witness's URL in the policy is none that can be asked; the message says what to write."""


class NoAnswer(Exception):
    """A witness could not be reached, or did not answer within the time and size that it has."""


class Reply(NamedTuple):
    """An answer: its status, its type without parameters, its body."""

    status: int
    content_type: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Place:
    """Where a witness listens: `prefix` is the path in front of what the protocol names, without a final slash."""

    scheme: str
    host: str
    port: int
    prefix: str

    @classmethod
    def parse(cls, url: str) -> Self:
        """Read a URL prefix (C2SP tlog-witness, "HTTP Interface"); raise UrlUnusable."""
        try:
            parts = urlsplit(url)
            port = parts.port
        except ValueError as error:
            raise UrlUnusable(f"{url!r} is no URL ({error})") from error
        host = parts.hostname
        plain = url.isascii() and url.isprintable() and " " not in url
        if not plain or parts.scheme not in _PORTS or not host or parts.query or parts.fragment or "@" in parts.netloc:
            raise UrlUnusable(f"{url!r} is no http or https URL without query; write https://host/prefix")
        return cls(parts.scheme, host, _PORTS[parts.scheme] if port is None else port, parts.path.rstrip("/"))

    @property
    def authority(self) -> str:
        """The value of the Host header (RFC 9110 §7.2)."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _PORTS[self.scheme] else f"{host}:{self.port}"


async def exchange(place: Place, method: str, path: str, body: bytes, seconds: float) -> Reply:
    """Send one request and return the answer; raise NoAnswer."""
    try:
        async with asyncio.timeout(seconds):
            return await _exchanged(place, method, path, body)
    except TimeoutError as error:
        raise NoAnswer(f"no whole answer within {seconds:g} s") from error
    except (OSError, h11.RemoteProtocolError, h11.LocalProtocolError, UnicodeError, ValueError) as error:
        raise NoAnswer(" ".join(str(error).split())[:200] or type(error).__name__) from error


@cache
def _trusted() -> ssl.SSLContext:
    # The certificates of the system's authorities; reading them takes a tenth of a second.
    return ssl.create_default_context()


async def _exchanged(place: Place, method: str, path: str, body: bytes) -> Reply:
    context = _trusted() if place.scheme == "https" else None
    reader, writer = await asyncio.open_connection(place.host, place.port, ssl=context, limit=CHUNK_BYTES)
    try:
        connection = h11.Connection(h11.CLIENT, max_incomplete_event_size=HEAD_BYTES_MAX)
        headers = [("Host", place.authority), ("Connection", "close"), ("User-Agent", "liggare")]
        if method == "POST":
            headers += [("Content-Type", "text/plain; charset=utf-8"), ("Content-Length", str(len(body)))]
        writer.write(
            connection.send(h11.Request(method=method, target=f"{place.prefix}/{path}", headers=headers)) or b""
        )
        if body:
            writer.write(connection.send(h11.Data(body)) or b"")
        writer.write(connection.send(h11.EndOfMessage()) or b"")
        return await _reply(connection, reader)
    finally:
        # At once: a goodbye that the other side never reads must not keep us.
        writer.transport.abort()


async def _reply(connection: h11.Connection, reader: asyncio.StreamReader) -> Reply:
    status, content_type, body = 0, "", bytearray()
    while True:
        event = connection.next_event()
        if event is h11.NEED_DATA:
            connection.receive_data(await reader.read(CHUNK_BYTES))
        elif isinstance(event, h11.Response):
            status = event.status_code
            found = dict(event.headers).get(b"content-type", b"")
            content_type = found.decode("latin-1").partition(";")[0].strip().lower()
        elif isinstance(event, h11.Data):
            body += event.data
            if len(body) > BODY_MAX:
                raise NoAnswer(f"its answer has more than {BODY_MAX} bytes")
        elif isinstance(event, h11.EndOfMessage):
            return Reply(status, content_type, bytes(body))
        elif isinstance(event, h11.ConnectionClosed):
            raise NoAnswer("it hung up before an answer")
