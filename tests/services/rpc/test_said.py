"""Petitions, criticism and claims over gRPC: recorded by their rpcs, and shown to whoever asks rightly."""

from __future__ import annotations

from typing import Any
from uuid import uuid4

import pytest

from participation.ledger.v1 import claims_pb2 as claims
from participation.ledger.v1 import criticism_pb2 as criticism
from participation.ledger.v1 import inputs_pb2 as inputs
from participation.ledger.v1 import petitions_pb2 as petitions
from participation.ledger.v1 import record_pb2
from participation.transparency.v1 import claims_pb2 as shown_claims
from participation.transparency.v1 import criticism_pb2 as shown_criticism
from participation.transparency.v1 import influence_pb2 as shown_influence
from participation.transparency.v1 import inputs_pb2 as shown_inputs
from participation.transparency.v1 import mine_pb2 as shown_mine
from tests.services.rpc.face import LEDGER, Face, refused

pytestmark = pytest.mark.asyncio(loop_scope="module")

VIEWS = "participation.transparency.v1.TransparencyService"


def asked(kind: type[Any], /, **fields: Any) -> Any:
    return kind(ledger=LEDGER, request_id=str(uuid4()), wait_for=record_pb2.WAIT_FOR_PROJECTED, **fields)


async def received(face: Face, kind: int, **fields: Any) -> str:
    """Receive an input of its own and return its id; its author's id ends in -author."""
    source = f"i-{uuid4()}"[:40]
    bare = {"input": source, "kind": kind, "channel": "web", "author": f"{source}-author", "text": "Bygg en bro."}
    capacity = {"author_kind": inputs.AUTHOR_KIND_RESIDENT}
    await face.method("InputService/ReceiveInput")(asked(inputs.ReceiveInputRequest, **bare | capacity | fields))
    return source


async def test_a_petition_is_signed_elsewhere_and_its_fall_is_seen(face: Face) -> None:
    petition = await received(face, inputs.INPUT_KIND_PETITION, instrument=inputs.INSTRUMENT_E_PETITION)
    threshold = petitions.StatedThreshold(rule="petition_debate_signatures", signatures=100)
    opening = asked(
        petitions.OpenSigningRequest,
        input=petition,
        held=petitions.SIGNATURES_HELD_ELSEWHERE,
        thresholds=[threshold],
        closes="2016-07-01T00:00:00Z",
    )
    await face.method("PetitionService/OpenSigning")(opening)
    counts = [
        petitions.StatedSignatureCount(at=f"2016-06-25T{hour:02}:00:00Z", count=count)
        for hour, count in ((8, 90), (9, 0), (10, 40))
    ]
    counting = asked(petitions.RecordSignatureCountsRequest, input=petition, counts=counts)
    answer = await face.method("PetitionService/RecordSignatureCounts")(counting)
    assert len(answer.receipt.positions) == 2
    view = await face.method(f"{VIEWS}/GetInput")(shown_inputs.GetInputRequest(ledger=LEDGER, input=petition))
    assert (view.signing.status, view.signing.signatures.value) == ("lapsed", 40)
    assert [(each.count, each.before) for each in view.signing.falls] == [(90, "2016-06-25T09:00:00Z")]
    assert [(each.hour, each.count) for each in view.signing.hours][1] == ("2016-06-25T09", 0)
    again = asked(petitions.RecordSignatureCountsRequest, input=petition, counts=counts)
    assert (await refused(face.method("PetitionService/RecordSignatureCounts")(again))).reason == "COUNTS_UNCHANGED"


async def test_criticism_is_listed_until_it_is_answered(face: Face) -> None:
    critic = await received(
        face, inputs.INPUT_KIND_CRITICISM, author_kind=inputs.AUTHOR_KIND_OFFICIAL, party="V", role="ledamot"
    )
    linking = asked(
        criticism.LinkCriticismRequest,
        input=critic,
        target_kind=criticism.CRITICISM_TARGET_SURVEY,
        target="scb-2015",
    )
    await face.method("CriticismService/LinkCriticism")(linking)
    listing = shown_criticism.ListCriticismRequest(
        ledger=LEDGER, target_kind="survey", target="scb-2015", not_answered=True
    )
    (found,) = (await face.method(f"{VIEWS}/ListCriticism")(listing)).criticism
    assert (found.input, found.party, found.answered, found.targets[0].in_ledger) == (critic, "V", False, False)
    wrong = shown_criticism.ListCriticismRequest(ledger=LEDGER, target_kind="mayor")
    assert (await refused(face.method(f"{VIEWS}/ListCriticism")(wrong))).reason == "FIELDS_INVALID"


async def test_a_claim_stands_without_evidence_until_some_is_given(face: Face) -> None:
    claim = f"c-{uuid4()}"
    recording = asked(
        claims.RecordClaimRequest, claim=claim, kind=claims.CLAIM_KIND_EFFECT, text="Bättre.", document="d"
    )
    await face.method("ClaimService/RecordClaim")(recording)
    get = face.method(f"{VIEWS}/GetClaim")
    asking = shown_claims.GetClaimRequest(ledger=LEDGER, claim=claim)
    assert (await get(asking)).claim.without_evidence is True
    evidence = claims.StatedClaimEvidence(kind=claims.CLAIM_EVIDENCE_KIND_EXTERNAL, id="SCB 2015")
    await face.method("ClaimService/AddEvidence")(asked(claims.AddEvidenceRequest, claim=claim, evidence=[evidence]))
    view = (await get(asking)).claim
    assert (view.without_evidence, view.evidence[0].id, view.HasField("number")) == (False, "SCB 2015", False)
    lacking = shown_claims.ListClaimsRequest(ledger=LEDGER, without_evidence=True)
    assert claim not in {each.claim for each in (await face.method(f"{VIEWS}/ListClaims")(lacking)).claims}


async def test_mine_is_shown_to_the_holder_of_an_id_and_influence_to_anybody_who_names_one_thing(face: Face) -> None:
    own = await received(face, inputs.INPUT_KIND_PROPOSAL)
    get = face.method(f"{VIEWS}/GetMine")
    by_author = await get(shown_mine.GetMineRequest(ledger=LEDGER, authors=[f"{own}-author"]))
    by_receipt = await get(shown_mine.GetMineRequest(ledger=LEDGER, inputs=[own, "nobodys"]))
    assert [each.input.input for each in by_author.inputs] == [own] == [each.input.input for each in by_receipt.inputs]
    assert f"{own}-author" not in str(by_author)
    influence = face.method(f"{VIEWS}/GetInfluence")
    asking: tuple[tuple[dict[str, Any], str], ...] = (
        ({}, "FIELDS_INVALID"),
        ({"decision": "d", "matter": "m"}, "FIELDS_INVALID"),
        ({"decision": "nowhere"}, "VIEW_UNKNOWN"),
        ({"matter": "nowhere"}, "VIEW_UNKNOWN"),
    )
    for fields, reason in asking:
        request = shown_influence.GetInfluenceRequest(ledger=LEDGER, **fields)
        found = await refused(influence(request))
        assert found.reason == reason
