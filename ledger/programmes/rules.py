"""Programmes: why a command may be rejected, and how a command leads to events.

Refused is what would break the chain of versions: an element that does not exist, a lineage that
skips a version. What nobody stated is not refused; it is shown as unknown.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from ledger.bodies import BodyRegistered
from ledger.documents.events import DocumentRegistered
from ledger.edtf import HOURS_AHEAD_MAX
from ledger.matters import MatterOpened
from ledger.messages import Command, Event, Part, Rejection, Slice, Status
from ledger.processes import ProcessOpened
from ledger.programmes.events import (
    AdoptProgramme,
    CloseProgramme,
    Element,
    FollowUpRecorded,
    GoalLineageStated,
    LineageRelation,
    LinkProgramme,
    ProgrammeAdopted,
    ProgrammeClosed,
    ProgrammeLinked,
    ProgrammeReported,
    RecordFollowUp,
    ReportProgramme,
    StateGoalLineage,
)


# --- Why it may be rejected -------------------------------------------------------------------
class ProgrammeAlreadyAdopted(Rejection):
    """A programme with the id {programme} exists already; choose another id."""

    sv = "Ett program med id {programme} finns redan; välj ett annat id."
    status = Status.ALREADY_EXISTS


class ProgrammeUnknown(Rejection):
    """There is no programme with the id {programme} in this ledger; adopt it first."""

    sv = "Det finns inget program med id {programme} i den här liggaren; registrera det först."
    status = Status.NOT_FOUND


class ElementUnknown(Rejection):
    """The programme {programme} has no element {element}; name one that it has."""

    sv = "Programmet {programme} har ingen del {element}; ange en som finns."
    status = Status.NOT_FOUND


class ProgrammeNamesUnknown(Rejection):
    """There is nothing with the id {id} as the {kind} in this ledger; record it first or leave it out."""

    sv = "Det som anges med id {id} finns inte i den här liggaren; registrera det först eller utelämna det."
    status = Status.NOT_FOUND


class ProgrammeIsClosed(Rejection):
    """The programme {programme} is closed already."""

    sv = "Programmet {programme} är redan avslutat."


class LineageNeedsSuccessor(Rejection):
    """An element that continues, merges or splits does so into another one; name the new programme and its element."""

    sv = "En del som fortsätter, slås ihop eller delas går över i en annan; ange det nya programmet och dess del."
    status = Status.INVALID_ARGUMENT


class LineageHasNoSuccessor(Rejection):
    """An element that was dropped, or whose fate is unknown, has no successor; leave the new element out."""

    sv = "En del som har tagits bort, eller vars öde är okänt, har ingen efterföljare; utelämna den nya delen."
    status = Status.INVALID_ARGUMENT


class LineageSkipsProgramme(Rejection):
    """The programme {new_programme} does not replace {programme}; state the lineage from each version to the next."""

    sv = "Programmet {new_programme} ersätter inte {programme}; ange vad som hände från varje version till nästa."


class ProgrammeAlreadyLinked(Rejection):
    """This is linked to the programme {programme} in the same place already."""

    sv = "Det är redan kopplat till programmet {programme} på samma ställe."
    status = Status.ALREADY_EXISTS


class FollowUpYearToCome(Rejection):
    """The year {year} has not begun, so the programme {programme} cannot have been followed up for it; correct the year."""

    sv = "Året {year} har inte börjat, så programmet {programme} kan inte ha följts upp för det; rätta året."
    status = Status.INVALID_ARGUMENT


# --- How one leads to the other ---------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Programme:
    """What deciding needs to know of a programme."""

    programme: str
    elements: frozenset[str]
    replaces: str | None
    closed: bool = False
    links: frozenset[tuple[str | None, ...]] = frozenset()


@dataclass(frozen=True, slots=True)
class Known:
    """Something that exists, and nothing more is asked of it."""


_ABOUT: dict[str, type[Event]] = {
    "body": BodyRegistered,
    "matter": MatterOpened,
    "document": DocumentRegistered,
    "process": ProcessOpened,
}
"""What a command may name by its id and must exist. An indicator may come into the ledger later."""


def boundary(command: Command) -> tuple[Part, ...]:
    """Return the programme, the other programme a command names, and everything else it names."""
    return (*(_programme(each) for each in _programmes(command)), *(part for part, _ in _named(command)))


def _programmes(command: Any) -> tuple[str, ...]:
    other = getattr(command, "replaces", None) or getattr(command, "new_programme", None)
    return (command.programme,) if other is None else (command.programme, other)


def _programme(id: str) -> Part:
    return Part(f"programme:{id}", (ProgrammeAdopted, ProgrammeClosed, ProgrammeLinked))


def _named(command: Command) -> Iterator[tuple[Part, Rejection]]:
    for kind, event in _ABOUT.items():
        named = getattr(command, kind, None)
        if isinstance(named, str):
            yield Part(f"{kind}:{named}", (event,)), ProgrammeNamesUnknown(kind=kind, id=named)


def evolve(state: Any, event: Event) -> Any:
    """Return the state of one part after `event`."""
    match event, state:
        # A later version carries the tag of the one it replaces; it is no second adoption of that one.
        case ProgrammeAdopted(), None:
            return Programme(event.programme, frozenset(each.element for each in event.elements), event.replaces)
        case ProgrammeClosed(), Programme():
            return replace(state, closed=True)
        case ProgrammeLinked(), Programme():
            return replace(state, links=state.links | {_place(event)})
        case ((BodyRegistered() | MatterOpened() | DocumentRegistered() | ProcessOpened()), None):
            return Known()
    return state


def _place(link: ProgrammeLinked | LinkProgramme) -> tuple[str | None, ...]:
    return (link.element, link.matter, link.process, link.indicator)


def decide(states: tuple[Any, ...], command: Command, at: datetime) -> Iterable[Event]:
    """Return the event that follows from `command`, or raise a Rejection."""
    asked = _programmes(command)
    _check_programmes(command, asked, states)
    for known, (_, rejection) in zip(states[len(asked) :], _named(command), strict=True):
        if known is None:
            raise rejection
    members = command.own()
    match command:
        case AdoptProgramme(elements=elements):
            kept = tuple(Element(**dict(each)) for each in elements)
            return (ProgrammeAdopted(**members | {"elements": kept}),)
        case StateGoalLineage():
            _check_lineage(states, command)
            return (GoalLineageStated(**members),)
        case RecordFollowUp(programme=programme, year=year):
            if year > (at + HOURS_AHEAD_MAX).year:
                raise FollowUpYearToCome(year=str(year), programme=programme)
            return (FollowUpRecorded(**members),)
        case ReportProgramme():
            return (ProgrammeReported(**members),)
        case CloseProgramme(programme=programme):
            if states[0].closed:
                raise ProgrammeIsClosed(programme=programme)
            return (ProgrammeClosed(**members),)
        case LinkProgramme():
            _check_link(states[0], command)
            return (ProgrammeLinked(**members),)
    raise TypeError(f"{type(command).__name__} is no command of programmes")


def _check_programmes(command: Command, asked: tuple[str, ...], states: tuple[Any, ...]) -> None:
    """Raise unless a programme to be adopted is new, and every other one that is named is known."""
    for place, (programme, state) in enumerate(zip(asked, states, strict=False)):
        is_new = isinstance(command, AdoptProgramme) and place == 0
        if is_new and state is not None:
            raise ProgrammeAlreadyAdopted(programme=programme)
        if not is_new and state is None:
            raise ProgrammeUnknown(programme=programme)


def _check_element(state: Programme, element: str | None) -> None:
    if element is not None and element not in state.elements:
        raise ElementUnknown(programme=state.programme, element=element)


def _check_lineage(states: tuple[Any, ...], command: StateGoalLineage) -> None:
    _check_element(states[0], command.element)
    named = (command.new_programme is not None, command.new_element is not None)
    if command.relation in {LineageRelation.DROPPED, LineageRelation.UNKNOWN}:
        if any(named):
            raise LineageHasNoSuccessor
        return
    if not all(named):
        raise LineageNeedsSuccessor
    if states[1].replaces != command.programme:
        raise LineageSkipsProgramme(programme=command.programme, new_programme=command.new_programme)
    _check_element(states[1], command.new_element)


def _check_link(state: Programme, command: LinkProgramme) -> None:
    _check_element(state, command.element)
    if _place(command) in state.links:
        raise ProgrammeAlreadyLinked(programme=command.programme)


SLICE = Slice(
    name="programmes",
    commands=(AdoptProgramme, StateGoalLineage, RecordFollowUp, ReportProgramme, CloseProgramme, LinkProgramme),
    events=(
        ProgrammeAdopted,
        GoalLineageStated,
        FollowUpRecorded,
        ProgrammeReported,
        ProgrammeClosed,
        ProgrammeLinked,
    ),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
)
