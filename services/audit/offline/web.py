"""A bundle on a web server: `liggare serve --web`, or any server of static files (C2SP tlog-tiles, "HTTP").

One connection is kept and used again. No redirect is followed: what was named is what is verified. Answers are
limited in bytes and in time, headers too, and a server that is busy is asked again a few times.
"""

from __future__ import annotations

import threading
import time
import zlib
from collections.abc import Callable
from http.client import HTTPConnection, HTTPException, HTTPResponse, HTTPSConnection
from typing import TypeVar
from urllib.parse import urlsplit

from services.audit.offline.sources import PIECE_BYTES, Absent, Source, SourceError, Stream, Unreachable, Unreadable

TIMEOUT_SECONDS = 20.0
"""How long one answer may take to begin, and to go on."""

SPEED_MIN = 16 * 1024
"""Bytes per second that an answer must come at, on the whole, once it has begun."""

TRIES = 4
_WAIT_SECONDS = 0.2
_WAIT_MAX_SECONDS = 10.0
_BUSY = frozenset({429, 500, 502, 503, 504})
_ABSENT = frozenset({404, 410})
_GZIP = 31  # zlib's word for a gzip header and a window of 32 KiB

R = TypeVar("R")


class _Busy(Exception):
    """The server may answer another time; `wait` is how long it asks for, in seconds."""

    def __init__(self, reason: str, wait: float | None = None) -> None:
        super().__init__(reason)
        self.wait = wait


class Web(Source):
    """The files below an address, `https://host/prefix` or with http."""

    def __init__(self, address: str, *, timeout: float = TIMEOUT_SECONDS) -> None:
        """Take an address; raise `Unreachable` for one that names no web server."""
        self.name = address
        try:
            parts = urlsplit(address)
            port, host = parts.port, parts.hostname
        except ValueError as error:
            raise Unreachable(address, "it is no address of a web server") from error
        if parts.scheme not in {"http", "https"} or not host or not address.isprintable() or " " in address:
            raise Unreachable(address, "it is no address that begins with https:// or http:// and a host")
        if parts.username is not None or parts.query or parts.fragment:
            raise Unreachable(address, "name the address alone, without a user, a question mark or a #")
        kind = HTTPSConnection if parts.scheme == "https" else HTTPConnection
        self._connect: Callable[[], HTTPConnection] = lambda: kind(host, port, timeout=timeout)
        self._prefix = parts.path.rstrip("/")
        self._timeout = timeout
        self._idle: list[HTTPConnection] = []

    def stream(self, path: str) -> Stream:
        return self._again(path, lambda: self._get(path))

    def exists(self, path: str) -> bool:
        try:
            self.stream(path).close()
        except Absent:
            return False
        return True

    def paths(self) -> list[str] | None:
        return None

    def close(self) -> None:
        for connection in self._idle:
            connection.close()

    def give_back(self, connection: HTTPConnection) -> None:
        """Keep a connection whose answer was read to its end."""
        self._idle.append(connection)

    def _again(self, path: str, attempt: Callable[[], R]) -> R:
        for number in range(1, TRIES + 1):
            try:
                return attempt()
            except _Busy as error:
                if number == TRIES:
                    raise Unreachable(f"{self.name}, {path}", str(error)) from error
                asked = error.wait if error.wait is not None else _WAIT_SECONDS * 2**number
                time.sleep(min(asked, _WAIT_MAX_SECONDS))
        raise AssertionError("the last try returns or raises")

    def _get(self, path: str) -> Stream:
        again = bool(self._idle)
        connection = self._idle.pop() if again else self._connect()
        try:
            answer = self._answer(connection, f"{self._prefix}/{path}")
        except (OSError, HTTPException, ValueError) as error:
            connection.close()
            # A server may close a connection that was idle; on a new one it is worth no wait.
            raise _Busy(f"no answer: {str(error) or type(error).__name__}", 0.0 if again else None) from error
        if answer.status == 200:  # noqa: PLR2004
            try:
                return _Body(self, connection, answer, path, self._timeout)
            except SourceError:
                connection.close()
                raise
        connection.close()
        if answer.status in _ABSENT:
            raise Absent(path, "there is no such file")
        if answer.status in _BUSY:
            raise _Busy(f"the server answers {answer.status}", _retry_after(answer))
        if 300 <= answer.status < 400:  # noqa: PLR2004
            there = answer.getheader("Location") or "somewhere else"
            raise Unreachable(f"{self.name}, {path}", f"it is moved to {there}; name the address that is meant")
        raise Unreachable(f"{self.name}, {path}", f"the server answers {answer.status}")

    def _answer(self, connection: HTTPConnection, target: str) -> HTTPResponse:
        """Ask, and wait for the head of the answer; a server that sends it drop by drop is cut off."""
        if connection.sock is None:
            connection.connect()
        watch = threading.Timer(self._timeout, _cut, [connection])
        watch.daemon = True
        watch.start()
        try:
            connection.request("GET", target, headers={"Accept-Encoding": "gzip", "User-Agent": "liggare-verify"})
            return connection.getresponse()
        finally:
            watch.cancel()


