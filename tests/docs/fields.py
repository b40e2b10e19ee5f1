"""How the reference pages say what a field takes, from the models themselves."""

from __future__ import annotations

import ast
import importlib
import inspect
import pkgutil
from collections.abc import Iterator
from enum import Enum
from functools import cache
from itertools import pairwise
from types import ModuleType, UnionType
from typing import Annotated, Any, Literal, NamedTuple, Union, get_args, get_origin, get_type_hints

import annotated_types
from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

import ledger
import projections
import services
from ledger.messages import Sealed, Sealing

PLAIN = {str: "text", int: "integer", bool: "true or false"}


@cache
def modules() -> tuple[ModuleType, ...]:
    """Import every module of the product."""
    return tuple(
        importlib.import_module(found.name)
        for package in (ledger, projections, services)
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
    )


class Alias(NamedTuple):
    """A constrained type with a name, and the sentence that stands under it in its module."""

    name: str
    type: Any
    meaning: str


@cache
def aliases() -> tuple[Alias, ...]:
    """Return every named constrained type of commands, by name."""
    found: dict[str, Alias] = {}
    for module in modules():
        if module.__name__.startswith("ledger."):
            sentences = _sentences(module)
            for name, value in vars(module).items():
                is_alias = get_origin(value) is Annotated and not any(
                    isinstance(m, Sealing) for m in value.__metadata__
                )
                if is_alias and (name not in found or name in sentences):
                    found[name] = Alias(name, value, sentences.get(name, ""))
    return tuple(found[name] for name in sorted(found))


def _sentences(module: ModuleType) -> dict[str, str]:
    """Return the texts that stand right under an assignment, by the name assigned."""
    body = ast.parse(inspect.getsource(module)).body
    return {
        target.id: " ".join(text.split())
        for before, after in pairwise(body)
        for target in (before.targets if isinstance(before, ast.Assign) else ())
        if isinstance(target, ast.Name) and isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
        if isinstance(text := after.value.value, str)
    }


def limits(alias: Alias) -> str:
    """Return the limits of a named type as its JSON schema states them."""
    schema = TypeAdapter(alias.type).json_schema()
    words = {
        "pattern": "pattern `{}`",
        "maxLength": "at most {:,} characters",
        "minimum": "from {:,}",
        "maximum": "to {:,}",
        "maxItems": "at most {:,} items",
    }
    return ", ".join(text.format(schema[name]) for name, text in words.items() if name in schema)


# --- One field ------------------------------------------------------------------------------------
class Taken(NamedTuple):
    """One field of a model: what it takes, and `needed`: yes, no, or what stands for it when it is left out."""

    name: str
    takes: str
    needed: str


def fields_of(kind: type[BaseModel], without: tuple[str, ...] = ()) -> Iterator[Taken]:
    """Yield the fields of a model in the order in which they are written."""
    hints = get_type_hints(kind, include_extras=True)
    creates = getattr(kind, "creates", None)
    for name, field in kind.model_fields.items():
        if name not in without:
            yield Taken(name, takes(hints[name]), "no: the request id" if name == creates else _needed(field))


def _needed(field: FieldInfo) -> str:
    if field.is_required():
        return "yes"
    default = field.get_default()
    if default is None or default == ():
        return "no"
    text = str(default).lower() if isinstance(default, bool) else str(default)
    return f"no: `{text}`"


def takes(annotation: Any) -> str:
    """Return what a field of this annotation takes, in words."""
    alias = next((each for each in aliases() if each.type is annotation or each.type == annotation), None)
    if alias is not None:
        return f"`{alias.name}`"
    arguments = get_args(annotation)
    match get_origin(annotation):
        case origin if origin is Annotated:
            return _marked(annotation.__metadata__, arguments[0])
        case origin if origin is Union or origin is UnionType:
            return " or ".join(takes(part) for part in arguments if part is not type(None))
        case origin if origin is tuple:
            return f"list of {takes(arguments[0])}"
        case origin if origin is Literal:
            return _choice(arguments)
    if annotation in PLAIN:
        return PLAIN[annotation]
    if issubclass(annotation, Enum):
        return _choice(member.value for member in annotation)
    assert issubclass(annotation, BaseModel), f"the reference has no words for {annotation}"
    return f"[{annotation.__name__}](#{annotation.__name__.lower()})"


def _marked(marks: tuple[Any, ...], inner: Any) -> str:
    for mark in marks:
        if isinstance(mark, Sealing):
            return f"sealed text, class {mark.sealing_class}, key `{mark.key}`"
    bounds: dict[str, int] = {}
    for bound in (each for mark in marks if isinstance(mark, FieldInfo) for each in mark.metadata):
        match bound:
            case annotated_types.Ge(ge=low) | annotated_types.MinLen(min_length=low):
                bounds["from"] = low  # type: ignore[assignment]
            case annotated_types.Le(le=high) | annotated_types.MaxLen(max_length=high):
                bounds["to"] = high  # type: ignore[assignment]
    told = " ".join(f"{word} {number:,}" for word, number in bounds.items())
    return f"{takes(inner)}, {told}" if told else takes(inner)


def _choice(values: Any) -> str:
    return "one of " + ", ".join(f"`{value}`" for value in values)


def nested(kind: type[BaseModel]) -> Iterator[type[BaseModel]]:
    """Yield the models that the fields of a model hold, theirs too, each once; never the commitment."""
    seen: list[type[BaseModel]] = []
    waiting = [kind]
    while waiting:
        for part in _models(list(get_type_hints(waiting.pop(0)).values())):
            if part is not Sealed and part not in seen:
                seen.append(part)
                waiting.append(part)
    yield from seen


def _models(annotations: list[Any]) -> Iterator[type[BaseModel]]:
    for annotation in annotations:
        if isinstance(annotation, type) and issubclass(annotation, BaseModel):
            yield annotation
        else:
            yield from _models([part for part in get_args(annotation) if part is not Ellipsis])
