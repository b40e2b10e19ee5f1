"""Processes: what happened in them. What may be asked stands in `commands`.

open ──> OPEN ──close──> CLOSED
├─ promise, declared anew at will: every declaration stays
├─ phase: collecting, analysing, answered; collecting needs a promise
├─ pause and resume; scope changed; participants join
└─ sessions planned and held, lessons published (held sessions and lessons also after the close)
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict

from ledger.fields import ApproxNumber, Facet
from ledger.messages import Event, Sealed, Sealing


# --- Words of the register --------------------------------------------------------------------
class ProcessKind(StrEnum):
    """What sort of process it is."""

    DIALOGUE = "dialogue"
    PANEL = "panel"
    TRIAL = "trial"
    NETWORK = "network"
    CONSULTATION = "consultation"
    BUDGET = "budget"
    QUALITY_WORK = "quality_work"


class ParticipationLevel(StrEnum):
    """How far influence reaches, by the IAP2 spectrum of public participation."""

    INFORM = "inform"
    CONSULT = "consult"
    INVOLVE = "involve"
    COLLABORATE = "collaborate"
    EMPOWER = "empower"


class ProcessStage(StrEnum):
    """How far a source says that a process had come; what the ledger itself saw stands in its phases."""

    PLANNED = "planned"
    ONGOING = "ongoing"
    TRIED = "tried"
    ONGOING_OR_TRIED = "ongoing_or_tried"


class ProcessPhase(StrEnum):
    """What is being done with what people say."""

    COLLECTING = "collecting"
    ANALYSING = "analysing"
    ANSWERED = "answered"


class ParticipantRole(StrEnum):
    """As what a body takes part: one of many members, or the unit whose own work is involved."""

    MEMBER = "member"
    OPERATING_UNIT = "operating_unit"


class DocumentPurpose(StrEnum):
    """What a document is for in a process."""

    STATUS_REPORT = "status_report"
    ANALYSIS = "analysis"
    DESCRIPTION = "description"
    NOTES = "notes"
    OTHER = "other"


class _Piece(BaseModel):
    """A part of a message, frozen like the message."""

    model_config = ConfigDict(frozen=True, extra="forbid")


class SessionGroup(_Piece):
    """A group that took part in a session; `count` is None where nobody counted."""

    group: str
    count: int | None = None


# --- The life of a process --------------------------------------------------------------------
class ProcessOpened(Event, topic="process-opened"):
    """A body opened a process. `period` is EDTF; `open_ended` says that no end is planned.

    `period_as_decided` is the period in the words of the decision, where that is less or more exact
    than the one the process itself uses. `participants` is how many bodies were said to take part.
    """

    process: str
    title: str
    kind: ProcessKind
    owner: str
    period: str | None = None
    channels: tuple[str, ...] = ()
    groups: tuple[str, ...] = ()
    matter: str | None = None
    open_ended: bool = False
    period_as_decided: str | None = None
    stage: str | None = None
    methods: tuple[str, ...] | None = None
    facets: tuple[Facet, ...] | None = None
    parts: tuple[str, ...] | None = None
    programme: str | None = None
    decision: str | None = None
    planned_sessions: int | None = None
    participants: ApproxNumber | None = None
    unit_named_later: bool | None = None
    legal_basis: str | None = None
    scope_method: str | None = None
    scope_object: str | None = None

    def subject(self) -> str:
        return f"process:{self.process}"

    def tags(self) -> tuple[str, ...]:
        tags = [self.subject(), f"body:{self.owner}"]
        tags += [f"matter:{self.matter}"] if self.matter is not None else []
        tags += [f"programme:{self.programme}"] if self.programme is not None else []
        tags += [f"decision:{self.decision}"] if self.decision is not None else []
        tags += [f"method:{method}" for method in self.methods or ()]
        return tuple(dict.fromkeys(tags))


class _OfProcess(BaseModel):
    """What every later event of a process names."""

    process: str

    def subject(self) -> str:
        """Return the main tag, the process."""
        return f"process:{self.process}"


class PromiseDeclared(_OfProcess, Event, topic="promise-declared"):
    """The owner said what taking part can lead to; the latest declaration holds."""

    ladder: str
    level: ParticipationLevel
    can_change: tuple[str, ...] = ()
    cannot_change: tuple[str, ...] = ()
    decided_by: str
    answer_due: str | None = None


class ScopeChanged(_OfProcess, Event, topic="scope-changed"):
    """The frame of a process changed; what is absent stayed as it was."""

    scope_method: str | None = None
    scope_object: str | None = None
    period: str | None = None
    planned_sessions: int | None = None
    channels: tuple[str, ...] | None = None
    groups: tuple[str, ...] | None = None
    methods: tuple[str, ...] | None = None
    reason: Annotated[str | Sealed | None, Sealing("P", key="process:{process}")] = None

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), *(f"method:{method}" for method in self.methods or ()))


class PhaseChanged(_OfProcess, Event, topic="phase-changed"):
    """A process went into another phase; `until` is the last day on which the phase was said to last."""

    phase: str
    until: str | None = None


class ProcessPaused(_OfProcess, Event, topic="process-paused"):
    """A process stands still for a time."""

    reason: Annotated[str | Sealed | None, Sealing("P", key="process:{process}")] = None


class ProcessResumed(_OfProcess, Event, topic="process-resumed"):
    """A paused process goes on."""


class ProcessClosed(_OfProcess, Event, topic="process-closed"):
    """A process takes in nothing more."""

    summary: Annotated[str | Sealed | None, Sealing("P", key="process:{process}")] = None


# --- Who takes part ---------------------------------------------------------------------------
class InvitationReceived(_OfProcess, Event, topic="invitation-received"):
    """Another organisation invited the owner to take part."""

    organisation: str
    document: str | None = None

    def tags(self) -> tuple[str, ...]:
        return _step_tags(self.process, self.organisation, self.document)


class ParticipationApplied(_OfProcess, Event, topic="participation-applied"):
    """The owner applied to an organisation for a place."""

    organisation: str
    document: str | None = None

    def tags(self) -> tuple[str, ...]:
        return _step_tags(self.process, self.organisation, self.document)


class PlaceConfirmed(_OfProcess, Event, topic="place-confirmed"):
    """The organisation confirmed the owner's place."""

    organisation: str
    document: str | None = None

    def tags(self) -> tuple[str, ...]:
        return _step_tags(self.process, self.organisation, self.document)


