"""`liggare import`: bring in data of other systems."""

from __future__ import annotations

import asyncio
import signal
import time
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path

from ledger.ballots.commands import CastVote
from ledger.inputs.events import ReceiveInput
from ledger.messages import Receipt, Rejection, Submission
from ledger.outcomes import Outcome
from services.bootstrap import running
from services.cli.exits import Exit, Failure
from services.cli.output import called, emit, progress, say
from services.imports import polis
from services.imports.loading import Item, Loaded, Submit, load
from services.settings import Settings


def import_polis(settings: Settings, folder: Path, source: str | None, *, as_json: bool) -> Exit:
    """Import one Polis export and say what is in the record of it now."""
    conversation = polis.read_conversation(folder, source)
    started = time.monotonic()
    with progress(f"importing {conversation.source}", polis.count(conversation)) as advance:
        loaded = carry_out(settings, polis.phases(conversation), polis.benign, advance)
    result = summary(conversation, loaded)
    if as_json:
        emit(result)
    say(
        f"{conversation.source}: {result['inputs']} statements and {result['votes']} votes are in the record, "
        f"{loaded.new} events of them new, up to position {loaded.position} "
        f"({time.monotonic() - started:.1f} s). See: {called()} show ballot {result['ballot']} --totals --csv"
    )
    return ended(loaded)


def carry_out(
    settings: Settings,
    phases: Iterable[Iterable[Item]],
    benign: Callable[[Item, Rejection], bool],
    advance: Callable[[int], None],
) -> Loaded:
    """Submit what an import brings, until it is done or told to stop, and return what became of it."""
    return asyncio.run(_load(settings, phases, benign, advance))


def ended(loaded: Loaded) -> Exit:
    """Say what was refused, and return how the import ends."""
    for refusal in loaded.refusals:
        say(f"liggare: {refusal}")
    if loaded.refused:
        rows = "1 row was" if loaded.refused == 1 else f"{loaded.refused} rows were"
        say(f"liggare: {rows} refused; the others are recorded.")
        return Exit.INCOMPLETE
    return Exit.FINE


async def _load(
    settings: Settings,
    phases: Iterable[Iterable[Item]],
    benign: Callable[[Item, Rejection], bool],
    advance: Callable[[int], None],
) -> Loaded:
    async with running(settings, background=False) as ledger:
        stoppable = _Stoppable(ledger.committer.lane().submit)
        return await load(stoppable.submit, phases, benign, advance)


class _Stoppable:
    """Submits until SIGTERM or SIGINT comes: what is under way is answered, and nothing more is begun.

    A second signal ends the process at once, as ever.
    """

    def __init__(self, submit: Submit) -> None:
        self._submit, self._recorded, self._stopped = submit, 0, False
        loop = asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(each, self._stop)

    def _stop(self) -> None:
        self._stopped = True
        loop = asyncio.get_running_loop()
        for each in (signal.SIGTERM, signal.SIGINT):
            loop.remove_signal_handler(each)

    async def submit(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """Submit, or raise Failure when told to stop."""
        if self._stopped:
            recorded = "1 row is" if self._recorded == 1 else f"{self._recorded} rows are"
            sentence = f"the import was interrupted; {recorded} recorded; run the same command again to go on"
            raise Failure(Exit.INCOMPLETE, sentence)
        outcomes = await self._submit(submissions)
        self._recorded += sum(isinstance(outcome, Receipt) for outcome in outcomes)
        return outcomes


def summary(conversation: polis.Conversation, loaded: Loaded) -> dict[str, str | int]:
    """Return what of a conversation is in the record: the same after the first import and after any further one."""
    return {
        "ballot": polis.ballot_of(conversation.source),
        "inputs": loaded.recorded[ReceiveInput],
        "votes": loaded.recorded[CastVote],
        "position": loaded.position,
    }
