"""Methods and channels: ways of working with residents, whether they work, and where people can speak.

    register ──> METHOD ──assess a trial──> one assessment per trial, each by a named body

A channel is a *voice* (say what you think), an *exit* (choose another provider) or a *vote*. Choosing a
provider is not influence on what the service contains, and no view counts it as that.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from enum import StrEnum
from typing import Annotated, ClassVar, Literal, NamedTuple

from pydantic import BaseModel, ConfigDict, Field

from ledger.bodies import BodyRegistered
from ledger.fields import Code, Edtf, Facet, Id, Label, StatedFacet, Text
from ledger.messages import Command, Event, Part, Rejection, Sealed, Sealing, Slice, State, Status
from ledger.processes.events import ProcessOpened


class ChannelKind(StrEnum):
    """What somebody does in a channel: speak, choose another provider, or vote."""

    VOICE = "voice"
    EXIT = "exit"
    VOTE = "vote"


class TrialVerdict(StrEnum):
    """Whether a method worked in a trial."""

    WORKS = "works"
    MIXED = "mixed"
    FAILS = "fails"
    UNCLEAR = "unclear"


class TrialClaimant(StrEnum):
    """Who assessed a trial: the body that ran it, or one that did not."""

    OWNER = "owner"
    INDEPENDENT = "independent"


class _Piece(BaseModel):
    """A part of a message, frozen like the message."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- What happened ----------------------------------------------------------------------------
class MethodRegistered(Event, topic="method-registered"):
    """A way of working got its names. `aliases` are the other names that documents use for it."""

    method: str
    name_sv: str
    name_en: str | None = None
    aliases: tuple[str, ...] = ()
    facets: tuple[Facet, ...] = ()

    def subject(self) -> str:
        return f"method:{self.method}"


class ChannelRegistered(Event, topic="channel-registered"):
    """A channel got its name and its kind; `from_date` (EDTF) is since when people can use it."""

    channel: str
    kind: str
    name_sv: str
    name_en: str | None = None
    from_date: str | None = None

    def subject(self) -> str:
        return f"channel:{self.channel}"


class GroupRegistered(Event, topic="group-registered"):
    """A group of people that processes turn to got its name."""

    group: str
    name_sv: str
    name_en: str | None = None

    def subject(self) -> str:
        return f"group:{self.group}"


class TrialEvidence(_Piece):
    """What an assessment rests on; `kind` none says that it rests on nothing but the word of who assessed."""

    kind: str
    id: str | None = None


class TrialAssessed(Event, topic="trial-assessed"):
    """A body said whether a method worked in a process."""

    assessment: str
    method: str
    process: str
    verdict: str
    evidence: tuple[TrialEvidence, ...] = ()
    claimed_by: str
    by_body: str
    text: Annotated[str | Sealed | None, Sealing("P", key="process:{process}")] = None

    def subject(self) -> str:
        return f"method:{self.method}"

    def tags(self) -> tuple[str, ...]:
        tags = [self.subject(), f"assessment:{self.assessment}", f"process:{self.process}", f"body:{self.by_body}"]
        tags += [f"{each.kind}:{each.id}" for each in self.evidence if each.id is not None]
        return tuple(dict.fromkeys(tags))


# --- What may be asked ------------------------------------------------------------------------
class StatedTrialEvidence(_Piece):
    """A document, survey or input by its id, or none."""

    kind: Literal["document", "survey", "input", "none"]
    id: Id | None = None


class RegisterMethod(Command):
    """Give a way of working its names and traits."""

    creates: ClassVar[str | None] = "method"

    method: Id
    name_sv: Label
    name_en: Label | None = None
    aliases: Annotated[tuple[Label, ...], Field(max_length=20)] = ()
    facets: Annotated[tuple[StatedFacet, ...], Field(max_length=50)] = ()


class RegisterChannel(Command):
    """Give a channel its name and its kind."""

    channel: Code
    kind: ChannelKind
    name_sv: Label
    name_en: Label | None = None
    from_date: Edtf | None = None


class RegisterGroup(Command):
    """Give a group of people that processes turn to its name, such as civil_society."""

    group: Code
    name_sv: Label
    name_en: Label | None = None


class AssessTrial(Command):
    """Say whether a method worked in a process, and on what that rests."""

    creates: ClassVar[str | None] = "assessment"

    assessment: Id
    method: Id
    process: Id
    verdict: TrialVerdict
    evidence: Annotated[tuple[StatedTrialEvidence, ...], Field(max_length=20)] = ()
    claimed_by: TrialClaimant
    by_body: Id
    text: Text | None = None


# --- Why it may be rejected -------------------------------------------------------------------
class MethodAlreadyRegistered(Rejection):
    """A method with the id {method} is registered already; choose another id."""

    sv = "En metod med id {method} är redan registrerad; välj ett annat id."
    status = Status.ALREADY_EXISTS


class ChannelAlreadyRegistered(Rejection):
    """The channel {channel} is registered already; choose another code."""

    sv = "Kanalen {channel} är redan registrerad; välj en annan kod."
    status = Status.ALREADY_EXISTS


class GroupAlreadyRegistered(Rejection):
    """The group {group} is registered already; choose another code."""

    sv = "Gruppen {group} är redan registrerad; välj en annan kod."
    status = Status.ALREADY_EXISTS


class AssessmentAlreadyRecorded(Rejection):
    """An assessment with the id {assessment} exists already; choose another id."""

    sv = "En bedömning med id {assessment} finns redan; välj ett annat id."
    status = Status.ALREADY_EXISTS


