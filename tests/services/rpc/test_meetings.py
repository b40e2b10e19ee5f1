"""A meeting over gRPC: recorded by its commands, found by its address, refused by its rules."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import grpc
import pytest

from participation.ledger.v1 import bodies_pb2 as bodies
from participation.ledger.v1 import mandates_pb2 as mandates
from participation.ledger.v1 import meeting_items_pb2 as items
from participation.ledger.v1 import meeting_persons_pb2 as persons
from participation.transparency.v1 import bodies_pb2 as shown_bodies
from participation.transparency.v1 import meeting_views_pb2 as shown
from tests.services.rpc.face import LEDGER, Face, refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

VIEWS = "participation.transparency.v1.TransparencyService"


async def ask(face: Face, path: str, request: Any, /, **fields: Any) -> Any:
    return await face.method(path)(request(ledger=LEDGER, request_id=str(uuid4()), **fields))


async def a_meeting(face: Face) -> str:
    """Record a body that meets on 12 May 2015, and return its id, which is that of the meeting too."""
    body = f"ksau-{uuid4()}"
    await ask(
        face,
        "BodyService/RegisterBody",
        bodies.RegisterBodyRequest,
        body=body,
        name="AU",
        kind=bodies.BODY_KIND_COMMITTEE,
    )
    await ask(
        face, "MeetingService/CallMeeting", persons.CallMeetingRequest, meeting=body, body=body, date="2015-05-12"
    )
    return body


async def test_s0_03_an_item_is_asked_for_by_body_year_and_paragraph(face: Face) -> None:
    body = await a_meeting(face)
    await ask(face, "MeetingService/TakeItem", items.TakeItemRequest, meeting=body, paragraph=64, title="Inflytande")
    votes = [items.MemberVote(person="p1", choice=items.MEMBER_CHOICE_YES)]
    votes += [items.MemberVote(person="p2", choice=items.MEMBER_CHOICE_NO)]
    await ask(
        face,
        "MeetingService/HoldRollCall",
        items.HoldRollCallRequest,
        meeting=body,
        paragraph=64,
        question="Bifall?",
        votes=votes,
        casting_vote=items.TIE_SETTLING_YES,
    )
    await face.ledger.projected(face.head())
    get = face.method(f"{VIEWS}/GetMeetingItem")
    found = await get(shown.GetMeetingItemRequest(ledger=LEDGER, body=body, year=2015, paragraph=64))
    (roll_call,) = found.item.roll_calls
    assert (found.item.address, found.meeting.date) == (f"/{body}/2015/64", "2015-05-12")
    assert (roll_call.result.passed, roll_call.result.decided_by) == (True, "casting_vote")
    unknown = await refused(get(shown.GetMeetingItemRequest(ledger=LEDGER, body=body, year=2015, paragraph=65)))
    assert (unknown.code, unknown.metadata["kind"]) == (grpc.StatusCode.NOT_FOUND, "paragraph")


async def test_the_same_paragraph_twice_is_refused_with_the_remedy(face: Face) -> None:
    body = await a_meeting(face)
    await ask(face, "MeetingService/TakeItem", items.TakeItemRequest, meeting=body, paragraph=64, title="Inflytande")
    told = await refused(
        ask(face, "MeetingService/TakeItem", items.TakeItemRequest, meeting=body, paragraph=64, title="Annat")
    )
    assert (told.code, told.reason) == (grpc.StatusCode.ALREADY_EXISTS, "PARAGRAPH_TAKEN")


async def test_a_delegation_order_is_shown_with_its_body_on_a_day(face: Face) -> None:
    body = await a_meeting(face)
    clause = mandates.DelegationClause(number="2", delegate_body=body, reporting=mandates.DELEGATION_REPORTING_REPORT)
    await ask(
        face,
        "BodyService/AdoptDelegationOrder",
        mandates.AdoptDelegationOrderRequest,
        body=body,
        valid_from="2018-03-01",
        clauses=[clause],
    )
    await face.ledger.projected(face.head())
    found = await face.method(f"{VIEWS}/GetBody")(shown_bodies.GetBodyRequest(ledger=LEDGER, body=body))
    (order,) = found.delegation_orders
    assert (order.order_version, order.in_force, order.clauses[0].reporting) == (1, True, "report")
