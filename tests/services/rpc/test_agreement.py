"""The rules in the protos and the command models accept the same inputs.

The models also know what proto rules cannot say in a pattern or a number (control characters, days of the calendar, rules
over several fields); pydantic reports those as `value_error`. Everything else must agree field by field, in both
directions, also where a rule over several fields refuses the whole.
"""

from __future__ import annotations

import re
from enum import Enum
from functools import cache, partial
from typing import Any
from uuid import UUID

import protovalidate
import pytest
from google.protobuf.descriptor import FieldDescriptor
from hypothesis import Phase, find, given, settings
from hypothesis import strategies as st
from pydantic import BaseModel, TypeAdapter

from services.bootstrap import SLICES
from services.rpc import refusals
from services.rpc.catalogue import message_class
from services.rpc.commands import command_maps
from services.rpc.mapping import ENVELOPE, CommandMap, _model_of
from services.rpc.refusals import FieldsInvalid

LEDGER = "nacka.se/inflytande"
MAPS = command_maps(LEDGER, SLICES)

EXAMPLES = 12_000
"""Requests to all commands together."""
LONG = settings(max_examples=3_000, phases=[Phase.generate], database=None)

JUNK = [
    "A", "å", "a_b", "-a", "a b", "a\n", "a" * 64, "a" * 65, "0" * 64, "0" * 63, "F" * 64, "x" * 100, "x" * 101, "x" * 200,
    "x" * 201, "x" * 300, "x" * 301, "x" * 20_000, "x" * 20_001, "😀" * 300, "😀" * 301, " ", "a\0", "2015", "2015-12-14",
    "2015-02-30", "2026-03-01T08:00:00Z", "sv", "en-GB", "KFKS 2015/174-001", "6f6c2d3e-8d0e-4b4e-9a9c-0123456789ab",
]  # fmt: skip
NUMBERS = [0, 1, 2, 5, 199, 200, 201, 500, 10**6, 10**6 + 1, 10**9, 10**9 + 1, 2**31 - 1]
SAMPLES = {
    "check_date": "2015-12-14",
    "check_instant": "2026-03-01T08:00:00Z",
    "check_edtf": "2015-05-12",
    "check_clause_number": "2.1b",
}


@pytest.fixture(autouse=True)
def _every_violation_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    """A caller is told of so many at most; here none must be left out."""
    monkeypatch.setattr(refusals, "VIOLATIONS_MAX", 10_000)


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


@cache
def texts(model: type[BaseModel], name: str, *, clean: bool) -> st.SearchStrategy[str]:
    """Return texts for a field. Kept: to ask for its schema takes longer than to draw, and many fields are those of others."""
    field = model.model_fields[name]
    annotated = TypeAdapter(field.rebuild_annotation()).json_schema()
    fitting: list[st.SearchStrategy[str]] = [st.from_regex(each, fullmatch=True) for each in patterns_in(annotated)]
    names = validators_in(field.annotation, field.metadata)
    fitting += [st.just(SAMPLES[name]) for name in names if name in SAMPLES]
    if not fitting:
        fitting = [st.sampled_from(["Kommunstyrelsen", "En tryggare skolväg"])]
    return st.one_of(fitting) if clean else st.one_of(*fitting, st.just(""), st.sampled_from(JUNK))


class How(Enum):
    """How a request is made up."""

    SPARE = "well formed, with little that may be left out"
    CLEAN = "well formed"
    RAGGED = "any field may be malformed"


def values(field: FieldDescriptor, model: type[BaseModel], how: How) -> st.SearchStrategy[Any]:
    clean = how is not How.RAGGED
    if field.message_type is not None:
        return messages(field.message_type, _model_of(model, field.name), how)
    if field.enum_type is not None:
        defined = [value.number for value in field.enum_type.values]
        return st.sampled_from(defined[1:] if clean else [*defined, 77])
    if field.type == FieldDescriptor.TYPE_BOOL:
        return st.booleans()
    if field.type == FieldDescriptor.TYPE_STRING:
        return texts(model, field.name, clean=clean)
    return st.sampled_from([1, 2, 3] if clean else NUMBERS)


def requests(commands: CommandMap) -> st.SearchStrategy[Any]:
    return st.one_of([messages(commands.request_class.DESCRIPTOR, commands.kind, how) for how in How])


def messages(descriptor: Any, model: type[BaseModel], how: How) -> st.SearchStrategy[Any]:
    parts: dict[str, st.SearchStrategy[Any]] = {}
    for field in descriptor.fields:
        if field.name in ENVELOPE:
            continue
        value = values(field, model, how)
        if field.is_repeated:
            value = st.lists(value, min_size=how is How.SPARE, max_size=3)
        elif field.has_presence:
            value = st.one_of(st.none(), value)
        if how is How.SPARE and not model.model_fields[field.name].is_required():
            value = st.one_of(*[st.none()] * 4, value)
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
def test_proto_rules_and_the_command_accept_the_same_and_what_is_accepted_can_be_turned_back(name: str) -> None:
    commands = MAPS[name]
    accepted: set[bool] = set()

    @settings(max_examples=EXAMPLES // len(MAPS))
    @given(request=requests(commands))
    def agree(request: Any) -> None:
        by_proto, by_model = verdicts(commands, request)
        stateable = {root for root, name in by_model if name != "value_error"}
        assert by_proto <= {root for root, _ in by_model}, "refused by the proto alone"
        assert stateable <= by_proto, "refused by the model alone"
        accepted.add(not by_model)
        if not by_model:
            _there_and_back(commands, request)

    agree()
    for verdict in {True, False} - accepted:
        # A comparison of refusals alone would prove nothing.
        find(requests(commands), partial(_is_accepted, commands, verdict), settings=LONG)


def _is_accepted(commands: CommandMap, verdict: bool, request: Any) -> bool:
    return (not verdicts(commands, request)[1]) is verdict


def _there_and_back(commands: CommandMap, request: Any) -> None:
    asked = commands.submission(request, "channel:test")
    again = commands.request(asked.command, asked.request_id)
    assert commands.submission(again, "channel:test") == asked
