"""Petitions and initiatives: how signatures are collected, and what became of them; what happened and what may be asked.

    open signing ──> OPEN ──threshold──> QUALIFIED ──submit──> SUBMITTED ──debate──> …
                      ├──close──> CLOSED     before the time it was opened for, or where none was stated
                      └──(time)──> LAPSED    derived: it is over and no threshold was reached

Signatures are kept in the ledger, as support, or elsewhere; then the ledger keeps the counts it was
told, each with its instant. A count that falls is never smoothed: every fall leads to an event of its
own that says how many fewer there were, between which instants, and why, where anybody knows.
"""

from __future__ import annotations

import re
from datetime import datetime
from enum import StrEnum
from typing import Annotated

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, model_validator

from ledger.fields import Code, Date, Id, Label
from ledger.messages import Command, Event

SIGNATURES_MAX = 10**9
COUNTS_MAX = 1000
"""Counts in one event: 1,000 of them fill about 50 of the 65,535 bytes an entry may have."""

_INSTANT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}([.][0-9]{1,6})?Z")


def check_instant(value: str) -> str:
    """Return an RFC 3339 instant in UTC unchanged; raise ValueError for anything else."""
    if not _INSTANT.fullmatch(value):
        raise ValueError("is not an instant in UTC; write it as 2026-03-01T08:00:00Z")
    try:
        datetime.fromisoformat(value)
    except ValueError:
        raise ValueError(f"{value} is not an instant of the calendar") from None
    return value


Instant = Annotated[str, AfterValidator(check_instant)]
Signatures = Annotated[int, Field(ge=0, le=SIGNATURES_MAX)]
"""How many signatures."""


class SignaturesHeld(StrEnum):
    """Where the signatures are: in this ledger, as support of the input, or elsewhere."""

    LEDGER = "ledger"
    ELSEWHERE = "elsewhere"


class DebateOutcome(StrEnum):
    """What became of a debate on a petition."""

    SCHEDULED = "scheduled"
    HELD = "held"
    NOT_HELD = "not_held"


class _Piece(BaseModel):
    """A part of a message, frozen like the message."""

    model_config = ConfigDict(frozen=True, extra="forbid")


# --- What happened ----------------------------------------------------------------------------
class Threshold(_Piece):
    """A number of signatures that leads to something, under a rule; None where the source states no number."""

    rule: str
    signatures: int | None = None


class SignatureCount(_Piece):
    """How many signatures there were at an instant (RFC 3339, UTC)."""

    at: str
    count: int


class SigningOpened(Event, topic="signing-opened"):
    """Signatures can be given from `opens` until before `closes` (RFC 3339, UTC).

    `electorate` is the number of persons a share of them is counted from, as it was when the signing
    opened; `window_days` for how many days before it is submitted a signature is valid.
    """

    input: str
    held: SignaturesHeld
    thresholds: tuple[Threshold, ...] = ()
    electorate: int | None = None
    opens: str | None = None
    closes: str | None = None
    window_days: int | None = None

    def subject(self) -> str:
        return f"input:{self.input}"


class SigningClosed(Event, topic="signing-closed"):
    """No signatures are taken any more."""

    input: str

    def subject(self) -> str:
        return f"input:{self.input}"


class SignaturesCounted(Event, topic="signatures-counted"):
    """Signatures that are kept elsewhere were counted there, at one or several instants in order."""

    input: str
    counts: tuple[SignatureCount, ...]

    def subject(self) -> str:
        return f"input:{self.input}"


class SignaturesInvalidated(Event, topic="signatures-invalidated"):
    """At least `count` signatures were struck between two counts (`after`, `before`; RFC 3339, UTC).

    `reason_code` is `unknown` where whoever holds the signatures said nothing; `authority` then is absent.
    """

    input: str
    count: int
    reason_code: str
    rule: str | None = None
    authority: str | None = None
    after: str
    before: str

    def subject(self) -> str:
        return f"input:{self.input}"


