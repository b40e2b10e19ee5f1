"""Somebody who reads the pages: begins at the start page, follows links by their words, fills in forms, reads the text.

Nothing here knows an address but the first one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import urlencode, urljoin, urlsplit

from tests.services.web.site import Site

REDIRECTS_MAX = 3
BREAKS = frozenset({"p", "li", "h1", "h2", "h3", "h4", "dt", "dd", "tr", "caption", "summary", "figcaption", "footer"})
SPACES = frozenset({"td", "th", "br", "small", "span", "a", "code"})
VOID = frozenset({"area", "base", "br", "col", "hr", "img", "input", "link", "meta", "source", "wbr"})


@dataclass
class Form:
    """A form of a page: where it is sent, and its fields with what they hold."""

    action: str
    fields: dict[str, str] = field(default_factory=dict)
    labels: dict[str, str] = field(default_factory=dict)


class _Page(HTMLParser):
    """What a reader sees of a page: its lines of text, its links with their words, its forms."""

    def __init__(self) -> None:
        super().__init__()
        self.text, self.links, self.forms = "", list[tuple[str, str]](), list[Form]()
        self._open, self._link, self._label = list[str](), list[tuple[str, int]](), ("", 0)
        self._ids: dict[str, str] = {}

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        self.text += "\n" if tag in BREAKS else " " if tag in SPACES else ""
        if tag == "a" and "href" in given:
            self._link.append((given["href"], len(self.text)))
        elif tag == "form":
            self.forms.append(Form(given.get("action", "")))
        elif tag in {"input", "button"} and self.forms and given.get("name"):
            self.forms[-1].fields[given["name"]] = given.get("value", "")
            self._ids[given.get("id", "")] = given["name"]
        elif tag == "label":
            self._label = (given.get("for", ""), len(self.text))
        if tag not in VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        while self._open and self._open.pop() != tag:
            pass
        if tag == "a" and self._link:
            place, begins = self._link.pop()
            self.links.append((_plain(self.text[begins:]), place))
        elif tag == "label" and self.forms:
            self.forms[-1].labels[_plain(self.text[self._label[1] :])] = self._label[0]
        self.text += "\n" if tag in BREAKS else " " if tag in SPACES else ""

    def handle_data(self, data: str) -> None:
        if not {"script", "style", "title"} & set(self._open):
            self.text += re.sub(r"\s+", " ", data)

    def name_of(self, form: Form, label: str) -> str:
        """Return the name of the field that a label belongs to."""
        return self._ids[form.labels[label]]


def _plain(text: str) -> str:
    """Return a text on one line, without the spaces that end links before a full stop."""
    return re.sub(r" ([.,:;])", r"\1", " ".join(text.split()))


@dataclass
class Reader:
    """A reader at one page of a site; each step returns the reader at the next one."""

    site: Site
    address: str = "/"

    def __post_init__(self) -> None:
        said = self.site(self.address)
        for _ in range(REDIRECTS_MAX):
            if said.status not in {303, 308}:
                break
            self.address = urljoin(self.address, said.headers["location"])
            said = self.site(self.address)
        assert said.status == 200, (self.address, said.status)
        self.html, self.page = said.text, _Page()
        self.page.feed(said.text)
        self.lines = [line for line in (_plain(each) for each in self.page.text.split("\n")) if line]
        self.text = _plain(self.page.text)

    # --- Moving about -------------------------------------------------------------------------
    def go(self, *words: str) -> Reader:
        """Follow links, each by its words or by how they begin; the first that fits on each page."""
        found = self
        for each in words:
            found = found._followed(each)
        return found

    def _followed(self, words: str) -> Reader:
        exact = [place for text, place in self.page.links if text == words]
        near = [place for text, place in self.page.links if text.startswith(words)]
        held = [place for text, place in self.page.links if words in text]
        places = exact or near or held
        assert places, f"no link says {words!r} at {self.address}: {[text for text, _ in self.page.links]}"
        return self._at(places[0])

    def _at(self, place: str) -> Reader:
        split = urlsplit(urljoin(self.address, place))
        assert not split.netloc, f"{place} leads away from the site"
        return Reader(self.site, split.path + (f"?{split.query}" if split.query else ""))

    def search(self, words: str) -> Reader:
        """Type words into the form of the start page."""
        return self.asks(q=words)

    def asks(self, **fields: str) -> Reader:
        """Fill in the form of the page that has these fields."""
        form = next(each for each in self.page.forms if set(fields) <= set(each.fields))
        return self._sent(form, fields)

    def by(self, day: str) -> Reader:
        """Ask for the page as of a day, in the form that the page offers for it."""
        for label in ("Till och med dagen", "By the day"):
            for form in self.page.forms:
                if label in form.labels:
                    return self._sent(form, {self.page.name_of(form, label): day})
        raise AssertionError(f"no form asks for a day at {self.address}")

    def _sent(self, form: Form, values: dict[str, str]) -> Reader:
        return self._at(f"{form.action}?{urlencode(form.fields | values)}")

    def in_english(self) -> Reader:
        """Follow the link to the other language."""
        return self.go("English")

    # --- Reading ------------------------------------------------------------------------------
    def says(self, *texts: str) -> Reader:
        """Hold the page to texts; spaces and lines do not matter."""
        for each in texts:
            assert _plain(each) in self.text, f"{self.address} does not say {each!r}:\n{self.text}"
        return self

    def row(self, begins: str) -> str:
        """Return the line of a table that begins with words, or holds them."""
        rows = re.findall(r"<tr.*?</tr>", self.html, re.DOTALL)
        for each in rows:
            page = _Page()
            page.feed(each)
            if begins in _plain(page.text):
                return _plain(page.text)
        raise AssertionError(f"no row has {begins!r} at {self.address}")
