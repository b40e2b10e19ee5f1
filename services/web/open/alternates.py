"""Which other files lie beside a page, so that the page can name them in its head and among its downloads."""

from __future__ import annotations

from typing import NamedTuple


class Alternate(NamedTuple):
    """A file beside a page: what its address ends in, its media type, and what people call it (a message)."""

    suffix: str
    media_type: str
    name: str


_ATOM = Alternate(".atom", "application/atom+xml", "Atom feed")
_CALENDAR = Alternate(".ics", "text/calendar", "Calendar")
_TRACE = Alternate(".jsonld", "application/ld+json", "Trace (JSON-LD)")
_PROOF = Alternate(".zip", "application/zip", "With proof (ZIP)")

ALTERNATES: dict[str, tuple[Alternate, ...]] = {
    "/beslut/{decision}": (_ATOM, _CALENDAR, _TRACE, _PROOF),
    "/forslag/{input}": (_ATOM, _TRACE, _PROOF),
    "/arende/{matter}": (_ATOM, _PROOF),
    "/omrostningar/{ballot}": (_ATOM, _PROOF),
    "/enkater/{survey}": (_ATOM, _PROOF),
    "/namnd/{body}": (_CALENDAR,),
    "/loften": (_CALENDAR,),
    "/handelse/{position}": (_TRACE,),
}
"""The files beside each page, by its path."""


def alternates(path: str) -> tuple[Alternate, ...]:
    """Return the files beside a page."""
    return ALTERNATES.get(path, ())
