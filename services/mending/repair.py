"""`liggare repair`: puts right what follows from what is left, and entries from a copy where their hash is the signed one.

    look ──> plan ──> one transaction as the owner: write, read back ──> look again ──> rebuild what is derived
         └─ entries to be put back are written down beside the keys first, and recorded as EntryRestored last

Nothing is written that is not proved to fit; what cannot be proved is left as it is, and told. Run it again after an
interruption.
"""

from __future__ import annotations

import asyncio
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, field
from uuid import uuid4

from pydantic_core import from_json

from ledger.custody import Damage as Found
from ledger.custody import RecordRestoration
from ledger.log.errors import ProofError
from ledger.log.lock import publishing_lock
from ledger.log.merkle import leaf_hash
from ledger.messages import Receipt, Submission
from ledger.store import postgres_session, sqlite_session
from ledger.vault.vault import Vault
from projections.catalogue import PROJECTIONS
from projections.rebuild import Busy
from projections.rebuild import rebuild as build_anew
from services.bootstrap import prepared, running
from services.engines import engine
from services.keys import at_hand, key_store, log_folder
from services.mending.copies import Copy, opened
from services.mending.damage import Part
from services.mending.fsck import Examined, fsck
from services.mending.owner import Owner, owner
from services.mending.plan import Entry, Plan, Planner, Step
from services.mending.reading import POSTGRES, SQLITE
from services.mending.restorations import Pending, Restoration
from services.mending.tiles import put_tiles
from services.mending.tree import Progress, columns_of
from services.search.searching import Filling
from services.settings import Settings

ROUNDS_MAX = 3
"""Mending one thing brings others to light: the index of an entry that was missing, the words of another."""

ACTOR = "channel:cli"


class DoesNotFit(ProofError):
    """What was written does not read back as what was signed; it was undone."""


@dataclass(slots=True)
class Repaired:
    """What a repair did, or would do: the steps in order, the restorations recorded, and what is found afterwards."""

    before: Examined
    after: Examined
    steps: list[Step] = field(default_factory=list)
    recorded: list[tuple[int, int]] = field(default_factory=list)

    @property
    def would_do(self) -> bool:
        """Tell whether there is anything that can be mended."""
        return any(step.accepted for step in self.steps)


def proposed(settings: Settings, named: str | None, progress: Progress | None = None) -> Repaired:
    """Return what a repair would do, and do nothing. Raises a StoreError, OSError or ProofError of store or copy."""
    with _copy(settings, named) as copy:
        found = fsck(settings, progress)
        plan = _plan(settings, found, copy)
    steps = [*plan.steps, *_derived(found), *_unrecorded(settings)]
    return Repaired(found, found, steps)


def repair(settings: Settings, named: str | None, progress: Progress | None = None) -> Repaired:
    """Mend what can be mended. Raises Busy where a server is at work, NotOwner, or what `proposed` raises."""
    done = Repaired(before := fsck(settings, progress), before)
    with _copy(settings, named) as copy, _alone(settings):
        for _ in range(ROUNDS_MAX):
            plan = _plan(settings, done.after, copy)
            done.steps = [*(step for step in done.steps if step.accepted), *plan.steps]
            if not plan.writes:
                break
            _write(settings, done.after, plan)
            done.after = fsck(settings, progress)
        derived = _derived(done.after)
        done.steps += derived
        _rebuild(settings, done.after)
    done.recorded = _record(settings)
    done.after = fsck(settings, progress) if derived or done.recorded else done.after
    return done


@contextmanager
def _copy(settings: Settings, named: str | None) -> Iterator[Copy | None]:
    if named is None:
        yield None
        return
    with closing(opened(settings, named)) as copy:
        yield copy


@contextmanager
def _alone(settings: Settings) -> Iterator[None]:
    """Hold the publisher's lock, which every server at work holds. Raises Busy."""
    with closing(engine(settings).reader()) as reader:
        lock = publishing_lock(reader, log_folder(settings))
        if not lock.acquire():
            raise Busy("a server of this ledger is at work; stop it first, and start it again after the repair")
        try:
            yield
        finally:
            lock.release()


def _plan(settings: Settings, found: Examined, copy: Copy | None) -> Plan:
    with ExitStack() as stack:
        reader = stack.enter_context(closing(engine(settings).reader()))
        vault = Vault(settings.ledger, stack.enter_context(key_store(settings))) if at_hand(settings) else None
        return Planner(found, reader, log_folder(settings).verifiers(), vault, copy).plan()


# --- The record ---------------------------------------------------------------------------------
def _write(settings: Settings, found: Examined, plan: Plan) -> None:
    pending = Pending(settings.keys)
    name = str(uuid4())
    pending.add([_restoration(each, plan.source, name) for each in plan.entries])
    with owner(settings) as session:
        for entry in plan.entries:
            _put_entry(session, entry)
        _put_right(session, found)
        _put_others(session, plan, found)
        put_tiles(session, found)
        _read_back(session, plan, found)


def _restoration(entry: Entry, source: str, name: str) -> Restoration:
    how = Found.MISSING if entry.missing else Found.DAMAGED
    return Restoration(entry.position, entry.leaf.hex(), how.value, source, name)


