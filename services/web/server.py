"""The web server of a running ledger: uvicorn on sockets of our own, inside the loop that serves gRPC."""

from __future__ import annotations

import asyncio
import contextlib
import socket
from collections.abc import AsyncIterator, Callable, Iterator, Sequence, Sized
from contextlib import asynccontextmanager

import h11
import uvicorn
from starlette.requests import Request
from starlette.routing import BaseRoute
from starlette.types import ASGIApp, Receive, Scope, Send
from uvicorn.protocols.http.h11_impl import H11Protocol, RequestResponseCycle

from ledger.log.folder import LogFolder
from ledger.log.publisher import LogStore
from services.addresses import listen
from services.readers import Readers
from services.web.answers import RETRY_SECONDS, Refusal
from services.web.app import HEAD_BYTES_MAX, Refuse, make_app

ADDRESS = "127.0.0.1:8080"
CONNECTIONS_MAX = 512
IDLE_SECONDS = 15
"""For which a connection is kept for another request."""

REQUEST_SECONDS = 30.0
"""Within which a request must be here whole, and the answer before it read."""

GRACE_SECONDS = 10


class WebServer:
    """A web application that listens; `host:port` as everywhere, port 0 takes any free one."""

    def __init__(self, app: ASGIApp, address: str, option: str = "--web", prefix: str = "") -> None:
        self._app, self._address, self._option, self._prefix = app, address, option, prefix
        self._server: _Server | None = None
        self._task: asyncio.Task[None] | None = None
        self.port = 0

    @property
    def at(self) -> str:
        """Where it listens, with the port that was taken."""
        return f"{self._address.rpartition(':')[0]}:{self.port}"

    async def start(self) -> None:
        """Listen. Raises AddressMalformed or AddressUnusable."""
        sockets = listen(self._address, self._option)
        self.port = sockets[0].getsockname()[1]
        crowd = _Crowd(self._app)
        self._server = _Server(_config(crowd, self._prefix))
        crowd.connections = self._server.server_state.connections
        self._task = asyncio.create_task(self._server.serve(sockets), name="web")
        listening = asyncio.create_task(self._server.listening.wait())
        await asyncio.wait({self._task, listening}, return_when=asyncio.FIRST_COMPLETED)
        if self._task.done():
            listening.cancel()
            self._task.result()

    async def close(self) -> None:
        """Take no new request, answer those at hand, and end; calling it again waits for the same end."""
        if self._server is not None and self._task is not None:
            self._server.should_exit = True
            await asyncio.shield(self._task)


@asynccontextmanager
async def web_serving(
    folder: LogFolder,
    open_reader: Callable[[], LogStore],
    address: str = ADDRESS,
    pages: Sequence[BaseRoute] = (),
    refuse: Refuse | None = None,
    prefix: str = "",
) -> AsyncIterator[WebServer]:
    """Serve a ledger's log, and pages, until the block ends, then end gracefully.

    `prefix` is the path that a proxy in front takes off before it passes a request on; links have it.
    """
    readers: Readers[LogStore] = Readers(open_reader)
    server = WebServer(make_app(folder, readers, pages, refuse), address, prefix=prefix)
    try:
        await server.start()
        try:
            yield server
        finally:
            await server.close()
    finally:
        await readers.close()


def _config(app: ASGIApp, prefix: str) -> uvicorn.Config:
    return uvicorn.Config(
        app,
        http=_Connection,
        ws="none",
        lifespan="off",
        root_path=prefix,
        # Logging is the process's affair; a line for each bad request would fill the disk.
        log_config=None,
        log_level="error",
        access_log=False,
        server_header=False,
        proxy_headers=False,
        # Separators come on top of what the application counts.
        h11_max_incomplete_event_size=2 * HEAD_BYTES_MAX,
        timeout_keep_alive=IDLE_SECONDS,
        timeout_graceful_shutdown=GRACE_SECONDS,
    )


class _Server(uvicorn.Server):
    """Leaves signals to the process, and says when it listens."""

    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.listening = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.listening.set()

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        yield


class _Crowd:
    """Turns requests away while there are too many connections; uvicorn's own refusal says neither why nor how long."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app
        self.connections: Sized = ()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, unless too many are connected."""
        app: ASGIApp = self._app
        if scope["type"] == "http" and len(self.connections) >= CONNECTIONS_MAX:
            app = _TOO_MANY.answer(Request(scope))
        await app(scope, receive, send)


_TOO_MANY = Refusal(
    503, "Too many are connected at this moment; try again soon.", retry_after=str(RETRY_SECONDS), connection="close"
)
_UNREADABLE = Refusal(400, "This is no HTTP request: ask for an address of this site as RFC 9112 says.")


class _Connection(H11Protocol):
    """Ends where a request does not come whole, or an answer is not read, within `REQUEST_SECONDS`.

    uvicorn itself waits for ever for the first line of a request, and for whoever stops reading.
    """

    _deadline: asyncio.TimerHandle | None = None

    def connection_made(self, transport: asyncio.Transport) -> None:  # type: ignore[override]
        super().connection_made(transport)
        self._await_request()

    def connection_lost(self, exc: Exception | None) -> None:
        self._stop_waiting()
        super().connection_lost(exc)

    def handle_events(self) -> None:
        super().handle_events()
        cycle: RequestResponseCycle | None = self.cycle  # declared as if it were always there
        if cycle is not None and not cycle.response_complete:
            self._stop_waiting()

    def send_400_response(self, msg: str) -> None:  # noqa: ARG002  uvicorn says it in its own words
        """Answer what is no request, with the headers that every answer has; uvicorn's own answer has none."""
        if self.conn.our_state not in {h11.IDLE, h11.SEND_RESPONSE}:
            # In the middle of another answer nothing more can be said.
            self.transport.close()
            return
        answer = _UNREADABLE.answer(Request({"type": "http", "headers": []}))
        headers = [*answer.raw_headers, (b"connection", b"close")]
        for event in (
            h11.Response(status_code=answer.status_code, headers=headers, reason=b"Bad Request"),
            h11.Data(data=bytes(answer.body)),
            h11.EndOfMessage(),
        ):
            self.transport.write(self.conn.send(event))
        self.transport.close()

    def on_response_complete(self) -> None:
        self._await_request()
        super().on_response_complete()

    def _await_request(self) -> None:
        self._stop_waiting()
        self._deadline = self.loop.call_later(REQUEST_SECONDS, self.transport.abort)

    def _stop_waiting(self) -> None:
        if self._deadline is not None:
            self._deadline.cancel()
