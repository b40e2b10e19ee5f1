"""Matters: what a body has to deal with (ärenden), under the numbers its registers give them.

    open ──> OPEN ──close──> CLOSED
              ^───reopen──────┘

A matter's own id is the ledger's; the diary number (dnr) is an attribute, kept as written and never
unique: minutes of 2015 and a letter of 2016 may both bear "KFKS 2015/174-001".
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar

from ledger.bodies import BodyDissolved, BodyRegistered
from ledger.fields import Edtf, ExternalNumber, Id, Label, Language, Numbers, StatedNumber, Text
from ledger.messages import Command, Event, Part, Rejection, Sealed, Sealing, Slice, State, Status


# --- What happened ----------------------------------------------------------------------------
class MatterKind(StrEnum):
    """What is wanted of the body: a decision, to be informed, or an answer to an initiative."""

    DECISION = "decision"
    INFORMATION = "information"
    INITIATIVE = "initiative"


class MatterRelation(StrEnum):
    """How a matter stands to another one: it follows it up, takes it in, or is split off from it."""

    FOLLOWS_UP = "follows_up"
    MERGES = "merges"
    SPLITS = "splits"


class MatterOpened(Event, topic="matter-opened"):
    """A body took up a matter. `title` is as written, in `language` (BCP 47)."""

    matter: str
    title: str
    language: str
    kind: MatterKind
    body: str
    numbers: tuple[ExternalNumber, ...] = ()

    def subject(self) -> str:
        return f"matter:{self.matter}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"body:{self.body}")


class MatterNumberAdded(Event, topic="matter-number-added"):
    """A matter got one more external number."""

    matter: str
    number: ExternalNumber

    def subject(self) -> str:
        return f"matter:{self.matter}"


class MatterLinked(Event, topic="matter-linked"):
    """`matter` stands in `relation` to `other`. `said_date` (EDTF) is the date a source gives the other."""

    matter: str
    other: str
    relation: MatterRelation
    said_date: str | None = None

    def subject(self) -> str:
        return f"matter:{self.matter}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"matter:{self.other}", f"matter:{self.matter}|other:{self.other}")


class MatterClosed(Event, topic="matter-closed"):
    """A matter was dealt with; `decision` is the one that ended it, if one did."""

    matter: str
    decision: str | None = None

    def subject(self) -> str:
        return f"matter:{self.matter}"


class MatterReopened(Event, topic="matter-reopened"):
    """A closed matter was taken up again, for the reason the body gives."""

    matter: str
    reason: Annotated[str | Sealed, Sealing("P", key="matter:{matter}")]

    def subject(self) -> str:
        return f"matter:{self.matter}"


# --- What may be asked ------------------------------------------------------------------------
class OpenMatter(Command):
    """Open a matter with a body."""

    creates: ClassVar[str | None] = "matter"

    matter: Id
    title: Label
    language: Language = "sv"
    kind: MatterKind
    body: Id
    numbers: Numbers = ()


class AddMatterNumber(Command):
    """Add an external number to a matter, open or closed."""

    matter: Id
    number: StatedNumber


class LinkMatter(Command):
    """Say how a matter stands to an earlier one, open or closed."""

    matter: Id
    other: Id
    relation: MatterRelation
    said_date: Edtf | None = None


class CloseMatter(Command):
    """Close a matter. The decision is named, not looked up: it may stand in another body's ledger."""

    matter: Id
    decision: Id | None = None


class ReopenMatter(Command):
    """Take up a closed matter again."""

    matter: Id
    reason: Text


# --- Why it may be rejected -------------------------------------------------------------------
class MatterAlreadyOpened(Rejection):
    """A matter with the id {matter} exists already; choose another id."""

    sv = "Ett ärende med id {matter} finns redan; välj ett annat id."
    status = Status.ALREADY_EXISTS


class MatterUnknown(Rejection):
    """There is no matter with the id {matter} in this ledger; open it first."""

    sv = "Det finns inget ärende med id {matter} i den här liggaren; öppna det först."
    status = Status.NOT_FOUND


class BodyUnknown(Rejection):
    """There is no body with the id {body} in this ledger; register it first."""

    sv = "Det finns inget organ med id {body} i den här liggaren; registrera det först."
    status = Status.NOT_FOUND


class BodyIsDissolved(Rejection):
    """The body {body} is dissolved; to record something from before, state when it occurred."""

    sv = "Organet {body} är upplöst; ange när det skedde om du registrerar något från tidigare."


class MatterHasNumber(Rejection):
    """The matter {matter} bears the number {scheme} {value} already."""

    sv = "Ärendet {matter} har redan numret {scheme} {value}."
    status = Status.ALREADY_EXISTS


class MatterLinksToItself(Rejection):
    """The matter {matter} cannot be linked to itself; name another matter."""

    sv = "Ärendet {matter} kan inte länkas till sig självt; ange ett annat ärende."
    status = Status.INVALID_ARGUMENT


class MatterAlreadyLinked(Rejection):
    """The matter {matter} is linked to {other} in this way already."""

    sv = "Ärendet {matter} är redan länkat till {other} på det sättet."
    status = Status.ALREADY_EXISTS


