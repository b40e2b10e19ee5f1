"""What was asked of the site, and what was found for it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from starlette.datastructures import QueryParams

from services.web.drawing import NAME
from services.web.forms import AS_CSV, AS_HTML, AS_JSON, AS_SVG, Form
from services.web.moments import Moment
from services.web.page import Page, Shown
from services.web.rendering import Links
from services.web.wrong import Wrong

CHARACTERS_MAX = 1_000
"""Of one part of an address, such as the name of a theme, and of one parameter: a figure may be of many types."""


@dataclass(frozen=True, slots=True)
class Asked:
    """A request taken apart; equal ones get equal answers at one head."""

    page: str
    form: Form
    language: str
    moment: Moment
    path: tuple[tuple[str, str], ...]
    query: tuple[tuple[str, str], ...]
    prefix: str
    here: str
    hint: bool = False


class Found(NamedTuple):
    """What a page shows at its moment, its words opened; where it was read, how far it holds, and whether a day counts.

    `veiled` tells whether something that may be withheld was looked at; `made_up` is how many events of the record up to
    there are made up.
    """

    shown: Shown
    position: int
    reached: int
    on: str
    judged: bool
    veiled: bool
    made_up: int = 0


def forms_of(page: Page) -> list[Form]:
    """Return the forms a page is answered in."""
    return [AS_HTML, AS_JSON] + ([AS_CSV] if page.table is not None else []) + ([AS_SVG] if page.pictures else [])


def links_of(page: Page, asked: Asked, host: str = "") -> str:
    """Return where an answer belongs, and its other forms and languages, as a `Link` header (RFC 8288, RFC 6596).

    `host` is the site's scheme and host, where they are known: search engines want them before these paths.
    """
    links, query = Links(asked.prefix, asked.language, asked.moment), dict(asked.query)
    query.pop(NAME, None)
    place = asked.here + ("index" if asked.here.endswith("/") else "")
    found = [f'<{host}{links(asked.here, **query)}>; rel="canonical"']
    found += [
        f'<{links(place + form.suffix, **query)}>; rel="alternate"; type="{form.media_type.partition(";")[0]}"'
        for form in forms_of(page)
        if form is not asked.form and form in {AS_JSON, AS_CSV}
    ]
    other = "en" if asked.language == "sv" else "sv"
    found.append(f'<{host}{links.other(asked.here, **query)}>; rel="alternate"; hreflang="{other}"')
    return ", ".join(found)


def asked_once(query: QueryParams, names: Sequence[str]) -> dict[str, str]:
    """Return the parameters of these names that say something. Raises Wrong where one says two things."""
    found: dict[str, str] = {}
    for name, value in query.multi_items():
        if name not in names or not value:
            continue
        if found.setdefault(name, value) != value:
            raise Wrong(name, "stands more than once with different values; write it once")
    return found
