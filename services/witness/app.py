"""A witness over HTTP (C2SP tlog-witness).

    POST /add-checkpoint           a cosignature of each of our keys, once what was signed is on disk
    GET  /<origin hash>/checkpoint the newest checkpoint cosigned for a log, with its lines and ours

Anybody may ask: what counts is the log's signature. A request is read to its limit, within a time, and answered
without a word about us that the protocol does not ask for.
"""

from __future__ import annotations

import asyncio
import logging
import sqlite3
import time
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import Response
from starlette.routing import Route

from ledger.log.note import Verifier
from services.witness.protocol import BODY_MAX, TEXT_TYPE, Refusal, check_signed, origin_hash, read_request
from services.witness.state import StateBroken, WitnessState

BODY_SECONDS = 10.0
"""Within which a request's body must be here."""

LOG = logging.getLogger("liggare.witness")


class Answer(NamedTuple):
    """An HTTP answer: status, body, type."""

    status: int
    body: bytes
    content_type: str = TEXT_TYPE


class Witness:
    """Answers requests for cosignatures. Plain calls, from any number of threads."""

    def __init__(
        self,
        state: WitnessState,
        logs: Mapping[str, Sequence[Verifier]],
        now: Callable[[], float] = time.time,
    ) -> None:
        self._state, self._logs, self._now = state, logs, now
        self._origins = {origin_hash(origin): origin for origin in logs}

    def add_checkpoint(self, body: bytes) -> Answer:
        """Answer a request for a cosignature; whatever goes wrong, there is none."""
        try:
            submitted = read_request(body)
            vouched = check_signed(submitted, self._logs)
            lines = self._state.cosign(submitted, vouched, int(self._now()))
        except Refusal as refusal:
            return Answer(refusal.status, refusal.body, refusal.content_type)
        except (OSError, sqlite3.Error, StateBroken) as error:
            LOG.critical("nothing is cosigned: %s", error)
            return Answer(503, b"this witness cannot keep its state now; try again later\n")
        return Answer(200, "".join(line.line() for line in lines).encode())

    def checkpoint(self, name: str) -> Answer:
        """Return the newest checkpoint cosigned for the log whose origin hashes to `name`."""
        origin = self._origins.get(name)
        try:
            latest = self._state.latest(origin) if origin is not None else None
        except (sqlite3.Error, StateBroken) as error:
            LOG.critical("a checkpoint cannot be shown: %s", error)
            return Answer(503, b"this witness cannot read its state now; try again later\n")
        if latest is None:
            return Answer(404, b"this witness has cosigned no checkpoint of such a log\n")
        return Answer(200, latest.note)


def make_app(witness: Witness, body_seconds: float = BODY_SECONDS) -> Starlette:
    """Return the witness as a web application."""

    async def add_checkpoint(request: Request) -> Response:
        try:
            async with asyncio.timeout(body_seconds):
                body = await _body(request)
        except TimeoutError:
            return _response(Answer(408, b"the request did not come within its time\n"), close=True)
        except ClientDisconnect:
            return _response(Answer(400, b"the request ended too soon\n"), close=True)
        if body is None:
            return _response(Answer(413, f"a request has at most {BODY_MAX} bytes\n".encode()), close=True)
        return _response(await asyncio.to_thread(witness.add_checkpoint, body))

    async def checkpoint(request: Request) -> Response:
        return _response(await asyncio.to_thread(witness.checkpoint, request.path_params["name"]))

    return Starlette(
        routes=[
            Route("/add-checkpoint", add_checkpoint, methods=["POST"]),
            Route("/{name}/checkpoint", checkpoint, methods=["GET"]),
        ]
    )


async def _body(request: Request) -> bytes | None:
    """Return the body; None as soon as it passes the limit, with the rest unread."""
    length = request.headers.get("content-length", "")
    if length.isdecimal() and int(length[:20]) > BODY_MAX:
        return None
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > BODY_MAX:
            return None
    return bytes(body)


def _response(answer: Answer, *, close: bool = False) -> Response:
    headers = {"content-type": answer.content_type, "cache-control": "no-store"}
    if close:
        # What is left of the request is not read, so the connection is of no more use.
        headers["connection"] = "close"
    return Response(answer.body, answer.status, headers)
