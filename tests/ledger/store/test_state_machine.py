"""A model in memory, SQLite and PostgreSQL live the same life, and agree: through appends, batches, conflicts,
retries, lost answers, crashes in the middle of a transaction, and reopening.
"""

from __future__ import annotations

import asyncio
import shutil
from collections.abc import Awaitable, Callable, Iterable
from contextlib import suppress
from datetime import timedelta
from functools import partial
from pathlib import Path
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest
from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, rule, run_state_machine_as_test

from ledger.application import Application
from ledger.ballots import CastVote, CloseBallot, VoteChoice, WithdrawVote
from ledger.clock import rfc3339
from ledger.inputs import ReviseInput, SupportInput, WithdrawInput
from ledger.messages import Command, Receipt, Rejection, Submission
from ledger.store.port import Appender, Conflict, Group, NewEvent, NewRequest, Probe, StoreError, StoreUnavailable
from ledger.vault.kek import LocalKek
from ledger.vault.keys import KeyStore
from ledger.vault.vault import Vault
from services.bootstrap import SLICES
from tests.ledger.asking import NOON, PLACE, Between, asked, ballot, proposal
from tests.ledger.store.conftest import Engine, Writer, postgres_engine, sqlite_engine
from tests.ledger.store.groups import new
from tests.ledger.store.model import Memory, SealedPlace

BALLOTS = st.sampled_from(["a", "b"])
VOTERS = st.sampled_from(["v", "w", "x"])
INPUTS = st.sampled_from(["i", "j"])
COMMANDS: st.SearchStrategy[Command] = st.one_of(
    st.builds(CastVote, ballot=BALLOTS, voter=VOTERS, choice=st.sampled_from([VoteChoice.YES, VoteChoice.NO])),
    st.builds(CastVote, ballot=BALLOTS, voter=VOTERS, choice=st.just(VoteChoice.ABSTAIN)),
    st.builds(WithdrawVote, ballot=BALLOTS, voter=VOTERS),
    st.builds(CloseBallot, ballot=st.just("b")),
    st.builds(proposal, INPUTS, st.sampled_from(["author-1", "author-2"])),
    st.builds(ReviseInput, input=INPUTS, author=st.just("author-1"), text=st.just("Fler bänkar")),
    st.builds(WithdrawInput, input=INPUTS, author=st.just("author-1")),
    st.builds(SupportInput, input=INPUTS, supporter=VOTERS),
)
BATCHES = st.lists(st.builds(asked, COMMANDS, st.uuids()), min_size=1, max_size=8)
TAGS = st.sampled_from(["raw:a", "raw:b", "raw:a|raw:b"])
TOPICS = st.sampled_from([(), ("one",), ("one", "two")])


class World:
    """One store, the server at work on it, and a second server that interferes when it is told to."""

    def __init__(self, name: str, origin: str, vault: Vault, now: Callable[[], Any]) -> None:
        self.name, self.origin, self.vault, self.now = name, origin, vault, now

    def open(self) -> None:
        self.store = Between(self.appender())
        self.other_store = self.appender()
        self.server, self.other = self._server(self.store), self._server(self.other_store)

    def _server(self, store: Appender) -> Application:
        return Application(self.origin, SLICES, store, self.vault, self.now)

    async def close(self) -> None:
        await self.store.close()
        await self.other_store.close()

    def appender(self) -> Appender:
        raise NotImplementedError

    def crash_within(self, group: Group) -> None:
        """Die after everything of a group is written and before it is committed."""

    def lose_connections(self) -> None:
        """Cut everybody off."""


class MemoryWorld(World):
    """The model; nothing happens to it."""

    def __init__(self, *arguments: Any) -> None:
        super().__init__("memory", *arguments)
        self.memory = Memory()
        self.open()

    def appender(self) -> Appender:
        return self.memory


class EngineWorld(World):
    """A world on an engine."""

    engine: Engine

    def appender(self) -> Appender:
        return self.engine.appender(self.origin)

    def enter(self) -> None:
        self.engine.ready(self.origin)
        self.reader: Writer = self.engine.writer(self.origin)
        self.open()


