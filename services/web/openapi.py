"""The description of the pages for programs: OpenAPI 3.1, made from the pages themselves.

Only the twins are described, `.json` and `.csv`; HTML is for people. The log's own addresses follow C2SP tlog-tiles and
are described there.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import Any

from services.web.asked import CHARACTERS_MAX
from services.web.forms import AS_CSV, AS_JSON, Form, address
from services.web.language import LANGUAGES
from services.web.page import Page
from services.web.responses import JSON, PROBLEM

_PARAMETER = re.compile(r"\{([a-z_]+)(?::[a-z]+)?\}")

_MOMENT = [
    {
        "name": "at",
        "in": "query",
        "description": "Position: what was known then. Not together with asof.",
        "schema": {"type": "integer", "minimum": 1},
    },
    {
        "name": "asof",
        "in": "query",
        "description": "Day: what had happened by then. Not together with at.",
        "schema": {"type": "string", "format": "date"},
    },
]
_REFUSALS = {
    "400": "A parameter cannot be read; the sentence names it and the remedy.",
    "404": "There is no such thing, or not yet at that moment.",
    "429": "Too many requests from one address; Retry-After says when to ask again.",
    "503": "The record cannot be read at this moment; Retry-After says when to ask again.",
}


def description(origin: str, pages: Sequence[Page]) -> dict[str, Any]:
    """Return the OpenAPI document of a ledger's pages."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": f"Participation ledger {origin}",
            "version": "1",
            "description": "Every page of the ledger as JSON, and as CSV where it is a table. Reading needs no key.",
            "license": {"name": "CC0 1.0", "identifier": "CC0-1.0"},
        },
        "paths": dict(path for page in pages for path in _paths(page)),
        "components": {"schemas": {"Answer": _ANSWER, "Problem": _PROBLEM}},
    }


_ANSWER = {
    "type": "object",
    "description": "What the page shows. Figures name the query for the events they are made of.",
    "required": ["position", "asof"],
    "properties": {
        "position": {"type": "integer", "minimum": 0, "description": "Last position of the record it was made from."},
        "asof": {"type": ["string", "null"], "description": "The day that was asked for."},
    },
}
_PROBLEM = {
    "type": "object",
    "description": "RFC 9457.",
    "required": ["type", "title", "status", "detail"],
    "properties": {
        "type": {"type": "string"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "detail": {"type": "string"},
        "instance": {"type": "string"},
    },
}


def _paths(page: Page) -> Iterator[tuple[str, dict[str, Any]]]:
    forms = [AS_JSON] + ([AS_CSV] if page.table is not None else [])
    for form in forms:
        for language in LANGUAGES:
            yield _PARAMETER.sub(r"{\1}", address(page.path, form, language)), {"get": _read(page, form, language)}


def _read(page: Page, form: Form, language: str) -> dict[str, Any]:
    summary = (page.show.__doc__ or page.name).partition("\n")[0]
    schema: dict[str, Any] = {"$ref": "#/components/schemas/Answer"} if form is AS_JSON else {"type": "string"}
    kind = JSON if form is AS_JSON else "text/csv"
    in_path = [
        {"name": name, "in": "path", "required": True, "schema": {"type": "string", "maxLength": CHARACTERS_MAX}}
        for name in _PARAMETER.findall(page.path)
    ]
    asked = [
        {"name": name, "in": "query", "schema": {"type": "string", "maxLength": CHARACTERS_MAX}} for name in page.query
    ]
    refusals = {
        status: {"description": text, "content": {PROBLEM: {"schema": {"$ref": "#/components/schemas/Problem"}}}}
        for status, text in _REFUSALS.items()
    }
    return {
        "operationId": f"{page.name}_{form.suffix[1:]}_{language}",
        "summary": summary,
        "parameters": [*in_path, *asked, *_MOMENT],
        "responses": {"200": {"description": summary, "content": {kind: {"schema": schema}}}, **refusals},
    }
