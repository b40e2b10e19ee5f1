"""Assignments: what happened, and what may be asked.

    give ──> GIVEN ──progress──> IN PROGRESS ──report──> REPORTED ──note──> NOTED ──close──> CLOSED
               └──── cancel, from any state before the end ────> CANCELLED

That an assignment is overdue is no state: it follows from the due date and the day it is judged on.
Another document may tell the same assignment otherwise, with another unit, text or date: each such
account is kept beside the assignment and none replaces it.
"""

from __future__ import annotations

from typing import Annotated, ClassVar

from pydantic import Field, model_validator

from ledger.fields import Code, Date, Edtf, Id, Text
from ledger.messages import Command, Event, Sealed, Sealing

CLAUSES_MAX = 100
GROUPS_MAX = 50


def _tags(*named: tuple[str, str | None]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"{kind}:{name}" for kind, name in named if name is not None))


# --- What happened ----------------------------------------------------------------------------
class AssignmentGiven(Event, topic="assignment-given"):
    """A clause of a decision charged a unit with something.

    `with_groups` are the groups that must take part, `report_to` the body that awaits the report,
    `due_meeting` the meeting at which it is to be reported, `effect_indicator` what the expected
    effect is to be measured by.
    """

    assignment: str
    matter: str
    decision: str
    clause: int
    by_body: str
    to_unit: str
    text: Annotated[str | Sealed, Sealing("P", key="matter:{matter}")]
    with_groups: tuple[str, ...]
    report_to: str
    due: str | None = None
    due_meeting: str | None = None
    expected_effect: Annotated[str | Sealed | None, Sealing("P", key="matter:{matter}")] = None
    effect_indicator: str | None = None

    def subject(self) -> str:
        return f"assignment:{self.assignment}"

    def tags(self) -> tuple[str, ...]:
        return _tags(
            ("assignment", self.assignment),
            ("decision", self.decision),
            ("matter", self.matter),
            ("body", self.by_body),
            ("body", self.to_unit),
            ("body", self.report_to),
            ("meeting", self.due_meeting),
            ("indicator", self.effect_indicator),
        )


class AssignmentAccountStated(Event, topic="assignment-account-stated"):
    """A document tells of an assignment in its own way; `said_date` (EDTF) is the date it gives.

    `expected_effect` is what the document says the assignment was meant to bring about.
    """

    assignment: str
    matter: str
    account: str
    document: str | None = None
    to_unit: str | None = None
    text: Annotated[str | Sealed | None, Sealing("P", key="matter:{matter}")] = None
    text_differs: bool | None = None
    said_date: str | None = None
    expected_effect: Annotated[str | Sealed | None, Sealing("P", key="matter:{matter}")] = None

    def subject(self) -> str:
        return f"assignment:{self.assignment}"

    def tags(self) -> tuple[str, ...]:
        return _tags(
            ("assignment", self.assignment),
            ("account", self.account),
            ("matter", self.matter),
            ("document", self.document),
            ("body", self.to_unit),
        )


class DueDateChanged(Event, topic="due-date-changed"):
    """A decision gave an assignment another due date."""

    assignment: str
    matter: str
    by_decision: str
    due: str

    def subject(self) -> str:
        return f"assignment:{self.assignment}"

    def tags(self) -> tuple[str, ...]:
        return _tags(("assignment", self.assignment), ("decision", self.by_decision), ("matter", self.matter))


class AssignmentProgressReported(Event, topic="assignment-progress-reported"):
    """The unit told how far it has come, before the report itself."""

    assignment: str
    matter: str
    on: str
    document: str | None = None
    text: Annotated[str | Sealed | None, Sealing("P", key="matter:{matter}")] = None

    def subject(self) -> str:
        return f"assignment:{self.assignment}"

    def tags(self) -> tuple[str, ...]:
        return _tags(("assignment", self.assignment), ("matter", self.matter), ("document", self.document))


class AssignmentReported(Event, topic="assignment-reported"):
    """The unit reported its assignment in a document, on a day."""

    assignment: str
    matter: str
    document: str
    on: str

    def subject(self) -> str:
        return f"assignment:{self.assignment}"

    def tags(self) -> tuple[str, ...]:
        return _tags(("assignment", self.assignment), ("matter", self.matter), ("document", self.document))