class SQLiteWorld(EngineWorld):
    """A crash leaves the files as they are at that moment: life goes on with a copy of them."""

    def __init__(self, folder: Path, *arguments: Any) -> None:
        super().__init__("sqlite", *arguments)
        self.folder, self.lives = folder, 0
        self.engine = sqlite_engine(self.path)
        self.enter()

    @property
    def path(self) -> Path:
        return self.folder / f"{self.origin.rpartition('/')[2]}.{self.lives}.sqlite"

    def crash_within(self, group: Group) -> None:
        dying, old = self.engine.writer(self.origin), self.path
        self.lives += 1
        # What is copied is what a kill would leave on the disk; the one that is copied from may live or die.
        with suppress(InterruptedError), dying.locked():
            dying.append(group)
            for part in ("", "-wal"):
                if Path(f"{old}{part}").exists():
                    shutil.copy(f"{old}{part}", f"{self.path}{part}")
            raise InterruptedError
        self.engine.close()
        self.engine = sqlite_engine(self.path)
        self.reader = self.engine.writer(self.origin)


class PostgresWorld(EngineWorld):
    """A crash ends the server's process for that connection; its transaction was never committed."""

    def __init__(self, url: str, *arguments: Any) -> None:
        super().__init__("postgres", *arguments)
        self.engine = postgres_engine(url)
        self.enter()

    def crash_within(self, group: Group) -> None:
        dying = self.engine.writer(self.origin)
        with suppress(StoreUnavailable), dying.locked():
            dying.append(group)
            self.lose_connections()
        self.reader = self.engine.writer(self.origin)

    def lose_connections(self) -> None:
        self.engine.plain().execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = current_database() AND pid <> pg_backend_pid()"
        )
        self.reader = self.engine.writer(self.origin)


