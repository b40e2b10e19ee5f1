"""Dispositions: what their rules rest on, folded from the record.

An account knows its scope, a gathering knows the inputs of a process or matter, a line knows how
often it was revised and whether it is contested.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from enum import StrEnum
from typing import Any, NamedTuple

from ledger.bodies import BodyRegistered
from ledger.commitments import CommitmentMade
from ledger.decisions.events import DecisionRecorded
from ledger.dispositions.events import (
    AccountClosed,
    ContestAnswered,
    DispositionContested,
    DispositionRecorded,
    DispositionRevised,
)
from ledger.dispositions.layers import Layers, added, found
from ledger.inputs import (
    InputMerged,
    InputModerated,
    InputReceived,
    InputRestored,
    InputRevised,
    InputWithdrawn,
)
from ledger.matters import MatterOpened
from ledger.messages import Event
from ledger.processes import ProcessOpened


class Standing(StrEnum):
    """How an input stands; what is no longer live accounts for itself."""

    LIVE = "live"
    WITHDRAWN = "withdrawn"
    MERGED = "merged"
    MODERATED = "moderated"


class Lot(NamedTuple):
    """What became of an input before any decision: its standing, and into what it was merged."""

    standing: Standing = Standing.LIVE
    into: str | None = None


LIVE = Lot()


@dataclass(frozen=True, slots=True)
class Received:
    """An input as far as its disposition depends on it."""

    process: str | None
    matter: str | None
    author: str
    version: int = 1
    lot: Lot = LIVE


@dataclass(frozen=True, slots=True)
class Gathering:
    """All inputs of one process or matter."""

    inputs: Layers[Lot] = ()


@dataclass(frozen=True, slots=True)
class Account:
    """What a decision must account for; `lines` are filled only for a command that closes it."""

    matter: str
    scope: tuple[tuple[str, str], ...]
    clauses: frozenset[int]
    closed: bool = False
    lines: Layers[None] = ()


@dataclass(frozen=True, slots=True)
class Line:
    """One line of an account. `contested` is the revision an open contest is about."""

    revision: int = 1
    contested: int | None = None


@dataclass(frozen=True, slots=True)
class Known:
    """Something that exists, and nothing more is asked of it."""


def evolve(state: Any, event: Event) -> Any:
    """Return the state of one part after `event`. Never raises: what happened, happened."""
    match event, state:
        case DispositionRecorded(), None:
            return Line()
        case _, Line():
            return _line(state, event)
        case DecisionRecorded(), None:
            return Account(event.matter, _scope(event), frozenset(clause.number for clause in event.clauses))
        case DispositionRecorded(), Account():
            return replace(state, lines=added(state.lines, event.input, None))
        case AccountClosed(), Account():
            return replace(state, closed=True)
        case InputReceived(), None:
            return Received(event.process, event.matter, event.author)
        case InputRevised(), Received():
            return replace(state, version=max(state.version, event.input_version))
        case _, Received():
            return replace(state, lot=_lot(state.lot, event))
        case ((ProcessOpened() | MatterOpened()), None):
            return Gathering()
        case _, Gathering():
            return _gathering(state, event)
        case ((BodyRegistered() | CommitmentMade()), None):
            return Known()
    return state


def _scope(event: DecisionRecorded) -> tuple[tuple[str, str], ...]:
    processes = [("process", item.process) for item in event.scope if item.process]
    matters = [("matter", item.matter) for item in event.scope if item.matter]
    return (*processes, *matters)


def _line(line: Line, event: Event) -> Line:
    match event:
        case DispositionRevised():
            return replace(line, revision=event.revision)
        case DispositionContested():
            return replace(line, contested=event.revision)
        case ContestAnswered():
            return replace(line, contested=None)
    return line


def _gathering(gathering: Gathering, event: Event) -> Gathering:
    match event:
        case InputReceived():
            return Gathering(added(gathering.inputs, event.input, LIVE))
        case InputWithdrawn() | InputMerged() | InputModerated() | InputRestored():
            before = found(gathering.inputs, event.input)
            if before is not None:
                return Gathering(added(gathering.inputs, event.input, _lot(before, event)))
    return gathering


def _lot(lot: Lot, event: Event) -> Lot:
    """Return what became of an input after `event`; what its author withdrew stays withdrawn."""
    if lot.standing is Standing.WITHDRAWN:
        return lot
    match event:
        case InputWithdrawn():
            return Lot(Standing.WITHDRAWN)
        case InputMerged():
            return Lot(Standing.MERGED, event.into)
        case InputModerated(verdict="rejected"):
            return Lot(Standing.MODERATED)
        case InputModerated(verdict="accepted") if lot.standing is Standing.MODERATED:
            return LIVE
        case InputRestored():
            return LIVE
    return lot
