"""The composition root: settings become a ledger at work.

`with prepared(settings) as parts` opens engine and vault, for reading and one-off work;
`async with running(settings) as ledger` adds the committer, the read models and the publisher.
"""

from __future__ import annotations

import asyncio
import gc
import logging
import sys
import threading
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, asynccontextmanager, closing, contextmanager
from dataclasses import dataclass
from functools import partial
from time import monotonic

from ledger.application import Application
from ledger.assignments import SLICE as ASSIGNMENTS
from ledger.ballots import SLICE as BALLOTS
from ledger.bodies import SLICE as BODIES
from ledger.claims import SLICE as CLAIMS
from ledger.clock import Clock
from ledger.commitments import SLICE as COMMITMENTS
from ledger.corrections import SLICE as CORRECTIONS
from ledger.custody import SLICE as CUSTODY
from ledger.decisions import SLICE as DECISIONS
from ledger.dispositions import SLICE as DISPOSITIONS
from ledger.documents import SLICE as DOCUMENTS
from ledger.governance import SLICE as GOVERNANCE
from ledger.indicators import SLICE as INDICATORS
from ledger.inputs import SLICE as INPUTS
from ledger.log.checkpoint import Checkpoint
from ledger.log.continuity import check_continuity
from ledger.log.folder import LogFolder
from ledger.log.lock import publishing_lock
from ledger.log.publisher import Publisher
from ledger.matters import SLICE as MATTERS
from ledger.meetings import SLICE as MEETINGS
from ledger.messages import Slice, Submission
from ledger.methods import SLICE as METHODS
from ledger.outcomes import Outcome
from ledger.participants import SLICE as PARTICIPANTS
from ledger.processes import SLICE as PROCESSES
from ledger.programmes import SLICE as PROGRAMMES
from ledger.responses import SLICE as RESPONSES
from ledger.store.committer import Committer, Lanes
from ledger.store.port import Appender, StoreUnfit
from ledger.surveys import SLICE as SURVEYS
from ledger.vault.vault import Vault
from projections.catalogue import PROJECTIONS
from projections.rows.stored import StoredRows
from projections.runner import Runner
from services.engines import Engine, LedgerReader, RowsConnection, engine
from services.keys import key_store, log_folder
from services.readers import Readers
from services.receipts import replay
from services.search.port import WordIndex
from services.search.searching import Filling
from services.settings import Settings
from services.witness.client import Witnesses

SLICES: tuple[Slice, ...] = (
    BODIES,
    MATTERS,
    PROCESSES,
    INPUTS,
    BALLOTS,
    RESPONSES,
    DECISIONS,
    DISPOSITIONS,
    PROGRAMMES,
    MEETINGS,
    ASSIGNMENTS,
    SURVEYS,
    INDICATORS,
    PARTICIPANTS,
    GOVERNANCE,
    DOCUMENTS,
    METHODS,
    COMMITMENTS,
    CLAIMS,
    CORRECTIONS,
    CUSTODY,
)

PROJECTED_POLL_SECONDS = 0.01
COLLECT_AFTER_OBJECTS = 1_000_000
SWITCH_SECONDS = 0.001

log = logging.getLogger("liggare")


@dataclass(frozen=True, slots=True)
class Parts:
    """A ledger that can be read and its sealed words opened."""

    settings: Settings
    engine: Engine
    vault: Vault

    @property
    def folder(self) -> LogFolder:
        """Where the signing key lies and the last checkpoint is kept a second time."""
        return log_folder(self.settings)

    def reader(self) -> LedgerReader:
        """Return a reader with a connection of its own; close it."""
        return self.engine.reader()

    def rows(self, at: int | None = None) -> AbstractContextManager[StoredRows]:
        """Open the read models as of a position, or as they are now."""
        return self.engine.rows(at)

    def words(self) -> WordIndex:
        """Open the index of words to search; close it."""
        return self.engine.words()

    def check_continuity(self) -> Checkpoint | None:
        """Raise PublishingRefused where the database does not hold what was signed; see ledger.log.continuity."""
        with closing(self.reader()) as store:
            return check_continuity(store, self.folder)

    def check_witnesses(self, witnesses: Witnesses) -> None:
        """Raise PublishingRefused where a witness can prove that the database is not what was signed."""
        with closing(self.reader()) as store:
            witnesses.check(store)

    def runner(self) -> Runner:
        """Return what keeps the read models up; it opens its connections when it runs."""
        return Runner(self.engine.reader, self.engine.rows_writer, PROJECTIONS)

    @contextmanager
    def publisher(self) -> Iterator[Publisher]:
        """Open the publisher of checkpoints."""
        with (
            closing(self.reader()) as store,
            closing(Publisher(store, self.folder, publishing_lock(store, self.folder))) as publisher,
        ):
            yield publisher


