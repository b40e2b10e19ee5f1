"""Taking part over gRPC: a story is recorded by its commands, and the questions about it are answered by its views."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any
from uuid import uuid4

import grpc
import pytest

from participation.ledger.v1 import ledger_service_pb2 as record
from participation.transparency.v1 import (
    commitments_pb2,
    methods_pb2,
    participation_pb2,
    process_views_pb2,
    processes_pb2,
)
from services.bootstrap import SLICES
from services.cli.doing import COMMANDS, kebab
from services.rpc.catalogue import snake
from services.rpc.commands import command_maps
from tests.services.cli.test_taking_part import STORY
from tests.services.rpc.face import LEDGER, Face, refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

VIEWS = "participation.transparency.v1.TransparencyService"
MAPS = command_maps(LEDGER, SLICES)
BY_VERB = {kebab(name): kind for name, kind in COMMANDS.items()}


def submitted() -> Iterator[record.SubmitRequest]:
    """Yield the whole story as one message of commands."""
    commands = []
    for told in STORY:
        kind = BY_VERB[told["command"]]
        command = kind.model_validate({name: value for name, value in told.items() if name != "command"})
        request = MAPS[kind.__name__].request(command, uuid4())
        commands.append(record.SubmittedCommand(**{snake(kind.__name__): request}))
    yield record.SubmitRequest(commands=commands)


async def asked(face: Face, rpc: str, request: Any, **fields: Any) -> Any:
    return await face.method(f"{VIEWS}/{rpc}")(request(ledger=LEDGER, **fields))


async def test_questions_2_10_20_23_and_30_are_answered_as_of_a_day(face: Face) -> None:
    answers = [each async for each in face.method("LedgerService/Submit")(submitted())]
    assert [(each.place, each.status.message) for each in answers[0].refused] == []
    await face.ledger.projected(face.head())

    able = await asked(face, "ListOpenProcesses", processes_pb2.ListOpenProcessesRequest, as_of_date="2018-06-01")
    assert [(each.process, each.influence.level, each.influence.until) for each in able.open_processes] == [
        ("network", "involve", "2018-12-31")
    ]
    assert able.as_of_date == "2018-06-01"

    process = await asked(
        face, "GetProcess", process_views_pb2.GetProcessRequest, process="network", as_of_date="2018-05-01"
    )
    assert (process.course.sessions_planned, process.course.sessions_held.value) == (7, 1)
    assert (process.terms.participants.minimum, process.terms.participants.maximum) == (8, 10)

    kept = await asked(face, "ListCommitments", commitments_pb2.ListCommitmentsRequest, year="2018", owner="ks")
    assert [(each.commitment, each.status, each.days_late) for each in kept.commitments] == [("c1", "late", 15)]
    assert kept.made.events.tags == ["body:ks"]

    heard = await asked(face, "GetParticipation", participation_pb2.GetParticipationRequest, process="network")
    assert list(heard.not_evidenced) == ["older_residents"]

    works = await asked(face, "GetMethod", methods_pb2.GetMethodRequest, method="dialog")
    (trial,) = works.method.trials
    assert [(each.verdict, each.standing, each.claimed_by) for each in trial.assessments] == [
        ("works", "claimed", "owner")
    ]
    assert [each.lesson for each in works.method.lessons] == ["l1"]


async def test_what_nothing_names_is_not_found_and_a_status_that_is_none_is_refused(face: Face) -> None:
    for rpc, request, fields in (
        ("GetMethod", methods_pb2.GetMethodRequest, {"method": "none"}),
        ("GetCommitment", commitments_pb2.GetCommitmentRequest, {"commitment": "none"}),
        ("GetParticipation", participation_pb2.GetParticipationRequest, {"process": "none"}),
    ):
        told = await refused(asked(face, rpc, request, **fields))
        assert (told.reason, told.code) == ("VIEW_UNKNOWN", grpc.StatusCode.NOT_FOUND)
    told = await refused(asked(face, "ListCommitments", commitments_pb2.ListCommitmentsRequest, status="lost"))
    assert told.code is grpc.StatusCode.INVALID_ARGUMENT
