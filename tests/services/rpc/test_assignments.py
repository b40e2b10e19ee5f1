"""An assignment over gRPC: given in a clause, overdue on a day, told otherwise, refused where the clause is not there."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import grpc
import pytest

from participation.ledger.v1 import appeals_pb2 as appeals
from participation.ledger.v1 import assignments_pb2 as assignments
from participation.ledger.v1 import bodies_pb2 as bodies
from participation.ledger.v1 import decisions_pb2 as decisions
from participation.ledger.v1 import matters_pb2 as matters
from participation.transparency.v1 import assignments_pb2 as shown
from participation.transparency.v1 import decisions_pb2 as shown_decisions
from tests.services.rpc.face import LEDGER, Face, refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

VIEWS = "participation.transparency.v1.TransparencyService"


async def ask(face: Face, path: str, request: Any, /, **fields: Any) -> Any:
    asked = request(ledger=LEDGER, request_id=str(uuid4()), occurred="2015-05-12", **fields)
    return await face.method(path)(asked)


async def a_decision(face: Face) -> str:
    """Record a preparatory decision that proposes an assignment; return its id, which all it names shares."""
    p64 = f"p64-{uuid4()}"
    body = {"name": "Kommunstyrelsen", "kind": bodies.BODY_KIND_BOARD}
    await ask(face, "BodyService/RegisterBody", bodies.RegisterBodyRequest, body=p64, **body)
    matter = {"title": "Inflytande", "kind": matters.MATTER_KIND_DECISION, "body": p64}
    await ask(face, "MatterService/OpenMatter", matters.OpenMatterRequest, matter=p64, **matter)
    clause = decisions.DecisionClause(number=3, verb=decisions.CLAUSE_VERB_ASSIGN, text="Uppdras.")
    await ask(
        face,
        "DecisionService/RecordDecision",
        decisions.RecordDecisionRequest,
        decision=p64,
        matter=p64,
        body=p64,
        title="Inflytande",
        force=decisions.DECISION_FORCE_PREPARATORY,
        addressed_to=p64,
        meeting_date="2015-05-12",
        clauses=[clause],
    )
    return p64


async def give(face: Face, p64: str, clause: int = 3) -> Any:
    return await ask(
        face,
        "AssignmentService/GiveAssignment",
        assignments.GiveAssignmentRequest,
        assignment=p64,
        decision=p64,
        clause=clause,
        to_unit=p64,
        report_to=p64,
        text="Vidareutveckla metoder.",
        due="2015-12-14",
    )


async def test_q7_which_assignments_were_overdue_on_a_day(face: Face) -> None:
    p64 = await a_decision(face)
    await give(face, p64)
    await face.ledger.projected(face.head())
    listed = face.method(f"{VIEWS}/ListAssignments")
    asked: dict[str, Any] = {"ledger": LEDGER, "unit": p64, "overdue": True}
    (overdue,) = (await listed(shown.ListAssignmentsRequest(as_of_date="2015-12-15", **asked))).assignments
    assert (overdue.judged.overdue_days, overdue.judged.standing, overdue.accounts) == (1, "proposed", 1)
    in_time = await listed(shown.ListAssignmentsRequest(as_of_date="2015-12-14", **asked))
    assert (list(in_time.assignments), in_time.on) == ([], "2015-12-14")


async def test_an_assignment_stands_in_a_clause_of_its_decision(face: Face) -> None:
    p64 = await a_decision(face)
    told = await refused(give(face, p64, clause=2))
    assert (told.code, told.reason) == (grpc.StatusCode.NOT_FOUND, "CLAUSE_UNKNOWN")


async def test_a_preparatory_decision_is_not_appealed_and_shows_that_nothing_followed(face: Face) -> None:
    p64 = await a_decision(face)
    appeal = {"decision": p64, "on": "2015-05-20", "court": "Förvaltningsrätten"}
    told = await refused(ask(face, "AppealService/LodgeAppeal", appeals.LodgeAppealRequest, **appeal))
    assert (told.code, told.reason) == (grpc.StatusCode.FAILED_PRECONDITION, "NOT_APPEALABLE")
    await face.ledger.projected(face.head())
    found = await face.method(f"{VIEWS}/GetDecision")(shown_decisions.GetDecisionRequest(ledger=LEDGER, decision=p64))
    assert (found.standing.state, found.standing.addressee_outcome.outcome) == ("preparatory", "not_in_the_ledger")