@contextmanager
def prepared(settings: Settings, *, writes: bool = False) -> Iterator[Parts]:
    """Open an existing ledger and its key store; makes no keys. A store that could lose events refuses `writes` alone.

    Raises StoreError, KeyStoreError, SecretExposed or SecretMalformed, and KeyRefused for another ledger's folder.
    """
    chosen = engine(settings)
    try:
        warnings = chosen.check(production=settings.production)
    except StoreUnfit as unfit:
        if writes:
            raise
        warnings = [str(unfit)]
    for warning in warnings:
        log.warning("%s", warning)
    # That there is no ledger says more than that there are no keys for it.
    chosen.reader().close()
    # Before the key store is opened: opening writes to it.
    log_folder(settings).verifiers_until_now()
    with key_store(settings) as keys:
        with closing(chosen.reader()) as reader:
            replay(reader, keys)
        yield Parts(settings, chosen, Vault(settings.ledger, keys))


class Running:
    """A ledger at work: takes submissions, keeps its read models and its checkpoints up."""

    def __init__(self, parts: Parts, witnesses: Witnesses | None = None) -> None:
        self.parts, self._witnesses = parts, witnesses
        self.ledger = parts.settings.ledger
        self._appenders = [parts.engine.appender() for _ in range(parts.engine.lanes)]
        self.committer = Lanes(
            [self._committer(appender, paced=not number) for number, appender in enumerate(self._appenders)]
        )
        self.runner = parts.runner()
        self.problems: dict[str, str] = {}
        self._publisher: Publisher | None = None
        self._stopping = threading.Event()
        self._threads: list[threading.Thread] = []
        self._elsewhere = Elsewhere(parts.engine)
        tune_interpreter()

    def _committer(self, appender: Appender, *, paced: bool) -> Committer:
        application = Application(self.ledger, SLICES, appender, self.parts.vault, Clock().now)
        return Committer(application.execute, paced=paced)

    async def submit(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """Have the submissions decided and recorded; see Committer.submit."""
        return await self.committer.submit(submissions)

    def reader(self) -> LedgerReader:
        return self.parts.reader()

    def rows(self, at: int | None = None) -> AbstractContextManager[StoredRows]:
        return self.parts.rows(at)

    async def projected(self, position: int) -> None:
        """Return when every read model that is not halted shows `position`."""
        # The runner lives in a thread and knows no event loop.
        while not await self._shows(position):  # noqa: ASYNC110
            await asyncio.sleep(PROJECTED_POLL_SECONDS)

    async def _shows(self, position: int) -> bool:
        status = self.runner.status()
        if not status:
            return await self._elsewhere.shows(position)
        shown = [each.position for each in status if each.live and each.error is None]
        return bool(shown) and min(shown) >= position

    def settle(self) -> None:
        """Bring read models and checkpoint up to the head, for work without background threads."""
        self.parts.runner().catch_up()
        Filling(self.parts).catch_up()
        with self.parts.publisher() as publisher:
            publisher.catch_up()
        if self._witnesses is not None:
            with closing(self.reader()) as store:
                self._witnesses.round(store)

    def start(self) -> None:
        """Keep read models and checkpoints up, and ask witnesses, in background threads."""
        works: dict[str, Callable[[], None]] = {
            "read models": self.runner.run,
            "publisher": self._publish,
            "search": self._search,
        }
        if self._witnesses is not None:
            works["witnesses"] = partial(self._ask, self._witnesses)
        for name, work in works.items():
            thread = threading.Thread(target=self._guarded, args=(name, work), name=name, daemon=True)
            thread.start()
            self._threads.append(thread)

    async def stop(self) -> None:
        """Answer everything queued, let the background finish its page, and close."""
        await self.committer.close()
        self._stopping.set()
        self.runner.stop()
        for thread in self._threads:
            await asyncio.to_thread(thread.join)
        await self._elsewhere.close()
        for appender in self._appenders:
            await appender.close()

    def hurry(self) -> None:
        """Have the next checkpoint sooner, where this process publishes; see Publisher.hurry."""
        if self._publisher is not None:
            self._publisher.hurry()

    def _publish(self) -> None:
        with self.parts.publisher() as publisher:
            self._publisher = publisher
            publisher.run(self._stopping)

    def _ask(self, witnesses: Witnesses) -> None:
        with closing(self.reader()) as store:
            witnesses.run(store, self._stopping, self._publishes, self._tell)

    def _publishes(self) -> bool:
        return self._publisher is not None and not self._publisher.standing_by

    def _tell(self, problem: str | None) -> None:
        """Show what a witness says against this ledger, for as long as it says so."""
        if problem is None:
            self.problems.pop("witnesses", None)
        else:
            self.problems["witnesses"] = problem

    def _search(self) -> None:
        Filling(self.parts).run(self._stopping)

    def _guarded(self, name: str, work: Callable[[], None]) -> None:
        """Record goes on when a read model or the publisher cannot; the problem shows in health and status."""
        try:
            work()
        except Exception as error:
            self.problems[name] = str(error)
            log.exception("%s stopped", name)


class Elsewhere:
    """How far read models are that another process keeps: one look answers everybody who waits."""

    def __init__(self, engine: Engine) -> None:
        self._looking: Readers[RowsConnection] = Readers(engine.rows_connection, threads=1)
        self._turn = asyncio.Lock()
        self._position, self._at = 0, 0.0

    async def shows(self, position: int) -> bool:
        """Tell whether every read model that is not halted shows a position."""
        async with self._turn:
            if self._position < position and monotonic() - self._at >= PROJECTED_POLL_SECONDS:
                self._position = await self._looking(_shown)
                self._at = monotonic()
        return self._position >= position

    async def close(self) -> None:
        await self._looking.close()


def _shown(connection: RowsConnection) -> int:
    with connection.rows() as rows:
        return rows.position


def tune_interpreter() -> None:
    """Fit the interpreter to a server: groups of many small objects, one busy loop beside a few threads.

    The cycle collector looks seldom: a group's thousands of objects die by their reference counts, and
    going through them again and again took a quarter of the time when measured. Threads hand over soon:
    after each send to the store the loop would otherwise wait 5 ms for a thread to let go.
    """
    sys.setswitchinterval(SWITCH_SECONDS)
    gc.freeze()
    gc.set_threshold(COLLECT_AFTER_OBJECTS, 10, 10)


@asynccontextmanager
async def running(settings: Settings, *, background: bool = True) -> AsyncIterator[Running]:
    """Run a ledger. Without `background`, read models and checkpoint are brought up at the end.

    Raises what `prepared` does, PolicyUnusable, and PublishingRefused before anything could be recorded where that
    would be a fork or what was recorded could not be signed.
    """
    async with _at_work(settings, records=True, keeps=background) as ledger:
        try:
            yield ledger
        finally:
            await ledger.stop()
            if not background:
                await asyncio.to_thread(ledger.settle)


@asynccontextmanager
async def recording(settings: Settings) -> AsyncIterator[Running]:
    """Run what takes submissions alone: another process keeps read models and checkpoints. Raises as `running` does."""
    async with _at_work(settings, records=True, keeps=False) as ledger:
        try:
            yield ledger
        finally:
            await ledger.stop()


@asynccontextmanager
async def working(settings: Settings) -> AsyncIterator[Running]:
    """Run what keeps read models and checkpoints alone: others take submissions. Raises as `running` does."""
    async with _at_work(settings, records=False, keeps=True) as ledger:
        try:
            yield ledger
        finally:
            await ledger.stop()


@asynccontextmanager
async def _at_work(settings: Settings, *, records: bool, keeps: bool) -> AsyncIterator[Running]:
    with prepared(settings, writes=True) as parts:
        parts.folder.existing_key()
        parts.check_continuity()
        with ExitStack() as stack:
            witnesses = Witnesses.of(parts.folder)
            if witnesses is not None:
                stack.callback(witnesses.close)
                await asyncio.to_thread(parts.check_witnesses, witnesses)
            ledger = Running(parts, witnesses)
            if records:
                ledger.committer.start()
            if keeps:
                ledger.start()
            yield ledger
