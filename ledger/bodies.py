"""Bodies: who decides, prepares or answers (nämnd, utskott, förvaltningsenhet, extern organisation).

    register ──> STANDING ──dissolve──> DISSOLVED
                 └─rename─┘

A body names its parent when it is registered and never changes it, and the parent must be
registered before, so the tree of bodies has no circle by construction: the chain from a committee
(utskott) to its board (nämnd) can always be walked to its end.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from ledger.fields import ExternalNumber, Id, Label, Numbers
from ledger.messages import Command, Event, Part, Rejection, Slice, Status


# --- What happened ----------------------------------------------------------------------------
class BodyKind(StrEnum):
    """What sort of body it is; `unit` is a part of the administration, `external` outside it."""

    COUNCIL = "council"
    BOARD = "board"
    COMMITTEE = "committee"
    UNIT = "unit"
    EXTERNAL = "external"


class BodyRegistered(Event, topic="body-registered"):
    """A body became known to the ledger. `name` is Swedish, as it writes it itself."""

    body: str
    kind: BodyKind
    name: str
    name_en: str | None = None
    parent: str | None = None
    numbers: tuple[ExternalNumber, ...] = ()

    def subject(self) -> str:
        return f"body:{self.body}"


class BodyRenamed(Event, topic="body-renamed"):
    """A body took a new name. Without `name_en` it has no English name from now on."""

    body: str
    name: str
    name_en: str | None = None

    def subject(self) -> str:
        return f"body:{self.body}"


class BodyDissolved(Event, topic="body-dissolved"):
    """A body ceased to be; what it did stands."""

    body: str

    def subject(self) -> str:
        return f"body:{self.body}"


# --- What may be asked ------------------------------------------------------------------------
class RegisterBody(Command):
    """Register a body, under its parent if it has one."""

    creates: ClassVar[str | None] = "body"

    body: Id
    kind: BodyKind
    name: Label
    name_en: Label | None = None
    parent: Id | None = None
    numbers: Numbers = ()


class RenameBody(Command):
    """Give a body a new name; both names are stated anew."""

    body: Id
    name: Label
    name_en: Label | None = None


class DissolveBody(Command):
    """Record that a body ceased to be."""

    body: Id


# --- Why it may be rejected -------------------------------------------------------------------
class BodyAlreadyRegistered(Rejection):
    """A body with the id {body} is registered already; choose another id."""

    sv = "Ett organ med id {body} är redan registrerat; välj ett annat id."
    status = Status.ALREADY_EXISTS


class BodyUnknown(Rejection):
    """There is no body with the id {body} in this ledger; register it first."""

    sv = "Det finns inget organ med id {body} i den här liggaren; registrera det först."
    status = Status.NOT_FOUND


class BodyIsDissolved(Rejection):
    """The body {body} is dissolved; to record something from before, state when it occurred."""

    sv = "Organet {body} är upplöst; ange när det skedde om du registrerar något från tidigare."


class BodyAlreadyDissolved(Rejection):
    """The body {body} is dissolved already."""

    sv = "Organet {body} är redan upplöst."


class NameUnchanged(Rejection):
    """The body {body} has this name already; nothing would change."""

    sv = "Organet {body} heter redan så; inget skulle ändras."


# --- How one leads to the other ---------------------------------------------------------------
@dataclass(frozen=True, slots=True)
class Body:
    """What deciding needs to know of a body."""

    name: str
    name_en: str | None
    dissolved: bool = False


def boundary(command: Command) -> tuple[Part, ...]:
    """Return the body itself and, where one is named, its parent."""
    match command:
        case RegisterBody(body=body, parent=None):
            return (_body(body),)
        case RegisterBody(body=body, parent=str(parent)):
            return (_body(body), _body(parent))
        case RenameBody(body=body) | DissolveBody(body=body):
            return (_body(body),)
    return ()


def _body(body: str) -> Part:
    return Part(f"body:{body}", (BodyRegistered, BodyRenamed, BodyDissolved))


def evolve(state: Body | None, event: Event) -> Body | None:
    """Return the body after `event`."""
    match event, state:
        case BodyRegistered(name=name, name_en=name_en), None:
            return Body(name, name_en)
        case BodyRenamed(name=name, name_en=name_en), Body():
            return replace(state, name=name, name_en=name_en)
        case BodyDissolved(), Body():
            return replace(state, dissolved=True)
    return state


def decide(states: tuple[Body | None, ...], command: Command, at: datetime) -> Iterator[Event]:
    """Yield the event that follows from `command`, or raise a Rejection."""
    match command:
        case RegisterBody():
            yield _register(states, command)
        case RenameBody(body=body, name=name, name_en=name_en):
            known = _standing(states[0], command, body)
            if (known.name, known.name_en) == (name, name_en):
                raise NameUnchanged(body=body)
            yield BodyRenamed(body=body, name=name, name_en=name_en)
        case DissolveBody(body=body):
            if _known(states[0], body).dissolved:
                raise BodyAlreadyDissolved(body=body)
            yield BodyDissolved(body=body)


def _register(states: tuple[Body | None, ...], command: RegisterBody) -> BodyRegistered:
    if states[0] is not None:
        raise BodyAlreadyRegistered(body=command.body)
    if command.parent == command.body:
        raise BodyUnknown(body=command.parent)
    if command.parent is not None:
        _standing(states[1], command, command.parent)
    return BodyRegistered(
        body=command.body,
        kind=command.kind,
        name=command.name,
        name_en=command.name_en,
        parent=command.parent,
        numbers=tuple(number.kept() for number in command.numbers),
    )


def _known(state: Body | None, body: str) -> Body:
    if state is None:
        raise BodyUnknown(body=body)
    return state


def _standing(state: Body | None, command: Command, body: str) -> Body:
    """Return the body if it could act; one that is dissolved acts only in the past (`occurred`)."""
    known = _known(state, body)
    if known.dissolved and command.occurred is None:
        raise BodyIsDissolved(body=body)
    return known


SLICE = Slice(
    name="bodies",
    commands=(RegisterBody, RenameBody, DissolveBody),
    events=(BodyRegistered, BodyRenamed, BodyDissolved),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
)
