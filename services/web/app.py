"""The web application of one ledger: at its root the log for other people's verifiers, and pages where there are any.

It knows nothing of where it is mounted, and whatever it answers says how it may be used.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from starlette.applications import Starlette
from starlette.datastructures import Headers, MutableHeaders
from starlette.exceptions import HTTPException
from starlette.middleware import Middleware
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import BaseRoute, Match, Route
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from ledger.log.folder import LogFolder
from ledger.log.publisher import LogStore
from services.readers import Readers
from services.web.answers import Refusal, file
from services.web.log import LogFiles
from services.web.responses import SECURITY, respond

HEAD_BYTES_MAX = 8 << 10
"""Of one request: its address and all of its headers."""

ABOUT = """\
This is the log of {origin}: everything recorded there, in order, signed.

/checkpoint               the newest signed head
/tile/0/000               hashes (c2sp.org/tlog-tiles), partial ones as /tile/0/000.p/WIDTH
/tile/entries/000         entries, likewise
/checkpoints.jsonl        every head ever signed; from one on: /checkpoints?after=SIZE
/log.vkey  /log.vkeys     the key to check signatures with; get it from somebody else, too
/policy                   whose cosignatures a head should have
/receipts/POSITION        proof for one event, to keep
"""


Refuse = Callable[[Request, int], Response]
"""Says in a page why a request gets none, by HTTP's status."""


def make_app(
    folder: LogFolder, readers: Readers[LogStore], pages: Sequence[BaseRoute] = (), refuse: Refuse | None = None
) -> Starlette:
    """Return the application; `folder` has the log's public keys, `readers` its record.

    `pages` come after the log's files; without one at `/`, a few lines there say what there is. `refuse` answers for
    those pages; the log itself says it in plain text.
    """
    log_routes = LogFiles(folder, readers).routes()

    async def about(request: Request) -> Response:
        return respond(request, file(ABOUT.format(origin=folder.origin).encode()))

    async def said(request: Request, error: Exception) -> Response:
        assert isinstance(error, HTTPException), "it is registered for these"
        is_log = any(route.matches(request.scope)[0] is not Match.NONE for route in log_routes)
        return _said(request, error) if refuse is None or is_log else refuse(request, error.status_code)

    app = Starlette(
        routes=[*log_routes, *pages, Route("/", about, methods=["GET", "HEAD"])],
        exception_handlers={HTTPException: said},
        middleware=[Middleware(Manners)],
    )
    # One address for one file: a slash too many is another address.
    app.router.redirect_slashes = False
    return app


def _said(request: Request, error: HTTPException) -> Response:
    """Return what the routing refuses, in words."""
    if error.status_code == 405:  # noqa: PLR2004  RFC 9110 §15.5.6
        allowed = (error.headers or {}).get("Allow", "GET, HEAD")
        return Refusal(405, "Only reading is possible here: GET or HEAD.", allow=allowed).answer(request)
    return Refusal(error.status_code, "There is nothing at this address; / says what there is.").answer(request)


class Manners:
    """Adds what every answer carries, and takes no body: nothing here is sent any."""

    def __init__(self, app: ASGIApp) -> None:
        self._app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass a request on, unless it has a body."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return

        async def politely(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in SECURITY.items():
                    headers.setdefault(name, value)
            await send(message)

        refusal = _unfit(scope)
        await (self._app if refusal is None else refusal.answer(Request(scope)))(scope, receive, politely)


def _unfit(scope: Scope) -> Refusal | None:
    """Return the refusal of a request that is too large or brings a body, None for any other."""
    size = len(scope["raw_path"]) + len(scope["query_string"]) + sum(len(n) + len(v) for n, v in scope["headers"])
    if size > HEAD_BYTES_MAX:
        return Refusal(400, f"A request's address and headers have at most {HEAD_BYTES_MAX:,} bytes here.")
    given = Headers(scope=scope)
    if "transfer-encoding" in given or given.get("content-length", "0").strip("0"):
        # The connection is closed, for what follows on it is that body.
        return Refusal(400, "Nothing here takes a body; ask without one.", connection="close")
    return None
