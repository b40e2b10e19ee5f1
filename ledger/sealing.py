"""Which words of an event are sealed, and how they are put away and replaced.

The slices only mark fields (`Annotated[str | Sealed, Sealing(...)]`); this module finds the marked
values by JSON Pointer (RFC 6901), also in nested models, and swaps them for commitments.
"""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any, Literal, NamedTuple, TypeVar, get_args

from pydantic import BaseModel

from ledger.messages import Event, Sealed, Sealing

M = TypeVar("M", bound=BaseModel)


class Words(NamedTuple):
    """One sealed field of one event: its JSON Pointer in `data`, class, subject key id and plain value.

    A subject has one key per class (`author:9f…|P`, `author:9f…|S`), so that private content can be
    destroyed and public content kept.
    """

    pointer: str
    sealing_class: Literal["P", "S"]
    key: str
    value: str


class SealedWords(NamedTuple):
    """One sealed field of a recorded event: as `Words`, with the commitment in place of the value."""

    pointer: str
    sealing_class: Literal["P", "S"]
    key: str
    commit: str


@cache
def seals(kind: type[BaseModel]) -> bool:
    """Tell whether instances of `kind` may hold words that must be sealed."""
    return any(
        any(isinstance(mark, Sealing) for mark in field.metadata)
        or any(seals(nested) for nested in _models_in(field.annotation))
        for field in kind.model_fields.values()
    )


def words_of(event: Event) -> list[Words]:
    """Return the plain words of `event`, in the order of its fields."""
    if not seals(type(event)):
        return []
    members = event.__dict__
    return [
        Words(pointer, mark.sealing_class, f"{mark.key.format_map(members)}|{mark.sealing_class}", value)
        for pointer, mark, value in _marked(event, "")
        if isinstance(value, str)
    ]


def sealed_of(event: Event) -> list[SealedWords]:
    """Return the sealed fields of a recorded `event`, in the order of its fields."""
    if not seals(type(event)):
        return []
    members = event.__dict__
    return [
        SealedWords(pointer, value.sealing_class, f"{mark.key.format_map(members)}|{value.sealing_class}", value.commit)
        for pointer, mark, value in _marked(event, "")
        if isinstance(value, Sealed)
    ]


def with_sealed(event: Event, sealed: Mapping[str, Sealed]) -> Event:
    """Return the event with the commitment of `sealed` in place of the words at each pointer."""
    return _replace(event, "", sealed) if sealed else event


def _marked(model: BaseModel, prefix: str) -> list[tuple[str, Sealing, Any]]:
    found = []
    for name, field in type(model).model_fields.items():
        value, pointer = getattr(model, name), f"{prefix}/{name}"
        found += [(pointer, mark, value) for mark in field.metadata if isinstance(mark, Sealing)]
        for place, item in _nested(value, pointer):
            found += _marked(item, place)
    return found


def _replace(model: M, prefix: str, sealed: Mapping[str, Sealed]) -> M:
    changed: dict[str, Any] = {}
    for name in type(model).model_fields:
        value, pointer = getattr(model, name), f"{prefix}/{name}"
        if pointer in sealed:
            changed[name] = sealed[pointer]
        elif isinstance(value, tuple) and any(isinstance(item, BaseModel) for item in value):
            changed[name] = tuple(_replace(item, place, sealed) for place, item in _nested(value, pointer))
        elif isinstance(value, BaseModel) and not isinstance(value, Sealed):
            changed[name] = _replace(value, pointer, sealed)
    return model.model_copy(update=changed)


def _nested(value: Any, pointer: str) -> list[tuple[str, BaseModel]]:
    if isinstance(value, tuple):
        return [(f"{pointer}/{n}", item) for n, item in enumerate(value) if isinstance(item, BaseModel)]
    if isinstance(value, BaseModel) and not isinstance(value, Sealed):
        return [(pointer, value)]
    return []


def _models_in(annotation: Any) -> list[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return [] if annotation is Sealed else [annotation]
    return [model for part in get_args(annotation) for model in _models_in(part)]
