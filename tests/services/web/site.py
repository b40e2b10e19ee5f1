"""A log served on a real socket from a thread of its own, and short ways to ask it."""

from __future__ import annotations

import socket
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPResponse
from itertools import pairwise

from ledger.log.cosignature import Ed25519CosigningKey, MlDsaSigningKey
from ledger.log.note import parse_note
from ledger.log.vkeys import AnyKey
from ledger.store.port import Cosignature
from services.web.server import web_serving
from tests import threads
from tests.ledger.log.published import ORIGIN, Published

TIMEOUT_SECONDS = 30
SIZES = (3, 256, 260, 600)
"""Of the checkpoints of a grown log; five more events are recorded after the last."""


def grow(published: Published) -> Published:
    """Record and publish up to each of `SIZES`, and record five events that no checkpoint covers."""
    for before, size in pairwise((0, *SIZES)):
        published.record(size - before)
        published.publish()
    published.record(5)
    return published


def witness(published: Published) -> list[AnyKey]:
    """Have two witnesses, one with each type of key, cosign every checkpoint twice; return their public keys."""
    keys = (Ed25519CosigningKey.generate("a.example/w"), MlDsaSigningKey.generate("b.example/w"))
    store = published.writer()
    for kept in store.checkpoints(0, 1_000):
        text = parse_note(kept.note.encode()).text
        for at in (1_800_000_000, 1_800_000_600):
            signed = [key.cosign(text, at) for key in keys]
            names = [f"{each.name}+{each.key_id.hex()}" for each in signed]
            store.add_cosignatures(
                [Cosignature(kept.size, name, each.line(), at) for name, each in zip(names, signed, strict=True)]
            )
    return [key.verifier for key in keys]


@dataclass(frozen=True)
class Said:
    """An answer: its status, headers in small letters, body."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True)
class Site:
    """A served log; call it with a path."""

    port: int

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def __call__(self, path: str, method: str = "GET", **headers: str) -> Said:
        connection = HTTPConnection("127.0.0.1", self.port, timeout=TIMEOUT_SECONDS)
        try:
            connection.putrequest(method, path, skip_accept_encoding=True)
            for name, value in headers.items():
                connection.putheader(name.replace("_", "-"), value)
            connection.endheaders()
            return _said(connection.getresponse())
        finally:
            connection.close()

    def raw(self, request: bytes, method: str = "GET") -> Said:
        """Send bytes, whatever they are, and return the answer."""
        with self.connected() as connection:
            connection.sendall(request)
            answer = HTTPResponse(connection, method=method)
            answer.begin()
            return _said(answer)

    def connected(self) -> socket.socket:
        return socket.create_connection(("127.0.0.1", self.port), TIMEOUT_SECONDS)


def _said(answer: HTTPResponse) -> Said:
    return Said(answer.status, {name.lower(): value for name, value in answer.getheaders()}, answer.read())


@contextmanager
def served(published: Published) -> Iterator[Site]:
    """Serve a log until the block ends."""
    with in_thread(published) as port:
        yield Site(port)


@contextmanager
def in_thread(published: Published) -> Iterator[int]:
    """Run the server in a loop of its own; yields its port."""

    @asynccontextmanager
    async def serving() -> AsyncIterator[int]:
        async with web_serving(published.folder, lambda: published.engine.open_writer(ORIGIN), "127.0.0.1:0") as server:
            yield server.port

    with threads.in_thread(serving) as port:
        yield port
