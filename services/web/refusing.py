"""What is said instead of a page: a page that helps, or problem details (RFC 9457) for a program."""

from __future__ import annotations

from collections.abc import Collection
from http import HTTPStatus
from urllib.parse import quote, urlencode

from pydantic_core import to_json
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from services.web.language import translations
from services.web.rendering import Links, render
from services.web.responses import HTML, PROBLEM, Body, respond
from services.web.wrong import Refused, Wrong

SHOWN_CHARACTERS = 120
"""Of what was asked for, as an answer repeats it."""

MOVED_PERMANENTLY = 308
_PATH = "/:@!$'*+,;=-._~"
"""What stands for itself in a path (RFC 3986 §3.3)."""

LISTS = {
    "arende": ("/beslut", "Decisions"),
    "amne": ("/amne", "Topics"),
    "beslut": ("/beslut", "Decisions"),
    "enkater": ("/enkater", "Surveys"),
    "forslag": ("/forslag", "Proposals"),
    "handelse": ("/handelser", "Events"),
    "handlingar": ("/handlingar", "Documents"),
    "index": ("/indikatorer", "Indicators"),
    "metoder": ("/metoder", "Methods"),
    "namnd": ("/namnd", "Bodies"),
    "omrostningar": ("/omrostningar", "Ballots"),
    "process": ("/process", "Processes"),
    "program": ("/program", "Programmes and goals"),
    "sammantrade": ("/sammantrade", "Meetings"),
    "uppdrag": ("/loften", "Promises"),
}
"""By the first step of an address: the list in which what was meant may be found, and its name (a message)."""

_FOR_PROGRAMS = (".json", ".csv", ".atom", ".ics")


def links_of(request: Request) -> Links:
    """Return what makes the links of an answer to a request, in the language that its address begins with."""
    path = local_path(request)
    english = path == "/en" or path.startswith("/en/")
    return Links(request.scope.get("root_path", ""), "en" if english else "sv")


def local_path(request: Request) -> str:
    """Return the path of a request below where the site is mounted."""
    path: str = request.scope["path"]
    return path.removeprefix(request.scope.get("root_path", "")) or "/"


def refusal(request: Request, refused: Refused, origin: str, asked_for: str = "") -> Response:
    """Return what is answered instead of a page: the reason, and where to go on from.

    `asked_for` is the id or word that leads nowhere; the page offers to search for it.
    """
    links = links_of(request)
    if local_path(request).endswith(_FOR_PROGRAMS):
        plain, media_type = _problem(request, refused, links), PROBLEM
    else:
        plain, media_type = _page(request, refused, links, origin, asked_for).encode(), HTML
    body = Body(plain, media_type, "", "no-store", refused.headers)
    return respond(request, body.compressed(), refused.status)


def _page(request: Request, refused: Refused, links: Links, origin: str, asked_for: str) -> str:
    step = local_path(request).removeprefix("/en/").strip("/").partition("/")[0]
    past = refused.status in {404, 410} and bool({"at", "asof"} & request.query_params.keys())
    return render(
        "refused.html",
        links.language,
        links,
        status=refused.status,
        parameter=refused.parameter if isinstance(refused, Wrong) else "",
        sentence=refused.sentence,
        said=refused.said,
        asked_for=asked_for[:SHOWN_CHARACTERS],
        listed=LISTS.get(step),
        now=_without(request, {"at", "asof"}) if past else None,
        here="/",
        origin=origin,
    )


def _problem(request: Request, refused: Refused, links: Links) -> bytes:
    said = translations(links.language).gettext(refused.sentence)
    sentence = said % refused.said if refused.said else said
    parameter = f"{refused.parameter} " if isinstance(refused, Wrong) else ""
    problem = {
        "type": "about:blank",
        "title": HTTPStatus(refused.status).phrase,
        "status": refused.status,
        "detail": parameter + sentence,
        "instance": request.url.path[:SHOWN_CHARACTERS],
    }
    return to_json(problem)


def without_day(request: Request) -> str:
    """Return where a page lies as it is now: nothing has happened yet by a day to come."""
    return _without(request, {"asof"})


def _without(request: Request, names: Collection[str]) -> str:
    query = urlencode([(name, value) for name, value in request.query_params.multi_items() if name not in names])
    place = quote(request.scope.get("root_path", "") + local_path(request), safe=_PATH)
    return f"{place}?{query}" if query else place


def moved(request: Request, path: str) -> Response:
    """Send a reader to another path of the same site; it begins with one slash, so it never leads to another host."""
    query = request.scope["query_string"].decode("latin-1")
    place = quote(request.scope.get("root_path", "") + path, safe=_PATH)
    return RedirectResponse(f"{place}?{query}" if query else place, MOVED_PERMANENTLY)
