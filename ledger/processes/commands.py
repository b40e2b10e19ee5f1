"""Processes: what may be asked of them."""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field

from ledger.fields import Code, Date, Edtf, Id, Label, PersonName, StatedApproxNumber, StatedFacet, Text
from ledger.messages import Command
from ledger.processes.events import (
    DocumentPurpose,
    ParticipantRole,
    ParticipationLevel,
    ProcessKind,
    ProcessPhase,
    ProcessStage,
)

Codes = Annotated[tuple[Code, ...], Field(max_length=50)]
# 20 of 300 characters each, twice: what can and what cannot change fit one entry of 65,535 bytes together.
Clauses = Annotated[tuple[Label, ...], Field(max_length=20)]
Ids = Annotated[tuple[Id, ...], Field(max_length=50)]
"""Up to 50 ids."""

SessionCount = Annotated[int, Field(ge=1, le=10_000)]
"""A number of sessions, or the number of one, counted from 1."""

HeadCount = Annotated[int, Field(ge=0, le=1_000_000_000)]
"""How many people."""


class _Stated(BaseModel):
    """A part of a request, frozen like the request."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class StatedSessionGroup(_Stated):
    """A group that took part in a session; leave `count` out where nobody counted."""

    group: Code
    count: HeadCount | None = None


class OpenProcess(Command):
    """Open a process, of its own or within a matter."""

    creates: ClassVar[str | None] = "process"

    process: Id
    title: Label
    kind: ProcessKind
    owner: Id
    period: Edtf | None = None
    channels: Codes = ()
    groups: Codes = ()
    matter: Id | None = None
    open_ended: bool = False
    period_as_decided: Edtf | None = None
    stage: ProcessStage | None = None
    methods: Ids = ()
    facets: Annotated[tuple[StatedFacet, ...], Field(max_length=50)] = ()
    parts: Ids = ()
    programme: Id | None = None
    decision: Id | None = None
    planned_sessions: SessionCount | None = None
    participants: StatedApproxNumber | None = None
    unit_named_later: bool = False
    legal_basis: Label | None = None
    scope_method: Label | None = None
    scope_object: Label | None = None


class DeclarePromise(Command):
    """Say what taking part in a process can lead to."""

    process: Id
    ladder: Code = "iap2"
    level: ParticipationLevel
    can_change: Clauses = ()
    cannot_change: Clauses = ()
    decided_by: Id
    answer_due: Date | None = None


class ChangeScope(Command):
    """Change the frame of a process: what is left out stays as it is, a list that is given replaces the old one."""

    process: Id
    scope_method: Label | None = None
    scope_object: Label | None = None
    period: Edtf | None = None
    planned_sessions: SessionCount | None = None
    channels: Codes = ()
    groups: Codes = ()
    methods: Ids = ()
    reason: Text | None = None


class ChangePhase(Command):
    """Bring a process into another phase, with the last day it is to last."""

    process: Id
    phase: ProcessPhase
    until: Date | None = None


class PauseProcess(Command):
    """Let a process stand still."""

    process: Id
    reason: Text | None = None


class ResumeProcess(Command):
    """Let a paused process go on."""

    process: Id


class CloseProcess(Command):
    """Close a process."""

    process: Id
    summary: Text | None = None


# --- Who takes part ---------------------------------------------------------------------------
class ReceiveInvitation(Command):
    """Record that an organisation invited the owner to take part."""

    process: Id
    organisation: Id
    document: Id | None = None


class ApplyToProcess(Command):
    """Record that the owner applied to an organisation for a place."""

    process: Id
    organisation: Id
    document: Id | None = None


class ConfirmPlace(Command):
    """Record that an organisation confirmed the owner's place."""

    process: Id
    organisation: Id
    document: Id | None = None


class JoinProcess(Command):
    """Name a body or unit that takes part in a process, also where it was left to be named later."""

    process: Id
    body: Id
    role: ParticipantRole = ParticipantRole.MEMBER
    duty: Label | None = None


class SeatMember(Command):
    """Record that a person took a seat in a standing panel, under a random id; a name is private."""

    process: Id
    member: Id
    name: PersonName | None = None


class ReleaseMember(Command):
    """Record that a person left a standing panel."""

    process: Id
    member: Id


class AttachProcessDocument(Command):
    """Say that a document is about a process, and what it is for."""

    process: Id
    document: Id
    purpose: DocumentPurpose


# --- Sessions and lessons ---------------------------------------------------------------------
class PlanSession(Command):
    """Plan a session of a process."""

    creates: ClassVar[str | None] = "session"

    process: Id
    session: Id
    number: SessionCount | None = None
    title: Label | None = None
    date: Edtf | None = None
    place: Label | None = None


class HoldSession(Command):
    """Record that a session was held and who took part, planned beforehand or not."""

    creates: ClassVar[str | None] = "session"

    process: Id
    session: Id
    number: SessionCount | None = None
    date: Edtf
    place: Label | None = None
    groups: Annotated[tuple[StatedSessionGroup, ...], Field(max_length=50)] = ()
    shown_indicators: Ids = ()
    notes_document: Id | None = None


class PublishLesson(Command):
    """Publish what was learnt, of the process or of one of its methods, for others to use."""

    creates: ClassVar[str | None] = "lesson"

    process: Id
    lesson: Id
    method: Id | None = None
    text: Text
