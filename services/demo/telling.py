"""Tell the story to a ledger: submit what is known beforehand, and do the steps that rest on what is recorded by then.

A step goes the way an office goes: answers are weighed, put on a card and released by what `liggare survey` runs, and
keys are destroyed by what `liggare erase` runs. Told again, nothing is added.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from contextlib import closing
from itertools import groupby
from typing import Any

from ledger.corrections import CorrectEvent
from ledger.entries import decode
from ledger.messages import Command, Receipt, Submission
from ledger.processes import ProcessClosed
from services.bootstrap import Running
from services.demo.story import NETWORK, Step, Told, plot, submission
from services.erasing import erase
from services.rules import adopting
from services.surveys.opened import Surveyed, surveyed
from services.surveys.releasing import Stated, card_command, results_commands, weights_command


class DoesNotFit(Exception):
    """The ledger holds something that the story cannot be told beside; the message says what was refused."""


async def tell(ledger: Running, *, illustrative: bool = False) -> int:
    """Adopt the rules of Sweden and tell the story; return how many events it is. Raises DoesNotFit.

    Filler stands among the facts, so it cannot be told to a ledger that has heard the story to its end without it.
    """
    if illustrative and _is_told_without_filler(ledger):
        raise DoesNotFit("the story was told here without what is illustrative; tell it with it to a new ledger")
    teller = _Teller(ledger)
    await teller.submit([item.submission for item in adopting.items("sweden", ledger.ledger)])
    for is_step, facts in groupby(plot(illustrative=illustrative), lambda each: isinstance(each, Step)):
        if is_step:
            for each in facts:
                assert isinstance(each, Step)
                await teller.steps[each.name](each)
        else:
            await teller.record([each.command for each in facts if isinstance(each, Told)])
    return teller.events


def _is_told_without_filler(ledger: Running) -> bool:
    """Tell whether the process to which most filler belongs was closed before any of it came."""
    with closing(ledger.reader()) as reader:
        positions = reader.positions([f"process:{NETWORK}"], 0, reader.head())
        told = [decode(*each) for each in reader.at(positions)]
    sources = (each.event.source for each in told)
    is_closed = any(isinstance(each.event, ProcessClosed) for each in told)
    return is_closed and not any(each is not None and each.basis == "illustrative" for each in sources)


class _Teller:
    """Counts the events that the story is, whether they are new or were told before."""

    def __init__(self, ledger: Running) -> None:
        self._ledger = ledger
        self._lane = ledger.committer.lane()
        self.events = 0
        self.steps: dict[str, Callable[[Step], Awaitable[None]]] = {
            "weigh": self._weigh,
            "card": self._publish_card,
            "release": self._release,
            "correct": self._correct,
            "erase": self._erase,
        }

    async def submit(self, submissions: Sequence[Submission]) -> None:
        """Submit in order, and count what is recorded. Raises DoesNotFit."""
        for outcome in await self._lane.submit(submissions):
            if not isinstance(outcome, Receipt):
                raise DoesNotFit(str(outcome))
            self.events += len(outcome.ids)

    async def record(self, commands: Sequence[Command]) -> None:
        """Submit commands of the story."""
        await self.submit([submission(self._ledger.ledger, each) for each in commands])

    # --- A survey -------------------------------------------------------------------------------
    async def _weigh(self, step: Step) -> None:
        known = self._known(step)
        if known.survey.weights is not None:
            self.events += 1
            return
        await self._record_stated(step, [weights_command(known, step.members["margins"])])

    async def _publish_card(self, step: Step) -> None:
        known = self._known(step)
        if known.survey.card:
            self.events += 1
            return
        await self._record_stated(step, [card_command(known, Stated(**step.members["card"]))])

    async def _release(self, step: Step) -> None:
        known = self._known(step)
        if step.members["release"] in known.survey.releases:
            self.events += 1
            return
        with closing(self._ledger.reader()) as reader:
            results = results_commands(reader, known, step.members["release"])
        await self._record_stated(step, results)

    def _known(self, step: Step) -> Surveyed:
        with closing(self._ledger.reader()) as reader:
            found = surveyed(reader, self._ledger.parts.vault, step.members["survey"])
        assert found is not None
        return found

    async def _record_stated(self, step: Step, commands: Sequence[Command]) -> None:
        await self.record([each.model_copy(update=step.stated) for each in commands])

    # --- What is changed afterwards -------------------------------------------------------------
    async def _correct(self, step: Step) -> None:
        members = {name: value for name, value in step.members.items() if name != "position_of"}
        position = self._position(members["tag"], members["topic"], step.members["position_of"])
        await self.record([CorrectEvent.model_validate(members | step.stated | {"position": position})])

    def _position(self, tag: str, topic: str, named: dict[str, Any]) -> int:
        """Return the position of the first event of a topic about a subject whose fields are those named."""
        with closing(self._ledger.reader()) as reader:
            for each in reader.at(reader.positions([tag], 0, reader.head())):
                recorded = decode(*each)
                fields = [getattr(recorded.event, name, None) == value for name, value in named.items()]
                if recorded.event.topic == topic and all(fields):
                    return recorded.position
        raise DoesNotFit(f"there is no event {topic} about {tag}")

    async def _erase(self, step: Step) -> None:
        # Done again each time: a run that was stopped between the record and the keys is finished by the next.
        await erase(self._ledger, step.members["request"], step.members["by_role"], **step.stated)
        self.events += len(("ErasureBegun", "KeyDestroyed"))
