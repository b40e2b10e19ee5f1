"""One server process under load, which may be killed at any moment: callers vote, and write down what they were told.

    python writer.py '{"store": …, "ledger": …, "keys": …, "history": …, "name": "a", "seed": 1, …}'

With `race` set to a number of voters, eight writers with a connection each cast a vote for every one of them, in the
same order, as fast as they can; otherwise `callers` callers vote until SIGTERM, and ask again after an unknown outcome.
"""

from __future__ import annotations

import asyncio
import json
import os
import random
import signal
import sys
import time
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from uuid import UUID

sys.path.insert(0, str(Path(__file__).resolve().parent.parent.parent))

from ledger.application import Application
from ledger.ballots import CastVote, VoteChoice
from ledger.clock import Clock
from ledger.entries import event_id
from ledger.messages import Receipt, Rejection, Submission
from ledger.outcomes import Outcome
from ledger.store.committer import Overloaded
from ledger.store.port import StoreFull, StoreUnavailable
from services.bootstrap import SLICES, prepared, running
from services.settings import Settings
from tests.faults.checker import CALLS, HEARD

ACTOR = "channel:load"
MANY, ONCE = "many", "once"
"""A ballot where a voter may vote again, and one where nobody may."""

RACERS = 8
RETRY_SECONDS = 0.05


@dataclass(frozen=True, slots=True)
class Orders:
    """What one writer process is to do."""

    store: str
    ledger: str
    keys: str
    history: str
    name: str
    seed: int
    callers: int = 32
    race: int = 0
    starts: float = 0.0

    @property
    def settings(self) -> Settings:
        return Settings(self.store, self.ledger, Path(self.keys))

    def command(self) -> list[str]:
        """Return the command line of such a process."""
        return [sys.executable, __file__, json.dumps(asdict(self))]


class History:
    """What is asked and heard, a line each, handed to the kernel at once: a killed process loses nothing of it."""

    def __init__(self, path: str) -> None:
        self._file = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)

    def calls(self, key: str, submission: Submission) -> None:
        vote = vote_of(submission)
        told = (str(submission.request_id), vote.ballot, vote.voter, claim_of(vote))
        self._write(CALLS, key, told)

    def heard(self, key: str, outcome: Outcome) -> None:
        position = outcome.first if isinstance(outcome, Receipt) else None
        self._write(HEARD, key, (position, outcome.reason if isinstance(outcome, Rejection) else None))

    def _write(self, what: str, key: str, told: Sequence[str | int | None]) -> None:
        os.write(self._file, json.dumps((time.monotonic(), what, key, told)).encode() + b"\n")


def vote_of(submission: Submission) -> CastVote:
    """Return the vote of a submission; nothing else is asked here."""
    assert isinstance(submission.command, CastVote)
    return submission.command


def claim_of(vote: CastVote) -> str | None:
    """Return what only one event may hold: the vote of a voter where nobody votes twice."""
    return f"{vote.ballot}|{vote.voter}" if vote.ballot == ONCE else None


def casting(request: UUID, ballot: str, voter: str) -> Submission:
    """Return the submission of a vote; it is the same whoever asks it again."""
    return Submission(CastVote(ballot=ballot, voter=voter, choice=VoteChoice.SUPPORT), request, ACTOR)


async def load(orders: Orders) -> None:
    """Vote until SIGTERM."""
    stopping = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGTERM, stopping.set)
    chance, history = random.Random(orders.seed), History(orders.history)

    async def ask(submission: Submission) -> None:
        key = event_id(orders.ledger, submission.request_id, 0)
        # After the order to stop, an unknown outcome stays unknown: the test asks again.
        while not stopping.is_set():
            history.calls(key, submission)
            try:
                (outcome,) = await ledger.submit([submission])
            except (StoreUnavailable, StoreFull, Overloaded):
                await asyncio.sleep(RETRY_SECONDS)
            else:
                history.heard(key, outcome)
                return

    async def caller(number: int) -> None:
        asked: list[Submission] = []
        while not stopping.is_set():
            if asked and chance.random() < 0.1:
                submission = chance.choice(asked)
            else:
                # Few voters, so that writers meet; half of them where a second vote is refused.
                voter = f"v{chance.randrange(4_000)}"
                submission = casting(UUID(int=chance.getrandbits(128)), chance.choice((MANY, ONCE)), voter)
                asked = [*asked[-20:], submission]
            await ask(submission)

    async with running(orders.settings) as ledger:
        await asyncio.gather(*map(caller, range(orders.callers)))
        assert not ledger.problems, ledger.problems


async def race(orders: Orders) -> None:
    """Cast every voter's one vote from eight writers at once."""
    chance, history = random.Random(orders.seed), History(orders.history)
    with prepared(orders.settings) as parts:
        stores = [parts.engine.appender() for _ in range(RACERS)]
        writers = [Application(orders.ledger, SLICES, store, parts.vault, Clock().now) for store in stores]
        await asyncio.gather(*[store.read([], []) for store in stores])
        await asyncio.sleep(max(0.0, orders.starts - time.monotonic()))

        async def racer(writer: Application) -> None:
            for voter in range(orders.race):
                submission = casting(UUID(int=chance.getrandbits(128)), ONCE, f"r{voter}")
                key = event_id(orders.ledger, submission.request_id, 0)
                history.calls(key, submission)
                (outcome,) = await writer.execute([submission])
                history.heard(key, outcome)

        await asyncio.gather(*map(racer, writers))
        for store in stores:
            await store.close()


if __name__ == "__main__":
    given = Orders(**json.loads(sys.argv[1]))
    asyncio.run(race(given) if given.race else load(given))
