"""Protos, slices and handlers say the same: every command has its rpc, every method its scope and its handler."""

import re

import pytest

from participation.ledger.v1 import ledger_service_pb2 as record
from services.bootstrap import SLICES
from services.rpc.catalogue import PUBLIC, SCOPE, is_command, methods, scope_of, services, snake
from services.rpc.commands import CommandsDiffer, command_maps
from services.rpc.mapping import FieldsDiffer, check_fields
from services.rpc.transparency import VIEWS

SUBJECTS = {
    name: base
    for base, name in zip(
        range(100, 2200, 100),
        (
            *("bodies", "matters", "processes", "inputs", "ballots", "responses", "decisions", "dispositions"),
            *("programmes", "meetings", "assignments", "surveys", "indicators", "participants", "governance"),
            *("documents", "methods", "commitments", "claims", "corrections", "custody"),
        ),
        strict=True,
    )
}
"""Where the numbers of each subject start; a subject's place is permanent, whatever the order of slices."""


def test_every_command_has_an_rpc_of_its_name_with_its_very_fields_and_the_other_way_round() -> None:
    assert set(command_maps("l", SLICES)) == {kind.__name__ for subject in SLICES for kind in subject.commands}


def test_a_missing_command_is_noticed() -> None:
    with pytest.raises(CommandsDiffer, match="CastVote"):
        command_maps("l", [subject for subject in SLICES if subject.name != "ballots"])


def test_a_missing_field_is_noticed() -> None:
    maps = command_maps("l", SLICES)
    with pytest.raises(FieldsDiffer, match="voter"):
        check_fields(maps["CastVote"].kind, maps["CloseBallot"].request_class.DESCRIPTOR)


def test_request_and_response_are_named_after_the_rpc() -> None:
    for method in methods().values():
        name = method.descriptor.name
        assert method.descriptor.input_type.name == f"{name}Request"
        assert method.descriptor.output_type.name == f"{name}Response"


def test_the_common_fields_have_the_same_numbers_everywhere() -> None:
    common = {"ledger": 1, "request_id": 2, "occurred": 3, "source": 4, "wait_for": 5}
    for method in methods().values():
        fields = method.descriptor.input_type.fields
        if is_command(method):
            assert {field.name: field.number for field in fields if field.number < 10} == common
        elif method.descriptor.name != "Submit":
            assert fields[0].name == "ledger" and fields[0].number == 1


def test_submit_takes_every_command_under_its_subjects_numbers() -> None:
    fields = {field.name: field for field in record.SubmittedCommand.DESCRIPTOR.fields}
    commands = {snake(kind.__name__): subject.name for subject in SLICES for kind in subject.commands}
    assert set(fields) == set(commands)
    for name, subject in commands.items():
        assert SUBJECTS[subject] <= fields[name].number < SUBJECTS[subject] + 100


def test_every_method_declares_a_scope() -> None:
    for method in methods().values():
        assert SCOPE.fullmatch(method.scope)
        assert method.scope == PUBLIC or "." in method.scope
    assert scope_of("/grpc.health.v1.Health/Check") == PUBLIC
    assert scope_of("/some.other.Service/Method") is None


def test_every_view_has_an_rpc() -> None:
    own = [service for service in services() if service.full_name.endswith("TransparencyService")]
    assert {method.name for service in own for method in service.methods} == set(VIEWS)


def test_nothing_that_is_hashed_or_signed_over_holds_a_map_or_any() -> None:
    for method in methods().values():
        for field in method.descriptor.input_type.fields:
            kind = field.message_type
            assert kind is None or not re.search(r"Entry$|google.protobuf.Any", kind.full_name)
