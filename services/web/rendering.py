"""From a page's answer to HTML: templates, messages, links that keep language and moment."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from importlib.resources.abc import Traversable
from typing import Any
from urllib.parse import quote, urlencode

from jinja2 import Environment, PackageLoader, StrictUndefined
from markupsafe import Markup

from services.search.words import around
from services.web import kinds
from services.web import language as languages
from services.web.charts.bar import Part, bar
from services.web.charts.curve import Lines, curve
from services.web.charts.interval import Range, interval
from services.web.codes import code, group
from services.web.definitions import slug, title, with_codes, words
from services.web.directions import written
from services.web.marking import alike, headline, marked
from services.web.moments import NOW, Moment
from services.web.names import PLACES
from services.web.open.alternates import alternates
from services.web.outcomes import parts
from services.web.pictures import Pictures
from services.web.topics import topic_path

_BUILD_DIGITS = 12


@cache
def build() -> str:
    """Return a hash of everything that pages are drawn with: templates, messages, style, scripts and code."""
    digest = hashlib.sha256()
    for path, found in _files(files("services.web"), ""):
        digest.update(path.encode() + b"\0" + hashlib.sha256(found.read_bytes()).digest())
    return digest.hexdigest()[:_BUILD_DIGITS]


def _files(folder: Traversable, place: str) -> Iterator[tuple[str, Traversable]]:
    for each in sorted(folder.iterdir(), key=lambda found: found.name):
        path = f"{place}/{each.name}"
        if each.is_dir() and each.name != "__pycache__":
            yield from _files(each, path)
        elif each.is_file():
            yield path, each


@dataclass(frozen=True, slots=True)
class Links:
    """Makes the addresses of a page: below the site's prefix, in its language, at its moment."""

    prefix: str
    language: str
    moment: Moment = NOW

    def __call__(self, path: str, **query: object) -> str:
        """Return the address of a page of the site; members of `query` that are None are left out."""
        return self._made(path, self.moment.query | _texts(query))

    def to(self, place: str) -> str:
        """Return the address of a place of the site: a page, or with `#` a line of it."""
        path, mark, line = place.partition("#")
        return self(path) + mark + quote(line)

    def now(self, path: str, **query: object) -> str:
        """Return the address of a page as it is now."""
        return self._made(path, _texts(query))

    def known(self, path: str, query: Mapping[str, str], position: str | int = "") -> str:
        """Return the address of a page as it was known at a position; without one, as it is now."""
        return self._made(path, dict(query) | _texts({"at": position}))

    def event(self, position: int) -> str:
        """Return the address of one event of the record."""
        return self._made(f"/handelse/{position}", {})

    def events(self, query: Mapping[str, Any]) -> str:
        """Return the address that lists the events a figure was made of (`{"types": …, "tags": …}`), at the moment of the page."""
        named = {"typ": ",".join(query["types"]), "tagg": ",".join(query["tags"])}
        return self._made("/handelser", self.moment.query | named)

    def static(self, name: str) -> str:
        """Return the address of a file that pages use; it changes with its content."""
        return f"{self.prefix}/static/{build()}/{name}"

    def other(self, path: str, **query: object) -> str:
        """Return the address of the same page in the other language."""
        return Links(self.prefix, "en" if self.language == "sv" else "sv", self.moment)(path, **query)

    def _made(self, path: str, query: Mapping[str, str]) -> str:
        place = f"{self.prefix}/en{path}" if self.language == "en" else f"{self.prefix}{path}"
        return quote(place, safe="/:@!$'*+,;=-._~") + (f"?{urlencode(query)}" if query else "")


def _texts(query: Mapping[str, object]) -> dict[str, str]:
    return {name: str(value) for name, value in query.items() if value is not None and value != ""}


# --- Templates --------------------------------------------------------------------------------
@cache
def _environment(language: str) -> Environment:
    environment = Environment(
        loader=PackageLoader("services.web", "templates"),
        extensions=["jinja2.ext.i18n"],
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
        finalize=written,
    )
    environment.install_gettext_translations(  # type: ignore[attr-defined]  # the extension adds it
        languages.translations(language), newstyle=True
    )
    environment.filters.update(languages.filters(language), **kinds.filters(language))
    environment.filters["code"] = lambda value, kind: code(value, language, kind)
    environment.filters["definition_title"] = lambda name: title(name, language)
    environment.filters["definition_words"] = lambda definition: with_codes(words(definition, language))
    environment.filters.update(slug=slug, with_codes=with_codes)
    environment.filters["group"] = lambda name: group(name, language)
    environment.globals["event_types"] = kinds.listed
    environment.filters["around"] = lambda text, words: around(text, tuple(words))
    environment.globals.update(figure_link=figure_link, bar=bar, outcome_parts=parts, **Pictures(language).globals())
    environment.globals.update(Part=Part, places=PLACES, curve=curve, Lines=Lines, short_day=_short_day(language))
    environment.globals.update(alternates=alternates, marked=marked, alike=alike, headline=headline)
    environment.globals.update(interval=interval, Range=Range)
    environment.filters["topic_path"] = topic_path
    environment.filters["short_month"] = _short_month(language)
    return environment


def _short_day(language: str) -> Callable[[str], str]:
    """Return how a day is written where there is little room, such as on an axis."""
    return lambda day: languages.day(day, language)


def _short_month(language: str) -> Callable[[str], str]:
    """Return how the month of `2016-05` is written over a narrow column."""
    return lambda month: languages.short_month(month, language)


def figure_link(links: Links, figure: Mapping[str, Any], text: str) -> Markup:
    """Return a number as a link to the events it was made of (a figure of `projections.views.answer`)."""
    return Markup('<a href="{}">{}</a>').format(links.events(figure["events"]), text)


def render(template: str, language: str, links: Links, **context: Any) -> str:
    """Return a template as HTML in a language."""
    return _environment(language).get_template(template).render(lang=language, url=links, **context)