class TriedMethodUnknown(Rejection):
    """There is no method with the id {method} in this ledger; register it first."""

    sv = "Det finns ingen metod med id {method} i den här liggaren; registrera den först."
    status = Status.NOT_FOUND


class TrialUnknown(Rejection):
    """There is no process with the id {process} in this ledger, so nothing was tried in it; open it first."""

    sv = "Det finns ingen process med id {process} i den här liggaren, så inget har prövats i den; öppna den först."
    status = Status.NOT_FOUND


class AssessorUnknown(Rejection):
    """There is no body with the id {body} in this ledger that could assess; register it first."""

    sv = "Det finns inget organ med id {body} i den här liggaren som kan bedöma; registrera det först."
    status = Status.NOT_FOUND


class AssessorNotIndependent(Rejection):
    """The body {body} runs the process {process} itself; say that the owner assesses."""

    sv = "Organet {body} driver processen {process} självt; ange att ägaren bedömer."


class AssessorNotOwner(Rejection):
    """The body {body} does not run the process {process}; say that the assessment is independent."""

    sv = "Organet {body} driver inte processen {process}; ange att bedömningen är oberoende."


class TrialEvidenceContradicts(Rejection):
    """Evidence of the kind document, survey or input needs an id; none has no id and stands alone."""

    sv = "Underlag av slaget document, survey eller input behöver ett id; none har inget id och står ensamt."
    status = Status.INVALID_ARGUMENT


# --- How one leads to the other ---------------------------------------------------------------
class Trial(NamedTuple):
    """The process in which a method was tried, as far as an assessment depends on it."""

    owner: str


class Known(NamedTuple):
    """Something that exists, and nothing more is asked of it."""


def boundary(command: Command) -> tuple[Part, ...]:
    """Return what a command names: a method, a channel, a group, a process, a body."""
    match command:
        case RegisterMethod(method=method):
            return (_method(method),)
        case RegisterChannel(channel=channel):
            return (Part(f"channel:{channel}", (ChannelRegistered,)),)
        case RegisterGroup(group=group):
            return (Part(f"group:{group}", (GroupRegistered,)),)
        case AssessTrial():
            return (
                Part(f"assessment:{command.assessment}", (TrialAssessed,)),
                _method(command.method),
                Part(f"process:{command.process}", (ProcessOpened,)),
                Part(f"body:{command.by_body}", (BodyRegistered,)),
            )
    return ()


def _method(method: str) -> Part:
    return Part(f"method:{method}", (MethodRegistered,))


def evolve(state: State, event: Event) -> State:
    """Return what is known of one part after `event`."""
    match event, state:
        case ProcessOpened(owner=owner), None:
            return Trial(owner)
        case (
            (MethodRegistered() | ChannelRegistered() | GroupRegistered() | TrialAssessed() | BodyRegistered()),
            None,
        ):
            return Known()
    return state


def decide(states: tuple[State, ...], command: Command, at: datetime) -> Iterator[Event]:
    """Yield the event that follows from `command`, or raise a Rejection. No rule here asks the time."""
    match command:
        case RegisterMethod():
            yield _register(states, command)
        case RegisterChannel():
            if states[0] is not None:
                raise ChannelAlreadyRegistered(channel=command.channel)
            yield ChannelRegistered(
                channel=command.channel,
                kind=command.kind,
                name_sv=command.name_sv,
                name_en=command.name_en,
                from_date=command.from_date,
            )
        case RegisterGroup(group=group, name_sv=name_sv, name_en=name_en):
            if states[0] is not None:
                raise GroupAlreadyRegistered(group=group)
            yield GroupRegistered(group=group, name_sv=name_sv, name_en=name_en)
        case AssessTrial():
            yield _assess(states, command)


def _register(states: tuple[State, ...], command: RegisterMethod) -> MethodRegistered:
    if states[0] is not None:
        raise MethodAlreadyRegistered(method=command.method)
    return MethodRegistered(
        method=command.method,
        name_sv=command.name_sv,
        name_en=command.name_en,
        aliases=command.aliases,
        facets=tuple(each.kept() for each in command.facets),
    )


def _assess(states: tuple[State, ...], command: AssessTrial) -> TrialAssessed:
    assessed, method, trial, body = states
    if assessed is not None:
        raise AssessmentAlreadyRecorded(assessment=command.assessment)
    if method is None:
        raise TriedMethodUnknown(method=command.method)
    if trial is None:
        raise TrialUnknown(process=command.process)
    if body is None:
        raise AssessorUnknown(body=command.by_body)
    is_owner = trial.owner == command.by_body
    if is_owner and command.claimed_by is TrialClaimant.INDEPENDENT:
        raise AssessorNotIndependent(body=command.by_body, process=command.process)
    if not is_owner and command.claimed_by is TrialClaimant.OWNER:
        raise AssessorNotOwner(body=command.by_body, process=command.process)
    return TrialAssessed(
        assessment=command.assessment,
        method=command.method,
        process=command.process,
        verdict=command.verdict,
        evidence=tuple(_evidence(command)),
        claimed_by=command.claimed_by,
        by_body=command.by_body,
        text=command.text,
    )


def _evidence(command: AssessTrial) -> Iterator[TrialEvidence]:
    for each in command.evidence:
        if (each.kind == "none") != (each.id is None) or (each.kind == "none" and len(command.evidence) > 1):
            raise TrialEvidenceContradicts
        yield TrialEvidence(kind=each.kind, id=each.id)


SLICE = Slice(
    name="methods",
    commands=(RegisterMethod, RegisterChannel, RegisterGroup, AssessTrial),
    events=(MethodRegistered, ChannelRegistered, GroupRegistered, TrialAssessed),
    boundary=boundary,
    evolve=evolve,
    decide=decide,
)
