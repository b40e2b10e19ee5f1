"""Every event class, as Hypothesis draws it and as one fixed example: both are built from the models alone.

A class that is added tomorrow is drawn, encoded and pinned like the others without a line here.
"""

from __future__ import annotations

import hashlib
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from enum import Enum
from functools import cache
from types import UnionType
from typing import Annotated, Any, Literal, Union, get_args, get_origin

from hypothesis import strategies as st
from pydantic import BaseModel

from ledger.messages import Event, Sealed, Sealing
from services.bootstrap import SLICES

EVENTS: tuple[type[Event], ...] = tuple(kind for each in SLICES for kind in each.events)
"""Every event class of the product, by slice."""

TOPICS = [kind.topic for kind in EVENTS]

CLEAR = st.text(st.characters(codec="utf-8"), max_size=12)
"""Any text that has a UTF-8 form: control characters, quotes and emoji among them."""

COUNTS = st.integers(-(2**53) + 1, 2**53 - 1)


# --- Anything the models allow ----------------------------------------------------------------
@cache
def any_event(kind: type[Event], words: st.SearchStrategy[str] | None = None) -> st.SearchStrategy[Event]:
    """Draw events of one class. `words` fill the sealed fields in plain text; without them the fields are sealed.

    Kept, since most tests ask anew for every example, and building a strategy costs more than drawing from it.
    """
    return st.builds(kind, **_fields(kind, words))


def _fields(kind: type[BaseModel], words: st.SearchStrategy[str] | None) -> dict[str, st.SearchStrategy[Any]]:
    fields = {}
    owners = set()
    for name, field in kind.model_fields.items():
        marks = [mark for mark in field.metadata if isinstance(mark, Sealing)]
        fields[name] = _sealing(marks[0], field.annotation, words) if marks else _values(field.annotation, words)
        owners |= {mark.key[1:-1] for mark in marks if mark.key == f"{{{mark.key[1:-1]}}}"}
    # A key that is one field alone is whatever that field says: the owner of words recorded earlier.
    return fields | {name: CLEAR.map("matter:{}".format) for name in owners}


def _sealing(mark: Sealing, annotation: Any, words: st.SearchStrategy[str] | None) -> st.SearchStrategy[Any]:
    held: st.SearchStrategy[Any] = words if words is not None else _commitments(mark.sealing_class)
    return st.none() | held if type(None) in get_args(annotation) else held


def _commitments(sealing_class: str) -> st.SearchStrategy[Sealed]:
    return st.binary(min_size=32, max_size=32).map(
        lambda digest: Sealed.model_validate({"commit": _base64url(digest), "class": sealing_class})
    )


def _values(annotation: Any, words: st.SearchStrategy[str] | None) -> st.SearchStrategy[Any]:
    plain: dict[Any, st.SearchStrategy[Any]] = {
        str: CLEAR,
        int: COUNTS,
        bool: st.booleans(),
        type(None): st.none(),
    }
    if annotation in plain:
        return plain[annotation]
    arguments = get_args(annotation)
    match get_origin(annotation):
        case origin if origin is Annotated:
            return _values(arguments[0], words)
        case origin if origin is Literal:
            return st.sampled_from(arguments)
        case origin if origin is Union or origin is UnionType:
            return st.one_of([_values(part, words) for part in arguments])
        case origin if origin is tuple:
            return st.lists(_values(arguments[0], words), max_size=3).map(tuple)
    if issubclass(annotation, Enum):
        return st.sampled_from(list(annotation))
    assert issubclass(annotation, BaseModel), f"a strategy is wanted for {annotation}"
    return st.builds(annotation, **_fields(annotation, words))


# --- One fixed example ------------------------------------------------------------------------
def example(kind: type[Event]) -> Event:
    """Return the one event of a class that has every field filled, the same for ever."""
    return kind(**_filled(kind, ""))


def _filled(kind: type[BaseModel], prefix: str) -> dict[str, Any]:
    return {
        name: _value(
            name,
            f"{prefix}/{name}",
            Annotated[field.annotation, *field.metadata] if field.metadata else field.annotation,
        )
        for name, field in kind.model_fields.items()
    }


def _value(name: str, pointer: str, annotation: Any) -> Any:
    arguments = get_args(annotation)
    match get_origin(annotation):
        case origin if origin is Annotated:
            marks = [mark for mark in annotation.__metadata__ if isinstance(mark, Sealing)]
            if marks:
                commit = _base64url(hashlib.sha256(pointer.encode()).digest())
                return Sealed.model_validate({"commit": commit, "class": marks[0].sealing_class})
            return _value(name, pointer, arguments[0])
        case origin if origin is Literal:
            return arguments[0]
        case origin if origin is Union or origin is UnionType:
            return _value(name, pointer, next(part for part in arguments if part is not type(None)))
        case origin if origin is tuple:
            return tuple(_value(f"{name}-{n}", f"{pointer}/{n}", arguments[0]) for n in range(2))
    if annotation in (str, int, bool):
        return {str: EXAMPLES.get(name, name.replace("_", "-")), int: 2, bool: True}[annotation]
    if issubclass(annotation, Enum):
        return next(iter(annotation))
    return annotation(**_filled(annotation, pointer))


EXAMPLES = {
    "title": 'Upprustning av Skolvägen – "gång & cykel"',
    "name": "Gatu- och trafiknämnden",
    "name_en": "The Roads Board",
    "question": "Ska Skolvägen bli bilfri?",
    "occurred": "2015-05-12",
    "opens": "2016-05-16T08:00:00Z",
    "closes": "2016-06-16T08:00:00Z",
    "document": hashlib.sha256(b"document").hexdigest(),
    "definition": hashlib.sha256(b"definition").hexdigest(),
    "language": "sv",
}
"""Texts that look like what they stand for, with letters and signs that an encoder may get wrong."""


def _base64url(digest: bytes) -> str:
    return urlsafe_b64encode(digest).rstrip(b"=").decode()


# --- What an encoded entry holds ----------------------------------------------------------------
def leaves_of(value: Any) -> Iterator[Any]:
    """Yield every scalar of a parsed JSON value, the names of members among them."""
    if isinstance(value, dict):
        for name, member in value.items():
            yield name
            yield from leaves_of(member)
    elif isinstance(value, list):
        for item in value:
            yield from leaves_of(item)
    else:
        yield value
