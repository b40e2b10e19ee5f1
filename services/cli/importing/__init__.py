"""`liggare import`: bring in data of other systems, one module for each. Here: how any of them is carried out.

An import can be stopped and run again: what is in the record already is passed over.
"""

from __future__ import annotations

import asyncio
import signal
from collections.abc import Callable, Iterable, Sequence

from ledger.messages import Receipt, Rejection, Submission
from ledger.outcomes import Outcome
from services.bootstrap import running
from services.cli.exits import Exit, Failure
from services.cli.output import say
from services.imports.loading import Item, Loaded, Submit, load
from services.settings import Settings


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
