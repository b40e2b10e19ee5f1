"""Inputs: what deciding remembers of an input and of what it belongs to, and how events change it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from ledger.bodies import BodyRegistered
from ledger.edtf import earliest
from ledger.governance import RuleAdopted, RuleRepealed
from ledger.inputs.events import (
    InputMerged,
    InputModerated,
    InputReceived,
    InputRestored,
    InputRevised,
    InputWithdrawn,
    SupportGiven,
    SupportWithdrawn,
)
from ledger.inputs.links import CriticismLinked, InputSplit
from ledger.inputs.petitions import (
    EligibilityConfirmed,
    SignatureCount,
    SignaturesCounted,
    SignaturesHeld,
    SigningClosed,
    SigningOpened,
    SubmittedToBody,
    Threshold,
    ThresholdReached,
)
from ledger.matters import MatterClosed, MatterOpened, MatterReopened
from ledger.messages import Event, State
from ledger.processes import ProcessClosed, ProcessOpened


class Standing(StrEnum):
    """Where an input stands in its life; received and accepted ones are live."""

    RECEIVED = "received"
    ACCEPTED = "accepted"
    REJECTED = "rejected"
    MERGED = "merged"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class Signing:
    """How an input is signed. `recent` are the counts of the latest event, `highest` the highest count ever.

    `occurred` (EDTF) is when the signing was opened, where that was not when it was recorded.
    """

    held: SignaturesHeld
    thresholds: tuple[Threshold, ...]
    opens: str | None
    closes: str | None
    electorate: int | None = None
    occurred: str | None = None
    recent: tuple[SignatureCount, ...] = ()
    highest: int = 0
    closed: bool = False

    def asks(self, rule: str) -> int | None:
        """Return the number of signatures a rule asks for, None where the signing states none."""
        return next((each.signatures for each in self.thresholds if each.rule == rule), None)

    def began(self) -> str | None:
        """Return the first day of signing, by whose law its thresholds are; None where it is that of the recording."""
        if self.opens is not None:
            return self.opens[:10]
        first = None if self.occurred is None else earliest(self.occurred)
        return None if first is None else first.isoformat()

    def takes_at(self, at: datetime) -> bool:
        """Tell whether signatures can be given at an instant."""
        if self.closed:
            return False
        opened = self.opens is None or datetime.fromisoformat(self.opens) <= at
        return opened and (self.closes is None or at < datetime.fromisoformat(self.closes))


@dataclass(frozen=True, slots=True)
class Input:
    """What deciding needs to know of an input; `latest` is the number of its latest version.

    What belongs to petitions and links is known where the part of the record holds those events.
    """

    id: str
    author: str
    process: str | None
    matter: str | None
    latest: int = 1
    standing: Standing = Standing.RECEIVED
    into: str | None = None
    supporters: int = 0
    signing: Signing | None = None
    done: frozenset[tuple[str, ...]] = frozenset()


class Adopted(NamedTuple):
    """One adoption of a rule: its first day, its last, the day it was repealed from, and the number it says."""

    begins: str
    last: str | None
    repealed: str | None
    value: int | None
    unit: str | None

    def holds(self, day: str) -> bool:
        """Tell whether it has not ended by a day."""
        return (self.last is None or day <= self.last) and (self.repealed is None or day < self.repealed)


class Law(NamedTuple):
    """All adoptions of a rule for everybody, in the order of recording."""

    adoptions: tuple[Adopted, ...] = ()

    def on(self, day: str) -> Adopted | None:
        """Return the adoption that holds on an ISO day; what begins last holds, since it ended what held before."""
        begun = [each for each in self.adoptions if each.begins <= day and each.holds(each.begins)]
        found = max(begun, key=lambda each: each.begins, default=None)
        return found if found is not None and found.holds(day) else None


@dataclass(frozen=True, slots=True)
class Support:
    """One supporter's support of one input: the version supported, None once withdrawn."""

    input_version: int | None