def _put_entry(session: Owner, entry: Entry) -> None:
    columns, members = columns_of(entry.entry), from_json(entry.entry)
    assert columns is not None, "the plan has looked"
    session.run("take_events", position=entry.position)
    session.run(
        "put_event",
        position=entry.position,
        id=session.uuid(columns[0]),
        type=columns[1],
        recorded_at=members["time"],
        entry=entry.entry,
        leaf=entry.leaf,
    )


def _put_right(session: Owner, found: Examined) -> None:
    for position in found.tree.leaves:
        ((entry, _),) = session.run("event", position=position)
        session.run("set_leaf", position=position, leaf=leaf_hash(bytes(entry)))
    for position in found.tree.columns:
        ((entry, leaf),) = session.run("event", position=position)
        columns = columns_of(bytes(entry))
        if columns is not None and leaf_hash(bytes(entry)) == bytes(leaf):
            session.run("set_columns", position=position, id=session.uuid(columns[0]), type=columns[1])
    if found.moves_head:
        session.run("move_head", next=found.last + 1)
    for kept, signed in found.checkpoints:
        session.run("set_checkpoint", size=kept.size, right=signed.size, root=signed.root, note=kept.note)


def _put_others(session: Owner, plan: Plan, found: Examined) -> None:
    for size, signed, note in plan.notes:
        session.run("set_checkpoint", size=size, right=size, root=signed.root, note=note)
    for row in found.orders.wrong_tags:
        session.run("take_tag", tag=row.tag, position=row.position, topic=row.topic)
    for fact in found.orders.lacking_tags:
        session.run("put_tag", tag=fact.tag, position=fact.position, topic=fact.topic)
    for _, right in found.orders.requests:
        session.run("set_request", id=session.uuid(right.id), first=right.first, events=right.events)
    for request, content in plan.requests:
        named = session.uuid(request.id)
        session.run("put_request", id=named, first=request.first, events=request.events, content=content)
    for sealed in plan.sealed:
        session.run("take_sealed", position=sealed.position, pointer=sealed.pointer)
        session.run("put_sealed", **sealed._asdict())


def _read_back(session: Owner, plan: Plan, found: Examined) -> None:
    for position in [*(entry.position for entry in plan.entries), *found.tree.leaves]:
        rows = session.run("event", position=position)
        proven = found.tree.proven[position]
        if len(rows) != 1 or leaf_hash(bytes(rows[0][0])) != proven or bytes(rows[0][1]) != proven:
            raise DoesNotFit(f"position {position}", "it does not read back as what was signed; nothing was changed")


# --- What is derived ----------------------------------------------------------------------------
def _derived(found: Examined) -> list[Step]:
    steps = []
    if found.parts(Part.READ_MODEL):
        steps.append(Step("read models", "built anew from the record", accepted=True))
    if found.parts(Part.SEARCH):
        steps.append(Step("search index", "filled anew from the record", accepted=True))
    return steps


def _rebuild(settings: Settings, found: Examined) -> None:
    chosen = engine(settings)
    if found.parts(Part.READ_MODEL):
        with closing(chosen.reader()) as reader, closing(chosen.rows_writer()) as writer:
            build_anew(reader, writer, PROJECTIONS)
    if found.parts(Part.SEARCH):
        _forget_words(settings)
        with prepared(settings) as parts:
            Filling(parts).catch_up()


def _forget_words(settings: Settings) -> None:
    path = settings.sqlite_path
    if path is not None:
        with (
            sqlite_session.translated(),
            closing(sqlite_session.connect(path)) as connection,
            sqlite_session.transaction(connection),
        ):
            ledger = {"ledger": sqlite_session.ledger_number(connection, settings.ledger)}
            connection.execute(SQLITE["take_words"], ledger)
            connection.execute(SQLITE["take_words_position"], ledger)
        return
    with (
        postgres_session.translated(),
        closing(postgres_session.connect(settings.store)) as session,
        session.transaction(),
    ):
        ledger = {"ledger": postgres_session.ledger_number(session, settings.ledger)}
        session.execute(POSTGRES["take_words"], ledger)
        session.execute(POSTGRES["take_words_position"], ledger)


# --- What the record says of it -----------------------------------------------------------------
def _unrecorded(settings: Settings) -> list[Step]:
    return [
        Step(f"position {each.at}", "it was put back before, and is still to be recorded", accepted=True)
        for each in Pending(settings.keys).read()
    ]


def _record(settings: Settings) -> list[tuple[int, int]]:
    """Record what was put back, and holds; return the positions restored and those of their events."""
    pending = Pending(settings.keys)
    with closing(engine(settings).reader()) as reader:
        holding = [each for each in pending.read() if _holds(each, dict(reader.at([each.at])))]
    recorded = asyncio.run(_recorded(settings, holding)) if holding else []
    pending.clear()
    return recorded


def _holds(restoration: Restoration, entries: dict[int, bytes]) -> bool:
    entry = entries.get(restoration.at)
    return entry is not None and leaf_hash(entry).hex() == restoration.leaf


async def _recorded(settings: Settings, restorations: list[Restoration]) -> list[tuple[int, int]]:
    asked = [
        Submission(
            RecordRestoration(at=each.at, leaf=each.leaf, found=Found(each.found), taken_from=each.taken_from),
            each.request(settings.ledger),
            ACTOR,
        )
        for each in restorations
    ]
    found = []
    async with running(settings, background=False) as ledger:
        for each, outcome in zip(restorations, await ledger.submit(asked), strict=True):
            if not isinstance(outcome, Receipt):
                raise outcome
            found.append((each.at, outcome.first))
    return found
