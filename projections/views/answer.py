"""What every answer of a view has: its position, its definition, figures with their events, pages."""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any, NamedTuple

from pydantic_core import from_json, to_json

from ledger.canonical import canonical
from ledger.messages import Event
from projections.projection import Projection, Row, Rows, State

Answer = dict[str, Any]
"""A JSON object with at least `position` and `definition`."""

PAGE_SIZE, PAGE_SIZE_MAX = 50, 1000


# --- By which definition ----------------------------------------------------------------------
class Definition(NamedTuple):
    """What a view's figures mean, in words, and the versions of the read models they are made of."""

    name: str
    version: int
    text: str
    projections: tuple[Projection, ...]

    def stated(self) -> Answer:
        """Return name, version and `sha256` in hex over the RFC 8785 bytes of the whole definition."""
        return {"name": self.name, "version": self.version, "sha256": self._sha256()}

    def whole(self) -> Answer:
        """Return the definition with its words and the versions of its read models."""
        models = [{"name": each.name, "version": each.version} for each in self.projections]
        return self.stated() | {"text": self.text, "read_models": models}

    def _sha256(self) -> str:
        models = {each.name: each.version for each in self.projections}
        parts = {"name": self.name, "version": self.version, "text": self.text, "read_models": models}
        return hashlib.sha256(canonical(parts)).hexdigest()


def answer(rows: Rows, definition: Definition, **parts: Any) -> Answer:
    """Return an answer that says at which position it holds and by which definition."""
    return {"position": rows.position, "definition": definition.stated(), **parts}


# --- A figure and its events --------------------------------------------------------------------
def events(types: Iterable[type[Event]], *tags: str) -> Answer:
    """Return how to list events with `LedgerService.Read`: of any of the types, with all of the tags."""
    return {"types": [kind.topic for kind in types], "tags": list(tags)}


def figure(value: int, types: Iterable[type[Event]], *tags: str) -> Answer:
    """Return a figure with the query for the events it is made of."""
    return {"value": value, "events": events(types, *tags)}


# --- Pages ------------------------------------------------------------------------------------
class Page(NamedTuple):
    """A page of a list: at most `size` items, from the first after the key `after`."""

    size: int = PAGE_SIZE
    after: str = ""


FIRST_PAGE = Page()


class PageTokenInvalid(ValueError):
    """The page token is not one this ledger gave out; start again without it."""


def page_token(position: int, after: str) -> str:
    """Return a token that names the moment and the last key, so that all pages show one moment."""
    return base64.urlsafe_b64encode(to_json([position, after])).decode().rstrip("=")


def read_page_token(token: str) -> tuple[int, str]:
    """Return the position and last key of a token; raise PageTokenInvalid for anything else."""
    try:
        parts = from_json(base64.b64decode(token + "=" * (-len(token) % 4), altchars=b"-_", validate=True))
    except ValueError:
        raise PageTokenInvalid("the page token is not one this ledger gave out; start again without it") from None
    match parts:
        case [int(position), str(after)] if position >= 0 and not isinstance(position, bool):
            return position, after
    raise PageTokenInvalid("the page token is not one this ledger gave out; start again without it")


def one_page(rows: Rows, found: Iterator[Row], page: Page, shown: Callable[[Row], Answer]) -> tuple[list[Answer], str]:
    """Return up to `page.size` of the rows as shown, and the token of the next page, empty at the end."""
    size = min(max(page.size, 1), PAGE_SIZE_MAX)
    items: list[Answer] = []
    last = ""
    for row in found:
        if len(items) == size:
            return items, page_token(rows.position, last)
        items.append(shown(row))
        last = row.key
    return items, ""


def states(rows: Rows, projection: str, prefix: str = "", after: str = "") -> Iterator[Row]:
    """Yield the rows under a prefix that hold something."""
    return (row for row in rows.scan(projection, prefix, after) if row.state is not None)


def state_of(rows: Rows, projection: str, key: str) -> State:
    """Return the state of a key, None where there is none."""
    row = rows.get(projection, key)
    return None if row is None else row.state


def picked(state: dict[str, Any], *names: str) -> Answer:
    """Return some members of a state."""
    return {name: state[name] for name in names}