@dataclass(frozen=True, slots=True)
class Process:
    """What an input needs to know of its process."""

    matter: str | None
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Matter:
    """What an input needs to know of its matter."""

    closed: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """A body an input can be put before."""


# --- How events change it -----------------------------------------------------------------------
def evolve(state: State, event: Event) -> State:
    """Return the input, support, process, matter or body after `event`."""
    match event, state:
        case InputReceived(), None:
            return Input(event.input, event.author, event.process, event.matter)
        case _, Input():
            return _evolve_input(state, event)
        case SupportGiven(input_version=input_version), None | Support():
            return Support(input_version)
        case SupportWithdrawn(), Support():
            return Support(None)
    return _evolve_scope(state, event)


def _evolve_input(state: Input, event: Event) -> Input:
    match event:
        case InputRevised(input_version=latest):
            # An acceptance was of the words as they read then; new words are moderated anew.
            return replace(state, latest=latest, standing=Standing.RECEIVED)
        case InputWithdrawn():
            return replace(state, standing=Standing.WITHDRAWN)
        case InputMerged(into=into):
            return replace(state, standing=Standing.MERGED, into=into)
        case InputModerated(verdict=verdict):
            return replace(state, standing=Standing(verdict.value))
        case InputRestored():
            return replace(state, standing=Standing.RECEIVED, into=None)
        case SupportGiven():
            return replace(state, supporters=state.supporters + 1)
        case SupportWithdrawn():
            return replace(state, supporters=max(0, state.supporters - 1))
        case SigningOpened():
            return replace(state, signing=_signing(event))
        case SigningClosed() if state.signing is not None:
            return replace(state, signing=replace(state.signing, closed=True))
        case SignaturesCounted(counts=counts) if state.signing is not None and counts:
            highest = max(state.signing.highest, *(each.count for each in counts))
            return replace(state, signing=replace(state.signing, recent=counts, highest=highest))
    return replace(state, done=done) if (done := state.done | _done(state, event)) != state.done else state


def _signing(event: SigningOpened) -> Signing:
    return Signing(event.held, event.thresholds, event.opens, event.closes, event.electorate, event.occurred)


def _done(state: Input, event: Event) -> frozenset[tuple[str, ...]]:
    """Return what an event did that is done once."""
    match event:
        case ThresholdReached(rule=rule):
            return frozenset({("threshold", rule)})
        case EligibilityConfirmed(rule=rule):
            return frozenset({("eligible", rule)})
        case SubmittedToBody(body=body):
            return frozenset({("submitted", body)})
        case CriticismLinked(target_kind=kind, target=target):
            return frozenset({("criticises", kind, target)})
        case InputSplit(input=whole, parts=parts) if whole == state.id:
            return frozenset(("part", part) for part in parts)
    return frozenset()


def _law(state: Law, event: RuleAdopted | RuleRepealed) -> Law:
    """Return the rule after `event`; what a body adopted for itself binds no petition."""
    if event.body is not None:
        return state
    if isinstance(event, RuleAdopted):
        return Law((*state.adoptions, Adopted(event.valid_from, event.valid_to, None, event.value, event.unit)))
    ended = event.valid_from
    return Law(tuple(each._replace(repealed=event.on) if each.begins == ended else each for each in state.adoptions))


def _evolve_scope(state: State, event: Event) -> State:
    match event, state:
        case ProcessOpened(matter=matter), None:
            return Process(matter)
        case ProcessClosed(), Process():
            return replace(state, closed=True)
        case MatterOpened(), None:
            return Matter()
        case MatterClosed(), Matter():
            return Matter(closed=True)
        case MatterReopened(), Matter():
            return Matter()
        case BodyRegistered(), None:
            return Body()
        case ((RuleAdopted() | RuleRepealed()), _):
            return _law(state or Law(), event)
    return state
