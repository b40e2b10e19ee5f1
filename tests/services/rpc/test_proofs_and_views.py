"""Proofs hold against the log's key; views answer as of a position and a day."""

from __future__ import annotations

import asyncio
from typing import Any
from uuid import uuid4

import pytest

from ledger.log.checkpoint import read_unverified
from ledger.log.merkle import leaf_hash
from ledger.log.verify import verify_checkpoint, verify_consistency, verify_inclusion
from participation.ledger.v1 import ballots_pb2 as ballots
from participation.ledger.v1 import proof_service_pb2 as proofs
from participation.ledger.v1 import record_pb2
from participation.transparency.v1 import ballots_pb2 as shown
from participation.transparency.v1 import bodies_pb2 as shown_bodies
from participation.transparency.v1 import inputs_pb2 as shown_inputs
from participation.transparency.v1 import responses_pb2 as shown_responses
from participation.transparency.v1 import transparency_service_pb2 as views
from services.rpc.catalogue import message_class, methods
from tests.services.rpc.face import LEDGER, Face, refused, vote

pytestmark = pytest.mark.asyncio(loop_scope="module")

VIEWS = "participation.transparency.v1.TransparencyService"


async def cast(face: Face, ballot: str, voter: str, **fields: Any) -> record_pb2.Receipt:
    answer: Any = await face.method("BallotService/CastVote")(vote(voter, ballot=ballot, **fields))
    return answer.receipt  # type: ignore[no-any-return]


# --- Proofs -----------------------------------------------------------------------------------
async def test_a_receipt_can_bring_its_proof(face: Face) -> None:
    receipt = await cast(face, await face.open_ballot(), "v1", wait_for=record_pb2.WAIT_FOR_CHECKPOINT)
    (proof,) = receipt.proofs
    checkpoint = verify_checkpoint(proof.checkpoint.encode(), LEDGER, [await face.key()])
    assert (checkpoint.size, proof.leaf_index + 1) == (proof.tree_size, receipt.positions[0])
    verify_inclusion(receipt.leaf_hashes[0], proof.leaf_index, proof.tree_size, checkpoint.root, list(proof.hashes))


async def test_proofs_of_place_and_growth_hold(face: Face) -> None:
    ballot = await face.open_ballot()
    first = await cast(face, ballot, "v1", wait_for=record_pb2.WAIT_FOR_CHECKPOINT)
    old = verify_checkpoint(first.proofs[0].checkpoint.encode(), LEDGER, [await face.key()])
    await cast(face, ballot, "v2", wait_for=record_pb2.WAIT_FOR_CHECKPOINT)
    get = face.method("ProofService/GetCheckpoint")
    newest = await get(proofs.GetCheckpointRequest(ledger=LEDGER, prove_since=old.size))
    new = verify_checkpoint(newest.checkpoint.note.encode(), LEDGER, [await face.key()])
    verify_consistency(old.size, old.root, new.size, new.root, list(newest.consistency.hashes))
    asked = proofs.GetConsistencyProofRequest(ledger=LEDGER, old_size=old.size, new_size=new.size)
    grown = (await face.method("ProofService/GetConsistencyProof")(asked)).proof
    assert grown == newest.consistency
    place = proofs.GetInclusionProofRequest(ledger=LEDGER, position=first.positions[0])
    found = await face.method("ProofService/GetInclusionProof")(place)
    assert leaf_hash(found.entry) == first.leaf_hashes[0]
    head = read_unverified(found.proof.checkpoint.encode())
    verify_inclusion(leaf_hash(found.entry), found.proof.leaf_index, head.size, head.root, list(found.proof.hashes))


async def test_proofs_that_cannot_be_are_refused_with_the_reason(face: Face) -> None:
    await cast(face, await face.open_ballot(), "v1", wait_for=record_pb2.WAIT_FOR_CHECKPOINT)
    beyond = 10**9
    for path, request, reason in (
        ("GetInclusionProof", proofs.GetInclusionProofRequest(ledger=LEDGER, position=beyond), "EVENT_UNKNOWN"),
        ("GetInclusionProof", proofs.GetInclusionProofRequest(ledger=LEDGER), "FIELDS_INVALID"),
        ("GetInclusionProof", proofs.GetInclusionProofRequest(ledger="taby.se/x", position=1), "LEDGER_UNKNOWN"),
        ("GetCheckpoint", proofs.GetCheckpointRequest(ledger=LEDGER, prove_since=beyond), "CHECKPOINT_BEHIND"),
        ("GetConsistencyProof", proofs.GetConsistencyProofRequest(ledger=LEDGER, old_size=beyond), "CHECKPOINT_BEHIND"),
        (
            "GetConsistencyProof",
            proofs.GetConsistencyProofRequest(ledger=LEDGER, old_size=2, new_size=1),
            "FIELDS_INVALID",
        ),
    ):
        assert (await refused(face.method(f"ProofService/{path}")(request))).reason == reason


