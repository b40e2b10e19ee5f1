"""Requests and commands: one becomes the other by the names of their fields.

Compiled once per command from the message's descriptor and the command's model. The model is the
check: whatever limits the proto rules state, a command that could be built is well formed. Empty
strings, empty lists and unset messages are absent fields.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from enum import Enum
from itertools import compress
from operator import attrgetter
from typing import Any, NamedTuple, get_args
from uuid import UUID

from google.protobuf.descriptor import Descriptor, EnumDescriptor, FieldDescriptor
from google.protobuf.message import Message
from pydantic import BaseModel, TypeAdapter, ValidationError

from ledger.messages import Command, Submission
from services.rpc.catalogue import message_class, request_class
from services.rpc.refusals import FieldsInvalid, LedgerUnknown, Violation, violations_of

UUID_CHARACTERS = 36
ENVELOPE = ("ledger", "request_id", "wait_for")
"""Fields of every command request that are not part of the command."""

Convert = Callable[[Any], Any]

_uuid = TypeAdapter(UUID).validator.validate_python


class FieldsDiffer(TypeError):
    """A command and its request do not have the same fields; the server must not start."""


# --- From messages to plain values ------------------------------------------------------------
class Members(NamedTuple):
    """How to take a message apart. Absent fields are left out.

    `get` returns the values of `names`, false when absent; `converts` says which of them need work; `present` are the
    fields that know whether they are set; `always` those whose zero is a value.
    """

    names: tuple[str, ...]
    get: Callable[[Any], tuple[Any, ...]]
    converts: tuple[tuple[str, Convert], ...]
    present: tuple[tuple[str, Convert], ...]
    always: tuple[str, ...]

    def of(self, message: Any) -> dict[str, Any]:
        found = self.get(message)
        return self.converted(message, dict(compress(zip(self.names, found, strict=True), found)))

    def converted(self, message: Any, values: dict[str, Any]) -> dict[str, Any]:
        """Complete the values of `names` in place, and return them."""
        for name, convert in self.converts:
            if name in values:
                values[name] = convert(values[name])
        for name, convert in self.present:
            if message.HasField(name):
                values[name] = convert(getattr(message, name))
        for name in self.always:
            values[name] = getattr(message, name)
        return values


def _same(value: Any) -> Any:
    return value


def _members(descriptor: Descriptor, model: type[BaseModel]) -> Members:
    names: list[str] = []
    converts: list[tuple[str, Convert]] = []
    present: list[tuple[str, Convert]] = []
    always: list[str] = []
    for field in descriptor.fields:
        convert = _conversion(field, model)
        if field.has_presence:
            present.append((field.name, convert))
        elif field.is_repeated or field.type in {FieldDescriptor.TYPE_STRING, FieldDescriptor.TYPE_ENUM}:
            names.append(field.name)
            if convert is not _same:
                converts.append((field.name, convert))
        else:
            always.append(field.name)
    return Members(tuple(names), _getter(names), tuple(converts), tuple(present), tuple(always))


def _getter(names: list[str]) -> Callable[[Any], tuple[Any, ...]]:
    match names:
        case []:
            return lambda _: ()
        case [name]:
            return lambda message: (getattr(message, name),)
    get: Callable[[Any], tuple[Any, ...]] = attrgetter(*names)
    return get


def _conversion(field: FieldDescriptor, model: type[BaseModel]) -> Convert:
    """Return what turns the field's value into what the model takes."""
    convert: Convert = _same
    if field.enum_type is not None:
        if field.name in ENVELOPE:
            return _same
        convert = _enum_members(field.enum_type, _enum_of(model, field.name)).__getitem__
    elif field.message_type is not None:
        convert = _members(field.message_type, _model_of(model, field.name)).of
    if not field.is_repeated:
        return convert
    return tuple if convert is _same else lambda values: tuple([convert(value) for value in values])


class _EnumMembers(dict[int, Any]):
    """Values by number; a number the proto does not know becomes a text that no model takes."""

    def __missing__(self, number: int) -> str:
        return f"number {number}"


def enum_names(descriptor: EnumDescriptor) -> dict[int, str]:
    """Return the plain name of each value: BALLOT_RULE_SUPPORT is `support`; zero, which is absent, has none."""
    zero = descriptor.values_by_number[0].name
    prefix = zero.removesuffix("UNSPECIFIED")
    return {value.number: value.name.removeprefix(prefix).lower() for value in descriptor.values if value.number}


def _enum_members(descriptor: EnumDescriptor, kind: type[Enum] | None) -> _EnumMembers:
    names = enum_names(descriptor)
    return _EnumMembers({number: name if kind is None else kind(name) for number, name in names.items()})


def _enum_of(model: type[BaseModel], name: str) -> type[Enum] | None:
    return next((each for each in _types_in(model.model_fields[name].annotation) if issubclass(each, Enum)), None)


def _model_of(model: type[BaseModel], name: str) -> type[BaseModel]:
    return next(each for each in _types_in(model.model_fields[name].annotation) if issubclass(each, BaseModel))


def _types_in(annotation: Any) -> list[type]:
    if isinstance(annotation, type) and not get_args(annotation):
        return [annotation]
    return [kind for part in get_args(annotation) for kind in _types_in(part)]