class ThresholdReached(Event, topic="threshold-reached"):
    """A petition reached the number of signatures that a rule asks for; `signatures` is how many there were."""

    input: str
    rule: str
    signatures: int | None = None

    def subject(self) -> str:
        return f"input:{self.input}"


class EligibilityConfirmed(Event, topic="eligibility-confirmed"):
    """An office found that an initiative may be raised: by which rule, against which register, as it stood when."""

    input: str
    rule: str
    snapshot: str
    checks: tuple[str, ...] = ()
    by_role: str

    def subject(self) -> str:
        return f"input:{self.input}"


class SubmittedToBody(Event, topic="submitted-to-body"):
    """An initiative or a petition was put before a body. `on` is an ISO 8601 date."""

    input: str
    body: str
    on: str | None = None

    def subject(self) -> str:
        return f"input:{self.input}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"body:{self.body}")


class DebateRecorded(Event, topic="debate-recorded"):
    """A debate on a petition was scheduled for, held on, or declined; `covered_by` names what was debated instead."""

    input: str
    outcome: DebateOutcome
    body: str | None = None
    on: str | None = None
    covered_by: str | None = None

    def subject(self) -> str:
        return f"input:{self.input}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(),) if self.body is None else (self.subject(), f"body:{self.body}")


# --- What may be asked ------------------------------------------------------------------------
class StatedThreshold(_Piece):
    """A threshold as it is stated, with its limits."""

    rule: Code
    signatures: Annotated[int, Field(ge=1, le=SIGNATURES_MAX)] | None = None


class StatedSignatureCount(_Piece):
    """A count as it is stated, with its limits."""

    at: Instant
    count: Signatures


class OpenSigning(Command):
    """Let an input be signed, in this ledger or elsewhere; say what numbers lead to what."""

    input: Id
    held: SignaturesHeld
    thresholds: Annotated[tuple[StatedThreshold, ...], Field(max_length=10)] = ()
    electorate: Annotated[int, Field(ge=1, le=SIGNATURES_MAX)] | None = None
    opens: Instant | None = None
    closes: Instant | None = None
    window_days: Annotated[int, Field(ge=1, le=3660)] | None = None

    @model_validator(mode="after")
    def _fits_together(self) -> OpenSigning:
        if self.opens and self.closes and datetime.fromisoformat(self.closes) <= datetime.fromisoformat(self.opens):
            raise ValueError("closes must lie after opens")
        if len({each.rule for each in self.thresholds}) < len(self.thresholds):
            raise ValueError("each rule has one threshold; state it once")
        return self


class CloseSigning(Command):
    """Take no more signatures."""

    input: Id


class RecordSignatureCounts(Command):
    """Record how many signatures were counted elsewhere. Where a count falls, say why, if that is known."""

    input: Id
    counts: Annotated[tuple[StatedSignatureCount, ...], Field(min_length=1, max_length=COUNTS_MAX)]
    reason_code: Code = "unknown"
    rule: Code | None = None
    authority: Label | None = None


class ReachThreshold(Command):
    """Record that the signatures reached what a rule asks for."""

    input: Id
    rule: Code
    signatures: Signatures | None = None


class ConfirmEligibility(Command):
    """Confirm that an initiative may be raised, by a rule and against a register."""

    input: Id
    rule: Code
    snapshot: Label
    checks: Annotated[tuple[Code, ...], Field(max_length=20)] = ()
    by_role: Code


class SubmitToBody(Command):
    """Put an initiative or a petition before a body."""

    input: Id
    body: Id
    on: Date | None = None


class RecordDebate(Command):
    """Record that a debate on a petition was scheduled, held or declined."""

    input: Id
    outcome: DebateOutcome
    body: Id | None = None
    on: Date | None = None
    covered_by: Id | None = None

    @model_validator(mode="after")
    def _says_when(self) -> RecordDebate:
        if self.outcome is not DebateOutcome.NOT_HELD and self.on is None:
            raise ValueError("on is missing: say for which day the debate was scheduled, or on which it was held")
        return self
