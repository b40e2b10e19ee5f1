"""Indicators: what may be asked."""

from __future__ import annotations

from decimal import Decimal
from typing import Annotated, ClassVar

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, StringConstraints, model_validator

from ledger.edtf import check_edtf
from ledger.fields import Code, Edtf, Id, Label, Numbers, Text
from ledger.indicators.events import IndicatorDirection, IndicatorGroup, IndicatorOrigin
from ledger.messages import Command

PEOPLE_MAX = 10**9

DecimalText = Annotated[str, StringConstraints(pattern=r"^-?[0-9]{1,15}(\.[0-9]{1,12})?$")]
"""A decimal as its source writes it, with a point: 40, 5.3, -0.25."""

Period = Annotated[
    str,
    StringConstraints(pattern=r"^[0-9]{4}(-(0[1-9]|1[0-2]))?(/[0-9]{4}(-(0[1-9]|1[0-2]))?)?$"),
    AfterValidator(check_edtf),
]
"""The period of a value: a year, a month, or an interval of them that does not run backwards: 2015, 2015-09, 2015/2017."""


class StatedInterval(BaseModel):
    """The interval of a value as it is stated; `level` is its confidence in percent."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    low: DecimalText
    high: DecimalText
    level: Annotated[int, Field(ge=50, le=99)] = 95

    @model_validator(mode="after")
    def _runs_upwards(self) -> StatedInterval:
        if Decimal(self.low) > Decimal(self.high):
            raise ValueError("low must not be above high")
        return self


class DefineIndicator(Command):
    """Take up an indicator."""

    creates: ClassVar[str | None] = "indicator"

    indicator: Id
    title: Label
    unit: Label | None = None
    direction: IndicatorDirection
    origin: IndicatorOrigin
    numbers: Numbers = ()
    definition: Text | None = None
    quality: Code | None = None
    body: Id | None = None
    affects_children: bool | None = None


class ReviseIndicator(Command):
    """Change what an indicator counts or how it is called, and say whether its values go on."""

    indicator: Id
    title: Label | None = None
    unit: Label | None = None
    direction: IndicatorDirection | None = None
    definition: Text | None = None
    affects_children: bool | None = None
    comparable: bool
    from_period: Period | None = None
    reason: Text

    @model_validator(mode="after")
    def _breaks_somewhere(self) -> ReviseIndicator:
        if self.comparable is (self.from_period is not None):
            raise ValueError("from_period is where values stop being comparable; give it then, and only then")
        return self


class BreakSeries(Command):
    """Say from which period on values cannot be compared with those before."""

    indicator: Id
    from_period: Period
    reason_code: Code
    reason: Text | None = None


class RetireIndicator(Command):
    """Follow an indicator no more; values of earlier periods may still be recorded."""

    indicator: Id
    reason_code: Code
    reason: Text | None = None


class SetTarget(Command):
    """Say what is aimed at with an indicator, as exactly as the source does; the same target again changes it."""

    creates: ClassVar[str | None] = "target"

    indicator: Id
    target: Id
    direction: IndicatorDirection
    baseline: DecimalText | None = None
    value: DecimalText | None = None
    by: Edtf | None = None
    statement: Text | None = None
    body: Id | None = None
    document: Id | None = None
    programme: Id | None = None
    goal: Id | None = None


class _Value(Command):
    indicator: Id
    period: Period
    group: IndicatorGroup = IndicatorGroup.TOTAL
    value: DecimalText | None = None
    n: Annotated[int, Field(ge=0, le=PEOPLE_MAX)] | None = None
    interval: StatedInterval | None = None
    status: Code | None = None
    origin: IndicatorOrigin

    @model_validator(mode="after")
    def _says_why_it_is_missing(self) -> _Value:
        if self.value is None and self.status is None:
            raise ValueError("a missing value needs its status, such as missing or private")
        if self.value is None and self.interval is not None:
            raise ValueError("a missing value has no interval")
        if self.value is not None and self.interval is not None:
            low, value, high = (Decimal(each) for each in (self.interval.low, self.value, self.interval.high))
            if not low <= value <= high:
                raise ValueError("the interval must hold the value")
        return self


class RecordValue(_Value):
    """Record a value, or that it is missing."""


class ReviseValue(_Value):
    """Replace a recorded value by another, and say why."""

    reason_code: Code
    reason: Text | None = None


class LinkInterestBallot(Command):
    """Say that an option of a ballot asks whether residents want to follow this indicator."""

    indicator: Id
    ballot: Id
    option: Id
