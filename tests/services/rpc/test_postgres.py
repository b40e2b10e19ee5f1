"""The same face over PostgreSQL, and what callers see when the database goes away and comes back."""

from __future__ import annotations

import asyncio
from pathlib import Path
from uuid import uuid4

import grpc
import pytest

from ledger.ballots import BallotRule, CastVote, OpenBallot, VoteChoice
from ledger.messages import Receipt
from participation.ledger.v1 import ledger_service_pb2 as record
from participation.ledger.v1 import proof_service_pb2 as proofs
from participation.ledger.v1 import record_pb2
from participation.transparency.v1 import ballots_pb2 as shown
from services.client import connected
from services.rpc.answers import receipts
from tests.fix_postgres import PostgresMissingError, PostgresServer
from tests.services.rpc.face import LEDGER, message, refused, served, vote


async def test_commands_events_proofs_and_views_over_postgresql(tmp_path: Path, postgres_url: str) -> None:
    async with served(tmp_path, store=postgres_url) as face:
        ballot = await face.open_ballot()
        submit = face.method("LedgerService/Submit")()
        for n in range(4):
            await submit.write(message(*(vote(f"v{n}-{i}", ballot=ballot) for i in range(250))))
        await submit.done_writing()
        given = [receipt for response in [each async for each in submit] for receipt in receipts(response).values()]
        assert [receipt.first for receipt in given] == list(range(2, 1_002))
        wanted = record.EventFilter(types=["vote-cast"], tags=[f"ballot:{ballot}"])
        call = face.method("LedgerService/Read")(record.ReadRequest(ledger=LEDGER, filter=wanted))
        assert [position async for chunk in call for position in chunk.events.positions] == list(range(2, 1_002))
        subscription = face.method("LedgerService/Subscribe")(record.SubscribeRequest(ledger=LEDGER, after=1_001))
        assert (await subscription.read()).caught_up.position == 1_001
        last = vote("last", ballot=ballot, wait_for=record_pb2.WAIT_FOR_CHECKPOINT)
        receipt = (await face.method("BallotService/CastVote")(last)).receipt
        assert receipt.proofs[0].leaf_index == 1_001
        assert list((await asyncio.wait_for(subscription.read(), 10)).events.positions) == [1_002]
        subscription.cancel()
        await face.ledger.projected(1_002)
        view = face.method("participation.transparency.v1.TransparencyService/GetBallot")
        assert (await view(shown.GetBallotRequest(ledger=LEDGER, ballot=ballot))).current_votes.value == 1_001


async def test_a_database_that_goes_away_is_told_and_nothing_is_lost_when_it_is_back(tmp_path: Path) -> None:
    try:
        server = PostgresServer()
    except PostgresMissingError as missing:
        pytest.skip(str(missing))
    with server:
        store = server.url(server.create_database())
        async with served(tmp_path, store=store) as face, connected(face.address, LEDGER) as client:
            await client.do(OpenBallot(ballot="b1", question="Ja?", rule=BallotRule.YES_NO_ABSTAIN))
            server.stop()
            found = await refused(face.method("BallotService/CastVote")(vote(ballot="b1")))
            assert (found.code, found.reason) == (grpc.StatusCode.UNAVAILABLE, "STORE_UNAVAILABLE")
            assert found.retry is not None
            views = "participation.transparency.v1.TransparencyService"
            for path, request in (
                ("LedgerService/Read", record.ReadRequest(ledger=LEDGER)),
                ("LedgerService/Subscribe", record.SubscribeRequest(ledger=LEDGER)),
                ("LedgerService/GetEvent", record.GetEventRequest(ledger=LEDGER, position=1)),
                ("LedgerService/ListEvents", record.ListEventsRequest(ledger=LEDGER)),
                ("ProofService/GetCheckpoint", proofs.GetCheckpointRequest(ledger=LEDGER)),
                (f"{views}/GetBallot", shown.GetBallotRequest(ledger=LEDGER, ballot="b1")),
                (f"{views}/GetBallot", shown.GetBallotRequest(ledger=LEDGER, ballot="b1", as_of_date="2999-01-01")),
            ):
                found = await refused(face.method(path)(request))
                assert found.reason == "STORE_UNAVAILABLE", path
            votes = [(CastVote(ballot="b1", voter=f"v{n}", choice=VoteChoice.YES), uuid4()) for n in range(50)]
            waiting = asyncio.create_task(client.do_all(votes))
            await asyncio.sleep(0.5)
            server.start()
            outcomes = await asyncio.wait_for(waiting, 60)
            assert all(isinstance(each, Receipt) for each in outcomes), outcomes
            assert [each async for each in client.read(tags=["ballot:b1|voter:v7"])]
            assert face.head() == 51