# --- Views ------------------------------------------------------------------------------------
async def test_a_vote_that_waited_is_shown_and_earlier_positions_show_what_was_known(face: Face) -> None:
    ballot = await face.open_ballot()
    first = await cast(face, ballot, "v1", occurred="2016-05-01")
    await cast(face, ballot, "v2", occurred="2016-05-02", wait_for=record_pb2.WAIT_FOR_PROJECTED)
    get = face.method(f"{VIEWS}/GetBallot")

    async def votes_cast(**asked: Any) -> int:
        answer = await get(shown.GetBallotRequest(ledger=LEDGER, ballot=ballot, **asked))
        assert answer.as_of_date == asked.get("as_of_date", "")
        return int(answer.votes_cast.value)

    assert await votes_cast() == 2
    assert await votes_cast(at_position=first.positions[0]) == 1
    # The ballot itself was opened today, so it is not there on an earlier day.
    assert await votes_cast(as_of_date="2999-01-01") == 2
    assert await votes_cast(as_of_date="2999-01-01", at_position=first.positions[0]) == 1
    yesterday = shown.GetBallotRequest(ledger=LEDGER, ballot=ballot, as_of_date="2016-05-01")
    assert (await refused(get(yesterday))).reason == "VIEW_UNKNOWN"


async def test_views_refuse_what_they_cannot_show(face: Face) -> None:
    ballot = await face.open_ballot()
    get, listed = face.method(f"{VIEWS}/GetBallot"), face.method(f"{VIEWS}/ListBallots")
    inputs = face.method(f"{VIEWS}/ListInputs")
    for call, reason in (
        (get(shown.GetBallotRequest(ledger=LEDGER, ballot="nowhere")), "VIEW_UNKNOWN"),
        (get(shown.GetBallotRequest(ledger="taby.se/x", ballot=ballot)), "LEDGER_UNKNOWN"),
        (get(shown.GetBallotRequest(ledger=LEDGER, ballot="Å")), "FIELDS_INVALID"),
        (get(shown.GetBallotRequest(ledger=LEDGER, ballot=ballot, at_position=10**9)), "POSITION_NOT_REACHED"),
        (get(shown.GetBallotRequest(ledger=LEDGER, ballot=ballot, at_position=2**64 - 1)), "POSITION_NOT_REACHED"),
        (get(shown.GetBallotRequest(ledger=LEDGER, ballot=ballot, as_of_date="2016-02-30")), "FIELDS_INVALID"),
        (listed(shown.ListBallotsRequest(ledger=LEDGER, page_token="x")), "FIELDS_INVALID"),
        (listed(shown.ListBallotsRequest(ledger=LEDGER, page_size=1_001)), "FIELDS_INVALID"),
        (inputs(shown_inputs.ListInputsRequest(ledger=LEDGER, process="p", matter="m")), "FIELDS_INVALID"),
    ):
        assert (await refused(call)).reason == reason


async def test_pages_of_a_view_show_one_moment(face: Face) -> None:
    opened = {await face.open_ballot() for _ in range(5)}
    await face.ledger.projected(face.head())
    listed = face.method(f"{VIEWS}/ListBallots")
    found: list[str] = []
    token = ""
    while True:
        page = await listed(shown.ListBallotsRequest(ledger=LEDGER, page_size=2, page_token=token))
        found += [each.ballot for each in page.ballots]
        await face.open_ballot()
        await asyncio.wait_for(face.ledger.projected(face.head()), 30)
        token = page.next_page_token
        if not token:
            break
    assert opened <= set(found)
    assert len(found) == len(set(found))


async def test_every_view_answers_on_a_ledger_that_holds_little(face: Face) -> None:
    await face.ledger.projected(await _something(face))
    for path, method in methods().items():
        if VIEWS in path and method.descriptor.name.startswith("List") and "Trace" not in path and "Votes" not in path:
            request: Any = message_class(method.descriptor.input_type)
            answer = await face.method(path.removeprefix("/"))(request(ledger=LEDGER))
            assert answer.position > 0
    times = face.method(f"{VIEWS}/GetAnswerTimes")
    assert (await times(shown_responses.GetAnswerTimesRequest(ledger=LEDGER))).on
    definitions = face.method(f"{VIEWS}/ListDefinitions")
    assert (await definitions(views.ListDefinitionsRequest(ledger=LEDGER))).definitions
    body = face.method(f"{VIEWS}/GetBody")
    assert (await refused(body(shown_bodies.GetBodyRequest(ledger=LEDGER, body="b")))).metadata["kind"] == "body"


async def _something(face: Face) -> int:
    request = ballots.OpenBallotRequest(
        ledger=LEDGER, request_id=str(uuid4()), question="?", rule=ballots.BALLOT_RULE_SUPPORT
    )
    return int((await face.method("BallotService/OpenBallot")(request)).receipt.positions[0])
