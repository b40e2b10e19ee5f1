"""Every field of text that a command may carry, found in the protos, and which of them take what anybody may write."""

from __future__ import annotations

from collections.abc import Iterator
from functools import cache
from typing import Any, NamedTuple

from google.protobuf.descriptor import Descriptor, FieldDescriptor
from pydantic import BaseModel, TypeAdapter, ValidationError

from services.bootstrap import SLICES
from services.rpc.commands import command_maps
from services.rpc.mapping import ENVELOPE, _model_of

LEDGER = "nacka.se/inflytande"
MAPS = command_maps(LEDGER, SLICES)


class TextField(NamedTuple):
    """One field: the path from its command (`OpenMatter.numbers.value`), and what it takes, which hundreds share."""

    path: str
    kind: str
    is_repeated: bool

    def taken(self, text: str) -> str | None:
        """Return a text as the field keeps it; None where the field refuses it."""
        return _taken(self.kind, text, self.is_repeated)


_ADAPTERS: dict[str, TypeAdapter[Any]] = {}


@cache
def _taken(kind: str, text: str, is_repeated: bool) -> str | None:
    try:
        found = _ADAPTERS[kind].validate_python((text,) if is_repeated else text)
    except ValidationError:
        return None
    return str(found[0] if is_repeated else found)


def _kind(model: type[BaseModel], name: str) -> str:
    annotation = model.model_fields[name].rebuild_annotation()
    kind = repr(annotation)
    if kind not in _ADAPTERS:
        _ADAPTERS[kind] = TypeAdapter(annotation)
    return kind


@cache
def text_fields() -> dict[str, TextField]:
    """Return the fields of text of every command, by their paths."""
    found = (
        each
        for name, commands in MAPS.items()
        for each in _fields(name, commands.request_class.DESCRIPTOR, commands.kind)
    )
    return {each.path: each for each in found}


def _fields(path: str, descriptor: Descriptor, model: type[BaseModel]) -> Iterator[TextField]:
    for field in descriptor.fields:
        if field.name in ENVELOPE:
            continue
        place = f"{path}.{field.name}"
        if field.message_type is not None:
            yield from _fields(place, field.message_type, _model_of(model, field.name))
        elif field.type in {FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_BYTES}:
            yield TextField(place, _kind(model, field.name), field.is_repeated)
