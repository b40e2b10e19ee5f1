"""A log that anybody can sign forks of, a witness that is served, and sockets without manners."""

import asyncio
import socket
import threading
import time
from collections.abc import Callable, Coroutine, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from starlette.types import ASGIApp

from ledger.log.checkpoint import Checkpoint, sign_checkpoint
from ledger.log.cosignature import MlDsaSigningKey
from ledger.log.note import Signer, SigningKey, Verifier
from services.web.server import WebServer
from services.witness.app import Witness, make_app
from services.witness.keys import witness_keys
from services.witness.protocol import AddCheckpoint
from services.witness.state import WitnessState
from tests.ledger.log.oracle import Oracle, leaves

ORIGIN = "kommun.example/log"
NAME = "grannen.example/w1"
NOW = 1_800_000_000


@dataclass
class Log:
    """A log of some leaves with a key of its own; `forked` gives another history with the same key."""

    leaves: list[bytes] = field(default_factory=lambda: leaves(300))
    key: SigningKey = field(default_factory=lambda: SigningKey.generate(ORIGIN))
    mldsa: MlDsaSigningKey = field(default_factory=lambda: MlDsaSigningKey.generate(ORIGIN))

    def __post_init__(self) -> None:
        self.tree = Oracle(self.leaves)

    def forked(self, at: int) -> "Log":
        """The same log, with the same key, whose leaf `at` is another one."""
        return Log([*self.leaves[:at], b"f" * 32, *self.leaves[at + 1 :]], self.key, self.mldsa)

    @property
    def trusted(self) -> Mapping[str, Sequence[Verifier]]:
        return {ORIGIN: (self.key.verifier,)}

    def head(self, size: int) -> Checkpoint:
        return Checkpoint(ORIGIN, size, self.tree.mth(0, size))

    def note(self, size: int, *keys: Signer) -> bytes:
        return sign_checkpoint(self.head(size), *(keys or (self.key,)))

    def proof(self, old: int, new: int) -> tuple[bytes, ...]:
        return tuple(self.tree.proof(old, new)) if old < new else ()

    def asks(self, old: int, new: int) -> bytes:
        """The body of a request that shows the growth from `old` to `new`."""
        return AddCheckpoint(old, self.proof(old, new), self.note(new)).to_bytes()


def witness_at(folder: Path, log: Log, name: str = NAME, now: Callable[[], float] = lambda: NOW) -> Witness:
    """A witness of one log with its state in a folder."""
    return Witness(WitnessState(folder, folder, witness_keys(folder, name)), log.trusted, now)


# --- Served ---------------------------------------------------------------------------------------
@contextmanager
def served(app: ASGIApp) -> Iterator[int]:
    """Serve an application from a thread of its own; yields the port."""
    loop = asyncio.new_event_loop()
    thread = threading.Thread(target=loop.run_forever)
    thread.start()

    def run(work: Coroutine[Any, Any, Any]) -> None:
        asyncio.run_coroutine_threadsafe(work, loop).result(30)

    server = WebServer(app, "127.0.0.1:0")
    run(server.start())
    try:
        yield server.port
    finally:
        run(server.close())
        run(loop.shutdown_default_executor())
        loop.call_soon_threadsafe(loop.stop)
        thread.join()
        loop.close()


@contextmanager
def serving_witness(witness: Witness, body_seconds: float = 1.0) -> Iterator[int]:
    with served(make_app(witness, body_seconds)) as port:
        yield port


@dataclass(frozen=True)
class Got:
    """An answer as it came over the wire."""

    status: int
    content_type: str
    body: bytes


def post(port: int, body: bytes, path: str = "/add-checkpoint") -> Got:
    """Ask as a well-behaved client does."""
    head = f"POST {path} HTTP/1.1\r\nHost: w\r\nConnection: close\r\nContent-Length: {len(body)}\r\n\r\n"
    return talk(port, head.encode() + body)


def get(port: int, path: str) -> Got:
    return talk(port, f"GET {path} HTTP/1.1\r\nHost: w\r\nConnection: close\r\n\r\n".encode())


def talk(port: int, *pieces: bytes, pause: float = 0.0, wait: float = 10.0) -> Got:
    """Send pieces of anything, and read to the end of the connection."""
    with socket.create_connection(("127.0.0.1", port), timeout=wait) as own:
        # The other side may have answered and gone before the last piece.
        with suppress(BrokenPipeError, ConnectionResetError):
            for piece in pieces:
                own.sendall(piece)
                time.sleep(pause)
        raw = b""
        with suppress(ConnectionResetError):
            while part := own.recv(1 << 16):
                raw += part
    head, _, body = raw.partition(b"\r\n\r\n")
    status, *lines = head.decode("latin-1").split("\r\n")
    headers = dict(line.lower().split(": ", 1) for line in lines)
    return Got(int(status.split(" ")[1]) if status else 0, headers.get("content-type", ""), body)
