"""Indicators (nyckeltal): what happened.

    define ──> ACTIVE ──break──> ACTIVE, a new series ──retire──> RETIRED
                 │ revise · set target · record and revise values · link an interest ballot

An indicator is what a figure is called, what it counts, and where it comes from; its values are kept
for a period and a group (everybody, women, men). A value that is missing is recorded as missing, with
the reason its source gives. Numbers are decimals as text, exactly as the source wrote them.
"""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

from pydantic import BaseModel, ConfigDict

from ledger.fields import ExternalNumber
from ledger.messages import Event, Sealed, Sealing


class IndicatorDirection(StrEnum):
    """Which way is better."""

    UP = "up"
    DOWN = "down"
    NONE = "none"


class IndicatorOrigin(StrEnum):
    """Where the values of an indicator come from."""

    OWN_SURVEY = "own_survey"
    SCB = "scb"
    KOLADA = "kolada"
    REGISTER = "register"
    OTHER = "other"


class IndicatorGroup(StrEnum):
    """Whom a value is about: everybody, women, men (T, K and M at Kolada)."""

    TOTAL = "total"
    WOMEN = "women"
    MEN = "men"


class Interval(BaseModel):
    """The interval of a value, both ends decimals as text; `level` is its confidence in percent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    low: str
    high: str
    level: int


def value_tag(indicator: str, period: str, group: str) -> str:
    """Return the tag of one value: the narrowest thing its revision depends on."""
    return f"indicator:{indicator}|period:{period}|group:{group}"


# --- The indicator ----------------------------------------------------------------------------
class IndicatorDefined(Event, topic="indicator-defined"):
    """An indicator was taken up. `definition` is its official text, `quality` what it is to show (trust, influence).

    `affects_children` says that it touches the life of children and young people; None where nobody has judged it.
    """

    indicator: str
    title: str
    unit: str | None = None
    direction: IndicatorDirection
    origin: IndicatorOrigin
    numbers: tuple[ExternalNumber, ...] = ()
    definition: Annotated[str | Sealed | None, Sealing("P", key="indicator:{indicator}")] = None
    quality: str | None = None
    body: str | None = None
    affects_children: bool | None = None

    def subject(self) -> str:
        return f"indicator:{self.indicator}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(),) if self.body is None else (self.subject(), f"body:{self.body}")


class IndicatorRevised(Event, topic="indicator-revised"):
    """What an indicator counts, or how it is called, was changed; `comparable` tells whether values go on.

    What is None stays as it was. Where values are not comparable, `from_period` is the first of the new series.
    """

    indicator: str
    title: str | None = None
    unit: str | None = None
    direction: IndicatorDirection | None = None
    definition: Annotated[str | Sealed | None, Sealing("P", key="indicator:{indicator}")] = None
    affects_children: bool | None = None
    comparable: bool
    from_period: str | None = None
    reason: Annotated[str | Sealed, Sealing("P", key="indicator:{indicator}")]

    def subject(self) -> str:
        return f"indicator:{self.indicator}"


class SeriesBroken(Event, topic="series-broken"):
    """Values from a period on cannot be compared with those before."""

    indicator: str
    from_period: str
    reason_code: str
    reason: Annotated[str | Sealed | None, Sealing("P", key="indicator:{indicator}")] = None

    def subject(self) -> str:
        return f"indicator:{self.indicator}"


class IndicatorRetired(Event, topic="indicator-retired"):
    """An indicator is followed no more."""

    indicator: str
    reason_code: str
    reason: Annotated[str | Sealed | None, Sealing("P", key="indicator:{indicator}")] = None

    def subject(self) -> str:
        return f"indicator:{self.indicator}"


# --- Targets ----------------------------------------------------------------------------------
class TargetSet(Event, topic="target-set"):
    """Somebody aims at something with an indicator; whatever the source leaves open is None, and shown as open.

    `by` is when it is to be reached (EDTF), `document`, `programme` and `goal` where the aim stands. The
    same `target` again changes it; every wording stays.
    """

    indicator: str
    target: str
    direction: IndicatorDirection
    baseline: str | None = None
    value: str | None = None
    by: str | None = None
    statement: Annotated[str | Sealed | None, Sealing("P", key="indicator:{indicator}")] = None
    body: str | None = None
    document: str | None = None
    programme: str | None = None
    goal: str | None = None

    def subject(self) -> str:
        return f"indicator:{self.indicator}"

    def tags(self) -> tuple[str, ...]:
        named = (("body", self.body), ("document", self.document), ("programme", self.programme))
        return (self.subject(), *(f"{kind}:{name}" for kind, name in named if name is not None))


# --- Values -----------------------------------------------------------------------------------
class IndicatorValueRecorded(Event, topic="indicator-value-recorded"):
    """A value for a period and a group; None where it is missing, and `status` says why.

    `n` is how many it rests on. `origin` is where this value was taken from.
    """

    indicator: str
    period: str
    group: IndicatorGroup
    value: str | None = None
    n: int | None = None
    interval: Interval | None = None
    status: str | None = None
    origin: IndicatorOrigin

    def subject(self) -> str:
        return f"indicator:{self.indicator}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), value_tag(self.indicator, self.period, self.group))


class IndicatorValueRevised(Event, topic="indicator-value-revised"):
    """A value was replaced by another; the earlier one stays in the record."""

    indicator: str
    period: str
    group: IndicatorGroup
    value: str | None = None
    n: int | None = None
    interval: Interval | None = None
    status: str | None = None
    origin: IndicatorOrigin
    reason_code: str
    reason: Annotated[str | Sealed | None, Sealing("P", key="indicator:{indicator}")] = None

    def subject(self) -> str:
        return f"indicator:{self.indicator}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), value_tag(self.indicator, self.period, self.group))


# --- What residents want to follow --------------------------------------------------------------
class InterestBallotLinked(Event, topic="interest-ballot-linked"):
    """An option of a ballot asks whether residents want to follow this indicator."""

    indicator: str
    ballot: str
    option: str

    def subject(self) -> str:
        return f"indicator:{self.indicator}"

    def tags(self) -> tuple[str, ...]:
        return (self.subject(), f"ballot:{self.ballot}")