class Stores(RuleBasedStateMachine):
    """Everything is done to all worlds, and every answer must be the same."""

    def __init__(self, url: str, folder: Path) -> None:
        super().__init__()
        self.now, self.latest, self.compared = NOON, NOON, 0
        self.known: list[Submission] = []
        self.loop = asyncio.new_event_loop()
        self.keys = KeyStore(":memory:", LocalKek("2016-05", bytes(range(32))))
        origin = f"example.se/{uuid4()}"
        common = (origin, Vault(origin, self.keys), lambda: self.now)
        self.memory = MemoryWorld(*common)
        self.engines: list[EngineWorld] = [SQLiteWorld(folder, *common), PostgresWorld(url, *common)]
        self.worlds: list[World] = [self.memory, *self.engines]
        self._ask([asked(each) for each in (*PLACE, ballot("a"), ballot("b", revote=False))])

    def teardown(self) -> None:
        self._compare_everything()
        for world in self.worlds:
            self._wait(world.close())
        for world in self.engines:
            world.engine.close()
        self.loop.close()
        self.keys.close()

    # --- What is done ---
    @rule(batch=BATCHES)
    def ask(self, batch: list[Submission]) -> None:
        self._ask(batch)

    @rule(data=st.data(), more=BATCHES)
    def retry(self, data: st.DataObject, more: list[Submission]) -> None:
        again = data.draw(st.lists(st.sampled_from(self.known), min_size=1, max_size=4))
        answers = self._ask([*again, *more])
        assert all(answer.repeated for answer in answers[: len(again)])

    @rule(data=st.data(), command=COMMANDS)
    def retry_with_other_content(self, data: st.DataObject, command: Command) -> None:
        known = data.draw(st.sampled_from(self.known))
        (answer,) = self._ask([known._replace(command=command)])
        same = type(command) is type(known.command) and command == known.command
        assert answer.repeated if same else answer[0] == "RequestReused"

    @rule(mine=BATCHES, theirs=BATCHES)
    def be_outrun(self, mine: list[Submission], theirs: list[Submission]) -> None:
        """Another server records its group between this one's read and its append."""
        for world in self.worlds:
            world.store.happenings.append(partial(world.other.execute, theirs))
        self._ask(mine)
        for world in self.worlds:
            if world.store.happenings:  # nothing of ours was accepted, so nothing was appended
                self._wait(world.store.happenings.pop()())
        self._ask(theirs)

    @rule(same=BATCHES)
    def ask_twice_at_once(self, same: list[Submission]) -> None:
        """The same requests reach two servers."""
        for world in self.worlds:
            world.store.happenings.append(partial(world.other.execute, same))
        self._ask(same)
        for world in self.worlds:
            world.store.happenings.clear()

    @rule(
        topics=st.lists(st.sampled_from(["one", "two"]), min_size=1, max_size=5),
        tags=st.lists(TAGS, min_size=1, max_size=2, unique=True),
        conditions=st.lists(st.builds(Probe, TAGS, TOPICS), max_size=4),
        behind=st.integers(0, 12),
        known=st.booleans(),
    )
    def append_with_conditions(
        self, topics: list[str], tags: list[str], conditions: list[Probe], behind: int, known: bool
    ) -> None:
        """At the port itself: a group decided at some earlier head."""
        head = max(0, len(self.memory.memory.events) - behind)
        request = self.known[-1].request_id if known and self.known else uuid4()
        group = self._group([new(topic, *tags) for topic in topics], request, head)
        group.conditions += conditions
        self._same([self._attempt(world.other_store.append(group)) for world in self.worlds])

    @rule(seconds=st.integers(-5, 60))
    def let_time_pass(self, seconds: int) -> None:
        """The server's clock is never far behind what it wrote last, nor is another server's."""
        self.latest = max(self.latest, self.now)
        self.now = max(self.now + timedelta(seconds=seconds), self.latest - timedelta(seconds=5))

    @rule(batch=BATCHES, seconds=st.integers(6, 9))
    def ask_under_a_clock_that_is_behind(self, batch: list[Submission], seconds: int) -> None:
        right, self.now = self.now, max(self.now, self.latest) - timedelta(seconds=seconds)
        self._same([self._attempt(world.server.execute(batch)) for world in self.worlds])
        self.now = right

    @rule(batch=BATCHES)
    def lose_the_answer(self, batch: list[Submission]) -> None:
        """The connection dies after the commit: nobody knows, and the request ids tell."""
        for world in self.worlds:
            self._attempt(world.other.execute(batch))
        self._ask(batch)

    @rule(batch=BATCHES)
    def lose_the_connection(self, batch: list[Submission]) -> None:
        """The connection dies before the group is read: the next attempt finds a new one."""
        for world in self.worlds:
            world.lose_connections()
            if self._attempt(world.server.execute(batch))[0] == "StoreUnavailable":
                self._attempt(world.server.execute(batch))
            # Whatever the second server was told, it renews its connection, too.
            self._attempt(world.other_store.read([], []))
        self._ask(batch)

    @rule(topics=st.lists(st.sampled_from(["one", "two"]), min_size=1, max_size=5), tag=TAGS)
    def crash_in_the_middle(self, topics: list[str], tag: str) -> None:
        group = self._group([new(topic, tag) for topic in topics], uuid4(), len(self.memory.memory.events))
        group.recorded_at = "2999-01-01T00:00:00.000000Z"  # would stop all that follows if it stayed
        for world in self.worlds:
            world.crash_within(group)
        self.reopen()
        assert all(world.reader.request(group.requests[0].id) is None for world in self.engines)

    @rule()
    def reopen(self) -> None:
        for world in self.worlds:
            self._wait(world.close())
            world.open()

    # --- What must hold ---
    @invariant()
    def heads_and_new_entries_agree(self) -> None:
        expected = [event.entry for event in self.memory.memory.events]
        for world in self.engines:
            assert world.reader.head() == len(expected), world.name
            page = world.reader.entries(self.compared)
            assert [each.entry for each in page] == expected[self.compared :], world.name
            assert [each.position for each in page] == list(range(self.compared + 1, len(expected) + 1)), world.name
        self.compared = len(expected)

    def _compare_everything(self) -> None:
        model = self.memory.memory
        tags = {tag for event in model.events for tag in event.tags}
        probes = [
            Probe(tag, topics, after) for tag in sorted(tags) for topics in ((), ("vote-cast",)) for after in (0, 9)
        ]
        expected = self._wait(model.read(list(model.requests), probes))
        everything = range(1, len(model.events) + 1)
        for world in self.engines:
            assert self._wait(world.other_store.read(list(model.requests), probes)) == expected, world.name
            assert world.reader.leaves(0, 10_000) == [event.leaf for event in model.events], world.name
            for tag in tags:
                assert world.reader.positions([tag], 0, 10_000) == model.positions(tag), (world.name, tag)
            rows = [SealedPlace(row.position, row.pointer, row.key) for row in world.reader.sealed(everything)]
            assert sorted(rows) == sorted(model.sealed), world.name

    # --- How ---
    def _ask(self, batch: list[Submission]) -> list[Any]:
        answers = self._same([self._attempt(world.server.execute(batch)) for world in self.worlds])
        for submission, answer in zip(batch, answers, strict=False):
            if isinstance(answer, Receipt) and not answer.repeated:
                self.known.append(submission)
        return answers

    def _same(self, answers: list[list[Any]]) -> list[Any]:
        for world, answer in zip(self.worlds, answers, strict=True):
            assert answer == answers[0], f"{world.name} differs from {self.worlds[0].name}"
        return answers[0]

    def _attempt(self, work: Awaitable[Any]) -> list[Any]:
        """Return what came of it in a form that can be compared."""
        try:
            answer = self._wait(work)
        except Conflict as conflict:
            return ["Conflict", conflict.refused]
        except StoreError as error:
            return [type(error).__name__]
        return [_shown(each) for each in answer] if isinstance(answer, list) else [answer]

    def _wait(self, work: Awaitable[Any]) -> Any:
        return self.loop.run_until_complete(work)

    def _group(self, events: Iterable[NewEvent], request: UUID, head: int) -> Group:
        made = Group(head, rfc3339(self.now), events=list(events))
        made.requests.append(NewRequest(request, 0, len(made.events), b"raw"))
        return made