# --- From plain values to messages ------------------------------------------------------------
class Filling(NamedTuple):
    """How to build a message from a model: which fields need work, and what they become."""

    message: type[Any]
    names: tuple[str, ...]
    converts: tuple[tuple[str, Convert], ...]

    def of(self, model: BaseModel, **envelope: Any) -> Any:
        members = model.__dict__
        values = {name: members[name] for name in self.names if members[name] is not None}
        for name, convert in self.converts:
            if name in values:
                values[name] = convert(values[name])
        return self.message(**values, **envelope)


def _filling(message: type[Message]) -> Filling:
    fields = [field for field in message.DESCRIPTOR.fields if field.name not in ENVELOPE]
    converts = [(field.name, _back(field)) for field in fields if field.enum_type or field.message_type]
    return Filling(message, tuple([field.name for field in fields]), tuple(converts))


def _back(field: Any) -> Convert:
    if field.enum_type is not None:
        # A StrEnum member is its own value, also as a key.
        convert: Convert = {name: number for number, name in enum_names(field.enum_type).items()}.__getitem__
    else:
        convert = _filling(message_class(field.message_type)).of
    return (lambda values: [convert(value) for value in values]) if field.is_repeated else convert


# --- Commands ---------------------------------------------------------------------------------
class CommandMap:
    """Leads from the request of one command to the command, and back."""

    def __init__(self, kind: type[Command], ledger: str) -> None:
        self.kind, self.ledger = kind, ledger
        self.request_class = request_class(kind)
        check_fields(kind, self.request_class.DESCRIPTOR)
        members = _members(self.request_class.DESCRIPTOR, kind)
        # The envelope is read together with the rest, and first: one call instead of four.
        own = tuple([name for name in members.names if name not in ENVELOPE])
        self._names, self._get = own, _getter(["ledger", "request_id", *own])
        self._converted = members._replace(names=own).converted
        self._filling = _filling(self.request_class)
        self._creates = kind.creates
        self._validated = kind.__pydantic_validator__.validate_python

    def submission(self, request: Any, actor: str) -> Submission:
        """Return the command asked for, ready to be decided. Raises FieldsInvalid or LedgerUnknown."""
        asked, text, *found = self._get(request)
        if asked != self.ledger:
            self._refuse_ledger(asked)
        values = self._converted(request, dict(compress(zip(self._names, found, strict=True), found)))
        try:
            # Only the form with hyphens, of the many that pydantic takes.
            request_id = _uuid(text if len(text) == UUID_CHARACTERS else "")
            if self._creates is not None and self._creates not in values:
                values[self._creates] = str(request_id)
            return Submission(self._validated(values), request_id, actor)
        except ValidationError as error:
            raise self._refused(text, values, error) from None

    def _refuse_ledger(self, asked: str) -> None:
        if not asked:
            raise FieldsInvalid([Violation("ledger", f"is missing; this server keeps {self.ledger}", "missing")])
        raise LedgerUnknown(asked=asked[:300], ledger=self.ledger)

    def _refused(self, text: str, values: Mapping[str, Any], error: ValidationError) -> FieldsInvalid:
        """Name the request id and all other fields at once, so that the caller mends them at once."""
        found = []
        if len(text) != UUID_CHARACTERS or error.title == "uuid":
            found.append(Violation("request_id", REQUEST_ID_MALFORMED if text else REQUEST_ID_MISSING, "uuid"))
            values = dict(values)
            if self._creates is not None:
                values.setdefault(self._creates, "a")
            try:
                self._validated(values)
            except ValidationError as others:
                found += violations_of(others, self.kind)
        else:
            found += violations_of(error, self.kind)
        return FieldsInvalid(found)

    def request(self, command: Command, request_id: UUID, wait_for: int = 0) -> Any:
        """Return the request that asks for `command`."""
        return self._filling.of(command, ledger=self.ledger, request_id=str(request_id), wait_for=wait_for)


REQUEST_ID_MISSING = "is missing; choose a UUID, and use it again when you ask again"
REQUEST_ID_MALFORMED = "is not a UUID; write it as 6f6c2d3e-8d0e-4b4e-9a9c-0123456789ab"


def check_fields(kind: type[BaseModel], descriptor: Descriptor) -> None:
    """Raise FieldsDiffer unless message and model have the same fields, also in their parts."""
    ours = set(kind.model_fields)
    theirs = {field.name for field in descriptor.fields} - (set(ENVELOPE) if issubclass(kind, Command) else set())
    if ours != theirs:
        raise FieldsDiffer(f"{kind.__name__} and {descriptor.full_name} differ in {sorted(ours ^ theirs)}")
    for field in descriptor.fields:
        if field.message_type is not None:
            check_fields(_model_of(kind, field.name), field.message_type)
        elif field.enum_type is not None and field.name not in ENVELOPE:
            _check_enum(field.enum_type, _allowed(kind, field.name), f"{descriptor.full_name}.{field.name}")


def _check_enum(descriptor: EnumDescriptor, allowed: set[str], place: str) -> None:
    named = set(enum_names(descriptor).values())
    if named != allowed:
        raise FieldsDiffer(f"{place} and the command differ in {sorted(named ^ allowed)}")


def _allowed(kind: type[BaseModel], name: str) -> set[str]:
    enum = _enum_of(kind, name)
    if enum is not None:
        return {member.value for member in enum}
    return {str(value) for value in _literals(kind.model_fields[name].annotation)}


def _literals(annotation: Any) -> list[Any]:
    parts = get_args(annotation)
    return [
        value for part in parts for value in (_literals(part) if get_args(part) else [part]) if isinstance(value, str)
    ]
