"""A server that is told to stop in the middle of its work: what it acknowledged is in the record, and it ends by itself."""

from __future__ import annotations

import asyncio
import os
import signal
import sys
from contextlib import closing
from pathlib import Path
from uuid import uuid4

from ledger.ballots import BallotRule, CastVote, OpenBallot, VoteChoice
from ledger.messages import Receipt
from services.bootstrap import prepared
from services.client import connected
from services.engines import engine
from services.keys import make_keys
from services.settings import settings

LEDGER = "nacka.se/inflytande"

SERVER = """
import asyncio, sys
from services.bootstrap import running
from services.rpc.server import Listening, serving
from services.settings import settings

async def main():
    async with running(settings(sys.argv[1], sys.argv[2])) as ledger, serving(ledger, Listening("127.0.0.1:0")) as server:
        server.drain_on_signals()
        print(server.port, flush=True)
        await server.wait()

asyncio.run(main())
"""


async def started(store: str) -> tuple[asyncio.subprocess.Process, str]:
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-c", SERVER, store, LEDGER, stdout=asyncio.subprocess.PIPE, env=environment
    )
    assert process.stdout is not None
    port = (await asyncio.wait_for(process.stdout.readline(), 60)).decode().strip()
    assert port, "the server did not start"
    return process, f"127.0.0.1:{port}"


async def test_sigterm_under_load_loses_nothing_that_was_acknowledged(tmp_path: Path) -> None:
    store = f"sqlite:///{tmp_path}/ledger.db"
    where = settings(store, LEDGER, environment={})
    engine(where).prepare()
    make_keys(where)
    process, address = await started(store)
    async with connected(address, LEDGER) as client:
        await client.do(OpenBallot(ballot="b1", question="Ja?", rule=BallotRule.YES_NO_ABSTAIN))
        votes = [(CastVote(ballot="b1", voter=f"v{n}", choice=VoteChoice.YES), uuid4()) for n in range(3_000)]
        some = await client.do_all(votes[:500])
        rest = asyncio.create_task(client.do_all(votes[500:], patience=5))
        await asyncio.sleep(0.05)
        process.send_signal(signal.SIGTERM)
        assert await asyncio.wait_for(process.wait(), 30) == 0
        outcomes = some + await rest
    acknowledged = {leaf for each in outcomes if isinstance(each, Receipt) for leaf in each.leaves}
    assert len(acknowledged) >= 500
    with prepared(where) as parts, closing(parts.reader()) as reader:
        recorded = reader.leaves(0, 10_000)
        assert acknowledged <= set(recorded)
        assert len(recorded) == reader.head()
