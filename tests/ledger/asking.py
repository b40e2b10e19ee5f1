"""A ledger that tests can ask: real slices, a real vault, a clock set by hand, any number of applications."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from uuid import UUID, uuid4

from ledger.application import Application
from ledger.ballots import BallotRule, CastVote, OpenBallot, VoteChoice
from ledger.bodies import BodyKind, RegisterBody
from ledger.decisions import ClauseVerb, DecisionForce, RecordDecision
from ledger.decisions.events import StatedClause, StatedScope
from ledger.entries import decode_all
from ledger.inputs import AuthorKind, InputKind, ReceiveInput
from ledger.matters import MatterKind, OpenMatter
from ledger.messages import Command, Receipt, RecordedEvent, Submission
from ledger.outcomes import Outcome
from ledger.processes import OpenProcess, ProcessKind
from ledger.store.port import Appender, Before, Group, Probe
from ledger.vault.keys import KeyStore
from ledger.vault.vault import Vault
from services.bootstrap import SLICES
from tests.ledger.store.conftest import Engine

ACTOR = "role:registrar"
NOON = datetime(2016, 5, 16, 12, 0, tzinfo=UTC)


def asked(command: Command, request: UUID | None = None, actor: str = ACTOR) -> Submission:
    """Return a command as it waits for its turn."""
    return Submission(command, request or uuid4(), actor)


@dataclass
class Town:
    """One ledger on one engine."""

    engine: Engine
    keys: KeyStore
    now: datetime = NOON
    origin: str = field(default_factory=lambda: f"example.se/{uuid4()}")
    opened: list[Appender] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.engine.ready(self.origin)
        self.vault = Vault(self.origin, self.keys)
        self.reader = self.engine.writer(self.origin)
        self.first = self.application()

    def appender(self) -> Appender:
        appender = self.engine.appender(self.origin)
        self.opened.append(appender)
        return appender

    def application(self, store: Appender | None = None) -> Application:
        """Return one more application, as one more server process has it."""
        return Application(self.origin, SLICES, store or self.appender(), self.vault, lambda: self.now)

    async def ask(self, *commands: Command) -> list[Outcome]:
        """Have commands decided as one group."""
        return await self.first.execute([asked(command) for command in commands])

    async def given(self, *commands: Command) -> list[Receipt]:
        """Have commands accepted as one group; fails if one is not."""
        return accepted(await self.ask(*commands))

    def recorded(self) -> list[RecordedEvent]:
        return decode_all(self.reader.entries(0))

    def topics(self) -> list[str]:
        return [recorded.event.topic for recorded in self.recorded()]

    async def close(self) -> None:
        for appender in self.opened:
            await appender.close()


def accepted(outcomes: Sequence[Outcome]) -> list[Receipt]:
    """Return the outcomes, all of which must be receipts."""
    receipts = [outcome for outcome in outcomes if isinstance(outcome, Receipt)]
    assert len(receipts) == len(outcomes), [outcome for outcome in outcomes if not isinstance(outcome, Receipt)]
    return receipts


class Between:
    """An appender that lets something happen between a group's read and its append, once for each happening."""

    def __init__(self, inner: Appender, *happenings: Callable[[], Awaitable[Any]]) -> None:
        self.inner, self.happenings = inner, list(happenings)
        self.reads = 0
        self.probes: list[Probe] = []
        self.groups: list[Group] = []

    async def read(self, requests: Sequence[UUID], probes: Sequence[Probe]) -> Before:
        self.reads += 1
        self.probes += probes
        return await self.inner.read(requests, probes)

    async def append(self, group: Group) -> int:
        self.groups.append(group)
        if self.happenings:
            await self.happenings.pop(0)()
        return await self.inner.append(group)

    async def close(self) -> None:
        await self.inner.close()


# --- Things to ask for ------------------------------------------------------------------------
def ballot(id: str = "b", *, revote: bool = True) -> OpenBallot:
    return OpenBallot(ballot=id, question="Ska gatan bli bilfri?", rule=BallotRule.YES_NO_ABSTAIN, revote=revote)


def vote(voter: str, choice: VoteChoice = VoteChoice.YES, ballot: str = "b") -> CastVote:
    return CastVote(ballot=ballot, voter=voter, choice=choice)


def proposal(id: str, author: str = "resident-1", text: str = "Fler bänkar vid ån", process: str = "p") -> ReceiveInput:
    return ReceiveInput(
        input=id,
        kind=InputKind.PROPOSAL,
        channel="web",
        process=process,
        author=author,
        author_kind=AuthorKind.RESIDENT,
        text=text,
    )


PLACE: tuple[Command, ...] = (
    RegisterBody(body="board", kind=BodyKind.BOARD, name="Nämnden"),
    OpenMatter(matter="m", title="Gatan", kind=MatterKind.DECISION, body="board"),
    OpenProcess(process="p", title="Samråd", kind=ProcessKind.CONSULTATION, owner="board"),
)
"""A body, a matter and a process to take part in."""

DECISION = RecordDecision(
    decision="d",
    matter="m",
    body="board",
    title="Gatan byggs om",
    force=DecisionForce.DECIDED,
    clauses=(StatedClause(number=1, verb=ClauseVerb.APPROVE, text="Gatan byggs om."),),
    scope=(StatedScope(process="p"),),
)
"""A decision that must account for every input of the process."""
