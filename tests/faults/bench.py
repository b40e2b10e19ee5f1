"""A ledger to be tormented: its writer processes, their histories, and the proof afterwards that nothing was lost."""

from __future__ import annotations

import hashlib
import os
import signal
import subprocess
import time
from collections.abc import Callable
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import cast
from uuid import UUID, uuid4

from ledger.ballots import BallotRule, OpenBallot, VoteCast
from ledger.entries import decode_all
from ledger.messages import Receipt, Rejection, Submission
from projections import rebuild
from projections.catalogue import PROJECTIONS
from projections.rows.stored import StoredRows
from services.bootstrap import prepared, running
from services.engines import LedgerReader, engine
from services.keys import make_keys
from services.settings import Settings
from tests.faults.checker import Attempt, Call, Kept, check, read_history
from tests.faults.writer import MANY, ONCE, Orders, casting, claim_of, vote_of

ROOT = Path(__file__).resolve().parent.parent.parent
PATIENCE_SECONDS = 60.0

OpenRows = Callable[[int | None], StoredRows]


@dataclass
class Bench:
    """One ledger, its processes and what they wrote down."""

    store: str
    folder: Path
    seed: int
    ledger: str = field(default_factory=lambda: f"example.se/{uuid4()}")
    running: list[subprocess.Popen[bytes]] = field(default_factory=list)
    histories: list[Path] = field(default_factory=list)
    attempts: list[Attempt] = field(default_factory=list)

    @property
    def settings(self) -> Settings:
        return Settings(self.store, self.ledger, self.folder / "keys")

    async def open(self) -> None:
        """Make the ledger and its two ballots."""
        print(f"seed {self.seed}")
        engine(self.settings).prepare()
        make_keys(self.settings)
        async with running(self.settings, background=False) as ledger:
            for ballot in (MANY, ONCE):
                command = OpenBallot(ballot=ballot, question="Ja?", rule=BallotRule.SUPPORT, revote=ballot == MANY)
                (receipt,) = await ledger.submit([Submission(command, uuid4(), "role:registrar")])
                assert isinstance(receipt, Receipt)
                self.attempts.append(Attempt(receipt.ids[0], 0.0, time.monotonic(), receipt.first))

    # --- Processes ---
    def start(self, count: int = 2, *, callers: int = 32, race: int = 0, starts: float = 0.0) -> None:
        for _ in range(count):
            number = len(self.histories)
            history = self.folder / f"history-{number}"
            self.histories.append(history)
            orders = Orders(
                store=self.store,
                ledger=self.ledger,
                keys=str(self.settings.keys),
                history=str(history),
                name=f"w{number}",
                seed=self.seed * 1_000 + number,
                callers=callers,
                race=race,
                starts=starts,
            )
            with (self.folder / f"errors-{number}").open("wb") as errors:
                surroundings = os.environ | {"PYTHONPATH": str(ROOT)}
                self.running.append(subprocess.Popen(orders.command(), stderr=errors, env=surroundings))

    def wait_for_writing(self, answers: int) -> None:
        """Wait until every running process has been told `answers` outcomes more."""
        paths = self.histories[-len(self.running) :]
        wanted = {path: _answers(path) + answers for path in paths}
        deadline = time.monotonic() + PATIENCE_SECONDS
        while any(_answers(path) < count for path, count in wanted.items()):
            assert all(each.poll() is None for each in self.running), self.errors()
            assert time.monotonic() < deadline, f"no writing for {PATIENCE_SECONDS} s: {self.errors()}"
            time.sleep(0.02)

    def kill(self) -> None:
        for each in self.running:
            each.kill()
        for each in self.running:
            each.wait()
        self.running.clear()

    def finish(self, *, ask_to_stop: bool = True) -> None:
        """Let every process end on its own; fails where one ends badly."""
        for each in self.running:
            if ask_to_stop:
                each.send_signal(signal.SIGTERM)
        codes = [each.wait(PATIENCE_SECONDS) for each in self.running]
        self.running.clear()
        assert not any(codes), self.errors()

    def errors(self) -> str:
        return "\n".join(path.read_text()[-2_000:] for path in sorted(self.folder.glob("errors-*")))

    # --- Proof ---
    async def prove(self) -> list[Kept]:
        """Ask again whatever was left unknown, then hold record, answers and read models against one another."""
        calls = self._read_histories()
        faults = check(self.attempts, self.record())
        assert faults == [], faults[:10]
        await self._ask_again(calls)
        record = self.record()
        faults = check(self.attempts, record)
        assert faults == [], faults[:10]
        answered = {each.key for each in self.attempts if each.position or each.rejected}
        assert calls.keys() <= answered
        self._prove_read_models()
        print(f"{len(self.attempts)} attempts, {len(record)} events, 0 faults")
        return record

    def record(self) -> list[Kept]:
        """Return what the record holds, in order."""
        with closing(engine(self.settings).reader()) as reader:
            return kept(reader)

    def _read_histories(self) -> dict[str, Call]:
        calls: dict[str, Call] = {}
        for path in self.histories:
            if path.exists():
                attempts, asked = read_history(path)
                self.attempts += attempts
                calls |= asked
        return calls

    async def _ask_again(self, calls: dict[str, Call]) -> None:
        answered = {each.key for each in self.attempts if each.position or each.rejected}
        unknown = [call for key, call in calls.items() if key not in answered]
        print(f"{len(unknown)} unknown outcomes")
        submissions = [casting(UUID(each.request), each.ballot, each.voter) for each in unknown]
        began = time.monotonic()
        # The read models are brought up at the end of this.
        async with running(self.settings, background=False) as ledger:
            outcomes = await ledger.submit(submissions)
        ended = time.monotonic()
        for call, submission, outcome in zip(unknown, submissions, outcomes, strict=True):
            position = outcome.first if isinstance(outcome, Receipt) else None
            rejected = outcome.reason if isinstance(outcome, Rejection) else None
            assert position or rejected, outcome
            assert claim_of(vote_of(submission)) == call.claim
            self.attempts.append(Attempt(call.key, began, ended, position, rejected, call.claim))

    def _prove_read_models(self) -> None:
        with prepared(self.settings) as parts, closing(parts.reader()) as reader:
            found = rebuild.check(reader, cast(OpenRows, parts.rows), PROJECTIONS)
            assert [each for each in found if not each.equal] == []
            assert {each.position for each in found} == {reader.head()}


def _answers(path: Path) -> int:
    return path.read_bytes().count(b'"heard"') if path.exists() else 0


def kept(reader: LedgerReader) -> list[Kept]:
    """Return what the record holds, in order; its positions are gapless and its leaves are those of its entries."""
    head = reader.head()
    found: list[Kept] = []
    while page := reader.entries(len(found)):
        leaves = reader.leaves(len(found), len(page))
        assert leaves == [hashlib.sha256(b"\x00" + each.entry).digest() for each in page]
        assert [each.position for each in page] == list(range(len(found) + 1, len(found) + len(page) + 1))
        for recorded in decode_all(page):
            vote = recorded.event
            claim = f"{ONCE}|{vote.voter}" if isinstance(vote, VoteCast) and vote.ballot == ONCE else None
            found.append(Kept(recorded.entry.id, claim))
    assert head == len(found)
    return found