class LinkRunsBothWays(Rejection):
    """The matter {other} is linked to {matter} in this way already; it cannot also hold the other way round."""

    sv = "Ärendet {other} är redan länkat till {matter} på det sättet; det kan inte också gälla åt andra hållet."


class MatterAlreadyClosed(Rejection):
    """The matter {matter} is closed already."""

    sv = "Ärendet {matter} är redan avslutat."


class MatterNotClosed(Rejection):
    """The matter {matter} is open; only a closed matter can be reopened."""

    sv = "Ärendet {matter} pågår; bara ett avslutat ärende kan återupptas."


# --- How one leads to the other ---------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Matter:
    """What deciding needs to know of a matter."""

    numbers: frozenset[tuple[str, str]]
    closed: bool = False


@dataclass(frozen=True, slots=True)
class Body:
    """What opening a matter needs to know of its body."""

    dissolved: bool = False


@dataclass(frozen=True, slots=True)
class Links:
    """In which ways one matter is linked to one other."""

    relations: frozenset[MatterRelation]


def boundary(command: Command) -> tuple[Part, ...]:
    """Return the matter and what else the command names: its body, or the other matter and the links between."""
    match command:
        case OpenMatter(matter=matter, body=body):
            return (_matter(matter), Part(f"body:{body}", (BodyRegistered, BodyDissolved)))
        case LinkMatter(matter=matter, other=other):
            return (_matter(matter), _matter(other), _links(matter, other), _links(other, matter))
        case AddMatterNumber(matter=matter) | CloseMatter(matter=matter) | ReopenMatter(matter=matter):
            return (_matter(matter),)
    return ()


def _matter(matter: str) -> Part:
    return Part(f"matter:{matter}", (MatterOpened, MatterNumberAdded, MatterClosed, MatterReopened))


def _links(matter: str, other: str) -> Part:
    return Part(f"matter:{matter}|other:{other}", (MatterLinked,))


def evolve(state: State, event: Event) -> State:
    """Return the matter, body or links after `event`."""
    match event, state:
        case MatterOpened(numbers=numbers), None:
            return Matter(frozenset((number.scheme, number.value) for number in numbers))
        case MatterNumberAdded(number=number), Matter():
            return replace(state, numbers=state.numbers | {(number.scheme, number.value)})
        case MatterClosed(), Matter():
            return replace(state, closed=True)
        case MatterReopened(), Matter():
            return replace(state, closed=False)
        case MatterLinked(relation=relation), None:
            return Links(frozenset({relation}))
        case MatterLinked(relation=relation), Links():
            return Links(state.relations | {relation})
        case BodyRegistered(), None:
            return Body()
        case BodyDissolved(), Body():
            return Body(dissolved=True)
    return state


def decide(states: tuple[State, ...], command: Command, at: datetime) -> Iterator[Event]:
    """Yield the event that follows from `command`, or raise a Rejection."""
    match command:
        case OpenMatter():
            yield _open(states, command)
        case AddMatterNumber(matter=matter, number=number):
            if (number.scheme, number.value) in _known(states[0], matter).numbers:
                raise MatterHasNumber(matter=matter, scheme=number.scheme, value=number.value)
            yield MatterNumberAdded(matter=matter, number=number.kept())
        case LinkMatter():
            yield _link(states, command)
        case CloseMatter(matter=matter, decision=decision):
            if _known(states[0], matter).closed:
                raise MatterAlreadyClosed(matter=matter)
            yield MatterClosed(matter=matter, decision=decision)
        case ReopenMatter(matter=matter, reason=reason):
            if not _known(states[0], matter).closed:
                raise MatterNotClosed(matter=matter)
            yield MatterReopened(matter=matter, reason=reason)


def _open(states: tuple[State, ...], command: OpenMatter) -> MatterOpened:
    matter, body = states
    if matter is not None:
        raise MatterAlreadyOpened(matter=command.matter)
    if body is None:
        raise BodyUnknown(body=command.body)
    # A matter of the past may be recorded after its body is gone, if it says when it was.
    if body.dissolved and command.occurred is None:
        raise BodyIsDissolved(body=command.body)
    return MatterOpened(
        matter=command.matter,
        title=command.title,
        language=command.language,
        kind=command.kind,
        body=command.body,
        numbers=tuple(number.kept() for number in command.numbers),
    )


def _link(states: tuple[State, ...], command: LinkMatter) -> MatterLinked:
    matter, other, links, links_back = states
    _known(matter, command.matter)
    _known(other, command.other)
    if command.matter == command.other:
        raise MatterLinksToItself(matter=command.matter)
    if links is not None and command.relation in links.relations:
        raise MatterAlreadyLinked(matter=command.matter, other=command.other)
    if links_back is not None and command.relation in links_back.relations:
        raise LinkRunsBothWays(matter=command.matter, other=command.other)
    return MatterLinked(
        matter=command.matter, other=command.other, relation=command.relation, said_date=command.said_date
    )


def _known(state: Matter | None, matter: str) -> Matter:
    if state is None:
        raise MatterUnknown(matter=matter)
    return state


SLICE = Slice(
    name="matters",
    commands=(OpenMatter, AddMatterNumber, LinkMatter, CloseMatter, ReopenMatter),
    events=(MatterOpened, MatterNumberAdded, MatterLinked, MatterClosed, MatterReopened),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
)
