"""The small files that every site has: who may fetch what, whom to tell of a weakness, its picture, its description."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from functools import cache
from http import HTTPStatus
from importlib.resources import files

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from services.settings import Settings
from services.web.answers import file
from services.web.openapi import description
from services.web.page import Page
from services.web.responses import IMMUTABLE, JSON, Body, respond

CONTACT_DAYS = 180
"""For which `security.txt` promises to hold (RFC 9116 asks for less than a year); it is made anew for each reader."""

ROBOTS = """\
User-agent: *
Disallow: /sok
Disallow: /en/sok
Disallow: /jamfor
Disallow: /en/jamfor
Disallow: /*?at=
Disallow: /*?asof=
"""
"""Every moment of every page would be fetched without end; what is now is what people look for."""

_ICON, _PICTURE = "icon.svg", "favicon.svg"
_TEXTS = {"style.css": "text/css; charset=utf-8", "verify.js": "text/javascript; charset=utf-8", _ICON: "image/svg+xml"}
_METHODS = ["GET", "HEAD"]
_A_DAY = "public, max-age=86400"


@cache
def _texts() -> dict[str, Body]:
    """Return the style, the script and the picture of the site, ready to be sent."""
    folder = files("services.web").joinpath("static")
    return {
        name: file(folder.joinpath(name).read_bytes(), media_type, IMMUTABLE).compressed()
        for name, media_type in _TEXTS.items()
    }


class Immutable(StaticFiles):
    """Files whose address changes with their content; texts are compressed once, for all who ask."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        if path in _texts() and scope["method"] in _METHODS:
            return respond(Request(scope), _texts()[path])
        response = await super().get_response(path, scope)
        if response.status_code == HTTPStatus.OK:
            response.headers["Cache-Control"] = IMMUTABLE
        return response


def beside(settings: Settings, pages: Sequence[Page]) -> list[Route]:
    """Return the routes of those files."""
    picture = files("services.web").joinpath("static", _ICON).read_bytes()
    described = file(to_json(description(settings.ledger, pages), indent=1), JSON, _A_DAY).compressed()
    robots = file(ROBOTS.encode(), cached=_A_DAY)
    icon = file(picture, "image/svg+xml", _A_DAY)

    async def answer_robots(request: Request) -> Response:
        return respond(request, robots)

    async def answer_icon(request: Request) -> Response:
        return respond(request, icon)

    async def answer_description(request: Request) -> Response:
        return respond(request, described)

    async def answer_contact(request: Request) -> Response:
        return respond(request, file(_contact(str(settings.security_contact)).encode(), cached=_A_DAY))

    async def other_icon(request: Request) -> Response:
        return RedirectResponse(f"{request.scope.get('root_path', '')}/{_PICTURE}", 308)

    routes = [
        Route("/robots.txt", answer_robots, methods=_METHODS),
        Route(f"/{_PICTURE}", answer_icon, methods=_METHODS),
        Route("/favicon.ico", other_icon, methods=_METHODS),
        Route("/openapi.json", answer_description, methods=_METHODS),
    ]
    if settings.security_contact is not None:
        routes.append(Route("/.well-known/security.txt", answer_contact, methods=_METHODS))
    return routes


def _contact(address: str) -> str:
    """Return the text of RFC 9116."""
    until = (datetime.now(UTC) + timedelta(days=CONTACT_DAYS)).replace(hour=0, minute=0, second=0, microsecond=0)
    return f"Contact: {address}\nExpires: {until.isoformat().replace('+00:00', 'Z')}\nPreferred-Languages: sv, en\n"
