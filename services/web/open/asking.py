"""A request for open data taken apart, what every answer to one says, and the endpoint that answers whatever happens."""

from __future__ import annotations

import logging
import re
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from email.utils import format_datetime
from http import HTTPStatus
from typing import NamedTuple
from uuid import uuid4

from starlette.requests import Request
from starlette.responses import Response

from ledger.log.errors import ProofError
from ledger.store.port import StoreError
from projections.rows.port import NotReached
from services.settings import Settings
from services.web.answers import NOT_KEPT, PUBLIC, Refusal, not_now
from services.web.asked import asked_once
from services.web.moments import Moment
from services.web.wrong import Refused, Wrong

METHODS = ["GET", "HEAD", "OPTIONS"]
CHARACTERS_MAX = 200
"""Of one part of an address."""

_HOST = re.compile(r"([A-Za-z0-9.-]{1,253}|\[[0-9A-Fa-f:.]{2,45}\])(:[0-9]{1,5})?")
_UNNAMED = re.compile(r"[^A-Za-z0-9._-]")

log = logging.getLogger("liggare.web")

Work = Callable[[Request], Awaitable[Response]]


class Asked(NamedTuple):
    """A request taken apart; equal ones get equal files at one position. `address` is that of the site."""

    file: str
    language: str
    position: int | None
    address: str
    path: tuple[tuple[str, str], ...]


def asked(request: Request, settings: Settings, file: str, language: str) -> Asked:
    """Take a request apart. Raises Wrong and Refusal."""
    query = asked_once(request.query_params, ("at", "asof"))
    if "asof" in query:
        raise Wrong("asof", "cannot be asked of a file; ask for the position with at")
    moment = Moment.asked(query.get("at"), None)
    path = tuple(sorted(request.path_params.items()))
    if any("\x00" in value or len(value) > CHARACTERS_MAX for _, value in path):
        raise Refusal(404, "There is no such thing here.")
    return Asked(file, language, moment.position, _address(request, settings), path)


def _address(request: Request, settings: Settings) -> str:
    """Return the address of the site: the one that was set, else the one that was asked."""
    if settings.web_address is not None:
        return settings.web_address.rstrip("/")
    host = request.headers.get("host", "")
    if not _HOST.fullmatch(host):
        raise Refusal(400, "The Host header names no host.")
    return f"{request.url.scheme}://{host}{request.scope.get('root_path', '')}"


def headers(settings: Settings, address: str, modified: str | None, name: str | None) -> dict[str, str]:
    """Return what a file says of itself: who may read it, where the catalogue is, when its newest event was recorded."""
    links = [f'<{address}/data/catalog.jsonld>; rel="describedby"; type="application/ld+json"']
    if settings.licence is not None:
        links.append(f'<{settings.licence}>; rel="license"')
    found = {**PUBLIC, "Link": ", ".join(links)}
    if modified is not None:
        found["Last-Modified"] = format_datetime(datetime.fromisoformat(modified).astimezone(UTC), usegmt=True)
    if name is not None:
        found["Content-Disposition"] = f'attachment; filename="{_UNNAMED.sub("-", name)}"'
    return found


def endpoint(take_turn: Callable[[Request], None], work: Work) -> Work:
    """Return an endpoint that answers with what `work` does, or with the refusal of what it raises."""

    async def answer(request: Request) -> Response:
        if request.method == "OPTIONS":
            allowed = {"Allow": ", ".join(METHODS), "Access-Control-Allow-Methods": "GET, HEAD"}
            more = {"Access-Control-Allow-Headers": "If-None-Match", "Cache-Control": NOT_KEPT}
            return Response(None, HTTPStatus.NO_CONTENT, PUBLIC | allowed | more)
        try:
            take_turn(request)
            return await work(request)
        except Refusal as refusal:
            return refusal.answer(request)
        except Exception as error:
            return _refusal(error).answer(request)

    return answer


def _refusal(error: Exception) -> Refusal:
    """Return what is answered to an error; of one that nobody foresaw only an id, which stands in the log, too."""
    match error:
        case Wrong():
            return Refusal(400, f"{error.parameter} {error.sentence}.")
        case Refused():
            named = {name.replace("-", "_"): value for name, value in error.headers.items()}
            return Refusal(error.status, error.sentence % error.said if error.said else error.sentence, **named)
        case NotReached():
            return Refusal(404, "The record has not come to this position yet.", retry_after="1")
        case ProofError():
            return not_now(f"Not provable here at the moment: {error}. Try again, then ask the operator.")
        case StoreError():
            log.warning("a file cannot be read: %s", error)
            return not_now("The record cannot be reached at the moment; try again soon.")
    found = uuid4().hex[:12]
    log.error("error %s in a file", found, exc_info=error)
    return Refusal(500, f"This file could not be made, and that is our fault. Report it with the error id {found}.")