def _step_tags(process: str, organisation: str, document: str | None) -> tuple[str, ...]:
    tags = (f"process:{process}", f"body:{organisation}")
    return tags if document is None else (*tags, f"document:{document}")


class ParticipantJoined(_OfProcess, Event, topic="participant-joined"):
    """A body or unit takes part in a process; `duty` says in a line what it is to do there."""

    body: str
    role: str
    duty: str | None = None

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"body:{self.body}", participant_tag(self.process, self.body))


def participant_tag(process: str, body: str) -> str:
    """Return the tag of one body's part in a process."""
    return f"process:{process}|body:{body}"


def member_tag(process: str, member: str) -> str:
    """Return the tag of one person's seat in a process."""
    return f"process:{process}|member:{member}"


class MemberSeated(_OfProcess, Event, topic="member-seated"):
    """A person took a seat in a standing panel; `member` is a random id, the name is private and can be erased."""

    member: str
    name: Annotated[str | Sealed | None, Sealing("S", key="author:{member}")] = None

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), member_tag(self.process, self.member))


class MemberLeft(_OfProcess, Event, topic="member-left"):
    """A person left a standing panel."""

    member: str

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), member_tag(self.process, self.member))


class ProcessDocumentAttached(_OfProcess, Event, topic="process-document-attached"):
    """A document is about a process: a report of how far it came, an analysis, a description, notes."""

    document: str
    purpose: str

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"document:{self.document}")


# --- Sessions and lessons ---------------------------------------------------------------------
def session_tag(process: str, session: str) -> str:
    """Return the tag of one session of a process."""
    return f"process:{process}|session:{session}"


class SessionPlanned(_OfProcess, Event, topic="session-planned"):
    """A session was planned; `date` is EDTF, absent while no day is set."""

    session: str
    number: int | None = None
    title: str | None = None
    date: str | None = None
    place: str | None = None

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), session_tag(self.process, self.session))


class SessionHeld(_OfProcess, Event, topic="session-held"):
    """A session was held: when, who took part by group, and which indicators were shown to them.

    `matter` is the one the process belongs to, so that what was heard can be found from there.
    """

    session: str
    matter: str | None = None
    number: int | None = None
    date: str
    place: str | None = None
    groups: tuple[SessionGroup, ...] = ()
    shown_indicators: tuple[str, ...] = ()
    notes_document: str | None = None

    def tags(self) -> tuple[str, ...]:
        tags = [self.subject(), session_tag(self.process, self.session)]
        tags += [f"matter:{self.matter}"] if self.matter is not None else []
        tags += [f"indicator:{indicator}" for indicator in self.shown_indicators]
        tags += [f"document:{self.notes_document}"] if self.notes_document is not None else []
        return tuple(dict.fromkeys(tags))


def lesson_tag(process: str, lesson: str) -> str:
    """Return the tag of one lesson of a process."""
    return f"process:{process}|lesson:{lesson}"


class LessonPublished(_OfProcess, Event, topic="lesson-published"):
    """What was learnt was published for others to use, of the process or of one of its methods."""

    lesson: str
    method: str | None = None
    text: Annotated[str | Sealed, Sealing("P", key="process:{process}")]

    def tags(self) -> tuple[str, ...]:
        tags = (self.subject(), lesson_tag(self.process, self.lesson))
        return tags if self.method is None else (*tags, f"method:{self.method}")
