"""The rules in the protos and the command models accept the same inputs.

The models also know what proto rules cannot say in a pattern or a number (control characters, days of the calendar, rules
over several fields); pydantic reports those as `value_error`. Everything else must agree field by field, in both
directions, also where a rule over several fields refuses the whole.
"""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

import protovalidate
import pytest
from google.protobuf.descriptor import FieldDescriptor
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter
from pydantic.fields import FieldInfo

from services.bootstrap import SLICES
from services.rpc.catalogue import message_class
from services.rpc.commands import command_maps
from services.rpc.mapping import ENVELOPE, CommandMap, _model_of
from services.rpc.refusals import FieldsInvalid

LEDGER = "nacka.se/inflytande"
MAPS = command_maps(LEDGER, SLICES)

JUNK = [
    "A", "å", "a_b", "-a", "a b", "a\n", "a" * 64, "a" * 65, "0" * 64, "0" * 63, "F" * 64, "x" * 100, "x" * 101, "x" * 200,
    "x" * 201, "x" * 300, "x" * 301, "x" * 20_000, "x" * 20_001, "😀" * 300, "😀" * 301, " ", "a\0", "2015", "2015-12-14",
    "2015-02-30", "2026-03-01T08:00:00Z", "sv", "en-GB", "KFKS 2015/174-001", "6f6c2d3e-8d0e-4b4e-9a9c-0123456789ab",
]  # fmt: skip
NUMBERS = [0, 1, 2, 5, 199, 200, 201, 500, 10**6, 10**6 + 1, 10**9, 10**9 + 1, 2**31 - 1]
SAMPLES = {"check_date": "2015-12-14", "check_instant": "2026-03-01T08:00:00Z", "check_edtf": "2015-05-12"}


def patterns_in(schema: Any) -> list[str]:
    """Return every pattern in a field's JSON schema."""
    if isinstance(schema, dict):
        own = [schema["pattern"]] if isinstance(schema.get("pattern"), str) else []
        return own + [found for value in schema.values() for found in patterns_in(value)]
    if isinstance(schema, list):
        return [found for value in schema for found in patterns_in(value)]
    return []


def validators_in(annotation: Any, metadata: Any = ()) -> list[str]:
    found = [getattr(getattr(each, "func", None), "__name__", "") for each in metadata]
    found += validators_in(None, getattr(annotation, "__metadata__", ())) if annotation is not None else []
    for part in getattr(annotation, "__args__", ()):
        found += validators_in(part)
    return found


def texts(field: FieldInfo, *, clean: bool) -> st.SearchStrategy[str]:
    annotated = TypeAdapter(field.rebuild_annotation()).json_schema()
    fitting: list[st.SearchStrategy[str]] = [st.from_regex(each, fullmatch=True) for each in patterns_in(annotated)]
    names = validators_in(field.annotation, field.metadata)
    fitting += [st.just(SAMPLES[name]) for name in names if name in SAMPLES]
    if not fitting:
        fitting = [st.sampled_from(["Kommunstyrelsen", "En tryggare skolväg"])]
    return st.one_of(fitting) if clean else st.one_of(*fitting, st.just(""), st.sampled_from(JUNK))


def values(field: FieldDescriptor, model: type[BaseModel], *, clean: bool) -> st.SearchStrategy[Any]:
    if field.message_type is not None:
        return messages(field.message_type, _model_of(model, field.name), clean=clean)
    if field.enum_type is not None:
        defined = [value.number for value in field.enum_type.values]
        return st.sampled_from(defined[1:] if clean else [*defined, 77])
    if field.type == FieldDescriptor.TYPE_BOOL:
        return st.booleans()
    if field.type == FieldDescriptor.TYPE_STRING:
        return texts(model.model_fields[field.name], clean=clean)
    return st.sampled_from([1, 2, 3] if clean else NUMBERS)


def requests(commands: CommandMap) -> st.SearchStrategy[Any]:
    """Return requests whose fields are all well formed, and requests where any may not be."""
    descriptor, kind = commands.request_class.DESCRIPTOR, commands.kind
    return st.one_of(messages(descriptor, kind, clean=True), messages(descriptor, kind, clean=False))


def messages(descriptor: Any, model: type[BaseModel], *, clean: bool) -> st.SearchStrategy[Any]:
    parts: dict[str, st.SearchStrategy[Any]] = {}
    for field in descriptor.fields:
        if field.name in ENVELOPE:
            continue
        value = values(field, model, clean=clean)
        if field.is_repeated:
            value = st.lists(value, max_size=3)
        elif field.has_presence:
            value = st.one_of(st.none(), value)
        parts[field.name] = value
    kind: Any = message_class(descriptor)
    return st.fixed_dictionaries(parts).map(
        lambda found: kind(**{name: value for name, value in found.items() if value is not None})
    )


def verdicts(commands: CommandMap, request: Any) -> tuple[set[str], set[tuple[str, str]]]:
    """Return the fields the proto refuses, and those the model refuses, each with the kind of its error."""
    request.ledger, request.request_id = LEDGER, str(UUID(int=7))
    by_proto = {
        each.proto.field.elements[0].field_name
        for each in protovalidate.collect_violations(request)
        if each.proto.field
    }
    try:
        commands.submission(request, "channel:test")
    except FieldsInvalid as error:
        return by_proto, {(re.split(r"[.\[]", each.field)[0], each.name) for each in error.violations}
    return by_proto, set()


@pytest.mark.parametrize("name", sorted(MAPS))
def test_proto_rules_and_the_command_accept_the_same(name: str) -> None:
    commands = MAPS[name]

    @settings(max_examples=150)
    @given(request=requests(commands))
    def agree(request: Any) -> None:
        by_proto, by_model = verdicts(commands, request)
        stateable = {root for root, name in by_model if name != "value_error"}
        assert by_proto <= {root for root, _ in by_model}, "refused by the proto alone"
        assert stateable <= by_proto, "refused by the model alone"

    agree()


def seen_verdicts(commands: CommandMap) -> set[bool]:
    seen = set()

    @settings(max_examples=80, database=None)
    @given(request=requests(commands))
    def look(request: Any) -> None:
        # A rule over several fields names none of them.
        seen.add(all(not root for root, _ in verdicts(commands, request)[1]))

    look()
    return seen


def test_the_strategies_reach_both_verdicts_for_every_command() -> None:
    """A comparison of refusals alone would prove nothing."""
    missing = {name: seen for name, commands in MAPS.items() if (seen := seen_verdicts(commands)) != {True, False}}
    assert not missing


@pytest.mark.parametrize("name", sorted(MAPS))
def test_a_request_becomes_the_command_and_the_command_the_request(name: str) -> None:
    commands = MAPS[name]

    @settings(max_examples=40)
    @given(request=requests(commands))
    def back_and_forth(request: Any) -> None:
        request.ledger, request.request_id = LEDGER, str(UUID(int=7))
        try:
            asked = commands.submission(request, "channel:test")
        except FieldsInvalid:
            return
        again = commands.request(asked.command, asked.request_id)
        assert commands.submission(again, "channel:test") == asked

    back_and_forth()
