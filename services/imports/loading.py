"""Bulk loading: many submissions through the one write path, in order, again and again without harm.

There is no back door: every row is a command with its conditions, decided like a live one. Request
ids are made from the rows, so a load that was killed is simply run again.
"""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import islice
from typing import Any, NamedTuple

from ledger.messages import Command, Receipt, Rejection, Submission
from ledger.outcomes import Aborted, Outcome
from ledger.store.committer import Overloaded
from ledger.store.port import StoreUnavailable

BATCH = 500
GROUP = 4
"""Batches handed over at once; the committer joins what waits into one group."""

PIECE = 50
TRIES_MAX = 8
PAUSE_SECONDS = 0.05
REFUSALS_SHOWN_MAX = 10

Submit = Callable[[Sequence[Submission]], Awaitable[list[Outcome]]]


class Item(NamedTuple):
    """One submission, and the file and line it comes from (line 0: the file as a whole)."""

    submission: Submission
    file: str
    line: int


class Interrupted(Exception):
    """The store stopped answering; what was loaded stays. Run the same command again."""


@dataclass(slots=True)
class Loaded:
    """What became of a load: how many commands of each class are in the record now, and how many are new.

    `position` is the last one among them; `refusals` are the first few sentences of `refused`.
    """

    recorded: Counter[type[Command]] = field(default_factory=Counter)
    new: int = 0
    position: int = 0
    refused: int = 0
    refusals: list[str] = field(default_factory=list)

    def take(self, item: Item, outcome: Outcome) -> None:
        if isinstance(outcome, Receipt):
            self.recorded[type(item.submission.command)] += 1
            self.new += not outcome.repeated
            self.position = max(self.position, outcome.first + len(outcome.ids) - 1)
            return
        self.refused += 1
        if len(self.refusals) < REFUSALS_SHOWN_MAX:
            self.refusals.append(f"{item.file}, line {item.line}: {outcome}" if item.line else str(outcome))


async def load(
    submit: Submit,
    phases: Iterable[Iterable[Item]],
    benign: Callable[[Item, Rejection], bool],
    progress: Callable[[int], None],
) -> Loaded:
    """Submit every phase, one after the other, and return what became of them all.

    `submit` belongs to one lane, so that what comes first is decided first. `benign` tells which
    rejections say that there is nothing left to do; `progress` hears how many more were answered.
    Raises Interrupted, and what the committer raises.
    """
    loaded = Loaded()
    for phase in phases:
        waiting = iter(phase)
        window = list(islice(waiting, BATCH * GROUP))
        while window:
            answering = asyncio.ensure_future(_answered(submit, window))
            following = await _ready_meanwhile(waiting, answering)
            for item, outcome in await answering:
                if isinstance(outcome, Rejection) and benign(item, outcome):
                    loaded.recorded[type(item.submission.command)] += 1
                else:
                    loaded.take(item, outcome)
            progress(len(window))
            window = following
    return loaded


async def _ready_meanwhile(waiting: Iterator[Item], answering: asyncio.Future[Any]) -> list[Item]:
    """Return the next window, made ready bit by bit whenever the engine keeps this one waiting."""
    window: list[Item] = []
    while len(window) < BATCH * GROUP and (piece := list(islice(waiting, PIECE))):
        window += piece
        if not answering.done():
            await asyncio.sleep(0)
    return window


async def _answered(submit: Submit, items: Sequence[Item]) -> list[tuple[Item, Outcome]]:
    """Return the outcomes of items in order; what others interfered with is asked again before anything that follows."""
    submissions = [item.submission for item in items]
    outcomes: list[Outcome] = []
    for attempt in range(TRIES_MAX):
        try:
            answers = await asyncio.gather(*(submit(batch) for batch in _batches(submissions)))
        except (Overloaded, StoreUnavailable) as error:
            # The request ids tell what was recorded already.
            if attempt == TRIES_MAX - 1:
                raise Interrupted(f"{error}. What was loaded stays; run the same command again.") from error
        else:
            outcomes = [outcome for answer in answers for outcome in answer]
            if not any(isinstance(outcome, Aborted) for outcome in outcomes):
                break
        await asyncio.sleep(PAUSE_SECONDS * 2**attempt)
    return list(zip(items, outcomes, strict=True))


def _batches(submissions: Sequence[Submission]) -> Iterator[Sequence[Submission]]:
    return (submissions[start : start + BATCH] for start in range(0, len(submissions), BATCH))
