"""Programmes: visions, values, goals and purposes a body governs by (styrande dokument).

    adopt ──> IN FORCE ──adopt another that replaces it──> REPLACED
                 ├── follow up, report, link                 ──close──> CLOSED

A new version is a programme of its own that names the one it replaces. What became of each goal in
the new version is stated goal by goal; where nobody states it, it is shown as unknown.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated, ClassVar

from pydantic import BaseModel, ConfigDict, Field, model_validator

from ledger.fields import Edtf, Id, Label, Language, Text
from ledger.messages import Command, Event, Sealed, Sealing

ELEMENTS_MAX = 100
ALIASES_MAX = 20


class _Piece(BaseModel):
    """A part of a message, frozen like the message."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- What happened ----------------------------------------------------------------------------
class ElementKind(StrEnum):
    """What an element of a programme is."""

    VISION = "vision"
    VALUE = "value"
    GOAL = "goal"
    PURPOSE = "purpose"


class LineageRelation(StrEnum):
    """What became of an element in the version that replaced its programme."""

    CONTINUES = "continues"
    MERGED = "merged"
    SPLIT = "split"
    DROPPED = "dropped"
    UNKNOWN = "unknown"


class ReportKind(StrEnum):
    """What a report on a programme is: on the way, at its end (slutrapport), or ahead (utblick)."""

    INTERIM = "interim"
    FINAL = "final"
    OUTLOOK = "outlook"


class Element(_Piece):
    """One vision, value, goal or purpose; neither title nor text where a source only counts it."""

    element: str
    kind: ElementKind
    title: str | None = None
    text: Annotated[str | Sealed | None, Sealing("P", key="programme:{programme}")] = None


class ProgrammeAdopted(Event, topic="programme-adopted"):
    """A programme came into force. `programme_version` and `aliases` are as sources write them, `period` is EDTF."""

    programme: str
    programme_version: str
    title: str
    language: str
    aliases: tuple[str, ...] = ()
    period: str
    body: str | None = None
    initiator_role: str | None = None
    matter: str | None = None
    document: str | None = None
    elements: tuple[Element, ...] = ()
    replaces: str | None = None

    def subject(self) -> str:
        return f"programme:{self.programme}"

    def tags(self) -> tuple[str, ...]:
        named = {"programme": self.replaces, "body": self.body, "matter": self.matter, "document": self.document}
        return (self.subject(), *(f"{kind}:{each}" for kind, each in named.items() if each))


class GoalLineageStated(Event, topic="goal-lineage-stated"):
    """Somebody stated what became of an element in the programme that replaced its own."""

    programme: str
    element: str
    relation: LineageRelation
    new_programme: str | None = None
    new_element: str | None = None
    by_role: str

    def subject(self) -> str:
        return f"programme:{self.programme}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(),) if self.new_programme is None else (self.subject(), f"programme:{self.new_programme}")


class FollowUpRecorded(Event, topic="follow-up-recorded"):
    """A programme was followed up for a year."""

    programme: str
    year: int
    document: str | None = None
    summary: Annotated[str | Sealed | None, Sealing("P", key="programme:{programme}")] = None

    def subject(self) -> str:
        return f"programme:{self.programme}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(),) if self.document is None else (self.subject(), f"document:{self.document}")


class ProgrammeReported(Event, topic="programme-reported"):
    """A report on a programme was given for a period (EDTF)."""

    programme: str
    kind: ReportKind
    period: str
    document: str | None = None
    summary: Annotated[str | Sealed | None, Sealing("P", key="programme:{programme}")] = None

    def subject(self) -> str:
        return f"programme:{self.programme}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(),) if self.document is None else (self.subject(), f"document:{self.document}")


class ProgrammeClosed(Event, topic="programme-closed"):
    """A programme is over."""

    programme: str
    summary: Annotated[str | Sealed | None, Sealing("P", key="programme:{programme}")] = None

    def subject(self) -> str:
        return f"programme:{self.programme}"


class ProgrammeLinked(Event, topic="programme-linked"):
    """A matter, process or indicator serves a programme, or one element of it."""

    programme: str
    element: str | None = None
    matter: str | None = None
    process: str | None = None
    indicator: str | None = None

    def subject(self) -> str:
        return f"programme:{self.programme}"

    def tags(self) -> tuple[str, ...]:
        named = {"matter": self.matter, "process": self.process, "indicator": self.indicator}
        return (self.subject(), *(f"{kind}:{each}" for kind, each in named.items() if each))


# --- What may be asked ------------------------------------------------------------------------
class StatedElement(_Piece):
    """One element, as stated; leave out what the source does not say."""

    element: Id
    kind: ElementKind
    title: Label | None = None
    text: Text | None = None


class AdoptProgramme(Command):
    """Record that a programme came into force; its next version is one that `replaces` it."""

    creates: ClassVar[str | None] = "programme"

    programme: Id
    programme_version: Label
    title: Label
    language: Language = "sv"
    aliases: Annotated[tuple[Label, ...], Field(max_length=ALIASES_MAX)] = ()
    period: Edtf
    body: Id | None = None
    initiator_role: Label | None = None
    matter: Id | None = None
    document: Id | None = None
    elements: Annotated[tuple[StatedElement, ...], Field(max_length=ELEMENTS_MAX)] = ()
    replaces: Id | None = None

    @model_validator(mode="after")
    def _names_elements_once(self) -> AdoptProgramme:
        if len({each.element for each in self.elements}) < len(self.elements):
            raise ValueError("elements holds the same element twice")
        return self


class StateGoalLineage(Command):
    """State what became of an element; a later statement about it stands beside the earlier ones."""

    programme: Id
    element: Id
    relation: LineageRelation
    new_programme: Id | None = None
    new_element: Id | None = None
    by_role: Label


class RecordFollowUp(Command):
    """Record that a programme was followed up for a year."""

    programme: Id
    year: Annotated[int, Field(ge=1, le=9999)]
    document: Id | None = None
    summary: Text | None = None


class ReportProgramme(Command):
    """Record a report on a programme."""

    programme: Id
    kind: ReportKind
    period: Edtf
    document: Id | None = None
    summary: Text | None = None


class CloseProgramme(Command):
    """Close a programme."""

    programme: Id
    summary: Text | None = None


class LinkProgramme(Command):
    """Say that a matter, process or indicator serves a programme or one element of it."""

    programme: Id
    element: Id | None = None
    matter: Id | None = None
    process: Id | None = None
    indicator: Id | None = None

    @model_validator(mode="after")
    def _names_one(self) -> LinkProgramme:
        if sum(each is not None for each in (self.matter, self.process, self.indicator)) != 1:
            raise ValueError("name one matter, one process or one indicator")
        return self
