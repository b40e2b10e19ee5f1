"""The client brings each caller its receipt, whatever happens to connection and server, and trusts only the pinned key."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
from uuid import uuid4

import grpc
import pytest

from ledger.ballots import BallotRule, CastVote, OpenBallot, VoteCast, VoteChoice
from ledger.bodies import RegisterBody
from ledger.inputs import ReceiveInput
from ledger.inputs.events import AuthorKind, InputKind
from ledger.log.note import SigningKey
from ledger.log.verify import verify_receipt
from ledger.messages import Receipt
from services.client import Client, ReceiptRefused, Refused, Unanswered, connected
from tests.services.rpc.face import LEDGER, Face, served


@pytest.fixture
async def face(tmp_path: Path) -> AsyncIterator[Face]:
    async with served(tmp_path) as found:
        yield found


@pytest.fixture
async def client(face: Face) -> AsyncIterator[Client]:
    async with connected(face.address, LEDGER, actor="channel:web", key=await face.key()) as found:
        yield found


def opened(**fields: object) -> OpenBallot:
    return OpenBallot.model_validate({"ballot": "b1", "question": "Ja?", "rule": BallotRule.YES_NO_ABSTAIN} | fields)


def yes(voter: str) -> CastVote:
    return CastVote(ballot="b1", voter=voter, choice=VoteChoice.YES)


def received(text: str) -> ReceiveInput:
    return ReceiveInput(
        input=f"i-{uuid4()}",
        kind=InputKind.COMMENT,
        channel="web",
        author_kind=AuthorKind.RESIDENT,
        text=text,
    )


# --- Ordinary use -----------------------------------------------------------------------------
async def test_concurrent_calls_each_get_their_own_receipt(face: Face, client: Client) -> None:
    await client.do(opened())
    outcomes = await asyncio.gather(*(client.do(yes(f"v{n}")) for n in range(1_200)))
    assert [each.first for each in outcomes] == list(range(2, 1_202))
    events = [each async for each in client.read(types=[VoteCast])]
    assert [each.position for each in events] == [each.first for each in outcomes]
    assert [each.event.voter for each in events if isinstance(each.event, VoteCast)] == [f"v{n}" for n in range(1_200)]
    assert {each.actor for each in events} == {"channel:web"}


async def test_a_refusal_is_an_exception_with_reason_and_sentence(client: Client) -> None:
    with pytest.raises(Refused) as unknown:
        await client.do(yes("v1"))
    assert unknown.value.code is grpc.StatusCode.NOT_FOUND
    assert unknown.value.reason == "BALLOT_UNKNOWN"
    assert unknown.value.metadata == {"ballot": "b1"}
    assert unknown.value.sentence and unknown.value.sentence_sv
    await client.do(opened(revote=False))
    first, second = await client.do_all([(yes("v1"), uuid4()), (yes("v1"), uuid4())])
    assert isinstance(first, Receipt)
    assert isinstance(second, Refused) and second.reason == "ALREADY_VOTED"


async def test_the_same_request_id_is_recorded_once(client: Client) -> None:
    await client.do(opened())
    request_id = uuid4()
    first = await client.do(yes("v1"), request_id)
    again = await client.do(yes("v1"), request_id)
    assert again == first._replace(repeated=True)
    with pytest.raises(Refused, match="REQUEST_REUSED"):
        await client.do(yes("v2"), request_id)


async def test_long_texts_are_spread_over_messages_that_fit(client: Client) -> None:
    outcomes = await client.do_all([(received("😀" * 12_000), uuid4()) for _ in range(60)])
    assert all(isinstance(each, Receipt) for each in outcomes), outcomes


async def test_what_a_command_leaves_out_the_request_leaves_out(client: Client) -> None:
    await client.do(RegisterBody.model_validate({"body": "ks", "kind": "board", "name": "Kommunstyrelsen"}))
    with pytest.raises(Refused, match="BODY_ALREADY_REGISTERED"):
        await client.do(RegisterBody.model_validate({"body": "ks", "kind": "board", "name": "Kommunstyrelsen"}))


async def test_following_goes_on_with_what_is_recorded_next(client: Client) -> None:
    await client.do(opened())
    seen: list[int] = []
    async for recorded in client.follow():
        seen.append(recorded.position)
        if len(seen) == 1:
            await client.do(yes("v1"))
        if len(seen) == 2:
            break
    assert seen == [1, 2]


# --- Losses -----------------------------------------------------------------------------------
async def test_a_server_that_is_restarted_loses_and_doubles_nothing(tmp_path: Path) -> None:
    asked = [(yes(f"v{n}"), uuid4()) for n in range(2_000)]
    async with served(tmp_path) as face:
        address = face.address
        context = connected(address, LEDGER)
        client = await context.__aenter__()
        await client.do(opened())
        running = asyncio.create_task(client.do_all(asked))
        while face.head() < 300:  # noqa: ASYNC110  nobody tells
            await asyncio.sleep(0.01)
        following = asyncio.create_task(_all_of(client, 2_001))
    async with served(tmp_path, address=address) as face:
        outcomes = await running
        assert all(isinstance(each, Receipt) for each in outcomes), [
            each for each in outcomes if not isinstance(each, Receipt)
        ][:3]
        assert sorted(each.first for each in outcomes if isinstance(each, Receipt)) == list(range(2, 2_002))
        assert face.head() == 2_001
        assert await asyncio.wait_for(following, 30) == list(range(1, 2_002))
        await context.__aexit__(None, None, None)


async def _all_of(client: Client, upto: int) -> list[int]:
    seen: list[int] = []
    async for recorded in client.follow():
        seen.append(recorded.position)
        if recorded.position == upto:
            break
    return seen


async def test_without_any_server_the_caller_is_told_that_nothing_is_known() -> None:
    async with connected("127.0.0.1:9", LEDGER) as client:
        request_id = uuid4()
        with pytest.raises(Unanswered) as unanswered:
            await client.do(yes("v1"), request_id, patience=0.3)
        assert unanswered.value.request_id == request_id


async def test_closing_tells_who_still_waits() -> None:
    async with connected("127.0.0.1:9", LEDGER) as client:
        waiting = asyncio.create_task(client.do(yes("v1")))
        await asyncio.sleep(0.05)
    with pytest.raises(Unanswered, match="closed"):
        await waiting


async def test_a_stream_that_is_refused_fails_its_callers_at_once(face: Face) -> None:
    async with connected(face.address, LEDGER, actor="Anna") as client:
        with pytest.raises(Refused, match="ACTOR_MALFORMED"):
            await client.do(yes("v1"), patience=20)


# --- Proofs -----------------------------------------------------------------------------------
async def test_a_receipt_is_verified_against_the_pinned_key(client: Client, face: Face) -> None:
    receipt, (raw,) = await client.do_proved(opened())
    assert verify_receipt(raw, LEDGER, [await face.key()]).position == receipt.first


async def test_a_ledger_that_signs_with_another_key_is_not_believed(face: Face) -> None:
    other = SigningKey.generate(LEDGER).verifier
    async with connected(face.address, LEDGER, key=other) as client:
        with pytest.raises(ReceiptRefused):
            await client.do_proved(opened())
    async with connected(face.address, LEDGER) as client:
        with pytest.raises(ValueError, match="key"):
            await client.do_proved(opened())