def _shown(outcome: Any) -> Any:
    match outcome:
        case Receipt():
            return outcome
        case Rejection():
            return (type(outcome).__name__, outcome.metadata)
    return (type(outcome).__name__,)


def _live(url: str, folder: Path, examples: int, steps: int) -> None:
    class Here(Stores):
        def __init__(self) -> None:
            super().__init__(url, folder)

    run_state_machine_as_test(
        Here,
        settings=settings(max_examples=examples, stateful_step_count=steps, deadline=None),
    )


def test_all_stores_agree(postgres_url: str, tmp_path: Path) -> None:
    _live(postgres_url, tmp_path, examples=10, steps=12)


@pytest.mark.slow
@pytest.mark.timeout(1_800)
def test_all_stores_agree_for_long(postgres_url: str, tmp_path: Path) -> None:
    _live(postgres_url, tmp_path, examples=120, steps=40)


def test_a_store_that_forgets_is_found(postgres_url: str, tmp_path: Path) -> None:
    """The comparison itself is tested: one tag row less in PostgreSQL must not pass."""
    machine = Stores(postgres_url, tmp_path)
    try:
        machine.ask([asked(CastVote(ballot="a", voter="v", choice=VoteChoice.YES))])
        machine.heads_and_new_entries_agree()
        with psycopg.connect(postgres_url, autocommit=True, options="-c search_path=liggare") as connection:
            connection.execute("ALTER TABLE event_tag DISABLE TRIGGER ALL")
            connection.execute("DELETE FROM event_tag WHERE topic = 'vote-cast'")
        with pytest.raises(AssertionError, match="postgres"):
            machine.ask([asked(CastVote(ballot="a", voter="v", choice=VoteChoice.NO))])
        with pytest.raises(AssertionError, match="postgres"):
            machine._compare_everything()
    finally:
        machine._compare_everything = lambda: None  # type: ignore[method-assign]
        machine.teardown()