def _cut(connection: HTTPConnection) -> None:
    if (socket := connection.sock) is not None:
        try:
            socket.shutdown(2)  # both ways; closing alone would not wake who reads
        except OSError:
            return


def _retry_after(answer: HTTPResponse) -> float | None:
    said = answer.getheader("Retry-After") or ""
    return float(said) if said.isascii() and said.isdigit() and len(said) < len("1000") else None


class _Body:
    """The bytes of one answer, unpacked where the server packed them."""

    def __init__(self, web: Web, connection: HTTPConnection, answer: HTTPResponse, path: str, timeout: float) -> None:
        self._web, self._connection, self._answer, self._path = web, connection, answer, path
        self._began, self._received, self._timeout = time.monotonic(), 0, timeout
        packed = (answer.getheader("Content-Encoding") or "identity").strip().lower()
        if packed not in {"identity", "gzip"}:
            raise Unreadable(path, f"the server packs it as {packed}, which was not asked for")
        self._unpack = zlib.decompressobj(_GZIP) if packed == "gzip" else None
        self._ended = False

    def read(self, size: int, /) -> bytes:
        try:
            return self._plain(size) if self._unpack is None else self._unpacked(size)
        except zlib.error as error:
            raise Unreadable(self._path, "what the server packed cannot be unpacked") from error

    def close(self) -> None:
        if self._ended and not self._answer.will_close:
            self._web.give_back(self._connection)
        else:
            self._connection.close()

    def _plain(self, size: int) -> bytes:
        try:
            piece = self._answer.read1(min(size, PIECE_BYTES))
        except (OSError, HTTPException, ValueError) as error:
            raise Unreachable(self._path, f"the answer broke off: {str(error) or type(error).__name__}") from error
        self._received += len(piece)
        if time.monotonic() - self._began > self._timeout + self._received / SPEED_MIN:
            raise Unreachable(self._path, "the answer comes too slowly")
        if not piece:
            self._end()
        return piece

    def _end(self) -> None:
        self._ended = True
        # read1 takes an early end of the connection for the end of the file.
        if self._answer.length:
            raise Unreachable(self._path, "the answer broke off")

    def _unpacked(self, size: int) -> bytes:
        assert self._unpack is not None, "only asked where something is packed"
        while not self._unpack.eof:
            packed = self._unpack.unconsumed_tail or self._plain(size)
            if not packed:
                raise Unreachable(self._path, "the answer broke off")
            if piece := self._unpack.decompress(packed, size):
                return piece
        if self._unpack.unused_data or (not self._ended and self._plain(1)):
            raise Unreadable(self._path, "something follows what the server packed")
        return b""