class ReportNoted(Event, topic="report-noted"):
    """A decision noted the report of an assignment."""

    assignment: str
    matter: str
    decision: str

    def subject(self) -> str:
        return f"assignment:{self.assignment}"

    def tags(self) -> tuple[str, ...]:
        return _tags(("assignment", self.assignment), ("decision", self.decision), ("matter", self.matter))


class AssignmentClosed(Event, topic="assignment-closed"):
    """An assignment is over."""

    assignment: str
    matter: str

    def subject(self) -> str:
        return f"assignment:{self.assignment}"

    def tags(self) -> tuple[str, ...]:
        return _tags(("assignment", self.assignment), ("matter", self.matter))


class AssignmentCancelled(Event, topic="assignment-cancelled"):
    """An assignment was taken back before it was done, for a reason, as a decision may say."""

    assignment: str
    matter: str
    reason: Annotated[str | Sealed, Sealing("P", key="matter:{matter}")]
    by_decision: str | None = None

    def subject(self) -> str:
        return f"assignment:{self.assignment}"

    def tags(self) -> tuple[str, ...]:
        return _tags(("assignment", self.assignment), ("decision", self.by_decision), ("matter", self.matter))


# --- What may be asked ------------------------------------------------------------------------
class GiveAssignment(Command):
    """Record an assignment that a clause of a decision gives.

    Without `by_body` it is given by the body that decided; where the decision is preparatory, by the
    body it is addressed to, once that body decides.
    """

    creates: ClassVar[str | None] = "assignment"

    assignment: Id
    decision: Id
    clause: Annotated[int, Field(ge=1, le=CLAUSES_MAX)]
    by_body: Id | None = None
    to_unit: Id
    text: Text
    with_groups: Annotated[tuple[Code, ...], Field(max_length=GROUPS_MAX)] = ()
    report_to: Id
    due: Date | None = None
    due_meeting: Id | None = None
    expected_effect: Text | None = None
    effect_indicator: Id | None = None

    @model_validator(mode="after")
    def _groups_once(self) -> GiveAssignment:
        if len(set(self.with_groups)) < len(self.with_groups):
            raise ValueError("with_groups names the same group twice")
        return self


class StateAccount(Command):
    """Record how another document tells of an assignment: its unit, its text, its date, its expected effect.

    `same_text` says that the office found its text to ask for the same.
    """

    creates: ClassVar[str | None] = "account"

    assignment: Id
    account: Id
    document: Id | None = None
    to_unit: Id | None = None
    text: Text | None = None
    same_text: bool = False
    said_date: Edtf | None = None
    expected_effect: Text | None = None

    @model_validator(mode="after")
    def _says_something(self) -> StateAccount:
        if all(each is None for each in (self.to_unit, self.text, self.said_date, self.expected_effect)):
            raise ValueError("an account says at least one of to_unit, text, said_date and expected_effect")
        if self.same_text and self.text is None:
            raise ValueError("same_text is stated, but the account has no text")
        return self


class ChangeDueDate(Command):
    """Record that a decision gave an assignment another due date."""

    assignment: Id
    by_decision: Id
    due: Date


class ReportAssignmentProgress(Command):
    """Record how far an assignment has come: in a document, in words, or both."""

    assignment: Id
    on: Date
    document: Id | None = None
    text: Text | None = None

    @model_validator(mode="after")
    def _says_something(self) -> ReportAssignmentProgress:
        if self.document is None and self.text is None:
            raise ValueError("progress is told in a document or in words; give document or text")
        return self


class ReportAssignment(Command):
    """Record that an assignment was reported."""

    assignment: Id
    document: Id
    on: Date


class NoteReport(Command):
    """Record that a decision noted the report of an assignment."""

    assignment: Id
    decision: Id


class CloseAssignment(Command):
    """Record that an assignment is over."""

    assignment: Id


class CancelAssignment(Command):
    """Record that an assignment was taken back, and why."""

    assignment: Id
    reason: Text
    by_decision: Id | None = None
