"""What a page is: where it lies, what it shows, and what of it is a table.

    show(seen)   → the page's contents as plain JSON: its `.json` twin, and all that its template may use
    table(shown) → the same as rows: its `.csv` twin

HTML, JSON and CSV are three forms of one answer, so no two of them can differ. Both functions are plain: they look at
read models, not at requests. Words come as references (`{"position", "pointer"}`) and are opened afterwards, for those
forms alike.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, NamedTuple

from ledger.store.port import Reader
from projections.projection import Rows
from services.search.port import Asked
from services.search.searching import Found
from services.web.lines import Line
from services.web.moments import Moment

Shown = dict[str, Any]
"""A JSON object."""


class Table(NamedTuple):
    """Rows under a header; cells are texts, whole numbers, decimals as texts, or None."""

    header: Sequence[str]
    rows: Sequence[Sequence[Any]]


class Looked(NamedTuple):
    """Another page as a page about it sees it: what it shows, its words opened, and how that reads, line by line."""

    shown: Shown
    lines: Sequence[Line]


def nothing_else(path: str, query: Mapping[str, str], moment: Moment) -> Looked | None:
    """Answer nothing, for a page that is made where no other page can be asked."""
    return None


def nothing_found(asked: Asked, limit: int) -> list[Found]:
    """Find nothing, for a page that is made where nothing can be looked up."""
    return []


@dataclass(frozen=True, slots=True)
class Seen:
    """What a page is made from: one moment of one ledger, and what was asked.

    `on` is the ISO day that deadlines are judged on: the day asked for, else today in Sweden. `path` holds the parameters
    of the address, `query` those after the question mark that the page names. `other` looks at another page of the site, by
    its path, its query and a moment; None where there is none. It raises Refused. `find` looks words up; `contact` is where faults are reported, None where the operator has set nothing.
    """

    origin: str
    rows: Rows
    reader: Reader
    moment: Moment
    on: str
    path: Mapping[str, str]
    query: Mapping[str, str]
    other: Callable[[str, Mapping[str, str], Moment], Looked | None] = nothing_else
    find: Callable[[Asked, int], list[Found]] = nothing_found
    contact: str | None = None


@dataclass(frozen=True, slots=True)
class Page:
    """One page. `name` is that of its template (`NAME.html`); `section` the entry of the menu it belongs to.

    A `live` page shows what is no event, such as signatures, and is made anew each time. Where an answer names another
    path of the site as `direct`, readers of the page are sent there. One that `looks_back` is made from earlier moments,
    which takes longer: whoever asks for many waits in line. One with `pictures` gives each as a file of its own, too.
    """

    name: str
    path: str
    show: Callable[[Seen], Shown | None]
    table: Callable[[Shown], Table] | None = None
    query: tuple[str, ...] = ()
    section: str = ""
    live: bool = False
    looks_back: bool = False
    pictures: bool = False
